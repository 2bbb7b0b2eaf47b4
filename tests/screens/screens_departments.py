"""The tree of departments from a fixed company."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.gui.departments.panel import DepartmentsPanel
from b24learn_gui.gui.kit.page import PageFrame
from b24learn_gui.gui.models.consequences import Consequences
from b24learn_gui.gui.models.headcount import count_people
from b24learn_gui.gui.models.marks import Marks
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.waiting import let_background_end

_ROWS: Sequence[tuple[int, str, int | None, int]] = (
    (1, "Пример Групп", None, 4),
    (2, "Дирекция", 1, 12),
    (3, "Продажи", 1, 6),
    (31, "Продажи, Москва", 3, 142),
    (32, "Продажи, Северо-Запад", 3, 96),
    (33, "Тендерный отдел", 3, 18),
    (34, "Стажёры", 3, 61),
    (4, "Производство", 1, 9),
    (41, "Цех № 1", 4, 392),
    (42, "Временные работники", 4, 162),
    (5, "Логистика", 1, 5),
    (51, "Транспорт", 5, 104),
    (52, "Доставка", 5, 62),
    (53, "Склад", 5, 40),
    (6, "Финансы и право", 1, 3),
    (61, "Бухгалтерия", 6, 55),
    (7, "ИТ", 1, 2),
    (71, "Разработка", 7, 63),
    (8, "Персонал и обучение", 1, 48),
)


def example_company() -> Company:
    """19 departments with 1,284 people, as in the pictures of the design."""
    departments = tuple(Department(id_, name, parent, sort=place) for place, (id_, name, parent, _) in enumerate(_ROWS))
    homes = [id_ for id_, _, _, people in _ROWS for _ in range(people)]
    people = tuple(Employee(number, active=True, departments=(home,)) for number, home in enumerate(homes, 1))
    return Company("main", departments, people, Rights(frozenset(), 1, admin=True))


def _panel(words: Words, *, first: bool = False) -> DepartmentsPanel:
    structure, headcount = count_people([example_company()])
    saved = Marks.of({"main": ([2, 3, 4, 51, 52, 53, 6, 7, 8], [34, 42])})
    panel = DepartmentsPanel(words)
    if first:
        panel.set_company(structure, headcount, Marks.of({"main": ([1], [])}))
        return panel
    panel.set_company(structure, headcount, saved, saved=saved)
    panel.set_reckoning(lambda _marks: Consequences(1012, 1052, 272, 232, 37, 12))
    panel.model.tick(structure.places["main", 53], on=False)
    for folded in (4, 6, 7):
        panel.view.collapse(panel.model.index_of(structure.places["main", folded]))
    panel.view.setCurrentIndex(panel.model.index_of(structure.places["main", 53]))
    _wait_for(panel)
    return panel


def _wait_for(panel: DepartmentsPanel) -> None:
    let_background_end()
    assert panel.consequences.shown is not None


def _page(words: Words, panel: QWidget) -> QWidget:
    page = PageFrame(scrolls=False)
    ru = words.language == "ru"
    page.set_texts(
        "Кто будет учиться?" if ru else "Who will study?",
        "Отметьте отделы. Отметка отдела включает его собственных сотрудников и всё, что ниже, пока вы не снимете её глубже."
        if ru
        else "Tick departments. A tick takes in a department's own people and everything below, unless you untick it deeper.",
    )
    page.content.addWidget(panel, 1)
    return page


@screen("departments", (864, 688))
def departments(words: Words) -> QWidget:
    return _page(words, _panel(words))


@screen("departments-small", (788, 560))
def departments_small(words: Words) -> QWidget:
    return _page(words, _panel(words))


@screen("departments-search", (864, 688))
def departments_search(words: Words) -> QWidget:
    panel = _panel(words)
    panel.search.setText("склад")
    panel.search.returnPressed.emit()
    return _page(words, panel)


@screen("departments-no-hit", (864, 688))
def departments_no_hit(words: Words) -> QWidget:
    panel = _panel(words)
    panel.search.setText("бассейн")
    panel.search.returnPressed.emit()
    return _page(words, panel)


@screen("departments-missing", (864, 688))
def departments_missing(words: Words) -> QWidget:
    panel = _panel(words, first=True)
    panel.set_marks(Marks.of({"main": ([1, 998], [999])}))
    return _page(words, panel)


@screen("departments-waiting", (864, 688))
def departments_waiting(words: Words) -> QWidget:
    return _page(words, DepartmentsPanel(words))
