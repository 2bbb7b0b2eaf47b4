"""Writing to Learn: `sync.ports.Target` over the API (contract 3.2, 4.3 to 4.6, 14).

Nothing here decides what to write. What the server refuses is one object's failure (`Rejected`), also inside a bulk
call: that is repeated one by one, so that one person's failure stays his.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote

from b24learn_gui.errors import Rejected
from b24learn_gui.learn import shapes
from b24learn_gui.learn.lookup import Lookup
from b24learn_gui.learn.paging import UNKNOWN_CALL
from b24learn_gui.learn.rejections import rejected
from b24learn_gui.learn.transport import AnswerLostError, Transport
from b24learn_gui.sync.learn_side import Account, Status
from b24learn_gui.sync.ports import Answers, Created

BULK_SIZE = 100
"""Ids in one bulk call."""

CREATE_TRIES = 3
"""Attempts of one create, each after a look whether the one before has worked."""

LOOKS = 2
"""Looks for a department before it is created again: unlike a login, its code need not be unique to the server."""

_BULK_STATUS: Mapping[Status, str] = {
    "active": "/users/activate",
    "inactive": "/users/deactivate",
    "terminated": "/users/terminate",
}

T = TypeVar("T")


class LearnWriter:
    """`sync.ports.Target`. Safe to call from several threads; the transport limits how many requests are under way.

    `invitation_message`: the text of the letter to new people; it must not be empty where letters are sent.
    `field_names`: the account's spelling of its profile fields, applied to what is sent (contract 2.2).
    """

    def __init__(
        self, transport: Transport, *, invitation_message: str = "", field_names: Collection[str] = ()
    ) -> None:
        self._transport = transport
        self._message = invitation_message
        self._spelling = {name.casefold(): name for name in field_names}
        self._lookup = Lookup(transport)
        self._without_bulk: set[str] = set()
        self._role_lock = threading.Lock()
        self._role: Mapping[str, object] | None = None

    # --- departments

    def create_department(self, *, name: str, parent_id: str, code: str) -> str:
        """The new id. A lost answer is looked up by `code` before anything is repeated (incident T7)."""
        body = {"name": name, "parentDepartmentId": parent_id, "code": code}

        def look() -> str | None:
            found = self._lookup.departments_by_code(code)
            return found[0].id if found else None

        return self._created_once(lambda: self._new_id("/department", body, "departmentId"), look, looks=LOOKS)

    def rename_department(self, department_id: str, name: str) -> None:
        """Sends the name alone: place and code stay."""
        self._transport.write(_department(department_id), {"name": name})

    def move_departments(self, parent_id: str, department_ids: Sequence[str]) -> Answers:
        """Below another parent, each with its subtree."""

        def one(department_id: str) -> None:
            self._transport.write(_department(department_id), {"parentDepartmentId": parent_id})

        path = f"{_department(parent_id)}/department/move"
        return self._bulk("department/move", path, "departmentIds", department_ids, one)

    def delete_department(self, department_id: str) -> None:
        """A department that is gone already counts as deleted: the first answer may have been lost."""
        try:
            self._transport.write(_department(department_id), method="DELETE")
        except Rejected as error:
            if error.detail["status"] not in UNKNOWN_CALL or self._lookup.department_exists(department_id):
                raise

    def set_supervisor(self, department_id: str, supervisor_id: str | None, *, inherit: bool = True) -> None:
        """`manual`; without one `inherit` or `no_supervisor`. The functional manager is sent back as he is: leaving him
        out might clear him.
        """
        part = (
            {"subordinationType": "inherit" if inherit else "no_supervisor"}
            if supervisor_id is None
            else {"subordinationType": "manual", "supervisorId": supervisor_id}
        )
        path = f"{_department(department_id)}/subordination"
        beside = self._lookup.co_subordination(department_id)
        if beside is not None:
            try:
                self._transport.write(path, {"subordination": part, "coSubordination": beside})
            except Rejected:  # perhaps because of a functional manager who is no longer active
                beside = None
            else:
                return
        self._transport.write(path, {"subordination": part})

    # --- accounts

    def create_account(self, *, department_id: str, fields: Mapping[str, str], letter: bool) -> Created:
        """A new learner. Without free seats he may be inactive: whoever calls reads his status back (rule L3)."""
        body: dict[str, object] = {
            "departmentId": department_id,
            "fields": self._spelt(fields),
            "sendLoginEmail": letter,
            **self._learner(),
        }
        if letter:
            body["invitationMessage"] = self._message

        def send() -> Created:
            return Created(self._new_id("/user", body, "userId"))

        def look() -> Created | None:
            found = self._ours(department_id, fields)
            return None if found is None else Created(found.id, letter_uncertain=letter)

        return self._created_once(send, look)

    def update_account(self, account_id: str, fields: Mapping[str, str]) -> None:
        """Sends the profile fields alone: roles, groups and department stay (rule P5)."""
        with self._judging(account_id):
            self._transport.write(_user(account_id), {"fields": self._spelt(fields)})

    def move_accounts(self, department_id: str, account_ids: Sequence[str]) -> Answers:
        """Into another department."""

        def one(account_id: str) -> None:
            with self._judging(account_id):
                self._move_one(account_id, department_id)

        path = f"{_department(department_id)}/user/move"
        return self._bulk("user/move", path, "userIds", account_ids, one)

    def set_status(self, status: Status, account_ids: Sequence[str]) -> Answers:
        """Activations are read back: one that did not last is `Rejected("seats_exhausted")` (contract 4.6)."""

        def one(account_id: str) -> None:
            with self._judging(account_id):
                self._set_one(account_id, status)

        path = _BULK_STATUS[status]
        answers = dict(self._bulk(path, path, "userIds", account_ids, one))
        if status == "active":
            done = [account_id for account_id, refusal in answers.items() if refusal is None]
            now = self._lookup.statuses(done)
            for account_id in done:
                if now.get(account_id) != "active":
                    code = "seats_exhausted" if account_id in now else "gone"
                    answers[account_id] = Rejected(code, side="learn", status=200, message="")
        return answers

    def read_statuses(self, account_ids: Sequence[str]) -> Mapping[str, Status]:
        """One list call per hundred ids where the server can; ids it does not know are left out."""
        return self._lookup.statuses(account_ids)

    # --- creating once

    def _new_id(self, path: str, body: Mapping[str, object], name: str) -> str:
        found = shapes.created_id(self._transport.create(path, body), name)
        if found is None:
            raise AnswerLostError(shapes.unusable(name))
        return found

    def _created_once(self, send: Callable[[], T], look: Callable[[], T | None], *, looks: int = 1) -> T:
        """Send; after a lost answer look first and repeat only what is not there."""
        lost: AnswerLostError | None = None
        for attempt in range(CREATE_TRIES):
            try:
                return send()
            except AnswerLostError as error:
                lost = error
            except Rejected as error:
                found = look() if lost is not None and error.code == "duplicate" else None
                if found is None:
                    raise
                return found
            for number in range(looks):
                self._transport.patience.back_off(attempt + number, lost.cause.code)
                found = look()
                if found is not None:
                    return found
        if lost is None:
            raise AssertionError("an attempt returns, raises or is lost")
        if lost.cause.detail.get("status") == 500:  # a server that is well otherwise: this object's own failure
            raise rejected(500, str(lost.cause.detail.get("message", "")))
        raise lost.cause

    def _ours(self, department_id: str, fields: Mapping[str, str]) -> Account | None:
        """The account a lost create has made: same login or e-mail, and the department asked for."""
        low = {name.casefold(): value for name, value in fields.items()}
        for name in ("login", "email"):
            for account in self._lookup.accounts_by(name, low.get(name, "")):
                if account.department_id == department_id:
                    return account
        return None

    def _learner(self) -> Mapping[str, object]:
        with self._role_lock:
            if self._role is None:
                role_id = self._lookup.learner_role_id()
                self._role = {"role": "learner"} if role_id is None else {"roles": [{"roleId": role_id}]}
            return self._role

    # --- single writes

    def _move_one(self, account_id: str, department_id: str) -> None:
        try:
            self._transport.write(_user(account_id), {"departmentId": department_id})
        except Rejected as error:
            present = self._lookup.account(account_id) if error.detail["status"] == 400 else None
            if present is None:
                raise
            # Some servers want every required field in every update (contract 4.5): send back what is there.
            body = {"departmentId": department_id, "fields": self._spelt(present.fields)}
            self._transport.write(_user(account_id), body)

    def _set_one(self, account_id: str, status: Status) -> None:
        path = f"{_user(account_id)}/status"
        try:
            self._transport.write(path, {"status": shapes.STATUS_NUMBERS[status]})
        except Rejected:
            if status != "terminated":
                raise
            self._transport.write(path, {"status": shapes.STATUS_NUMBERS["inactive"]})  # an older server (contract 4.6)

    @contextmanager
    def _judging(self, account_id: str) -> Iterator[None]:
        """A refusal tells badly whether the account is gone: an unknown id is 400 or 404, so look (contract 4.6)."""
        try:
            yield
        except Rejected as error:
            if error.code not in ("gone", "rejected") or error.detail["status"] not in UNKNOWN_CALL:
                raise
            code = "gone" if self._lookup.account(account_id) is None else "rejected"
            raise Rejected(code, side="learn", portal=None, **error.detail) from None

    def _bulk(
        self, call: str, path: str, name: str, ids: Sequence[str], one: Callable[[str], None]
    ) -> dict[str, Rejected | None]:
        """One request for many ids; where it is refused as a whole, one request for each."""
        answers: dict[str, Rejected | None] = {}
        wanted = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), BULK_SIZE):
            chunk = wanted[start : start + BULK_SIZE]
            if call not in self._without_bulk:
                try:
                    self._transport.write(path, {name: chunk})
                except Rejected as error:
                    refused = error
                else:
                    answers.update(dict.fromkeys(chunk))
                    continue
                single = _one_by_one(one, chunk)
                if refused.detail["status"] in UNKNOWN_CALL and not any(single.values()):
                    self._without_bulk.add(call)  # nobody's fault: the server does not know the call
            else:
                single = _one_by_one(one, chunk)
            answers.update(single)
        return answers

    def _spelt(self, fields: Mapping[str, str]) -> dict[str, str]:
        return {self._spelling.get(name.casefold(), name): value for name, value in fields.items()}


def _one_by_one(one: Callable[[str], None], ids: Sequence[str]) -> dict[str, Rejected | None]:
    """Each on its own; once the seats are used up nobody else is tried (rule L3)."""
    answers: dict[str, Rejected | None] = {}
    no_seats: Rejected | None = None
    for object_id in ids:
        if no_seats is None:
            answers[object_id] = _outcome(one, object_id)
            refused = answers[object_id]
            no_seats = refused if refused is not None and refused.code == "seats_exhausted" else None
        else:
            answers[object_id] = no_seats
    return answers


def _outcome(one: Callable[[str], None], object_id: str) -> Rejected | None:
    try:
        one(object_id)
    except Rejected as error:
        return error
    return None


def _user(account_id: str) -> str:
    return f"/user/{quote(account_id, safe='')}"


def _department(department_id: str) -> str:
    return f"/department/{quote(department_id, safe='')}"
