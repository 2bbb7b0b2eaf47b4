"""The wizard as a state machine: verbs in, snapshots out. Pages only draw it; used by one thread, the windows' own."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Literal, cast, overload

from b24learn_gui.company.model import Company
from b24learn_gui.errors import Fault, SyncError
from b24learn_gui.gui.wizard import flow_judge
from b24learn_gui.gui.wizard.draft import Draft, changed_fields
from b24learn_gui.gui.wizard.flow_answers import Answers, key_of
from b24learn_gui.gui.wizard.flow_connection import (
    LEARN_SECRETS,
    connection_of,
    portal_secrets,
    proxies_gone,
    settled_sides,
)
from b24learn_gui.gui.wizard.flow_state import (
    CONNECTION,
    DEPENDS,
    DERIVED,
    STEPS,
    Question,
    Result,
    Step,
    StepState,
    Ticket,
)
from b24learn_gui.service.autostart import State as AutostartState
from b24learn_gui.service.ladder_found import LearnFound, PortalFound, Rung
from b24learn_gui.service.reading import wanted_fields
from b24learn_gui.service.setup import faults_of
from b24learn_gui.service.setup_found import (
    Consequences,
    FieldReport,
    Preview,
    ProblemRow,
    Saved,
    SecretPlace,
    World,
)
from b24learn_gui.storage.settings import PortalSettings, Settings
from b24learn_gui.sync.memory import Memory

__all__ = ["STEPS", "Flow", "Result", "Step", "StepState", "Ticket"]


def _nobody() -> None:
    """Nobody is told."""


class Flow:
    """A setup on its way from the first page to the last.

    `saved`: the settings of the home, if it has any: then this edits them and any step can be gone to. `stored`:
    names of secrets that are kept already. Typed secrets stay in this object: never in `draft`, a snapshot or
    `resume_data`. Verbs that are not possible now do nothing; every verb that changed something calls `on_change`.
    """

    def __init__(
        self, draft: Draft | None = None, *, saved: Settings | None = None, stored: Collection[str] = ()
    ) -> None:
        self.on_change: Callable[[], None] = _nobody
        self.draft = draft or (Draft() if saved is None else Draft.of(saved))
        self.step: Step = STEPS[0]
        self._begun_with = self.draft
        self._saved = saved
        self._stored = frozenset(stored)
        self._secrets: dict[str, str] = {}
        self._taken: frozenset[str] = frozenset()
        """Names of typed secrets that the last saving took, into the store or until quit."""
        self._being_saved: dict[str, str] = {}
        self._furthest = 0
        self._answers = Answers()
        self._faults_of: tuple[Draft, tuple[Fault, ...]] | None = None

    # What there is

    @property
    def saved(self) -> Settings | None:
        """The settings as they were saved last."""
        return self._saved

    @property
    def is_saved(self) -> bool:
        """Whether what is on the pages is what was saved."""
        same = self._saved == self.draft.settings() and self._secrets.keys() <= self._taken
        return same and not self._switches_autostart()

    @property
    def entered(self) -> bool:
        """Whether cancelling would lose something."""
        return not self.is_saved and (self.draft != self._begun_with or bool(self._secrets))

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets typed so far by name; a copy."""
        return dict(self._secrets)

    @property
    def until_quit(self) -> dict[str, str]:
        """The secrets that the last saving took without putting them into a store: whoever starts runs keeps them."""
        return {name: value for name, value in self._secrets.items() if name in self._taken}

    def has_secret(self, name: str) -> bool:
        """Typed, or kept from an earlier time."""
        return name in self._secrets or name in self._stored

    def state(self, step: Step) -> StepState:
        """The snapshot of one step."""
        return flow_judge.state_of(self._view(), step)

    def states(self) -> tuple[StepState, ...]:
        """All of them, for the rail."""
        view = self._view()
        return tuple(flow_judge.state_of(view, step) for step in STEPS)

    @overload
    def found(self, question: Literal["portal"], *, portal: str) -> PortalFound | None: ...
    @overload
    def found(self, question: Literal["learn"]) -> LearnFound | None: ...
    @overload
    def found(self, question: Literal["kept"]) -> SecretPlace | None: ...
    @overload
    def found(self, question: Literal["autostart"]) -> AutostartState | None: ...
    @overload
    def found(self, question: Literal["letters"]) -> int | None: ...
    @overload
    def found(self, question: Literal["consequences"]) -> Consequences | None: ...
    @overload
    def found(self, question: Literal["report"]) -> FieldReport | None: ...
    @overload
    def found(self, question: Literal["problems"]) -> tuple[ProblemRow, ...] | None: ...
    @overload
    def found(self, question: Literal["preview"]) -> Preview | None: ...
    @overload
    def found(self, question: Literal["save", "request"]) -> Any: ...
    def found(self, question: Question, **about: str) -> Any:
        """The answer that still holds; None where there is none."""
        return self._answers.found.get(key_of(question, about))

    def error(self, question: Question, **about: str) -> SyncError | None:
        """Why the last attempt failed, until the next one or a change of what it was about."""
        return self._answers.error(key_of(question, about))

    def busy(self, question: Question, **about: str) -> bool:
        return key_of(question, about) in self._answers.open

    def ladder(self, question: Literal["portal", "learn"], **about: str) -> tuple[Rung, ...]:
        """The rungs as they are known: of the running check, else of the last one, else all waiting."""
        return self._answers.ladder(key_of(question, about))

    @property
    def companies(self) -> tuple[Company, ...]:
        """The portals read so far, in the draft's order."""
        found = (self.found("portal", portal=portal.key) for portal in self.draft.portals)
        return tuple(each.company for each in found if each is not None and each.company is not None)

    def world(self, memory: Memory) -> World | None:
        """Everything read, if both sides were read whole; `memory` is `service.setup.memory_of`'s."""
        learn = self.found("learn")
        companies = self.companies
        if learn is None or learn.snapshot is None or len(companies) != len(self.draft.portals):
            return None
        return World(companies, learn.snapshot, memory)

    # Values

    def edit(self, **changes: Any) -> None:
        """New values of draft fields, by name. What was found out with the old ones is forgotten.

        TypeError for a name the draft does not have. Portals are edited with `edit_portal`.
        """
        self._take(replace(self.draft, **changes))

    def edit_portal(self, key: str, **changes: Any) -> None:
        """New values of one portal (`name`, `include`, `exclude`, `ca_file`, …); KeyError for an unknown one.

        Its key is fixed for life.
        """
        self._take(self.draft.with_portal(replace(self.draft.portal(key), **changes, key=key)))

    def edit_secret(self, name: str, value: str) -> None:
        """A secret was typed; an empty one leaves what is kept already, if any."""
        if self._secrets.get(name, "") == value:
            return
        if value:
            self._secrets[name] = value
        else:
            del self._secrets[name]
        self._taken -= {name}
        self._forget_by_secret(name)
        self.on_change()

    def add_portal(self) -> str:
        """One more portal, without address; returns its key."""
        key = self.draft.free_key()
        self._take(replace(self.draft, portals=(*self.draft.portals, PortalSettings(key=key))))
        return key

    def remove_portal(self, key: str) -> None:
        """Not the last one: there is always one to fill in."""
        rest = tuple(portal for portal in self.draft.portals if portal.key != key)
        if not rest or len(rest) == len(self.draft.portals):
            return
        for name in portal_secrets(key):
            self._secrets.pop(name, None)
        self._take(replace(self.draft, portals=rest))

    # Going

    def back(self) -> None:
        place = STEPS.index(self.step)
        if place and not self._saving():
            self._stand_on(STEPS[place - 1])

    def forward(self) -> None:
        """To the next step, if this one lets go of us; from the review only once it was saved."""
        place = STEPS.index(self.step)
        if place + 1 == len(STEPS) or not self.state(self.step).can_continue:
            return
        if self.step == "review" and not self.is_saved:
            return
        self._furthest = max(self._furthest, place + 1)
        self._stand_on(STEPS[place + 1])

    def go(self, step: Step) -> None:
        if step != self.step and not self._saving() and self.state(step).reachable:
            self._stand_on(step)

    # Questions

    def begin(self, question: Question, **about: str) -> Ticket:
        """A question is being asked: its step is busy, and an older ticket of the same question is void."""
        ticket = self._answers.begin(question, about)
        if question == "save":
            self._being_saved = self.secrets
        self.on_change()
        return ticket

    def progress(self, ticket: Ticket, rung: Rung) -> None:
        """A rung of the running check has changed."""
        if self._answers.progress(ticket, rung):
            self.on_change()

    def answer(self, ticket: Ticket, result: Any) -> None:
        """The answer of a question; that of a void ticket is dropped."""
        if not self._answers.answer(ticket, result):
            return
        if isinstance(result, PortalFound) and result.error is None:
            self._take_address(result)
        if isinstance(result, Saved):
            self._remember_saved(result)
        self.on_change()

    def fail(self, ticket: Ticket, error: SyncError) -> None:
        """The question failed; that somebody stopped it is no error."""
        if self._answers.fail(ticket, error):
            self.on_change()

    def cancel(self, ticket: Ticket) -> None:
        """Nobody waits for the answer any more."""
        if self._answers.close(ticket):
            self.on_change()

    # Going on later

    def resume_data(self) -> dict[str, Any]:
        """Plain values from which `resume` goes on; never a secret."""
        return {"step": self.step, "furthest": self._furthest, "draft": self.draft.to_resume(self._secrets.values())}

    @classmethod
    def resume(
        cls, data: Mapping[str, Any], *, saved: Settings | None = None, stored: Collection[str] = ()
    ) -> "Flow | None":
        """A half-done setup as it was left, its checks to be repeated; None for data that cannot be used.

        It stands on the step that was left, or before it on the first one that is not complete any more.
        """
        plain = data.get("draft")
        draft = Draft.from_resume(plain) if isinstance(plain, Mapping) else None
        if draft is None:
            return None
        flow = cls(draft if saved is None else replace(draft, base=saved), saved=saved, stored=stored)
        flow._begun_with = Draft() if saved is None else Draft.of(saved)
        step, furthest = data.get("step"), data.get("furthest")
        place = STEPS.index(cast("Step", step)) if step in STEPS else 0
        flow._furthest = max(place, min(furthest, len(STEPS) - 1) if isinstance(furthest, int) else 0)
        reachable = [each.step for each in flow.states()[: place + 1] if each.reachable]
        flow.step = reachable[-1]
        return flow

    # Inside

    def _view(self) -> flow_judge.View:
        if self._faults_of is None or self._faults_of[0] is not self.draft:
            self._faults_of = (self.draft, faults_of(self.draft.settings()))
        return flow_judge.View(
            draft=self.draft,
            saved=self._saved,
            is_saved=self.is_saved,
            furthest=self._furthest,
            secrets=frozenset(self._secrets) | self._stored,
            settled=settled_sides(self.draft.settings(), self._saved, self._stored, self._secrets),
            faults=self._faults_of[1],
            found=self._answers.found,
            errors=self._answers.errors,
            open=frozenset(self._answers.open),
        )

    def _switches_autostart(self) -> bool:
        """Whether something else was chosen than what is there, or may be there."""
        chosen, state = self.draft.autostart, self.found("autostart")
        return chosen is not None and (state is None or chosen != (state == "ours"))

    def _take(self, draft: Draft) -> None:
        changed = changed_fields(self.draft, draft)
        if not changed:
            return
        former, self.draft = self.draft, draft
        for question, fields in DEPENDS.items():
            if changed & fields:
                self._answers.forget({question})
        if changed & CONNECTION:
            self._answers.forget(DERIVED)
        if "portals" in changed:
            self._forget_portals(former)
        if changed & {"fields", "login_from"}:
            self._forget_unread()
        self._answers.errors.pop(key_of("save", {}), None)
        self.on_change()

    def _forget_portals(self, former: Draft) -> None:
        before = {portal.key: connection_of(portal) for portal in former.portals}
        now = {portal.key: connection_of(portal) for portal in self.draft.portals}
        for key in before.keys() - now.keys():
            self._answers.forget_about("portal", portal=key)
        for key in before.keys() & now.keys():
            if before[key] != now[key]:
                self._answers.forget_about("portal", portal=key)

    def _forget_unread(self) -> None:
        """Values of a field that was not read before have to be read."""
        wanted = frozenset(wanted_fields(self.draft.settings()))
        for portal in self.draft.portals:
            found = self.found("portal", portal=portal.key)
            if found is not None and found.error is None and not wanted <= found.read_fields:
                self._answers.forget_about("portal", portal=portal.key)

    def _forget_by_secret(self, name: str) -> None:
        if name in LEARN_SECRETS:
            self._answers.forget({"learn"})
        for portal in self.draft.portals:
            if name in portal_secrets(portal.key):
                self._answers.forget_about("portal", portal=portal.key)
        self._answers.forget(DERIVED)

    def _take_address(self, found: PortalFound) -> None:
        """The address for showing follows the webhook, without making the check void."""
        self.draft = self.draft.with_portal(replace(self.draft.portal(found.key), address=found.address))

    def _remember_saved(self, result: Saved) -> None:
        """What was typed while it was being saved is not saved yet."""
        same = {name for name, value in self._being_saved.items() if self._secrets.get(name) == value}
        self._saved = result.settings
        self._taken = frozenset(same)
        self._stored = (self._stored | result.stored) - proxies_gone(result.settings)
        for name in result.stored & same:
            del self._secrets[name]
        self.draft = replace(self.draft, base=result.settings, autostart=None)

    def _saving(self) -> bool:
        return self.busy("save")

    def _stand_on(self, step: Step) -> None:
        self.step = step
        self.on_change()
