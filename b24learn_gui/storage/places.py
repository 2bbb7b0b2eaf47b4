"""Where everything of one home lies on disk (INTERFACE: `--home`, `B24LEARN_HOME`, secrets' account names)."""

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.storage.files import make_private_directory, write_atomically

HOME_VARIABLE = "B24LEARN_HOME"
PROGRAM = "b24learn-gui"
DEFAULT_HOME_ID = "default"

_HOME_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Places:
    """The files and directories of one home. `own_home` is the directory asked for; None: the platform's places."""

    settings_file: Path
    journal_file: Path
    lock_file: Path
    logs: Path
    reports: Path
    own_home: Path | None = None

    def prepare(self) -> None:
        """Create the directories, private where the platform can.

        Raises `SettingsInvalid("home_unusable")` (70) where the disk refuses.
        """
        try:
            for directory in (self.settings_file.parent, self.journal_file.parent, self.logs, self.reports):
                make_private_directory(directory)
        except OSError as error:
            raise _unusable(self.settings_file.parent, error) from None

    def home_id(self) -> str:
        """The account name of this home's secrets: `default`, or a random id that is made on first need.

        Raises `SettingsInvalid` (70): `home_id_damaged` (a new id would lose the secrets), `home_unusable`.
        """
        if self.own_home is None:
            return DEFAULT_HOME_ID
        path = self.own_home / "home-id"
        try:
            make_private_directory(self.own_home)
            if not path.exists():
                _write_once(path, os.urandom(16).hex())
            text = path.read_text("ascii", errors="replace").strip()
        except OSError as error:
            raise _unusable(self.own_home, error) from None
        if not _HOME_ID.fullmatch(text):
            raise SettingsInvalid([Fault(str(path), "home_id_damaged", {})], code="home_id_damaged")
        return text


def find_places(home: Path | None, environment: Mapping[str, str]) -> Places:
    """Choose the home: the option's, else the variable's, else the platform's own places. Touches no disk."""
    variable = environment.get(HOME_VARIABLE, "")
    chosen = home or (Path(variable) if variable else None)
    if chosen is not None:
        return _under(Path(os.path.abspath(chosen.expanduser())))  # noqa: PTH100  # resolve() would look at the disk
    return _platform_places()


def _under(home: Path) -> Places:
    return Places(
        settings_file=home / "settings.toml",
        journal_file=home / "journal.db",
        lock_file=home / "run.lock",
        logs=home / "logs",
        reports=home / "reports",
        own_home=home,
    )


def _platform_places() -> Places:
    import platformdirs  # noqa: PLC0415  # only without a home of one's own, and start-up counts

    dirs = platformdirs.PlatformDirs(PROGRAM, appauthor=False, roaming=False)
    data = dirs.user_data_path
    return Places(
        settings_file=dirs.user_config_path / "settings.toml",
        journal_file=data / "journal.db",
        lock_file=data / "run.lock",
        logs=dirs.user_log_path,
        reports=data / "reports",
    )


def _write_once(path: Path, text: str) -> None:
    """Write a file that two processes may want to create at once: the first one's text stays."""
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    write_atomically(draft, text.encode("ascii"))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:
        # File systems without hard links (FAT, some network shares) leave only the rename, which wins a race late.
        with contextlib.suppress(FileExistsError):
            draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _unusable(directory: Path, error: OSError) -> SettingsInvalid:
    return SettingsInvalid(
        [Fault(str(directory), "home_unusable", {"reason": error.strerror or type(error).__name__})],
        code="home_unusable",
    )
