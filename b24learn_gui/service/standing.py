"""How things stand, for whoever shows it: the tray, its notifications and the status window.

Read only and light: this is asked every few seconds in the process that stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from b24learn_gui.errors import SyncError
from b24learn_gui.storage.journal import RunRecord
from b24learn_gui.timetable.plan import Pause

State = Literal["setup", "fault", "paused", "attention", "ok", "off"]
"""`setup`: no settings yet. `fault`: settings or journal cannot be read. `attention`: something waits for a person, or
no run succeeded for too long. `off`: the schedule is switched off, and nothing waits."""


@dataclass(frozen=True, slots=True)
class Success:
    """The last sync of everything that ended 0 or 10; `finished_at` in UTC, `changed`: how many changes it wrote."""

    run: str
    finished_at: datetime
    changed: int


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that waits for a person: one card, one notification, one alert.

    `code` and `detail`: `plan_waits` {plan_hash, limits: [{kind, planned, allowed}], causes: [{cause, count}] the
    largest first, total}; `people_skipped` {by_code: {code: n}}; `overdue` {days}; `interrupted` {changes: confirmed};
    `portal_doubt` {portals: [{portal, doubts}]}; any error code of the last run {message, side, portal}, among them
    `secret_store_locked`. `run`: the run it comes from.
    """

    code: str
    count: int
    run: str | None
    at: datetime | None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Stays the same while the cause does: told once, and again when it changes."""
        return self.code


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of the chart: what its runs did. No run: a gap.

    `changed`: confirmed changes other than deactivations; `deactivated`: people; `failed`: runs that failed;
    `waiting`: a plan or portal waited for a decision; `claimed_skipped`: occurrences missed or skipped by a pause.
    `last`: the id of the day's last run, empty for a gap: where the log is opened from the chart.
    """

    date: date
    runs: int = 0
    changed: int = 0
    deactivated: int = 0
    failed: int = 0
    waiting: bool = False
    claimed_skipped: int = 0
    last: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`running`: the run that holds the lock ("" where its id is not known yet). `last_success` and `next_run` in UTC.

    `next_run` is None where the schedule is off or paused without an end. `causes`: the most urgent first. `days`: the
    last 30, oldest first. `language`: as the settings have it.
    """

    state: State
    fault: SyncError | None = None
    running: str | None = None
    last_success: Success | None = None
    last_run: RunRecord | None = None
    next_run: datetime | None = None
    paused: Pause | None = None
    overdue: bool = False
    causes: tuple[Cause, ...] = ()
    days: tuple[Day, ...] = ()
    language: str = "system"
