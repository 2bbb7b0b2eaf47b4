"""What assistive technology does to a row of the tree, and what it is told of it."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.departments.view import DepartmentTreeView
from b24learn_gui.gui.models.department_tree import OWN, STUDY, DepartmentTreeModel
from b24learn_gui.gui.models.headcount import count_people
from b24learn_gui.gui.models.marks import Marks, Standing
from b24learn_gui.text.words import Words
from tests.screens.screens_departments import example_company

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def view(qtbot: QtBot) -> DepartmentTreeView:
    """The example company, unfolded, nothing ticked."""
    structure, headcount = count_people((example_company(),))
    model = DepartmentTreeModel(Words("en"))
    model.set_company(structure, headcount, Marks())
    view = DepartmentTreeView(model, Words("en"))
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.expandAll()
    view.setCurrentIndex(model.index_of(0))
    view.show()
    return view


def model_of(view: DepartmentTreeView) -> DepartmentTreeModel:
    model = view.model()
    assert isinstance(model, DepartmentTreeModel)
    return model


def row(view: DepartmentTreeView, place: int, column: int = 0) -> QAccessibleInterface:
    """The accessible cell of a department; the first row of the tree's children are its headings."""
    number = sum(view.indexAbove(model_of(view).index_of(each)).isValid() for each in range(place + 1))
    found = QAccessible.queryAccessibleInterface(view).child((number + 1) * (STUDY + 1) + column)
    assert found.text(QAccessible.Text.Name)
    return found


def toggle(cell: QAccessibleInterface) -> None:
    actions = cell.actionInterface()
    assert actions.actionNames() == ["Toggle"]
    actions.doAction("Toggle")


@pytest.mark.parametrize("place", [0, 1, 3])
def test_toggle_ticks_the_department_and_toggle_unticks_it(view: DepartmentTreeView, place: int) -> None:
    model = model_of(view)
    for expected in (True, False, True):
        toggle(row(view, place))
        assert bool(model.choice.ticked[place]) is expected
        assert bool(row(view, place).state().checked) is expected
        assert view.currentIndex() == model.index_of(place)


def test_toggle_on_a_figure_ticks_its_department(view: DepartmentTreeView) -> None:
    toggle(row(view, 2, OWN))
    assert model_of(view).choice.ticked[2]
    assert view.currentIndex() == model_of(view).index_of(2)


def test_a_department_of_which_only_others_below_study_says_so_and_is_not_checked(view: DepartmentTreeView) -> None:
    model = model_of(view)
    toggle(row(view, 1))
    assert model.choice.standing(0) is Standing.BELOW
    assert "its own don't, some below do" in row(view, 0).text(QAccessible.Text.Name)
    assert not row(view, 0).state().checked


def test_the_row_that_is_current_is_selected_as_a_whole_and_alone(view: DepartmentTreeView) -> None:
    chosen = view.selectionModel()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(view, key)
        here = view.currentIndex()
        assert {each.row() for each in chosen.selectedIndexes()} == {here.row()}
        assert len(chosen.selectedIndexes()) == STUDY + 1
    area = view.visualRect(model_of(view).index_of(3)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, area)
    assert view.currentIndex() == model_of(view).index_of(3)
    assert len(chosen.selectedIndexes()) == STUDY + 1
    assert not any(model_of(view).choice.ticked)


def test_what_the_program_selects_ticks_nothing(view: DepartmentTreeView) -> None:
    model = model_of(view)
    view.selectionModel().setCurrentIndex(model.index_of(2), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    view.clearSelection()
    view.selectAll()
    model.set_words(Words("ru"))
    assert not any(model.choice.ticked)


def test_a_tick_of_the_current_row_is_told(view: DepartmentTreeView, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[QAccessible.Event, str]] = []

    def note(event: QAccessibleEvent) -> None:
        told.append((event.type(), event.accessibleInterface().text(QAccessible.Text.Name)))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", note)
    view.setCurrentIndex(model_of(view).index_of(2))
    told.clear()
    QTest.keyClick(view, Qt.Key.Key_Space)
    heard = row(view, 2).text(QAccessible.Text.Name)
    assert "its own people study" in heard
    assert told == [(QAccessible.Event.StateChanged, heard), (QAccessible.Event.NameChanged, heard)]
