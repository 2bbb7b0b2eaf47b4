"""People by a keyset chain: pages of 50 after the last id, many in one batch (contract bitrix24-rest.md 4.4, 5).

No request is sent here: a chain says which calls come next and takes their answers, keeping what speaks against
completeness (rule Q1).
"""

from collections.abc import Mapping, Sequence

from b24learn_gui.bitrix24.batch import Call, Part, reference
from b24learn_gui.bitrix24.values import Rows, to_id
from b24learn_gui.company.model import Doubt, Employee

PAGE = 50
METHOD = "user.get"
WHAT = "people"


class Chain:
    """One reading of all people. `faults` are worth a second reading, `oddities` would be there again."""

    def __init__(self, rows: Rows, select: Sequence[str]) -> None:
        self.employees: list[Employee] = []
        self.faults: list[Doubt] = []
        self.oddities: list[Doubt] = []
        self.finished = False
        self.total: int | None = None
        self._rows = rows
        self._select = list(select)
        self._last = 0
        self._received = 0
        self._counted = False
        self._failed_at: int | None = None

    def calls(self, pages: int) -> dict[str, Call]:
        """The next pages; the very first is counted, so that `total` is known from the same moment."""
        found: dict[str, Call] = {}
        for number in range(0 if self.finished else pages):
            after = reference(_key(number - 1), PAGE - 1, "ID") if number else self._last
            params: dict[str, object] = {"sort": "ID", "order": "ASC", "select": self._select}
            if number == 0 and not self._counted:
                params["start"] = 0
            else:
                params |= {"start": -1, "FILTER": {">ID": after}}
            found[_key(number)] = Call(METHOD, params)
        return found

    def take(self, parts: Mapping[str, Part]) -> None:
        """Read pages in order up to the first that ends the list or cannot be used; later ones then mean nothing."""
        for number in range(len(parts)):
            part = parts.get(_key(number))
            if part is None or self.finished:
                return
            if part.error or not isinstance(part.result, list):
                self._fail(part.error or "wrong_shape")
                return
            if not self._counted:
                self._counted, self.total = True, part.total
            self._page(part.result)

    def _fail(self, error: str) -> None:
        """A failed page is asked for again, once at each place (incident T2)."""
        if self._failed_at == self._last:
            self._end(Doubt("batch_part_failed", {"what": WHAT, "method": METHOD, "error": error}))
        self._failed_at = self._last

    def _page(self, page: list[object]) -> None:
        before = self._last
        for row in page:
            number = to_id(row.get("ID")) if isinstance(row, Mapping) else None
            if number is None:
                self._received += 1
                self.oddities.append(Doubt("row_without_id", {"what": WHAT}))
            elif number <= self._last:
                repeated = any(person.id == number for person in self.employees)
                self._end(Doubt("page_repeated" if repeated else "order_broken", {"what": WHAT, "id": number}))
                return
            else:
                self._received += 1
                self._last = number
                self._person(number, row)
        if len(page) < PAGE:
            self._end(self._sum())
        elif self._last == before:
            self._end(Doubt("page_repeated", {"what": WHAT, "id": before}))

    def _person(self, number: int, row: object) -> None:
        if isinstance(row, Mapping):
            person, doubtful = self._rows.employee(row)
            self.employees.append(person)
            if doubtful is not None:
                self.oddities.append(Doubt("row_malformed", {"what": WHAT, "id": number, "field": doubtful}))

    def _sum(self) -> Doubt | None:
        if self._received == 0:
            return Doubt("empty", {"what": WHAT})
        if self.total is None:
            return Doubt("total_missing", {"what": WHAT, "received": self._received})
        if self.total != self._received:
            return Doubt("total_differs", {"what": WHAT, "received": self._received, "total": self.total})
        return None

    def _end(self, fault: Doubt | None) -> None:
        self.finished = True
        if fault is not None:
            self.faults.append(fault)


def _key(number: int) -> str:
    return f"u{number}"
