"""The status window over a real home: a journal written by real syncs with the embedded servers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.status.window import StatusWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.run import SyncRequest, sync
from b24learn_gui.service.setup import save
from b24learn_gui.service.standing import read_standing
from tests.screens.status_data import local
from tests.service.setup_world import NOW, Setup, context_of, setup_world
from tests.storage.keyrings import MemoryKeyring

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    """A saved setup: a company of 24, nobody in Learn yet."""
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as world:
        save(world.context, world.settings, world.secrets)
        yield world


@pytest.fixture
def window(qtbot: QtBot, made: Setup) -> Iterator[StatusWindow]:
    tasks = Tasks()
    shown = StatusWindow(made.context, tasks, made.context.words, localise=local)
    qtbot.addWidget(shown)
    shown.resize(1024, 700)
    shown.show()
    yield shown
    tasks.close()


def test_a_first_sync_a_plan_above_the_limits_and_its_likely_cause(made: Setup, window: StatusWindow) -> None:
    window.show_standing(read_standing(made.context, NOW.tzinfo))
    assert window.header.sentence.text() == "No run yet."
    summary = sync(made.context, SyncRequest())
    assert summary["exit_code"] == 0
    window.show_standing(read_standing(made.context, NOW.tzinfo))
    written = sum(summary["counts"].values())
    assert window.header.title.text() == "Everything is in order"
    assert window.header.sentence.text() == f"The last run wrote {written} changes today at 06:00."
    assert window.chart.chart.marked == -1
    assert window.chart.sum.text() == "1 run"

    leaf = max(made.portals["main"].world.departments)
    save(made.context, made.with_portal(include=(leaf,)), {})
    later = context_of(made.home, now=NOW + timedelta(hours=2))
    summary = sync(later, SyncRequest())
    assert summary["exit_code"] == 20
    window.show_standing(read_standing(later, NOW.tzinfo))
    assert window.header.title.text() == "Waits for your decision"
    card = window.cards.cards[0]
    assert card.title.text().startswith("Waits for your decision: the plan deactivates ")
    assert "nothing was changed." in card.text.text()
    assert "Likely cause: the department “Фирма” is no longer ticked (" in card.text.text()
