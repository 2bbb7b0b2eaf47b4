"""The window of a plan over a real journal, embedded servers and real runs: what it says, and what it lets through."""

import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.models.plan_table import BITRIX24, FIELD, NAME
from b24learn_gui.gui.models.run_progress import STAGES, RunProgress, Stage
from tests.gui.plan_watch import LEAVERS, PEOPLE, emails, stopped, watched

pytestmark = pytest.mark.usefixtures("dressed")


# What a stopped run says


def test_a_stopped_run_says_first_what_did_not_happen_then_numbers_and_causes(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        said = found.said()
        assert found.window.page.title.text() == "Nothing was written: the plan is above a limit"
        assert {"9", "people would be deactivated", "9 of 9", "The department “Склад” is no longer ticked"} <= set(said)
        assert {"Apply 1 change without deactivations", "Approve exactly this list…", "Show the list", "Cancel"} <= set(
            said
        )
        assert any("1 more change waits with them." in each for each in said)
        assert found.window.windowTitle().startswith("Preview — plan of ")
        assert found.window.plan.shown == "user.deactivate"
        assert found.window.plan.rows.rowCount() == 9
        assert {found.window.plan.rows.row(place).field for place in range(9)} == {"Склад"}
        assert not found.made.learn.log.writes


def test_the_journal_alone_is_asked(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        run = stopped(found)
        found.made.main.forget_calls()
        found.made.learn.log.clear()
        found.open(run)
        assert found.made.main.requests == 0
        assert not found.made.learn.log.entries
        found.window.plan.show_list("unchanged")
        counted = "These people are only counted here. A new preview lists them."
        found.until(lambda: counted in found.said())


def test_the_list_behind_the_limit_is_one_click_away_and_its_ids_lead_to_the_portal(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        plan = found.window.plan
        plan.show_list("user.update")
        (link,) = found.window.limits.findChildren(Link)
        QTest.keyClick(link, Qt.Key.Key_Return)
        assert plan.shown == "user.deactivate"
        row = plan.rows.row(0)
        assert plan.table.address(plan.rows.index(0, BITRIX24)) == (
            f"{found.made.main.url}/company/personal/user/{row.bitrix24_id}/"
        )


# Approving


def test_approving_asks_once_more_and_neither_enter_nor_escape_approves(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        approve = found.button("Approve exactly this list…")
        assert not approve.isDefault()
        assert found.button("Apply 1 change without deactivations").isDefault()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
            approve.click()
            message = found.window.message
            assert message is not None
            assert "The plan deactivates 9 people, the limit is 5." in message.text.text()
            assert [each.text() for each in message.buttons] == ["Back to the list", "Approve 10 changes"]
            assert message.buttons[0].isDefault()
            QTest.keyClick(message, key)
            found.until(lambda: found.window.message is None)
        assert not found.asked
        QTest.keyClick(found.window.plan.search, Qt.Key.Key_Return)
        assert not found.asked


def test_T23_a_run_stopped_by_a_limit_is_approved_and_applied_exactly(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        run = stopped(found)
        found.open(run)
        found.approve()
        assert found.asked[0][1]
        assert found.window.work.work == "writing"
        answer = found.obey()
        assert answer.code == 0
        assert found.made.inactive() == emails(*LEAVERS)
        assert found.window.page.title.text().startswith("Written on ")
        assert {"10 changes are written to Learn.", "Nobody was left out."} <= set(found.said())
        assert not found.window.limits.isVisible()
        found.preview()
        assert "Everything matches: 20 people checked, no changes." in found.said()
        assert not found.window.apply_all.isVisible()


def test_without_deactivations_exactly_the_rest_is_applied(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        found.press("Apply 1 change without deactivations")
        found.until(lambda: found.asked)
        assert not found.asked[0][1]
        assert found.obey().code == 0
        assert found.made.inactive() == set()
        assert "1 change is written to Learn." in found.said()
        assert len(found.made.learn.log.writes) == 1


def test_a_rest_that_is_not_what_was_said_is_shown_before_it_is_applied(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        found.made.main.world.people[4].fields["WORK_POSITION"] = "Бухгалтер"
        found.press("Apply 1 change without deactivations")
        found.until(lambda: found.window.work.work is None)
        assert not found.asked
        assert "Nothing was written: without its deactivations the plan is another one" in found.said()
        found.press("Apply these 2 changes")
        assert found.obey().code == 0
        assert found.made.inactive() == set()
        assert len(found.made.learn.log.writes) == 2


def test_M5_a_world_that_changed_meanwhile_is_told_and_the_new_plan_is_offered(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        people = found.made.main.world.people
        people[4].fields["WORK_POSITION"] = "Бухгалтер"
        people[6].active = False
        people[3].departments = [2]
        found.approve()
        answer = found.obey()
        assert answer.code == 20
        assert not found.made.learn.log.writes
        assert found.window.page.title.text() == (
            "Nothing was written: the company has changed since this list was made"
        )
        assert "3 changes are new, 1 change is gone." in found.said()
        differing = found.window.differences.rows_shown
        found.until(lambda: differing.rowCount() == 4)
        told = {(differing.index(n, NAME).data(), differing.index(n, FIELD).data()) for n in range(4)}
        assert told == {
            ("Фамилия4 Имя4", "new: change (Job title)"),
            ("Фамилия6 Имя6", "new: deactivate"),
            ("Фамилия3 Имя3", "new: move"),
            ("Фамилия3 Имя3", "gone: deactivate"),
        }
        found.approve()
        assert found.asked == [(answer.json["plan_hash"], True)]
        assert found.obey().code == 0
        assert found.made.inactive() == emails(6, *LEAVERS[1:])


def test_a_plan_within_the_limits_is_applied_by_its_hash(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.made.settings["portals"][0]["exclude"] = []
        found.made.save()
        found.preview()
        assert found.window.page.title.text().startswith("Plan of ")
        assert not found.window.limits.isVisible()
        found.window.plan.show_list("unchanged")
        found.until(lambda: found.window.plan.rows.rowCount() == PEOPLE - 1)
        QTest.keyClick(found.window.plan.search, Qt.Key.Key_Return)
        assert not found.asked
        found.press("Apply this 1 change")
        assert found.asked == [(found.made.preview().json["plan_hash"], True)]
        found.window.show_not_started()
        assert "Nothing was written: another run is at work." in found.said()
        found.asked.clear()
        found.press("Apply this 1 change")
        assert found.obey().code == 0
        assert found.made.inactive() == set()


def test_a_portal_that_looks_like_another_one_is_never_applied_without_approval(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        for id_, person in found.made.main.world.people.items():
            person.fields.update(NAME=f"Чужой{id_}", LAST_NAME="Совсем", EMAIL=f"other{id_}@main.example")
        found.preview()
        assert not found.window.apply_all.isVisible()
        assert "Nothing of it is written until this very plan is approved." in " ".join(found.said())
        assert not found.button("Approve exactly this list…").isDefault()


def test_lost_links_need_approval_too(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        for file in found.made.home.glob("journal.db*"):
            file.unlink()
        found.preview()
        assert not found.window.apply_all.isVisible()
        found.button("Approve exactly this list…")
        found.open(str(found.made.sync().json["run"]))
        found.button("Approve exactly this list…")
        assert "Not written without approval: the links of a portal are being rebuilt." in " ".join(found.said())


def test_a_plan_about_a_part_of_the_people_is_not_applied_from_here(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(str(found.made.preview("--only", "2").json["run"]))
        assert not found.window.apply_all.isVisible()
        assert any("where it was made: on the command line" in each for each in found.said())


def test_a_preview_is_kept_and_can_be_opened_and_approved_later(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.preview()
        said = "Nothing is written without your approval: the plan is above a limit"
        assert found.window.page.title.text() == said
        found.window.plan.show_list("unchanged")
        found.until(lambda: found.window.plan.rows.rowCount() == PEOPLE - 1 - len(LEAVERS))
        found.press("Apply 1 change without deactivations")
        found.until(lambda: found.asked)
        spared = found.asked.pop()
        runs = {each["plan_hash"]: each["run"] for each in map(found.shown, found.runs())}
        found.window.show_not_started()
        found.open(runs[spared[0]])
        assert any("It deactivates nobody; leavers wait for a later plan." in each for each in found.said())
        found.press("Apply this 1 change")
        assert found.asked == [spared]
        assert found.obey().code == 0
        assert found.made.inactive() == set()


def test_the_sync_started_from_here_is_followed(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        stages = tuple(Stage(name, "busy" if name == "write" else "done", 7) for name in STAGES)
        found.window.show_progress(RunProgress(stages, 3, 10))
        assert not found.window.work.isVisible()
        found.approve()
        found.window.show_progress(RunProgress(stages, 3, 10))
        found.until(lambda: "3 of 10" in found.said())
        assert not found.window.limits.isVisible()
        assert not found.window.apply_all.isVisible()


# When it does not come to a plan


def test_reading_can_be_stopped_and_tried_again(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.window.preview_now()
        assert found.window.work.isVisible()
        found.press("Stop")
        assert "Stopped. Nothing was written." in found.said()
        qtbot.waitUntil(lambda: not found.tasks.busy)
        qtbot.wait(200)
        assert not found.window.plan.isVisible()
        found.press("Try again")
        found.until(found.window.plan.isVisible)


def test_a_side_that_does_not_answer_is_named_and_what_stood_there_stays(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        found.made.keep_secret("learn.password", "wrong-canary")
        found.preview()
        assert any("Learn refused the password" in each for each in found.said())
        assert "wrong-canary" not in " ".join(found.said())
        assert found.window.limits.isVisible()
        found.made.keep_secret("learn.password", found.made.learn.password)
        found.press("Try again")
        found.until(lambda: "Try again" not in found.said() and found.window.work.work is None)


def test_a_run_that_ends_without_a_word_or_does_not_run_leaves_the_plan_to_be_approved(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        found.approve()
        found.window.show_outcome(None)
        assert "The sync ended before it could say how it went." in found.said()
        found.asked.clear()
        found.approve()
        error = {"code": "secret_locked", "message": "The password store is locked.", "side": "here", "portal": None}
        found.window.show_outcome({"command": "sync", "exit_code": 41, "run": None, "error": error})
        assert {"The sync did not come to its end.", "The password store is locked."} <= set(found.said())
        found.button("Approve exactly this list…")


def test_an_unknown_run_is_told_as_an_error(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.window.open_run("20261122T030000Z-0000")
        found.until(lambda: "Try again" in found.said())
        with pytest.raises(AssertionError):
            found.button("Approve exactly this list…")


def test_a_run_that_broke_off_shows_what_was_confirmed_and_offers_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.made.settings["portals"][0]["exclude"] = []
        found.made.save()
        run = str(found.made.sync().json["run"])
        with sqlite3.connect(found.made.home / "journal.db") as db:
            db.execute("UPDATE runs SET finished_at = NULL, exit_code = NULL, summary = NULL WHERE id = ?", (run,))
        db.close()
        found.open(run)
        assert found.window.page.title.text().endswith(" broke off")
        assert found.window.plan.rows.rowCount() == 1
        assert not found.window.apply_all.isVisible()
