"""The two small doors through which applying a plan reaches the world: Learn, and the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from b24learn_gui.errors import Rejected
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.learn_side import Status

Answers = Mapping[str, Rejected | None]
"""Learn id → None where the write was done, or why Learn refused it. Every id asked for is in it."""


@dataclass(frozen=True, slots=True)
class Created:
    """A new account. Whether Learn made it active has to be read back (`Target.read_statuses`, rule L3).

    `letter_uncertain`: the answer was lost and the account was found by looking it up.
    """

    account_id: str
    letter_uncertain: bool = False


class Target(Protocol):
    """Learn, for writing. Methods are safe to call from several threads.

    Each raises `Rejected` for a refusal that concerns this object alone, and `Refused`, `Unreachable` or
    `StoppedOnRequest` for what ends the run. A create whose answer was lost is looked up before anything is
    repeated, inside (incident T7). Bulk methods use the API's bulk calls, falling back to single ones.
    """

    def create_department(self, *, name: str, parent_id: str, code: str) -> str: ...
    def rename_department(self, department_id: str, name: str) -> None: ...
    def move_departments(self, parent_id: str, department_ids: Sequence[str]) -> Answers: ...
    def delete_department(self, department_id: str) -> None: ...
    def set_supervisor(self, department_id: str, supervisor_id: str | None, *, inherit: bool = True) -> None:
        """`None`: inherit from the parent, or nobody at all."""

    def create_account(self, *, department_id: str, fields: Mapping[str, str], letter: bool) -> Created: ...
    def update_account(self, account_id: str, fields: Mapping[str, str]) -> None: ...
    def move_accounts(self, department_id: str, account_ids: Sequence[str]) -> Answers: ...
    def set_status(self, status: Status, account_ids: Sequence[str]) -> Answers: ...
    def read_statuses(self, account_ids: Sequence[str]) -> Mapping[str, Status]:
        """The present status of those accounts; ids Learn does not know are left out."""


class Diary(Protocol):
    """The journal, while a run is applied. Called from one thread only.

    `intend` is durable when it returns: whatever dies afterwards, the next run knows what may have happened.
    """

    def intend(self, changes: Sequence[Change]) -> None: ...
    def sending(self, changes: Sequence[Change]) -> None:
        """These are about to be sent. Of an undo durable when it returns: whoever is touched is held (rule U2)."""

    def confirm(self, change: Change, *, learn_id: str | None = None, no_seat: bool = False) -> None:
        """The server has done it. Links, flags and supervisors that follow from the change are stored with it."""

    def fail(self, change: Change, code: str, message: str = "") -> None:
        """The server refused it, or it was not tried (`code` as in INTERFACE's problem codes)."""

    def withdraw(self, changes: Sequence[Change]) -> None:
        """Intended and never sent: the run was stopped before."""

    def interim(self, change: Change, value: str) -> None:
        """Durable: this person is about to stand on a swap's interim value (rule P7)."""

    def flush(self) -> None:
        """Everything said so far is durable."""
