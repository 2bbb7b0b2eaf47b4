"""A whole list, page by page, with the proof that the pages do not run in a circle (incident T4, contract 8)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from b24learn_gui.errors import Rejected, Unreachable
from b24learn_gui.learn.shapes import Page
from b24learn_gui.learn.transport import Transport

PAGE_SIZE = 1000
"""What working clients use; a larger maximum is published nowhere."""

UNKNOWN_CALL = frozenset({400, 404, 405, 410, 501})
"""Statuses by which a server may say that it does not know a call."""

T = TypeVar("T")


def read_pages(
    transport: Transport,
    paths: Sequence[str],
    *,
    parse: Callable[[object], Page[T]],
    key: Callable[[T], str],
    what: str,
    on_page: Callable[[int], None] | None = None,
) -> dict[str, T]:
    """Every row by its key, by the first of the paths that the server knows; a row listed twice counts once.

    Raises `Unreachable("page_repeated")` when a token comes back or a page brings nothing new, and the last path's
    `Rejected` when the server knows none of them.
    """
    for path in paths[:-1]:
        try:
            return _read(transport, path, parse=parse, key=key, what=what, on_page=on_page)
        except Rejected as error:
            if error.detail["status"] not in UNKNOWN_CALL:
                raise
    return _read(transport, paths[-1], parse=parse, key=key, what=what, on_page=on_page)


def _read(
    transport: Transport,
    path: str,
    *,
    parse: Callable[[object], Page[T]],
    key: Callable[[T], str],
    what: str,
    on_page: Callable[[int], None] | None,
) -> dict[str, T]:
    found: dict[str, T] = {}
    tokens: set[str] = set()
    token = ""
    while True:
        query = [("pageSize", str(PAGE_SIZE))] + ([("pageToken", token)] if token else [])
        try:
            page = parse(transport.read("GET", path, query=query))
        except Rejected as error:
            if token:  # a call that answered its first page is known: this is a failure in the middle
                raise Unreachable("answer_unusable", side="learn", what=what, status=error.detail["status"]) from None
            raise
        known = len(found)
        found.update((key(row), row) for row in page.rows)
        if on_page is not None:
            on_page(len(found))
        if not page.next_token:
            return found
        if page.next_token in tokens or (page.rows and len(found) == known):
            raise Unreachable("page_repeated", side="learn", what=what)
        token = page.next_token
        tokens.add(token)
