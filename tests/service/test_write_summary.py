"""A summary as a file for HR: whatever stands in it stays text, and what cannot be written is said."""

import csv
import html
import re
import time
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.report import write_summary
from b24learn_gui.sync.changes import KINDS
from b24learn_gui.text import Words
from b24learn_gui.text.language import Language

EN, RU = Words("en"), Words("ru")
DANGEROUS = (
    '=HYPERLINK("https://example.com","Ann")', "@SUM(1)", "+7 900 000-00-00", "-1", " =1+1", "=cmd|'/c calc'!A1",
    "\t=1+1", "\u00a0=1", "\u200b=1", "\ufeff+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "\u22121", "%0A=1", "|cmd", "'=1", '"=1',
    "\u202e=1",
)  # fmt: skip


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
    names = [row[1].value for row in book["Planned, not written"].iter_rows(min_row=2)]
    assert names == [name.replace("\u202e", "") for name in DANGEROUS]
    assert not [link for sheet in book for link in sheet._hyperlinks]  # nothing to be clicked either


def test_no_cell_of_a_csv_file_begins_like_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    write_summary(file, summary(*DANGEROUS), EN)
    cells = [cell for row in csv.reader(file.read_text("utf-8-sig").splitlines()) for cell in row]
    assert f"'{DANGEROUS[0]}" in cells
    assert len([cell for cell in cells if cell.startswith("'")]) == len(DANGEROUS)
    bare = ["".join(letter for letter in cell if unicodedata.category(letter) != "Cf").strip() for cell in cells]
    assert not [cell for cell in bare if cell[:1] in set("=+-@＝＋－＠\u2212|%")]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_spreadsheet_that_expects_other_signs_or_reads_on_makes_no_two_cells_of_one(
    tmp_path: Path, language: Language
) -> None:
    file = tmp_path / "plan.csv"
    write_summary(
        file, summary("Ann;=1+1", "Bob,=1+1", "Cat\n=1+1", "Dan\r=1+1", 'E";=1', "F\u2028=1"), Words(language)
    )
    text = file.read_text("utf-8-sig")
    for sign in (";", ",", "\t"):
        for line in text.split("\n"):
            for cell in next(csv.reader([line], delimiter=sign), []):
                assert not cell.strip('" ').startswith("=")


def test_html_shows_what_is_written_and_runs_none_of_it(tmp_path: Path) -> None:
    file = tmp_path / "PLAN.HTML"
    write_summary(file, summary("<script>alert(1)</script>", '" onload="x', "a\u202egpj"), EN)
    page = file.read_text("utf-8")
    assert "<script>" not in page
    assert '" onload=' not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("words", [EN, RU], ids=["en", "ru"])
def test_html_loads_nothing_and_is_whole(tmp_path: Path, words: Words) -> None:
    write_summary(tmp_path / "a.html", full(), words)
    page = (tmp_path / "a.html").read_text("utf-8")
    assert not re.search(r"\b(?:src|href|action|data|poster)\s*=|url\(|@import|https?:", page)
    assert not re.search(r"<(?:a|img|script|link|iframe|object|form|svg|video)\b", page)
    assert "default-src 'none'" in page
    opened = HTMLChecker()
    opened.feed(page)
    assert opened.open == []
    assert f'lang="{words.language}"' in page


@pytest.mark.parametrize("ending", ["xlsx", "csv", "html"])
@pytest.mark.parametrize("words", [EN, RU], ids=["en", "ru"])
def test_values_have_the_names_people_know_and_heads_their_own(tmp_path: Path, words: Words, ending: str) -> None:
    said = texts(tmp_path / f"a.{ending}", full(), words)
    for raw in (
        "job_title",
        "first_name",
        "department_name",
        "supervisor",
        "b24-main-7",
        "main:1",
        "inactive: ",
        "True",
    ):
        assert raw not in said, raw
    expected = (
        ("Должность: Менеджер", "Отдел: Склад", "Руководитель: Ким Ольга", "Учётная запись: деактивирована",
         "Письмо с данными для входа: да", "Learn требует поля, пустые в Битрикс24: Телефон", "Телефон: —")
        if words is RU
        else ("Job title: Менеджер", "Department: Склад", "Head: Ким Ольга", "Account: inactive",
              "Letter with sign-in data: yes", "Learn requires fields that are empty in Bitrix24: Phone", "Phone: —")
    )  # fmt: skip
    for phrase in expected:
        assert phrase in said, phrase


@pytest.mark.parametrize("ending", ["xlsx", "csv", "html"])
def test_a_plan_that_was_not_written_is_called_so_with_the_reason(tmp_path: Path, ending: str) -> None:
    stopped = full() | {"exit_code": 20, "counts": dict.fromkeys(KINDS, 0),
                        "limits": [{"kind": "user.deactivate", "planned": 37, "allowed": 12}]}  # fmt: skip
    said = texts(tmp_path / f"a.{ending}", stopped, RU)
    assert "Запланировано, не записано" in said
    assert "лан деактивирует 37 человек" in said
    assert "Запланировано, не записано" not in texts(tmp_path / f"b.{ending}", full(), RU)


@pytest.mark.parametrize("ending", ["xlsx", "csv", "html"])
def test_a_run_without_changes_says_so(tmp_path: Path, ending: str) -> None:
    said = texts(tmp_path / f"a.{ending}", full() | {"changes": [], "problems": []}, RU)
    assert "Ничего не изменено." in said
    assert "Никто не пропущен." in said


def test_a_workbook_can_be_filtered_and_printed(tmp_path: Path) -> None:
    write_summary(tmp_path / "a.xlsx", full(), RU)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Обзор", "Изменения", "Пропуски и\u00a0заметки"]
    sheet = book["Изменения"]
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == (f"A1:H{1 + len(full()['changes'])}", "A2")
    assert sheet["D2"].value == 1  # a number, to be sorted as one
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("ending", ["xlsx", "csv", "html"])
def test_twenty_thousand_changes_are_written_in_seconds_and_all_are_there(tmp_path: Path, ending: str) -> None:
    many = summary(*(f"Фамилия {number}" for number in range(20_000)))
    file = tmp_path / f"a.{ending}"
    begun = time.thread_time()
    write_summary(file, many, RU)
    assert time.thread_time() - begun < 30
    parts = (
        zipfile.ZipFile(file) if ending == "xlsx" else None
    )  # to read it as a workbook takes longer than to write it
    said = b"".join(parts.read(name) for name in parts.namelist()) if parts else file.read_bytes()
    written = {int(number) for number in re.findall(r"Фамилия[ \u00a0](\d+)", said.decode("utf-8-sig"))}
    assert written == set(range(20_000))


def texts(file: Path, told: dict[str, Any], words: Words) -> str:
    """Everything a person reads in a report."""
    write_summary(file, told, words)
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file, read_only=True)
        said = "\n".join([*book.sheetnames, *(str(cell) for sheet in book for row in sheet.values for cell in row)])
    else:
        said = html.unescape(file.read_text("utf-8-sig"))
    return said.replace("\u00a0", " ")


def full() -> dict[str, Any]:
    """A sync that did something of most kinds."""

    def change(kind: str, number: int, name: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
        return {"kind": kind, "object": "person" if kind.startswith("user.") else "department", "portal": "main",
                "bitrix24_id": number, "learn_id": None, "name": name, "before": before, "after": after,
                "cause": "changed in Bitrix24"}  # fmt: skip

    created = {"login": "kim", "first_name": "Ольга", "job_title": "Менеджер", "department": "b24-main-7",
               "department_name": "Склад", "letter": True}  # fmt: skip
    return summary() | {
        "command": "sync", "finished_at": "2026-11-22T03:00:41Z", "exit_code": 10, "letters": 1, "limits": [],
        "counts": dict.fromkeys(KINDS, 1), "sources": [],
        "changes": [
            change("user.create", 1, "Ким Ольга", {}, created),
            change("user.update", 2, "Яна", {"phone": ""}, {"phone": "+7"}),
            change("user.deactivate", 3, "Пётр", {"status": "active"}, {"status": "inactive"}),
            change("head.set", 9, "Склад", {"supervisor": ""}, {"supervisor": "main:1"}),
        ],
        "problems": [{"object": "person", "portal": "main", "bitrix24_id": 31, "name": "Б", "detail": {"fields": ["phone"]},
                      "code": "required_field_missing"}],
    }  # fmt: skip


class HTMLChecker(HTMLParser):
    """Which elements are still open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


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
