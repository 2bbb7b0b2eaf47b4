"""The pages of the wizard on which one only chooses: times, letters, heads, the request."""

from datetime import UTC, datetime, timedelta, timezone

from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.wizard import flow_words
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import STEPS, Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.times import TimesPage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.setup_found import LADDER, LearnFound, PortalFound
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.screens_departments import example_company
from tests.screens.screens_shell import TitlePage

NOW = datetime(2026, 11, 23, 9, 48, tzinfo=UTC)
HERE = timezone(timedelta(hours=3))


def flow_at(step: Step) -> Flow:
    """A new setup on this step, both sides checked."""
    flow = Flow()
    flow.edit_secret("portal.main.webhook", "typed")
    company = example_company()
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
    return WizardShell(flow, pages, flow_words, words)


def times_page() -> TimesPage:
    return TimesPage(lambda: NOW, lambda moment: moment.astimezone(HERE))


@screen("wizard-times")
def times(words: Words) -> QWidget:
    flow = flow_at("times")
    flow.edit(second_run_utc="15:00")
    return shell_with(times_page(), flow, words)


@screen("wizard-times-once", (1024, 700))
def times_once(words: Words) -> QWidget:
    flow = flow_at("times")
    flow.edit(first_run_utc="21:30", enabled=False)
    return shell_with(times_page(), flow, words)


@screen("wizard-times-wrong", (1024, 700))
def times_wrong(words: Words) -> QWidget:
    flow = flow_at("times")
    flow.edit(first_run_utc="25:00", second_run_utc="25:00")
    return shell_with(times_page(), flow, words)
