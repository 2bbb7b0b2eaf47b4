"""Small questions about single objects: who has this login, which department has this code, what status has it now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import quote

from b24learn_gui.errors import Rejected
from b24learn_gui.learn import shapes
from b24learn_gui.learn.paging import PAGE_SIZE, UNKNOWN_CALL, read_pages
from b24learn_gui.learn.shapes import AccountRow
from b24learn_gui.learn.transport import Transport
from b24learn_gui.sync.learn_side import Account, LearnDepartment, Status

STATUS_CHUNK = 100
"""Ids in one query: about 5 kB of address."""

_FILTERED_LISTS = ("/users/v2", "/users", "/user/v2", "/user")
_BY_ID = ("/user/{id}/v2", "/user/{id}")


class Lookup:
    """Asks about single objects, remembering which of the alternative calls this server knows."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._unknown: set[str] = set()

    def accounts_by(self, name: str, value: str) -> Sequence[Account]:
        """Accounts whose login (`logins[]`) or e-mail (`emails[]`) is that value, letter case aside."""
        return [row.account for row in self.rows_by(name, value, {})]

    def rows_by(self, name: str, value: str, kinds_by_role: Mapping[str, str]) -> Sequence[AccountRow]:
        """As `accounts_by`, with the kinds of role."""
        wanted = value.strip().casefold()
        if not wanted:
            return ()
        for path in self._known(_FILTERED_LISTS):
            rows = self._list(path, [(f"{name}s[]", value.strip()), *_page_size(path)], kinds_by_role)
            if rows is not None:
                self._learn(_FILTERED_LISTS, path)
                return [row for row in rows if row.account.fields.get(name, "").strip().casefold() == wanted]
        return ()

    def account(self, account_id: str) -> Account | None:
        """One account, or None where the server does not know it."""
        for path in self._known(_BY_ID):
            rows = self._list(path.format(id=quote(account_id, safe="")))
            if rows is not None:
                self._learn(_BY_ID, path)
                return next((row.account for row in rows if row.account.id == account_id), None)
        return None

    def statuses(self, ids: Iterable[str]) -> Mapping[str, Status]:
        """The present status of those accounts, by list calls for many; unknown ids are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Status] = {}
        for start in range(0, len(wanted), STATUS_CHUNK):
            chunk = wanted[start : start + STATUS_CHUNK]
            if len(chunk) > 1 and "/users/v2" not in self._unknown:
                query = [*(("userIds[]", one) for one in chunk), *_page_size("/users/v2")]
                rows = self._list("/users/v2", query)
                if rows is None:
                    self._unknown.add("/users/v2")  # 400 and 404 mean here that filter or list are unknown
                found.update({row.account.id: row.account.status for row in rows or () if row.account.id in chunk})
            for one in chunk:  # a server that ignores the filter, or knows no such list
                account = None if one in found else self.account(one)
                if account is not None:
                    found[one] = account.status
        return found

    def departments_by_code(self, code: str) -> Sequence[LearnDepartment]:
        """Departments of that code, whether or not the server knows the filter (it is missing from older documents)."""
        try:
            answer = self._transport.read("GET", "/department", query=[("code", code)], heeds_stop=False)
            found: Collection[LearnDepartment] = shapes.departments_page(answer).rows
        except Rejected as error:
            if error.detail["status"] not in UNKNOWN_CALL:
                raise
            found = read_pages(
                self._transport,
                ("/departments",),
                parse=shapes.departments_page,
                key=lambda department: department.id,
                what="departments",
            ).values()
        return [department for department in found if department.code == code]

    def department_exists(self, department_id: str) -> bool:
        """Asked after a delete was refused: 400 and 404 both mean that it is gone (contract 4.6)."""
        return self._department(department_id) is not None

    def co_subordination(self, department_id: str) -> Mapping[str, str] | None:
        """The functional manager's part as it is now; None where the server does not tell."""
        answer = self._department(department_id)
        return None if answer is None else shapes.co_subordination(answer)

    def learner_role_id(self) -> str | None:
        """The id of the learner's role, which differs between accounts (contract 6); None where it is not told."""
        try:
            kinds = shapes.roles(self._transport.read("GET", "/role", heeds_stop=False))
        except Rejected:
            return None
        return next((role_id for role_id, kind in kinds.items() if kind == "learner"), None)

    def _department(self, department_id: str) -> object:
        try:
            return self._transport.read("GET", f"/department/{quote(department_id, safe='')}", heeds_stop=False)
        except Rejected as error:
            if error.detail["status"] not in UNKNOWN_CALL:
                raise
            return None

    def _known(self, paths: Sequence[str]) -> Sequence[str]:
        return [path for path in paths if path not in self._unknown] or paths

    def _learn(self, paths: Sequence[str], known: str) -> None:
        """A call answered that a newer one did not: the newer ones are unknown to this server."""
        self._unknown.update(paths[: paths.index(known)])

    def _list(
        self, path: str, query: Sequence[tuple[str, str]] = (), kinds_by_role: Mapping[str, str] | None = None
    ) -> Sequence[AccountRow] | None:
        """Accounts of one answer; None where the server refuses the call as unknown (or the id as unknown)."""
        try:
            answer = self._transport.read("GET", path, query=query, heeds_stop=False)
        except Rejected as error:
            if error.detail["status"] not in UNKNOWN_CALL:
                raise
            return None
        return shapes.accounts_page(answer, kinds_by_role or {}).rows


def _page_size(path: str) -> list[tuple[str, str]]:
    return [("pageSize", str(PAGE_SIZE))] if path.startswith("/users") else []
