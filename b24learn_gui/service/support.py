"""What a supporter needs to see, in one archive: without secrets, without people. It is shown before it is saved."""

import platform
import re
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import tomli_w

from b24learn_gui import __version__
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service import log_vocabulary, logged
from b24learn_gui.service.context import Context
from b24learn_gui.service.hiding import Hiding
from b24learn_gui.service.history import run_object
from b24learn_gui.service.summary import time_text
from b24learn_gui.service.support_check import Checked, told_check
from b24learn_gui.service.vault import needed_secrets
from b24learn_gui.storage.journal import Journal, RecordedChange, RunRecord
from b24learn_gui.storage.log_records import LogRecord, LogStream, processes
from b24learn_gui.storage.logs import EXTRA_KEYS
from b24learn_gui.storage.scrub import MASK, Scrubber
from b24learn_gui.storage.secrets import LEARN_PROXY, proxy_name
from b24learn_gui.storage.settings import load_settings, to_plain

LAST_RUNS = 20
LAST_LINES = 2_000
"""Of the log of each kind of process."""

_LIBRARIES = ("PySide6-Essentials", "requests", "truststore", "keyring", "msgspec", "filelock", "schedule")
_LEAST_OPENER = 9
"""Letters of a part of the alert address that may be a secret."""
_PROCESSES = frozenset({"sync", "cli", "gui"})
"""Whose logs go by their names; a file of another name is somebody else's."""
_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")
_PLAIN = frozenset({"kind", "code", "phase", "side", "portal", "command", "trigger", "rung", "outcome", "method"})
"""Fields of a record that hold a word of ours, and none of anybody else's."""
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_OWN_WORDS = {"invitation_message"}
"""Settings in a person's own words: only their length is told."""
_LOGINS = {"login", "protect", "client_id", "email"}


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One file of the archive. `about`: a key of what it holds (`versions`, `settings`, `runs`, `changes`, `log`,
    `check`).
    """

    name: str
    about: str
    text: str = field(repr=False)


def collect(context: Context, stop: threading.Event, check: Checked | None = None) -> tuple[BundleFile, ...]:
    """Everything the archive would hold. `check`: what was checked, if anything was. Some tenths of a second."""
    opener = _ask_for_secrets(context)
    hide = Hiding(context.places.home_id(), Scrubber(lambda: context.secrets.seen_values() | opener))
    if check is not None:
        hide.learn_names(check.names)
        hide.learn_values(check.values)
    files = [BundleFile("versions.json", "versions", _json(_versions(context)))]
    files.append(BundleFile("settings.toml", "settings", _settings(context, hide)))
    try:
        with Journal.open_read_only(context.places.journal_file) as journal:
            hide.learn_names(each.name for each in journal.names() if each.person)
            hide.learn_values(("email", link.email) for link in journal.memory().people.values())
            runs = [journal.run(record.id) or record for record in journal.runs(LAST_RUNS)]
            changes = {run.id: journal.changes(run.id) for run in runs}
            supervisors = list(_supervisors(changes, journal.called()))
            hide.learn_names(name for name in supervisors if " " in name)
            hide.learn_values(("login", name) for name in supervisors)
    except SyncError as error:
        files.append(BundleFile("runs.json", "runs", _json({"error": error.code})))
        runs, changes = [], {}
    hide.learn_names(_names(runs, changes))
    hide.learn_values(_values(changes))
    if runs:
        files.append(BundleFile("runs.json", "runs", _json([_run(run, hide) for run in runs])))
        told = [line for run in runs for line in _changes(run.id, changes[run.id], hide)]
        files.append(BundleFile("changes.jsonl", "changes", "".join(map(_line, told))))
    for process in processes(context.places.logs):
        lines = [_line(_record(record, hide)) for record in _tail(context.places.logs, process, stop)]
        name = process if process in _PROCESSES else f"other-{len(files)}"
        files.append(BundleFile(f"{name}.log.jsonl", "log", "".join(lines)))
    if check is not None:
        files.append(BundleFile("check.json", "check", _json(told_check(check, hide.said))))
    return tuple(BundleFile(each.name, each.about, hide.text(each.text)) for each in files)


def save_bundle(files: Sequence[BundleFile], target: Path) -> Path:
    """Write exactly these files as a zip. Raises `WrongUsage("report_not_written")`."""
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in files:
                archive.writestr(each.name, each.text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUsage("report_not_written", path=str(target), reason=reason) from None
    return target


def _ask_for_secrets(context: Context) -> frozenset[str]:
    """A secret that was seen is known wherever it turns up. A store that does not answer is no reason to stop.

    Returned are those that stand in the settings: parts of the alert address that may be what opens the door.
    """
    with suppress(SyncError):
        address = urlsplit(load_settings(context.places.settings_file).alerts.webhook_url)
        parts = re.split(r"[/?&=#]", address._replace(scheme="", netloc="").geturl())
        opener = frozenset(part for part in parts if len(part) >= _LEAST_OPENER)
        _see_secrets(context)
        return opener
    return frozenset()


def _see_secrets(context: Context) -> None:
    with suppress(SyncError):
        settings = load_settings(context.places.settings_file)
        optional = [LEARN_PROXY, *(proxy_name(portal.key) for portal in settings.portals)]
        for name in dict.fromkeys([*needed_secrets(settings), *optional]):
            context.secrets.find(name)


def _values(changes: Mapping[str, Sequence[RecordedChange]]) -> Iterator[tuple[str, object]]:
    for recorded in (recorded for each in changes.values() for recorded in each):
        if recorded.change.what == "person":
            yield from recorded.change.before.items()
            yield from recorded.change.after.items()


def _names(runs: Sequence[RunRecord], changes: Mapping[str, Sequence[RecordedChange]]) -> Iterator[str]:
    for recorded in (recorded for each in changes.values() for recorded in each):
        if recorded.change.what == "person":
            yield recorded.change.name
    for run in runs:
        for problem in (run.summary or {}).get("problems", ()):
            if problem.get("object") == "person":
                yield str(problem["name"])


def _supervisors(changes: Mapping[str, Sequence[RecordedChange]], called: Mapping[str, str]) -> Iterator[str]:
    """What supervisors in Learn are called who are no person of any portal, as far as changes mention them: by name,
    or by login where there is none, whose words may be words of ours (`learn.admin`).
    """
    for recorded in (recorded for each in changes.values() for recorded in each):
        for values in (recorded.change.before, recorded.change.after):
            yield called.get(str(values.get("supervisor") or ""), "")


def _versions(context: Context) -> dict[str, Any]:
    libraries: dict[str, str | None] = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            libraries[name] = None
    return {
        "program": __version__,
        "python": platform.python_version(),
        "system": [platform.system(), platform.release(), platform.machine()],
        "frozen": bool(getattr(sys, "frozen", False)),
        "language": context.words.language,
        "collected_at": time_text(context.now()),
        "libraries": libraries,
    }


def _settings(context: Context, hide: Hiding) -> str:
    try:
        plain = to_plain(load_settings(context.places.settings_file))
    except SyncError as error:
        return f"# not readable: {error.code}\n"
    return tomli_w.dumps(_hidden(plain, hide))


def _hidden(values: Mapping[str, Any], hide: Hiding) -> dict[str, Any]:
    return {name: _hidden_value(name, value, hide) for name, value in values.items()}


def _hidden_value(name: str, value: Any, hide: Hiding) -> Any:
    if isinstance(value, Mapping):
        return _hidden(value, hide)
    if isinstance(value, list):
        return [_hidden_value(name, each, hide) for each in value]
    if not isinstance(value, str) or not value:
        return value
    if name in _OWN_WORDS:
        return f"({len(value)} characters)"
    if name in _LOGINS:
        return hide.login(value)
    if name == "hold":
        return hide.held(value)
    if name == "webhook_url":  # its path may be what opens the door
        return f"{urlsplit(value).scheme}://{urlsplit(value).hostname}/{MASK}"
    return hide.said(value)


def _run(run: RunRecord, hide: Hiding) -> dict[str, Any]:
    """A run in numbers and codes."""
    summary = run.summary or {}
    told: dict[str, Any] = {**run_object(run), "partial": run.partial, "undoes": run.undoes}
    told |= {name: summary.get(name) for name in ("people", "limits", "requests", "letters", "interrupted")}
    told["problems"] = Counter(problem["code"] for problem in summary.get("problems", ()))
    told["sources"] = [
        {name: source.get(name) for name in ("portal", "departments", "employees", "complete")}
        | {"doubts": [doubt.get("code") for doubt in source.get("doubts", ())]}
        for source in summary.get("sources", ())
    ]
    error = summary.get("error")
    if error:
        told["error"] = {name: error.get(name) for name in ("code", "side", "portal")}
        told["error"]["message"] = hide.said(str(error.get("message", "")))
    return told


def _changes(run: str, changes: Sequence[RecordedChange], hide: Hiding) -> Iterator[dict[str, Any]]:
    """Which fields of whom: no value and no name."""
    for recorded in changes:
        change = recorded.change
        yield {
            "run": run,
            "kind": change.kind,
            "portal": change.portal,
            "who": hide.person(change.portal, change.bitrix24_id) if change.what == "person" else change.bitrix24_id,
            "account": hide.account(change.learn_id or recorded.result_id),
            "fields": sorted({*change.before, *change.after}),
            "cause": hide.said(change.cause),
            "state": recorded.state,
            "code": recorded.code,
            "message": hide.said(recorded.message),
        }


def _tail(directory: Path, process: str, stop: threading.Event) -> Iterator[LogRecord]:
    stream = LogStream(directory, process, log_vocabulary.VOCABULARY)
    stream.refresh(stop)
    left = LAST_LINES
    wanted = []
    for segment in reversed(stream.segments):
        first = max(0, segment.count - left)
        wanted.append((segment, range(first, segment.count)))
        left -= segment.count - first
        if left <= 0:
            break
    for segment, rows in reversed(wanted):
        yield from (record for record in segment.read(rows) if record is not None)


def _record(record: LogRecord, hide: Hiding) -> dict[str, Any]:
    """A line of the log by its allow-list, people as pseudonyms."""
    fields = {name: _field(name, value, hide) for name, value in record.fields.items() if name in EXTRA_KEYS}
    if "bitrix24_id" in fields:
        fields["who"] = hide.person(fields.get("portal"), fields.pop("bitrix24_id"))
    if "learn_id" in fields:
        fields["account"] = hide.account(fields.pop("learn_id"))
    error = record.fields.get("error")
    return {
        "time": record.time.isoformat() if record.time else None,
        "level": _LEVELS[record.level],
        "logger": _coded(record.logger, hide),
        "message": record.message if record.message in logged.EVENTS else hide.said(record.message),
        "run": _coded(record.run, hide),
        **fields,
        **({"error": _error(error, hide)} if isinstance(error, Mapping) else {}),
    }


def _field(name: str, value: object, hide: Hiding) -> object:
    if name in {"bitrix24_id", "learn_id"} or value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return [_field(name, each, hide) for each in value]
    return _coded(str(value), hide) if name in _PLAIN else hide.said(str(value))


def _coded(text: str, hide: Hiding) -> str:
    """A word of ours as it is, unless it does not look like one."""
    return text if _CODE.fullmatch(text) else hide.said(text)


def _error(error: Mapping[str, Any], hide: Hiding) -> dict[str, Any]:
    through = error.get("through")
    told = {name: _coded(str(error[name]), hide) for name in ("kind", "code") if name in error}
    return {**told, "through": [hide.said(str(each)) for each in through]} if isinstance(through, list) else told


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _line(value: Any) -> str:
    return msgspec.json.encode(value).decode() + "\n"
