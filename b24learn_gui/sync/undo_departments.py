"""The way back for departments and their heads (rules U1 and U2): names, places, deleted ones, supervisors."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from b24learn_gui.company.model import department_code
from b24learn_gui.company.text import same_text
from b24learn_gui.sync.changes import Change, Kind, Value
from b24learn_gui.sync.heads import head_values
from b24learn_gui.sync.learn_side import LearnDepartment
from b24learn_gui.sync.undo_values import Present, UndoDraft, undo_of

_Way = tuple[Change, Change]
"""The run's change of a place, and the one that takes it back."""


def undo_departments(done: Sequence[Change], present: Present, draft: UndoDraft) -> frozenset[str]:
    """Add the way back of every `department.*` change, from the top of the restored tree down.

    Created departments stay. Gives the codes of the deleted ones that are created again.
    """
    creates = {
        str(change.before.get("code") or department_code(change.key)): change
        for change in done
        if change.kind == "department.delete"
    }
    creates = {code: change for code, change in creates.items() if code not in present.codes}
    places: dict[str, _Way] = {}
    for change in reversed(done):
        here = present.learn.departments.get(change.learn_id or "")
        if change.kind in ("department.update", "department.move") and here is None:
            draft.differs(change, {"department": change.learn_id or ""}, {"department": ""})
        elif change.kind == "department.update" and here is not None:
            _undo_rename(change, here, draft)
        elif change.kind == "department.move" and here is not None:
            back = _undo_move(change, here, present, draft, creates)
            if back is not None:
                places[here.id] = (change, back)
    for code, change in creates.items():
        before: dict[str, Value] = {"name": change.before.get("name", change.name), "code": code}
        parent = str(change.before.get("parent") or present.learn.root_id)
        if parent not in creates and present.department(parent) is None:
            parent = present.learn.root_id
            draft.note(change, "department_missing", department=change.before.get("parent"))
        places[code] = (change, _back(change, "department.create", None, {}, {**before, "parent": parent}))
    draft.changes += _top_down(places, present, draft)
    return frozenset(creates)


def _back(
    change: Change, kind: Kind, learn_id: str | None, before: Mapping[str, Value], after: Mapping[str, Value]
) -> Change:
    return Change(
        kind,
        change.portal,
        change.bitrix24_id,
        learn_id,
        change.name,
        before=before,
        after=after,
        cause=undo_of(change),
    )


def _undo_rename(change: Change, here: LearnDepartment, draft: UndoDraft) -> None:
    former, written = str(change.before.get("name") or ""), str(change.after.get("name") or "")
    if same_text(here.name, former):
        return
    if same_text(here.name, written):
        draft.changes.append(_back(change, "department.update", here.id, {"name": here.name}, {"name": former}))
    else:
        draft.differs(change, {"name": written}, {"name": here.name})


def _undo_move(
    change: Change, here: LearnDepartment, present: Present, draft: UndoDraft, creates: Collection[str]
) -> Change | None:
    former = str(change.before.get("parent") or "")
    target = present.department(former)
    if target == here.parent_id:
        return None
    now = present.name_of(here.parent_id or "")
    if present.department(change.after.get("parent")) != here.parent_id:
        draft.differs(change, {"parent": change.after.get("parent")}, {"parent": now})
        return None
    if target is None and former not in creates:
        draft.note(change, "department_missing", department=former)
        return None
    return _back(change, "department.move", here.id, {"parent": now}, {"parent": former or present.learn.root_id})


def _top_down(places: dict[str, _Way], present: Present, draft: UndoDraft) -> list[Change]:
    """Parents first in the restored tree. A move that what changed since would turn into a circle is left out."""
    parents = {id_: here.parent_id for id_, here in present.learn.departments.items()}
    for name, (_, back) in places.items():
        wanted = str(back.after["parent"])
        parents[name] = wanted if wanted in places else present.department(wanted)
    for name in list(places):
        _, circle = _upwards(name, parents)
        while circle:
            open_at = next(each for each in circle if each in places and each in present.learn.departments)
            original, _ = places.pop(open_at)
            parents[open_at] = present.learn.departments[open_at].parent_id
            draft.differs(original, original.before, original.after)
            _, circle = _upwards(name, parents)
    depth = {name: len(_upwards(name, parents)[0]) for name in places}
    return [places[name][1] for name in sorted(places, key=lambda name: depth[name])]


def _upwards(name: str, parents: Mapping[str, str | None]) -> tuple[list[str], list[str]]:
    """The way from a department to the root, and the circle it ends in, if it does."""
    path: dict[str, None] = {}
    at: str | None = name
    while at is not None and at not in path:
        path[at] = None
        at = parents.get(at)
    way = list(path)
    return way, way[way.index(at) :] if at is not None else []


def undo_heads(done: Sequence[Change], present: Present, draft: UndoDraft, recreated: Iterable[str]) -> None:
    """Supervisors as they were, if they have active accounts when the undo is done; otherwise none.

    One set by hand comes back as such, and no supervisor at all as that: neither was ours (rule H2).
    """
    coming = frozenset(recreated)
    status = {account.id: account.status == "active" for account in present.learn.accounts.values()}
    for change in draft.changes:
        if change.kind in ("user.deactivate", "user.reactivate"):
            status[change.learn_id or ""] = change.kind == "user.reactivate"
    for change in reversed(done):
        if not change.kind.startswith("head."):
            continue
        here = present.learn.departments.get(change.learn_id or "")
        again = here is None and department_code(change.key) in coming
        if here is None and not again:
            draft.differs(change, {"department": change.learn_id or ""}, {"department": ""})
            continue
        now = here.supervisor_id if here is not None else None
        written = present.account(change.after.get("supervisor")) if change.kind == "head.set" else None
        former = str(change.before.get("supervisor") or "") or None
        if now == former:
            if former is None and here is not None and _stands_alone(change) != (here.subordination == "no_supervisor"):
                draft.differs(change, {"supervisor": change.after.get("supervisor")}, {"supervisor": ""})
            continue
        if now != written:
            draft.differs(change, {"supervisor": change.after.get("supervisor")}, {"supervisor": now or ""})
            continue
        back: dict[str, Value] = {}
        if former is not None and not status.get(former):
            draft.note(change, "head_not_synced", head=former)
            former = None
        elif change.before.get("by_hand" if former is not None else "no_supervisor"):
            back["by_hand" if former is not None else "no_supervisor"] = True
        if former != now:
            kind: Kind = "head.clear" if former is None else "head.set"
            back["supervisor"] = former or ""
            learn_id = here.id if here is not None else None
            before = head_values(here, present.memory.departments.get(change.key))
            draft.changes.append(_back(change, kind, learn_id, before, back))


def _stands_alone(change: Change) -> bool:
    """Whether nobody at all was supervisor before, none of the department above either."""
    return bool(change.before.get("no_supervisor"))
