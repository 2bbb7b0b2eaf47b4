"""How much one run may change before a person has to approve it (rules M1 to M4)."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from b24learn_gui.sync.changes import Change, Kind, LimitHit
from b24learn_gui.sync.policy import Limits

SMALL_COMPANY = 40
SMALL_COMPANY_PERCENT = 50
INTERRUPTED = "its creation was interrupted"
"""The cause of an adoption that only finishes a create of ours: no adoption in the sense of the limits."""
WAITS_FOR_SEAT = "waits for a seat"
"""The cause of a reactivation that only finishes a create of ours (rule L3): it is tried every night, and however many
wait, the rest of the plan is not held up by them."""


def exceeded(
    changes: Sequence[Change], *, linked: Mapping[str, int], whole: Collection[str], limits: Limits
) -> tuple[LimitHit, ...]:
    """Every limit the changes exceed, one row a kind: where several are exceeded, the one missed by the most.

    `linked`: people linked when the run starts, by portal read. `whole`: portals past their first whole sync.
    """
    counted = _limited(changes)
    hits: dict[str, LimitHit] = {}

    def check(kind: str, planned: int, allowed: int) -> None:
        former = hits.get(kind)
        if planned > allowed and (former is None or planned - allowed > former.planned - former.allowed):
            hits[kind] = LimitHit(kind, planned, allowed)

    for portal, people in linked.items():
        _check_portions(
            check,
            Counter(each.kind for each in counted if each.portal == portal),
            people,
            limits,
            creates=portal in whole,
        )
        deactivations = sum(each.kind == "user.deactivate" and each.portal == portal for each in counted)
        check("user.deactivate", deactivations, min(_deactivations(people, limits), max(1, people // 2)))
    everybody = sum(linked.values())
    settled = Counter(each.kind for each in counted if each.kind != "user.create" or each.portal in whole)
    _check_portions(check, settled, everybody, limits, creates=True)
    check("user.deactivate", settled["user.deactivate"], _deactivations(everybody, limits))
    _check_totals(check, counted, limits)
    return tuple(hits[kind] for kind in sorted(hits))


def letters_of(changes: Sequence[Change]) -> int:
    """How many letters with sign-in data these changes would send."""
    return sum(each.after.get("letter") is True for each in changes)


def _limited(changes: Sequence[Change]) -> list[Change]:
    """Changes that count: what happens to an account adopted in the same run counts as the adoption only (M3)."""
    adopted = {each.key for each in changes if each.kind == "user.adopt"}
    return [
        each
        for each in changes
        if each.cause not in {INTERRUPTED, WAITS_FOR_SEAT}
        and (each.kind not in {"user.update", "user.move"} or each.key not in adopted)
    ]


Check = Callable[[str, int, int], None]


def _check_portions(check: Check, counts: Mapping[Kind, int], people: int, limits: Limits, *, creates: bool) -> None:
    check("user.update", counts.get("user.update", 0), _portion(people, limits.update_percent, limits))
    check("user.move", counts.get("user.move", 0), _portion(people, limits.move_percent, limits))
    check("user.reactivate", counts.get("user.reactivate", 0), _portion(people, limits.move_percent, limits))
    if creates:
        check("user.create", counts.get("user.create", 0), _portion(people, limits.create_percent, limits))


def _portion(people: int, percent: int, limits: Limits) -> int:
    return max(limits.always_allowed, people * percent // 100)


def _deactivations(people: int, limits: Limits) -> int:
    percent = SMALL_COMPANY_PERCENT if people <= SMALL_COMPANY else limits.deactivate_percent
    return max(limits.always_allowed, min(limits.deactivate_count, people * percent // 100))


def _check_totals(check: Check, counted: Sequence[Change], limits: Limits) -> None:
    """The limits that are plain numbers hold over all portals, on the first run, too (M3)."""
    check("user.adopt", sum(each.kind == "user.adopt" for each in counted), limits.adoptions)
    logins = sum(each.kind == "user.update" and "login" in each.after for each in counted)
    check("login_changes", logins, limits.login_changes)
    check("letters", letters_of(counted), limits.letters)
