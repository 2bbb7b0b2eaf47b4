"""Where Learn's profile fields are filled from, and who is left out for want of a value."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.kit.buttons import SecondaryButton
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Handle
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, Ticket
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.asking import Asking
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.mapping_table import MappingTable
from b24learn_gui.gui.wizard.pages.problem_table import ProblemTable
from b24learn_gui.gui.wizard.pages.reading import Reading
from b24learn_gui.service import setup
from b24learn_gui.text.errors import fault_sentence
from b24learn_gui.text.words import Words

ChooseFile = Callable[[QWidget, Words], str]
"""Asks where the list shall be written; "" for nowhere."""

_TABLE_HEIGHT = 260


@dataclass(frozen=True, slots=True)
class _Health:
    report: setup.FieldReport
    problems: tuple[setup.ProblemRow, ...]


def choose_file(parent: QWidget, words: Words) -> str:
    """The platform's own dialog for saving a workbook."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    proposal = str(Path(folder) / f"{words('Left out and notes')}.xlsx")
    chosen, _ = QFileDialog.getSaveFileName(parent, words("Export for HR"), proposal, "Excel (*.xlsx)")
    return chosen if not chosen or chosen.lower().endswith(".xlsx") else f"{chosen}.xlsx"


class FieldsPage(Page):
    """The mapping is the draft's at once; figures and people follow from the planner on a worker."""

    step: Step = "fields"

    def __init__(self, desk: Desk, choose: ChooseFile = choose_file, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._tasks, self._choose, self._words = desk.tasks, choose, Words("en")
        self._reading = Reading(desk)
        self._flow: Flow | None = None
        self._planning: Handle | None = None
        self._tickets: tuple[Ticket, ...] = ()
        self._saved_to: Path | None = None
        self.asking, self.unable, self.written = Asking(), Notice(), Notice()
        self.mapping, self.problems = MappingTable(), ProblemTable()
        self._heading = Text(step="section")
        self._everybody = Text(shade="text_2")
        self.export = SecondaryButton(icon="export")
        self._card = Card(padding=0)
        self._lay_out()
        self.mapping.mapped.connect(self._map)
        self.mapping.login_chosen.connect(lambda value: self._edit(login_from=value))
        self.export.clicked.connect(self._export)
        self.draw()

    def enter(self, flow: Flow) -> None:
        self._flow, self._saved_to = flow, None
        self._ask()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("What goes into the profiles?"),
            words(
                "Each field of Learn is filled from a field of Bitrix24. An empty field never clears what Learn has."
            ),
        )
        self.asking.retranslate(words)
        self.mapping.retranslate(words)
        self.problems.retranslate(words)
        self.export.setText(words("Export for HR…"))
        self._everybody.setText(words("Everybody chosen has what Learn needs."))
        self.draw()

    def _lay_out(self) -> None:
        self._card.rows.setContentsMargins(1, 4, 1, 5)
        self._card.rows.addWidget(self.problems)
        self.problems.setFixedHeight(_TABLE_HEIGHT)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.export)
        self.content.setSpacing(12)
        for each in (self.asking, self.unable, self.mapping):
            self.content.addWidget(each)
        self.content.addLayout(head)
        for below in (self.written, self._everybody, self._card):
            self.content.addWidget(below)

    # Asking

    def _edit(self, **changes: object) -> None:
        if self._flow is not None:
            self._flow.edit(**changes)
            self._ask()

    def _map(self, name: str, source: str) -> None:
        """Another source for a Learn field; the settings may spell its name in other letters."""
        if self._flow is None:
            return
        fields = {each: code for each, code in self._flow.draft.fields.items() if each.lower() != name.lower()}
        if source:
            fields[name] = source
        self._edit(fields=fields)

    def _ask(self) -> None:
        flow = self._flow
        if flow is None:
            return
        if flow.found("report") is not None and flow.found("problems") is not None:
            self.asking.show_nothing()
            self.draw()
            return
        self._drop()
        self.asking.show_busy(lambda words: words("Looking through everybody's data…"), self._stop)
        self._reading.bring(flow, self._plan, self._fail)

    def _plan(self, world: setup.World) -> None:
        flow = self._flow
        if flow is None:
            return
        settings = flow.draft.settings()
        found = [flow.found("portal", portal=portal.key) for portal in settings.portals]
        portals = [each for each in found if each is not None]

        def look(stop: threading.Event) -> _Health:
            plan = setup.plan_draft(world, settings)
            if stop.is_set():
                raise StoppedOnRequest("stopped")
            return _Health(
                setup.field_report(world, settings, plan, portals), setup.problem_list(world, settings, plan)
            )

        self._tickets = (flow.begin("report"), flow.begin("problems"))
        self._planning = self._tasks.run(look, self._answer, self._fail)

    def _answer(self, health: _Health) -> None:
        flow, self._planning = self._flow, None
        if flow is None:
            return
        self.asking.show_nothing()
        for ticket, result in zip(self._tickets, (health.report, health.problems), strict=True):
            flow.answer(ticket, result)
        self._tickets = ()
        self.draw()

    def _fail(self, error: SyncError) -> None:
        self._planning = None
        if self._flow is not None:
            for ticket in self._tickets:
                self._flow.fail(ticket, error)
        self._tickets = ()
        self.asking.show_error(error, self._ask)

    def _drop(self) -> None:
        self._reading.cancel()
        if self._planning is not None:
            self._planning.cancel()
        if self._flow is not None:
            for ticket in self._tickets:
                self._flow.cancel(ticket)
        self._planning, self._tickets = None, ()

    def _stop(self) -> None:
        self._drop()
        self.asking.show_error(StoppedOnRequest("stopped"), self._ask)

    # Drawing

    def draw(self) -> None:
        flow, words = self._flow, self._words
        report = flow.found("report") if flow is not None else None
        problems = flow.found("problems") if flow is not None else None
        if flow is not None and report is not None:
            self.mapping.show_report(report, flow.draft.login_from)
        self.unable.show_view(self._trouble(report))
        self.mapping.setVisible(self.mapping.is_filled)
        self.problems.rows.show_rows(problems or ())
        out = sum(not row.note for row in problems or ())
        notes = len(problems or ()) - out
        self._heading.setText(
            words.listed(
                part
                for part in (
                    words.plural("{n} person is left out", "{n} people are left out", out),
                    words.plural("{n} note", "{n} notes", notes) if notes else "",
                )
                if part
            )
        )
        self._heading.setVisible(problems is not None)
        self.export.setVisible(problems is not None)
        self.export.setEnabled(bool(problems))
        self._card.setVisible(bool(problems))
        self._everybody.setVisible(problems is not None and not problems)
        self.written.show_view(
            NoticeView(words("The list is written."), str(self._saved_to), "ok") if self._saved_to else None
        )

    def _trouble(self, report: setup.FieldReport | None) -> NoticeView | None:
        words = self._words
        faults = self._flow.state("fields").faults if self._flow is not None else ()
        if faults:
            sentences = " ".join(fault_sentence(fault, words) for fault in faults)
            return NoticeView(words("The mapping cannot be used like that"), sentences, "failed")
        if report is None or not report.unable:
            return None
        return NoticeView(
            words.plural(
                "{n} of {people} people cannot get an account",
                "{n} of {people} people cannot get an account",
                report.unable,
                people=report.people,
            ),
            words("A value that Learn needs is missing or not valid. Fill it in Bitrix24; nobody else is held up."),
        )

    # The list for HR

    def _export(self) -> None:
        problems = self._flow.found("problems") if self._flow is not None else None
        chosen = self._choose(self, self._words) if problems else ""
        if not problems or not chosen:
            return
        file, words = Path(chosen), self._words
        self._saved_to = None

        def write(stop: threading.Event) -> Path:
            del stop  # a workbook is written in one go
            setup.export_problems(problems, file, words)
            return file

        self._tasks.run(write, self._exported, lambda error: self.asking.show_error(error, self._export))

    def _exported(self, file: Path) -> None:
        self.asking.show_nothing()
        self._saved_to = file
        self.draw()
