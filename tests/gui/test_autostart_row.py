"""Starting with the computer: what the times page shows of the system's own entry, and what a saving makes of it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.message import Message
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.beginning import Beginning, flow_of
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.autostart_row import AutostartRow
from b24learn_gui.gui.wizard.pages.review import ReviewPage
from b24learn_gui.gui.wizard.pages.times import TimesPage
from b24learn_gui.gui.wizard.window import WizardWindow
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.autostart import autostart, switch
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.setup import save
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.settings import load_settings
from tests.gui.people_pages import Walk, walk_to
from tests.screens.screens_choices import NOW
from tests.service.setup_world import Setup, context_of, setup_world

pytestmark = [
    pytest.mark.usefixtures("dressed"),
    pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="an entry in a directory of this test's own"),
]

WAIT_MS = 20_000
FOREIGN = "[Desktop Entry]\nType=Application\nName=Other\nExec=/other\n"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    with setup_world(tmp_path) as found:
        yield found


def entry_file(context: Context) -> Path:
    return Path(context.environment["HOME"]) / ".config/autostart/b24learn-gui.desktop"


def other_home(context: Context) -> Context:
    return replace(context, places=find_places(context.places.settings_file.parent / "other", {}))


def row_of(qtbot: QtBot, context: Context, flow: Flow) -> tuple[AutostartRow, Tasks]:
    """The row on its page, once it knows what there is."""
    tasks = Tasks()
    row = AutostartRow(tasks, lambda: autostart(context).state())
    page = TimesPage(lambda: NOW, autostart=row)
    qtbot.addWidget(page)
    page.retranslate(context.words)
    flow.on_change = lambda: page.refresh(flow.state("times"))
    page.enter(flow)
    qtbot.waitUntil(lambda: not flow.busy("autostart"), timeout=WAIT_MS)
    page.refresh(flow.state("times"))
    assert tasks.close()
    return row, tasks


def test_a_first_setup_proposes_it_and_writes_nothing_yet(qtbot: QtBot, made: Setup) -> None:
    flow = Flow()
    row, _ = row_of(qtbot, made.context, flow)
    assert (row.box.isEnabled(), row.box.isChecked()) == (True, True)
    assert row.box.accessibleName() == "Start with this computer, in the tray"
    assert not flow.entered  # looking at a page changes nothing
    assert not entry_file(made.context).exists()
    row.box.click()
    assert (flow.draft.autostart, row.box.isChecked()) == (False, False)


@pytest.mark.parametrize("on", [True, False])
def test_later_it_shows_what_there_is_and_a_click_is_something_to_be_saved(qtbot: QtBot, made: Setup, on: bool) -> None:
    if on:
        autostart(made.context).enable()
    flow = Flow(saved=made.settings, stored=made.secrets)
    row, _ = row_of(qtbot, made.context, flow)
    assert (row.box.isChecked(), flow.is_saved) == (on, True)
    row.box.click()
    assert (row.box.isChecked(), flow.is_saved, flow.entered) == (not on, False, True)
    row.box.click()
    assert (flow.is_saved, flow.entered) == (True, False)


def test_an_entry_of_another_home_stays_unless_somebody_ticks(qtbot: QtBot, made: Setup) -> None:
    autostart(other_home(made.context)).enable()
    flow = Flow()
    row, _ = row_of(qtbot, made.context, flow)
    assert (row.box.isEnabled(), row.box.isChecked()) == (True, False)
    assert "Another copy or home" in row.hint.text()


def test_somebody_elses_entry_is_named_and_cannot_be_switched(qtbot: QtBot, made: Setup) -> None:
    entry_file(made.context).parent.mkdir(parents=True)
    entry_file(made.context).write_text(FOREIGN)
    row, _ = row_of(qtbot, made.context, Flow())
    assert (row.box.isEnabled(), row.box.isChecked()) == (False, False)
    assert row.hint.text().startswith("Something else is set to start")
    assert row.box.accessibleDescription() == row.hint.text()


def test_a_place_that_cannot_be_read_says_why(qtbot: QtBot, made: Setup) -> None:
    (entry_file(made.context).parent.parent).write_text("a file")
    row, _ = row_of(qtbot, made.context, Flow())
    assert not row.box.isEnabled()
    assert row.hint.text().startswith("The entry for starting with the session could not be")


# Saving


def at_the_review(walk: Walk) -> ReviewPage:
    walk.flow.edit_portal("main", include=(1,))
    walk.advance("review")
    page = ReviewPage(walk.desk)
    walk.open(page)
    walk.until(lambda: walk.flow.found("preview") is not None)
    page.run_now.setChecked(False)
    return page


def saved_by(walk: Walk, page: ReviewPage) -> None:
    page.press_primary(walk.flow)
    walk.until(lambda: walk.flow.step == "activation")


def test_saving_a_first_setup_switches_it_on(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        saved_by(walk, at_the_review(walk))
        assert autostart(walk.made.context).state() == "ours"
        assert (walk.flow.found("autostart"), walk.flow.is_saved) == ("ours", True)


def test_saving_without_the_tick_leaves_it_off(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        walk.flow.edit(autostart=False)
        saved_by(walk, at_the_review(walk))
        assert autostart(walk.made.context).state() == "off"


def test_later_a_saving_switches_what_was_chosen_and_nothing_else(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        made = walk.made
        save(made.context, made.settings, made.secrets)
        for chosen, before, after in (
            (None, False, "off"),
            (True, False, "ours"),
            (None, True, "ours"),
            (False, True, "off"),
        ):
            entry = autostart(made.context)
            entry.enable() if before else entry.disable()
            walk.flow = Flow(saved=load_settings(made.context.places.settings_file), stored=made.secrets)
            walk.flow.edit(autostart=chosen, sync_heads=not walk.flow.draft.sync_heads)
            walk.flow.go("review")
            page = ReviewPage(walk.desk)
            walk.open(page)
            walk.until(lambda: walk.flow.found("preview") is not None)
            page.run_now.setChecked(False)
            saved_by(walk, page)
            assert entry.state() == after, (chosen, before)
            assert walk.flow.is_saved


def test_unticking_leaves_the_entry_of_another_home(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        other = autostart(other_home(walk.made.context))
        other.enable()
        walk.flow.edit(autostart=False)
        saved_by(walk, at_the_review(walk))
        assert other.state() == "ours"


def test_somebody_elses_entry_that_came_meanwhile_is_left_alone(made: Setup) -> None:
    entry_file(made.context).parent.mkdir(parents=True)
    entry_file(made.context).write_text(FOREIGN)
    for chosen in (True, False, None):
        assert switch(autostart(made.context), chosen, first=True) == "foreign"
    assert entry_file(made.context).read_text() == FOREIGN


def test_the_demonstration_switches_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        walk.desk.demonstrates = True
        saved_by(walk, at_the_review(walk))
        assert not entry_file(walk.made.context).exists()


def test_a_refusal_takes_nothing_of_the_saving_back(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        (tmp_path / ".config").write_text("a file")
        walk.flow.edit(autostart=True)
        page = at_the_review(walk)
        page.run_now.setChecked(True)
        told: list[str] = []
        page.autostart_failed.connect(lambda error: told.append(error.code))
        page.sync_wanted.connect(lambda _plan, _secrets: told.append("sync"))
        saved_by(walk, page)
        assert told == ["autostart_refused", "sync"]
        assert (load_settings(walk.made.context.places.settings_file), walk.flow.is_saved) == (walk.flow.saved, True)


def test_the_window_tells_a_refusal_before_the_sync_begins(qtbot: QtBot, made: Setup) -> None:
    context, tasks = context_of(made.home), Tasks()
    worker = Worker(context)
    (made.home.parent / ".config").write_text("a file")
    window = WizardWindow(context, Opening(), Flow(), tasks, worker)
    window._may_leave = lambda: True  # nobody is there to be asked when the test closes it
    qtbot.addWidget(window)
    window.show()
    page = window._pages["review"]
    assert isinstance(page, ReviewPage)
    refused = page._switch_autostart(None, first=True)
    page.autostart_failed.emit(refused)
    page.sync_wanted.emit("0" * 16, {})
    qtbot.waitUntil(lambda: bool(window.findChildren(Message)), timeout=WAIT_MS)
    qtbot.wait(50)  # longer than the sync's window is held back anyway
    (message,) = window.findChildren(Message)
    assert message.title.text() == "The setup is saved, but the start with this computer was not switched"
    assert str(entry_file(context)) in message.text.text()
    assert (worker.running, window.sync_dialog) == (False, None)
    message.buttons[0].click()
    qtbot.waitUntil(lambda: window.sync_dialog is not None and window.sync_dialog.ended, timeout=WAIT_MS)
    assert window.sync_dialog is not None
    assert window.sync_dialog.windowTitle() == "First sync"
    window.sync_dialog.accept()
    worker.close()
    assert tasks.close()


def test_the_demonstrations_page_has_no_switch(qtbot: QtBot, made: Setup) -> None:
    opening, tasks = Opening(made.settings, made.secrets), Tasks()
    for demonstrates in (True, False):
        flow = flow_of(Beginning(), opening)
        window = WizardWindow(made.context, opening if demonstrates else Opening(), flow, tasks, Worker(made.context))
        window._may_leave = lambda: True
        qtbot.addWidget(window)
        page = window._pages["times"]
        assert isinstance(page, TimesPage)
        assert (page.autostart is None) == demonstrates
    assert tasks.close()


def test_a_half_done_setup_remembers_the_choice(made: Setup) -> None:
    flow = Flow()
    flow.edit(autostart=False)
    again = Flow.resume(flow.resume_data())
    assert again is not None
    assert again.draft.autostart is False
    edited = Flow.resume(flow.resume_data(), saved=made.settings, stored=made.secrets)
    assert edited is not None
    assert not edited.is_saved  # it is not known yet what there is
