"""A run's summary for people: the consequence first, then numbers, then as many rows as one can take in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from b24learn_gui.cli.layout import plain, shortened, table
from b24learn_gui.service.summary import only_planned
from b24learn_gui.text import Words, plan_table
from b24learn_gui.text.fields import told_values, value_label, with_labels
from b24learn_gui.text.plans import (
    cause_phrase,
    counted_problem,
    doubt_phrase,
    limit_phrase,
    problem_phrase,
    reason_phrase,
)

if TYPE_CHECKING:
    from b24learn_gui.service.called import Called
    from b24learn_gui.service.likely import Likely

Object = Mapping[str, Any]

ROWS = 12
"""Rows of changes and of people left out that a summary shows; `show` shows all."""

_NAME_COLUMNS = 34
_VALUE_COLUMNS = 40
_CONSEQUENCE = (
    "user.deactivate",
    "department.delete",
    "user.reactivate",
    "user.adopt",
    "user.move",
    "user.update",
    "user.create",
    "head.clear",
    "head.set",
    "department.move",
    "department.update",
    "department.create",
)
_BY_CONSEQUENCE = {kind: place for place, kind in enumerate(_CONSEQUENCE)}
"""What takes something away stands first: of a long list only the beginning is shown."""

_WRITERS = frozenset({"sync", "undo"})


def render_run(
    summary: Object,
    words: Words,
    likely: "Likely | None" = None,
    called: "Called | None" = None,
    *,
    rows: int | None = ROWS,
) -> str:
    """The text of `preview`, `sync`, `undo` and `show`. `called`: names for ids and codes. `rows=None`: every row."""
    if "counts" not in summary:
        return str(summary["error"]["message"])
    called = called or {}
    parts = [
        _headline(summary, words),
        *_limits(summary, likely or {}, words),
        *_doubts(summary, words),
        *_differences(summary, called, words),
    ]
    blocks = [
        "\n".join(parts),
        _block(words("Bitrix24"), _sources(summary, words)),
        _block(words("Planned") if only_planned(summary) else words("Written to Learn"), _counts(summary, words)),
        _block(words("Changes"), _changes(summary, called, words, rows)),
        _block(words("Besides"), [f"  {line[:1].upper()}{line[1:]}" for line in _way_back(summary, words)]),
        _block(words("Left out"), _left_out(summary, words, rows)),
        _block(words("Notes"), _notes(summary, words, rows)),
        _closing(summary, words),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _block(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *lines]) if lines else ""


def _refused(summary: Object) -> bool:
    """A plan that waits for approval: there are planned changes, and none was confirmed."""
    return bool(summary["command"] in _WRITERS and summary["changes"] and not any(summary["counts"].values()))


def _headline(summary: Object, words: Words) -> str:
    """One or two sentences: what happened, in numbers."""
    if "error" in summary:
        return str(summary["error"]["message"])
    if summary.get("undoes") and not (summary["limits"] or _refused(summary)):
        return _headline_of_undo(summary, words)
    changes = len(summary["changes"])
    read = summary["people"]["read"]
    if summary["limits"] and only_planned(summary):
        hits = words.listed(
            limit_phrase(hit["kind"], hit["planned"], hit["allowed"], words) for hit in summary["limits"]
        )
        if summary["command"] == "preview":
            return words("A sync would write nothing: {hits}.", hits=hits)
        return words("Nothing was written: {hits}.", hits=hits)
    if _refused(summary):
        return words("Nothing was written: the plan waits for approval.")
    if changes == 0:
        checked = words.plural("{n} person checked", "{n} people checked", read)
        if summary["exit_code"] == 0:
            return words("Everything matches: {checked}, no changes.", checked=checked)
        return words("No changes: {checked}.", checked=checked)
    if only_planned(summary):
        return words.plural(
            "The plan has {n} change; nothing was written.", "The plan has {n} changes; nothing was written.", changes
        )
    if summary["exit_code"] == 51:
        return words.plural(
            "Stopped on request: {n} change is written and stays; the rest goes into the next plan.",
            "Stopped on request: {n} changes are written and stay; the rest goes into the next plan.",
            changes,
        )
    return words.plural("{n} change is written to Learn.", "{n} changes are written to Learn.", changes)


def _headline_of_undo(summary: Object, words: Words) -> str:
    changes, unlinks = len(summary["changes"]), len(summary.get("way_back", {}).get("unlinks", ()))
    if summary["exit_code"] == 51:
        return words.plural(
            "Stopped on request: {n} change is taken back and stays so; undo the run once more to take back the rest.",
            "Stopped on request: {n} changes are taken back and stay so; undo the run once more to take back the rest.",
            changes,
        )
    if not changes and not unlinks:
        return words("Nothing of the run {run} is left to take back.", run=summary["undoes"])
    if summary["applied"]:
        return words.plural("{n} change is taken back.", "{n} changes are taken back.", changes)
    return words.plural(
        "The way back has {n} change; nothing was written.",
        "The way back has {n} changes; nothing was written.",
        changes,
    )


def _way_back(summary: Object, words: Words) -> list[str]:
    """What an undo does besides its changes, and what it leaves (rules U1, U2)."""
    way = summary.get("way_back")
    if way is None:
        return []
    lines = []
    if way["unlinks"]:
        links = words.plural("{n} link is removed", "{n} links are removed", len(way["unlinks"]))
        names = words.listed(each["name"] or each["login"] for each in way["unlinks"])
        lines.append(f"{links}: {names}.")
    stays = way["stays"]
    if stays["accounts"]:
        said = words.plural(
            "{n} account that the run created stays, inactive",
            "{n} accounts that the run created stay, inactive",
            stays["accounts"],
        )
        lines.append(f"{said}.")
    if stays["departments"]:
        said = words.plural(
            "{n} department that the run created stays, empty: {names}",
            "{n} departments that the run created stay, empty: {names}",
            len(stays["departments"]),
            names=words.listed(each["name"] for each in stays["departments"]),
        )
        lines.append(f"{said}.")
    people, departments = len(way["holds"]), len(way["held_departments"])
    if people or departments:
        from b24learn_gui.service.way_back import counted  # noqa: PLC0415 - brings all of undoing along

        lines.append(words("Held afterwards: {who}", who=counted(people, departments, words)) + ".")
        if summary["applied"]:
            command = f"b24learn-gui undo {summary['undoes']} --release"
            lines.append(words("To give them back to the syncs: {command}", command=command))
    return lines


def _limits(summary: Object, likely: "Likely", words: Words) -> list[str]:
    """The most likely cause of every limit that would be exceeded (incident T23)."""
    lines = []
    for hit in summary["limits"]:
        reasons = likely.get(hit["kind"], [])
        if reasons and reasons[0][0].cause:
            (reason, times) = reasons[0]
            lines.append(
                words(
                    "Likely cause: {cause} ({times} of {all}).",
                    cause=reason_phrase(reason.cause, reason.origin, words),
                    times=times,
                    all=sum(count for _, count in reasons),
                )
            )
    return list(dict.fromkeys(lines))


def _doubts(summary: Object, words: Words) -> list[str]:
    """Why portals are in doubt, what was therefore not done, and what lifts the doubt (rule Q3)."""
    lines = []
    for source in summary["sources"]:
        if not source["doubts"]:
            continue
        portal = source["portal"]
        codes = dict.fromkeys(doubt["code"] for doubt in source["doubts"])
        reasons = words.listed(
            dict.fromkeys(doubt_phrase(doubt["code"], doubt["detail"], words) for doubt in source["doubts"])
        )
        lines.append(words("Portal {portal} is in doubt: {reasons}.", portal=portal, reasons=reasons))
        if "portal_changed" in codes:
            lines.append(words("Nothing of it is written until this very plan is approved."))
        else:
            lines.append(words("Nobody of it is moved or deactivated; only what adds is done."))
        lines += [words(plan_table.DOUBT_ADVICE[code], key=portal) for code in codes if code in plan_table.DOUBT_ADVICE]
    return lines


def _differences(summary: Object, called: "Called", words: Words) -> list[str]:
    differences = summary.get("differences")
    if differences is None:
        return []
    lines = [words("The plan is no longer the approved one, so nothing was written.")]
    for key, heading in (
        ("only_approved", words("Only in the approved plan:")),
        ("only_now", words("Only in the present plan:")),
    ):
        found = differences.get(key) or []
        if found:
            lines += [heading, *_change_rows(found[:ROWS], called, words), *_more(len(found) - ROWS, "", words)]
    if differences.get("approved_unknown"):
        lines.append(words("The journal does not know the approved plan, so the differences cannot be listed."))
    return lines


def _sources(summary: Object, words: Words) -> list[str]:
    rows = []
    for source in summary["sources"]:
        if "error" in source:
            rows.append([source["portal"], "", "", source["error"]["message"]])
            continue
        state = words("complete") if source["complete"] else words("in doubt")
        rows.append(
            [
                source["portal"],
                words.plural("{n} employee", "{n} employees", source["employees"]),
                words.plural("{n} department", "{n} departments", source["departments"]),
                state,
            ]
        )
    return table(rows, "<>><", gap=3)


def _counts(summary: Object, words: Words) -> list[str]:
    counts: Mapping[str, int] = summary["counts"]
    if _refused(summary):
        counts = Counter(change["kind"] for change in summary["changes"])
    rows = [
        [words(plan_table.KINDS[kind]), words.number(counts[kind])] for kind in plan_table.KINDS if counts.get(kind)
    ]
    if rows and summary["letters"]:
        rows.append([words("letters with sign-in data"), words.number(summary["letters"])])
    return table(rows, "<>")


def _changes(summary: Object, called: "Called", words: Words, rows: int | None) -> list[str]:
    changes = sorted(summary["changes"], key=lambda change: _BY_CONSEQUENCE[change["kind"]])
    shown = changes if rows is None else changes[:rows]
    return [*_change_rows(shown, called, words), *_more(len(changes) - len(shown), summary["run"], words)]


def _change_rows(changes: Sequence[Object], called: "Called", words: Words) -> list[str]:
    return table(
        [
            [
                words(plan_table.VERBS[change["kind"]]),
                shortened(plain(change["name"]), _NAME_COLUMNS),
                f"{change['portal']}:{change['bitrix24_id']}",
                change_text(change, called, words),
                cause_phrase(change["cause"], words),
            ]
            for change in changes
        ]
    )


def change_text(change: Object, called: "Called", words: Words) -> str:
    """Before → after of one change, short enough for a line."""
    before, after = change["before"], change["after"]
    match change["kind"]:
        case "user.create" | "user.adopt":
            return _short(after.get("login") or after.get("email") or "")
        case "user.move":
            return _arrow(
                before.get("department_name") or before.get("department"),
                after.get("department_name") or after.get("department"),
            )
        case "user.update" | "department.update":
            pairs = (
                f"{value_label(name, words)}: {_arrow(before.get(name), value)}"
                for name, value in told_values(after).items()
            )
            return words.listed(pairs, at_most=3)
        case "user.deactivate" | "user.reactivate" | "department.create" | "department.delete":
            return ""
        case "department.move" | "head.set" | "head.clear":
            name = "parent" if change["kind"] == "department.move" else "supervisor"
            was, becomes = str(before.get(name) or ""), str(after.get(name) or "")
            return _arrow(called.get(was, was), called.get(becomes, becomes))
        case _:
            raise AssertionError(change["kind"])


def _arrow(before: object, after: object) -> str:
    return f"{_short(before) or '—'} → {_short(after) or '—'}"


def _short(value: object) -> str:
    return shortened(plain("" if value is None else value), _VALUE_COLUMNS)


def _left_out(summary: Object, words: Words, rows: int | None) -> list[str]:
    found = [problem for problem in summary["problems"] if not problem.get("note")]
    counted = Counter(problem["code"] for problem in found if problem["object"] == "person")
    lines = table([[counted_problem(code, n, words)] for code, n in counted.most_common()])
    return [*lines, *_problem_rows(found, summary, words, rows)]


def _notes(summary: Object, words: Words, rows: int | None) -> list[str]:
    found = [problem for problem in summary["problems"] if problem.get("note")]
    if rows is None or len(found) <= rows:
        return _problem_rows(found, summary, words, rows)
    counted = Counter(problem["code"] for problem in found)
    lines = [[problem_phrase(code, {}, words), words.number(n)] for code, n in counted.most_common()]
    return [*table(lines, "<>"), "  " + words("One by one: {command}", command=f"b24learn-gui show {summary['run']}")]


def _problem_rows(found: Sequence[Object], summary: Object, words: Words, rows: int | None) -> list[str]:
    shown = found if rows is None else found[:rows]
    lines = table(
        [
            [
                shortened(plain(problem["name"]), _NAME_COLUMNS),
                problem["portal"]
                if problem["bitrix24_id"] is None
                else f"{problem['portal']}:{problem['bitrix24_id']}",
                problem_phrase(problem["code"], with_labels(problem["detail"], {}, words), words),
            ]
            for problem in shown
        ]
    )
    return [*lines, *_more(len(found) - len(shown), summary["run"], words)]


def _more(n: int, run: str, words: Words) -> list[str]:
    if n <= 0:
        return []
    where = f": b24learn-gui show {run}" if run else ""
    return ["  " + words.plural("and {n} more", "and {n} more", n) + where]


def _closing(summary: Object, words: Words) -> str:
    people = summary["people"]
    parts = [
        f"{words.number(people[name])} {words(label)}"
        for name, label in plan_table.COLUMNS.items()
        if people[name] or name == "read"
    ]
    lines = [words("People: {parts}.", parts=" · ".join(parts))] if people["read"] else []
    requests = summary["requests"]
    if not any(requests.values()):
        return "\n".join(lines)
    lines.append(
        words(
            "Requests: {bitrix24} to Bitrix24, {reads} reads and {writes} writes to Learn. Run {run}.",
            bitrix24=requests["bitrix24"],
            reads=requests["learn_read"],
            writes=requests["learn_write"],
            run=summary["run"],
        )
    )
    lines += _next_step(summary, words)
    return "\n".join(lines)


def _next_step(summary: Object, words: Words) -> list[str]:
    digest = summary["plan_hash"]
    deeds = summary["changes"] or summary.get("way_back", {}).get("unlinks")
    if digest is None or "error" in summary or not deeds:
        return []
    if summary["limits"] or _refused(summary):
        command = f"undo {summary['undoes']} --apply" if summary.get("undoes") else _sync(summary)
        return [words("To apply exactly this plan: {command}", command=f"b24learn-gui {command} --approve {digest}")]
    if summary.get("applied") is False and only_planned(summary):
        return [words("To take it back: {command}", command=f"b24learn-gui undo {summary['undoes']} --apply")]
    if summary["command"] == "preview":
        return [words("To write it: {command}", command=f"b24learn-gui {_sync(summary)}")]
    return []


def _sync(summary: Object) -> str:
    """The sync of those whom this run was about: of a few people never the command for everybody."""
    words = (str(each) for each in summary.get("options", ()))
    return " ".join(["sync", *(f'"{word}"' if " " in word else word for word in words)])
