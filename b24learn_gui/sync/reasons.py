"""Why a plan is as it is, in numbers: what each limit counts, and what that comes from (incident T23).

Light: the program that stays in the tray needs it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from b24learn_gui.sync import limits
from b24learn_gui.sync.changes import Change, LimitHit, Value

OriginKey = tuple[str, str, int]
"""(kind of the change, portal key, Bitrix24 id)."""


class Origin(NamedTuple):
    """What made a change so; `name` and `other` by code:

    - `unticked`, `not_ticked`, `ticked`, `vanished`: the department; `not_ticked` where nobody knows what was before
    - `moved`: the department, and below which one it stands now
    - `elsewhere`, `elsewhere_not_ticked`: the department the person is in; `placeless` and `guest`: nothing
    - `mapping`: the profile field, and the Bitrix24 field it is filled from now; `login_from`, `phone_region`: its
      value now; `domain`: of e-mails, before and now
    - of departments: `renamed`, `portal_name`, `placed`, `edited_in_learn`: nothing
    """

    code: str
    name: str = ""
    other: str = ""


class Reason(NamedTuple):
    """The cause a plan gives, and the origin where there is one: what changes are counted together by."""

    cause: str
    origin: Origin | None = None


class Counted(Protocol):
    """What is needed of a change to count it."""

    @property
    def kind(self) -> str: ...
    @property
    def portal(self) -> str: ...
    @property
    def bitrix24_id(self) -> int: ...
    @property
    def cause(self) -> str: ...
    @property
    def after(self) -> Mapping[str, Value]: ...


def reasons_of(
    hit: LimitHit, changes: Iterable[Counted], origins: Mapping[OriginKey, Origin]
) -> list[tuple[Reason, int]]:
    """What brought about that which a limit counts, the most frequent first (incident T23)."""
    counted = counted_by(hit, changes)
    reasons = (Reason(each.cause, origins.get((each.kind, each.portal, each.bitrix24_id))) for each in counted)
    return Counter(reasons).most_common()


def counted_by(hit: LimitHit, changes: Iterable[Counted]) -> list[Counted]:
    """The changes that a limit counts (rules M1 and M3); of one portal, where the limit is that portal's."""
    changes = list(changes)
    adopted = {(each.portal, each.bitrix24_id) for each in changes if each.kind == "user.adopt"}
    counted = [each for each in changes if _counts(each, hit.kind, adopted)]
    if len(counted) != hit.planned:
        by_portal = Counter(each.portal for each in counted)
        portal = next((portal for portal, number in by_portal.items() if number == hit.planned), None)
        counted = [each for each in counted if portal in (None, each.portal)]
    return counted


def _counts(change: Counted, kind: str, adopted: set[tuple[str, int]]) -> bool:
    if change.cause in {limits.INTERRUPTED, limits.WAITS_FOR_SEAT}:
        return False
    if kind == "letters":
        return change.after.get("letter") is True
    if change.kind in {"user.update", "user.move"} and (change.portal, change.bitrix24_id) in adopted:
        return False
    if kind == "login_changes":
        return change.kind == "user.update" and "login" in change.after
    return change.kind == kind


def likely(
    hits: Sequence[LimitHit], changes: Sequence[Change], origins: Mapping[OriginKey, Origin]
) -> Iterator[tuple[str, list[tuple[Reason, int]]]]:
    """Each exceeded limit with its reasons, those exceeded by most first."""
    for hit in sorted(hits, key=lambda each: each.allowed - each.planned):
        yield hit.kind, reasons_of(hit, changes, origins)
