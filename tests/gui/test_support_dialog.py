"""What is collected for support: the connections are checked meanwhile, and whoever does not want to wait skips that."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.log_window.support_dialog import SupportDialog
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.support import collect
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import LearnSettings, PortalSettings, Settings, save_settings
from b24learn_gui.text.words import Words
from tests.cli.home import served
from tests.service.test_support import context_of

pytestmark = pytest.mark.usefixtures("dressed")

EN = Words("en")
Open = Callable[..., SupportDialog]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    tasks = Tasks()

    def open_(context: Context, words: Words = EN) -> SupportDialog:
        dialog = SupportDialog(context, collect(context, threading.Event()), tasks, words)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    yield open_
    assert tasks.close()


@contextmanager
def deaf_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        yield listening.getsockname()[1]


def deaf_home(folder: Path, port: int) -> Context:
    """A home whose portal never answers."""
    (folder / "secrets").mkdir(mode=0o700)
    for name, value in (
        ("portal.main.webhook", f"http://127.0.0.1:{port}/rest/1/abcdef123456/"),
        ("learn.password", "p"),
    ):
        (folder / "secrets" / name).write_text(value)
        (folder / "secrets" / name).chmod(0o600)
    places = find_places(folder / "home", {})
    places.prepare()
    portal = PortalSettings(key="main", address=f"http://127.0.0.1:{port}", include=(1,))
    learn = LearnSettings(url=f"http://127.0.0.1:{port}", login="admin@example.com")
    save_settings(places.settings_file, Settings(learn=learn, portals=(portal,)))
    environment = {"B24LEARN_SECRETS_DIR": str(folder / "secrets")}
    return Context(places, EN, Secrets(account=places.home_id, environment=environment), environment)


def file(dialog: SupportDialog, name: str) -> str:
    for row in range(dialog.names.count()):
        if name in dialog.names.item(row).text():
            dialog.names.setCurrentRow(row)
            return dialog.contents.toPlainText()
    return ""


def test_the_connections_are_checked_and_the_result_is_shown_before_it_is_saved(
    qtbot: QtBot, tmp_path: Path, opened: Open
) -> None:
    with served(tmp_path) as home:
        dialog = opened(context_of(home))
        assert not file(dialog, "check.json")
        said: list[str] = []
        dialog.begin()
        assert not dialog.save.isEnabled()
        assert "once the connections are checked" in dialog.save.accessibleDescription()
        assert dialog.skip.isVisible()

        def ended() -> bool:
            said.append(dialog.state.text())
            return dialog.save.isEnabled()

        qtbot.waitUntil(ended, timeout=20_000)
    assert any(each.startswith("Checking: Bitrix24, portal main — ") for each in said)
    assert dialog.state.text() == "Checked: every connection holds. The result is in the archive."
    assert dialog.mark.state == "ok"
    assert not dialog.skip.isVisible()
    told = json.loads(file(dialog, "check.json"))
    assert [side["side"] for side in told["sides"]] == ["bitrix24", "learn"]
    assert {rung["state"] for side in told["sides"] for rung in side["rungs"]} == {"passed"}


def test_a_check_of_servers_that_do_not_answer_is_skipped_at_once_and_may_be_begun_again(
    qtbot: QtBot, tmp_path: Path, opened: Open
) -> None:
    with deaf_server() as port:
        dialog = opened(deaf_home(tmp_path, port))
        dialog.begin()
        qtbot.waitUntil(lambda: "Network" in dialog.state.text() or "Sign-in" in dialog.state.text(), timeout=10_000)
        dialog.skip.click()
        qtbot.waitUntil(dialog.save.isEnabled, timeout=5_000)
        assert "how far it came" in dialog.state.text()
        assert json.loads(file(dialog, "check.json"))["stopped"] is True
        with qtbot.waitSignal(dialog.saved):
            dialog.save_to(tmp_path / "a.zip")
        assert (tmp_path / "a.zip").exists()
        again = opened(deaf_home_again(tmp_path))
        again.begin()
        again.skip.click()
        qtbot.waitUntil(again.save.isEnabled, timeout=5_000)
        assert again.skip.text().strip() == "Check the connections"
        again.skip.click()
        assert not again.save.isEnabled()
        again.reject()  # closed in the middle: nothing is waited for


def deaf_home_again(folder: Path) -> Context:
    places = find_places(folder / "home", {})
    environment = {"B24LEARN_SECRETS_DIR": str(folder / "secrets")}
    return Context(places, EN, Secrets(account=places.home_id, environment=environment), environment)


def test_a_broken_connection_is_counted_and_told_in_the_archive(qtbot: QtBot, tmp_path: Path, opened: Open) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    context = deaf_home(tmp_path, port)
    context = Context(context.places, EN, context.secrets, {**context.environment, "B24LEARN_WAIT_SCALE": "0"})
    dialog = opened(context)
    dialog.begin()
    qtbot.waitUntil(dialog.save.isEnabled, timeout=20_000)
    assert dialog.state.text() == "Checked: 2 connections do not hold. The archive says why."
    assert dialog.mark.state == "warning"
    failed = [rung for side in json.loads(file(dialog, "check.json"))["sides"] for rung in side["rungs"]]
    assert [rung["rung"] for rung in failed if rung["state"] == "failed"] == ["network", "network"]
    assert "abcdef123456" not in file(dialog, "check.json")
