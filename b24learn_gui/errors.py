"""One tree of errors: a code, its parameters, the side it came from and the exit code it ends a command with.

No sentence for people is made here (that is `b24learn_gui.text`), and no parameter may hold a secret: library
exceptions are converted where they arise, because those of the HTTP libraries contain the webhook address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Side = Literal["bitrix24", "learn", "here"]
"""Who failed us: the source, the target, or this machine."""


class SyncError(Exception):
    """The root of the tree. `code` is stable and documented, `detail` holds plain values for the sentence."""

    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, code: str, *, side: Side = "here", portal: str | None = None, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.side: Side = side
        self.portal = portal
        self.detail: Mapping[str, object] = detail

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, side={self.side!r}, portal={self.portal!r})"


class WrongUsage(SyncError):
    """The command was called with words it does not know (exit 2)."""

    exit_code = 2


class Refused(SyncError):
    """A side refuses us: sign-in, rights, subscription, block by the vendor (exit 40). Never retried."""

    exit_code = 40


class SecretUnavailable(SyncError):
    """The secret store is missing, locked or refuses, or holds no such secret (exit 41)."""

    exit_code = 41


class AnotherRunActive(SyncError):
    """Another run holds the lock of this home (exit 50)."""

    exit_code = 50


class StoppedOnRequest(SyncError):
    """Somebody asked us to stop (exit 51)."""

    exit_code = 51


class Unreachable(SyncError):
    """A server cannot be reached or does not answer usefully, after all retries (exit 60)."""

    exit_code = 60
    retryable = True


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the settings: where (`sync.limits`, `portals[0].key`), what (a code), and its parameters."""

    path: str
    code: str
    detail: Mapping[str, object]


class SettingsInvalid(SyncError):
    """The settings are missing or have faults, every one named (exit 70)."""

    exit_code = 70

    def __init__(self, faults: Sequence[Fault], *, code: str = "settings_invalid") -> None:
        super().__init__(code, faults=tuple(faults))
        self.faults = tuple(faults)


class Rejected(SyncError):
    """Learn refused one write (contract ispring-learn-api.md 4.6): that object's failure, not the run's.

    `code` is one of `duplicate`, `phone`, `seats_exhausted`, `gone`, `rejected`; `detail["message"]` holds the
    server's own words, shortened and free of secrets, `detail["status"]` the HTTP status.
    """

    exit_code = 10
