"""Every page of the wizard by keys alone: Tab reaches everything in reading order and stays nowhere, and is seen."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.text.words import Words
from tests.screens.registry import Screen, every_screen

pytestmark = pytest.mark.usefixtures("dressed")

OPERATED = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox, QAbstractItemView)
MOST = 200
"""More presses of Tab than any page has controls."""
PAGES = [
    each
    for each in every_screen()
    if each.name.startswith(("page-", "wizard-")) and each.name != "wizard-departments-deactivated"  # a dialog
]


@pytest.fixture(params=PAGES, ids=lambda screen: screen.name)
def shell(request: pytest.FixtureRequest, qtbot: QtBot) -> WizardShell:
    """A page from the catalogue in the wizard's window, in front."""
    screen: Screen = request.param
    shell = screen.build(Words("en"))
    assert isinstance(shell, WizardShell)
    qtbot.addWidget(shell)
    shell.resize(*screen.size)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return shell


def called(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return widget.accessibleName() or words or type(widget).__name__


def operated(shell: WizardShell) -> list[QWidget]:
    """What Tab has to reach: of a group of which one is chosen that one, the others by its arrows."""
    inside = (QAbstractSpinBox, QComboBox, QAbstractItemView, QLineEdit)
    return [
        each
        for each in shell.findChildren(QWidget)
        if isinstance(each, OPERATED)
        and each.isVisible()
        and each.isEnabled()
        and not isinstance(each.parentWidget(), inside)
        and not _another_is_chosen(each)
    ]


def _another_is_chosen(widget: QWidget) -> bool:
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() not in {None, widget}


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def round_trip(key: Qt.Key) -> list[QWidget]:
    """What has the keyboard after each press, until it is where it began."""
    first = focused()
    reached = [first]
    while len(reached) < MOST:
        QTest.keyClick(focused(), key)
        if focused() is first:
            return reached
        assert focused() not in reached, f"the keyboard goes in a circle without {called(first)}"
        reached.append(focused())
    raise AssertionError(f"Tab never comes back to {called(first)}; it stays at {called(reached[-1])}")


def area(widget: QWidget, shell: WizardShell) -> QRect:
    """Where it lies in its window, as if nothing was scrolled."""
    place = QRect(widget.mapTo(shell, QPoint()), widget.size())
    above = widget.parentWidget()
    while above is not None and above is not shell:
        if isinstance(above, QScrollArea):
            place.translate(0, above.verticalScrollBar().value())
        above = above.parentWidget()
    return place


def test_tab_reaches_everything_once_in_reading_order_and_back(shell: WizardShell) -> None:
    forwards = round_trip(Qt.Key.Key_Tab)
    assert {called(each) for each in operated(shell)} - {called(each) for each in forwards} == set()
    assert len(forwards) == len(operated(shell)), [called(each) for each in forwards]
    page = [each for each in forwards if shell.page.isAncestorOf(each)]
    top = min(range(len(page)), key=lambda n: area(page[n], shell).top(), default=0)
    page = [*page[top:], *page[:top]]  # the keyboard may have come while the upper part was still being read
    for one, next_one in pairwise(page):
        here, there = area(one, shell), area(next_one, shell)
        assert there.bottom() > here.top(), f"from {called(one)} up to {called(next_one)}"
        beside = (
            min(here.bottom(), there.bottom()) - max(here.top(), there.top()) > min(here.height(), there.height()) / 2
        )
        assert not beside or there.left() > here.left(), f"from {called(one)} back to {called(next_one)}"
    backwards = round_trip(Qt.Key.Key_Backtab)
    assert backwards[1:] == forwards[:0:-1]


def test_the_keyboard_begins_on_the_page_and_goes_on_to_its_foot_then_to_the_rail(shell: WizardShell) -> None:
    order = round_trip(Qt.Key.Key_Tab)
    parts = (shell.page, shell.foot, shell.rail, shell.language)
    named = [next(part for part in parts if part is each or part.isAncestorOf(each)) for each in order]
    met = [part for before, part in zip([None, *named], named, strict=False) if part is not before]
    assert met[0] in parts[:2] or not shell.foot.back.isEnabled()  # the page, or where it was empty at first its foot
    turned = [*met, *met]
    start = turned.index(shell.page) if shell.page in met else 0
    assert turned[start : start + len(set(met))] == [each for each in parts if each in met]


def test_wherever_the_keyboard_is_can_be_seen(shell: WizardShell) -> None:
    first = focused()
    QTest.keyClick(first, Qt.Key.Key_Tab)  # from now on the keyboard is what moves
    for _ in range(MOST):
        control = focused()
        QApplication.processEvents()
        with_it = control.grab().toImage()
        QTest.keyClick(control, Qt.Key.Key_Tab)
        QApplication.processEvents()
        assert control.grab().toImage() != with_it, called(control)
        if control is first:
            return
    raise AssertionError("the keyboard never came back")


def test_no_two_controls_share_a_mnemonic(shell: WizardShell) -> None:
    shown = [each for each in shell.findChildren(QWidget) if each.isVisible()]
    texts = [each.text() for each in shown if isinstance(each, QAbstractButton | QLabel)]
    keys = [key.toString() for key in map(QKeySequence.mnemonic, texts) if not key.isEmpty()]
    assert sorted(keys) == sorted(set(keys))


def test_escape_leaves_as_cancel_does(shell: WizardShell) -> None:
    asked: list[bool] = []

    def ask() -> bool:
        asked.append(True)
        return False

    shell._may_leave = ask
    focused_first = focused()
    QTest.keyClick(focused_first, Qt.Key.Key_Escape)
    assert (asked, shell.isVisible()) == ([True], True)
    shell.foot.leave.click()
    assert (asked, shell.isVisible()) == ([True, True], True)
    shell._may_leave = lambda: True
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert not shell.isVisible()
