"""What the window of conflicts says about a case. No Qt widgets."""

from collections.abc import Mapping
from typing import Literal

from b24learn_gui.errors import SyncError
from b24learn_gui.service.conflict_cases import FACTS, Candidate, Case
from b24learn_gui.service.conflict_words import GUARDS, STANDINGS, named, taking
from b24learn_gui.sync.learn_side import Status
from b24learn_gui.text.errors import what_happened, what_to_do
from b24learn_gui.text.words import Words, mark

Row = Literal["name", "email", "login", "job_title", "phone", "department", "status", "role", "holder"]
ROWS: Mapping[Row, str] = {
    "name": mark("Name"),
    "email": mark("E-mail"),
    "login": mark("Login"),
    "job_title": mark("Job title"),
    "phone": mark("Phone"),
    "department": mark("Department"),
    "status": mark("Status"),
    "role": mark("Role"),
    "holder": mark("Linked to"),
}
"""The rows of the comparison, in their order."""
Fields = Mapping[Row, str]

NOTHING = "—"

_STATUSES: Mapping[Status, str] = {
    "active": mark("active"),
    "inactive": mark("inactive"),
    "terminated": mark("terminated"),
}


def person_fields(case: Case, words: Words) -> dict[Row, str]:
    """What the card in Bitrix24 says; what only an account has is left empty."""
    found: dict[Row, str] = {each: case.facts[each] or NOTHING for each in FACTS}
    found["status"] = words(STANDINGS[case.standing])
    return found


def learn_fields(candidate: Candidate, words: Words) -> dict[Row, str]:
    """What the account says, and who is linked to it."""
    found: dict[Row, str] = {each: candidate.facts[each] or NOTHING for each in FACTS}
    found["status"] = words(_STATUSES[candidate.status])
    guard = words(GUARDS[candidate.guard]) if candidate.guard else ""
    managing = words("administrator of departments") if candidate.manages else words("no administrator")
    found["role"] = guard or managing
    if candidate.own:
        found["holder"] = words("this very card")
    elif candidate.holder is not None:
        found["holder"] = named(candidate.holder, words)
    else:
        found["holder"] = words("not linked")
    return found


def account_choices(case: Case, words: Words) -> dict[str, str]:
    """The candidates by their id, each with its number and login."""
    total = words.number(len(case.candidates))
    return {
        each.learn_id: words("{n} of {total}: {login}", n=words.number(place), total=total, login=each.facts["login"])
        for place, each in enumerate(case.candidates, 1)
    }


def why_not(case: Case, candidate: Candidate | None, words: Words) -> str:
    """Why a button cannot be pressed, and what linking would take from somebody else: one line each."""
    lines: list[str] = []
    if candidate is None:
        lines.append(words("There is no account to link to."))
    elif candidate.refusal is not None:
        lines.append(_refusal(candidate.refusal, words))
    else:
        lines.append(taking(candidate, words))
    if case.create_refusal is not None:
        lines.append(_refusal(case.create_refusal, words))
    if case.standing == "gone":
        lines = [words("The card is not among the people read, so nothing can be decided about it.")]
    return "\n".join(line for line in lines if line)


def _refusal(error: SyncError, words: Words) -> str:
    """Said before anything was tried: what stands in the way, and what would help."""
    return f"{what_happened(error, words)} {what_to_do(error, words)}"
