"""The way back from a run: a plan of its own, made from before-images (rules U1 and U2)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.sync.changes import KINDS, Change, LimitHit, Plan
from b24learn_gui.sync.fields import field_rules
from b24learn_gui.sync.hashing import plan_hash
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.policy import Policy
from b24learn_gui.sync.undo_departments import undo_departments, undo_heads
from b24learn_gui.sync.undo_people import undo_people
from b24learn_gui.sync.undo_values import ChangedSince, Present, UndoDraft

__all__ = ["ChangedSince", "UndoPlan", "plan_undo"]


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing a run would do: `plan` is written by `apply`, the rest is local.

    `unlink`: people whose adoption is taken back: their links go once the plan is applied. `changed_since`: left
    alone, because it no longer says what the run wrote. `touched`: people to hold afterwards, unlinked ones included.
    `protected`: people the run had changed who must not be touched now (rule N2). `undone`: people whose adoption an
    earlier undo of the same run took back.
    """

    plan: Plan
    unlink: tuple[PersonKey, ...] = ()
    changed_since: tuple[ChangedSince, ...] = ()
    touched: tuple[PersonKey, ...] = ()
    protected: tuple[PersonKey, ...] = ()
    undone: tuple[PersonKey, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.plan.changes or self.unlink)


def plan_undo(
    done: Sequence[Change],
    learn: LearnSnapshot,
    memory: Memory,
    policy: Policy,
    *,
    limits: Callable[[Sequence[Change]], tuple[LimitHit, ...]],
    begun: frozenset[PersonKey] = frozenset(),
) -> UndoPlan:
    """Plan the way back from the changes `done`, given in the order they were done and with their Learn ids.

    Of a create the account is deactivated and its link kept; of an adoption the link is removed; the rest goes back to
    the before-images, where Learn still says what the run wrote. Created departments stay. `limits` tells which limits
    (rules M1 to M4) the changes exceed. `begun`: people held by an earlier undo of the same run, which this one goes on
    with: they do not count as protected. The same world gives the same hash, which covers the links to be removed, too.
    """
    present = Present.of(learn, memory, field_rules(policy, learn.fields), begun)
    draft = UndoDraft()
    departments = [change for change in done if change.kind.startswith("department.")]
    recreated = undo_departments(departments, present, draft)
    undo_people([change for change in done if change.what == "person"], present, draft, recreated)
    undo_heads(done, present, draft, recreated)
    places = {kind: place for place, kind in enumerate(KINDS)}
    changes = tuple(sorted(draft.changes, key=lambda change: places[change.kind]))
    plan = Plan(
        changes=changes,
        hash=_hash(changes, draft.unlink),
        problems=tuple(draft.problems),
        limits=limits(changes),
        department_ids=dict(present.codes),
        account_ids={person_label(key): link.learn_id for key, link in memory.people.items()},
    )
    return UndoPlan(
        plan=plan,
        unlink=tuple(draft.unlink),
        changed_since=tuple(draft.changed_since),
        touched=tuple(draft.touched),
        protected=tuple(draft.protected),
        undone=tuple(draft.undone),
    )


def _hash(changes: Sequence[Change], unlink: Sequence[PersonKey]) -> str:
    if not unlink:
        return plan_hash(changes)
    labels = ",".join(sorted(person_label(key) for key in unlink))
    return hashlib.sha256(f"{plan_hash(changes)} {labels}".encode()).hexdigest()
