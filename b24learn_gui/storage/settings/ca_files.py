"""The extra certificates that the settings name: looked at before a run, because files come and go."""

from collections.abc import Iterator
from pathlib import Path

from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.storage.settings.model import Settings


def check_ca_files(settings: Settings) -> None:
    """Raises `SettingsInvalid` (70) naming every certificate file that cannot be used.

    Codes: `path_not_absolute` (a scheduled run starts elsewhere), `ca_file_missing`, `ca_file_unreadable`
    (`reason`), `ca_file_not_pem`; each with `file`.
    """
    faults = [fault for path, text in _ca_files(settings) for fault in _faults(path, text)]
    if faults:
        raise SettingsInvalid(faults)


def _ca_files(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.learn.ca_file:
        yield "learn.ca_file", settings.learn.ca_file
    for index, portal in enumerate(settings.portals):
        if portal.ca_file:
            yield f"portals[{index}].ca_file", portal.ca_file


def _faults(path: str, text: str) -> Iterator[Fault]:
    file = Path(text)
    if not file.is_absolute():
        yield Fault(path, "path_not_absolute", {"file": text})
        return
    try:
        pem = file.read_text("latin-1")  # PEM is ASCII; what stands around it may be anything
    except FileNotFoundError:
        yield Fault(path, "ca_file_missing", {"file": text})
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        yield Fault(path, "ca_file_unreadable", {"file": text, "reason": reason or type(error).__name__})
    else:
        if not _is_pem(file, pem):
            yield Fault(path, "ca_file_not_pem", {"file": text})


def _is_pem(file: Path, pem: str) -> bool:
    if "-----BEGIN" not in pem:
        return False
    import ssl  # noqa: PLC0415 - 4 MB that nobody without such files needs

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
    except (ssl.SSLError, OSError):
        return False
    return True
