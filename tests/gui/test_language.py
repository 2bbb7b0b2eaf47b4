"""A language chosen in the wizard is spoken by everything that is asked afterwards, the first sync's process too."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.sync_dialog import SyncDialog
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.review import ReviewPage
from b24learn_gui.gui.wizard.window import WizardWindow
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import preview
from b24learn_gui.text.words import Words
from tests.service.setup_world import context_of

pytestmark = pytest.mark.usefixtures("dressed")

WAIT_MS = 20_000


def _ended_sync(qtbot: QtBot, window: WizardWindow) -> SyncDialog:
    """The window of the sync that runs now, once it has ended."""

    def ended() -> bool:
        return window.sync_dialog is not None and window.sync_dialog.isVisible() and window.sync_dialog.ended

    qtbot.waitUntil(ended, timeout=WAIT_MS)
    assert window.sync_dialog is not None
    return window.sync_dialog


def test_after_a_switch_summaries_errors_and_the_first_syncs_process_speak_the_new_language(
    qtbot: QtBot, tmp_path: Path
) -> None:
    context = replace(context_of(tmp_path / "home"), words=Words("ru"))
    tasks, flow = Tasks(), Flow()
    window = WizardWindow(context, Opening(), flow, tasks, Worker(context))
    qtbot.addWidget(window)
    try:
        for language, said in (("en", "There are no settings yet"), ("ru", "Настроек ещё нет")):
            flow.edit(language=language)
            summary = preview(window._desk.context, Wishes())  # as the pages ask
            assert summary["error"]["message"].replace("\u00a0", " ").startswith(said)
            review = window._pages["review"]
            assert isinstance(review, ReviewPage)
            review.sync_wanted.emit("", {})
            sync = _ended_sync(qtbot, window)
            assert sync.detail.text().replace("\u00a0", " ").startswith(said)
            sync.accept()
    finally:
        window._worker.close()
        assert tasks.close()
