"""The status window in every state, from fixed standings."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.status.window import StatusWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.standing import Standing
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text.words import Words
from tests.screens import status_data as data
from tests.screens.registry import screen

_SMALL = (1024, 700)


def status_window(words: Words, standing: Standing, progress: RunProgress | None = None) -> StatusWindow:
    """The window with this standing, at the design's moment; its questions are never asked."""
    places = find_places(Path("nowhere").absolute(), {})
    context = Context(places, words, Secrets(account=places.home_id, environment={}), {}, now=lambda: data.NOW)
    tasks = Tasks()
    tasks.close()
    window = StatusWindow(context, tasks, words, localise=data.local)
    window.show_standing(standing)
    window.show_progress(progress)
    return window


@screen("status-ok")
def ok(words: Words) -> QWidget:
    return status_window(words, data.FINE)


@screen("status-running")
def running(words: Words) -> QWidget:
    return status_window(words, data.RUNNING, data.writing())


@screen("status-running-small", _SMALL)
def running_small(words: Words) -> QWidget:
    return status_window(words, data.RUNNING, data.writing())


@screen("status-stop-asked", _SMALL)
def stop_asked(words: Words) -> QWidget:
    window = status_window(words, data.RUNNING, data.writing())
    window.progress.ask.click()
    return window


@screen("status-reading", _SMALL)
def reading(words: Words) -> QWidget:
    return status_window(words, data.RUNNING, data.READING)


@screen("status-opening", _SMALL)
def opening(words: Words) -> QWidget:
    return status_window(words, data.RUNNING, data.OPENING)


@screen("status-plan-waits", _SMALL)
def plan_waits(words: Words) -> QWidget:
    return status_window(words, data.waits(data.PLAN_WAITS, data.SKIPPED))


@screen("status-imported", _SMALL)
def imported(words: Words) -> QWidget:
    return status_window(words, data.waits(data.IMPORTED, data.SKIPPED))


@screen("status-skipped", _SMALL)
def skipped(words: Words) -> QWidget:
    return status_window(words, data.waits(data.SKIPPED, code=10))


@screen("status-many-causes", _SMALL)
def many_causes(words: Words) -> QWidget:
    causes = (data.failed(words.language), data.OVERDUE, data.INTERRUPTED, data.SKIPPED)
    return status_window(words, data.waits(*causes, code=40))


@screen("status-all-causes", (1024, 1100))
def all_causes(words: Words) -> QWidget:
    causes = (data.LOCKED, data.DOUBT, data.failed(words.language), data.OVERDUE, data.INTERRUPTED, data.SKIPPED)
    window = status_window(words, data.waits(*causes, code=41))
    window.cards.more.click()
    return window


@screen("status-paused", _SMALL)
def paused(words: Words) -> QWidget:
    return status_window(words, data.PAUSED)


@screen("status-off", _SMALL)
def off(words: Words) -> QWidget:
    return status_window(words, data.OFF)


@screen("status-setup", _SMALL)
def setup(words: Words) -> QWidget:
    return status_window(words, data.SETUP)


@screen("status-fault", _SMALL)
def fault(words: Words) -> QWidget:
    return status_window(words, data.FAULT)


@screen("status-fresh", _SMALL)
def fresh(words: Words) -> QWidget:
    return status_window(words, data.FRESH)


@screen("status-no-tray", _SMALL)
def no_tray(words: Words) -> QWidget:
    window = status_window(words, data.FINE)
    window.say_no_tray(True)
    return window


@screen("status-why", (1024, 860))
def why(words: Words) -> QWidget:
    window = status_window(words, data.FINE)
    window.why.field.setText("Ким Ольга")
    window.answer.show_answer(data.explained(data.person_found(words.language), who="Ким Ольга"))
    return window


@screen("status-why-order", (1024, 860))
def why_order(words: Words) -> QWidget:
    window = status_window(words, data.FINE)
    window.why.field.setText("Ким Роман")
    window.answer.show_answer(data.explained(data.person_in_order(words.language), who="Ким Роман"))
    return window


@screen("status-why-many", (1024, 860))
def why_many(words: Words) -> QWidget:
    window = status_window(words, data.FINE)
    window.why.field.setText("Ким")
    people = (data.person_found(words.language), data.person_in_order(words.language))
    window.answer.show_answer(data.explained(*people, more=3))
    return window


@screen("status-why-nobody", (1024, 860))
def why_nobody(words: Words) -> QWidget:
    window = status_window(words, data.FINE)
    window.why.field.setText("Кинн")
    searched = (
        words("portal {portal} ({people})", portal="main", people=words.plural("{n} person", "{n} people", 1284)),
        words.plural("{n} person of earlier runs", "{n} people of earlier runs", 12),
        words.plural("{n} account in Learn", "{n} accounts in Learn", 1067),
    )
    nearest = (("main:27", "Ким Ольга"), ("main:412", "Ким Роман"), ("main:90", "Кинёв Пётр"))
    window.answer.show_answer(data.explained(who="Кинн", searched=searched, nearest=nearest))
    return window


@screen("status-narrow", (760, 640))
def narrow(words: Words) -> QWidget:
    return status_window(words, data.RUNNING, data.writing())


@screen("status-chart-marked", _SMALL)
def chart_marked(words: Words) -> QWidget:
    window = status_window(words, data.FINE)
    window.chart.chart.setFocus()
    return window
