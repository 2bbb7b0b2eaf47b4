"""The plan: what one run would change, computed from both sides and the journal alone, without any effect."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import (
    Company,
    DepartmentKey,
    Doubt,
    PersonKey,
    department_code,
    person_label,
)
from b24learn_gui.company.scope import Scope
from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.sync.changes import KINDS, Change, Plan, Problem, Verdict
from b24learn_gui.sync.claims import settle
from b24learn_gui.sync.departments import Counterparts, index_codes, plan_deletions, plan_departments
from b24learn_gui.sync.doubt import doubts_of, is_another_portal, only_adding, strangers, unreadable_people
from b24learn_gui.sync.fields import field_rules, unknown_fields
from b24learn_gui.sync.hashing import plan_hash
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.limits import exceeded, letters_of
from b24learn_gui.sync.matching import Index, duplicates, protection
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.people import (
    Learners,
    Person,
    Portal,
    claim_of,
    close_ledger,
    find_account,
    gather,
    plan_learner,
    plan_leaver,
    plan_newcomer,
    plan_status,
    refused_before,
    set_aside,
    share_out,
)
from b24learn_gui.sync.policy import Policy, PortalScope
from b24learn_gui.sync.portal_heads import but_held, heads_of


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What this run was asked for.

    `only`: the chosen people (rule T1; None: everybody), `only_departments`: departments chosen as a whole, their
    branches included. `deactivate` is false for `--no-deactivate`. `signed_in_login` is the Learn account we use.
    """

    only: frozenset[PersonKey] | None = None
    only_departments: frozenset[DepartmentKey] = frozenset()
    deactivate: bool = True
    signed_in_login: str = ""


@dataclass(slots=True)
class _Draft:
    """The plan while it grows."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    verdicts: dict[PersonKey, Verdict] = field(default_factory=dict)
    account_ids: dict[str, str] = field(default_factory=dict)


def make_plan(
    sources: Sequence[Company],
    learn: LearnSnapshot,
    memory: Memory,
    policy: Policy,
    scopes: Sequence[PortalScope],
    options: PlanOptions | None = None,
) -> Plan:
    """What a run would do now. `sources`: portals that were read; `scopes`: all portals of the settings.

    Raises `SettingsInvalid` where the mapping names Learn fields that the account does not have.
    """
    options = options or PlanOptions()
    unknown = unknown_fields(policy, learn.fields)
    if unknown:
        raise SettingsInvalid(
            [Fault(f"sync.fields.{name}", "unknown_learn_field", {"field": name}) for name in unknown]
        )
    known = Counterparts(learn, memory.departments, index_codes(learn), memory.held_departments)
    portals, withheld = _prepare(sources, memory, scopes, known)
    learners = _learners(learn, memory, policy, options)
    people = {portal.key: gather(portal, learners) for portal in portals}
    _decide_people(portals, people, learners, options, withheld)
    draft = _Draft(problems=_portal_problems(portals, withheld, memory, scopes, known))
    for portal in portals:
        _add_portal(draft, portal, people[portal.key], learners, known, options)
    changes = _in_order(draft.changes)
    linked = Counter(key[0] for key in memory.people)
    return Plan(
        changes=changes,
        hash=plan_hash(changes),
        problems=tuple(draft.problems),
        limits=exceeded(
            [change for change in changes if change.portal not in withheld],  # those wait for approval anyhow (I7, Q4)
            linked={portal.key: linked[portal.key] for portal in portals},
            whole=memory.whole,
            limits=policy.limits,
        ),
        letters=letters_of(changes),
        doubts={
            portal.key: (*portal.doubts, *((Doubt("portal_changed"),) if portal.key in withheld else ()))
            for portal in portals
        },
        withheld=withheld,
        rebuilt=frozenset(portal.key for portal in portals if portal.rebuilt),
        verdicts=draft.verdicts,
        department_ids={
            department_code(key): here.id for portal in portals for key, here in portal.departments.existing.items()
        },
        department_links={} if options.only is not None else _links(portals),
        account_ids=draft.account_ids,
    )


def _prepare(
    sources: Sequence[Company], memory: Memory, scopes: Sequence[PortalScope], known: Counterparts
) -> tuple[list[Portal], frozenset[str]]:
    """The portals ready for planning, and those that look like another portal under the same key (rule I7)."""
    settings = {each.key: each for each in scopes}
    portals: list[Portal] = []
    withheld: set[str] = set()
    for company in sources:
        wishes = settings[company.portal]
        forest = Forest.of(company.departments)
        scope = Scope.of(forest, wishes.include, wishes.exclude)
        changed, read = strangers(company, memory.people)
        if is_another_portal(len(changed), read):
            withheld.add(company.portal)
            changed = frozenset()
        portals.append(
            Portal(
                company=company,
                settings=wishes,
                forest=forest,
                scope=scope,
                doubts=doubts_of(company, scope, memory.rights.get(company.portal)),
                departments=plan_departments(company.portal, wishes.name, forest, scope, known),
                strangers=changed,
                unreadable=unreadable_people(company),
                rebuilt=_is_rebuilt(company.portal, memory, known),
            )
        )
    return portals, frozenset(withheld)


def _is_rebuilt(key: str, memory: Memory, known: Counterparts) -> bool:
    """Rule I8: Learn has departments with this portal's codes, and the journal knows nothing of them.

    It lasts until a whole sync has come to its end: a few people alone, one decided conflict or a run that was stopped
    leave the others unknown, and of those who were dismissed nobody would ask again.
    """
    linked = any(each[0] == key and link.origin != "decided" for each, link in memory.people.items())
    begun = key in memory.known or linked or any(each[0] == key for each in memory.departments)
    if begun and key not in memory.rebuilding:
        return False
    return any(code.startswith(f"b24-{key}-") and code.removeprefix(f"b24-{key}-").isdigit() for code in known.by_code)


def _learners(learn: LearnSnapshot, memory: Memory, policy: Policy, options: PlanOptions) -> Learners:
    return Learners(
        learn=learn,
        memory=memory,
        index=Index(learn, memory, protection(learn, policy, options.signed_in_login)),
        rules=field_rules(policy, learn.fields),
        deactivate=options.deactivate and options.only is None,
        seats=learn.free_seats,
    )


def _decide_people(
    portals: Sequence[Portal],
    people: Mapping[str, list[Person]],
    learners: Learners,
    options: PlanOptions,
    withheld: frozenset[str],
) -> None:
    """Fill in every chosen person's changes. Matching and unique values are settled over all portals together."""
    everybody = [person for portal in portals for person in people[portal.key]]
    linked = [each for each in everybody if each.in_scope and each.account is not None]
    interims = learners.memory.interims
    twice = duplicates(
        {each.key: each.wanted for each in everybody if each.in_scope and each.account is None},
        # Whoever stands on a swap's interim value may have to go back to what he had before (rule P7).
        [each.wanted.values for each in linked] + [interims[each.key] for each in linked if each.key in interims],
    )
    chosen = {
        portal.key: [
            person
            for person in people[portal.key]
            if (options.only is None or person.key in options.only) and not set_aside(person, portal, learners)
        ]
        for portal in portals
    }
    for portal in portals:
        for person in chosen[portal.key]:
            if person.account is None:
                find_account(person, portal, learners, twice)
    share_out(person for group in chosen.values() for person in group)
    claims = {
        person.key: claim_of(person, learners)
        for group in chosen.values()
        for person in group
        if person.in_scope and person.account is not None and person.column is None
    }
    settle(
        claims,
        learners.index,
        ((each.key, each.wanted.values) for each in everybody if each.in_scope and each.account is not None),
        refused=lambda claim: refused_before(claim, learners),
        withheld=withheld,
    )
    seats = _Seats(learners.seats)
    for portal in portals:
        undecided = [person for person in chosen[portal.key] if person.column is None]
        for person in undecided:
            if not person.in_scope:
                plan_leaver(person, portal, learners)
            elif person.key in claims:
                plan_learner(person, claims[person.key], portal, learners)
            else:
                plan_newcomer(person, portal, learners)
        plan_status((person for person in undecided if person.in_scope), portal, seats.take)


class _Seats:
    """The free seats Learn told of; where it tells nothing there is always one (rule L3)."""

    def __init__(self, free: int | None) -> None:
        self._free = free

    def take(self) -> bool:
        if self._free is None:
            return True
        self._free -= 1
        return self._free >= 0


def _portal_problems(
    portals: Sequence[Portal],
    withheld: frozenset[str],
    memory: Memory,
    scopes: Sequence[PortalScope],
    known: Counterparts,
) -> list[Problem]:
    problems: list[Problem] = []
    for portal in portals:
        for doubt in portal.doubts:
            if doubt.code == "department_vanished":
                id_ = int(str(doubt.detail["department"]))
                problems.append(Problem("department", portal.key, id_, f"№\u00a0{id_}", doubt.code, doubt.detail))
            else:
                problems.append(Problem("portal", portal.key, None, portal.key, doubt.code, doubt.detail))
        if portal.key in withheld:
            changed, read = strangers(portal.company, memory.people)
            detail = {"changed": len(changed), "linked": read}
            problems.append(Problem("portal", portal.key, None, portal.key, "portal_changed", detail))
        if portal.rebuilt:
            prefix = f"b24-{portal.key}-"
            count = sum(code.startswith(prefix) for code in known.by_code)
            problems.append(Problem("portal", portal.key, None, portal.key, "journal_rebuilt", {"departments": count}))
    linked = Counter(key[0] for key in memory.people)
    configured = {each.key for each in scopes}
    strays = sorted({each[0] for each in (*memory.people, *memory.departments)} - configured)
    problems.extend(
        Problem("portal", key, None, key, "portal_not_configured", {"people": linked[key]}, note=True) for key in strays
    )
    return problems


def _add_portal(
    draft: _Draft,
    portal: Portal,
    people: Sequence[Person],
    learners: Learners,
    known: Counterparts,
    options: PlanOptions,
) -> None:
    """Join a portal's departments, people and heads; what a doubt forbids is left out (rule Q3)."""
    chosen = people if options.only is None else [person for person in people if person.key in options.only]
    changes = [change for person in chosen for change in person.changes]
    placed = _department_changes(portal, chosen, options)
    deletions = _deletions(portal, people, learners, known, options)
    heads, notes = heads_of(portal, people, learners, known, options.only, options.only_departments, placed + deletions)
    heads, held_back = but_held(heads, changes, known.held)
    if options.only is None and not portal.doubts:
        notes += _held_notes(portal.key, {**held_back, **portal.departments.held_back})
    changes += [*placed, *heads, *deletions]
    draft.changes += only_adding(changes) if portal.doubts else changes
    for person in chosen:
        draft.problems += person.problems
        if person.employee is not None:
            draft.verdicts[person.key] = _verdict(person, portal)
    draft.problems += notes
    for person in people:
        if person.account is not None:
            draft.account_ids[person_label(person.key)] = person.account.id


def _verdict(person: Person, portal: Portal) -> Verdict:
    departments = person.employee.departments if person.employee else ()
    where = (person.department,) if person.department is not None else departments
    marks = (portal.scope.mark(id_) for id_ in where)
    return Verdict(
        column=close_ledger(person),
        in_scope=person.in_scope,
        name=person.name,
        mark=next((mark for mark in marks if mark is not None), None),
        learn_id=person.account.id if person.account else None,
        rule=person.match.rule,
        codes=tuple(problem.code for problem in person.problems),
    )


def _department_changes(portal: Portal, chosen: Iterable[Person], options: PlanOptions) -> list[Change]:
    """All of a portal's department changes, or for chosen people only the missing ones on their way (rule T1)."""
    if options.only is None:
        return portal.departments.changes
    targets = {
        person.department
        for person in chosen
        if person.department is not None and any(change.kind in _PLACING for change in person.changes)
    }
    path = {id_ for target in targets for id_ in portal.forest.path(target)}
    return [
        change
        for change in portal.departments.changes
        if change.kind == "department.create" and change.bitrix24_id in path
    ]


_PLACING = frozenset({"user.create", "user.move"})


def _deletions(
    portal: Portal, people: Iterable[Person], learners: Learners, known: Counterparts, options: PlanOptions
) -> list[Change]:
    if options.only is not None or learners.rules.policy.empty_departments != "delete" or portal.doubts:
        return []
    moved = _moved_accounts(people, portal)
    return plan_deletions(portal.key, portal.forest, known, moved=moved, places=portal.departments.places)


def _moved_accounts(people: Iterable[Person], portal: Portal) -> dict[str, str]:
    """Account id → the Learn department it is moved to in this run (empty: one that is created in it)."""
    moved: dict[str, str] = {}
    for person in people:
        if person.account is not None and any(change.kind == "user.move" for change in person.changes):
            here = portal.departments.existing.get((portal.key, person.department or 0))
            moved[person.account.id] = here.id if here else ""
    return moved


def _held_notes(portal: str, held_back: Mapping[DepartmentKey, str]) -> list[Problem]:
    return [Problem("department", portal, key[1], name, "held_by_undo", note=True) for key, name in held_back.items()]


def _links(portals: Iterable[Portal]) -> dict[DepartmentKey, str]:
    return {key: learn_id for portal in portals for key, learn_id in portal.departments.to_link.items()}


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """By kind as the interface lists them, departments parents first, otherwise as they were found."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(changes, key=lambda change: places[change.kind]))
