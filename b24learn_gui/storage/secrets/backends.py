"""Which of the machine's secret stores is used: an allow-list, never a silent fallback to plain text."""

import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from b24learn_gui.errors import SecretUnavailable

BACKEND_VARIABLE = "PYTHON_KEYRING_BACKEND"
WINDOWS_UNITS = 1280
"""What the Windows store takes: 2560 bytes, as UTF-16 units."""

_THIS_COMPUTER = 2
"""CRED_PERSIST_LOCAL_MACHINE. The library's own choice roams with the person's profile, which settings and journal do
not: one computer's webhook would replace another's.
"""
_WINDOWS = "keyring.backends.Windows.WinVaultKeyring"
_MACOS = "keyring.backends.macOS.Keyring"
_DESKTOP = ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring")
_NO_STORE = ("keyring.backends.null", "keyring.backends.fail")
_PROBE_SERVICE = "b24learn-gui/probe"


class Keyring(Protocol):
    """What is used of a back end of the keyring library."""

    def get_password(self, service: str, username: str, /) -> str | None: ...
    def set_password(self, service: str, username: str, password: str, /) -> None: ...
    def delete_password(self, service: str, username: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Backend:
    """A store that can be used. `max_units`: longest value in UTF-16 units, if there is such a limit."""

    keyring: Keyring
    max_units: int | None = None
    plaintext: bool = False


def open_backend(environment: Mapping[str, str]) -> Backend:
    """The store of this machine, or the one named by `PYTHON_KEYRING_BACKEND` if it gives a probe value back.

    The keyring library's own configuration file is not asked: it could bring in any back end unnoticed. Raises
    `SecretUnavailable("secret_store_missing")` (41), with `backend` where one was named.
    """
    named = environment.get(BACKEND_VARIABLE, "")
    if named:
        return _open_named(named)
    candidates = [found for path in platform_backends() if (found := _load(path)) is not None]
    if not candidates:
        raise SecretUnavailable("secret_store_missing")
    _, path, keyring = max(candidates, key=lambda candidate: candidate[0])
    return Backend(keyring, max_units=_max_units(path))


def platform_backends() -> tuple[str, ...]:
    if sys.platform == "win32":
        return (_WINDOWS,)
    if sys.platform == "darwin":
        return (_MACOS,)
    return _DESKTOP


def _open_named(path: str) -> Backend:
    found = None if path.startswith(_NO_STORE) else _load(path)
    if found is None:
        raise SecretUnavailable("secret_store_missing", backend=path)
    keyring = found[2]
    if path not in platform_backends() and not _gives_back(keyring):
        raise SecretUnavailable("secret_store_missing", backend=path)
    return Backend(keyring, max_units=_max_units(path), plaintext=_is_plaintext(type(keyring)))


def _load(path: str) -> tuple[float, str, Keyring] | None:
    """(priority, path, back end), or None where it cannot work here."""
    module, _, name = path.rpartition(".")
    try:
        kind = getattr(importlib.import_module(module), name)
        priority = float(kind.priority)  # asking for it is the library's test of viability
        keyring = kind()
        if path == _WINDOWS:
            keyring.persist = _THIS_COMPUTER
    except Exception:  # noqa: BLE001  # whatever a back end stumbles over: it is none
        return None
    return priority, path, keyring


def _gives_back(keyring: Keyring) -> bool:
    account, value = os.urandom(8).hex(), os.urandom(8).hex()
    try:
        keyring.set_password(_PROBE_SERVICE, account, value)
        answer = keyring.get_password(_PROBE_SERVICE, account)
        keyring.delete_password(_PROBE_SERVICE, account)
    except Exception:  # noqa: BLE001  # likewise
        return False
    return answer == value


def _max_units(path: str) -> int | None:
    return WINDOWS_UNITS if path == _WINDOWS else None


def _is_plaintext(kind: type) -> bool:
    return any(word in base.__name__.casefold() for base in kind.__mro__ for word in ("plaintext", "unencrypted"))
