"""Which Learn object a code or a person's label stands for, growing while a run creates some of them."""

import re

from b24learn_gui.company.model import PersonKey, department_code, person_label
from b24learn_gui.sync.changes import Change, Plan, Value

_LABEL = re.compile(r"[a-z0-9]{1,12}:[0-9]+")


class Known:
    """Resolves what `Change.after` names: department codes and `main:27` through the plan and this run's creates.

    A department the plan creates is missing until it is there, also where it is withheld.
    """

    def __init__(self, plan: Plan, root_id: str) -> None:
        self._root_id = root_id
        self._departments = dict(plan.department_ids)
        self._accounts = dict(plan.account_ids)
        creates = [change for change in plan.changes if change.kind == "department.create"]
        self._missing = {department_code(change.key) for change in creates}.difference(self._departments)
        self._failed_creates: dict[PersonKey, str] = {}
        self._inactive: set[str] = set()

    def add_department(self, code: str, learn_id: str) -> None:
        self._missing.discard(code)
        self._departments[code] = learn_id

    def department(self, named: Value) -> str | None:
        """Learn id of a code, of a Learn id itself, or of nothing (the root); `None` where it does not exist."""
        if not named or not isinstance(named, str):
            return self._root_id
        if named in self._missing:
            return None
        return self._departments.get(named, named)

    def department_of(self, change: Change) -> str | None:
        """Learn id of the department a change is about."""
        code = department_code(change.key)
        return change.learn_id or (None if code in self._missing else self._departments.get(code))

    def add_account(self, change: Change, learn_id: str) -> None:
        self._accounts[person_label(change.key)] = learn_id

    def account_of(self, change: Change) -> str | None:
        """Learn id of the account a change is about."""
        return change.learn_id or self._accounts.get(person_label(change.key))

    def fail_create(self, change: Change, code: str) -> None:
        self._failed_creates[change.key] = code

    def why_no_account(self, change: Change) -> str:
        """The problem code of somebody without an account: that of his create."""
        return self._failed_creates.get(change.key, "rejected_by_learn")

    def mark_inactive(self, learn_id: str) -> None:
        """The account is known not to be active, whatever the plan hoped for."""
        self._inactive.add(learn_id)

    def supervisor(self, named: Value) -> str | None:
        """Learn id of a head, from his label or his Learn id; `None` if he has no active account."""
        if not isinstance(named, str) or not named:
            return None
        learn_id = self._accounts.get(named) if _LABEL.fullmatch(named) else named
        return None if learn_id is None or learn_id in self._inactive else learn_id
