"""What the first run would do, and the saving of everything that was entered, together or not at all."""

import contextlib
import threading
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from b24learn_gui.errors import SecretUnavailable, StoppedOnRequest, SyncError
from b24learn_gui.gui.kit.buttons import TextButton
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.models.limit_causes import ExceededLimit, exceeded_limits
from b24learn_gui.gui.models.plan_of_preview import plan_of
from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.gui.preview.limit_panel import LimitPanel
from b24learn_gui.gui.preview.view import PreviewView
from b24learn_gui.gui.tasks import Handle
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, Ticket
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.asking import Asking
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.reading import Reading
from b24learn_gui.service import setup
from b24learn_gui.service.autostart import State as AutostartState
from b24learn_gui.service.autostart import switch
from b24learn_gui.service.report import write_summary
from b24learn_gui.text.plans import doubt_phrase
from b24learn_gui.text.words import Words

_CARD = "/company/personal/user/{id}/"
"""Where a person's card stands on every portal."""
_BREATH_MS = 15
"""Between what the saving sets off and the next page, which has to be built: what is typed meanwhile is heard."""
_ASKABLE = frozenset({"", "preview_missing", "preview_failed"})
"""Reasons to stay here that a preview may take away; with any other one nothing can be planned."""


class ReviewPage(Page):
    """`sync_wanted` carries the hash of the plan that was shown, once the setup is saved and if that was ticked.

    With it go the secrets that no store has, by name: empty unless they are kept only until the program quits, which
    is offered here, too, where the store refuses. `autostart_failed` comes before it, where the setup was saved but
    the start with the computer could not be switched.
    """

    step: Step = "review"
    sync_wanted = Signal(str, object)
    autostart_failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(fills=True, parent=parent)
        self._desk, self._tasks = desk, desk.tasks
        self._words = Words("en")
        self._reading = Reading(desk)
        self._flow: Flow | None = None
        self._planning: Handle | None = None
        self._ticket: Ticket | None = None
        self._proposed_for: setup.Preview | None = None
        self._data: PlanData | None = None
        self._exceeded: list[ExceededLimit] = []
        self._written: Path | None = None
        self.asking, self.attention, self.limits, self.written = Asking(), Notice(), LimitPanel(), Notice()
        self.plan = PreviewView(self._words, self._write)
        self.again, self.run_now = TextButton(icon="retry"), QCheckBox()
        self.beside.addWidget(self.again)
        self.content.setSpacing(12)
        for each in (self.asking, self.attention, self.limits, self.written):
            self.content.addWidget(each)
        self.content.addWidget(self.plan, 1)
        self.plan.exported.connect(self._exported)
        self.plan.export_failed.connect(self._not_exported)
        self.limits.list_wanted.connect(self._show_list)
        self.run_now.toggled.connect(lambda _on: self.draw())
        self.again.clicked.connect(self._read_again)
        self.plan.hide()

    def enter(self, flow: Flow) -> None:
        self._flow, self._written = flow, None
        self._ask()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.asking.retranslate(words)
        self.plan.retranslate(words)
        self.again.setText(words("Read both sides again"))
        self.draw()

    def primary_text(self) -> str:
        flow, words = self._flow, self._words
        if flow is None:
            return ""
        if flow.is_saved:
            return words("Run the sync now") if self._runs_now() else ""
        if flow.draft.enabled:
            return words("Save and switch on the schedule")
        return words("Save, the schedule stays off")

    def press_primary(self, flow: Flow) -> None:
        if flow.is_saved:
            self._go_on(flow)
        else:
            self._save()

    def foot_extra(self) -> QWidget:
        return self.run_now

    # The preview

    def _ask(self) -> None:
        flow = self._flow
        if flow is None:
            return
        if flow.found("preview") is not None:
            self.asking.show_nothing()
        elif flow.state("review").why_not in _ASKABLE and not (self._reading.busy or flow.busy("preview")):
            self._drop()  # one that nobody waits for any more may still be on its way
            self._say_busy()
            self._reading.bring(flow, self._plan, self._fail)
        self.draw()

    def _read_again(self) -> None:
        """Both sides from the beginning: what was read before may be hours old."""
        if self._flow is not None and self._flow.state("review").why_not in _ASKABLE:
            self._drop()
            self._say_busy()
            self._plan(None)

    def _plan(self, world: setup.World | None) -> None:
        flow = self._flow
        if flow is None:
            return
        context, settings, secrets = self._desk.context, flow.draft.settings(), flow.secrets
        ticket = self._ticket = flow.begin("preview")

        def preview_of(stop: threading.Event) -> tuple[setup.Preview, PlanData, list[ExceededLimit]]:
            preview = setup.preview_draft(context, settings, secrets, world=world, stop=stop)
            data = plan_of(preview, settings)
            return preview, data, exceeded_limits(data)

        def answer(found: tuple[setup.Preview, PlanData, list[ExceededLimit]]) -> None:
            self._planning = None
            self.asking.show_nothing()
            preview, self._data, self._exceeded = found
            flow.answer(ticket, preview)
            self.draw()

        self._planning = self._tasks.run(preview_of, answer, self._fail)

    def _fail(self, error: SyncError) -> None:
        self._planning = None
        if self._flow is not None and self._ticket is not None:
            self._flow.fail(self._ticket, error)
        self.asking.show_error(error, self._ask)

    def _drop(self) -> None:
        self._reading.cancel()
        if self._planning is not None:
            self._planning.cancel()
            self._planning = None
        if self._flow is not None and self._ticket is not None:
            self._flow.cancel(self._ticket)

    def _stop(self) -> None:
        self._drop()
        self.asking.show_error(StoppedOnRequest("stopped"), self._ask)

    def _say_busy(self) -> None:
        self.asking.show_busy(lambda words: words("Working out what would happen…"), self._stop)

    # Saving

    def _save(self, *, until_quit: bool = False) -> None:
        flow = self._flow
        if flow is None or not flow.state("review").can_continue:
            return
        context, settings, secrets, companies = self._desk.context, flow.draft.settings(), flow.secrets, flow.companies
        learn, preview = flow.found("learn"), flow.found("preview")
        api_base = learn.api_base if learn is not None else ""
        only = until_quit or self._desk.only_until_quit
        chosen, first = flow.draft.autostart, flow.saved is None
        ticket = flow.begin("save")
        self.asking.show_busy(lambda words: words("Saving…"), None)

        def save(stop: threading.Event) -> tuple[setup.Saved, AutostartState | SyncError | None]:
            del stop  # all of it or nothing: a saving is not left in the middle
            saved = setup.save(context, settings, secrets, only_until_quit=only, companies=companies, api_base=api_base)
            if preview is not None:
                with contextlib.suppress(SyncError):  # a plan that could not be kept is no failure of the saving
                    setup.keep_preview(context, preview)
            return saved, self._switch_autostart(chosen, first=first)

        def answer(done: tuple[setup.Saved, AutostartState | SyncError | None]) -> None:
            saved, autostart = done
            self.asking.show_nothing()
            self._desk.only_until_quit = only
            flow.answer(ticket, saved)
            QTimer.singleShot(_BREATH_MS, self, lambda: self._saved(flow, autostart))

        def fail(error: SyncError) -> None:
            flow.fail(ticket, error)
            self._say_not_saved(error)

        self._tasks.run(save, answer, fail)

    def _switch_autostart(self, chosen: bool | None, *, first: bool) -> AutostartState | SyncError | None:
        """On a worker thread, once everything is saved: an entry that the system refuses takes nothing of that back."""
        if self._desk.demonstrates:
            return None
        try:
            return switch(self._desk.autostart(self._desk.context), chosen, first=first)
        except SyncError as error:
            return error

    def _saved(self, flow: Flow, autostart: AutostartState | SyncError | None) -> None:
        if isinstance(autostart, SyncError):
            self.autostart_failed.emit(autostart)
        elif autostart is not None:
            flow.answer(flow.begin("autostart"), autostart)
        self._go_on(flow)

    def _say_not_saved(self, error: SyncError) -> None:
        if isinstance(error, SecretUnavailable):
            way_out = (
                lambda words: words("Keep the secrets only until I quit"),
                lambda: self._save(until_quit=True),
            )
            self.asking.show_error(error, self._save, way_out)
        else:
            self.asking.show_error(error, self._save)

    def _go_on(self, flow: Flow) -> None:
        preview = flow.found("preview")
        run = preview.hash if preview is not None and self._runs_now() else ""
        self.run_now.setChecked(False)
        flow.forward()
        if run:
            self.sync_wanted.emit(run, flow.secrets)

    # Drawing

    def _runs_now(self) -> bool:
        return self.run_now.isChecked() and self.run_now.isEnabled()

    def draw(self) -> None:
        flow, words = self._flow, self._words
        preview = flow.found("preview") if flow is not None else None
        self._say_lead(preview)
        first = flow is None or flow.saved is None
        self.run_now.setText(words("and run the first sync now") if first else words("and run the sync now"))
        if flow is None:
            return
        self.run_now.setEnabled(preview is not None and bool(preview.plan.changes) and not flow.busy("save"))
        self.again.setEnabled(not (flow.busy("preview") or flow.busy("save")))
        self.plan.setVisible(preview is not None)
        self.attention.show_view(self._warning(preview) if preview is not None else None)
        self._draw_written()
        if preview is None:
            self.limits.hide()
            return
        data, learn = self._plan_data(preview, flow), flow.found("learn")
        self._draw_limits()
        addresses = {each.key: each.address for each in flow.draft.settings().portals}
        self.plan.set_addresses({key: f"{each}{_CARD}" for key, each in addresses.items() if each.startswith("http")})
        self.plan.show_preview(data, learn.free_seats if learn is not None else None)
        if preview is not self._proposed_for:
            self._proposed_for = preview
            self.run_now.setChecked(first and bool(preview.plan.changes) and not preview.plan.needs_approval)

    def _say_lead(self, preview: setup.Preview | None) -> None:
        words = self._words
        plain = words("This is a plan, nothing is written yet.")
        if preview is not None:
            people = sum(source["employees"] for source in preview.summary["sources"])
            compared = words(
                "Compared: {employees} and {accounts}, at {time}.",
                employees=words.plural("{n} employee of Bitrix24", "{n} employees of Bitrix24", people),
                accounts=words.plural(
                    "{n} account of Learn", "{n} accounts of Learn", len(preview.world.learn.accounts)
                ),
                time=f"{preview.facts.finished_at.astimezone():%H:%M}",
            )
            plain = f"{plain} {compared}"
        self.set_texts(words("This is what will happen"), plain)

    def _plan_data(self, preview: setup.Preview, flow: Flow) -> PlanData:
        """The preview to look at; the same preview is the same data."""
        if self._data is None or self._data.summary is not preview.summary:
            self._data = plan_of(preview, flow.draft.settings())
            self._exceeded = exceeded_limits(self._data)
        return self._data

    def _draw_limits(self) -> None:
        words, limits = self._words, self._exceeded
        one = words("Nothing is written without your approval: the plan is above a limit")
        several = words("Nothing is written without your approval: the plan is above several limits")
        title = several if len(limits) > 1 else one
        self.limits.show_limits(limits, title, words("Running the sync now approves exactly this list, once."), words)

    def _show_list(self, key: str) -> None:
        self.plan.show_list(key)
        self.show_all_of(self.plan)
        self.plan.table.setFocus()

    def _warning(self, preview: setup.Preview) -> NoticeView | None:
        """Links that are being rebuilt, then what is in doubt; both say what does not happen for it."""
        words, plan = self._words, preview.plan
        if plan.rebuilt:
            return NoticeView(
                words("Not written without approval: the links of a portal are being rebuilt."),
                words("Running the sync now approves exactly this list, once."),
            )
        doubts = [doubt_phrase(each.code, each.detail, words) for some in plan.doubts.values() for each in some]
        if not doubts:
            return None
        return NoticeView(
            words("Nobody is deactivated until this is cleared up: {causes}.", causes="; ".join(dict.fromkeys(doubts)))
        )

    # The plan as a file

    def _write(self, file: Path) -> None:
        """On a worker thread."""
        if self._data is not None:
            write_summary(file, self._data.summary, self._words, self._data.called)

    def _exported(self, file: Path) -> None:
        self.asking.show_nothing()
        self._written = file
        self._draw_written()

    def _not_exported(self, error: Exception) -> None:
        self._written = None
        self._draw_written()
        told = error if isinstance(error, SyncError) else SyncError("defect", kind=type(error).__name__)
        self.asking.show_error(told, self.plan.export.click)

    def _draw_written(self) -> None:
        told = NoticeView(self._words("The plan is written to a file."), str(self._written), "ok")
        self.written.show_view(told if self._written is not None else None)
