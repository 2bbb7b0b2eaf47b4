"""The words of the flow: steps, questions, and the snapshot a page draws. No Qt, no threads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from b24learn_gui.errors import Fault, SyncError

Step = Literal[
    "welcome",
    "bitrix24",
    "learn",
    "times",
    "notifications",
    "heads",
    "departments",
    "fields",
    "review",
    "activation",
]
STEPS: tuple[Step, ...] = get_args(Step)

Question = Literal[
    "portal",
    "learn",
    "kept",
    "autostart",
    "letters",
    "consequences",
    "report",
    "problems",
    "preview",
    "save",
    "request",
]
STEP_OF: Mapping[Question, Step] = {
    "portal": "bitrix24",
    "learn": "learn",
    "kept": "learn",
    "autostart": "times",
    "letters": "notifications",
    "consequences": "departments",
    "report": "fields",
    "problems": "fields",
    "preview": "review",
    "save": "review",
    "request": "activation",
}
"""Where a question is asked. `portal` is asked about one portal: `about` is `portal=<key>`."""

BLOCKING: frozenset[Question] = frozenset({"portal", "learn", "preview", "save", "request"})
"""Questions without whose answer their step does not end; the others' figures may come late."""

DERIVED: frozenset[Question] = frozenset({"letters", "consequences", "report", "problems", "preview"})
"""Questions computed from what the portals and Learn answered."""

CONNECTION: frozenset[str] = frozenset(
    {"learn_url", "sign_in", "login", "client_id", "api_url", "learn_ca_file", "learn_proxy"}
)
"""Draft fields the check of Learn depends on."""

_PROFILE = frozenset({"portals", "fields", "login_from", "phone_region"})
DEPENDS: Mapping[Question, frozenset[str]] = {
    "learn": CONNECTION,
    "letters": _PROFILE,
    "consequences": frozenset({"portals", "leavers", "out_of_scope"}),
    "report": _PROFILE,
    "problems": _PROFILE | {"leavers", "out_of_scope", "notify_users"},
    "preview": _PROFILE
    | {"leavers", "out_of_scope", "notify_users", "sync_heads", "empty_departments", "invitation_message"},
}
"""Question → draft fields; what changes one of them makes its answer void. `portal` depends on its own portal."""

WhyNot = Literal[
    "",
    "webhook_missing",
    "portal_unchecked",
    "portal_failed",
    "checking",
    "learn_url_missing",
    "login_missing",
    "password_missing",
    "client_id_missing",
    "client_secret_missing",
    "learn_unchecked",
    "learn_failed",
    "first_run_invalid",
    "second_run_invalid",
    "equal_times",
    "nothing_ticked",
    "faults",
    "preview_missing",
    "preview_failed",
    "previewing",
    "saving",
    "sending",
]

WarningCode = Literal[
    "",
    "source_incomplete",
    "plain_http",
    "secret_place",
    "many_letters",
    "over_limit",
    "people_lack_values",
    "unknown_fields",
    "left_out",
]


@dataclass(frozen=True, slots=True)
class Result:
    """What a step came to, for the rail's caption; the words are `flow_words.caption`'s."""

    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepState:
    """One step as it stands.

    `done`: passed and complete. `warning`: a code (also "done, but look"), `why_not`: why the step cannot be left
    forwards, a code; "" for neither. `faults`: values of this step that the settings refuse, by the settings' paths.
    """

    step: Step
    reachable: bool
    done: bool
    warning: WarningCode
    result: Result | None
    busy: bool
    error: SyncError | None
    can_continue: bool
    why_not: WhyNot
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question on its way; only the newest of one question about one thing counts."""

    question: Question
    about: tuple[tuple[str, str], ...]
    number: int
