"""Imported settings in the windows: a card asks for a look, the preview is that look, so is the wizard's review."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.status.window import StatusWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import SyncRequest, preview, sync
from b24learn_gui.service.settings import import_settings
from b24learn_gui.service.setup import save
from b24learn_gui.service.standing import read_standing
from b24learn_gui.storage.settings import to_toml
from b24learn_gui.text import Words
from tests.screens.status_data import local
from tests.service.setup_world import NOW, Setup, setup_world
from tests.storage.keyrings import MemoryKeyring

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    """A saved setup, and after it an import by which leavers stay as they are."""
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as world:
        save(world.context, world.settings, world.secrets)
        file = tmp_path / "settings.toml"
        other = replace(world.settings, sync=replace(world.settings.sync, leavers="keep"))
        file.write_text(to_toml(other), encoding="utf-8")
        assert import_settings(world.context, file)["preview_first"] is True
        yield world


@pytest.mark.parametrize(
    ("language", "title", "verb"),
    [
        ("en", "The settings imported today at 06:00 wait for a look", "Look at the plan…"),
        ("ru", "Настройки, взятые из файла сегодня в 06:00, ждут просмотра", "Посмотреть план…"),
    ],
)
def test_a_card_asks_for_a_look_before_and_after_a_held_run(
    qtbot: QtBot, made: Setup, language: str, title: str, verb: str
) -> None:
    context = replace(made.context, words=Words("ru" if language == "ru" else "en"))
    tasks = Tasks()
    window = StatusWindow(context, tasks, context.words, localise=local)
    qtbot.addWidget(window)
    window.show()
    asked: list[tuple[str, str]] = []
    window.act.connect(lambda key, what: asked.append((key, what)))
    assert sync(context, SyncRequest())["exit_code"] == 20
    standing = read_standing(context, NOW.tzinfo)
    window.show_standing(standing)
    assert (standing.state, [cause.code for cause in standing.causes]) == ("attention", ["settings_imported"])
    (card,) = [each for each in window.cards.cards if each.isVisible()]
    (button,) = card.buttons.findChildren(QAbstractButton)
    assert (" ".join(card.title.text().split()), button.text()) == (title, verb)
    button.click()
    assert asked == [(standing.causes[0].key, "review")]
    tasks.close()


def test_the_preview_is_the_look_and_afterwards_nothing_waits(made: Setup) -> None:
    assert sync(made.context, SyncRequest())["exit_code"] == 20
    assert preview(made.context, Wishes())["exit_code"] == 0
    assert read_standing(made.context).causes == ()
    assert sync(made.context, SyncRequest())["exit_code"] == 0


def test_the_wizards_review_is_a_look_as_well(made: Setup) -> None:
    save(made.context, made.settings, {})
    assert read_standing(made.context).causes == ()
    assert sync(made.context, SyncRequest())["exit_code"] == 0
