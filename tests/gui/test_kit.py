"""The elements: what they say to eyes, keyboard and ears."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files

import pytest
from PySide6.QtCore import QAbstractItemModel, QMimeData, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.buttons import Action, Link, PrimaryButton, SecondaryButton
from b24learn_gui.gui.kit.field import LineField
from b24learn_gui.gui.kit.fold import FoldCard
from b24learn_gui.gui.kit.ladder import Ladder, Remedy, RungView
from b24learn_gui.gui.kit.ledger import LedgerRow, Part, ShareBar
from b24learn_gui.gui.kit.rail import NARROW, RailModel, RailStep, StepRail, broken
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.kit.tile import TileGroup, TileView

pytestmark = pytest.mark.usefixtures("dressed")

SECRET = "https://portal.example.com/rest/1/abcdefgh12345678/"


Show = Callable[..., QDialog]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Puts widgets into a window that has the keyboard, and keeps it until the test is over."""
    kept: list[QDialog] = []

    def shown(*widgets: QWidget) -> QDialog:
        dialog = QDialog()
        kept.append(dialog)
        column = QVBoxLayout(dialog)
        for widget in widgets:
            column.addWidget(widget)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    yield shown
    for dialog in kept:
        dialog.close()


def _everything_said(widget: QWidget) -> str:
    said = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
    for part in widget.findChildren(QWidget):
        said += [part.accessibleName(), part.accessibleDescription(), part.toolTip()]
        if isinstance(part, QLabel | QLineEdit | QAbstractButton):
            said.append(part.text())
    return " ".join(said)


def test_every_icon_is_drawn_in_the_colour_asked_for() -> None:
    for path in (
        p for p in files("b24learn_gui.gui.icons").iterdir() if p.name.endswith(".svg") and p.name != "app.svg"
    ):
        picture = icons.pixmap(path.name.removesuffix(".svg"), QColor("#B3261E"), 24, 2.0).toImage()
        assert picture.width() == 48
        inks = [picture.pixelColor(x, y) for x in range(48) for y in range(48)]
        solid = [ink for ink in inks if ink.alpha() == 255]
        assert solid, path.name
        assert all(abs(ink.red() - 0xB3) + abs(ink.green() - 0x26) + abs(ink.blue() - 0x1E) < 9 for ink in solid), (
            path.name
        )


def test_words_take_the_new_palette_at_once(qtbot: QtBot, dressed: QApplication) -> None:
    label = Text("2", shade="text_2")
    qtbot.addWidget(label)
    label.show()
    dressed.setPalette(tone.reference_palette(dark=True))
    dressed.processEvents()
    try:
        assert label.palette().color(label.foregroundRole()) == tone.current().text_2
        assert tone.current().dark
    finally:
        dressed.setPalette(tone.reference_palette(dark=False))
        dressed.processEvents()
    assert label.palette().color(label.foregroundRole()) == tone.current().text_2


def test_one_button_of_a_window_is_filled_and_it_can_be_used(qtbot: QtBot, show: Show) -> None:
    next_, remedy = PrimaryButton("Next", rank=10), PrimaryButton("Open the webhook")
    show(remedy, next_)
    assert (next_.isDefault(), remedy.isDefault()) == (True, False)
    next_.setEnabled(False)
    assert (next_.isDefault(), remedy.isDefault()) == (False, True)
    next_.setEnabled(True)
    remedy.hide()
    assert (next_.isDefault(), remedy.isDefault()) == (True, False)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_buttons_and_links_answer_enter_and_space_themselves(qtbot: QtBot, show: Show, key: Qt.Key) -> None:
    for pressed in (SecondaryButton("Back"), Link("How to create a webhook")):
        default = PrimaryButton("Next")
        dialog = show(pressed, default)
        told: list[str] = []
        pressed.clicked.connect(partial(told.append, "pressed"))
        default.clicked.connect(partial(told.append, "default"))
        pressed.setFocus()
        QTest.keyClick(pressed, key)
        assert told == ["pressed"]
        dialog.close()


def test_a_field_is_called_by_its_label_and_says_its_error(qtbot: QtBot) -> None:
    field = LineField()
    qtbot.addWidget(field)
    field.show()
    field.set_texts("Administrator email", "The address that opens Learn")
    assert field.line.accessibleName() == "Administrator email"
    assert field.line.accessibleDescription() == "The address that opens Learn"
    field.set_error("The address has no dot")
    assert field.line.accessibleDescription() == "The address has no dot"
    field.set_error("")
    assert field.line.accessibleDescription() == "The address that opens Learn"


def test_a_kept_secret_stands_nowhere_in_its_field(qtbot: QtBot) -> None:
    field = SecretField(dotted=False)
    qtbot.addWidget(field)
    field.set_texts("Bitrix24 webhook address")
    field.set_replace_text("Replace…")
    field.show()
    entered: list[str] = []
    field.entered.connect(entered.append)
    clipboard = QGuiApplication.clipboard()
    pasted = QMimeData()
    pasted.setText(SECRET)
    clipboard.setMimeData(pasted)
    field.line.paste()
    assert entered == [SECRET]
    field.show_kept("https://portal.example.com/rest/1/••••/")
    assert field.is_kept
    assert field.value() == ""
    assert "abcdefgh12345678" not in _everything_said(field)
    field.line.undo()
    assert "abcdefgh12345678" not in _everything_said(field)
    QTest.keyClicks(field.line, "x")
    assert field.line.text() == "https://portal.example.com/rest/1/••••/"
    assert entered == [SECRET]


def test_a_typed_secret_is_complete_when_the_field_is_left_and_told_once(qtbot: QtBot, show: Show) -> None:
    field, other = SecretField(), LineField()
    show(field, other)
    entered: list[str] = []
    field.entered.connect(entered.append)
    field.line.setFocus()
    QTest.keyClicks(field.line, "open sesame")
    assert entered == []
    assert field.line.echoMode() == QLineEdit.EchoMode.Password
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    other.line.setFocus()
    assert entered == ["open sesame"]
    field.show_kept("••••••")
    QTest.mouseClick(field.replace, Qt.MouseButton.LeftButton)
    assert field.value() == ""
    assert not field.is_kept


def _rungs(do: list[str]) -> list[RungView]:
    remedy = Remedy(
        "Lacks a right.", "Nothing was read.", "Add it.", (Action("Check again", lambda: do.append("new")),)
    )
    return [RungView("Address", "ok", "portal.example.com"), RungView("Permissions", "failed", remedy=remedy)]


def test_a_failed_rung_says_its_four_parts_and_keeps_the_keyboard_when_drawn_again(qtbot: QtBot, show: Show) -> None:
    ladder = Ladder()
    show(ladder)
    told: list[str] = []
    ladder.show_rungs(_rungs([]))
    failed = ladder.rungs[1]
    assert failed.accessibleDescription() == "Lacks a right. Nothing was read. Add it."
    button = failed.findChild(SecondaryButton)
    assert isinstance(button, SecondaryButton)
    qtbot.waitUntil(button.isVisible)
    button.setFocus()
    ladder.show_rungs(_rungs(told))
    assert failed.findChildren(SecondaryButton) == [button]
    assert button.isVisible()
    assert button.hasFocus()
    button.click()
    assert told == ["new"]
    ladder.show_rungs([RungView("Address", "busy")])
    assert len(ladder.rungs) == 1


def _steps(current: str) -> list[RailStep]:
    return [
        RailStep("welcome", "Welcome", "done", "English", reachable=True, current=current == "welcome", spoken="done"),
        RailStep("bitrix24", "Bitrix24", reachable=True, current=current == "bitrix24", spoken="current step"),
        RailStep("learn", "iSpring Learn", current=current == "learn"),
    ]


def test_the_rail_goes_where_it_can_be_gone_by_mouse_and_keyboard(qtbot: QtBot, show: Show) -> None:
    rail = StepRail()
    rail.resize(236, 400)
    show(rail)
    rail.show_steps(_steps("bitrix24"))
    chosen: list[str] = []
    rail.chosen.connect(chosen.append)
    rail.setFocus()
    QTest.keyClick(rail, Qt.Key.Key_Up)
    QTest.keyClick(rail, Qt.Key.Key_Return)
    assert chosen == ["welcome"]
    for row in (2, 1):
        place = rail.visualRect(rail.rail.index(row)).center()
        QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == ["welcome", "bitrix24"]


def test_the_rail_is_heard_with_state_and_result_and_keeps_names_as_tooltips(qtbot: QtBot) -> None:
    rail = StepRail()
    qtbot.addWidget(rail)
    rail.show_steps(_steps("bitrix24"))
    first = rail.rail.index(0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "Welcome, done, English"
    rail.set_narrow(narrow=True)
    assert rail.width() == NARROW
    assert first.data(Qt.ItemDataRole.ToolTipRole) == "Welcome\nEnglish"


def test_the_rails_model_is_a_proper_one(qtbot: QtBot) -> None:
    model = RailModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert isinstance(tester.model(), QAbstractItemModel)
    for current in ("welcome", "bitrix24"):
        model.show(_steps(current))
    model.show([])
    assert model.rowCount() == 0


def test_arrows_move_between_tiles_and_space_chooses(qtbot: QtBot, show: Show) -> None:
    group = TileGroup(columns=2)
    show(group)
    group.show_tiles([TileView(key, "move", key.title(), "118") for key in ("create", "change", "move")])
    chosen: list[str] = []
    group.chosen.connect(chosen.append)
    tiles = group.findChildren(QAbstractButton)
    qtbot.waitUntil(tiles[0].isVisible)
    assert tiles[1].accessibleName() == "Change: 118"
    tiles[0].setFocus()
    QTest.keyClick(tiles[0], Qt.Key.Key_Right)
    assert tiles[1].hasFocus()
    QTest.keyClick(tiles[1], Qt.Key.Key_Space)
    assert chosen == ["change"]
    group.show_tiles([TileView(key, "move", key.title(), "7") for key in ("create", "change", "move")])
    assert group.choice == "change"
    assert tiles[1].hasFocus()


def test_small_shares_are_seen_and_the_bar_is_filled(qtbot: QtBot) -> None:
    bar = ShareBar(8)
    qtbot.addWidget(bar)
    bar.show_shares(
        [(272, QColor("#111111")), (1000, QColor("#222222")), (0, QColor("#333333")), (2, QColor("#444444"))]
    )
    widths = bar._widths(802.0)
    assert len(widths) == 3
    assert widths[2] == 6
    assert sum(widths) == pytest.approx(800)


def test_the_ledger_can_be_read_and_heard_as_a_sum(qtbot: QtBot) -> None:
    row = LedgerRow()
    qtbot.addWidget(row)
    row.show_sum("8", [Part(5, "5", "changes", "changed"), Part(3, "3", "unchanged", "unchanged")])
    said = [label.accessibleName() for label in row.findChildren(QLabel)]
    assert said == ["8 = 5 changes + 3 unchanged"]


def test_a_card_opens_and_closes_with_the_keyboard(qtbot: QtBot, show: Show) -> None:
    card = FoldCard()
    inside = QLabel("inside")
    card.body.addWidget(inside)
    card.set_texts("portal.example.com", "96 departments", "Remove", "ok")
    show(card)
    card.header.setFocus()
    QTest.keyClick(card.header, Qt.Key.Key_Space)
    assert not card.is_open
    assert not inside.isVisible()
    assert card.header.accessibleName() == "portal.example.com"


def test_a_list_of_figures_is_broken_behind_its_commas_only() -> None:
    metrics = QFontMetrics(font("caption"))
    text = "1,284 employees, 96 departments"
    assert broken(text, metrics, 10_000) == text
    assert broken(text, metrics, metrics.horizontalAdvance("1,284 employees, 96")) == "1,284 employees,\n96 departments"
    assert broken("switched off", metrics, 1) == "switched off"
