"""Reading a whole company from one portal, with the reasons to doubt that it is whole (rules Q1, Q2).

An unchanged company of 10,000 people costs about six requests: rights, departments and the first people share the
first batch, and the batches grow while the server stays quick.
"""

from collections.abc import Callable, Iterable, Mapping

from b24learn_gui.bitrix24.answers import Complaint
from b24learn_gui.bitrix24.batch import LONGEST, Call, Part
from b24learn_gui.bitrix24.chain import Chain
from b24learn_gui.bitrix24.pages import Pages
from b24learn_gui.bitrix24.rights import SCOPES_OF_INTEREST, granted_scopes, owner_of, require_scopes
from b24learn_gui.bitrix24.transport import RETRIES, Transport
from b24learn_gui.bitrix24.values import Rows
from b24learn_gui.company.model import Company, Department, Doubt, Rights
from b24learn_gui.errors import Unreachable
from b24learn_gui.http import NOT_WORTH_REPEATING

ALWAYS_READ = ("NAME", "LAST_NAME", "SECOND_NAME", "EMAIL")
_FIRST_PAGES = 10
_FEWEST_PAGES = 2
_GROWTH = 5
_MOST_ROWS_NAMED = 20
_GOOD_SECONDS = 20.0
"""Server time one batch may take; the cloud ends a request after 60 s (contract 6)."""

Progress = Callable[[int, int], None]


def read_company(
    transport: Transport, *, wanted_fields: Iterable[str] = (), progress: Progress | None = None
) -> Company:
    """Everything the webhook shows. What differs is read once more; what then still differs is in `doubts`.

    `wanted_fields`: upper-case Bitrix24 codes besides `ALWAYS_READ`. `progress(done, total)` counts people.
    Doubts, each with `what` (`people` or `departments`): `total_differs` (`received`, `total`), `total_missing`,
    `order_broken` (`id`), `page_repeated` (`id`), `batch_part_failed` (`method`, `error`), `empty`,
    `row_without_id` (`rows`), `row_malformed` (`id`, `field`; one for all with `rows` where they are many),
    `list_changing`; besides `rights_unknown` (`method`, `error`).

    Raises `Refused("insufficient_scope")` with `missing` (`user_basic`, `department`), what `Transport.call`
    raises, and `Unreachable("answer_unusable")` where a portal answers no command at all.
    """
    return _Reading(transport, wanted_fields, progress).run()


class _Reading:
    def __init__(self, transport: Transport, wanted_fields: Iterable[str], progress: Progress | None) -> None:
        self._transport = transport
        self._progress = progress
        fields = dict.fromkeys([*ALWAYS_READ, *(name.upper() for name in wanted_fields)])
        self._rows = Rows(fields)
        self._select = list(dict.fromkeys(["ID", "ACTIVE", "USER_TYPE", "UF_DEPARTMENT", *fields]))
        self._size = _FIRST_PAGES

    def run(self) -> Company:
        pages, chain = Pages(self._rows), Chain(self._rows, self._select)
        rights, doubts = self._begin(pages, chain)
        self._finish(pages, chain)
        if chain.faults:
            # The first reading is let go before the second: two companies of 100,000 would not be small.
            chain = Chain(self._rows, self._select)
        self._finish(None, chain)
        pages, changing = self._proven(pages, chain)
        doubts += [*changing, *pages.faults, *chain.faults]
        doubts += [*_condensed(pages.oddities), *_condensed(chain.oddities)]
        return Company(
            portal=self._transport.portal,
            departments=tuple(pages.departments[number] for number in sorted(pages.departments)),
            employees=tuple(chain.employees),
            rights=rights,
            doubts=tuple(doubts),
        )

    def _begin(self, pages: Pages, chain: Chain) -> tuple[Rights, list[Doubt]]:
        """Rights, the first departments and the first people in one request."""
        calls = {"scope": Call("scope", {}), "profile": Call("profile", {})}
        calls |= pages.calls(1) | chain.calls(self._size)
        parts = self._ask(calls)
        if all(part.error == "missing" for part in parts.values()):
            # An old portal that does not read JSON bodies saw a batch without commands (contract 2, Unknown).
            self._transport.use_form()
            parts = self._ask(calls)
            if all(part.error == "missing" for part in parts.values()):
                raise Unreachable(
                    "answer_unusable", side="bitrix24", portal=self._transport.portal, host=self._transport.host
                )
        rights, doubts = self._rights(parts)
        self._raise_refusal(parts, calls)
        pages.take(parts)
        chain.take(_only(parts, "u"))
        self._tell(chain)
        return rights, doubts

    def _rights(self, parts: Mapping[str, Part]) -> tuple[Rights, list[Doubt]]:
        """Granted scopes and the owner. Refuses at once where people or departments could not be read."""
        doubts: list[Doubt] = []
        scopes, profile = self._asked_twice("scope", parts), self._asked_twice("profile", parts)
        for method, part in (("scope", scopes), ("profile", profile)):
            if part.error:
                doubts.append(Doubt("rights_unknown", {"method": method, "error": part.error}))
        granted = granted_scopes(scopes.result)
        if not scopes.error:
            require_scopes(self._transport, granted)
        owner = None if profile.error else owner_of(self._transport, profile.result)
        rights = Rights(
            scopes=granted & SCOPES_OF_INTEREST,
            owner_id=owner.id if owner else None,
            admin=owner.admin if owner else False,
        )
        return rights, doubts

    def _asked_twice(self, method: str, parts: Mapping[str, Part]) -> Part:
        part = parts[method]
        if part.error:
            calls = {method: Call(method, {})}
            part = self._ask(calls)[method]
            self._raise_refusal({method: part}, calls)
        return part

    def _finish(self, pages: Pages | None, chain: Chain) -> None:
        """Read on until both lists are at their end, departments in the same batches as people."""
        while not (chain.finished and (pages is None or pages.finished)):
            department_calls = {} if pages is None else pages.calls(self._size)
            people = max(1, min(self._size, LONGEST - len(department_calls)))
            calls = dict(list(department_calls.items())[: LONGEST - people]) | chain.calls(people)
            try:
                parts = self._ask(calls)
            except Unreachable as error:
                if self._size <= _FIRST_PAGES or error.code in NOT_WORTH_REPEATING | {"redirect_refused"}:
                    raise
                self._size = _FIRST_PAGES  # perhaps it was too much at once
                continue
            self._raise_refusal(parts, calls)
            if pages is not None:
                pages.take(parts)
            chain.take(_only(parts, "u"))
            self._tell(chain)

    def _proven(self, pages: Pages, chain: Chain) -> tuple[Pages, list[Doubt]]:
        """Departments that add up, read once more where they don't, or where somebody names one that is not there.

        Pages by offset can lose a row to a deletion between two of them, without a trace in the totals.
        """
        if not pages.faults and not _names_unknown(pages.departments, chain):
            return pages, []
        again = Pages(self._rows)
        while not again.finished:
            calls = again.calls(LONGEST)
            parts = self._ask(calls)
            self._raise_refusal(parts, calls)
            again.take(parts)
        if pages.faults or again.faults or again.departments.keys() == pages.departments.keys():
            return again, []
        # It changed between two good readings; that is fine if what is named is there now.
        if not _names_unknown(again.departments, chain):
            return again, []
        return again, [Doubt("list_changing", {"what": "departments"})]

    def _ask(self, calls: Mapping[str, Call]) -> dict[str, Part]:
        small = len(calls) <= _FIRST_PAGES + 5
        parts, seconds = self._transport.batch(calls, retries=RETRIES if small else 1)
        pace = _GOOD_SECONDS / max(seconds, 0.01)
        fitting = int(len(calls) * min(pace, _GROWTH))
        self._size = max(_FEWEST_PAGES, min(fitting, LONGEST))
        return parts

    def _raise_refusal(self, parts: Mapping[str, Part], calls: Mapping[str, Call]) -> None:
        for key, part in parts.items():
            if part.error and Complaint(part.error, part.description).refusal_code() is not None:
                raise self._transport.error_of(part, calls[key].method)

    def _tell(self, chain: Chain) -> None:
        if self._progress is not None:
            done = len(chain.employees)
            self._progress(done, max(done, chain.total or 0))


def _condensed(oddities: list[Doubt]) -> list[Doubt]:
    """Each malformed row by itself while they are few; beyond, and for rows without an id, their number."""
    condensed: list[Doubt] = []
    for code, most in (("row_without_id", 0), ("row_malformed", _MOST_ROWS_NAMED)):
        found = [doubt for doubt in oddities if doubt.code == code]
        if len(found) <= most:
            condensed += found
        else:
            condensed.append(Doubt(code, {"what": found[0].detail["what"], "rows": len(found)}))
    return condensed


def _only(parts: Mapping[str, Part], initial: str) -> dict[str, Part]:
    return {key: part for key, part in parts.items() if key.startswith(initial) and key[1:].isdecimal()}


def _names_unknown(known: Mapping[int, Department], chain: Chain) -> bool:
    """True where a department or an active person names a department that was not received."""
    parents = {department.parent for department in known.values()} - {None}
    used = {number for person in chain.employees if person.active for number in person.departments}
    return not (parents | used) <= known.keys()
