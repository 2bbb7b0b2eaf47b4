"""The page of review over the real flow: the planner's own preview, saving all or nothing, the first sync."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import SecretUnavailable, WrongUsage
from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.models.plan_table import BITRIX24
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.review import ReviewPage
from b24learn_gui.service.run import SyncRequest, sync
from b24learn_gui.storage.settings import load_settings
from tests.gui.people_pages import Walk, walk_to
from tests.screens.looking import LongWords, clipped_text, untranslated_text
from tests.service.setup_world import context_of
from tests.service.test_setup_plan import strange_company

pytestmark = pytest.mark.usefixtures("dressed")


def opened(walk: Walk) -> ReviewPage:
    walk.flow.edit_portal("main", include=(1,))
    walk.advance("review")
    page = ReviewPage(walk.desk)
    walk.open(page)
    walk.until(lambda: walk.flow.found("preview") is not None)
    return page


def test_T21_the_preview_is_the_planners_and_leaves_no_trace(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        preview = walk.flow.found("preview")
        assert preview is not None
        assert page.plan.tiles.choice == "user.create"
        assert page.plan.heading.text() == "Create: 12 people"
        assert page.plan.rows.rowCount() == 12
        assert page.run_now.isChecked()
        assert page.primary_text() == "Save and switch on the schedule"
        assert not walk.made.home.exists()
        assert not walk.made.learn.log.writes


def test_saving_keeps_everything_and_hands_over_the_hash_that_was_shown(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        preview = walk.flow.found("preview")
        assert preview is not None
        told: list[tuple[str, object]] = []
        page.sync_wanted.connect(lambda plan, secrets: told.append((plan, secrets)))
        page.press_primary(walk.flow)
        walk.until(lambda: walk.flow.step == "activation")
        assert told == [(preview.hash, {})]
        assert load_settings(walk.made.context.places.settings_file) == walk.flow.saved
        assert sync(walk.made.context, SyncRequest(approve=told[0][0]))["exit_code"] == 0


def test_without_the_tick_nothing_is_run(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        told: list[str] = []
        page.sync_wanted.connect(lambda plan, _secrets: told.append(plan))
        page.run_now.setChecked(False)
        page.press_primary(walk.flow)
        walk.until(lambda: walk.flow.step == "activation")
        assert not told


def test_a_store_that_is_missing_leaves_nothing_and_offers_to_keep_secrets_until_quit(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        walk.desk.context = context_of(tmp_path / "home", backend="keyring.backends.fail.Keyring")
        page = opened(walk)
        told: list[tuple[str, object]] = []
        page.sync_wanted.connect(lambda plan, secrets: told.append((plan, secrets)))
        page.press_primary(walk.flow)
        walk.until(lambda: page.asking.error)
        assert isinstance(page.asking.error, SecretUnavailable)
        assert not walk.made.context.places.settings_file.exists()
        assert not walk.flow.busy("save")
        way_out = page.asking.notice.findChildren(type(page.asking.stop))
        next(each for each in way_out if each.text() == "Keep the secrets only until I quit").click()
        walk.until(lambda: walk.flow.step == "activation")
        assert walk.desk.only_until_quit
        assert told[0][1] == walk.made.secrets


def test_what_was_changed_since_is_planned_anew(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        before = walk.flow.found("preview")
        assert before is not None
        walk.flow.back()
        walk.flow.edit(sync_heads=not walk.flow.draft.sync_heads)
        assert walk.flow.found("preview") is None
        walk.flow.forward()
        page.enter(walk.flow)
        walk.until(lambda: walk.flow.found("preview") is not None)
        page.again.click()
        walk.until(lambda: not walk.flow.busy("preview"))
        assert page.asking.error is None


def test_a_plan_over_a_limit_is_not_proposed_to_be_run(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        base = walk.made.settings
        walk.flow.draft = replace(walk.flow.draft, base=replace(base, limits=replace(base.limits, letters=0)))
        walk.flow.edit(notify_users=True)
        page = opened(walk)
        preview = walk.flow.found("preview")
        assert preview is not None
        assert preview.plan.needs_approval
        assert page.limits.isVisible()
        assert not page.attention.isVisible()
        assert not page.run_now.isChecked()


def test_a_limit_names_its_cause_and_leads_to_its_list(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        base = walk.made.settings
        walk.flow.draft = replace(walk.flow.draft, base=replace(base, limits=replace(base.limits, letters=0)))
        walk.flow.edit(notify_users=True)
        page = opened(walk)
        page.plan.show_list("skipped")
        said = [label.text() for label in page.limits.findChildren(QLabel)]
        assert "Nothing is written without your approval: the plan is above a limit" in said
        assert {"12", "letters would be sent", "12 of 12", "New in Bitrix24"} <= set(said)
        QTest.mouseClick(page.limits.findChildren(Link)[0], Qt.MouseButton.LeftButton)
        assert page.plan.shown == "user.create"


def test_the_plan_is_written_to_a_file_before_anything_is_saved(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        file = tmp_path / "plan.csv"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "gone" / "plan.csv"), ""))
        page.plan.export.click()
        walk.until(lambda: page.asking.error)
        assert isinstance(page.asking.error, WrongUsage)
        assert not page.written.isVisible()
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
        page.plan.export.click()
        walk.until(page.written.isVisible)
        assert page.asking.error is None
        written = file.read_text("utf-8-sig")
        assert all(page.plan.rows.row(place).name in written for place in range(12))
        assert not walk.made.home.exists()


def test_ids_lead_to_the_cards_of_the_portal_and_a_line_tells_the_department(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        row, address = page.plan.rows.row(0), walk.flow.draft.portal("main").address
        assert address.startswith("http://127.0.0.1")
        leads = page.plan.table.address(page.plan.rows.index(0, BITRIX24))
        assert leads == f"{address}/company/personal/user/{row.bitrix24_id}/"
        world = next(each for each in walk.flow.companies if each.portal == "main")
        employee = next(each for each in world.employees if each.id == row.bitrix24_id)
        assert row.field in {each.name for each in world.departments if each.id in employee.departments}


def test_the_page_fills_the_window_and_scrolls_where_there_is_too_little_room(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        (area,) = [each for each in page.findChildren(QScrollArea) if each.widget() is not None]
        page.resize(788, 1000)
        qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)
        high = page.plan.table.height()
        page.resize(788, 440)
        qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
        assert high > page.plan.table.height() >= page.plan.table.minimumHeight()


def test_every_tile_lists_as_many_people_as_it_counts(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot, worlds={"main": strange_company()}) as walk:
        page = opened(walk)
        page.plan.show_list("skipped")
        assert page.plan.heading.text() == "Skipped: 2 people"
        assert page.plan.rows.rowCount() == 2
        page.plan.search.search.emit("no such person")
        assert page.plan.rows.rowCount() == 0


def test_a_saved_setup_that_was_not_changed_only_goes_on(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        page.run_now.setChecked(False)
        page.press_primary(walk.flow)
        walk.until(lambda: walk.flow.step == "activation")
        again = Flow(saved=walk.flow.saved, stored=walk.made.secrets)
        walk.flow = again
        again.go("review")
        page = ReviewPage(walk.desk)
        walk.open(page)
        walk.until(lambda: again.found("preview") is not None)
        assert page.primary_text() == ""
        assert not page.run_now.isChecked()
        page.press_primary(again)
        assert again.step == "activation"


def test_nothing_is_clipped_or_left_untranslated(tmp_path: Path, qtbot: QtBot, long_words: LongWords) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        page.retranslate(long_words)
        qtbot.wait(50)
        assert not untranslated_text(page)
        page.retranslate(walk.made.context.words)
        qtbot.waitUntil(lambda: not clipped_text(page))  # as soon as the page is laid out
