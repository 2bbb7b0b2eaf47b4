"""Where the employees come from: the portals, each with its webhook and its check."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import State
from b24learn_gui.gui.kit.buttons import TextButton
from b24learn_gui.gui.kit.fold import FoldCard
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.place_line import PlaceNotice
from b24learn_gui.gui.wizard.pages.portal_box import PortalBox
from b24learn_gui.text.words import Words


class Bitrix24Page(Page):
    """One portal stands on the page itself; of several each has a card that closes to one line."""

    step: Step = "bitrix24"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._words = Words("en")
        self._flow: Flow | None = None
        self._open: str | None = None
        """The portal whose card is open by itself: the failing one, else the newest; None once somebody chose."""
        self.boxes: dict[str, PortalBox] = {}
        self.cards: dict[str, FoldCard] = {}
        self.place = PlaceNotice(desk, self.draw)
        self.add = TextButton(icon="add")
        self.add.clicked.connect(self._add)
        self._portals = QVBoxLayout()
        self._portals.setSpacing(8)
        self.content.addWidget(self.place)
        self.content.addLayout(self._portals)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        self.content.addLayout(foot)

    def enter(self, flow: Flow) -> None:
        if flow is not self._flow:
            self._clear()
        self._flow = flow
        self.place.enter(flow)
        self.draw()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("Where do the employees come from?"),
            words("The company's structure is read through an incoming webhook. Nothing is changed in Bitrix24."),
        )
        self.add.setText(words("Add another portal"))
        self.draw()

    def press_primary(self, flow: Flow) -> None:
        """An address that was typed and not taken yet is taken first."""
        pending = [box for box in self.boxes.values() if box.pending]
        for box in pending:
            box.complete()
        if not pending:
            flow.forward()

    def draw(self) -> None:
        flow = self._flow
        if flow is None:
            return
        keys = [portal.key for portal in flow.draft.portals]
        if keys != list(self.boxes) or bool(self.cards) != (len(keys) > 1):
            self._rebuild(keys)
        self.place.draw(self._words)
        for key, box in self.boxes.items():
            box.draw(self._words)
            if key in self.cards:
                self._draw_card(flow, key)

    def _draw_card(self, flow: Flow, key: str) -> None:
        words, portal = self._words, flow.draft.portal(key)
        found = flow.found("portal", portal=key)
        error = flow.error("portal", portal=key)
        state: State = "waiting"
        summary = words("not checked yet")
        if flow.busy("portal", portal=key):
            state, summary = "busy", words("being checked…")
        elif error is not None:
            state, summary = "failed", words("does not work yet")
            if not self.cards[key].is_open and self._open is not None:
                self.cards[key].set_open(True)
        elif found is not None:
            state = "ok"
            summary = words.listed(
                (
                    words.plural("{n} employee", "{n} employees", found.employees),
                    words.plural("{n} department", "{n} departments", found.departments),
                )
            )
        title = portal.name or portal.address.partition("://")[2] or words("New portal")
        self.cards[key].set_texts(title, summary, words("Remove"), state)

    def _rebuild(self, keys: list[str]) -> None:
        """Boxes of portals that stay are kept with what is typed in them; only what holds them is made anew."""
        flow = self._flow
        if flow is None:
            return
        for box in self.boxes.values():
            box.setParent(None)
        for card in self.cards.values():
            self._portals.removeWidget(card)
            card.hide()
            card.deleteLater()
        gone = [key for key in self.boxes if key not in keys]
        for key in gone:
            box = self.boxes.pop(key)
            box.stop()
            box.deleteLater()
        kept = self.boxes
        self.boxes = {key: kept.get(key) or PortalBox(self._desk, flow, key, self.place, self._words) for key in keys}
        self.cards = {}
        self._open = self._to_open(flow, keys)
        for key, box in self.boxes.items():
            if key not in kept:
                box.answered.connect(lambda box=box: QTimer.singleShot(0, self, lambda: self._show_outcome(box)))
            if len(keys) == 1:
                self._portals.addWidget(box)
            else:
                self.cards[key] = self._card(key, box)
            box.show()

    def _card(self, key: str, box: PortalBox) -> FoldCard:
        card = FoldCard()
        card.body.addWidget(box)
        card.set_open(key == self._open)
        card.removed.connect(lambda: QTimer.singleShot(0, self, lambda: self._remove(key)))
        card.header.clicked.connect(self._chosen)
        self._portals.addWidget(card)
        return card

    def _to_open(self, flow: Flow, keys: list[str]) -> str:
        failing = [key for key in keys if flow.error("portal", portal=key) is not None]
        return failing[0] if failing else keys[-1]

    def _show_outcome(self, box: PortalBox) -> None:
        if box.checking.panel.isVisible():
            self.show_all_of(box.checking.panel.outcome)

    def _chosen(self) -> None:
        self._open = None

    def _add(self) -> None:
        if self._flow is not None:
            key = self._flow.add_portal()
            self.draw()
            if key in self.cards:
                for other, card in self.cards.items():
                    card.set_open(other == key)
            self.boxes[key].webhook.line.setFocus()

    def _remove(self, key: str) -> None:
        if self._flow is not None:
            self._flow.remove_portal(key)
            self.draw()

    def _clear(self) -> None:
        for box in self.boxes.values():
            box.stop()
            box.setParent(None)
            box.deleteLater()
        for card in self.cards.values():
            self._portals.removeWidget(card)
            card.deleteLater()
        self.boxes, self.cards = {}, {}
