"""The self-test of unattended runs: what a run needs, tried as the account it will run as (`service self-test`)."""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from b24learn_gui.bitrix24 import probe as portal_probe
from b24learn_gui.errors import AnotherRunActive, Fault, SecretUnavailable, SettingsInvalid, StoppedOnRequest, SyncError
from b24learn_gui.learn import probe as learn_probe
from b24learn_gui.machine.accounts import current_account
from b24learn_gui.service.connections import learn_access, patience_for, portal_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import chosen_exit_code
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object, time_text
from b24learn_gui.service.vault import needed_secrets
from b24learn_gui.storage.files import make_private_directory, write_atomically
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.places import Places
from b24learn_gui.storage.settings import PortalSettings, Settings
from b24learn_gui.text.errors import error_sentence

SELF_TEST_AT = "self_test_at"
"""Name of the fact that the self-test writes into the journal."""


@dataclass(frozen=True, slots=True)
class _KeptCheck:
    check: str
    name: str
    ok: bool | None
    message: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """The shape of a kept answer: whoever runs the self-test writes it, and somebody else may read it."""

    command: str
    exit_code: int
    account: str
    finished_at: str
    checks: list[_KeptCheck]


CheckName = Literal["settings", "secret", "server", "log", "journal", "lock"]
_RESULT = "self-test.json"
_LONGEST_WAIT = 20
"""Seconds of patience with a server: whoever asked waits for the answer."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried. `name`: which one of its kind; `ok` None: it could not be tried."""

    check: CheckName
    name: str
    ok: bool | None
    message: str
    exit_code: int = 0

    def as_object(self) -> Object:
        return {"check": self.check, "name": self.name, "ok": self.ok, "message": self.message}


def self_test(context: Context) -> Object:
    """Try everything a run needs, as whoever runs this; the answer is kept beside the logs.

    Raises `StoppedOnRequest`. What fails is in the answer, and no value of a secret ever is.
    """
    checks = list(_checks(context))
    answer = {
        "command": "service self-test",
        "exit_code": chosen_exit_code(check.exit_code for check in checks),
        "account": current_account(),
        "finished_at": time_text(context.now()),
        "checks": [check.as_object() for check in checks],
    }
    _keep(context.places, answer)
    return answer


def last_self_test(places: Places) -> Object | None:
    """The answer kept last; None where there is none that can be read."""
    import msgspec  # noqa: PLC0415 - start-up counts, and most commands read no answer

    try:
        found = msgspec.json.decode((places.logs / _RESULT).read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    answer: Object = msgspec.to_builtins(found)
    return answer


def forget_self_test(places: Places) -> None:
    """So that the next answer found is a new one. Raises `SettingsInvalid("home_unusable")`."""
    try:
        (places.logs / _RESULT).unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(places, error) from None


def _keep(places: Places, answer: Object) -> None:
    """Where even this cannot be written nobody waits for it in vain: the check of the log has failed as well."""
    try:
        write_atomically(places.logs / _RESULT, json.dumps(answer, ensure_ascii=False).encode())
    except OSError:
        return


def _checks(context: Context) -> Iterator[Check]:
    yield from _outside(context)
    words = context.words
    yield _tried(context, "log", "", partial(_log, context), words("The log can be written."))
    yield _tried(context, "journal", "", partial(_journal, context), words("The journal can be written."))
    fine = words("The lock that lets one run in at a time works.")
    yield _tried(context, "lock", "", partial(_lock, context), fine)


def _outside(context: Context) -> Iterator[Check]:
    """Settings, secrets and servers, each as far as the one before it allows."""
    words = context.words
    try:
        settings = settings_for_run(context)
    except SyncError as error:
        yield _failed(context, "settings", "", error)
        return
    yield Check("settings", "", ok=True, message=words("The settings are complete."))
    for name in needed_secrets(settings):
        fine = words("The secret {name} can be read.", name=name)
        yield _tried(context, "secret", name, partial(context.secrets.get, name), fine)
    impatient = min(settings.network.patience_seconds, _LONGEST_WAIT)
    settings = replace(settings, network=replace(settings.network, patience_seconds=impatient))
    for portal in settings.portals:
        yield _server(context, portal.key, partial(_reach_portal, context, settings, portal))
    yield _server(context, "learn", partial(_reach_learn, context, settings))


def _tried(context: Context, check: CheckName, name: str, action: Callable[[], object], fine: str) -> Check:
    try:
        action()
    except StoppedOnRequest:
        raise
    except SyncError as error:
        return _failed(context, check, name, error)
    return Check(check, name, ok=True, message=fine)


def _failed(context: Context, check: CheckName, name: str, error: SyncError) -> Check:
    return Check(check, name, ok=False, message=error_sentence(error, context.words), exit_code=error.exit_code)


def _server(context: Context, name: str, reach: Callable[[], tuple[str, bool]]) -> Check:
    words = context.words
    try:
        host, protected = reach()
    except StoppedOnRequest:
        raise
    except SecretUnavailable:
        return Check("server", name, ok=None, message=words("Not tried, because its secret cannot be read."))
    except SyncError as error:
        return _failed(context, "server", name, error)
    if protected:
        return Check(
            "server", name, ok=True, message=words("{host} answers, and its certificate is trusted.", host=host)
        )
    return Check("server", name, ok=True, message=words("{host} answers, without a certificate.", host=host))


def _reach_portal(context: Context, settings: Settings, portal: PortalSettings) -> tuple[str, bool]:
    with portal_transport(context, settings, portal, context.secrets) as transport:
        reached = portal_probe.reach(transport)
    return reached.host, not reached.plain


def _reach_learn(context: Context, settings: Settings) -> tuple[str, bool]:
    access = learn_access(settings.learn, context.secrets)
    learn_probe.reach(access, patience=patience_for(context, settings, "learn"))
    return access.address.host, access.address.scheme == "https"


def _log(context: Context) -> None:
    """A new file beside the logs, and the log that is there already: it may belong to somebody else."""
    logs = context.places.logs
    try:
        make_private_directory(logs)
        with tempfile.NamedTemporaryFile(dir=logs, prefix=".self-test-"):
            pass
        if (logs / "sync.log").exists():
            with (logs / "sync.log").open("ab"):
                pass
    except OSError as error:
        raise _unusable(context.places, error) from None


def _journal(context: Context) -> None:
    context.places.prepare()
    with Journal.open(context.places.journal_file) as journal:
        journal.set_fact(SELF_TEST_AT, context.now().isoformat())


def _lock(context: Context) -> None:
    """A run that holds it right now shows just as well that it works."""
    try:
        with RunLock(context.places.lock_file):
            return
    except AnotherRunActive:
        return


def _unusable(places: Places, error: OSError) -> SettingsInvalid:
    reason = error.strerror or type(error).__name__
    return SettingsInvalid([Fault(str(places.logs), "home_unusable", {"reason": reason})], code="home_unusable")
