"""Who will study: the tree of departments, and live what the choice comes to."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from b24learn_gui.company.model import Company
from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.departments.panel import DepartmentsPanel, Reckon
from b24learn_gui.gui.kit.buttons import PrimaryButton, SecondaryButton
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.consequences import Consequences
from b24learn_gui.gui.models.headcount import Headcount, count_people
from b24learn_gui.gui.models.marks import Marks
from b24learn_gui.gui.models.structure import Structure
from b24learn_gui.gui.tasks import Handle
from b24learn_gui.gui.views.list_table import ListDelegate
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, StepState
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.asking import Asking
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.reading import Reading
from b24learn_gui.service import setup
from b24learn_gui.storage.settings import PortalSettings, Settings
from b24learn_gui.text.words import Words


@dataclass(frozen=True, slots=True)
class Reckoned(Consequences):
    """What the line shows, and the service's answer it was made from, which the flow wants."""

    of: setup.Consequences


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The tree with its people, and the ground the figures are worked out from."""

    companies: tuple[Company, ...] = field(repr=False)
    structure: Structure = field(repr=False)
    headcount: Headcount = field(repr=False)
    ground: setup.Ground = field(repr=False)


class DepartmentsPage(Page):
    """Ticks become the draft's `include` and `exclude` at once; the figures below follow on a worker."""

    step: Step = "departments"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(scrolls=False, parent=parent)
        self._tasks, self._words = desk.tasks, Words("en")
        self._reading = Reading(desk)
        self._preparing: Handle | None = None
        self._flow: Flow | None = None
        self._prepared: _Prepared | None = None
        self._listing: Handle | None = None
        self.panel = DepartmentsPanel(self._words)
        self.asking = Asking()
        self.put_back = SecondaryButton(icon="undo")
        self.content.addWidget(self.asking)
        self.content.addWidget(self.panel, 1)
        self.panel.marks_changed.connect(self._ticked)
        self.panel.consequences.answered.connect(self._reckoned)
        self.panel.show_deactivated.connect(self._list_deactivated)
        self.put_back.clicked.connect(self._put_back)
        self.put_back.hide()

    def enter(self, flow: Flow) -> None:
        self._flow = flow
        companies = flow.companies
        prepared = self._prepared
        if prepared is not None and len(companies) == len(flow.draft.portals) and _same(prepared.companies, companies):
            self._show(prepared)
        elif not self._reading.busy:
            self._read()

    def refresh(self, state: StepState) -> None:
        del state
        flow = self._flow
        self.put_back.setVisible(
            flow is not None and flow.saved is not None and self.panel.marks != _marks(flow.saved.portals)
            and self._prepared is not None
        )  # fmt: skip

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("Who will study?"),
            words(
                "Tick departments. A tick takes in a department's own people and everything below, "
                "unless you untick it deeper."
            ),
        )
        self.panel.retranslate(words)
        self.asking.retranslate(words)
        self.put_back.setText(words("Put back as it was"))

    def primary_text(self) -> str:
        return self._words("Check the plan") if self._edits() else ""

    def press_primary(self, flow: Flow) -> None:
        if self._edits():
            flow.go("review")
        else:
            flow.forward()

    def not_saved(self) -> str:
        changed, words, model = self.panel.model.changed(), self._words, self.panel.model
        if not changed:
            return ""
        if len(changed) > 1:
            return words.plural(
                "Not saved: {n} department is ticked otherwise", "Not saved: {n} departments are ticked otherwise",
                len(changed),
            )  # fmt: skip
        name = model.structure.names[changed[0]]
        if model.choice.ticked[changed[0]]:
            return words("Not saved: the department “{name}” was ticked", name=name)
        return words("Not saved: the department “{name}” was unticked", name=name)

    def foot_extra(self) -> QWidget:
        return self.put_back

    # Reading and preparing

    def _edits(self) -> bool:
        return self._flow is not None and self._flow.saved is not None

    def _read(self) -> None:
        flow = self._flow
        if flow is None:
            return
        self.asking.show_busy(lambda words: words("Reading departments and people…"), self._stop)
        self._reading.bring(flow, self._prepare, self._fail)

    def _prepare(self, world: setup.World) -> None:
        if self._flow is None:
            return
        settings, saved = self._flow.draft.settings(), self._flow.saved

        def prepare(stop: threading.Event) -> _Prepared:
            del stop  # a second at most, also for half a million people
            structure, headcount = count_people(world.companies)
            ground = setup.prepare_consequences(world, settings, saved)
            return _Prepared(world.companies, structure, headcount, ground)

        if self._preparing is not None:
            self._preparing.cancel()
        self._preparing = self._tasks.run(prepare, self._show, self._fail)

    def _stop(self) -> None:
        self._reading.cancel()
        if self._preparing is not None:
            self._preparing.cancel()
        self._fail(StoppedOnRequest("stopped"))

    def _fail(self, error: SyncError) -> None:
        self.asking.show_error(error, self._read)

    def _show(self, prepared: _Prepared) -> None:
        flow = self._flow
        if flow is None:
            return
        self.asking.show_nothing()
        draft = flow.draft
        marks = _marks(draft.portals)
        if self._prepared is not prepared:
            self._prepared = prepared
            self.panel.set_company(
                prepared.structure,
                prepared.headcount,
                marks,
                saved=_marks(flow.saved.portals) if flow.saved is not None else None,
                portal_names={portal.key: portal.name or portal.address or portal.key for portal in draft.portals},
            )
        self.panel.set_reckoning(_reckon(prepared.ground, draft.settings()))
        self.panel.set_marks(marks)
        self.refresh(flow.state("departments"))

    # Ticks

    def _ticked(self, marks: Marks) -> None:
        flow = self._flow
        if flow is None:
            return
        for portal in flow.draft.portals:
            include, exclude = marks.settings(portal.key)
            if (include, exclude) != (portal.include, portal.exclude):
                flow.edit_portal(portal.key, include=include, exclude=exclude)

    def _reckoned(self, reckoned: Reckoned) -> None:
        if self._flow is not None:
            self._flow.answer(self._flow.begin("consequences"), reckoned.of)

    def _put_back(self) -> None:
        if self._flow is not None and self._flow.saved is not None:
            self.panel.set_marks(_marks(self._flow.saved.portals))
            self.panel.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _list_deactivated(self) -> None:
        if self._flow is None or self._prepared is None:
            return
        ground, settings = self._prepared.ground, self._flow.draft.settings()
        if self._listing is not None:
            self._listing.cancel()
        self._listing = self._tasks.run(
            lambda _stop: setup.who_is_deactivated(ground, settings), self._show_deactivated, self._fail
        )

    def _show_deactivated(self, people: tuple[setup.Deactivated, ...]) -> None:
        self.deactivated = DeactivatedDialog([each.name for each in people], self._words, self)
        self.deactivated.open()


class DeactivatedDialog(QDialog):
    """Everybody whose account a run with this choice would deactivate, by name."""

    def __init__(self, names: list[str], words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words("Would be deactivated"))
        title = Text(words.plural("{n} account would be deactivated", "{n} accounts would be deactivated", len(names)))
        title.set_step("section")
        self.names = QListView()
        self.names.setModel(QStringListModel(names, self.names))
        self.names.setUniformItemSizes(True)
        self.names.setItemDelegate(ListDelegate(self.names))
        self.names.setFrameShape(QFrame.Shape.NoFrame)
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.names.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.names.setAccessibleName(words("Would be deactivated"))
        self.leave = PrimaryButton(words("Close"))
        self.leave.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 16)
        rows.setSpacing(12)
        rows.addWidget(title)
        rows.addWidget(Text(words("Accounts are deactivated, never deleted."), shade="text_2"))
        card = Card(padding=0)
        card.rows.setContentsMargins(1, 5, 1, 5)
        card.rows.addWidget(self.names)
        rows.addWidget(card, 1)
        rows.addLayout(foot)
        self.resize(460, 480)


def _marks(portals: tuple[PortalSettings, ...]) -> Marks:
    return Marks.of({portal.key: (portal.include, portal.exclude) for portal in portals})


def _same(before: tuple[Company, ...], now: tuple[Company, ...]) -> bool:
    return len(before) == len(now) and all(one is other for one, other in zip(before, now, strict=True))


def _reckon(ground: setup.Ground, settings: Settings) -> Reckon:
    def reckon(marks: Marks) -> Reckoned:
        found = setup.consequences(ground, _with_marks(settings, marks))
        return Reckoned(
            will_study=found.will_study,
            was_studying=found.was_studying,
            left_out=found.left_out,
            were_left_out=found.were_left_out,
            deactivated=found.deactivated,
            limit=found.limit,
            of=found,
        )

    return reckon


def _with_marks(settings: Settings, marks: Marks) -> Settings:
    chosen: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
        portal.key: marks.settings(portal.key) for portal in settings.portals
    }
    portals = tuple(
        replace(portal, include=chosen[portal.key][0], exclude=chosen[portal.key][1]) for portal in settings.portals
    )
    return replace(settings, portals=portals)
