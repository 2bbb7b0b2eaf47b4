"""The bar and the picture of a running sync: what is said, how often, and that nothing jumps or is cut."""

import pytest
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.progress_bar import HEIGHT, ProgressBar
from b24learn_gui.gui.models.run_progress import STAGES, RunProgress, Stage
from b24learn_gui.gui.run_view import RunView
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, untranslated_text
from tests.screens.screens_dialogs import stopped, writing

pytestmark = pytest.mark.usefixtures("dressed")

NBSP = "\N{NO-BREAK SPACE}"


def _accent_columns(bar: ProgressBar) -> list[int]:
    """Columns of the bar's middle line that are in the accent."""
    from b24learn_gui.gui import tone

    picture, accent = bar.grab().toImage(), tone.current().accent.rgb()
    middle = picture.height() // 2
    return [x for x in range(picture.width()) if picture.pixelColor(x, middle).rgb() == accent]


def test_the_bar_fills_as_far_as_the_work_is_done(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.resize(200, HEIGHT)
    bar.show()
    bar.show_share(60, 120)
    filled = _accent_columns(bar)
    assert (len(filled) in range(92, 101), filled[0] < 8, filled[-1] <= 100) == (True, True, True)
    assert (bar.value(), bar.maximum(), bar.sizeHint().height()) == (60, 120, HEIGHT)
    bar.show_share(120, 120)
    assert len(_accent_columns(bar)) > 190


def test_an_unknown_total_moves_a_piece_and_a_hidden_bar_rests(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.resize(200, HEIGHT)
    bar.show()
    before = _accent_columns(bar)
    assert bar.busy
    qtbot.waitUntil(lambda: _accent_columns(bar) != before)
    bar.show_share(1, 4)
    assert not bar._timer.isActive()
    bar.show_share(0, 0)
    assert bar._timer.isActive()
    bar.hide()
    assert not bar._timer.isActive()


def test_assistive_programs_hear_a_progress_bar_with_its_value(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    assert isinstance(bar, QProgressBar)
    bar.show_share(3, 12)
    assert (bar.minimum(), bar.value(), bar.maximum()) == (0, 3, 12)


def test_stages_rate_rest_and_person_are_said(qtbot: QtBot, words: Words) -> None:
    shown = writing(words)
    qtbot.addWidget(shown)
    view = shown.findChild(RunView)
    assert view is not None
    said = [view.count.text(), view.pace.text(), view.now.text()]
    assert [text.replace(NBSP, " ") for text in said] == (
        ["30 из 51", "· 90 в минуту · осталось около 14 с", "сейчас: Ким Ольга Валентиновна"]
        if words.language == "ru"
        else ["30 of 51", "· 90 a minute · about 14 s left", "now: Ким Ольга Валентиновна"]
    )


def test_a_stopped_sync_does_not_claim_that_everybody_is_there(qtbot: QtBot) -> None:
    shown = stopped(Words("en"))
    qtbot.addWidget(shown)
    texts = [shown.headline.text(), shown.detail.text()]  # type: ignore[attr-defined]
    assert texts == [
        "30 changes are written to Learn.",
        "It was stopped. What is not written yet goes into the next plan.",
    ]


def test_the_window_keeps_its_height_while_the_sync_runs(qtbot: QtBot, words: Words) -> None:
    view = RunView()
    qtbot.addWidget(view)
    heights = set()
    stages = tuple(Stage(name, "busy" if name == "write" else "done", 7) for name in STAGES)
    for progress in (
        RunProgress(),
        RunProgress(stages, 3, 12, per_minute=40.0, seconds_left=300.0, now_touching="Ким Ольга " * 20),
        RunProgress(stages, 3, 12, waiting="rate", waiting_seconds=40.0),
    ):
        view.show_progress(progress, words)
        heights.add(view.sizeHint().height())
    assert len(heights) == 1
    assert view.minimumSizeHint().width() < 640


def test_wordy_languages_are_neither_cut_nor_left_out(qtbot: QtBot, long_words: LongWords, palette: str) -> None:
    shown = writing(long_words)
    qtbot.addWidget(shown)
    shown.show()
    assert_nothing_cut(qtbot, shown)
    assert untranslated_text(shown) == []
