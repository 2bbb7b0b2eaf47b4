"""What the commands that are no runs tell people, from their JSON objects."""

from collections.abc import Mapping
from typing import Any

from b24learn_gui.cli.layout import plain, table
from b24learn_gui.text import Words, plan_table
from b24learn_gui.text.plans import problem_phrase, waiting_phrase

Object = Mapping[str, Any]

_ANSWERS = frozenset({"yes", "no"})
MARKS = {True: "✓", False: "✗", None: "·"}


def render_check(answer: Object, words: Words) -> str:
    blocks = []
    for side in answer["sides"]:
        title = words("Learn") if side["side"] == "learn" else words("Bitrix24, portal {portal}", portal=side["portal"])
        rows = [[MARKS[rung["ok"]], words(plan_table.RUNGS[rung["rung"]]), rung["message"]] for rung in side["rungs"]]
        blocks.append("\n".join([title, *hanging(rows)]))
    if answer["problems"]:
        blocks.append("\n".join([words("To be looked at"), *_problems(answer["problems"], words)]))
    blocks.append(_check_verdict(answer, words))
    return "\n\n".join(blocks) + "\n"


def _check_verdict(answer: Object, words: Words) -> str:
    if "error" in answer and not answer["sides"]:
        return str(answer["error"]["message"])
    if answer["exit_code"] == 0:
        return words("Everything is ready. Nothing was changed.")
    if answer["exit_code"] == 10:
        return words("Both sides are ready; some people would be left out. Nothing was changed.")
    return words("Not everything is ready. Nothing was changed.")


def hanging(rows: list[list[str]]) -> list[str]:
    """A table whose last column may have several lines."""
    flat: list[list[str]] = []
    for *head, last in rows:
        first, *more = last.splitlines() or [""]
        flat.append([*head, first])
        flat += [["" for _ in head] + [line] for line in more]
    return table(flat)


def _problems(problems: list[Object], words: Words, most: int = 20) -> list[str]:
    rows = [
        [
            plain(problem["name"]),
            problem["portal"] if problem["bitrix24_id"] is None else f"{problem['portal']}:{problem['bitrix24_id']}",
            problem_phrase(problem["code"], problem["detail"], words),
        ]
        for problem in problems[:most]
    ]
    lines = table(rows)
    if len(problems) > most:
        lines.append("  " + words.plural("and {n} more", "and {n} more", len(problems) - most))
    return lines


def render_history(answer: Object, words: Words) -> str:
    if not answer["runs"]:
        return words("There were no runs yet.") + "\n"
    rows = [[words("Started"), words("Run"), words("What"), words("Trigger"), words("Changes"), words("Result")]]
    rows += [
        [
            words.moment(run["started_at"]),
            run["run"],
            words("undo, only planned")
            if run.get("planned")
            else words(plan_table.COMMANDS.get(run["command"], run["command"])),
            words(plan_table.TRIGGERS.get(run["trigger"], run["trigger"])),
            words.number(sum((run["counts"] or {}).values())),
            result_phrase(run["exit_code"], words),
        ]
        for run in answer["runs"]
    ]
    return "\n".join(table(rows, "<<<<><", indent=0)) + "\n"


def result_phrase(exit_code: int | None, words: Words) -> str:
    """What an exit code means; a run without one did not reach its end."""
    if exit_code is None:
        return words("interrupted, or still running")
    return words(plan_table.RESULTS.get(exit_code, str(exit_code)))


def render_health(answer: Object, words: Words) -> str:
    success = words.moment(answer["last_success"]) if answer["last_success"] else words("never")
    last = answer["last_run"]
    rows = [[words("Last successful run"), success]]
    if last is not None:
        rows.append(
            [words("Last run"), f"{words.moment(last['started_at'])}, {result_phrase(last['exit_code'], words)}"]
        )
    rows += [
        [words("Waiting"), f"{waiting_phrase(each['code'], words)}: {words.number(each['count'])}"]
        for each in answer["waiting"]
    ]
    if answer["overdue"]:
        headline = words("Overdue: no successful run for too long.")
    elif answer["exit_code"]:
        headline = words("Something waits for a person.")
    else:
        headline = words("All is well.")
    return "\n".join([headline, "", *table(rows)]) + "\n"


def render_settings(answer: Object, words: Words) -> str:
    lines = [[path, words(text) if text in _ANSWERS else text] for path, text in _flat(answer["settings"])]
    states = {"set": words("set"), "missing": words("missing")}
    secrets = [[name, states.get(state, state)] for name, state in answer["secrets"].items()]
    return "\n".join([words("Settings"), *table(lines), "", words("Secrets"), *table(secrets)]) + "\n"


def _flat(value: object, path: str = "") -> list[list[str]]:
    if isinstance(value, Mapping):
        return [row for name, item in value.items() for row in _flat(item, f"{path}.{name}" if path else str(name))]
    if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        return [row for index, item in enumerate(value) for row in _flat(item, f"{path}[{index}]")]
    if isinstance(value, list | tuple):
        return [[path, ", ".join(plain(item) for item in value) or "—"]]
    if isinstance(value, bool):
        return [[path, "yes" if value else "no"]]
    return [[path, plain(value) if value != "" else "—"]]


def render_done(answer: Object, words: Words) -> str:
    """Commands that only did something: one sentence."""
    if "error" in answer:
        return str(answer["error"]["message"]) + "\n"
    return str(answer.get("message") or words("Done.")) + "\n"
