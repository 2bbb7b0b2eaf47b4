"""The program that stays, without a screen: what it opens, what it keeps, what it says, and how it leaves."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import SecretUnavailable
from b24learn_gui.gui.leaving import Leaving
from b24learn_gui.gui.overview import look_at_home
from b24learn_gui.gui.resident import Resident
from b24learn_gui.gui.tray.tray import Tray
from b24learn_gui.service.announced import announced, remember_announced
from b24learn_gui.service.autostart import autostart
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.setup import save
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from tests.service.alert_receiver import receiving
from tests.service.setup_world import Setup, setup_world

NO_STORE = "keyring.backends.null.Keyring"
Start = Callable[..., Resident]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    with setup_world(tmp_path, backend=NO_STORE) as found:
        yield found


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry each time the program would leave; the tests' own loop goes on."""
    found: list[str] = []
    monkeypatch.setattr(Leaving, "_end", lambda _self: found.append("left"))
    return found


@pytest.fixture
def hosted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """A desktop with a tray, and what was told there."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(Tray, "hosted", property(lambda _self: True))
    monkeypatch.setattr(Tray, "tell", lambda _self, title, text, *, waits: found.append((title, text)))
    return found


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot, left: list[str]) -> Iterator[Start]:
    begun: list[Resident] = []

    def started(made: Setup, opening: Opening | None = None) -> Resident:
        resident = Resident(dressed, made.context, opening or Opening())
        begun.append(resident)
        resident.begin()
        return resident

    yield started
    for resident in begun:
        resident.end()
        resident.deleteLater()  # here, rather than by a later collection of garbage on whatever thread
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    dressed.setQuitOnLastWindowClosed(True)


def saved(made: Setup, **changes: object) -> None:
    save(made.context, replace(made.settings, **changes), made.secrets, only_until_quit=True)  # type: ignore[arg-type]
    made.context.secrets.keep_until_quit(made.secrets)


def test_without_settings_the_wizard_opens_and_closing_it_leaves(
    qtbot: QtBot, made: Setup, start: Start, left: list[str]
) -> None:
    resident = start(made)
    qtbot.waitUntil(lambda: resident.windows.wizard is not None, timeout=20_000)
    assert resident.windows.wizard is not None
    assert (resident.tray, resident.windows.wizard.page.step) == (None, "welcome")
    resident.windows.wizard.reject()
    qtbot.waitUntil(lambda: left == ["left"], timeout=5_000)
    assert not made.home.exists()  # nothing is kept of a setup that nobody made


def test_a_setup_saved_in_the_wizard_makes_the_program_stay(
    qtbot: QtBot, made: Setup, start: Start, left: list[str]
) -> None:
    resident = start(made)
    qtbot.waitUntil(lambda: resident.windows.wizard is not None, timeout=20_000)
    wizard = resident.windows.wizard
    assert wizard is not None
    flow = wizard._flow
    flow.edit(learn_url=made.settings.learn.url)
    flow.edit_secret("learn.password", "kept until quit")
    ticket = flow.begin("save")
    flow.answer(ticket, save(made.context, made.settings, flow.secrets, only_until_quit=True))
    qtbot.waitUntil(lambda: resident.tray is not None, timeout=5_000)
    assert made.context.secrets.until_quit() == {"learn.password": "kept until quit"}
    flow.edit(learn_url=made.settings.learn.url)
    wizard.done(0)
    qtbot.waitUntil(lambda: resident.windows.status is not None, timeout=10_000)
    assert (resident.windows.wizard, left) == (None, [])


def test_with_settings_the_status_window_opens_or_nothing_where_nobody_asked(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    saved(made)
    hidden = start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: hidden.tray is not None and hidden.overview is not None, timeout=10_000)
    assert not hidden.windows.any_open
    hidden.show_yourself()
    hidden.show_yourself()  # once more, before the window is there
    assert hidden.windows.any_open
    qtbot.waitUntil(lambda: hidden.windows.status is not None and hidden.windows.status.isVisible(), timeout=10_000)
    assert hidden.windows.status is not None
    hidden.windows.status.close()
    assert hidden.windows.status is None
    shown = start(made)
    qtbot.waitUntil(lambda: shown.windows.status is not None, timeout=10_000)
    assert hosted == []


@pytest.mark.parametrize(("verb", "step"), [("activation", "activation"), ("settings", None)])
def test_the_menu_opens_the_wizard_where_it_says(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], verb: str, step: str | None
) -> None:
    saved(made)
    resident = start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: resident.tray is not None, timeout=10_000)
    resident._do(verb)
    qtbot.waitUntil(lambda: resident.windows.wizard is not None, timeout=20_000)
    assert resident.windows.wizard is not None
    assert resident.windows.wizard.page.step == (step or "welcome")
    wizard = resident.windows.wizard
    resident._do("settings")
    assert resident.windows.wizard is wizard  # brought to the front, not opened twice
    wizard.done(0)
    assert resident.windows.wizard is None


def test_settings_that_cannot_be_read_are_a_standing_and_no_end(
    qtbot: QtBot, made: Setup, start: Start, left: list[str]
) -> None:
    saved(made)
    made.context.places.settings_file.write_text("schema = 'no")
    resident = start(made)
    qtbot.waitUntil(lambda: resident.windows.status is not None, timeout=10_000)
    assert resident.overview is not None
    assert (resident.overview.standing.state, left) == ("fault", [])
    saved(made)  # repaired
    resident.refresh(changed_only=True)
    qtbot.waitUntil(lambda: resident.overview.standing.state == "ok", timeout=10_000)  # type: ignore[union-attr]


def test_the_language_of_the_settings_counts_once_it_changes(qtbot: QtBot, made: Setup, start: Start) -> None:
    saved(made, language="en")
    resident = start(made)
    qtbot.waitUntil(lambda: resident.windows.status is not None, timeout=10_000)
    assert resident._words.language == "en"
    saved(made, language="ru")
    resident.refresh()
    qtbot.waitUntil(lambda: resident._words.language == "ru", timeout=10_000)
    assert resident.tray is not None
    assert resident.tray.menu.quit.text() == "Выход"
    assert resident.windows.status is not None
    assert resident.windows.status.quit.text() == "Выйти из программы"
    saved(made, language="en")
    resident.refresh()
    qtbot.waitUntil(lambda: resident._words.language == "en", timeout=10_000)


def test_a_pause_until_tomorrow_ends_with_its_first_run(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    saved(made)
    resident = start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: resident.tray is not None, timeout=10_000)
    resident._do("pause_tomorrow")
    qtbot.waitUntil(lambda: resident.overview.standing.paused is not None, timeout=10_000)  # type: ignore[union-attr]
    assert resident.overview is not None
    pause = resident.overview.standing.paused
    assert pause is not None
    assert pause.until == resident.overview.tomorrow
    assert resident.tray is not None
    assert resident.tray.menu.resume.isVisible()
    resident._do("resume")
    qtbot.waitUntil(lambda: resident.overview.standing.paused is None, timeout=10_000)  # type: ignore[union-attr]


def test_a_run_of_somebody_else_is_shown_and_no_other_begun(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    saved(made)
    with RunLock(made.context.places.lock_file):
        resident = start(made, Opening(hidden=True))
        qtbot.waitUntil(lambda: resident.tray is not None, timeout=10_000)
        assert resident.tray is not None
        assert resident.tray.menu.state.text() == "A sync is running"
        assert not resident.tray.menu.sync.isEnabled()
        resident._due("schedule")
        assert not resident.worker.running
        resident._sync_now()  # pressed just before that was known
        qtbot.waitUntil(lambda: not resident.worker.running, timeout=30_000)
        (message,) = resident.windows._messages
        assert message.title.text() == "The sync did not begin"
    resident._beat()
    qtbot.waitUntil(resident.tray.menu.sync.isEnabled, timeout=10_000)


def test_what_waits_is_told_once_over_restarts(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    saved(made)
    with Journal.open(made.context.places.journal_file) as journal:
        journal.begin_run("sync", "schedule", made.context.now())  # and never ended
    first = start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: len(hosted) == 1 and announced(made.context) != frozenset(), timeout=10_000)
    assert "interrupted" in hosted[0][0]
    first.refresh()
    second = start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: second.overview is not None and not second._tasks.busy, timeout=10_000)
    assert len(hosted) == 1


def test_T25_the_alert_address_is_told_as_soon_as_it_is_read_that_nothing_succeeds(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    with receiving() as receiver:
        saved(made, alerts=replace(made.settings.alerts, webhook_url=receiver.url))
        late = made.context.now() + timedelta(days=3)
        os.utime(made.context.places.settings_file, (made.context.now().timestamp(),) * 2)
        made.context = replace(made.context, now=lambda: late)
        resident = start(made, Opening(hidden=True))
        qtbot.waitUntil(lambda: bool(receiver.got), timeout=10_000)
        resident.refresh()
        qtbot.waitUntil(lambda: not resident._tasks.busy, timeout=10_000)
        assert [each["command"] for each in receiver.got] == ["health"]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="an entry in a directory of this test's own")
def test_the_entry_of_a_program_that_was_moved_is_repaired_by_its_next_start(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(made)
    with monkeypatch.context() as moved:
        moved.setattr(sys, "executable", "/opt/former place/python3")
        autostart(made.context).enable()
    start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: autostart(made.context).state() == "ours", timeout=10_000)


def test_what_was_told_is_kept_with_the_home(made: Setup) -> None:
    assert announced(made.context) == frozenset()
    saved(made)
    remember_announced(made.context, {"b", "a"})
    assert announced(made.context) == {"a", "b"}
    with Journal.open(made.context.places.journal_file) as journal:
        journal.set_fact("announced", "not a list")
    assert announced(made.context) == frozenset()


def test_nothing_is_read_anew_while_nothing_changes(made: Setup) -> None:
    saved(made)
    first = look_at_home(made.context, None)
    assert first is not None
    assert look_at_home(made.context, first.mark) is None
    remember_announced(made.context, {"a"})
    again = look_at_home(made.context, first.mark)
    assert again is not None
    assert again.announced == {"a"}


def test_a_store_that_was_locked_once_is_asked_again_by_the_next_window(made: Setup) -> None:
    made.context.secrets._gave_up = SecretUnavailable("secret_store_locked")
    made.context.secrets.ask_again()
    with pytest.raises(SecretUnavailable) as caught:
        made.context.secrets.get("learn.password")
    assert caught.value.code == "secret_store_missing"


def test_secrets_put_into_the_store_are_no_longer_those_until_quit(made: Setup) -> None:
    secrets = made.context.secrets
    secrets.keep_until_quit(made.secrets)
    assert secrets.get("learn.password") == made.secrets["learn.password"]
    assert made.secrets["learn.password"] in secrets.seen_values()
    secrets.forget(["learn.password"])
    assert "learn.password" not in secrets.until_quit()


def test_the_demonstration_ends_with_its_last_window(qtbot: QtBot, made: Setup, start: Start, left: list[str]) -> None:
    resident = start(made, Opening(made.settings, made.secrets))
    qtbot.waitUntil(lambda: resident.windows.wizard is not None, timeout=20_000)
    assert resident.windows.wizard is not None
    resident.windows.wizard.reject()
    qtbot.waitUntil(lambda: left == ["left"], timeout=5_000)
