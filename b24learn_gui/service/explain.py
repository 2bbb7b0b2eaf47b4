"""Why somebody is or is not in Learn, and what the next run will do (INTERFACE: explain)."""

from contextlib import ExitStack

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Employee, PersonKey
from b24learn_gui.company.text import clean, display_name
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import LEFT_OUT, chosen_exit_code
from b24learn_gui.service.planning import Reading, Wishes, read_and_plan
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object, change_object, problem_object
from b24learn_gui.service.who import find_people
from b24learn_gui.storage.journal import Journal
from b24learn_gui.sync.changes import Plan, Verdict
from b24learn_gui.text import Words, plan_table
from b24learn_gui.text.plans import cause_phrase
from b24learn_gui.text.words import mark

MOST = 20
"""So many people of one name are explained; more are better asked for by id."""

COLUMN_VERDICTS = {
    "out_of_scope": mark("Not to study in Learn."),
    "unchanged": mark("Studies in Learn, and everything matches."),
    "changed": mark("The next run changes something."),
    "protected": mark("Protected: this program never touches the account."),
    "skipped": mark("Left out."),
    "conflict": mark("Left alone until somebody decides."),
    "failed": mark("The last attempt failed."),
}

HELD = mark("Held since an undo: the account stays as it is until the person is released (decide --forget).")


def explain(context: Context, who: str) -> Object:
    """Everybody known by `who`; nobody: empty, exit 10. Portals that cannot be read are left out where others can."""
    settings = settings_for_run(context)
    reading = Reading([], [])
    with Journal.open_read_only(context.places.journal_file) as journal, ExitStack() as stack:
        prepared = read_and_plan(
            context,
            settings,
            Wishes(),
            journal.memory(),
            context.secrets,
            reading,
            stack,
            known_api_base(journal, settings),
        )
    people = find_people(who, reading.companies)[:MOST]
    by_portal = {company.portal: company for company in reading.companies}
    found = [_person(key, employee, by_portal[key[0]], prepared.plan, context.words) for key, employee in people]
    codes = [source.error.exit_code for source in reading.sources if source.error is not None]
    if not found or any(each["problems"] and not _only_notes(each) for each in found):
        codes.append(LEFT_OUT)
    return {"command": "explain", "exit_code": chosen_exit_code(codes), "found": found}


def _only_notes(found: Object) -> bool:
    return all(problem["note"] for problem in found["problems"])


def _person(key: PersonKey, employee: Employee, company: Company, plan: Plan, words: Words) -> Object:
    verdict = plan.verdicts[key]
    problems = [
        problem_object(problem)
        for problem in plan.problems
        if problem.what == "person" and (problem.portal, problem.bitrix24_id) == key
    ]
    return {
        "portal": key[0],
        "bitrix24_id": key[1],
        "name": display_name(employee),
        "in_scope": verdict.in_scope,
        "mark": {"kind": verdict.mark[0], "department": verdict.mark[1]} if verdict.mark else None,
        "learn_id": verdict.learn_id,
        "verdict": " ".join(_verdict(employee, verdict, company, words)),
        "problems": problems,
        "next": _next(key, plan, words),
    }


def _verdict(employee: Employee, verdict: Verdict, company: Company, words: Words) -> list[str]:
    held = verdict.column == "protected" and "held_by_undo" in verdict.codes
    sentences = [words(HELD) if held else words(COLUMN_VERDICTS[verdict.column])]
    if not employee.active:
        sentences.append(words("Dismissed in Bitrix24."))
    elif employee.kind not in {"employee", ""}:
        sentences.append(words("A guest in Bitrix24, not an employee."))
    elif verdict.mark is not None:
        kind, department = verdict.mark
        name = _department_name(company, department)
        if kind == "include":
            sentences.append(words('The department "{name}" is ticked.', name=name))
        else:
            sentences.append(words('The department "{name}" is unticked.', name=name))
    elif not verdict.in_scope:
        sentences.append(words("No department of theirs is ticked."))
    return sentences


def _department_name(company: Company, number: int) -> str:
    forest = Forest.of(company.departments)
    return clean(forest[number].name) if number in forest else f"№\u00a0{number}"


def _next(key: PersonKey, plan: Plan, words: Words) -> list[str]:
    """What the next run does to this person, one line a change."""
    changes = [change for change in plan.changes if change.what == "person" and change.key == key]
    lines = []
    for change in changes:
        shown = change_object(change)
        what = words(plan_table.VERBS[change.kind])
        values = ", ".join(f"{name}: {value}" for name, value in shown["after"].items() if isinstance(value, str))
        lines.append(
            words(
                "Next run: {what} ({cause}). {values}",
                what=what,
                cause=cause_phrase(change.cause, words),
                values=values,
            ).rstrip()
        )
    if not lines:
        return [words("Next run: nothing.")]
    if plan.needs_approval:
        lines.append(words("But the plan exceeds a limit and waits for approval."))
    if key[0] in plan.withheld:
        lines.append(words("But the portal is in doubt, and nothing of it is written until the plan is approved."))
    return lines
