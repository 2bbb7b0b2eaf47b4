"""The log viewer over a fixed home."""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from b24learn_gui.errors import SyncError, Unreachable
from b24learn_gui.gui.log_window.support_dialog import SupportDialog
from b24learn_gui.gui.log_window.window import LogWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder_found import LADDER, RUNGS, Rung
from b24learn_gui.service.support import collect
from b24learn_gui.service.support_check import Checked, CheckedSide
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.places import Places, find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import LearnSettings, PortalSettings, Settings, save_settings
from b24learn_gui.sync.changes import Change
from b24learn_gui.text.words import Words
from tests.screens.registry import screen

NOW = datetime(2026, 11, 23, 9, 47, 30, tzinfo=UTC)
ZONE = timezone(timedelta(hours=3))
RUNNING = "20261123T094402Z-3f9c"
_UPDATE, _CREATE, _MOVE = "user.update", "user.create", "user.move"
_PEOPLE: Sequence[tuple[str, str, str, Mapping[str, str], Mapping[str, str]]] = (
    ("46:07.204", _UPDATE, "Абрамов Игорь", {"job_title": "Менеджер"}, {"job_title": "Старший менеджер"}),
    ("46:13.873", _CREATE, "Лебедева Юлия", {}, {"login": "lebedeva@example.com", "department_name": "ИТ"}),
    ("46:14.440", "login_missing", "Мартынов Олег", {}, {}),
    ("46:21.302", _UPDATE, "Орлов Никита", {"email": "n.orlov@example.com"}, {"email": "orlov@example.com"}),
    ("46:27.915", "rejected_by_learn", "Носова Вера", {}, {}),
    ("46:34.019", _MOVE, "Павлова Инна", {"department_name": "Доставка"}, {"department_name": "Транспорт"}),
    ("46:40.660", "head.set", "Тендерный отдел", {"supervisor": ""}, {"supervisor": "main:416"}),
    ("46:46.118", _UPDATE, "Савина Лидия", {"last_name": "Круглова"}, {"last_name": "Савина"}),
    ("46:53.530", _CREATE, "Титов Марк", {}, {"login": "titov@example.com", "department_name": "Доставка"}),
    ("46:59.871", _UPDATE, "Ульянова Софья", {"phone": ""}, {"phone": "+7 900 000-66-12"}),
    ("47:06.402", "look_alike_letters", "Фролов Глеб", {}, {}),
    ("47:06.998", _UPDATE, "Фролов Глеб", {"job_title": "Водитель"}, {"job_title": "Старший водитель"}),
    ("47:13.240", _MOVE, "Чернова Яна", {"department_name": "Цех № 1"}, {"department_name": "Служба качества"}),
    ("47:26.660", _UPDATE, "Ким Ольга", {"job_title": "Менеджер"}, {"job_title": "Старший менеджер"}),
)  # fmt: skip
_NOTES = {"look_alike_letters"}
_EARLIER: Sequence[tuple[str, str, int, Mapping[str, int], Mapping[str, Any]]] = (
    (
        "2026-11-23T03:00:00",
        "schedule",
        20,
        {},
        {"limits": [{"kind": "user.deactivate", "planned": 37, "allowed": 12}]},
    ),
    ("2026-11-22T15:00:00", "schedule", 0, {_UPDATE: 12}, {}),
    ("2026-11-22T03:00:00", "schedule", 0, {_MOVE: 2}, {}),
    ("2026-11-21T15:00:00", "schedule", 0, {}, {}),
    ("2026-11-21T06:14:00", "catch-up", 10, {_CREATE: 10}, {}),
    ("2026-11-19T15:00:00", "schedule", 60, {}, {}),
    ("2026-11-18T03:00:00", "schedule", 0, {_UPDATE: 23, "user.deactivate": 4}, {}),
)


def context_of(home: Path, words: Words, now: datetime = NOW) -> Context:
    """A context on this home that has no secrets."""
    places = find_places(home, {})
    return Context(places, words, Secrets(account=places.home_id, environment={}), {}, now=lambda: now)


def fill(places: Places, *, finished: bool = False) -> None:
    """The runs and the log of the design's picture."""
    places.prepare()
    with Journal.open(places.journal_file) as journal:
        for started, trigger, code, counts, summary in reversed(_EARLIER):
            at = datetime.fromisoformat(started).replace(tzinfo=UTC)
            run = journal.begin_run("sync", trigger, at, run_id=f"{at:%Y%m%dT%H%M%SZ}-1a2b")
            journal.finish_run(run, at + timedelta(minutes=2), code, counts=counts, summary={"problems": [], **summary})
        journal.begin_run("sync", "manual", NOW - timedelta(seconds=208), run_id=RUNNING)
        diary = journal.diary(RUNNING)
        changes = [_change(number, *each[1:]) for number, each in enumerate(_PEOPLE, 411) if "." in each[1]]
        diary.intend(changes)
        for change in changes:
            diary.confirm(change, learn_id=f"b07c{change.bitrix24_id}91")
        problems = [_problem(number, each) for number, each in enumerate(_PEOPLE, 411) if "." not in each[1]]
        if finished:
            counts = {_UPDATE: 6, _CREATE: 2, _MOVE: 2, "head.set": 1}
            journal.finish_run(RUNNING, NOW, 10, counts=counts, summary={"problems": problems})
    (places.logs / "sync.log").write_text("".join(f"{json.dumps(line)}\n" for line in _lines(finished=finished)))


def _change(number: int, kind: Any, name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Change:
    learn_id = None if kind == _CREATE else f"b07c{number}91"
    return Change(kind, "main", number, learn_id, name, dict(before), dict(after), "changed in Bitrix24")


def _problem(number: int, each: Sequence[Any]) -> dict[str, Any]:
    detail = {"message": "phone: too short"} if each[1] == "rejected_by_learn" else {}
    return {
        "object": "person", "portal": "main", "bitrix24_id": number, "name": each[2], "code": each[1],
        "detail": detail, "note": each[1] in _NOTES,
    }  # fmt: skip


def _lines(*, finished: bool) -> Iterator[dict[str, Any]]:
    def line(moment: str, message: str, level: str = "INFO", **more: Any) -> dict[str, Any]:
        said = {"time": f"2026-11-23T09:{moment}Z", "level": level, "logger": "b24learn_gui.service.run"}
        return {**said, "message": message, "run": RUNNING, **more}

    yield line("44:02.117", "run began", command="sync", trigger="manual")
    yield line("44:02.300", "phase", phase="bitrix24", portal="main")
    yield line("45:11.020", "phase", phase="learn")
    yield line("46:01.480", "phase", phase="plan")
    yield line("46:02.008", "planned", total=51)
    for number, (moment, what, _name, _before, _after) in enumerate(_PEOPLE, 411):
        if "." in what:
            yield line(moment, "change", kind=what, portal="main", bitrix24_id=number, learn_id=f"b07c{number}91")
        else:
            level = {"rejected_by_learn": "ERROR", "login_missing": "WARNING"}.get(what, "INFO")
            yield line(moment, "problem", level, code=what, portal="main", bitrix24_id=number)
    if finished:
        yield line("47:29.000", "run ended", exit_code=10, count=11)


def _shown(words: Words, home: Path, run: str = "") -> LogWindow:
    window = LogWindow(context_of(home, words), Tasks(), words, zone=ZONE)
    window.open_run(run)
    _wait(lambda: window.rows.rowCount() > 0 or window.stack.currentWidget() is window.empty)
    return window


def _wait(ready: Callable[[], bool]) -> None:
    until = datetime.now(UTC) + timedelta(seconds=10)
    while not ready() and datetime.now(UTC) < until:
        QApplication.processEvents()


@screen("log")
def log_running(words: Words) -> QWidget:
    home = Path(tempfile.mkdtemp(prefix="b24learn-screens-"))
    places = find_places(home, {})
    fill(places)
    with RunLock(places.lock_file):
        window = _shown(words, home)
    _wait(lambda: window.rows.rowCount() > 18)
    window.table.selectRow(9)
    return window


@screen("log-ended", (1024, 700))
def log_ended(words: Words) -> QWidget:
    home = Path(tempfile.mkdtemp(prefix="b24learn-screens-"))
    fill(find_places(home, {}), finished=True)
    window = _shown(words, home)
    window.table.selectRow(8)
    return window


@screen("log-whole", (1024, 700))
def log_whole(words: Words) -> QWidget:
    """The log of all runs: with days, and names from the journal."""
    home = Path(tempfile.mkdtemp(prefix="b24learn-screens-"))
    fill(find_places(home, {}), finished=True)
    window = _shown(words, home)
    _wait(lambda: any(row.key == "process:sync" for row in window.run_list.shown.rows))
    window.run_list.choose("process:sync")
    _wait(lambda: window.rows.rowCount() == 20 and bool(window.asking.process))
    window.table.selectRow(12)
    return window


@screen("log-forgotten")
def log_forgotten(words: Words) -> QWidget:
    """The log is gone, the journal still knows."""
    home = Path(tempfile.mkdtemp(prefix="b24learn-screens-"))
    places = find_places(home, {})
    fill(places, finished=True)
    (places.logs / "sync.log").unlink()
    return _shown(words, home)


@screen("log-empty", (860, 560))
def log_empty(words: Words) -> QWidget:
    home = Path(tempfile.mkdtemp(prefix="b24learn-screens-"))
    window = _shown(words, home)
    _wait(lambda: window.stack.currentWidget() is window.empty)
    return window


@screen("log-support", (820, 560))
def log_support(words: Words) -> QWidget:
    """What a supporter would see."""
    home = Path(tempfile.mkdtemp(prefix="b24learn-screens-"))
    fill(find_places(home, {}), finished=True)
    context = context_of(home, words)
    learn = LearnSettings(url="https://learn.example.com", login="admin@example.com")
    portal = PortalSettings(key="main", address="https://portal.example.com", include=(1,))
    save_settings(context.places.settings_file, Settings(learn=learn, portals=(portal,)))
    checked = Checked(
        (_climbed("main", None), _climbed(None, Unreachable("timeout_connect", host="learn.example.com")))
    )
    dialog = SupportDialog(context, collect(context, threading.Event(), checked), Tasks(), words)
    dialog.names.setCurrentRow(1)
    dialog.show_state("warning", words.plural(
        "Checked: {n} connection does not hold. The archive says why.",
        "Checked: {n} connections do not hold. The archive says why.", 1))  # fmt: skip
    return dialog


@screen("log-support-checking", (820, 560))
def log_support_checking(words: Words) -> QWidget:
    """The same while the connections are checked."""
    home = Path(tempfile.mkdtemp(prefix="b24learn-screens-"))
    fill(find_places(home, {}), finished=True)
    context = context_of(home, words)
    dialog = SupportDialog(context, collect(context, threading.Event()), Tasks(), words)
    side = words("Bitrix24, portal {portal}", portal="main")
    dialog.show_state("busy", words("Checking: {side} — {rung}", side=side, rung=words("Network")))
    return dialog


def _climbed(portal: str | None, error: SyncError | None) -> CheckedSide:
    if error is None:
        return CheckedSide(portal, tuple(Rung(name, "passed", seconds=0.2) for name in RUNGS))
    return CheckedSide(portal, (Rung("address", "passed"), Rung("network", "failed", error=error), *LADDER[2:]))
