"""The health of the data before the first run: which Learn fields are filled from where, and who is left out."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Department
from b24learn_gui.company.scope import Scope, in_scope, main_department
from b24learn_gui.company.text import clean
from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.ladder_found import PortalFound
from b24learn_gui.service.report import problem_headings
from b24learn_gui.service.setup_found import FieldReport, FieldRow, ProblemRow, World
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.fields import IDENTIFIERS, STANDARD_FIELDS, field_rules, wanted_profile
from b24learn_gui.sync.learn_side import ProfileField
from b24learn_gui.text import Words
from b24learn_gui.text.plans import problem_phrase

_EMAIL = "EMAIL"
_MOST_CHARACTERS = 32_767
"""What one cell of a workbook holds."""


def field_report(world: World, settings: Settings, plan: Plan, portals: Iterable[PortalFound] = ()) -> FieldReport:
    """Every Learn field, its Bitrix24 field, whether Learn requires it, and how many people in scope lack it.

    `plan`: of these settings in this world. `portals` gives the names of Bitrix24 fields, and what was read.
    """
    found = tuple(portals)
    rules = field_rules(to_policy(settings), world.learn.fields)
    filled: Counter[str] = Counter()
    people = 0
    for company, scope in _scopes(world, settings):
        for employee in company.employees:
            if in_scope(employee, scope):
                people += 1
                filled.update(wanted_profile(employee, company.portal, rules).values.keys())
    sources = dict(rules.mapping)
    rows = tuple(
        FieldRow(
            name=each.name,
            label=each.label,
            type=each.type,
            required=each.required,
            unique=each.unique,
            source=_source(each.name.lower(), sources, settings, rules.login_phone),
            lacking=people - filled[each.name.lower()],
            fixed=each.name.lower() in IDENTIFIERS,
        )
        for each in _shown_fields(world.learn.fields, sources)
    )
    mapped = frozenset(sources.values())
    read = frozenset[str].intersection(*(each.read_fields for each in found)) if found else mapped
    return FieldReport(
        rows=rows,
        people=people,
        unable=sum(verdict.column == "skipped" for verdict in plan.verdicts.values()),
        sources={code: name for each in reversed(found) for code, name in each.fields.items()},
        unread=mapped - read,
    )


def problem_list(world: World, settings: Settings, plan: Plan) -> tuple[ProblemRow, ...]:
    """Everybody the plan leaves out or notes something about; those left out first, then by department and name."""
    employees = {
        (company.portal, employee.id): employee for company in world.companies for employee in company.employees
    }
    names = {company.portal: {each.id: _name(each) for each in company.departments} for company in world.companies}
    scopes = {company.portal: scope for company, scope in _scopes(world, settings)}
    rows = []
    for problem in plan.problems:
        if problem.what != "person" or problem.bitrix24_id is None:
            continue
        key = (problem.portal, problem.bitrix24_id)
        employee = employees.get(key)
        place = main_department(employee, scopes[problem.portal]) if employee and problem.portal in scopes else None
        rows.append(
            ProblemRow(
                key=key,
                name=problem.name,
                email=clean(employee.values.get(_EMAIL, "")) if employee else "",
                department=names[problem.portal].get(place, "") if place is not None else "",
                code=problem.code,
                detail=problem.detail,
                note=problem.note,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.note, row.department, row.name, row.key)))


def export_problems(rows: Sequence[ProblemRow], file: Path, words: Words) -> None:
    """The list for HR as a workbook; every text is written as text, never as a formula or a link.

    Raises `WrongUsage("file_not_written")` with `path`, `reason`.
    """
    try:
        _write(rows, file, words)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUsage("file_not_written", path=str(file), reason=reason) from None


def _write(rows: Sequence[ProblemRow], file: Path, words: Words) -> None:
    import xlsxwriter  # noqa: PLC0415 - start-up counts
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - likewise

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    name, portal, number, why, note, code = problem_headings(words)
    headings = (name, words("Department"), words("Email"), why, note, portal, number, code)
    try:
        # Opened here and not by the library, which would leave its own files behind where that fails.
        with file.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
            sheet = book.add_worksheet(words("Left out and notes")[:31])
            sheet.set_column(0, len(headings) - 1, 24)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
            for place, row in enumerate(rows, 1):
                _write_row(sheet, place, _cells(row, words))
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise OSError(None, getattr(cause, "strerror", None) or type(cause).__name__) from None


def _cells(row: ProblemRow, words: Words) -> Iterator[object]:
    yield row.name
    yield row.department
    yield row.email
    yield problem_phrase(row.code, row.detail, words)
    yield words("yes") if row.note else words("no")
    yield row.key[0]
    yield row.key[1]
    yield row.code


def _write_row(sheet: Any, place: int, cells: Iterable[object]) -> None:
    for column, value in enumerate(cells):
        if isinstance(value, int):
            sheet.write_number(place, column, value)
        else:
            sheet.write_string(place, column, _harmless(str(value))[:_MOST_CHARACTERS])


def _harmless(text: str) -> str:
    """Without control characters, which no workbook may hold."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cs"})


def _scopes(world: World, settings: Settings) -> Iterator[tuple[Company, Scope]]:
    marks = {each.key: each for each in to_scopes(settings)}
    for company in world.companies:
        if company.portal in marks:
            mark = marks[company.portal]
            yield company, Scope.of(Forest.of(company.departments), mark.include, mark.exclude)


def _shown_fields(fields: Sequence[ProfileField], mapped: Mapping[str, str]) -> list[ProfileField]:
    """The account's fields; standard ones that are mapped are never missed (the account may not list them)."""
    present = {each.name.lower() for each in fields}
    return [*fields, *(ProfileField(name) for name in mapped if name not in present and name in STANDARD_FIELDS)]


def _source(name: str, mapping: Mapping[str, str], settings: Settings, login_phone: str) -> str:
    """Where a field comes from; a login made of the Bitrix24 id comes from `ID`."""
    if name == "email":
        return _EMAIL
    if name == "login":
        return {"email": _EMAIL, "phone": login_phone, "bitrix24_id": "ID"}[settings.sync.login_from]
    return mapping.get(name, "")


def _name(department: Department) -> str:
    return clean(department.name) or f"№ {department.id}"
