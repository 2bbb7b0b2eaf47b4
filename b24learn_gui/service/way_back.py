"""What an undo tells besides its changes: who goes back, whose links go, who is held, what remains (rules U1, U2)."""

from collections.abc import Collection, Mapping, Sequence

from b24learn_gui.company.model import DepartmentKey, PersonKey, person_label
from b24learn_gui.service.summary import Object
from b24learn_gui.sync.changes import Change, Problem, Value
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.undo import UndoPlan
from b24learn_gui.sync.undo_values import ChangedSince
from b24learn_gui.text import Words

_NAMED = ("department", "parent", "supervisor", "account")
"""Values that are ids or codes, for which people know names."""


def counted(people: int, departments: int, words: Words) -> str:
    """`12 people, 3 departments`"""
    parts = [
        *((words.plural("{n} person", "{n} people", people),) if people else ()),
        *((words.plural("{n} department", "{n} departments", departments),) if departments else ()),
    ]
    return words.listed(parts)


class WayBack:
    """One way back: `done` is what the run did, `back` the plan, `learn` as it is now."""

    def __init__(self, done: Sequence[Change], back: UndoPlan, learn: LearnSnapshot) -> None:
        self._done, self._back, self._learn = done, back, learn
        self._names: dict[PersonKey, str] = {change.key: change.name for change in done if change.what == "person"}
        self._accounts = {change.key: change.learn_id or "" for change in done if change.what == "person"}

    def told(
        self,
        held: Collection[PersonKey],
        departments: Collection[DepartmentKey],
        unlinked: Collection[PersonKey] | None = None,
    ) -> Object:
        """`way_back` of a summary. `held` and `departments`: who is held, or would be. `unlinked`: whose links went,
        where that is known; else those to go are told.
        """
        unlinks = self._back.unlink if unlinked is None else unlinked
        return {
            "people": self._ledger(),
            "unlinks": [self._person(key) for key in unlinks],
            "holds": [self._person(key) for key in self._names if key in held],
            "held_departments": [
                {"portal": key[0], "bitrix24_id": key[1], "name": name}
                for key, name in self._departments().items()
                if key in departments
            ],
            "stays": self._stays(),
        }

    def listed(self) -> list[Problem]:
        """What is not taken back: changed since, or protected. Listed, and nobody is left out by it."""
        since = [self._changed_since(each) for each in self._back.changed_since]
        return since + [
            Problem("person", key[0], key[1], self._names.get(key, ""), "protected_since", {}, note=True)
            for key in self._back.protected
        ]

    def kept(self) -> Object:
        """What is kept beside the plan, so that it can be looked at and approved later (see `plan_names`)."""
        return {"places": {person_label(key): name for key, name in self.places().items()}}

    def places(self) -> dict[PersonKey, str]:
        """Where people's accounts are in Learn now."""
        found = {}
        for change in self._back.plan.changes:
            account = self._learn.accounts.get(change.learn_id or "") if change.what == "person" else None
            here = self._learn.departments.get(account.department_id) if account is not None else None
            if here is not None:
                found[change.key] = here.name
        return found

    def _ledger(self) -> dict[str, int]:
        """Everybody whom the run changed stands in exactly one column after `changed`."""
        going = {change.key for change in self._back.plan.changes if change.what == "person"} | set(self._back.unlink)
        protected = set(self._back.protected) - going
        since = {each.change.key for each in self._back.changed_since if each.change.what == "person"}
        since -= going | protected
        rest = len(self._names) - len(going) - len(protected) - len(since)
        return {
            "changed": len(self._names),
            "back": len(going),
            "changed_since": len(since),
            "protected": len(protected),
            "as_before": rest,
        }

    def _stays(self) -> Object:
        """What the run created and an undo leaves: accounts, inactive, and departments, empty."""
        accounts = {
            change.key
            for change in self._done
            if change.kind == "user.create"
            and change.key not in self._back.protected
            and (change.learn_id or "") in self._learn.accounts
        }
        departments = [
            {"portal": change.portal, "bitrix24_id": change.bitrix24_id, "name": change.name}
            for change in self._done
            if change.kind == "department.create" and (change.learn_id or "") in self._learn.departments
        ]
        return {"accounts": len(accounts), "departments": departments}

    def _departments(self) -> Mapping[DepartmentKey, str]:
        return {change.key: change.name for change in self._done if change.what == "department"}

    def _person(self, key: PersonKey) -> Object:
        name, account = self._names.get(key, ""), self._accounts.get(key, "")
        here = self._learn.accounts.get(account)
        login = here.login if here is not None else ""
        return {"portal": key[0], "bitrix24_id": key[1], "learn_id": account, "name": name, "login": login}

    def _changed_since(self, each: ChangedSince) -> Problem:
        change = each.change
        detail: dict[str, object] = {
            "kind": change.kind,
            "expected": dict(each.expected),
            "present": dict(each.present),
        }
        names = {**self._named(each.expected), **self._named(each.present)}
        if names:
            detail["names"] = names
        return Problem(change.what, change.portal, change.bitrix24_id, change.name, "changed_since", detail, note=True)

    def _named(self, values: Mapping[str, Value]) -> dict[str, str]:
        found = {}
        for name in _NAMED:
            value = values.get(name)
            known = self._name_of(name, value) if isinstance(value, str) and value else ""
            if known:
                found[str(value)] = known
        return found

    def _name_of(self, name: str, value: str) -> str:
        learn = self._learn
        if name in {"supervisor", "account"}:
            by_label = next((key for key in self._names if person_label(key) == value), None)
            account = learn.accounts.get(value)
            return self._names[by_label] if by_label is not None else account.login if account is not None else ""
        here = learn.departments.get(value) or next((d for d in learn.departments.values() if d.code == value), None)
        return here.name if here is not None else ""
