"""A store on disk that outlives its process, and a process that can be killed at any of its writes."""

import json
import os
import signal
from pathlib import Path

from keyring.backend import KeyringBackend

FILE_VARIABLE = "TEST_KEYRING_FILE"
LIFE_VARIABLE = "TEST_WRITES_TO_LIVE"
"""So many writes a process lives to do; it is killed in front of the next one. Empty: for ever."""


def count_a_write() -> None:
    """Kill this very process where its time has come: nothing of it gets to clean up."""
    left = os.environ.get(LIFE_VARIABLE, "")
    if left == "0":
        os.kill(os.getpid(), signal.SIGKILL)
    if left:
        os.environ[LIFE_VARIABLE] = str(int(left) - 1)


class FileKeyring(KeyringBackend):
    priority = 0.1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's

    def get_password(self, service: str, username: str) -> str | None:
        return self._values().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep({**self._values(), f"{service} {username}": password}, probe="probe" in service)

    def delete_password(self, service: str, username: str) -> None:
        values = self._values()
        del values[f"{service} {username}"]
        self._keep(values, probe="probe" in service)

    def _values(self) -> dict[str, str]:
        file = Path(os.environ[FILE_VARIABLE])
        return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}

    def _keep(self, values: dict[str, str], *, probe: bool) -> None:
        if not probe:
            count_a_write()
        Path(os.environ[FILE_VARIABLE]).write_text(json.dumps(values), "utf-8")


class FullKeyring(FileKeyring):
    """Takes replacements of webhooks no more."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if service.endswith("webhook") and "new" in password:
            raise OSError(28, "No space left on device")
        super().set_password(service, username, password)
