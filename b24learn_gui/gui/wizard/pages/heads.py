"""Whether heads of departments become supervisors in Learn, what that does there, and how many they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Department
from b24learn_gui.company.scope import Scope
from b24learn_gui.company.text import clean, display_name
from b24learn_gui.errors import SyncError
from b24learn_gui.gui import icons
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.storage.settings import PortalSettings
from b24learn_gui.text.words import Words

_EXAMPLES = 3


@dataclass(frozen=True)
class Heads:
    """What the portals say of heads. `departments` are the ticked ones, or all while none is (`ticked` off).

    `named`: departments with a head; `people`: how many different people that is; `unable`: departments whose head is
    no active employee; `examples`: department and head.
    """

    departments: int = 0
    named: int = 0
    people: int = 0
    unable: int = 0
    ticked: bool = False
    examples: tuple[tuple[str, str], ...] = ()


def count_heads(companies: Iterable[Company], portals: Mapping[str, PortalSettings]) -> Heads:
    """The heads of the departments that are to study, by what was read of the portals."""
    departments = named = unable = 0
    people: set[tuple[str, int]] = set()
    examples: list[tuple[str, str]] = []
    ticked = bool(portals) and all(portal.include for portal in portals.values())
    for company in companies:
        active = {employee.id: employee for employee in company.employees if employee.active}
        for department in _meant(company, portals.get(company.portal), ticked=ticked):
            departments += 1
            if not department.head:
                continue
            named += 1
            head = active.get(department.head)
            if head is None:
                unable += 1
                continue
            people.add((company.portal, head.id))
            if len(examples) < _EXAMPLES:
                examples.append((clean(department.name) or str(department.id), display_name(head)))
    return Heads(departments, named, len(people), unable, ticked, tuple(examples))


def _meant(company: Company, portal: PortalSettings | None, *, ticked: bool) -> tuple[Department, ...]:
    if not ticked or portal is None:
        return company.departments
    scope = Scope.of(Forest.of(company.departments), portal.include, portal.exclude)
    return tuple(department for department in company.departments if department.id in scope.ticked)


class HeadsPage(Page):
    """One choice; below it what comes of it, in numbers and in words."""

    step: Step = "heads"

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._tasks, self._words = tasks, Words("en")
        self._flow: Flow | None = None
        self._heads: Heads | None = None
        self._counting: Handle | None = None
        self.choice, self._hint = QCheckBox(), Text(shade="text_2")
        self._number, self._noun = Text(step="number", wrap=False, selectable=True), Text(selectable=True)
        self._note = Text(step="caption", shade="text_2", selectable=True)
        self._figures, self._examples = Card(), Text(shade="text_2", selectable=True)
        self._title = Text(step="section")
        self._points = [
            _Point(name) for name in ("person-head", "state-skipped", "person-deactivate", "protected", "unchanged")
        ]
        self._lay_out()
        self.choice.toggled.connect(self._choose)

    def enter(self, flow: Flow) -> None:
        self._flow, self._heads = flow, None
        if self._counting is not None:
            self._counting.cancel()
        companies, portals = flow.companies, {portal.key: portal for portal in flow.draft.portals}
        self._counting = self._tasks.run(lambda _stop: count_heads(companies, portals), self._counted, self._uncounted)

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("Should heads of departments be supervisors in Learn?"),
            words("Who heads which department is taken from Bitrix24. Learn lets a department have one supervisor."),
        )
        self.choice.setText(words("Sync department heads"))
        self.choice.setAccessibleName(self.choice.text())
        self._hint.setText(
            words("The head named in Bitrix24 becomes the supervisor of the same department in Learn, at every run.")
        )
        self.choice.setAccessibleDescription(self._hint.text())
        self.draw()

    @property
    def texts(self) -> list[str]:
        """What is said about the numbers and about Learn, line by line."""
        figures = [] if self._figures.isHidden() else [f"{self._number.text()} {self._noun.text()}", self._note.text()]
        return [text for text in (*figures, self._examples.text(), *(point.text for point in self._points)) if text]

    def _lay_out(self) -> None:
        card = Card()
        card.rows.addWidget(self.choice)
        hint = QHBoxLayout()
        hint.setContentsMargins(26, 0, 0, 0)
        hint.addWidget(self._hint)
        card.rows.addLayout(hint)
        self.content.addWidget(card)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._number, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self._noun, 1, Qt.AlignmentFlag.AlignBottom)
        drop = self._number.fontMetrics().descent() - self._noun.fontMetrics().descent()
        self._noun.setContentsMargins(0, 0, 0, max(0, drop))  # number and words stand on one line
        self._figures.rows.addLayout(line)
        for text in (self._note, self._examples):
            self._figures.rows.addWidget(text)
        self.content.addWidget(self._figures)
        rows = QVBoxLayout()
        rows.setSpacing(10)
        rows.addWidget(self._title)
        for point in self._points:
            rows.addWidget(point)
        self.content.addLayout(rows)

    def _choose(self, on: bool) -> None:
        if self._flow is not None:
            self._flow.edit(sync_heads=on)

    def draw(self) -> None:
        if self._flow is None:
            return
        words, on = self._words, self._flow.draft.sync_heads
        if self.choice.isChecked() != on:
            self.choice.setChecked(on)
        self._draw_figures(words)
        self._title.setText(words("What this does in Learn") if on else words("What happens in Learn without it"))
        said = _with_heads(words) if on else _without_heads(words)
        for number, point in enumerate(self._points):
            point.say(said.get(number, ""))

    def _counted(self, heads: Heads) -> None:
        self._heads = heads
        self.draw()

    def _uncounted(self, error: SyncError) -> None:
        del error  # the choice can be made without the figures
        self._counted(Heads())

    def _draw_figures(self, words: Words) -> None:
        heads = self._heads
        self._figures.setVisible(
            bool(self._flow and self._flow.companies) if heads is None else bool(heads.departments)
        )
        if heads is None:
            self._number.setText("…")
            for text in (self._noun, self._note, self._examples):
                text.setText(" ")
            return
        if not heads.departments:
            return
        self._number.setText(words.number(heads.people))
        of = heads.departments
        people = words.plural("person heads a department", "people head departments", heads.people)
        self._noun.setText(people)
        named = (
            words("{named} of {of} ticked departments name a head in Bitrix24.", named=heads.named, of=of)
            if heads.ticked
            else words("{named} of {of} departments name a head in Bitrix24.", named=heads.named, of=of)
        )
        unable = (
            words.plural(
                "In {n} department the head is no active employee, so nobody is set there.",
                "In {n} departments the head is no active employee, so nobody is set there.",
                heads.unable,
            )
            if heads.unable
            else ""
        )
        self._note.setText(f"{named} {unable}".strip())
        pairs = "\n".join(f"{department} — {head}" for department, head in heads.examples)
        self._examples.say(pairs)


class _Point(QWidget):
    """One consequence, with the icon of what it is about; hidden while it says nothing."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._text = Text(selectable=True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(IconMark(icon, size=icons.STATE), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str) -> None:
        self._text.setText(text)
        self.setVisible(bool(text))


def _with_heads(words: Words) -> dict[int, str]:
    """Point → what it says, by rules H1 and H2."""
    return {
        0: words("A supervisor gets the Supervisor role in Learn by that; no other role is changed."),
        1: words("A head without an active account in Learn is passed over and named in the report."),
        2: words("When a head leaves, the department takes over the supervisor of the one above it."),
        3: words("Where Bitrix24 names nobody, a supervisor set by hand stays."),
    }


def _without_heads(words: Words) -> dict[int, str]:
    return {4: words("Supervisors in Learn stay as they are, those that earlier runs have set as well.")}
