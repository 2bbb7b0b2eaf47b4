"""The window of a plan with the way back from a run, in all its states, from fixed data."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from b24learn_gui.gui.models.limit_causes import exceeded_limits
from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.gui.models.run_progress import RunProgress, Stage
from b24learn_gui.gui.plan_window.subject import Standing, Subject
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.screens_plan import alone, window_of
from tests.screens.screens_preview import change, summary_of

_RUN = "20261123T030000Z-3f9c"
_ACTIVE, _INACTIVE = {"status": "active"}, {"status": "inactive"}
_NAMES = (
    "Алексеев Денис Олегович", "Баранова Светлана Игоревна", "Васильев Кирилл", "Громова Алина Павловна",
    "Данилов Степан Юрьевич", "Ефимов Артур", "Журавлёва Нина Петровна", "Зуев Михаил", "Игнатьев Леонид",
)  # fmt: skip
_PLACES = ("Склад", "Продажи", "Бухгалтерия")


def name(number: int) -> str:
    first, second = _NAMES[number % 9], _NAMES[(number + 3) % 9]
    return first if number < 9 else f"{first.split()[0]} {second.split()[1]}"


def who(number: int) -> dict[str, Any]:
    """A person as `way_back` lists him."""
    return {
        "portal": "main",
        "bitrix24_id": 400 + number,
        "learn_id": f"a8{number:02x}",
        "name": name(number),
        "login": f"p{400 + number}@example.com",
    }


def since(number: int, expected: Mapping[str, str], present: Mapping[str, str], **names: str) -> dict[str, Any]:
    detail = {"kind": "user.update", "expected": expected, "present": present, "names": names}
    return {**who(number), "object": "person", "code": "changed_since", "detail": detail, "note": True}


def way_back(*, created: int = 4, moved: int = 7, returned: int = 12, updated: int = 9) -> dict[str, Any]:
    """A summary of an undo: what it would do to whom, what stays, who is held."""
    numbers = iter(range(100))
    changes = [
        change("user.update", 400 + number, name(number), {"job_title": "Старший менеджер"}, {"job_title": "Менеджер"},
               "undo of user.update")
        for number, _ in zip(numbers, range(updated), strict=False)
    ]  # fmt: skip
    changes += [
        change("user.move", 400 + number, name(number), {"department_name": "Офис"}, {"department_name": "Склад"},
               "undo of user.move")
        for number, _ in zip(numbers, range(moved), strict=False)
    ]  # fmt: skip
    changes += [
        change("user.reactivate", 400 + number, name(number), _INACTIVE, _ACTIVE, "undo of user.deactivate")
        for number, _ in zip(numbers, range(returned), strict=False)
    ]
    changes += [
        change("user.deactivate", 400 + number, name(number), _ACTIVE, _INACTIVE, "undo of user.create")
        for number, _ in zip(numbers, range(created), strict=False)
    ]
    people = len(changes)
    changes += [
        change("department.update", 7, "Хранилище", {"name": "Хранилище"}, {"name": "Склад"},
               "undo of department.update"),
        change("head.set", 7, "Хранилище", {"supervisor": "a81f"}, {"supervisor": "a820"}, "undo of head.set"),
    ]  # fmt: skip
    left = [
        since(61, {"job_title": "Начальник смены"}, {"job_title": "Директор"}),
        since(62, {"department": "b24-main-3"}, {"department": "b24-main-9"}, **{"b24-main-3": "Офис",
              "b24-main-9": "Архив"}),
        since(63, {"phone": "+7 900 000-12-34"}, {"phone": "+7 900 000-77-02"}),
        {**who(64), "object": "person", "code": "protected_since", "detail": {}, "note": True},
    ]  # fmt: skip
    unlinks = [who(number) for number in (71, 72, 73)]
    held = [who(each["bitrix24_id"] - 400) for each in changes[:people]] + unlinks
    department = {"portal": "main", "bitrix24_id": 53, "name": "Новый отдел"}
    return {
        **summary_of(changes, {}, problems=left),
        "way_back": {
            "people": {
                "changed": people + 3 + 3 + 1 + 2,
                "back": people + 3,
                "changed_since": 3,
                "protected": 1,
                "as_before": 2,
            },
            "unlinks": unlinks,
            "holds": held,
            "held_departments": [{"portal": "main", "bitrix24_id": 7, "name": "Хранилище"}],
            "stays": {"accounts": created, "departments": [department]},
        },
    }


def undo_subject(standing: Standing = "preview", told: Mapping[str, Any] | None = None, **more: Any) -> Subject:
    """The way back with these keys of its summary set."""
    summary = {
        "run": "20261123T091500Z-77aa",
        "command": "undo",
        "trigger": "manual",
        "exit_code": 0,
        "plan_hash": "5f" * 32,
        "started_at": "2026-11-23T09:15:00Z",
        "finished_at": "2026-11-23T09:15:04Z",
        "limits": [],
        "sources": [],
        "undoes": _RUN,
        "applied": standing != "preview",
        **(told or way_back()),
        **more,
    }
    keys = [("main", each["bitrix24_id"]) for each in summary["changes"] if each["object"] == "person"]
    places = {key: _PLACES[place % 3] for place, key in enumerate(keys)}
    data = PlanData(summary, places=places, linked={"main": 1067})
    addresses = {"main": "https://portal.example.com"}
    return Subject(data, standing, tuple(exceeded_limits(data)), addresses=addresses)


@screen("undo-plan")
def undo_plan(words: Words) -> QWidget:
    return window_of(words, undo_subject())


@screen("undo-limit")
def undo_limit(words: Words) -> QWidget:
    return window_of(words, above_limit())


def listed(words: Words, what: str) -> QWidget:
    window = window_of(words, undo_subject())
    window.plan.show_list(what)
    return window


def above_limit() -> Subject:
    hits = [{"kind": "user.deactivate", "planned": 37, "allowed": 12}]
    return undo_subject(told=way_back(created=37), exit_code=20, limits=hits)


@screen("undo-stays", (1024, 700))
def undo_stays(words: Words) -> QWidget:
    return listed(words, "stays")


@screen("undo-links", (1024, 700))
def undo_links(words: Words) -> QWidget:
    return listed(words, "unlink")


@screen("undo-held", (1024, 700))
def undo_held(words: Words) -> QWidget:
    return listed(words, "held")


@screen("undo-held-one", (1024, 700))
def undo_held_one(words: Words) -> QWidget:
    """One of those who are held is chosen, and can be released alone."""
    window = window_of(words)
    window.show_came(undo_subject("written"))
    window.plan.show_list("held")
    while not window.plan.rows.rowCount():
        QApplication.processEvents()
    window.plan.table.setCurrentIndex(window.plan.rows.index(0, 0))
    return window


@screen("undo-writing", (1024, 700))
def undo_writing(words: Words) -> QWidget:
    window = window_of(words, undo_subject())
    window.work.begin("undoing")
    stages = (Stage("bitrix24", "done"), Stage("learn", "done", 640), Stage("plan", "done", 34), Stage("write", "busy"))
    window.work.show_progress(RunProgress(stages, 20, 34, 9.0, 90.0, "Ким Ольга", undo=True))
    window.retranslate(words)
    return window


@screen("undo-written", (1024, 700))
def undo_written(words: Words) -> QWidget:
    window = window_of(words)
    window.show_came(undo_subject("written"))
    return window


@screen("undo-stopped", (1024, 700))
def undo_stopped(words: Words) -> QWidget:
    window = window_of(words)
    told = way_back(created=0, moved=0, returned=0)
    window.show_came(undo_subject("written", told, exit_code=51))
    return window


@screen("undo-differs", (1024, 700))
def undo_differs(words: Words) -> QWidget:
    told = way_back()
    found = {"only_now": told["changes"][:1], "only_approved": told["changes"][-3:-2]}
    return window_of(words, undo_subject("stopped", told, exit_code=20, differences=found))


@screen("undo-nothing", (1024, 700))
def undo_nothing(words: Words) -> QWidget:
    told = way_back(created=0, moved=0, returned=0, updated=0)
    counts = dict.fromkeys(told["counts"], 0)
    way = {**told["way_back"], "unlinks": [], "holds": [], "held_departments": []}
    way["people"] = {"changed": 6, "back": 0, "changed_since": 3, "protected": 1, "as_before": 2}
    return window_of(words, undo_subject(told={**told, "changes": [], "counts": counts, "way_back": way}))


@screen("undo-question", (520, 220))
def undo_question(words: Words) -> QWidget:
    window = window_of(words, above_limit())
    return alone(window, window.make_question())


@screen("undo-release", (520, 220))
def undo_release(words: Words) -> QWidget:
    window = window_of(words, undo_subject("written"))
    return alone(window, window.make_release_question())
