"""A summary as a file for HR: whatever stands in it stays text, and what cannot be written is said."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.report import write_summary
from b24learn_gui.sync.changes import KINDS
from b24learn_gui.text import Words

EN = Words("en")
DANGEROUS = ('=HYPERLINK("https://example.com","Ann")', "@SUM(1)", "+7 900 000-00-00", "-1", " =1+1")


def summary(*names: str) -> dict[str, Any]:
    """A preview that is in no journal."""
    changes = [
        {
            "kind": "user.update", "object": "person", "portal": "main", "bitrix24_id": number, "learn_id": "a1",
            "name": name, "before": {"job_title": name}, "after": {"job_title": "B"}, "cause": "changed in Bitrix24",
        }
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    columns = ("read", "out_of_scope", "unchanged", "changed", "protected", "skipped", "conflict", "failed")
    return {
        "run": "20261122T030000Z-3f9c", "started_at": "2026-11-22T03:00:00Z", "exit_code": 0, "problems": [],
        "people": dict.fromkeys(columns, 0), "counts": dict.fromkeys(KINDS, 0), "changes": changes,
    }  # fmt: skip


def test_a_name_that_looks_like_a_formula_stays_text_in_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    write_summary(file, summary(*DANGEROUS), EN)
    book = openpyxl.load_workbook(file)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert [row[1].value for row in book["Changes"].iter_rows(min_row=2)] == list(DANGEROUS)


def test_no_cell_of_a_csv_file_begins_like_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    write_summary(file, summary(*DANGEROUS), EN)
    cells = [cell for row in csv.reader(file.read_text("utf-8-sig").splitlines()) for cell in row]
    assert f"'{DANGEROUS[0]}" in cells
    assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@")]


def test_html_shows_what_is_written_and_runs_none_of_it(tmp_path: Path) -> None:
    file = tmp_path / "PLAN.HTML"
    write_summary(file, summary("<script>alert(1)</script>"), EN)
    assert "<script>" not in file.read_text("utf-8")


@pytest.mark.parametrize("name", ["plan.pdf", "plan", "plan.xls"])
def test_another_kind_of_file_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        write_summary(tmp_path / name, summary(), EN)
    assert caught.value.code == "report_format_unknown"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["xlsx", "csv", "html"])
def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path, ending: str) -> None:
    file = tmp_path / "gone" / f"plan.{ending}"
    with pytest.raises(WrongUsage) as caught:
        write_summary(file, summary("Ann"), EN)
    assert caught.value.code == "report_not_written"
    assert caught.value.detail["path"] == str(file)
