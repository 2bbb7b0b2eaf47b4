"""A report of one run for HR: xlsx, csv or html (INTERFACE: report). Nothing in a cell is ever executed."""

import csv
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.called import NAMED, Called, called_of, told_in
from b24learn_gui.service.context import Context
from b24learn_gui.service.history import find_run
from b24learn_gui.service.summary import Object, only_planned
from b24learn_gui.storage.journal import Journal
from b24learn_gui.text import Words, plan_table
from b24learn_gui.text.fields import told_values, value_label, value_text, with_labels
from b24learn_gui.text.plans import capital, cause_phrase, doubt_phrase, limit_phrase, problem_phrase

Row = Sequence[object]

_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212", "|", "%")
"""What spreadsheets take for the beginning of a formula, in full width as well."""
_BEFORE_FORMULAS = " \t\u00a0'\""
_INNER_CELL = re.compile(rf"([;,\t][{_BEFORE_FORMULAS}]*)(?=[{re.escape(''.join(_FORMULA_STARTS))}])")
_USUAL_WIDTH = 24
"""Letters of a column."""
_TURNED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that make what follows be read in another order than it is written in."""
_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1d21}"
    "table{border-collapse:collapse;margin:0 0 2rem;width:100%}th,td{text-align:left;padding:.35rem .6rem;"
    "border-bottom:1px solid #dcdfe4;vertical-align:top;overflow-wrap:anywhere}th{font-weight:600}"
    "h1{font-size:1.5rem;font-weight:600}h2{font-size:1.1rem;font-weight:600}p{max-width:60rem}"
    "td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}table.o{width:auto}"
    "@media(prefers-color-scheme:dark){body{background:#1d1e21;color:#f1f2f4}th,td{border-color:#3a3d43}}"
    "@media print{body{margin:0;max-width:none;font-size:11px}thead{display:table-header-group}}"
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
    write_summary(file, summary, context.words, called_of(context, summary))
    return {
        "command": "report",
        "exit_code": 0,
        "run": run_id,
        "file": str(file),
        "message": context.words("The report is written to {path}.", path=file),
    }


def write_summary(file: Path, summary: Mapping[str, Any], words: Words, called: Called | None = None) -> None:
    """Write a summary (INTERFACE: the JSON summary) as .xlsx, .csv or .html, as the file's name says.

    `called`: what those are called whom its changes mention and are not about. Seconds for 20,000 changes.
    Raises `WrongUsage`: `report_format_unknown`, `report_not_written`.
    """
    names = {**(called or {}), **told_in(summary)}
    moment = words.moment(summary["started_at"])
    _write(file, words("Run of {moment}", moment=moment), _tables(summary, names, words), words)


def write_table(file: Path, title: str, headings: Row, rows: Iterable[Row], words: Words) -> None:
    """Write one table likewise. Raises the same."""
    _write(file, title, [Table(title, rows, headings)], words)


def _write(file: Path, title: str, tables: Iterable["Table"], words: Words) -> None:
    writer = _writer_for(file)
    try:
        writer(file, title, tables, words)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUsage("report_not_written", path=str(file), reason=reason) from None


def _writer_for(file: Path) -> Callable[[Path, str, Iterable["Table"], Words], None]:
    writers = {".xlsx": _write_xlsx, ".csv": _write_csv, ".html": _write_html}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        raise WrongUsage("report_format_unknown", name=file.name)
    return writer


def figures(summary: Mapping[str, Any], words: Words) -> Iterator[Row]:
    """The overview: what, why not where something was not done, and how many."""
    yield words("Run"), summary["run"]
    yield words("Started"), words.moment(summary["started_at"])
    if summary.get("finished_at"):
        yield words("Finished"), words.moment(summary["finished_at"])
    yield words("Result"), capital(words(plan_table.RESULTS.get(summary["exit_code"], str(summary["exit_code"]))))
    if summary.get("error"):
        yield words("Error"), str(summary["error"].get("message", summary["error"].get("code", "")))
    for hit in summary.get("limits", ()):
        yield words("Limit"), capital(limit_phrase(hit["kind"], hit["planned"], hit["allowed"], words))
    for source in summary.get("sources", ()):
        for doubt in source.get("doubts", ()):
            yield words("Doubt"), f"{source['portal']}: {doubt_phrase(doubt['code'], doubt['detail'], words)}"
    for column, label in plan_table.COLUMNS.items():
        yield capital(words(label)), summary["people"][column]
    for kind, label in plan_table.KINDS.items():
        if summary["counts"].get(kind):
            yield capital(words(label)), summary["counts"][kind]
    if unlinks_of(summary):
        yield words("Links removed"), len(unlinks_of(summary))
    if summary.get("letters"):
        yield capital(words("letters with sign-in data")), summary["letters"]


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


def change_rows(summary: Mapping[str, Any], called: Called, words: Words) -> Iterator[Row]:
    for change in summary["changes"]:
        yield (
            capital(words(plan_table.VERBS[change["kind"]])),
            change["name"],
            change["portal"],
            change["bitrix24_id"],
            change["learn_id"] or "",
            _values(change["before"], called, words),
            _values(change["after"], called, words),
            capital(cause_phrase(change["cause"], words)),
        )


def unlink_rows(summary: Mapping[str, Any], words: Words) -> Iterator[Row]:
    """The links that an undo removes, or would: no change in Learn, but the account is nobody's afterwards."""
    for each in unlinks_of(summary):
        yield (
            words("Remove link"),
            each["name"],
            each["portal"],
            each["bitrix24_id"],
            each["learn_id"],
            _values({"login": each["login"]}, {}, words) if each["login"] else "",
            "",
            capital(words("the account stays as it is; only its link goes")),
        )


def unlinks_of(summary: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Of an undo: the links of adoptions that go."""
    found: Sequence[Mapping[str, Any]] = (summary.get("way_back") or {}).get("unlinks", ())
    return found


def problem_headings(words: Words) -> Row:
    return words("Name"), words("Portal"), words("Bitrix24 id"), words("Why"), words("Note only"), words("Code")


def problem_rows(summary: Mapping[str, Any], words: Words) -> Iterator[Row]:
    for problem in summary["problems"]:
        yield (
            problem["name"],
            problem["portal"],
            "" if problem["bitrix24_id"] is None else problem["bitrix24_id"],
            capital(problem_phrase(problem["code"], with_labels(problem["detail"], {}, words), words)),
            words("yes") if problem.get("note") else words("no"),
            problem["code"],
        )


def _values(values: Mapping[str, Any], called: Called, words: Words) -> str:
    told = (
        (name, called.get(str(value), value) if name in NAMED else value) for name, value in told_values(values).items()
    )
    return "; ".join(f"{value_label(name, words)}: {value_text(name, value, words) or '—'}" for name, value in told)


@dataclass(frozen=True, slots=True)
class Table:
    """A heading with its rows; `nothing` is said where there is none. `widths` of the columns, in letters."""

    title: str
    rows: Iterable[Row]
    headings: Row | None = None
    nothing: str = ""
    widths: Sequence[int] = ()


def _tables(summary: Mapping[str, Any], called: Called, words: Words) -> Iterator[Table]:
    planned = only_planned(summary)
    yield Table(words("Overview"), figures(summary, words), widths=(44, 60))
    yield Table(
        words("Planned, not written") if planned else words("Changes"),
        chain(change_rows(summary, called, words), unlink_rows(summary, words)),
        change_headings(words),
        words("Nothing was to be changed.") if planned else words("Nothing was changed."),
        (26, 34, 10, 12, 26, 44, 44, 36),
    )
    yield Table(
        words("Left out and notes"),
        problem_rows(summary, words),
        problem_headings(words),
        words("Nobody was left out."),
        (34, 10, 12, 70, 16, 26),
    )


def _write_xlsx(file: Path, _title: str, tables: Iterable[Table], _words: Words) -> None:
    """Row by row in constant memory; every text is written as text, never as a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - start-up counts
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - likewise

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        # Opened here and not by the library, which would leave its own files behind where that fails.
        with file.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
            head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
            body = book.add_format({"text_wrap": True, "valign": "top"})
            for table in tables:
                _write_sheet(book.add_worksheet(_sheet_name(table.title)), table, head, body)
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise OSError(None, getattr(cause, "strerror", None) or type(cause).__name__) from None


def _sheet_name(title: str) -> str:
    """What a workbook takes as one: 31 letters, none of those that mean something in a formula."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31]


def _write_sheet(sheet: Any, table: Table, head: object, body: object) -> None:
    for column, width in enumerate(table.widths or [_USUAL_WIDTH] * len(table.headings or ())):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    begin = 0
    if table.headings is not None:
        _write_cells(sheet, 0, table.headings, head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        begin = 1
    behind = begin
    for row in table.rows:
        _write_cells(sheet, behind, row, body)
        behind += 1
    if table.headings is None:
        return
    if behind == begin:
        _write_cells(sheet, begin, (table.nothing,), body)
    else:
        sheet.autofilter(0, 0, behind - 1, len(table.headings) - 1)


def _write_cells(sheet: Any, place: int, row: Row, look: object) -> None:
    for column, value in enumerate(row):
        if isinstance(value, int):
            sheet.write_number(place, column, value, look)
        else:
            sheet.write_string(place, column, _clean(value)[:32_767], look)


def _write_csv(file: Path, _title: str, tables: Iterable[Table], words: Words) -> None:
    """With a byte order mark and semicolons in Russian, as spreadsheets of that language expect."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";" if words.language == "ru" else ",")
        for table in tables:
            writer.writerow([table.title])
            if table.headings is not None:
                writer.writerow(table.headings)
            number = 0
            for number, row in enumerate(table.rows, 1):  # noqa: B007 - how many there were is asked below
                writer.writerow([_harmless(value) for value in row])
            if not number:
                writer.writerow([table.nothing])
            writer.writerow([])


def _harmless(value: object) -> object:
    """A spreadsheet runs what begins like a formula: an apostrophe in front makes it text."""
    if isinstance(value, int):
        return value
    text = " ".join(_clean(value).splitlines())  # some programs read on in the next row
    # A spreadsheet set to another language looks for other signs between cells, and finds cells within ours.
    text = _INNER_CELL.sub(r"\1'", text)
    begins = "".join(letter for letter in text if unicodedata.category(letter) != "Cf").lstrip(_BEFORE_FORMULAS)
    return f"'{text}" if begins.startswith(_FORMULA_STARTS) else text


def _write_html(file: Path, title: str, tables: Iterable[Table], words: Words) -> None:
    """One self-contained page that loads nothing and runs nothing."""
    with file.open("w", encoding="utf-8") as stream:
        stream.write(
            f'<!DOCTYPE html><html lang="{words.language}"><head><meta charset="utf-8">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<meta name="color-scheme" content="light dark">'
            f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>\n"
        )
        for table in tables:
            _write_html_table(stream, table, words)
        stream.write("</body></html>\n")


def _write_html_table(stream: TextIO, table: Table, words: Words) -> None:
    stream.write(f"<h2>{html.escape(table.title)}</h2>\n")
    begun = False
    for row in table.rows:
        if not begun:
            begun = True
            stream.write("<table>\n" if table.headings is not None else '<table class="o">\n')
            cells = "".join(f"<th>{html.escape(str(cell))}</th>" for cell in table.headings or ())
            stream.write(f"<thead><tr>{cells}</tr></thead>\n" if cells else "")
        # Ids stand below headings and are no amounts.
        cells = "".join(_html_cell(value, words, amount=table.headings is None) for value in row)
        stream.write(f"<tr>{cells}</tr>\n")
    stream.write("</table>\n" if begun else f"<p>{html.escape(table.nothing)}</p>\n")


def _html_cell(value: object, words: Words, *, amount: bool) -> str:
    if isinstance(value, int):
        return f'<td class="n">{words.number(value) if amount else value}</td>'
    return f"<td>{html.escape(_clean(value))}</td>"


def _clean(value: object) -> str:
    """Text without control characters, which neither a workbook nor a page may hold, and read as it is written."""
    return "".join(
        letter
        for letter in str(value)
        if letter in "\n\t" or (letter not in _TURNED and unicodedata.category(letter) not in {"Cc", "Cs"})
    )
