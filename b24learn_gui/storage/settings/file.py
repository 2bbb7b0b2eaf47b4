"""The settings file: read with every fault named, written atomically, migrated with the old file kept."""

import codecs
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import tomli_w

from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.storage.files import make_private_directory, write_atomically
from b24learn_gui.storage.settings.decode import decode_table
from b24learn_gui.storage.settings.migrations import MIGRATIONS, Migrations, Table
from b24learn_gui.storage.settings.model import Settings
from b24learn_gui.storage.settings.rules import rule_faults

_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def load_settings(path: Path, migrations: Migrations = MIGRATIONS) -> Settings:
    """The home's settings; a file of an older schema is migrated on disk, too, and the old one kept beside it.

    Raises as `read_settings` does.
    """
    settings, old = _read(path, migrations)
    if old is not None:
        _keep_migrated(path, old, settings)
    return settings


def read_settings(path: Path, migrations: Migrations = MIGRATIONS) -> Settings:
    """The settings in any file, for `settings import`: nothing is written, an older schema is migrated in memory.

    Raises `SettingsInvalid` (70) with every fault: `settings_missing` if there is no file, `settings_newer` for one
    of a later program, otherwise `settings_invalid`.
    """
    return _read(path, migrations)[0]


def parse_settings(table: Mapping[str, object]) -> Settings:
    """The settings in a table of today's schema. Raises `SettingsInvalid` naming every fault with its path."""
    faults: list[Fault] = []
    settings = decode_table(Settings, table, "", faults)
    # What is at fault has its default in `settings`: a rule broken by that would be a fault nobody made.
    faults += [fault for fault in rule_faults(settings) if not _follows_from(fault, faults)]
    if faults:
        raise SettingsInvalid(faults)
    return settings


def validate(settings: Settings) -> None:
    """Check settings made in the program as if they had been read. Raises `SettingsInvalid`."""
    parse_settings(to_plain(settings))


def to_plain(settings: Settings) -> Table:
    """The settings as tables, lists and plain values, in the file's order. They never hold a secret."""
    plain = msgspec.json.decode(msgspec.json.encode(settings), type=Table)
    portals = plain.pop("portals")
    # Written as [[portals]] after [learn], as in the documentation.
    return {
        key: value
        for name in plain
        for key, value in ([(name, plain[name])] + ([("portals", portals)] if name == "learn" else []))
    }


def to_toml(settings: Settings) -> str:
    """The text of the settings file; what `settings export` writes, too."""
    return tomli_w.dumps(to_plain(settings))


def save_settings(path: Path, settings: Settings) -> None:
    """Validate and write atomically. Raises `SettingsInvalid`: its faults, or `settings_not_written` (`reason`).

    Whatever is raised, the old file is whole.
    """
    validate(settings)
    try:
        make_private_directory(path.parent)
        write_atomically(path, to_toml(settings).encode("utf-8"))
    except OSError as error:
        fault = Fault(path.name, "not_written", {"reason": _reason(error)})
        raise SettingsInvalid([fault], code="settings_not_written") from None


def _read(path: Path, migrations: Migrations) -> tuple[Settings, int | None]:
    """The settings, and the schema they had if it was an older one."""
    table = _read_table(path)
    migrated = migrations.migrate(table)
    old = None if migrated is table else int(str(table.get("schema", 1)))
    return parse_settings(migrated), old


def _read_table(path: Path) -> Table:
    """Codes: `settings_missing`; `not_readable` (`reason`), `not_utf8` (`encoding`), `not_toml` (`line`, `column`)."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        fault = Fault(path.name, "settings_missing", {"path": str(path)})
        raise SettingsInvalid([fault], code="settings_missing") from None
    except OSError as error:
        raise SettingsInvalid([Fault(path.name, "not_readable", {"reason": _reason(error)})]) from None
    text = _decode_text(path, data)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The message itself may quote the file, and somebody may have written a secret there.
        found = _POSITION.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
        raise SettingsInvalid([Fault(path.name, "not_toml", {"line": line, "column": column})]) from None


def _decode_text(path: Path, data: bytes) -> str:
    """UTF-8, with the byte order mark that Windows editors put in front or without it."""
    if data.startswith(_UTF_16) or b"\0" in data[:4]:
        raise SettingsInvalid([Fault(path.name, "not_utf8", {"encoding": "UTF-16"})])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsInvalid([Fault(path.name, "not_utf8", {"encoding": ""})]) from None


def _follows_from(fault: Fault, earlier: list[Fault]) -> bool:
    def below(inner: str, outer: str) -> bool:
        return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))

    paths = [known.path for known in earlier if known.code != "unknown_key"]
    # A list is not empty for want of items if one of them is at fault.
    return any(below(fault.path, path) or (fault.code == "required" and below(path, fault.path)) for path in paths)


def _keep_migrated(path: Path, old_schema: int, settings: Settings) -> None:
    """Write the migrated settings and keep the old file beside them.

    A place that cannot be written, as a mounted configuration, is no fault: the settings are migrated at each start.
    """
    kept = path.with_name(f"{path.name}.schema-{old_schema}")
    try:
        if not kept.exists():
            write_atomically(kept, path.read_bytes())
        write_atomically(path, to_toml(settings).encode("utf-8"))
    except OSError:
        return


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
