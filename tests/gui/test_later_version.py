"""A home that a later version of the program has written: the windows say so, and nothing of it is touched."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.message import Message
from b24learn_gui.gui.resident import Resident
from b24learn_gui.gui.status.window import StatusWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.standing import read_standing
from b24learn_gui.storage.journal.schema import MIGRATIONS
from b24learn_gui.storage.settings.model import SCHEMA
from b24learn_gui.text import Words
from tests.screens.status_data import local
from tests.service.standing_home import NOW, StandingHome

pytestmark = pytest.mark.usefixtures("dressed")

SAID = {
    ("settings", "en"): "The settings were written by a later version of this program",
    ("settings", "ru"): "Настройки записаны более новой версией программы",
    ("journal", "en"): "The journal was written by a later version of this program",
    ("journal", "ru"): "Журнал записан более новой версией программы",
}


@pytest.fixture(params=["settings", "journal"])
def what(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def home(tmp_path: Path, what: str) -> StandingHome:
    made = StandingHome(tmp_path)
    made.save()
    made.journal().__enter__().__exit__(None, None, None)
    if what == "settings":
        file = made.places.settings_file
        file.write_text(f"schema = {SCHEMA + 1}\nunheard = 1\n{file.read_text('utf-8')}", "utf-8")
    else:
        with closing(sqlite3.connect(made.places.journal_file)) as db:
            db.execute(f"PRAGMA user_version = {MIGRATIONS.current + 1}")
    return made


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def kept(home: StandingHome) -> tuple[bytes, bytes]:
    return home.places.settings_file.read_bytes(), home.places.journal_file.read_bytes()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_status_window_says_it_in_a_sentence(
    qtbot: QtBot, home: StandingHome, what: str, language: str, tasks: Tasks
) -> None:
    before = kept(home)
    context: Context = replace(home.context, words=Words("ru" if language == "ru" else "en"))
    window = StatusWindow(context, tasks, context.words, localise=local)
    qtbot.addWidget(window)
    window.show()
    standing = read_standing(context, NOW.tzinfo)
    window.show_standing(standing)
    assert standing.state == "fault"
    assert SAID[what, language] in window.header.sentence.text()
    assert kept(home) == before


def test_the_wizard_does_not_open_over_settings_of_a_later_version(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """It would save settings of today's schema in their place."""
    made = StandingHome(tmp_path)
    made.save()
    file = made.places.settings_file
    file.write_text(f"schema = {SCHEMA + 1}\n{file.read_text('utf-8')}", "utf-8")
    before = file.read_bytes()
    resident = Resident(qapp, made.context, Opening(hidden=True))
    try:
        resident.begin()
        qtbot.waitUntil(lambda: resident.tray is not None, timeout=10_000)  # before that, the refusal is its end
        resident._do("settings")

        def told() -> list[str]:
            windows = [
                each for each in QApplication.topLevelWidgets() if isinstance(each, Message) and each.isVisible()
            ]
            return [each.text.text() for each in windows if SAID["settings", "en"] in each.text.text()]

        qtbot.waitUntil(lambda: bool(told()), timeout=10_000)
        assert resident.windows.wizard is None
        assert file.read_bytes() == before
    finally:
        for each in QApplication.topLevelWidgets():
            if isinstance(each, Message):
                each.close()
        resident.end()
        qapp.setQuitOnLastWindowClosed(True)
