"""The pages of the wizard on which one only chooses: times, letters, heads, the request."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from b24learn_gui.company.model import Company
from b24learn_gui.errors import Refused, SyncError, Unreachable
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.wizard.assembly import Sayings
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import STEPS, Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.activation import ActivationPage
from b24learn_gui.gui.wizard.pages.autostart_row import AutostartRow
from b24learn_gui.gui.wizard.pages.heads import HeadsPage
from b24learn_gui.gui.wizard.pages.notifications import NotificationsPage
from b24learn_gui.gui.wizard.pages.times import TimesPage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.activation import SentRequest
from b24learn_gui.service.autostart import State as AutostartState
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder_found import LADDER, LearnFound, PortalFound
from b24learn_gui.service.setup_found import Saved
from b24learn_gui.storage.settings import ActivationSettings
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.screens_departments import example_company
from tests.screens.screens_shell import TitlePage
from tests.service.setup_world import context_of

T = TypeVar("T")

NOW = datetime(2026, 11, 23, 9, 48, tzinfo=UTC)
HERE = timezone(timedelta(hours=3))


class AtOnce(Tasks):
    """Answers in the same moment: a picture cannot wait."""

    def run(
        self,
        question: Callable[[threading.Event], T],
        on_answer: Callable[[T], None],
        on_error: Callable[[SyncError], None],
        *,
        deadline_seconds: float | None = None,
    ) -> Handle:
        del deadline_seconds
        handle = Handle(lambda _handle: None)
        try:
            answer = question(handle.stop)
        except SyncError as error:
            on_error(error)
        else:
            on_answer(answer)
        handle.settle()
        return handle


def company_with_heads() -> Company:
    """The example, with a head in most departments, one of whom has left."""
    plain = example_company()
    named = {1: 1, 2: 5, 3: 17, 31: 23, 32: 165, 41: 375, 42: 9999, 5: 929, 53: 1100, 8: 1240}
    people = {5: ("Ким", "Ольга"), 17: ("Орлова", "Анна"), 1: ("Соколов", "Пётр")}
    departments = tuple(replace(each, head=named.get(each.id)) for each in plain.departments)
    employees = tuple(
        replace(each, values={"LAST_NAME": people[each.id][0], "NAME": people[each.id][1]})
        if each.id in people
        else each
        for each in plain.employees
    )
    return replace(plain, departments=departments, employees=employees)


def flow_at(step: Step) -> Flow:
    """A new setup on this step, both sides checked."""
    flow = Flow()
    flow.edit_secret("portal.main.webhook", "typed")
    company = company_with_heads()
    found = PortalFound(
        "main",
        LADDER,
        address="https://portal.example.com",
        company=company,
        employees=len(company.employees),
        departments=96,
    )
    flow.answer(flow.begin("portal", portal="main"), found)
    flow.edit(learn_url="https://learn.example.com", login="admin@example.com")
    flow.edit_secret("learn.password", "typed")
    flow.answer(flow.begin("learn"), LearnFound(LADDER, people=640, departments=58, free_seats=460))
    flow.edit_portal("main", include=(1,))
    while flow.step not in {step, "review"}:
        flow.forward()
    return flow


def shell_with(page: Page, flow: Flow, words: Words) -> QWidget:
    """The wizard's window with this page in front; the others are only titles."""
    pages = {step: page if step == page.step else TitlePage(step) for step in STEPS}
    return WizardShell(flow, pages, Sayings(), words)


def times_page(autostart: AutostartState | SyncError = "off") -> TimesPage:
    """With what the system has for starting with the computer, or why that cannot be read."""

    def read() -> AutostartState:
        if isinstance(autostart, SyncError):
            raise autostart
        return autostart

    return TimesPage(lambda: NOW, lambda moment: moment.astimezone(HERE), autostart=AutostartRow(AtOnce(), read))


@screen("wizard-times")
def times(words: Words) -> QWidget:
    flow = flow_at("times")
    flow.edit(second_run_utc="15:00")
    return shell_with(times_page(), flow, words)


@screen("wizard-times-once", (1024, 700))
def times_once(words: Words) -> QWidget:
    flow = flow_at("times")
    flow.edit(first_run_utc="21:30", enabled=False)
    return shell_with(times_page("foreign"), flow, words)


@screen("wizard-times-wrong", (1024, 700))
def times_wrong(words: Words) -> QWidget:
    flow = flow_at("times")
    flow.edit(first_run_utc="25:00", second_run_utc="25:00")
    where = "/home/anna/.config/autostart/b24learn-gui.desktop"
    refused = Refused("autostart_refused", side="here", where=where, reason="Permission denied")
    return shell_with(times_page(refused), flow, words)


def context() -> Context:
    """A context without a home: nothing is remembered there."""
    return context_of(Path("build") / "no-home", now=NOW)


@screen("wizard-notifications", (1024, 700))
def notifications(words: Words) -> QWidget:
    flow = flow_at("notifications")
    return shell_with(NotificationsPage(context(), Tasks()), flow, words)


@screen("wizard-notifications-many", (1024, 700))
def notifications_many(words: Words) -> QWidget:
    flow = flow_at("notifications")
    flow.edit(notify_users=True, invitation_message="Добро пожаловать в корпоративный университет.")
    flow.answer(flow.begin("letters"), 393)
    return shell_with(NotificationsPage(context(), Tasks()), flow, words)


@screen("wizard-heads", (1024, 700))
def heads(words: Words) -> QWidget:
    return shell_with(HeadsPage(AtOnce()), flow_at("heads"), words)


@screen("wizard-heads-off", (1024, 700))
def heads_off(words: Words) -> QWidget:
    flow = flow_at("heads")
    flow.edit(sync_heads=False)
    return shell_with(HeadsPage(AtOnce()), flow, words)


def activation_flow(url: str = "") -> Flow:
    """A saved setup on the last step."""
    flow = flow_at("fields")
    settings = replace(flow.draft.settings(), activation=ActivationSettings(url=url, email="vendor@example.com"))
    flow.answer(flow.begin("save"), Saved(settings, frozenset(flow.secrets)))
    flow.go("activation")
    return flow


def activation_page(open_letter: Callable[[str], bool] = lambda _address: False) -> ActivationPage:
    return ActivationPage(context(), Tasks(), open_letter=open_letter, localise=lambda moment: moment.astimezone(HERE))


@screen("wizard-activation", (1024, 700))
def activation(words: Words) -> QWidget:
    flow, page = activation_flow(), activation_page()
    flow.edit(name="Ким Ольга", email="o.kim@example", phone="8 (945) 123-45")
    shell = shell_with(page, flow, words)
    page.press_primary(flow)
    return shell


@screen("wizard-activation-letter", (1024, 700))
def activation_letter(words: Words) -> QWidget:
    flow, page = activation_flow(), activation_page()
    flow.edit(name="Ким Ольга", email="o.kim@firm.example", phone="8 (945) 123-45-67")
    shell = shell_with(page, flow, words)
    page.press_primary(flow)
    return shell


@screen("wizard-activation-failed", (1024, 700))
def activation_failed(words: Words) -> QWidget:
    flow = activation_flow("https://vendor.example/activation")
    flow.edit(name="Ким Ольга", email="o.kim@firm.example", phone="8 (945) 123-45-67")
    error = Unreachable("activation_not_taken", side="here", host="vendor.example", status=500)
    flow.fail(flow.begin("request"), error)
    return shell_with(activation_page(), flow, words)


@screen("wizard-activation-sent", (1024, 700))
def activation_sent(words: Words) -> QWidget:
    flow = activation_flow("https://vendor.example/activation")
    flow.edit(name="Ким Ольга", email="o.kim@firm.example", phone="8 (945) 123-45-67")
    flow.answer(flow.begin("request"), SentRequest("Ким Ольга", "o.kim@firm.example", "+79451234567", NOW, "https"))
    return shell_with(activation_page(), flow, words)
