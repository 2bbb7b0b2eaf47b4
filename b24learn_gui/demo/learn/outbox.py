"""Letters that the embedded Learn would have sent."""

import threading
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Letter:
    """One message with sign-in data to one person; `password` is kept out of representations."""

    login: str
    address: str
    message: str
    channel: Literal["email", "sms"] = "email"
    password: str = field(default="", repr=False)


class Outbox:
    """All letters in the order of sending."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        with self._guard:
            self._letters.append(letter)

    @property
    def letters(self) -> tuple[Letter, ...]:
        with self._guard:
            return tuple(self._letters)

    def to(self, login: str) -> tuple[Letter, ...]:
        """The letters to one login, letter case aside."""
        return tuple(letter for letter in self.letters if letter.login.casefold() == login.casefold())

    def clear(self) -> None:
        with self._guard:
            self._letters.clear()

    def __len__(self) -> int:
        return len(self.letters)
