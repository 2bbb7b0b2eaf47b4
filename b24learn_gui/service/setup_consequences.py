"""What the ticks of the department tree come to, fast enough to be told at every click (rules D3, P1, L1, M2).

People are gathered once by the departments they stand in; a click then costs one look at every group. The figures
are those of the planner for people whose links are known; it is the planner that decides in the review.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Employee, PersonKey
from b24learn_gui.company.scope import Scope
from b24learn_gui.company.text import display_name, fold
from b24learn_gui.service.reading import signed_in_login
from b24learn_gui.service.setup_found import Consequences, World
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.doubt import doubts_of, is_another_portal, strangers
from b24learn_gui.sync.learn_side import Account
from b24learn_gui.sync.limits import exceeded
from b24learn_gui.sync.policy import Limits, PortalScope

_EMPLOYEES = frozenset({"employee", ""})

Places = tuple[int, ...]
"""The departments of one person, in the portal's order."""


@dataclass(frozen=True, slots=True)
class Deactivated:
    """Somebody whose account would be switched off."""

    key: PersonKey
    name: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One portal, its people gathered. `open`: linked people whose account is active and ours to switch off.

    `withheld`: it looks like another portal under the same key and waits for approval anyhow (rule I7), so that its
    people count for no limit.
    """

    company: Company = field(repr=False)
    forest: Forest = field(repr=False)
    people: Mapping[Places, int] = field(repr=False)
    open: Mapping[Places, tuple[Deactivated, ...]] = field(repr=False)
    guests: tuple[Deactivated, ...] = field(repr=False)
    leavers: tuple[Deactivated, ...] = field(repr=False)
    allowed: int = 0
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that stays the same while departments are ticked. `before`: the saved settings' figures."""

    world: World = field(repr=False)
    sides: Mapping[str, _Side] = field(repr=False)
    allowed: int
    before: Consequences | None = None


def prepare_consequences(world: World, settings: Settings, saved: Settings | None = None) -> Ground:
    """Gather everybody, once for a world; `settings` gives protection, holds and limits, not the ticks."""
    hands_off = _hands_off(world, settings)
    linked = Counter(key[0] for key in world.memory.people)
    of_limits = to_policy(settings).limits
    sides = {
        company.portal: _gather(
            world, company, hands_off, _allowed({company.portal: linked[company.portal]}, company.portal, of_limits)
        )
        for company in world.companies
    }
    overall = _allowed({company.portal: linked[company.portal] for company in world.companies}, "", of_limits)
    ground = Ground(world, sides, overall)
    if saved is None:
        return ground
    return Ground(world, sides, overall, consequences(ground, saved))


def consequences(ground: Ground, settings: Settings) -> Consequences:
    """The figures of these ticks; `leavers` and `out_of_scope` count, too. Portals that were not read don't."""
    study = everybody = total = limited = 0
    excess: list[tuple[int, int]] = []
    for scope in to_scopes(settings):
        side = ground.sides.get(scope.key)
        if side is None:
            continue
        marks = Scope.of(side.forest, scope.include, scope.exclude)
        study += sum(count for places, count in side.people.items() if not marks.ticked.isdisjoint(places))
        everybody += sum(side.people.values())
        number = len(_deactivated(ground, side, scope, marks, settings))
        total += number
        if not side.withheld:
            limited += number
            excess.append((number - side.allowed, side.allowed))
    excess.append((limited - ground.allowed, ground.allowed))
    worst, allowed = max(excess, key=lambda each: each[0])
    before = ground.before
    return Consequences(
        will_study=study,
        left_out=everybody - study,
        deactivated=total,
        limit=allowed if worst > 0 else min(each for _, each in excess),
        over_limit=worst > 0,
        was_studying=before.will_study if before else None,
        were_left_out=before.left_out if before else None,
    )


def who_is_deactivated(ground: Ground, settings: Settings) -> tuple[Deactivated, ...]:
    """Everybody behind `deactivated`, in the order of the portals."""
    found: list[Deactivated] = []
    for scope in to_scopes(settings):
        side = ground.sides.get(scope.key)
        if side is not None:
            marks = Scope.of(side.forest, scope.include, scope.exclude)
            found += _deactivated(ground, side, scope, marks, settings)
    return tuple(found)


def _deactivated(
    ground: Ground, side: _Side, scope: PortalScope, marks: Scope, settings: Settings
) -> list[Deactivated]:
    """Rules L1 and Q3: in doubt nobody is."""
    if doubts_of(side.company, marks, ground.world.memory.rights.get(scope.key)):
        return []
    found = list(side.leavers) if settings.sync.leavers != "keep" else []
    if settings.sync.out_of_scope != "keep":
        found += side.guests
        for places, people in side.open.items():
            if marks.ticked.isdisjoint(places):
                found += people
    return found


def _gather(world: World, company: Company, hands_off: frozenset[PersonKey], allowed: int) -> _Side:
    memory, accounts = world.memory, world.learn.accounts
    changed, read = strangers(company, memory.people)
    withheld = is_another_portal(len(changed), read)
    apart = hands_off if withheld else hands_off | changed
    people: Counter[Places] = Counter()
    unlocked: dict[Places, list[Deactivated]] = {}
    guests: list[Deactivated] = []
    leavers: list[Deactivated] = []
    present: set[PersonKey] = set()

    def switchable(key: PersonKey) -> Account | None:
        link = memory.people.get(key)
        account = accounts.get(link.learn_id) if link is not None and key not in apart else None
        return account if account is not None and account.status == "active" else None

    for employee in company.employees:
        key = (company.portal, employee.id)
        present.add(key)
        studies = _may_study(employee)
        if studies:
            people[employee.departments] += 1
        if switchable(key) is None:
            continue
        each = Deactivated(key, display_name(employee))
        if studies:
            unlocked.setdefault(employee.departments, []).append(each)
        else:
            (guests if employee.active else leavers).append(each)
    for key in memory.people:
        if key[0] == company.portal and key not in present:
            account = switchable(key)
            if account is not None:
                leavers.append(Deactivated(key, account.login))
    return _Side(
        company=company,
        forest=Forest.of(company.departments),
        people=people,
        open={places: tuple(group) for places, group in unlocked.items()},
        guests=tuple(guests),
        leavers=tuple(leavers),
        allowed=allowed,
        withheld=withheld,
    )


def _may_study(employee: Employee) -> bool:
    """Rule P1, its departments aside."""
    return employee.active and employee.kind in _EMPLOYEES


def _hands_off(world: World, settings: Settings) -> frozenset[PersonKey]:
    """Linked people whose accounts are never touched (rules N2, U2, I6)."""
    policy, memory, learn = to_policy(settings), world.memory, world.learn
    protect = {fold(login) for login in (*policy.protect, signed_in_login(settings)) if login}
    guarded = {
        account.id
        for account in learn.accounts.values()
        if account.guarded or account.id == learn.signed_in_id or fold(account.login) in protect
    }
    left_alone = {key for key, decision in memory.decisions.items() if decision.kind == "leave"}
    of_guarded = {key for key, link in memory.people.items() if link.learn_id in guarded}
    return frozenset(policy.hold | memory.held | left_alone | of_guarded)


def _allowed(linked: Mapping[str, int], portal: str, limits: Limits) -> int:
    """How many deactivations the limits allow; asked of the limits themselves by exceeding them."""
    enough = max(limits.always_allowed, sum(linked.values())) + 1
    change = Change("user.deactivate", portal, 0, None, "")
    hits = exceeded([change] * enough, linked=linked, whole=frozenset(), limits=limits)
    return next((hit.allowed for hit in hits if hit.kind == "user.deactivate"), enough)
