"""Departments by computed offsets (contract bitrix24-rest.md 3.1, 5): a page past the end would be the first again.

As in `chain`, no request is sent here.
"""

from collections.abc import Mapping

from b24learn_gui.bitrix24.batch import Call, Part
from b24learn_gui.bitrix24.values import Rows, to_id
from b24learn_gui.company.model import Department, Doubt

PAGE = 50
METHOD = "department.get"
WHAT = "departments"


class Pages:
    """One reading of all departments. `faults` are worth a second reading, `oddities` would be there again."""

    def __init__(self, rows: Rows) -> None:
        self.departments: dict[int, Department] = {}
        self.faults: list[Doubt] = []
        self.oddities: list[Doubt] = []
        self.total: int | None = None
        self._rows = rows
        self._pending = [0]
        self._failed: set[int] = set()
        self._last_of_page: dict[int, int] = {}
        self._nameless_rows = 0

    @property
    def finished(self) -> bool:
        return not self._pending

    def calls(self, limit: int) -> dict[str, Call]:
        """The pages not read yet, at most `limit` of them."""
        return {
            f"d{offset}": Call(METHOD, {"sort": "ID", "order": "ASC", "start": offset})
            for offset in self._pending[:limit]
        }

    def take(self, parts: Mapping[str, Part]) -> None:
        """Read what came; a failed page stays pending and is asked for once more (incident T2)."""
        for offset in list(self._pending):
            part = parts.get(f"d{offset}")
            if part is None:
                continue
            if part.error or not isinstance(part.result, list):
                self._fail(offset, part.error or "wrong_shape")
                continue
            self._pending.remove(offset)
            if offset == 0:
                self.total = part.total
                self._pending = list(range(PAGE, part.total or 0, PAGE))
            self._page(offset, part.result)
        if self.finished and not self.faults:
            self._sum()

    def _fail(self, offset: int, error: str) -> None:
        if offset in self._failed:
            self._pending.clear()
            self.faults.append(Doubt("batch_part_failed", {"what": WHAT, "method": METHOD, "error": error}))
        self._failed.add(offset)

    def _page(self, offset: int, page: list[object]) -> None:
        earlier = [last for at, last in self._last_of_page.items() if at < offset]
        last = max(earlier, default=0)
        for row in page:
            number = to_id(row.get("ID")) if isinstance(row, Mapping) else None
            if number is None or not isinstance(row, Mapping):
                self._nameless_rows += 1
                self.oddities.append(Doubt("row_without_id", {"what": WHAT}))
                continue
            if number in self.departments:
                self.faults.append(Doubt("page_repeated", {"what": WHAT, "id": number}))
                return
            if number < last:
                self.faults.append(Doubt("order_broken", {"what": WHAT, "id": number}))
            last = number
            self.departments[number], doubtful = self._rows.department(row)
            if doubtful is not None:
                self.oddities.append(Doubt("row_malformed", {"what": WHAT, "id": number, "field": doubtful}))
        self._last_of_page[offset] = last

    def _sum(self) -> None:
        received = len(self.departments) + self._nameless_rows
        if received == 0:
            self.faults.append(Doubt("empty", {"what": WHAT}))
        elif self.total is None:
            self.faults.append(Doubt("total_missing", {"what": WHAT, "received": received}))
        elif self.total != received:
            self.faults.append(Doubt("total_differs", {"what": WHAT, "received": received, "total": self.total}))
