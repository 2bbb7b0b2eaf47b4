"""The department tree Learn should have, and the way there (rules D1 to D4)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Department, DepartmentKey, department_code
from b24learn_gui.company.scope import Scope
from b24learn_gui.company.text import clean
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.learn_side import LearnDepartment, LearnSnapshot
from b24learn_gui.sync.memory import DepartmentLink

NEW = "new in Bitrix24"
CHANGED = "differs from Bitrix24"
GONE = "gone from Bitrix24"


@dataclass(frozen=True, slots=True)
class Counterparts:
    """Where departments of ours are looked for in Learn: stored links first, then codes (rule D2)."""

    learn: LearnSnapshot
    links: Mapping[DepartmentKey, DepartmentLink]
    by_code: Mapping[str, LearnDepartment]
    held: frozenset[DepartmentKey] = frozenset()
    """Those that an undo touched: they keep their names, places and heads until released (rule U2)."""


@dataclass(slots=True)
class DepartmentPlan:
    """`existing`: departments of ours that Learn has, `places`: where each of ours hangs after the changes.

    A department that is still to be created goes by its code there. `held_back`: departments that differ from Bitrix24
    and are left so, because an undo touched them, by their names.
    """

    changes: list[Change] = field(default_factory=list)
    existing: dict[DepartmentKey, LearnDepartment] = field(default_factory=dict)
    to_link: dict[DepartmentKey, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    held_back: dict[DepartmentKey, str] = field(default_factory=dict)


def shown_name(department: Department) -> str:
    """A name as it is sent: without one a department goes by its number."""
    return clean(department.name) or f"№ {department.id}"


def recognise(keys: Iterable[DepartmentKey], known: Counterparts) -> dict[DepartmentKey, LearnDepartment]:
    """Departments of ours in Learn: by the stored link, else by their code, never by name (rule D2)."""
    found: dict[DepartmentKey, LearnDepartment] = {}
    for key in keys:
        link = known.links.get(key)
        here = known.learn.departments.get(link.learn_id) if link else None
        here = here or known.by_code.get(department_code(key))
        if here is not None and here.id != known.learn.root_id:
            found[key] = here
    return found


def index_codes(learn: LearnSnapshot) -> dict[str, LearnDepartment]:
    """By code; of several with one code the smallest id, so that every run decides alike."""
    index: dict[str, LearnDepartment] = {}
    for id_ in sorted(learn.departments, reverse=True):
        department = learn.departments[id_]
        if department.code:
            index[department.code.strip().lower()] = department
    return index


def plan_departments(portal: str, name: str, forest: Forest, scope: Scope, known: Counterparts) -> DepartmentPlan:
    """Create what is needed, and keep name and place of every department of ours in step, parents first."""
    plan, learn, links = DepartmentPlan(), known.learn, known.links
    plan.existing = recognise(((portal, each.id) for each in forest.order), known)
    plan.to_link = {
        key: here.id for key, here in plan.existing.items() if key not in links or links[key].learn_id != here.id
    }
    needed = frozenset(scope.needed)
    stays = False
    for department in forest.order:
        key = (portal, department.id)
        parent = forest.parent_of(department.id)
        wanted_name = (clean(name) if parent is None else "") or shown_name(department)
        here = plan.existing.get(key)
        if here is None and department.id not in needed:
            continue
        parent_here = plan.existing.get((portal, parent)) if parent is not None else learn.departments[learn.root_id]
        reachable = parent is None or parent in needed or parent_here is not None
        parent_code = learn.root_id if parent is None else department_code((portal, parent))
        if here is None:
            after = {"name": wanted_name, "parent": parent_code, "code": department_code(key)}
            plan.changes.append(
                Change("department.create", portal, department.id, None, wanted_name, after=after, cause=NEW)
            )
            continue
        stays |= not reachable
        moves = reachable and (parent_here is None or here.parent_id != parent_here.id)
        if key in known.held:
            if moves or clean(here.name) != wanted_name:
                plan.held_back[key] = shown_name(department)
            continue
        if clean(here.name) != wanted_name:
            plan.changes.append(
                Change(
                    "department.update",
                    portal,
                    department.id,
                    here.id,
                    wanted_name,
                    before={"name": here.name},
                    after={"name": wanted_name},
                    cause=CHANGED,
                )
            )
        if moves:
            before = {"parent": _name_of(here.parent_id, learn)}
            plan.changes.append(
                Change(
                    "department.move",
                    portal,
                    department.id,
                    here.id,
                    wanted_name,
                    before=before,
                    after={"parent": parent_code},
                    cause=CHANGED,
                )
            )
            plan.places[here.id] = parent_here.id if parent_here else parent_code
    if plan.held_back or stays:
        _keep_out_of_circles(plan, known)
    return plan


def _keep_out_of_circles(plan: DepartmentPlan, known: Counterparts) -> None:
    """A department that would be put below itself stays, too: one in between stays, because an undo put it there, or
    because it is not ticked and Learn does not have the one it belongs below.
    """
    learn = known.learn
    ids = {department_code(key): here.id for key, here in plan.existing.items()}
    held = {here.id for key, here in plan.existing.items() if key in known.held}
    creates = [each.after for each in plan.changes if each.kind == "department.create"]
    above: dict[str, str] = {id_: here.parent_id or "" for id_, here in learn.departments.items()}
    above |= {str(made["code"]): ids.get(str(made["parent"]), str(made["parent"])) for made in creates}
    while closing := next((id_ for id_ in plan.places if _circle_of(id_, above | plan.places)), None):
        circle = _circle_of(closing, above | plan.places)
        del plan.places[closing]
        moved = next(each for each in plan.changes if each.kind == "department.move" and each.learn_id == closing)
        plan.changes.remove(moved)
        if not held.isdisjoint(circle):
            plan.held_back[moved.key] = moved.name


def _circle_of(id_: str, above: Mapping[str, str]) -> tuple[str, ...]:
    """The departments from this one up to itself; none where it does not hang below itself."""
    circle, at = {id_: None}, above.get(id_, "")
    while at and at not in circle:
        circle[at] = None
        at = above.get(at, "")
    return tuple(circle) if at == id_ else ()


def _name_of(department_id: str | None, learn: LearnSnapshot) -> str:
    """A department's code where it is one of ours, else its Learn id: how changes name departments."""
    department = learn.departments.get(department_id or "")
    return (department.code if department and department.code.startswith("b24-") else department_id) or ""


def plan_deletions(
    portal: str, forest: Forest, known: Counterparts, *, moved: Mapping[str, str], places: Mapping[str, str]
) -> list[Change]:
    """Departments of ours that are gone from Bitrix24 and will be empty, leaves first (rule D4).

    `moved`: account id → the Learn department it is moved to in this run, `places` the same for departments.
    """
    learn = known.learn
    gone = gone_departments(portal, forest, known)
    ours = {here.id: key for key, here in gone.items() if key not in known.held}
    if not ours:
        return []
    kept = {moved.get(each.id, each.department_id) for each in learn.accounts.values()}
    kept |= {managed for each in learn.accounts.values() for managed in each.manages}
    parents = {each.id: places.get(each.id, each.parent_id or "") for each in learn.departments.values()}
    below = Counter(parents.values())
    empty = sorted((id_ for id_ in ours if not below[id_]), key=lambda id_: ours[id_], reverse=True)
    deletable: list[str] = []
    while empty:
        id_ = empty.pop()
        if id_ in kept:
            continue
        deletable.append(id_)
        parent = parents[id_]
        below[parent] -= 1
        if parent in ours and not below[parent]:
            empty.append(parent)
    return [_deletion(ours[id_], learn.departments[id_], learn) for id_ in deletable]


def gone_departments(portal: str, forest: Forest, known: Counterparts) -> dict[DepartmentKey, LearnDepartment]:
    """What Learn has of this portal's linked departments that are gone from Bitrix24."""
    gone = sorted(key for key in known.links if key[0] == portal and key[1] not in forest)
    return recognise(gone, known)


def _deletion(key: DepartmentKey, here: LearnDepartment, learn: LearnSnapshot) -> Change:
    before = {"name": here.name, "parent": _name_of(here.parent_id, learn), "code": here.code}
    return Change("department.delete", key[0], key[1], here.id, here.name, before=before, cause=GONE)
