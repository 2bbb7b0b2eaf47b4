"""The page of fields over the real flow: the account's real fields, who lacks what, the list for HR."""

from pathlib import Path

import openpyxl
import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.wizard.pages.fields import FieldsPage
from tests.gui.people_pages import Walk, walk_to
from tests.screens.looking import LongWords, clipped_text, untranslated_text
from tests.service.test_setup_plan import strange_company

pytestmark = pytest.mark.usefixtures("dressed")


def opened(walk: Walk, file: str = "") -> FieldsPage:
    walk.flow.edit_portal("main", include=(1,))
    page = FieldsPage(walk.desk, lambda _parent, _words: file)
    walk.open(page)
    walk.until(lambda: walk.flow.found("problems") is not None)
    return page


def test_required_fields_are_marked_and_those_who_lack_them_counted(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot, worlds={"main": strange_company()}) as walk:
        page = opened(walk)
        report = walk.flow.found("report")
        assert report is not None
        assert report.unable == 2
        assert page.unable.accessibleName() == f"2 of {report.people} people cannot get an account"
        email = next(row for row in report.rows if row.name.lower() == "email")
        assert email.required
        assert page.mapping.lacking(email.name) == f"{email.lacking} of {report.people}"
        assert page.problems.rows.rowCount() == len(walk.flow.found("problems") or ())


def test_another_source_is_the_drafts_at_once_and_the_figures_are_asked_anew(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        name = next(row.name for row in walk.flow.found("report").rows if row.name.lower() == "job_title")  # type: ignore[union-attr]
        box = page.mapping.box(name)
        assert box.accessibleName() == "Job title"
        box.setCurrentIndex(box.findData("WORK_PHONE"))
        assert walk.flow.draft.fields["job_title"] == "WORK_PHONE"
        assert walk.flow.found("report") is None
        walk.until(lambda: walk.flow.found("report") is not None)
        box.setCurrentIndex(0)
        assert "job_title" not in walk.flow.draft.fields
        walk.until(lambda: walk.flow.found("report") is not None)
        assert page.mapping.lacking(name) == "—"


def test_a_field_that_was_not_read_yet_is_read(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        report = walk.flow.found("report")
        assert report is not None
        found = walk.flow.found("portal", portal="main")
        assert found is not None
        unread = next(code for code in sorted(report.sources) if code not in found.read_fields)
        page.mapping.mapped.emit("job_title", unread)
        assert walk.flow.found("portal", portal="main") is None
        walk.until(lambda: walk.flow.found("report") is not None)
        read = walk.flow.found("portal", portal="main")
        assert read is not None
        assert unread in read.read_fields


def test_the_list_for_hr_is_a_workbook(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "list.xlsx"
    with walk_to(tmp_path, qtbot, worlds={"main": strange_company()}) as walk:
        page = opened(walk, str(file))
        page.export.click()
        walk.until(page.written.isVisible)
        assert page.written.accessibleDescription() == str(file)
        sheet = openpyxl.load_workbook(file).active
        assert sheet is not None
        assert sheet.max_row == 1 + page.problems.rows.rowCount()


def test_a_list_that_cannot_be_written_says_why_and_can_be_tried_again(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot, worlds={"main": strange_company()}) as walk:
        page = opened(walk, str(tmp_path / "nowhere" / "list.xlsx"))
        page.export.click()
        walk.until(lambda: page.asking.error)
        assert page.asking.error is not None
        assert page.asking.error.code == "file_not_written"


def test_where_everybody_has_everything_there_is_no_list(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        if not walk.flow.found("problems"):
            assert not page.export.isEnabled()
            assert not page.problems.isVisible()


def test_nothing_is_clipped_or_left_untranslated(tmp_path: Path, qtbot: QtBot, long_words: LongWords) -> None:
    with walk_to(tmp_path, qtbot, worlds={"main": strange_company()}) as walk:
        page = opened(walk)
        page.retranslate(long_words)
        qtbot.waitUntil(lambda: not clipped_text(page))  # as soon as the page is laid out
        report = walk.flow.found("report")
        assert report is not None
        names = {row.name for row in report.rows} | {row.label for row in report.rows}
        assert set(untranslated_text(page)) <= names
