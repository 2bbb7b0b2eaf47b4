"""The way back from a run in the window of a plan: over a real journal, embedded servers and real undos."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.tile import Tile
from b24learn_gui.gui.models.plan_table import NAME
from b24learn_gui.gui.models.run_progress import RunProgress, Stage
from b24learn_gui.text.words import Words
from tests.e2e.arena import arena, email_of, small_company
from tests.gui.cutting import assert_nothing_cut
from tests.gui.plan_watch import Watched
from tests.screens import screens_undo
from tests.screens.looking import LongWords, untranslated_text

pytestmark = pytest.mark.usefixtures("dressed")

PEOPLE, LEAVERS = 12, (5, 6, 8)


class Undoing(Watched):
    """The window over a home whose last run did some of everything, and what it asked its owner to do."""

    def __init__(self, made: Any, qtbot: QtBot, run: str) -> None:
        super().__init__(made, qtbot)
        self.run = run
        self.undos: list[tuple[str, str]] = []
        self.window.apply_undo.connect(lambda run, plan: self.undos.append((run, plan)))

    def look_back(self) -> None:
        self.window.undo_run(self.run)
        self.until(lambda: self.window.work.work is None)
        QApplication.processEvents()

    def obeys(self) -> Any:
        """What the resident program does: a real `undo` of exactly what was asked, and its summary handed back."""
        ((run, plan),) = self.undos
        self.undos.clear()
        answer = self.made.run("undo", run, "--apply", "--approve", plan)
        self.window.show_outcome(answer.json)
        self.until(lambda: self.window.work.work is None)
        return answer

    def heading(self) -> str:
        return self.window.page.title.text()

    def names(self, tile: str) -> list[str]:
        self.window.plan.show_list(tile)
        self.until(lambda: not self.window.plan._making.busy)
        rows = self.window.plan.rows
        return [rows.data(rows.index(place, NAME)) for place in range(rows.rowCount())]


@pytest.fixture
def found(tmp_path: Path, qtbot: QtBot) -> Iterator[Undoing]:
    """A run that created one, changed one, moved one and deactivated three, in that order of numbers."""
    with arena(tmp_path, {"main": small_company(PEOPLE)}) as made:
        made.settle()
        world = made.main.world
        world.add_person([2], number=13, NAME="Новая", LAST_NAME="Сотрудница", EMAIL=email_of(13))
        world.change(2, WORK_POSITION="Директор")
        world.move(3, [2])
        for each in LEAVERS:
            world.dismiss(each)
        done = made.sync()
        assert done.code == 0
        made.learn.log.clear()
        made.main.forget_calls()
        undoing = Undoing(made, qtbot, str(done.json["run"]))
        try:
            yield undoing
        finally:
            undoing.tasks.close()


def test_the_way_back_is_shown_before_anything_is_written_and_no_portal_is_asked(found: Undoing) -> None:
    before = found.made.truth()
    found.look_back()
    assert found.heading().startswith("The way back from the run of ")
    assert found.window.windowTitle().startswith("Undo — run of ")
    said = found.said()
    assert [each.accessibleName() for each in found.window.plan.tiles.findChildren(Tile)] == [
        *("Put back: 1", "Move back: 1", "Activate again: 3", "Deactivate: 1", "Remove link: 0"),
        *("Stays as it is: 0", "Protected: 0"),
    ]
    assert found.window.plan.ledger._sum.accessibleName() == "6 people changed by that run = 6 taken back"
    assert "1 account that the run created stays, inactive" in [each.lower() for each in said]
    assert "Held afterwards: 6 people" in said
    assert found.names("user.reactivate") == [f"Фамилия{each} Имя{each}" for each in LEAVERS]
    assert found.names("held")[-1] == "Фамилия8 Имя8"
    assert (found.made.truth(), found.made.learn.log.writes, found.made.main.requests) == (before, (), 0)


def test_U1_U2_exactly_what_was_shown_is_taken_back_held_and_released_from_there(found: Undoing) -> None:
    found.look_back()
    found.press("Take back 6 changes")
    assert found.window.work.work == "undoing"
    assert found.undos == [(found.run, found.window._subject.hash)]  # type: ignore[union-attr]  # it shows one
    assert not found.asked
    assert found.obeys().code == 0
    assert found.heading().startswith("The run of ")
    assert found.heading().endswith(" is taken back")
    assert "6 changes are taken back." in found.said()
    assert found.made.inactive() == {email_of(13)}
    assert found.made.sync().kinds() == {}
    found.press("Release them…")
    message = found.window.message
    assert message is not None
    assert message.title.text() == "Give 6 people back to the syncs?"
    assert message.buttons[0].isDefault()
    message.buttons[1].click()
    found.until(lambda: "Released: 6 people. The next sync follows Bitrix24 there again." in found.said())
    assert found.made.approved_sync().kinds()["user.deactivate"] == len(LEAVERS)


def test_U2_a_person_who_is_held_is_released_alone(found: Undoing) -> None:
    found.look_back()
    found.press("Take back 6 changes")
    assert found.obeys().code == 0
    window = found.window
    place = found.names("held").index("Фамилия2 Имя2")
    window.plan.table.setCurrentIndex(window.plan.rows.index(place, NAME))
    found.press("Release this one")
    found.until(lambda: "Released: 1 person. The next sync follows Bitrix24 there again." in found.said())
    after = found.made.sync()
    assert (after.kinds(), after.people()["protected"]) == ({"user.update": 1}, 5)


def test_U2_a_department_that_is_held_is_released_alone(found: Undoing) -> None:
    found.made.main.world.rename_department(3, "Хранилище")
    found.run = str(found.made.sync().json["run"])
    found.look_back()
    found.press("Take back 1 change")
    assert found.obeys().code == 0
    window = found.window
    assert found.names("held") == ["Хранилище"]
    assert window.deeds.release_one.isHidden()
    window.plan.table.setCurrentIndex(window.plan.rows.index(0, NAME))
    assert window.deeds.release_one.isVisible()
    assert found.made.sync().codes() == ["held_by_undo"]
    found.press("Release this one")
    found.until(lambda: "Released: 1 department. The next sync follows Bitrix24 there again." in found.said())
    assert found.made.sync().kinds() == {"department.update": 1}


def test_M5_an_undo_above_a_limit_is_approved_once_more_by_its_hash(found: Undoing) -> None:
    found.made.save(limits={"move_percent": 1, "always_allowed": 1})
    found.look_back()
    assert found.heading() == "Nothing is written without your approval: the way back is above a limit"
    assert {"3", "people would be reactivated", "3 of 3", "Deactivated by that run"} <= set(found.said())
    assert not found.window.apply_all.isVisible()
    found.press("Approve exactly this list…")
    message = found.window.message
    assert message is not None
    assert message.title.text() == "Take back exactly this list?"
    assert "The plan reactivates 3 people, the limit is 1." in message.text.text()
    QTest.keyClick(message, Qt.Key.Key_Return)
    found.until(lambda: found.window.message is None)
    assert not found.undos
    found.approve()
    assert found.obeys().code == 0
    assert found.made.inactive() == {email_of(13)}


def test_M5_where_learn_changed_meanwhile_nothing_is_written_and_what_differs_is_listed(found: Undoing) -> None:
    found.look_back()
    found.made.learn.world.edit(found.made.account(2).id, job_title="Президент")
    found.press("Take back 6 changes")
    before = found.made.truth()
    assert found.obeys().code == 20
    assert found.made.truth() == before
    assert found.heading() == "Nothing was written: Learn has changed since this list was made"
    assert {"1 change is gone.", "What has changed since"} <= set(found.said())
    gone = found.window.differences.rows_shown
    assert (gone.row(0).name, gone.row(0).field) == ("Фамилия2 Имя2", "gone: change (Job title)")
    found.press("Take back 5 changes")
    assert found.obeys().code == 0
    assert found.made.account(2).fields["job_title"] == "Президент"


def test_U1_who_changed_since_is_listed_with_what_stands_there_now(found: Undoing) -> None:
    world = found.made.learn.world
    world.edit(found.made.account(2).id, job_title="Президент")
    world.make_administrator(found.made.account(3).id)
    found.look_back()
    said = found.said()
    assert "2 people stay as they are now: changed since that run, or protected." in said
    assert found.names("stays") == ["Фамилия2 Имя2"]
    row = found.window.plan.rows.row(0)
    assert (row.field, row.before, row.after, row.cause) == (
        *("Job title", "Директор", "Президент"),
        "changed since that run",
    )
    assert found.names("protected_since") == ["Фамилия3 Имя3"]
    total = found.window.plan.ledger._sum.accessibleName()
    assert total == "6 people changed by that run = 4 taken back + 1 changed since + 1 protected"


def test_what_a_run_wrote_can_be_undone_from_where_it_is_shown(found: Undoing) -> None:
    found.open(found.run)
    assert found.heading().startswith("Written on ")
    found.press("Undo this run…")
    found.until(lambda: found.heading().startswith("The way back from the run of "))
    found.press("Read Learn again")
    found.until(lambda: found.window.work.work is None)
    found.press("Take back 6 changes")
    found.obeys()
    found.press("Read Learn again")
    found.until(lambda: found.heading().startswith("Nothing of the run of "))
    assert not found.window.apply_all.isVisible()
    assert found.window.plan.ledger._sum.accessibleName().endswith("= 0 taken back + 6 as before already")


def test_a_plan_of_an_undo_is_opened_again_from_the_journal_and_still_approved(found: Undoing) -> None:
    planned = found.made.run("undo", found.run)
    found.made.learn.log.clear()
    found.open(str(planned.json["run"]))
    assert not found.made.learn.log.entries
    assert found.window.plan.ledger._sum.accessibleName() == "6 people changed by that run = 6 taken back"
    found.press("Take back 6 changes")
    assert found.obeys().code == 0


def test_progress_and_stop_belong_to_the_undo(found: Undoing, qtbot: QtBot) -> None:
    found.look_back()
    found.press("Take back 6 changes")
    stages = (Stage("bitrix24", "done"), Stage("learn", "done", 12), Stage("plan", "done", 6), Stage("write", "busy"))
    found.window.show_progress(RunProgress(stages, 2, 6, undo=True))
    found.until(lambda: "2 of 6" in found.said())
    assert not found.window.work.run.stages["bitrix24"].isVisible()
    with qtbot.waitSignal(found.window.stop_wanted):
        found.press("Stop the undo")
    found.window.show_outcome(None)
    assert "The undo ended before it could say how it went." in found.said()


def test_a_run_that_wrote_nothing_is_no_dead_end(found: Undoing) -> None:
    found.run = str(found.made.preview().json["run"])
    found.look_back()
    assert any("wrote nothing that could be taken back" in each for each in found.said())
    assert not found.window.apply_all.isVisible()


STATES = (
    screens_undo.undo_plan,
    screens_undo.undo_limit,
    screens_undo.undo_stays,
    screens_undo.undo_links,
    screens_undo.undo_held,
    screens_undo.undo_held_one,
    screens_undo.undo_writing,
    screens_undo.undo_written,
    screens_undo.undo_stopped,
    screens_undo.undo_differs,
    screens_undo.undo_nothing,
)


@pytest.mark.parametrize("build", STATES, ids=lambda build: build.__name__)
def test_no_state_of_the_window_is_cut_off_or_untranslated(build: Any, qtbot: QtBot, palette: str) -> None:
    window: QWidget = build(LongWords())
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    for _ in range(3):
        QApplication.processEvents()
    assert_nothing_cut(qtbot, window)
    shown = [each for each in untranslated_text(window) if each.isascii()]
    assert shown == [], palette


def test_the_whole_window_speaks_another_language_at_once(qtbot: QtBot) -> None:
    window = screens_undo.undo_written(Words("en"))
    qtbot.addWidget(window)
    window.show()
    window.retranslate(Words("ru"))  # type: ignore[attr-defined]  # the window of a plan
    assert window.windowTitle().startswith("Откат\N{NO-BREAK SPACE}— запуск от")
    assert window.undo.isHidden()  # type: ignore[attr-defined]  # an undo is not undone, but released
    assert window.release.text() == "Отпустить…"  # type: ignore[attr-defined]
