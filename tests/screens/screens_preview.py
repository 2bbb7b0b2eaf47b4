"""The preview of a plan from fixed figures."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.kit.buttons import Action
from b24learn_gui.gui.kit.page import PageFrame
from b24learn_gui.gui.models.limit_causes import exceeded_limits
from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.gui.preview.limit_panel import LimitPanel
from b24learn_gui.gui.preview.view import PreviewView
from b24learn_gui.sync.changes import KINDS
from b24learn_gui.sync.reasons import Origin
from b24learn_gui.text.words import Words
from tests.screens.registry import screen

_UPDATES = (
    ("Абрамов Игорь Петрович", "job_title", "Менеджер", "Старший менеджер", "changed in Bitrix24"),
    ("Белова Дарья Сергеевна", "last_name", "Смирнова", "Белова", "changed in Bitrix24"),
    ("Воронин Павел", "phone", "", "+7 900 000-12-34", "differs from Bitrix24"),
    ("Гусева Ольга Николаевна", "job_title", "Кладовщик", "Начальник смены", "changed in Bitrix24"),
    ("Гусева Ольга Николаевна", "phone", "+7 900 000-45-10", "+7 900 000-45-11", "changed in Bitrix24"),
    ("Дьяков Руслан", "email", "r.d@example.com", "dyakov@example.com", "changed in Bitrix24"),
    ("Егорова Анна Викторовна", "job_title", "Стажёр", "Инженер по качеству", "changed in Bitrix24"),
    ("Жуков Тимур", "phone", "", "+7 900 000-77-02", "differs from Bitrix24"),
    ("Зайцева Мария Львовна", "job_title", "Бухгалтер", "Главный бухгалтер", "changed in Bitrix24"),
)


def change(
    kind: str, number: int, name: str, before: Mapping[str, Any], after: Mapping[str, Any], cause: str
) -> dict[str, Any]:
    """One change of a summary, all nine keys."""
    return {
        "kind": kind,
        "object": "person" if kind.startswith("user.") else "department",
        "portal": "main",
        "bitrix24_id": number,
        "learn_id": f"a8{number:02x}" if kind != "user.create" else None,
        "name": name,
        "before": dict(before),
        "after": dict(after),
        "cause": cause,
    }


def summary_of(changes: list[dict[str, Any]], people: Mapping[str, int], **more: Any) -> dict[str, Any]:
    """A summary with these changes, counted, and the people as given."""
    counts = {kind: sum(each["kind"] == kind for each in changes) for kind in KINDS}
    counts.update(more.pop("counts", {}))
    columns = ("read", "out_of_scope", "unchanged", "changed", "protected", "skipped", "conflict", "failed")
    ledger = {column: people.get(column, 0) for column in columns}
    return {"counts": counts, "people": ledger, "letters": 0, "changes": changes, "problems": [], **more}


def example_plan() -> PlanData:
    """The plan of the design's picture, its table with the first lines only."""
    merged: dict[str, tuple[dict[str, str], dict[str, str], str]] = {}
    for name, field, before, after, cause in _UPDATES:
        was, becomes, _ = merged.setdefault(name, ({}, {}, cause))
        was[field], becomes[field] = before, after
    changes = [
        change("user.update", number, name, was, becomes, cause)
        for number, (name, (was, becomes, cause)) in enumerate(merged.items(), 411)
    ]
    changes += [
        change("department.create", 900, "Склад", {}, {"name": "Склад", "parent": "b24-main-1", "code": "b24-main-53"},
               "new in Bitrix24"),
        change("head.set", 900, "Склад", {"supervisor": ""}, {"supervisor": "main:412"}, "head named in Bitrix24"),
    ]  # fmt: skip
    problem = {
        "object": "person",
        "portal": "main",
        "bitrix24_id": 31,
        "name": "Ильин Пётр",
        "code": "required_field_missing",
        "detail": {"fields": ["phone"]},
        "note": False,
    }
    counts = {"user.create": 393, "user.update": 118, "user.move": 52, "user.adopt": 602, "department.create": 38}
    people = {
        "read": 1284,
        "out_of_scope": 272,
        "changed": 525,
        "unchanged": 470,
        "protected": 2,
        "conflict": 6,
        "skipped": 9,
    }
    return PlanData(
        summary_of(changes, people, counts=counts, problems=[problem]), departments={"b24-main-1": "Пример Групп"}
    )


def _page(words: Words, tile: str) -> QWidget:
    page, ru = PageFrame(fills=True), words.language == "ru"
    page.set_texts(
        "Вот что произойдёт" if ru else "This is what will happen",
        "Это план, пока ничего не записано." if ru else "This is a plan, nothing is written yet.",
    )
    view = PreviewView(words, export=lambda _file: None)
    view.show_preview(example_plan(), 460)
    view.set_addresses({"main": "https://portal.example.com/company/personal/user/{id}/"})
    view.show_list(tile)
    page.content.addWidget(view, 1)
    return page


def limited_plan() -> PlanData:
    """A plan that deactivates 37 people where 12 are allowed, most of them because of one department."""
    names = (
        "Алексеев Денис Олегович", "Баранова Светлана Игоревна", "Васильев Кирилл", "Громова Алина Павловна",
        "Данилов Степан Юрьевич", "Ефимов Артур", "Журавлёва Нина Петровна", "Зуев Михаил", "Игнатьев Леонид",
    )  # fmt: skip
    status = ({"status": "active"}, {"status": "inactive"})
    changes = [
        change(
            "user.deactivate",
            412 + 6 * number,
            names[number % 9] if number < 9 else f"{names[number % 9].split()[0]} {names[(number + 3) % 9].split()[1]}",
            *status,
            "dismissed in Bitrix24" if number in {3, 17, 29} else "department not ticked",
        )
        for number in range(37)
    ]
    keys = {("main", each["bitrix24_id"]): each["cause"] for each in changes}
    counts = {"user.create": 9, "user.update": 38, "user.move": 4}
    people = {"read": 1284, "out_of_scope": 186, "changed": 88, "unchanged": 961, "skipped": 9, "conflict": 40}
    hit = {"kind": "user.deactivate", "planned": 37, "allowed": 12}
    return PlanData(
        summary_of(changes, people, counts=counts, limits=[hit]),
        places={key: "Бухгалтерия" if cause.startswith("dismissed") else "Склад" for key, cause in keys.items()},
        linked={"main": 1067},
        origins=dict.fromkeys(
            (("user.deactivate", *key) for key, cause in keys.items() if cause.startswith("dep")),
            Origin("unticked", "Склад"),
        ),
    )


@screen("preview-limit")
def preview_limit(words: Words) -> QWidget:
    return _limited(words)


@screen("preview-limit-small", (788, 638))
def preview_limit_small(words: Words) -> QWidget:
    return _limited(words)


def _limited(words: Words) -> QWidget:
    page, data, ru = PageFrame(fills=True, margin=24), limited_plan(), words.language == "ru"
    page.set_texts("План от 23 ноября, 06:00" if ru else "Plan of 23 November, 06:00")
    panel, view = LimitPanel(), PreviewView(words, export=lambda _file: None)
    panel.show_limits(
        exceeded_limits(data),
        "Ничего не записано: план больше предела" if ru else "Nothing was written: the plan is above a limit",
        "Запуск прочитал обе стороны и остановился до первой записи."
        if ru
        else "The run read both sides and stopped before its first write.",
        words,
        (
            Action("Применить 51 изменение без деактиваций" if ru else "Apply 51 changes without deactivations",
                   lambda: None, kind="primary"),
            Action("Одобрить именно этот список…" if ru else "Approve exactly this list…", lambda: None),
        ),
    )  # fmt: skip
    view.show_preview(data, None)
    view.set_addresses({"main": "https://portal.example.com/company/personal/user/{id}/"})
    view.show_list("user.deactivate")
    page.content.setSpacing(12)
    page.content.addWidget(panel)
    page.content.addWidget(view, 1)
    return page


@screen("preview-update", (864, 688))
def preview_update(words: Words) -> QWidget:
    return _page(words, "user.update")


@screen("preview-wide", (1100, 760))
def preview_wide(words: Words) -> QWidget:
    return _page(words, "user.update")


@screen("preview-small", (788, 560))
def preview_small(words: Words) -> QWidget:
    return _page(words, "skipped")


@screen("preview-departments", (864, 688))
def preview_departments(words: Words) -> QWidget:
    return _page(words, "department")


@screen("preview-only-counted", (864, 688))
def preview_only_counted(words: Words) -> QWidget:
    return _page(words, "unchanged")
