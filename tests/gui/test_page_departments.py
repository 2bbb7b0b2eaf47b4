"""The page of departments over the real flow: ticks, figures, a setup opened again."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import StoppedOnRequest
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.departments import DeactivatedDialog, DepartmentsPage
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.gui.people_pages import Walk, walk_to
from tests.screens.looking import LongWords, untranslated_text
from tests.service.setup_world import setup_world

pytestmark = pytest.mark.usefixtures("dressed")


def opened(walk: Walk) -> DepartmentsPage:
    page = DepartmentsPage(walk.desk)
    walk.open(page)
    walk.until(page.panel.model.rowCount)
    return page


def test_a_tick_is_the_drafts_at_once_and_its_figures_follow(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        assert not walk.flow.state("departments").can_continue
        assert page.panel.view.accessibleName() == "Departments"
        page.panel.model.toggle(page.panel.model.structure.tops[0])
        assert walk.flow.draft.portals[0].include == (1,)
        assert walk.flow.state("departments").can_continue
        walk.until(lambda: walk.flow.found("consequences"))
        found = walk.flow.found("consequences")
        assert found is not None
        assert (found.will_study, found.left_out) == (12, 0)
        assert page.panel.consequences.studying.number.text() == "12"


def test_back_and_forth_keeps_the_ticks_and_asks_no_server(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        page.panel.model.toggle(page.panel.model.structure.tops[0])
        marks = page.panel.marks
        walk.made.portals["main"].forget_calls()
        page.enter(walk.flow)
        assert page.panel.marks == marks
        assert not page.asking.isVisible()
        assert walk.made.portals["main"].requests == 0


def test_a_saved_setup_opened_again_is_read_there_and_can_be_put_back(tmp_path: Path, qtbot: QtBot) -> None:
    with setup_world(tmp_path) as made:
        walk = Walk(made, qtbot)
        walk.flow = Flow(saved=made.settings, stored=made.secrets)
        for name, value in made.secrets.items():
            walk.flow.edit_secret(name, value)
        page = opened(walk)
        assert page.primary_text() == "Check the plan"
        assert not page.put_back.isVisibleTo(page)
        page.panel.model.toggle(page.panel.model.structure.tops[0])
        walk.until(lambda: page.panel.consequences.shown)
        assert page.panel.consequences.shown is not None
        assert page.panel.consequences.shown.was_studying == 12
        assert not page.put_back.isHidden()
        assert page.not_saved().startswith("Not saved: the department “")
        assert page.not_saved().endswith("ticked")
        page.put_back.click()
        assert page.not_saved() == ""
        assert walk.flow.draft.portals == made.settings.portals
        walk.flow.go("departments")
        page.press_primary(walk.flow)
        assert walk.flow.step == "review"
        walk.tasks.close()


def test_what_cannot_be_read_is_told_with_a_way_on(tmp_path: Path, qtbot: QtBot) -> None:
    with setup_world(tmp_path) as made:
        walk = Walk(made, qtbot)
        walk.flow.edit_secret("learn.password", "canary-wrong")
        page = DepartmentsPage(walk.desk)
        walk.open(page)
        assert page.asking.stop.isVisible()
        walk.until(lambda: page.asking.error)
        assert not walk.flow.busy("portal", portal="main")
        assert "canary" not in page.asking.notice.accessibleName() + page.asking.notice.accessibleDescription()
        walk.flow.edit_secret("learn.password", made.secrets["learn.password"])
        page.enter(walk.flow)
        walk.until(page.panel.model.rowCount)
        walk.tasks.close()


def test_reading_can_be_stopped_and_the_late_answer_is_dropped(tmp_path: Path, qtbot: QtBot) -> None:
    with setup_world(tmp_path) as made:
        walk = Walk(made, qtbot)
        page = DepartmentsPage(walk.desk)
        walk.open(page)
        page.asking.stop.click()
        assert isinstance(page.asking.error, StoppedOnRequest)
        assert walk.flow.found("portal", portal="main") is None
        assert not walk.flow.busy("learn")
        walk.tasks.close()


def test_nothing_is_clipped_or_left_untranslated(tmp_path: Path, qtbot: QtBot, long_words: LongWords) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        page.retranslate(long_words)
        page.panel.model.toggle(page.panel.model.structure.tops[0])
        walk.until(lambda: page.panel.consequences.shown)
        assert_nothing_cut(qtbot, page)
        assert not untranslated_text(page)


def test_the_list_of_those_who_would_be_deactivated_says_how_many(qtbot: QtBot, words: Words) -> None:
    dialog = DeactivatedDialog(["Ким Анна", "Ли Пётр"], words)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.names.model().rowCount() == 2
    assert_nothing_cut(qtbot, dialog)
