"""The pages about people from a fixed company, in front of a real flow and the real planner."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.errors import Unreachable
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.departments import DeactivatedDialog, DepartmentsPage
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.fields import FieldsPage
from b24learn_gui.gui.wizard.pages.review import ReviewPage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.ladder_found import LADDER, LearnFound, PortalFound
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot, ProfileField
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.screens_departments import example_company
from tests.screens.screens_shell import Sayings
from tests.screens.waiting import let_background_end
from tests.service.setup_world import context_of

_READ = frozenset({"NAME", "LAST_NAME", "SECOND_NAME", "EMAIL", "WORK_POSITION", "PERSONAL_MOBILE", "WORK_PHONE"})
_SOURCES = {
    "EMAIL": "E-mail",
    "NAME": "Имя",
    "LAST_NAME": "Фамилия",
    "SECOND_NAME": "Отчество",
    "WORK_POSITION": "Должность",
    "PERSONAL_MOBILE": "Мобильный телефон",
    "WORK_PHONE": "Рабочий телефон",
    "UF_EMPLOYEE_CODE": "Табельный номер",
}
_SURNAMES = ("Абрамов", "Белов", "Воронин", "Гусев", "Дьяков", "Егоров", "Жуков", "Зайцев", "Ким", "Ли")
_NAMES = ("Игорь", "Павел", "Руслан", "Тимур", "Олег", "Пётр", "Марк")
_POSITIONS = ("Менеджер", "Инженер по качеству", "Кладовщик", "Бухгалтер")


def _values(number: int) -> dict[str, str]:
    values = {
        "EMAIL": "" if number % 190 == 7 else f"person{number}@example.com",
        "NAME": _NAMES[number % 7],
        "LAST_NAME": f"{_SURNAMES[number % 10]}",
        "WORK_POSITION": _POSITIONS[number % 4],
    }
    if number % 3:
        values["PERSONAL_MOBILE"] = f"+7900{number:07d}"
    return values


def _company() -> Company:
    bare = example_company()
    people = tuple(Employee(each.id, True, each.departments, _values(each.id)) for each in bare.employees)
    departments: tuple[Department, ...] = bare.departments
    return Company("main", departments, people, Rights(frozenset({"user_basic", "department"}), 1, admin=True))


def _learn() -> LearnSnapshot:
    accounts = {}
    for number in range(1, 641):
        values = _values(number)
        fields = {
            "login": f"person{number}@example.com",
            "email": f"person{number}@example.com",
            "first_name": values["NAME"],
            "last_name": values["LAST_NAME"],
            "job_title": "Стажёр" if number % 9 == 0 else values["WORK_POSITION"],
        }
        accounts[f"L{number}"] = Account(f"L{number}", "root", "active", fields)
    profile = (
        ProfileField("login", required=True),
        ProfileField("email", required=True),
        ProfileField("first_name", required=True),
        ProfileField("last_name", required=True),
        ProfileField("job_title"),
        ProfileField("phone", type="phone"),
        ProfileField("employee_code", label="Табельный номер"),
    )
    return LearnSnapshot("root", {"root": LearnDepartment("root", "Учебный центр")}, accounts, profile)


def _flow(*, ticked: bool = True) -> Flow:
    company, learn = _company(), _learn()
    flow = Flow()
    flow.edit_secret("portal.main.webhook", "https://portal.example.com/rest/1/example/")
    found = PortalFound(
        "main",
        LADDER,
        address="https://portal.example.com",
        company=company,
        employees=1284,
        departments=19,
        fields=_SOURCES,
        read_fields=_READ,
    )
    flow.answer(flow.begin("portal", portal="main"), found)
    flow.edit(learn_url="https://learn.example.com", login="admin@example.com")
    flow.edit_secret("learn.password", "example")
    seats = LearnFound(LADDER, snapshot=learn, people=640, departments=33, fields=learn.fields, free_seats=460)
    flow.answer(flow.begin("learn"), seats)
    if ticked:
        flow.edit_portal("main", include=(2, 3, 4, 51, 52, 53, 6, 7, 8), exclude=(34, 42))
    while flow.step != "departments":
        flow.forward()
    return flow


def _desk() -> Desk:
    home = Path(tempfile.gettempdir()) / "b24learn-screens-without-home"
    now = datetime(2026, 11, 23, 9, 52, tzinfo=UTC)
    return Desk(context_of(home, now=now), Tasks())


def _shown(flow: Flow, page: Page, words: Words, ready: Callable[[], object]) -> WizardShell:
    shell = WizardShell(flow, {page.step: page}, Sayings(), words)
    for _ in range(600):
        if ready():
            break
        QTest.qWait(20)
    let_background_end()
    return shell


@screen("wizard-departments")
def departments(words: Words) -> QWidget:
    flow = _flow()
    page = DepartmentsPage(_desk())
    return _shown(flow, page, words, lambda: page.panel.consequences.shown)


@screen("wizard-departments-small", (1024, 700))
def departments_small(words: Words) -> QWidget:
    flow = _flow(ticked=False)
    page = DepartmentsPage(_desk())
    return _shown(flow, page, words, lambda: page.panel.consequences.shown)


@screen("wizard-departments-failed", (1024, 700))
def departments_failed(words: Words) -> QWidget:
    flow = _flow()
    page = DepartmentsPage(_desk())
    shell = _shown(flow, page, words, lambda: page.panel.consequences.shown)
    error = Unreachable("timeout_read", side="bitrix24", host="portal.example.com", seconds=30)
    page.asking.show_error(error, lambda: None)
    return shell


@screen("wizard-departments-deactivated", (460, 480))
def deactivated(words: Words) -> QWidget:
    return DeactivatedDialog([f"{surname} {name}" for surname in _SURNAMES for name in _NAMES[:4]], words)


@screen("wizard-fields")
def fields(words: Words) -> QWidget:
    flow = _flow()
    flow.forward()
    page = FieldsPage(_desk())
    return _shown(flow, page, words, lambda: flow.found("problems") is not None)


@screen("wizard-fields-small", (1024, 700))
def fields_small(words: Words) -> QWidget:
    shell = fields(words)
    page = shell.findChild(FieldsPage)
    assert isinstance(page, FieldsPage)
    page.show_all_of(page.problems)
    return shell


@screen("wizard-review")
def review(words: Words) -> QWidget:
    return _review(words)


@screen("wizard-review-small", (1024, 700))
def review_small(words: Words) -> QWidget:
    return _review(words, tile="user.adopt")


@screen("wizard-review-within-limits")
def review_within_limits(words: Words) -> QWidget:
    return _review(words, adoptions=1000)


def _review(words: Words, tile: str = "user.update", adoptions: int = 5) -> QWidget:
    flow = _flow()
    base = flow.draft.base
    flow.draft = replace(flow.draft, base=replace(base, limits=replace(base.limits, adoptions=adoptions)))
    while flow.step != "review":
        flow.forward()
    page = ReviewPage(_desk())
    shell = _shown(flow, page, words, lambda: flow.found("preview") is not None)
    page.plan.show_list(tile)
    return shell
