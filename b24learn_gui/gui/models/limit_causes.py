"""Which limits a plan is above, by how much, and what brought it there: the causes, most frequent first. No Qt."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from b24learn_gui.company.model import PersonKey
from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.sync.limits import INTERRUPTED, WAITS_FOR_SEAT
from b24learn_gui.sync.reasons import Reason

_LISTS: Mapping[str, str] = {"login_changes": "user.update", "letters": "user.create"}
"""The list that holds what a limit counts, where it is not the list of the same name."""
_OF_LINKED = frozenset({"user.create", "user.update", "user.move", "user.deactivate", "user.reactivate"})
"""What is limited by a share of the linked people."""


class CauseShare(NamedTuple):
    """So many of what a limit counts have this cause."""

    number: int
    reason: Reason


class ExceededLimit(NamedTuple):
    """A limit the plan exceeds. `tile`: the list behind it; `counted`: what `causes` add up to.

    `linked`: the linked people whom a share is taken of, 0 where it is none or nobody is linked yet.
    """

    kind: str
    planned: int
    allowed: int
    tile: str
    counted: int
    causes: tuple[CauseShare, ...]
    linked: int = 0


def exceeded_limits(data: PlanData) -> list[ExceededLimit]:
    """The limits of the summary, those missed by the most first. Some 20 ms for 20,000 changes."""
    hits = sorted(data.summary.get("limits", ()), key=lambda hit: hit["allowed"] - hit["planned"])
    adopted = {_key(each) for each in data.listed("user.adopt")}
    return [_exceeded(data, hit, adopted) for hit in hits]


def _exceeded(data: PlanData, hit: Mapping[str, Any], adopted: set[PersonKey]) -> ExceededLimit:
    kind, planned, allowed = hit["kind"], hit["planned"], hit["allowed"]
    tile = _LISTS.get(kind, kind)
    counted = [each for each in data.listed(tile) if _counts(each, kind, adopted)]
    linked = sum(data.linked.values())
    if len(counted) != planned:  # the limit is one portal's, not that of all together
        by_portal = Counter(each["portal"] for each in counted)
        portal = next((portal for portal, number in by_portal.items() if number == planned), None)
        if portal is not None:
            counted = [each for each in counted if each["portal"] == portal]
            linked = data.linked.get(portal, 0)
    causes = data.reasons(counted)
    return ExceededLimit(
        kind,
        planned,
        allowed,
        tile,
        len(counted),
        tuple(CauseShare(number, reason) for reason, number in causes),
        linked if kind in _OF_LINKED else 0,
    )


def _counts(change: Mapping[str, Any], kind: str, adopted: set[PersonKey]) -> bool:
    """What counts towards a limit (rules M1 and M3)."""
    if change["cause"] in {INTERRUPTED, WAITS_FOR_SEAT}:
        return False
    if kind in {"user.update", "user.move", "login_changes"} and _key(change) in adopted:
        return False
    if kind == "login_changes":
        return "login" in change["after"]
    return kind != "letters" or change["after"].get("letter") is True


def _key(change: Mapping[str, Any]) -> PersonKey:
    return change["portal"], change["bitrix24_id"]
