"""The page of department heads: the choice, and the numbers behind it."""

from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.heads import HeadsPage, count_heads
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.storage.settings import PortalSettings
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, sideways
from tests.screens.screens_choices import AtOnce, company_with_heads, flow_at, shell_with

pytestmark = pytest.mark.usefixtures("dressed")


def _shown(qtbot: QtBot, flow: Flow, words: Words) -> tuple[HeadsPage, WizardShell]:
    page = HeadsPage(Tasks())
    shell = cast("WizardShell", shell_with(page, flow, words))
    qtbot.addWidget(shell)
    shell.resize(1024, 700)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.waitUntil(lambda: "…" not in page.texts[0])
    return page, shell


def test_the_choice_goes_into_the_draft_by_keyboard_and_says_what_it_does(qtbot: QtBot) -> None:
    flow = flow_at("heads")
    page, _ = _shown(qtbot, flow, Words("en"))
    assert page.choice.accessibleName() == "Sync department heads"
    assert page.choice.hasFocus()
    assert any("Supervisor role" in text for text in page.texts)
    QTest.keyClick(page.choice, Qt.Key.Key_Space)
    assert not flow.draft.sync_heads
    assert page.texts[-1] == "Supervisors in Learn stay as they are, those that earlier runs have set as well."
    assert not any("Supervisor role" in text for text in page.texts)


def test_the_numbers_are_those_of_the_ticked_departments(qtbot: QtBot) -> None:
    flow = flow_at("heads")
    page, _ = _shown(qtbot, flow, Words("en"))
    assert page.texts[0] == "9 people head departments"
    assert page.texts[1].startswith(
        "10 of 19 ticked departments name a head in Bitrix24. In 1 department the head is no"
    )
    flow.back()
    flow.edit_portal("main", include=(3,), exclude=(32,))
    flow.forward()
    assert page.texts[0].startswith("…")
    qtbot.waitUntil(lambda: "…" not in page.texts[0])
    assert page.texts[:2] == ["2 people head departments", "2 of 4 ticked departments name a head in Bitrix24."]
    assert page.texts[2] == "Продажи — Орлова Анна\nПродажи, Москва — 23"


def test_before_anything_is_ticked_all_departments_count(qtbot: QtBot) -> None:
    flow = flow_at("heads")
    flow.edit_portal("main", include=())
    page, _ = _shown(qtbot, flow, Words("ru"))
    assert page.texts[0] == "9 человек руководят отделами"
    assert page.texts[1].startswith("Руководитель указан в\u00a0Битрикс24 у\u00a010 из 19 отделов.")


def test_a_head_who_left_or_is_unknown_counts_as_unable_and_one_person_once() -> None:
    company = Company(
        "main",
        (
            Department(1, "A", head=7),
            Department(2, "B", 1, head=7),
            Department(3, "C", 1, head=8),
            Department(4, "D", 1),
        ),
        (Employee(7, active=True), Employee(8, active=False)),
        Rights(frozenset(), 1, admin=True),
    )
    heads = count_heads([company], {"main": PortalSettings(key="main")})
    assert (heads.departments, heads.named, heads.people, heads.unable) == (4, 3, 1, 1)
    other = replace(company, portal="second")
    both = {"main": PortalSettings(key="main", include=(2,)), "second": PortalSettings(key="second", include=(4,))}
    heads = count_heads([company, other], both)
    assert (heads.departments, heads.named, heads.people, heads.ticked) == (2, 1, 1, True)


def test_without_a_reading_no_number_is_claimed(qtbot: QtBot) -> None:
    page = HeadsPage(AtOnce())
    qtbot.addWidget(page)
    flow = Flow()
    page.retranslate(Words("en"))
    page.enter(flow)
    page.refresh(flow.state("heads"))
    assert len(page.texts) == 4


def test_counting_a_large_company_stalls_nothing() -> None:
    import time

    plain = company_with_heads()
    departments = tuple(Department(number, "D", number // 10 or None, head=number * 9) for number in range(1, 10_001))
    people = tuple(Employee(number, active=True, departments=(1,)) for number in range(1, 100_001))
    large = replace(plain, departments=departments, employees=people)
    begun = time.perf_counter()
    assert count_heads([large], {"main": PortalSettings(key="main", include=(1,))}).people == 10_000
    assert time.perf_counter() - begun < 1.0  # some 80 ms at rest; the bound is for a machine that is busy


def test_the_language_changes_at_once_and_nothing_is_cut(qtbot: QtBot, long_words: LongWords, palette: str) -> None:
    page, shell = _shown(qtbot, flow_at("heads"), Words("ru"))
    assert page.choice.text() == "Синхронизировать руководителей отделов"
    shell.retranslate(long_words)
    assert page.choice.text().startswith("⟦Sync department heads")
    assert_nothing_cut(qtbot, page)
    assert sideways(page) == []
