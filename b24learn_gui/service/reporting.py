"""What a command tells while it works; the windowless program draws a bar or prints events from it."""

from typing import Any, Protocol


class Reporter(Protocol):
    """Told from the thread that runs the command, `waiting` from any thread. Values are plain, as in the summary."""

    def phase(self, name: str, portal: str | None = None) -> None:
        """A new part of the work begins: `bitrix24` (of a portal), `learn`, `plan`, `apply` or a part of applying."""

    def progress(self, done: int, total: int) -> None:
        """So many of so many people or changes of this phase; a total of 0 is not known yet."""

    def change(self, change: dict[str, Any]) -> None: ...
    def problem(self, problem: dict[str, Any]) -> None: ...
    def waiting(self, seconds: float, reason: str) -> None:
        """A server asked us to wait."""

    def notice(self, text: str) -> None:
        """A whole sentence for people, which no event carries."""


class Silent:
    """Tells nobody."""

    def phase(self, name: str, portal: str | None = None) -> None: ...
    def progress(self, done: int, total: int) -> None: ...
    def change(self, change: dict[str, Any]) -> None: ...
    def problem(self, problem: dict[str, Any]) -> None: ...
    def waiting(self, seconds: float, reason: str) -> None: ...
    def notice(self, text: str) -> None: ...
