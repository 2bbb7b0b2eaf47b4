"""The settings file as commands use it: loaded for a run, shown, imported, exported, never with a secret."""

from pathlib import Path
from typing import Any

from b24learn_gui.errors import SettingsInvalid, WrongUsage
from b24learn_gui.service.context import Context
from b24learn_gui.service.imported import changes_a_run
from b24learn_gui.service.setup_save import recover_setup
from b24learn_gui.service.vault import secret_states
from b24learn_gui.storage.journal import SETTINGS_IMPORTED, SETTINGS_SAVED_AT, Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.settings import (
    Settings,
    check_ca_files,
    load_settings,
    read_settings,
    save_settings,
    to_plain,
    to_toml,
)


def settings_for_run(context: Context) -> Settings:
    """The settings with everything a run needs of them. Raises `SettingsInvalid` (70) naming every fault.

    A saving of the wizard that a crash left in the middle is taken back first.
    """
    recover_setup(context)
    settings = load_settings(context.places.settings_file)
    check_ca_files(settings)
    return settings


def show_settings(context: Context) -> dict[str, Any]:
    """INTERFACE: `settings show`."""
    settings = load_settings(context.places.settings_file)
    return {
        "command": "settings show",
        "exit_code": 0,
        "settings": to_plain(settings),
        "secrets": secret_states(context, settings),
    }


def import_settings(context: Context, file: Path) -> dict[str, Any]:
    """Take over a settings file, validated first; the moment counts for the timetable and for `health`.

    Where a run would do anything else by it, nothing is written before somebody has seen what (`service.imported`).
    Raises `SettingsInvalid`, `JournalUnusable` (70), `AnotherRunActive` (50): then the old settings stay.
    """
    if not file.is_file():
        raise WrongUsage("file_not_readable", path=str(file), reason=context.words("there is no such file"))
    settings = read_settings(file)
    _present(context)  # those of a later version are not replaced, nor is anything else touched
    context.places.prepare()
    recover_setup(context)  # else the way back of a saving that broke off would take this one back
    with RunLock(context.places.lock_file), Journal.open(context.places.journal_file) as journal:
        unseen = changes_a_run(_present(context), settings)
        _replace(context, settings, journal, unseen=unseen)
    message = context.words("The settings are taken over from {path}.", path=file)
    if unseen:
        command = "b24learn-gui preview"
        look = context.words(
            "Nothing is written by them until you have seen what they would do: {command}", command=command
        )
        message = f"{message} {look}"
    return {"command": "settings import", "exit_code": 0, "message": message, "preview_first": unseen}


def _present(context: Context) -> Settings | None:
    """Those there are; None where there are none, or faulty ones. Raises for those of a later version."""
    try:
        return read_settings(context.places.settings_file)
    except SettingsInvalid as error:
        if error.code == "settings_newer":
            raise
        return None


def _replace(context: Context, settings: Settings, journal: Journal, *, unseen: bool) -> None:
    """The mark first: a crash in between asks for a look at the old settings once more, and writes nothing unseen."""
    now = context.now().isoformat()
    former = journal.fact(SETTINGS_IMPORTED)
    if unseen:
        journal.set_fact(SETTINGS_IMPORTED, now)
    try:
        save_settings(context.places.settings_file, settings)
    except SettingsInvalid:
        if unseen:
            journal.forget_fact(SETTINGS_IMPORTED, now)
            if former is not None:
                journal.set_fact(SETTINGS_IMPORTED, former)
        raise
    journal.set_fact(SETTINGS_SAVED_AT, now)


def export_settings(context: Context, file: Path) -> dict[str, Any]:
    """Write the settings where asked. Raises `WrongUsage("file_not_written")`."""
    settings = load_settings(context.places.settings_file)
    try:
        file.write_text(to_toml(settings), "utf-8")
    except OSError as error:
        raise WrongUsage("file_not_written", path=str(file), reason=error.strerror or type(error).__name__) from None
    return {
        "command": "settings export",
        "exit_code": 0,
        "message": context.words("The settings are written to {path}, without secrets.", path=file),
    }
