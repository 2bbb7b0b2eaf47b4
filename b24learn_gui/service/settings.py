"""The settings file as commands use it: loaded for a run, shown, imported, exported, never with a secret."""

from pathlib import Path
from typing import Any

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.context import Context
from b24learn_gui.service.saving import remember_saving
from b24learn_gui.service.setup_save import recover_setup
from b24learn_gui.service.vault import secret_states
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
    """Take over a settings file, validated first; the moment counts for the timetable and for `health`."""
    if not file.is_file():
        raise WrongUsage("file_not_readable", path=str(file), reason=context.words("there is no such file"))
    settings = read_settings(file)
    context.places.prepare()
    save_settings(context.places.settings_file, settings)
    remember_saving(context)
    return {
        "command": "settings import",
        "exit_code": 0,
        "message": context.words("The settings are taken over from {path}.", path=file),
    }


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
