"""Fields take what is written into them by whichever way it comes, and are silent about what the program shows."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.entry import EntryChoice, EntryLine, EntryText
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.gui.wizard.pages.time_box import TimeBox

pytestmark = pytest.mark.usefixtures("dressed")


def by_a_tool(widget: QWidget, text: str) -> None:
    """As the accessibility bridges of all three platforms replace a text."""
    editable = QAccessible.queryAccessibleInterface(widget).editableTextInterface()
    length = QAccessible.queryAccessibleInterface(widget).textInterface().characterCount()
    editable.replaceText(0, length, text)


def by_keys(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def by_paste(widget: QWidget, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def by_an_input_method(widget: QWidget, text: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def by_dropping(widget: QWidget, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    target = getattr(widget, "viewport", lambda: widget)()
    entering = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(3, 3), *entering))
    QApplication.sendEvent(target, QDropEvent(QPointF(3, 3), *entering))


WAYS = [by_a_tool, by_keys, by_paste, by_an_input_method, by_dropping]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", [EntryLine, EntryText])
def test_a_text_is_taken_by_whichever_way_it_comes(
    qtbot: QtBot, make: type[EntryLine | EntryText], way: Callable[[QWidget, str], None]
) -> None:
    field = make()
    qtbot.addWidget(field)
    told: list[str] = []
    field.entered.connect(told.append)
    field.show()
    way(field, "Olga 7")
    assert told[-1:] == ["Olga 7"]


@pytest.mark.parametrize("make", [EntryLine, EntryText])
def test_what_the_program_shows_is_not_told(qtbot: QtBot, make: type[EntryLine | EntryText]) -> None:
    field = make()
    qtbot.addWidget(field)
    told: list[str] = []
    field.entered.connect(told.append)
    for text in ("one", "one", "two\nlines", ""):
        field.show_text(text)
    assert told == []


def test_a_text_set_from_outside_is_complete_once_it_rests(qtbot: QtBot) -> None:
    line = EntryLine()
    qtbot.addWidget(line)
    finished: list[str] = []
    line.finished.connect(lambda: finished.append(line.text()))
    line.show()
    by_a_tool(line, "in ")
    by_a_tool(line, "in pieces")
    assert finished == []
    qtbot.waitUntil(lambda: finished == ["in pieces"])


def test_a_text_typed_is_complete_only_when_the_field_is_left(qtbot: QtBot) -> None:
    window, line, other = QWidget(), EntryLine(), QLineEdit()
    rows = QVBoxLayout(window)
    rows.addWidget(line)
    rows.addWidget(other)
    qtbot.addWidget(window)
    finished: list[bool] = []
    line.finished.connect(lambda: finished.append(True))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line.setFocus()
    QTest.keyClicks(line, "typed")
    assert not line._rest.isActive()
    assert finished == []
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert finished == [True]


def test_a_read_only_line_keeps_what_it_shows(qtbot: QtBot) -> None:
    line = EntryLine()
    qtbot.addWidget(line)
    told: list[str] = []
    line.entered.connect(told.append)
    line.show_text("kept")
    line.setReadOnly(True)
    by_a_tool(line, "something else")
    assert (line.text(), told) == ("kept", [])


def test_a_secret_set_by_a_tool_is_taken_and_forgotten(qtbot: QtBot) -> None:
    field = SecretField()
    qtbot.addWidget(field)
    taken: list[str] = []
    field.entered.connect(taken.append)
    field.entered.connect(lambda _value: field.show_kept("••••"))
    field.show()
    by_a_tool(field.line, "short")
    qtbot.waitUntil(lambda: taken == ["short"])
    by_a_tool(field.line, "over what is kept")
    assert (field.line.text(), field.value(), taken) == ("••••", "", ["short"])
    field.replace.click()
    by_a_tool(field.line, "much longer at once")
    assert taken == ["short", "much longer at once"]


def test_signs_in_a_field_are_no_buttons(qtbot: QtBot) -> None:
    secret, search = SecretField(), SearchField()
    for each in (secret, search):
        qtbot.addWidget(each)
        each.show()
    secret.show_kept("••••")
    search.set_label("Find a department", "Empty the field")
    by_a_tool(search, "sales")
    shown = [child for field in (secret.line, search) for child in field.findChildren(QWidget) if child.isVisible()]
    assert [QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name) for each in shown] == [
        "Empty the field"
    ]


def test_a_search_set_by_a_tool_is_made(qtbot: QtBot) -> None:
    search = SearchField()
    qtbot.addWidget(search)
    looked: list[str] = []
    search.search.connect(looked.append)
    by_a_tool(search, "sales")
    qtbot.waitUntil(lambda: looked == ["sales"])
    search.reset()
    assert looked == ["sales"]


def test_a_time_is_set_and_stepped_by_a_tool(qtbot: QtBot) -> None:
    box = TimeBox()
    qtbot.addWidget(box)
    box.show_time("03:00")
    told: list[str] = []
    box.typed.connect(told.append)
    by_a_tool(box, "5.30")
    assert told == ["05:30"]
    qtbot.waitUntil(lambda: box.text() == "05:30")
    value = QAccessible.queryAccessibleInterface(box).valueInterface()
    assert (value.currentValue(), value.minimumValue(), value.maximumValue()) == (330.0, 0.0, 1439.0)
    value.setCurrentValue(value.currentValue() + value.minimumStepSize())
    assert (told[-1], box.text()) == ("06:30", "06:30")


def test_a_choice_is_told_and_what_is_shown_is_not(qtbot: QtBot) -> None:
    choice = EntryChoice()
    qtbot.addWidget(choice)
    told: list[str] = []
    choice.entered.connect(told.append)
    choice.show_choices({"": "nothing", "NAME": "Name", "EMAIL": "Email"}, "NAME")
    choice.show_choices({"": "nothing", "NAME": "Имя", "EMAIL": "Email"}, "EMAIL")
    assert told == []
    QTest.keyClick(choice, Qt.Key.Key_Up)
    choice.setCurrentIndex(0)
    assert told == ["NAME", ""]


def test_the_wheel_changes_a_choice_only_where_somebody_is_at_work(qtbot: QtBot) -> None:
    window, choice, other = QWidget(), EntryChoice(), QPushButton()
    rows = QVBoxLayout(window)
    rows.addWidget(other)
    rows.addWidget(choice)
    qtbot.addWidget(window)
    choice.show_choices({"NAME": "Name", "EMAIL": "Email"}, "NAME")
    told: list[str] = []
    choice.entered.connect(told.append)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    def turn() -> None:
        place = QPointF(5, 5)
        event = QWheelEvent(
            place, place, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(choice, event)

    other.setFocus()
    turn()
    assert told == []
    choice.setFocus()
    turn()
    assert told == ["EMAIL"]
