"""A saved setup opened again: the whole rail behind it, and a department unticked just now."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.wizard.assembly import Sayings
from b24learn_gui.gui.wizard.flow_state import STEPS
from b24learn_gui.gui.wizard.pages.departments import DepartmentsPage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.setup_found import Saved
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.screens_people import _desk as people_desk
from tests.screens.screens_people import _flow as departments_ready
from tests.screens.screens_shell import TitlePage
from tests.screens.waiting import let_background_end


def _edited(words: Words) -> WizardShell:
    flow = departments_ready()
    flow.answer(flow.begin("save"), Saved(flow.draft.settings(), frozenset(flow.secrets)))
    page = DepartmentsPage(people_desk())
    shell = WizardShell(
        flow, {step: page if step == "departments" else TitlePage(step) for step in STEPS}, Sayings(), words
    )
    flow.go("departments")
    for _ in range(600):
        if page.panel.model.rowCount():
            break
        QTest.qWait(20)
    structure = page.panel.model.structure
    page.panel.model.tick(structure.places["main", 53], on=False)
    page.panel.view.setCurrentIndex(page.panel.model.index_of(structure.places["main", 53]))
    let_background_end()
    return shell


@screen("wizard-edited-departments")
def edited(words: Words) -> QWidget:
    return _edited(words)


@screen("wizard-edited-departments-small", (1024, 700))
def edited_small(words: Words) -> QWidget:
    return _edited(words)
