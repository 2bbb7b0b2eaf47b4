"""A report of one run for HR: xlsx, csv or html (INTERFACE: report). Nothing in a cell is ever executed."""

import csv
import html
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.context import Context
from b24learn_gui.service.history import find_run
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.journal import Journal
from b24learn_gui.text import Words, plan_table
from b24learn_gui.text.plans import cause_phrase, problem_phrase

Row = Sequence[object]
Table = tuple[str, Row | None, Iterable[Row]]
"""Title, headings (none for an overview), and the rows, made one by one as they are written."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1d21}"
    "table{border-collapse:collapse;margin:0 0 2rem;width:100%}th,td{text-align:left;padding:.35rem .6rem;"
    "border-bottom:1px solid #dcdfe4;vertical-align:top}th{font-weight:600}td.n{text-align:right}"
    "@media(prefers-color-scheme:dark){body{background:#1d1e21;color:#f1f2f4}th,td{border-color:#3a3d43}}"
)


def write_report(context: Context, run_id: str, file: Path) -> Object:
    """Write the report of a run where asked. Raises `WrongUsage` as `write_summary`, and `run_unknown`,
    `report_of_unfinished`.
    """
    _writer_for(file)
    with Journal.open_read_only(context.places.journal_file) as journal:
        summary = find_run(journal, run_id).summary
    if summary is None:
        raise WrongUsage("report_of_unfinished", run=run_id)
    write_summary(file, summary, context.words)
    return {
        "command": "report",
        "exit_code": 0,
        "run": run_id,
        "file": str(file),
        "message": context.words("The report is written to {path}.", path=file),
    }


def write_summary(file: Path, summary: Mapping[str, Any], words: Words) -> None:
    """Write a summary (INTERFACE: the JSON summary) as .xlsx, .csv or .html, as the file's name says.

    Seconds for 20,000 changes. Raises `WrongUsage`: `report_format_unknown`, `report_not_written`.
    """
    _write(file, words("Run {run}", run=summary["run"]), _tables(summary, words), words)


def write_table(file: Path, title: str, headings: Row, rows: Iterable[Row], words: Words) -> None:
    """Write one table likewise. Raises the same."""
    _write(file, title, [(title, headings, rows)], words)


def _write(file: Path, title: str, tables: Iterable[Table], words: Words) -> None:
    writer = _writer_for(file)
    try:
        writer(file, title, tables, words)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUsage("report_not_written", path=str(file), reason=reason) from None


def _writer_for(file: Path) -> Callable[[Path, str, Iterable[Table], Words], None]:
    writers = {".xlsx": _write_xlsx, ".csv": _write_csv, ".html": _write_html}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        raise WrongUsage("report_format_unknown", name=file.name)
    return writer


def figures(summary: Mapping[str, Any], words: Words) -> Iterator[Row]:
    """The overview: what, and how many."""
    yield words("Run"), summary["run"]
    yield words("Started"), summary["started_at"]
    yield words("Result"), words(plan_table.RESULTS.get(summary["exit_code"], str(summary["exit_code"])))
    for column, label in plan_table.COLUMNS.items():
        yield words(label), summary["people"][column]
    for kind, label in plan_table.KINDS.items():
        if summary["counts"].get(kind):
            yield words(label), summary["counts"][kind]


def change_headings(words: Words) -> Row:
    return (
        words("Change"),
        words("Name"),
        words("Portal"),
        words("Bitrix24 id"),
        words("Learn id"),
        words("Before"),
        words("After"),
        words("Cause"),
    )


def change_rows(summary: Mapping[str, Any], words: Words) -> Iterator[Row]:
    for change in summary["changes"]:
        yield (
            words(plan_table.VERBS[change["kind"]]),
            change["name"],
            change["portal"],
            change["bitrix24_id"],
            change["learn_id"] or "",
            _values(change["before"], words),
            _values(change["after"], words),
            cause_phrase(change["cause"], words),
        )


def problem_headings(words: Words) -> Row:
    return words("Name"), words("Portal"), words("Bitrix24 id"), words("Why"), words("Note only"), words("Code")


def problem_rows(summary: Mapping[str, Any], words: Words) -> Iterator[Row]:
    for problem in summary["problems"]:
        yield (
            problem["name"],
            problem["portal"],
            "" if problem["bitrix24_id"] is None else problem["bitrix24_id"],
            problem_phrase(problem["code"], problem["detail"], words),
            words("yes") if problem.get("note") else words("no"),
            problem["code"],
        )


def _values(values: Mapping[str, Any], words: Words) -> str:
    return "; ".join(f"{name}: {words('yes') if value is True else value}" for name, value in values.items())


def _tables(summary: Mapping[str, Any], words: Words) -> Iterator[Table]:
    yield words("Overview"), None, figures(summary, words)
    yield words("Changes"), change_headings(words), change_rows(summary, words)
    yield words("Left out and notes"), problem_headings(words), problem_rows(summary, words)


def _write_xlsx(file: Path, _title: str, tables: Iterable[Table], _words: Words) -> None:
    """Row by row in constant memory; every text is written as text, never as a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - start-up counts
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - likewise

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        # Opened here and not by the library, which would leave its own files behind where that fails.
        with file.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
            bold = book.add_format({"bold": True})
            for title, headings, rows in tables:
                sheet = book.add_worksheet(_sheet_name(title))
                sheet.set_column(0, 7, 24)
                number = 0
                if headings is not None:
                    sheet.write_row(0, 0, headings, bold)
                    sheet.freeze_panes(1, 0)
                    number = 1
                for place, row in enumerate(rows, number):
                    _write_cells(sheet, place, row)
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise OSError(None, getattr(cause, "strerror", None) or type(cause).__name__) from None


def _sheet_name(title: str) -> str:
    """What a workbook takes as one: 31 letters, none of those that mean something in a formula."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31]


def _write_cells(sheet: Any, place: int, row: Row) -> None:
    for column, value in enumerate(row):
        if isinstance(value, int):
            sheet.write_number(place, column, value)
        else:
            sheet.write_string(place, column, _clean(value)[:32_767])


def _write_csv(file: Path, _title: str, tables: Iterable[Table], words: Words) -> None:
    """With a byte order mark and semicolons in Russian, as spreadsheets of that language expect."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";" if words.language == "ru" else ",")
        for title, headings, rows in tables:
            writer.writerow([title])
            if headings is not None:
                writer.writerow(headings)
            for row in rows:
                writer.writerow([_harmless(value) for value in row])
            writer.writerow([])


def _harmless(value: object) -> object:
    """A spreadsheet runs what begins like a formula: an apostrophe in front makes it text."""
    if isinstance(value, int):
        return value
    text = _clean(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text


def _write_html(file: Path, title: str, tables: Iterable[Table], words: Words) -> None:
    """One self-contained page that loads nothing and runs nothing."""
    with file.open("w", encoding="utf-8") as stream:
        stream.write(
            f'<!DOCTYPE html><html lang="{words.language}"><head><meta charset="utf-8">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>\n"
        )
        for heading, headings, rows in tables:
            stream.write(f"<h2>{html.escape(heading)}</h2><table>\n")
            if headings is not None:
                stream.write("<tr>" + "".join(f"<th>{html.escape(str(cell))}</th>" for cell in headings) + "</tr>\n")
            for row in rows:
                stream.write("<tr>" + "".join(map(_html_cell, row)) + "</tr>\n")
            stream.write("</table>\n")
        stream.write("</body></html>\n")


def _html_cell(value: object) -> str:
    if isinstance(value, int):
        return f'<td class="n">{value}</td>'
    return f"<td>{html.escape(_clean(value))}</td>"


def _clean(value: object) -> str:
    """Text without control characters, which neither a workbook nor a page may hold."""
    return "".join(
        letter for letter in str(value) if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    )
