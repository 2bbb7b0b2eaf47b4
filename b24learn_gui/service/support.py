"""What a supporter needs to see, in one archive: without secrets, without people. It is shown before it is saved."""

import hashlib
import hmac
import platform
import re
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import tomli_w

from b24learn_gui import __version__
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service import logged
from b24learn_gui.service.context import Context
from b24learn_gui.service.history import run_object
from b24learn_gui.service.summary import time_text
from b24learn_gui.storage.journal import Journal, RecordedChange, RunRecord
from b24learn_gui.storage.log_records import LogRecord, LogStream, processes
from b24learn_gui.storage.logs import EXTRA_KEYS
from b24learn_gui.storage.scrub import MASK, Scrubber
from b24learn_gui.storage.settings import load_settings, to_plain

LAST_RUNS = 20
LAST_LINES = 2_000
"""Of the log of each kind of process."""

_LIBRARIES = ("PySide6-Essentials", "requests", "truststore", "keyring", "msgspec", "filelock", "schedule")
_EMAIL = re.compile(r"[^\s\"'<>(),;:@/=]+@[^\s\"'<>(),;:@/=]+")
_WORD = re.compile(r"[^\W\d_]+")
_INITIAL = 2
"""Letters of a word that is too short to be told from any other."""
_PHONE = re.compile(r"\+\d[\d ()-]{7,}\d")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_OWN_WORDS = {"invitation_message"}
"""Settings in a person's own words: only their length is told."""
_LOGINS = {"login", "protect", "hold", "client_id", "email"}


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One file of the archive. `about`: a key of what it holds (`versions`, `settings`, `runs`, `changes`, `log`,
    `check`).
    """

    name: str
    about: str
    text: str = field(repr=False)


def collect(context: Context, stop: threading.Event, check: Mapping[str, Any] | None = None) -> tuple[BundleFile, ...]:
    """Everything the archive would hold. `check`: the object of a check, if one was made. Some tenths of a second."""
    hide = _Hiding(context)
    files = [BundleFile("versions.json", "versions", _json(_versions(context)))]
    files.append(BundleFile("settings.toml", "settings", _settings(context, hide)))
    try:
        with Journal.open_read_only(context.places.journal_file) as journal:
            hide.learn_names(link.name for link in journal.memory().people.values())
            runs = [journal.run(record.id) or record for record in journal.runs(LAST_RUNS)]
            changes = {run.id: journal.changes(run.id) for run in runs}
    except SyncError as error:
        files.append(BundleFile("runs.json", "runs", _json({"error": error.code})))
        runs, changes = [], {}
    hide.learn_names(_names(runs, changes))
    if runs:
        files.append(BundleFile("runs.json", "runs", _json([_run(run, hide) for run in runs])))
        told = [line for run in runs for line in _changes(run.id, changes[run.id], hide)]
        files.append(BundleFile("changes.jsonl", "changes", "".join(map(_line, told))))
    for process in processes(context.places.logs):
        lines = [_line(_record(record, hide)) for record in _tail(context.places.logs, process, stop)]
        files.append(BundleFile(f"{process}.log.jsonl", "log", "".join(lines)))
    if check is not None:
        files.append(BundleFile("check.json", "check", _json(_check(check, hide))))
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


class _Hiding:
    """Takes out secrets, addresses of people and their names; the same person is the same pseudonym in every archive
    of a home.
    """

    def __init__(self, context: Context) -> None:
        self._key = context.places.home_id().encode()
        self._scrub = Scrubber(context.secrets.seen_values)
        self._home = str(Path.home())
        self._names: set[str] = set()

    def person(self, portal: object, number: object) -> str:
        return self._pseudonym("person", f"{portal}:{number}")

    def account(self, learn_id: object) -> str | None:
        return None if learn_id in (None, "") else self._pseudonym("account", str(learn_id))

    def login(self, text: str) -> str:
        return self._pseudonym("login", text) if text else ""

    def text(self, text: str) -> str:
        """Without secrets, addresses, numbers of phones and the name of this computer's user."""
        return _PHONE.sub(MASK, _EMAIL.sub("person@***", self._scrub(text))).replace(self._home, "~")

    def said(self, text: str) -> str:
        """A server's or the program's own words, which may repeat a name as well."""
        return _WORD.sub(lambda word: "person" if word[0].casefold() in self._names else word[0], self.text(text))

    def learn_names(self, names: Iterable[str]) -> None:
        """Every word of these names is taken out of what was `said`."""
        self._names |= {word.casefold() for name in names for word in _WORD.findall(name) if len(word) > _INITIAL}

    def _pseudonym(self, kind: str, value: str) -> str:
        return f"{kind}-{hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()[:8]}"


def _names(runs: Sequence[RunRecord], changes: Mapping[str, Sequence[RecordedChange]]) -> Iterator[str]:
    for recorded in (recorded for each in changes.values() for recorded in each):
        if recorded.change.what == "person":
            yield recorded.change.name
    for run in runs:
        for problem in (run.summary or {}).get("problems", ()):
            if problem.get("object") == "person":
                yield str(problem["name"])


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


def _settings(context: Context, hide: _Hiding) -> str:
    try:
        plain = to_plain(load_settings(context.places.settings_file))
    except SyncError as error:
        return f"# not readable: {error.code}\n"
    return tomli_w.dumps(_hidden(plain, hide))


def _hidden(values: Mapping[str, Any], hide: _Hiding) -> dict[str, Any]:
    return {name: _hidden_value(name, value, hide) for name, value in values.items()}


def _hidden_value(name: str, value: Any, hide: _Hiding) -> Any:
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
    if name == "webhook_url":  # its path may be what opens the door
        return f"{urlsplit(value).scheme}://{urlsplit(value).hostname}/{MASK}"
    return value


def _run(run: RunRecord, hide: _Hiding) -> dict[str, Any]:
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


def _changes(run: str, changes: Sequence[RecordedChange], hide: _Hiding) -> Iterator[dict[str, Any]]:
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
            "cause": change.cause,
            "state": recorded.state,
            "code": recorded.code,
            "message": hide.said(recorded.message),
        }


def _tail(directory: Path, process: str, stop: threading.Event) -> Iterator[LogRecord]:
    stream = LogStream(directory, process, logged.VOCABULARY)
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


def _record(record: LogRecord, hide: _Hiding) -> dict[str, Any]:
    """A line of the log by its allow-list, people as pseudonyms."""
    fields = {name: value for name, value in record.fields.items() if name in EXTRA_KEYS}
    if "bitrix24_id" in fields:
        fields["who"] = hide.person(fields.get("portal"), fields.pop("bitrix24_id"))
    if "learn_id" in fields:
        fields["account"] = hide.account(fields.pop("learn_id"))
    error = record.fields.get("error")
    return {
        "time": record.time.isoformat() if record.time else None,
        "level": _LEVELS[record.level],
        "logger": record.logger,
        "message": record.message if record.message in logged.EVENTS else hide.said(record.message),
        "run": record.run,
        **fields,
        **({"error": error} if isinstance(error, Mapping) else {}),
    }


def _check(check: Mapping[str, Any], hide: _Hiding) -> dict[str, Any]:
    """The ladder; of the data's problems only how many there are of each."""
    sides = [
        {**side, "rungs": [{**rung, "message": hide.said(str(rung.get("message", "")))} for rung in side["rungs"]]}
        for side in check.get("sides", ())
    ]
    return {"exit_code": check.get("exit_code"), "sides": sides,
            "problems": Counter(problem["code"] for problem in check.get("problems", ()))}  # fmt: skip


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _line(value: Any) -> str:
    return msgspec.json.encode(value).decode() + "\n"
