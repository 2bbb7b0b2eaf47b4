"""Codes of a plan as people read them, from the plain values of the JSON summary."""

from collections.abc import Mapping, Sequence

from b24learn_gui.text import plan_table
from b24learn_gui.text.error_table import SAYINGS
from b24learn_gui.text.errors import first_filled
from b24learn_gui.text.words import Words


def capital(text: str) -> str:
    """With a capital letter in front, as a phrase that stands alone has it."""
    return text[:1].upper() + text[1:]


def problem_phrase(code: str, detail: Mapping[str, object], words: Words) -> str:
    """Why somebody was left out, or the note about him, with the values that explain it."""
    if code == "changed_since" and isinstance(detail.get("expected"), Mapping):
        return _changed_since(detail, words)
    text = words(plan_table.PROBLEMS[code]) if code in plan_table.PROBLEMS else code.replace("_", " ")
    shown = [str(value) for name in ("fields", "value", "message", "scopes") for value in _values(detail.get(name))]
    return f"{text}: {words.listed(shown)}" if shown else text


def _changed_since(detail: Mapping[str, object], words: Words) -> str:
    """What a run wrote and what stands there now, value by value."""
    expected, present = _mapping(detail.get("expected")), _mapping(detail.get("present"))
    names = _mapping(detail.get("names"))
    told = []
    for name, value in expected.items():
        was, now = str(value or ""), str(present.get(name) or "")
        told.append(
            words(
                "{field}: the run wrote {was}, now {now}",
                field=name,
                was=names.get(was, was) or "—",
                now=names.get(now, now) or "—",
            )
        )
    return f"{words(plan_table.PROBLEMS['changed_since'])}: {words.listed(told)}"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _values(value: object) -> list[object]:
    if value in (None, ""):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def waiting_phrase(code: str, words: Words) -> str:
    """What waits for a person (INTERFACE: health): a problem, an error of the last run, or how it ended."""
    if code in plan_table.PROBLEMS:
        return words(plan_table.PROBLEMS[code])
    if code in SAYINGS:
        return words(first_filled(SAYINGS[code].what, {})).rstrip(".")
    ended = code.removeprefix("exit_")
    return words(plan_table.RESULTS[int(ended)]) if ended.isdecimal() and int(ended) in plan_table.RESULTS else code


def counted_problem(code: str, n: int, words: Words) -> str:
    """`8 people have no …`: how many people one cause left out."""
    forms = plan_table.COUNTED_PROBLEMS.get(code)
    if forms:
        return words.plural(*forms, n)
    return f"{words.number(n)}: {problem_phrase(code, {}, words)}"


def limit_phrase(kind: str, planned: int, allowed: int, words: Words) -> str:
    """`the plan deactivates 37 people, the limit is 12`."""
    return words.plural(*plan_table.LIMITS[kind], planned, allowed=allowed)


def doubt_phrase(code: str, detail: Mapping[str, object], words: Words) -> str:
    """Why a portal is in doubt (rules Q1 to Q3, I7)."""
    reason = plan_table.DOUBT_REASONS.get(str(detail.get("reason")), ())
    templates = reason or plan_table.DOUBTS.get(code, ()) or (code.replace("_", " "),)
    return words(first_filled(templates, detail), **detail)


def cause_phrase(cause: str, words: Words) -> str:
    """The cause of a change; one without a translation is shown as the plan says it."""
    return words(plan_table.CAUSES.get(cause, cause))


def reason_phrase(
    cause: str, origin: Sequence[str] | None, words: Words, labels: Mapping[str, str] | None = None
) -> str:
    """Why, and where that comes from if it is known: `origin` is a code, a name and another one (`sync.origins`).

    `labels`: what profile fields are called, by lower-case name.
    """
    code, name, other = origin or ("", "", "")
    if code not in plan_table.ORIGINS:
        return cause_phrase(cause, words)
    if code == "mapping":
        name = (labels or {}).get(name.lower()) or words(plan_table.FIELDS.get(name.lower(), name))
    return words(plan_table.ORIGINS[code], name=name, other=other)
