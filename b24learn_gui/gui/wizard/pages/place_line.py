"""Where secrets will be kept, and the way out where nothing can keep them."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from b24learn_gui.gui.kit.buttons import Action
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_words import STORE_REMEDIES, place_sentence
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.service.setup import where_kept
from b24learn_gui.service.setup_found import SecretPlace
from b24learn_gui.text.errors import what_happened
from b24learn_gui.text.words import Words

_DEADLINE = 30.0


class PlaceNotice(QWidget):
    """Says nothing while a store is ready: then one caption beside the field does (`sentence`)."""

    def __init__(self, desk: Desk, redraw: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._redraw = desk, redraw
        self._flow: Flow | None = None
        self.notice = Notice()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.notice)
        self.hide()

    def enter(self, flow: Flow) -> None:
        """Asks the store once, off this thread: it may have to be unlocked."""
        self._flow = flow
        if flow.found("kept") is None and not flow.busy("kept") and not self._desk.demonstrates:
            self._ask()

    def draw(self, words: Words) -> None:
        """Shows trouble with the store, its remedy, and the way out."""
        place = self._flow.found("kept") if self._flow is not None else None
        trouble = place is not None and not place.usable and place.state != "directory"
        self.setVisible(trouble)
        if not trouble or place is None:
            return
        if self._desk.only_until_quit:
            self.notice.show_view(
                NoticeView(
                    words("Secrets are kept only until you quit."),
                    words("They are written nowhere. Runs at set times need them entered again after each start."),
                    "info",
                    (Action(words("Look for a store again"), self._look_again, "retry"),),
                )
            )
            return
        self.notice.show_view(
            NoticeView(
                words("The secrets cannot be kept safely on this computer yet."),
                _trouble(place, words),
                "warning",
                (
                    Action(words("Look for a store again"), self._look_again, "retry"),
                    Action(words("Keep only until I quit"), self._only_until_quit),
                ),
            )
        )

    def sentence(self, words: Words) -> str:
        """Where a secret will be kept, for the caption below its field; empty while that is not known."""
        place = self._flow.found("kept") if self._flow is not None else None
        if place is None and not self._desk.demonstrates:
            return ""
        if place is None or self._desk.only_until_quit:
            return words("It is kept only until you quit.")
        return place_sentence(place, words) if place.usable or place.state == "directory" else ""

    def too_large(self, value: str, words: Words) -> str:
        """What to say of a value that the store would not take; empty if it would."""
        place = self._flow.found("kept") if self._flow is not None else None
        if place is None or self._desk.only_until_quit or not place.too_large(value):
            return ""
        return words(
            "This is longer than the password store takes ({limit} characters). Check that nothing else was pasted "
            "with it.",
            limit=place.max_units,
        )

    def _look_again(self) -> None:
        self._desk.only_until_quit = False
        self._ask()
        self._redraw()

    def _only_until_quit(self) -> None:
        self._desk.only_until_quit = True
        self._redraw()

    def _ask(self) -> None:
        flow = self._flow
        if flow is None:
            return
        ticket = flow.begin("kept")
        context = self._desk.context

        def answered(place: SecretPlace) -> None:
            flow.answer(ticket, place)

        self._desk.tasks.run(
            lambda _stop: where_kept(context),
            answered,
            lambda error: flow.fail(ticket, error),
            deadline_seconds=_DEADLINE,
        )


def _trouble(place: SecretPlace, words: Words) -> str:
    """What is the matter with the store and what to do here; the general advice is for commands without a window."""
    what = what_happened(place.error, words) if place.error is not None else ""
    remedy = words(STORE_REMEDIES[place.remedy]) if place.remedy in STORE_REMEDIES else ""
    return " ".join(part for part in (what, remedy) if part)
