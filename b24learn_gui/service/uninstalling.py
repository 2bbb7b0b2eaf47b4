"""Taking back what this program put into somebody's account, before the program itself is removed.

The installers call it; nothing else does. Nothing that may be somebody's own is deleted: only files whose names are
this program's, and a directory only when nothing is left in it.
"""

import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from b24learn_gui.errors import AnotherRunActive, SecretUnavailable, SyncError
from b24learn_gui.machine.scheduler import Scheduler
from b24learn_gui.service.autostart import Autostart, autostart
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE, LEFT_OUT
from b24learn_gui.service.registration import other_copy
from b24learn_gui.service.registration import remove as remove_registration
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.instance_place import instance_place, lock_of
from b24learn_gui.storage.lock import RunLock, is_held
from b24learn_gui.storage.places import Places
from b24learn_gui.storage.secrets import check_name, secret_names
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import mark

_NAMES = {
    "autostart": mark("the start with the session"),
    "registration": mark("the scheduled runs"),
    "secrets": mark("the secrets"),
    "settings": mark("the settings"),
    "journal": mark("the journal"),
    "logs": mark("the logs"),
}
_LOGS = ("gui.log*", "sync.log*", "cli.log*", "self-test.json")
_OTHERS = ("home-id", "run.lock")


class _Done:
    """What was taken back, what had to stay, and what another copy of the program needs, as it is found out."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.left: list[dict[str, str]] = []
        self.others: list[dict[str, str]] = []

    def leave(self, where: str, reason: str) -> None:
        self.left.append({"where": where, "reason": reason})

    def others_own(self, what: str, program: str) -> None:
        self.others.append({"what": what, "program": program})


def uninstall(
    context: Context,
    *,
    delete_data: bool = False,
    entry: Autostart | None = None,
    scheduler: Scheduler | None = None,
) -> Object:
    """The start with the session and the scheduled runs of this home go; with `delete_data` the home's settings,
    journal, logs, and secrets in the system's store as well. Exit 10 where something stays, with the reason. What
    starts another copy of the program, which is still there, is not this one's to take back: it is only named.

    Raises `AnotherRunActive` (50) before anything is done: `another_run_active`, or `program_open` for its windows.
    """
    done = _Done()
    places = context.places
    with ExitStack() as held:
        if delete_data:
            if is_held(lock_of(*instance_place(places, context.environment))):
                raise AnotherRunActive("program_open")
            if places.lock_file.parent.is_dir():
                held.enter_context(RunLock(places.lock_file))
            if _forget_secrets(context, done):
                _delete_files(places, done)
    if delete_data and not done.left:
        _delete_rest(places)
    _forget_autostart(context, entry, done)
    _forget_registration(context, scheduler, done)
    return {
        "command": "uninstall",
        "exit_code": LEFT_OUT if done.left else DONE,
        "removed": done.removed,
        "left": done.left,
        "others": done.others,
        "message": _message(context, done),
    }


def _message(context: Context, done: _Done) -> str:
    words = context.words
    removed = ", ".join(words(_NAMES[name]) for name in done.removed)
    lines = [words("Removed: {what}.", what=removed) if removed else words("There was nothing to remove.")]
    lines += [words("Left: {where}. {reason}", where=each["where"], reason=each["reason"]) for each in done.left]
    lines += [
        words(
            "Kept for another copy of this program ({program}): {what}.",
            program=each["program"],
            what=words(_NAMES[each["what"]]),
        )
        for each in done.others
    ]
    return "\n".join(lines)


def _forget_autostart(context: Context, entry: Autostart | None, done: _Done) -> None:
    try:
        entry = entry or autostart(context)
        other = entry.other_copy()
        if other is not None:
            done.others_own("autostart", other)
        elif entry.forget():
            done.removed.append("autostart")
    except SyncError as error:
        done.leave(context.words(_NAMES["autostart"]), error_sentence(error, context.words))


def _forget_registration(context: Context, scheduler: Scheduler | None, done: _Done) -> None:
    try:
        other = other_copy(context, scheduler=scheduler)
        if other is not None:
            done.others_own("registration", other)
        elif remove_registration(context, scheduler=scheduler)["removed"]:
            done.removed.append("registration")
    except SyncError as error:
        if error.code not in {"scheduler_missing", "registration_foreign"}:  # then there is none of ours
            done.leave(context.words(_NAMES["registration"]), error_sentence(error, context.words))


def _forget_secrets(context: Context, done: _Done) -> bool:
    """Whether none of this home's is left in the system's store. Files of secrets are their administrator's."""
    own = context.places.own_home
    if own is not None and not (own / "home-id").exists():
        return True  # nothing was ever kept under this home's name
    removed = False
    try:
        for name in secret_names(_portal_keys(context.places.settings_file)):
            removed = context.secrets.clear(name) or removed
    except SyncError as error:
        if not (isinstance(error, SecretUnavailable) and error.code == "secret_store_missing"):
            done.leave(context.words(_NAMES["secrets"]), error_sentence(error, context.words))
            return False
    if removed:
        done.removed.append("secrets")
    return True


def _portal_keys(settings: Path) -> Iterator[str]:
    """Also of settings that are faulty otherwise: their secrets are to go all the same."""
    try:
        portals = tomllib.loads(settings.read_text("utf-8")).get("portals", [])
        keys = [str(each.get("key", "")) for each in portals]
    except (OSError, ValueError, AttributeError, TypeError):
        return
    for key in keys:
        try:
            check_name(f"portal.{key}.webhook")
        except SyncError:
            continue
        yield key


def _delete_files(places: Places, done: _Done) -> None:
    for name, directory, patterns in (
        ("settings", places.settings_file.parent, _names(places.settings_file.name, ".schema-*")),
        (
            "journal",
            places.journal_file.parent,
            _names(places.journal_file.name, ".version-*", "-wal", "-shm", "-journal"),
        ),
        ("logs", places.logs, _LOGS),
    ):
        found = [path for pattern in patterns for path in directory.glob(pattern) if path.is_file()]
        if _deleted(found, done):
            done.removed.append(name)


def _names(name: str, *endings: str) -> tuple[str, ...]:
    """Of the file, of what the program keeps and SQLite needs beside it, and of drafts; a copy somebody made is his."""
    return (name, *(f"{name}{ending}" for ending in endings), f".{name}.*")


def _deleted(files: list[Path], done: _Done) -> bool:
    """Whether there were any and all of them are gone."""
    gone = bool(files)
    for path in files:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            done.leave(str(path), error.strerror or type(error).__name__)
            gone = False
    return gone


def _delete_rest(places: Places) -> None:
    """What only served the other files, and the directories that are empty now; whatever else is in them stays."""
    for directory in {places.lock_file.parent, places.settings_file.parent}:
        for name in _OTHERS:
            with suppress(OSError):
                (directory / name).unlink(missing_ok=True)
    for directory in (places.logs, places.reports, places.journal_file.parent, places.settings_file.parent):
        with suppress(OSError):
            directory.rmdir()
