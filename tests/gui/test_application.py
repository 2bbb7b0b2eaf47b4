"""The application around the windows: display, names, the toolkit's words, the sync it starts, and what it says of it."""

import socket
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import WrongUsage
from b24learn_gui.gui.application import quit_on, toolkit_words
from b24learn_gui.gui.display import need_display
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.sync_dialog import SyncDialog, outcome
from b24learn_gui.gui.wizard.beginning import Beginning, find_beginning, flow_of
from b24learn_gui.gui.worker import Worker, _command_line
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.setup import keep_unfinished, preview_draft, save
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.service.setup_world import Setup, context_of, setup_world
from tests.storage.keyrings import MemoryKeyring
from tests.systems import short_sockets

NO_STORE = "keyring.backends.null.Keyring"


def reason_of(environment: dict[str, str], platform: str = "linux") -> str:
    with pytest.raises(WrongUsage) as caught:
        need_display(environment, Words("en"), platform)
    assert (caught.value.code, caught.value.exit_code) == ("no_window", 2)
    return str(caught.value.detail["reason"])


def test_a_machine_without_display_is_told_so_before_the_toolkit_ends_the_process() -> None:
    assert reason_of({}) == "there is no display"
    assert reason_of({"DISPLAY": ":87654"}) == "the display :87654 does not answer"
    assert reason_of({"DISPLAY": "no display at all"}) == "the display no display at all does not answer"


@short_sockets
def test_a_wayland_desktop_needs_no_x(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "wayland-0"))
        listening.listen()
        need_display({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}, Words("en"), "linux")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_desktops_that_always_have_a_display_are_not_asked(platform: str) -> None:
    need_display({}, Words("en"), platform)


def test_a_platform_somebody_named_is_taken_at_its_word() -> None:
    need_display({"QT_QPA_PLATFORM": "offscreen"}, Words("en"), "linux")


def test_the_toolkits_own_words_follow_the_language_both_ways(qapp: QApplication) -> None:
    spoken = toolkit_words(qapp)
    spoken.speak("ru")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Отмена"
    assert QLocale().decimalPoint() == ","
    spoken.speak("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    assert QLocale().decimalPoint() == "."


def test_a_stop_from_outside_closes_the_windows(qtbot: QtBot, qapp: QApplication) -> None:
    stop, left = threading.Event(), threading.Event()
    timer = quit_on(stop, left.set, qapp)
    qtbot.wait(250)
    assert not left.is_set()
    stop.set()
    qtbot.waitUntil(left.is_set, timeout=2_000)
    assert not timer.isActive()


@pytest.mark.usefixtures("dressed")
def test_a_message_names_what_its_buttons_do_and_is_not_cut(qtbot: QtBot, palette: str) -> None:
    title = "Close without saving?"
    message = Message(title, "What is entered is not saved. " * 4, ["Keep and go on later", "Discard what is entered"])
    qtbot.addWidget(message)
    message.show()
    assert_nothing_cut(qtbot, message)
    assert message.buttons[0].isDefault()
    message.buttons[1].click()
    assert message.chosen == 1
    assert not message.isVisible()


# Where it begins


def test_a_home_that_was_never_set_up_begins_anew_and_asks_no_store(tmp_path: Path) -> None:
    beginning = find_beginning(context_of(tmp_path / "home", backend="tests.no.such.Backend"))
    assert beginning == Beginning()
    assert not (tmp_path / "home").exists()
    assert flow_of(beginning, Opening()).step == "welcome"


def test_a_half_done_setup_goes_on_where_it_was_left(tmp_path: Path) -> None:
    context = context_of(tmp_path / "home")
    flow = flow_of(Beginning(), Opening())
    flow.forward()
    flow.edit(learn_url="https://learn.example.com")
    keep_unfinished(context, flow.resume_data())
    again = flow_of(find_beginning(context), Opening())
    assert (again.step, again.draft.learn_url) == ("bitrix24", "https://learn.example.com")


def test_a_saved_setup_is_edited(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as made:
        save(made.context, made.settings, made.secrets)
        beginning = find_beginning(made.context)
        flow = flow_of(beginning, Opening())
    assert (flow.saved, beginning.stored) == (made.settings, frozenset(made.secrets))
    assert all(state.reachable for state in flow.states())


def test_the_demonstration_is_filled_in(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        flow = flow_of(Beginning(), Opening(made.settings, made.secrets))
    assert flow.draft.settings() == made.settings
    assert flow.secrets == made.secrets
    assert flow.saved is None


# The first sync


def started(made: Setup, approve: str) -> tuple[Worker, list[object], list[tuple[int, object]]]:
    told: list[object] = []
    ended: list[tuple[int, object]] = []
    child = Worker(made.context)
    child.told.connect(told.append)
    child.ended.connect(lambda code, summary, _crashed: ended.append((code, summary)))
    child.start(approve=approve, secrets=made.secrets)
    return child, told, ended


def test_the_shown_plan_is_synced_by_a_process_that_gets_its_secrets_through_standard_input(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with setup_world(tmp_path, backend=NO_STORE) as made:
        preview = preview_draft(made.context, made.settings, made.secrets)
        save(made.context, made.settings, made.secrets, only_until_quit=True)
        child, told, ended = started(made, preview.hash)
        qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
        ((code, summary),) = ended
        assert isinstance(summary, dict)
        assert (code, summary["plan_hash"], summary["counts"]["user.create"]) == (0, preview.hash, 12)
        assert {"event": "phase", "phase": "learn", "portal": None} in told
        assert not child.running
        assert len(made.learn.world.accounts) > 12
        _, arguments = _command_line(made.context, "en", ["sync", "--approve", preview.hash])
        assert not set(arguments) & set(made.secrets.values())


def test_a_sync_of_another_plan_than_was_shown_writes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path, backend=NO_STORE) as made:
        save(made.context, made.settings, made.secrets, only_until_quit=True)
        child, _, ended = started(made, "0" * 16)
        qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
        assert (ended[0][0], child.running) == (20, False)
        assert made.learn.log.writes == ()


def test_the_sync_shown_can_be_stopped_and_is_closed_only_at_its_end(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path, backend=NO_STORE) as made:
        save(made.context, made.settings, made.secrets, only_until_quit=True)
        child = Worker(made.context)
        shown = SyncDialog(child, Words("en"))
        qtbot.addWidget(shown)
        child.start(secrets=made.secrets)
        shown.show()
        shown.reject()
        shown.close()
        assert shown.isVisible()
        shown.stop.click()
        assert shown.headline.text() == "The sync is stopping"
        qtbot.waitUntil(lambda: shown.ended, timeout=30_000)
        assert shown.leave.isVisible()
        shown.leave.click()
        assert not shown.isVisible()


def test_a_sync_is_called_the_first_one_only_if_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    worker = Worker(context_of(tmp_path / "home"))
    for first, title, headline in (
        (True, "First sync", "The first sync is running"),
        (False, "Sync", "The sync is running"),
    ):
        shown = SyncDialog(worker, Words("en"), first=first)
        qtbot.addWidget(shown)
        assert (shown.windowTitle(), shown.headline.text()) == (title, headline)


def test_what_a_sync_came_to_is_said_in_numbers(words: Words) -> None:
    people = {"skipped": 1, "conflict": 1, "failed": 0}
    done, detail = outcome(10, {"counts": {"user.create": 24, "department.create": 3}, "people": people}, words)
    assert (done.replace("\N{NO-BREAK SPACE}", " "), detail.replace("\N{NO-BREAK SPACE}", " ")) == (
        ("27 изменений записано в Learn.", "Пропущены 2 человека, причины названы в обзоре.")
        if words.language == "ru"
        else ("27 changes are written to Learn.", "2 people were left out; the review names the causes.")
    )
    assert outcome(1, None, words)[0] == words("The sync ended before it could say how it went.")
    refused = {"error": {"message": "Learn refused the password."}, "counts": {}}
    assert outcome(40, refused, words)[1] == "Learn refused the password."
