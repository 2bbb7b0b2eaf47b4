"""The window of a plan in all its states, from fixed data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from b24learn_gui.errors import Unreachable
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.models.limit_causes import exceeded_limits
from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.gui.models.run_progress import RunProgress, Stage
from b24learn_gui.gui.plan_window.subject import Standing, Subject, without_deactivations
from b24learn_gui.gui.plan_window.window import PlanWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.screens_preview import change, example_plan, limited_plan

_ADDRESSES = {"main": "https://portal.example.com"}
_SOURCE: Mapping[str, Any] = {"portal": "main", "departments": 96, "employees": 1284, "complete": True, "doubts": []}
_RUN: Mapping[str, Any] = {
    "run": "20261123T030000Z-3f9c",
    "command": "sync",
    "trigger": "schedule",
    "exit_code": 0,
    "plan_hash": "5f" * 32,
    "started_at": "2026-11-23T03:00:00Z",
    "finished_at": "2026-11-23T03:00:12Z",
    "limits": [],
    "sources": [_SOURCE],
}


def subject_of(data: PlanData, standing: Standing, **more: Any) -> Subject:
    """A subject with these keys of its summary set."""
    told = {**_RUN, **data.summary, **more}
    shown = PlanData(told, data.verdicts, data.labels, data.departments, data.places, data.linked, data.origins)
    limits = tuple(exceeded_limits(shown))
    spared = len(without_deactivations(told["changes"])) if len(limits) == 1 else 0
    return Subject(shown, standing, limits, spared=spared, addresses=_ADDRESSES)


def stopped_plan() -> PlanData:
    """The plan of the picture: 37 deactivations above a limit of 12, and 51 more changes that wait with them."""
    base = limited_plan()
    others = [
        change("user.create", 900 + number, f"Новиков Пётр {number}", {}, {"login": f"n{number}@example.com"},
               "new in Bitrix24")
        for number in range(9)
    ]  # fmt: skip
    others += [
        change("user.update", 1000 + number, f"Павлов Олег {number}", {"job_title": "Менеджер"},
               {"job_title": "Старший менеджер"}, "changed in Bitrix24")
        for number in range(38)
    ]  # fmt: skip
    others += [
        change("user.move", 1100 + number, f"Романова Ирина {number}", {"department": "b24-main-1",
               "department_name": "Фирма"}, {"department": "b24-main-3", "department_name": "Офис"},
               "department differs from Bitrix24")
        for number in range(4)
    ]  # fmt: skip
    summary = {**base.summary, "changes": [*base.summary["changes"], *others]}
    summary["counts"] = {**base.summary["counts"], "user.deactivate": 37}
    return PlanData(summary, places=base.places, linked=base.linked, origins=base.origins)


def alone(window: PlanWindow, message: Message | None) -> QWidget:
    """The question of this window without it, which lives as long as the question."""
    assert message is not None
    message.setParent(None)
    window.setParent(message)
    window.hide()
    return message


def window_of(words: Words, subject: Subject | None = None) -> PlanWindow:
    """The window with this plan, over a home that does not exist."""
    places = find_places(Path("/nonexistent"), {})
    context = Context(places, words, Secrets(account=lambda: "none", environment={}), {})
    tasks = Tasks()
    window = PlanWindow(context, tasks, words)
    tasks.setParent(window)
    if subject is not None:
        window.show_subject(subject)
    return window


@screen("plan-limit")
def limit(words: Words) -> QWidget:
    return window_of(words, subject_of(stopped_plan(), "stopped", exit_code=20))


@screen("plan-limit-small", (1024, 700))
def limit_small(words: Words) -> QWidget:
    return window_of(words, subject_of(stopped_plan(), "stopped", exit_code=20))


@screen("plan-limits", (1024, 700))
def limits(words: Words) -> QWidget:
    hits = [{"kind": "user.deactivate", "planned": 37, "allowed": 12}, {"kind": "letters", "planned": 30, "allowed": 9}]
    return window_of(words, subject_of(stopped_plan(), "stopped", exit_code=20, limits=hits))


@screen("plan-preview")
def preview(words: Words) -> QWidget:
    return window_of(words, subject_of(example_plan(), "preview", command="preview", trigger="manual"))


@screen("plan-conflicts", (1024, 700))
def conflicts(words: Words) -> QWidget:
    window = window_of(words, subject_of(example_plan(), "preview", command="preview", trigger="manual"))
    window.plan.show_list("conflict")
    return window


@screen("plan-differs")
def differs(words: Words) -> QWidget:
    status = ({"status": "active"}, {"status": "inactive"})
    found = {
        "only_now": [
            change("user.deactivate", 501, "Зимин Олег", *status, "dismissed in Bitrix24"),
            change("user.update", 502, "Котова Анна", {"phone": ""}, {"phone": "+7 900 000-11-22"},
                   "changed in Bitrix24"),
            change("user.create", 503, "Лунёва Вера", {}, {"login": "luneva@example.com"}, "new in Bitrix24"),
        ],
        "only_approved": [change("user.deactivate", 504, "Миронов Глеб", *status, "department not ticked")],
    }  # fmt: skip
    return window_of(words, subject_of(stopped_plan(), "stopped", exit_code=20, differences=found))


@screen("plan-reading", (1024, 700))
def reading(words: Words) -> QWidget:
    window = window_of(words)
    window.work.begin("reading")
    stages = (Stage("bitrix24", "done", 1284), Stage("learn", "busy"), Stage("plan"), Stage("write"))
    window.work.show_progress(RunProgress(stages, 320, 640))
    window.work.retranslate(words)
    window.retranslate(words)
    return window


@screen("plan-writing", (1024, 700))
def writing(words: Words) -> QWidget:
    window = window_of(words, subject_of(example_plan(), "preview", command="preview"))
    window.work.begin("writing")
    stages = (Stage("bitrix24", "done", 1284), Stage("learn", "done", 640), Stage("plan", "done", 51),
              Stage("write", "busy"))  # fmt: skip
    window.work.show_progress(RunProgress(stages, 30, 51, 9.0, 120.0, "Ким Ольга"))
    window.retranslate(words)
    return window


@screen("plan-written", (1024, 700))
def written(words: Words) -> QWidget:
    window = window_of(words)
    window.show_came(subject_of(example_plan(), "written", exit_code=10))
    return window


@screen("plan-nothing", (1024, 700))
def nothing(words: Words) -> QWidget:
    people = {"read": 1012, "unchanged": 1012}
    data = example_plan()
    columns = {column: people.get(column, 0) for column in data.summary["people"]}
    counts = dict.fromkeys(data.summary["counts"], 0)
    told = {**data.summary, "changes": [], "problems": [], "people": columns, "counts": counts}
    return window_of(words, subject_of(PlanData(told), "preview", command="preview"))


@screen("plan-doubt", (1024, 700))
def doubt(words: Words) -> QWidget:
    source = {**_SOURCE, "complete": False, "doubts": [{"code": "portal_changed", "detail": {}}]}
    problem: dict[str, Any] = {"object": "portal", "portal": "main", "bitrix24_id": None, "name": "main", "code": "portal_changed",
               "detail": {}, "note": False}  # fmt: skip
    told = subject_of(example_plan(), "preview", command="preview", sources=[source], problems=[problem])
    return window_of(words, told)


@screen("plan-failed", (1024, 700))
def failed(words: Words) -> QWidget:
    window = window_of(words)
    window.show_failure(Unreachable("timeout_read", side="learn", host="learn.example.com", seconds=30, attempts=4))
    return window


@screen("plan-broke", (1024, 700))
def broke(words: Words) -> QWidget:
    error = Unreachable("timeout_read", side="learn", host="learn.example.com", seconds=30, attempts=4)
    said = error_sentence(error, words, written=10)
    return window_of(words, subject_of(example_plan(), "failed", exit_code=60, error={"message": said}))


@screen("plan-question", (520, 220))
def question(words: Words) -> QWidget:
    window = window_of(words, subject_of(stopped_plan(), "stopped", exit_code=20))
    return alone(window, window.make_question())
