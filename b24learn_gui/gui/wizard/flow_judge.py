"""What a step's state is: a pure function of what was typed, found and asked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from b24learn_gui.errors import Fault, SyncError
from b24learn_gui.gui.wizard.draft import Draft
from b24learn_gui.gui.wizard.flow_state import (
    BLOCKING,
    STEP_OF,
    STEPS,
    Question,
    Result,
    Step,
    StepState,
    WarningCode,
    WhyNot,
)
from b24learn_gui.service.ladder_found import LearnFound, PortalFound
from b24learn_gui.service.setup_found import Consequences, FieldReport, Preview
from b24learn_gui.storage.secrets import LEARN_CLIENT_SECRET, LEARN_PASSWORD, webhook_name
from b24learn_gui.storage.settings import Settings
from b24learn_gui.sync.fields import unknown_fields
from b24learn_gui.sync.policy import Policy

Key = tuple[Question, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class View:
    """Everything a step is judged by. `settled`: portal keys (and "" for Learn) connected as it was saved."""

    draft: Draft
    saved: Settings | None
    is_saved: bool
    furthest: int
    secrets: frozenset[str]
    settled: frozenset[str]
    faults: tuple[Fault, ...]
    found: Mapping[Key, Any]
    errors: Mapping[Key, SyncError]
    open: Collection[Key]

    def answer(self, question: Question, **about: str) -> Any:
        return self.found.get((question, tuple(sorted(about.items()))))

    def portals(self) -> list[PortalFound | None]:
        """What each portal's check found, in the draft's order."""
        return [self.answer("portal", portal=portal.key) for portal in self.draft.portals]

    def faults_of(self, step: Step) -> tuple[Fault, ...]:
        """Typed values this step is to blame for; the ones that are merely missing have words of their own."""
        found = [fault for fault in self.faults if fault.code != "required" and step_of_fault(fault.path) == step]
        if step == "fields":
            found += _unknown_learn_fields(self)
        return tuple(found)


def step_of_fault(path: str) -> Step:
    """The step on which a fault can be corrected; what no page asks is shown in the review."""
    if path.startswith("learn."):
        return "learn"
    if path.startswith("portals"):
        ticks = path.partition(".")[2].startswith(("include", "exclude"))
        return "departments" if ticks else "bitrix24"
    if path.startswith("schedule."):
        return "times"
    if path.startswith("sync.invitation_message"):
        return "notifications"
    if path.startswith(("sync.fields", "sync.login_from", "sync.phone_region")):
        return "fields"
    return "review"


def state_of(view: View, step: Step) -> StepState:
    """The snapshot of a step."""
    place = STEPS.index(step)
    why_not = _why_not(view, step)
    busy = [key for key in view.open if STEP_OF[key[0]] == step]
    return StepState(
        step=step,
        reachable=_reachable(view, place),
        done=_done(view, step, place, why_not),
        warning=_WARNINGS.get(step, _no_warning)(view),
        result=_RESULTS.get(step, _no_result)(view),
        busy=bool(busy),
        error=_error(view, step),
        can_continue=not why_not,
        why_not=why_not,
        faults=view.faults_of(step),
    )


def _reachable(view: View, place: int) -> bool:
    if view.saved is not None or place == 0:
        return True
    return place <= view.furthest and all(not _why_not(view, each) for each in STEPS[:place])


def _done(view: View, step: Step, place: int, why_not: WhyNot) -> bool:
    if step == "review":
        return view.is_saved
    if step == "activation":
        return view.answer("request") is not None
    return not why_not and (view.saved is not None or place < view.furthest)


def _error(view: View, step: Step) -> SyncError | None:
    for key, error in view.errors.items():
        if STEP_OF[key[0]] == step:
            return error
    for key, found in view.found.items():
        if STEP_OF[key[0]] == step and isinstance(found, PortalFound | LearnFound) and found.error is not None:
            return found.error
    return None


# Why a step cannot be left


def _why_not(view: View, step: Step) -> WhyNot:
    if step in _WHY_NOT:
        return _WHY_NOT[step](view)
    return "faults" if view.faults_of(step) else ""


def _why_not_bitrix24(view: View) -> WhyNot:
    for portal, found in zip(view.draft.portals, view.portals(), strict=True):
        if _asked(view, "portal", portal=portal.key):
            return "checking"
        if webhook_name(portal.key) not in view.secrets:
            return "webhook_missing"
        if portal.key in view.settled and (found is None or found.error is None):
            continue
        if ("portal", (("portal", portal.key),)) in view.errors or (found is not None and found.error is not None):
            return "portal_failed"
        if found is None:
            return "portal_unchecked"
    return "faults" if view.faults_of("bitrix24") else ""


def _why_not_learn(view: View) -> WhyNot:
    missing = _missing_of_learn(view)
    if missing:
        return missing
    if view.faults_of("learn"):
        return "faults"
    if _asked(view, "learn"):
        return "checking"
    found = view.answer("learn")
    if ("learn", ()) in view.errors or (found is not None and found.error is not None):
        return "learn_failed"
    return "learn_unchecked" if found is None and "" not in view.settled else ""


def _missing_of_learn(view: View) -> WhyNot:
    draft = view.draft
    if not draft.learn_url.strip():
        return "learn_url_missing"
    if draft.sign_in == "password":
        if not draft.login.strip():
            return "login_missing"
        return "" if LEARN_PASSWORD in view.secrets else "password_missing"
    if not draft.client_id.strip():
        return "client_id_missing"
    return "" if LEARN_CLIENT_SECRET in view.secrets else "client_secret_missing"


def _why_not_times(view: View) -> WhyNot:
    faults = {fault.path: fault.code for fault in view.faults_of("times")}
    if faults.get("schedule.first_run_utc"):
        return "first_run_invalid"
    if faults.get("schedule.second_run_utc") == "equal_times":
        return "equal_times"
    return "second_run_invalid" if faults else ""


def _why_not_departments(view: View) -> WhyNot:
    if not all(portal.include for portal in view.draft.portals):
        return "nothing_ticked"
    return "faults" if view.faults_of("departments") else ""


def _why_not_review(view: View) -> WhyNot:
    for step in STEPS[: STEPS.index("review")]:
        why_not = _why_not(view, step)
        if why_not:
            return why_not
    if view.faults:
        return "faults"
    if _asked(view, "save"):
        return "saving"
    if view.saved is not None or view.answer("preview") is not None:
        return ""
    if _asked(view, "preview"):
        return "previewing"
    return "preview_failed" if ("preview", ()) in view.errors else "preview_missing"


def _why_not_activation(view: View) -> WhyNot:
    return "sending" if _asked(view, "request") else ""


_WHY_NOT: Mapping[Step, Callable[[View], WhyNot]] = {
    "bitrix24": _why_not_bitrix24,
    "learn": _why_not_learn,
    "times": _why_not_times,
    "departments": _why_not_departments,
    "review": _why_not_review,
    "activation": _why_not_activation,
}


def _asked(view: View, question: Question, **about: str) -> bool:
    return question in BLOCKING and (question, tuple(sorted(about.items()))) in view.open


def _unknown_learn_fields(view: View) -> list[Fault]:
    learn: LearnFound | None = view.answer("learn")
    if learn is None or learn.snapshot is None:
        return []
    names = unknown_fields(Policy(fields=view.draft.fields), learn.fields)
    return [Fault(f"sync.fields.{name}", "unknown_learn_field", {"field": name}) for name in names]


# What a step came to


def _no_result(view: View) -> Result | None:
    del view
    return None


def _bitrix24_result(view: View) -> Result | None:
    good = [found for found in view.portals() if found is not None and found.error is None]
    if not good:
        return None
    figures = {
        "employees": sum(found.employees for found in good),
        "departments": sum(found.departments for found in good),
        "portals": len(good),
    }
    return Result("company", figures)


def _learn_result(view: View) -> Result | None:
    found: LearnFound | None = view.answer("learn")
    if found is None or found.error is not None:
        return None
    figures = {"people": found.people, "departments": found.departments, "free_seats": found.free_seats}
    return Result("learn", figures)


def _times_result(view: View) -> Result | None:
    draft = view.draft
    if not draft.enabled:
        return Result("schedule_off")
    return Result("times", {"first": draft.first_run_utc, "second": draft.second_run_utc})


def _notifications_result(view: View) -> Result | None:
    if not view.draft.notify_users:
        return Result("no_letters")
    letters = view.answer("letters")
    return Result("letters_on") if letters is None else Result("letters", {"letters": letters})


def _heads_result(view: View) -> Result | None:
    return Result("heads_on" if view.draft.sync_heads else "heads_off")


def _departments_result(view: View) -> Result | None:
    found: Consequences | None = view.answer("consequences")
    if found is None:
        return None
    return Result("will_study", {"will_study": found.will_study, "of": found.will_study + found.left_out})


def _fields_result(view: View) -> Result | None:
    found: FieldReport | None = view.answer("report")
    if found is None:
        return None
    return Result("people_unable", {"people": found.unable}) if found.unable else Result("fields_complete")


def _review_result(view: View) -> Result | None:
    if view.is_saved:
        return Result("saved")
    found: Preview | None = view.answer("preview")
    return None if found is None else Result("changes", {"changes": len(found.plan.changes)})


def _activation_result(view: View) -> Result | None:
    sent = view.answer("request")
    return None if sent is None else Result("request_sent", {"sent_at": sent.sent_at, "name": sent.name})


_RESULTS: Mapping[Step, Callable[[View], Result | None]] = {
    "bitrix24": _bitrix24_result,
    "learn": _learn_result,
    "times": _times_result,
    "notifications": _notifications_result,
    "heads": _heads_result,
    "departments": _departments_result,
    "fields": _fields_result,
    "review": _review_result,
    "activation": _activation_result,
}


# Done, but look


def _no_warning(view: View) -> WarningCode:
    del view
    return ""


def _bitrix24_warning(view: View) -> WarningCode:
    notes = {note for found in view.portals() if found is not None for note in found.notes}
    if "source_incomplete" in notes:
        return "source_incomplete"
    return "plain_http" if "plain_http" in notes else ""


def _learn_warning(view: View) -> WarningCode:
    place = view.answer("kept")
    return "secret_place" if place is not None and (not place.usable or place.plaintext) else ""


def _notifications_warning(view: View) -> WarningCode:
    letters = view.answer("letters")
    many = view.draft.notify_users and letters is not None and letters > view.draft.base.limits.letters
    return "many_letters" if many else ""


def _departments_warning(view: View) -> WarningCode:
    found: Consequences | None = view.answer("consequences")
    return "over_limit" if found is not None and found.over_limit else ""


def _fields_warning(view: View) -> WarningCode:
    if any(found is not None and found.unknown_fields for found in view.portals()):
        return "unknown_fields"
    report: FieldReport | None = view.answer("report")
    return "people_lack_values" if report is not None and report.unable else ""


def _review_warning(view: View) -> WarningCode:
    found: Preview | None = view.answer("preview")
    if found is None:
        return ""
    if found.plan.needs_approval:
        return "over_limit"
    return "left_out" if any(not problem.note for problem in found.plan.problems) else ""


_WARNINGS: Mapping[Step, Callable[[View], WarningCode]] = {
    "bitrix24": _bitrix24_warning,
    "learn": _learn_warning,
    "notifications": _notifications_warning,
    "departments": _departments_warning,
    "fields": _fields_warning,
    "review": _review_warning,
}
