"""The last days as a chart shows them: what the runs of each did, and where there was none."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from b24learn_gui.service.exit_codes import DONE, DOUBT, LEFT_OUT, LIMIT, STOPPED
from b24learn_gui.storage.journal import RunRecord
from b24learn_gui.timetable.plan import Entry, moment_of

DAYS = 30

_WAITS = frozenset({LIMIT, DOUBT})
_NOT_FAILED = frozenset({DONE, LEFT_OUT, STOPPED}) | _WAITS


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of the chart: what its runs did. No run: a gap.

    `changed`: confirmed changes other than deactivations; `deactivated`: people; `failed`: runs that failed or broke
    off; `waiting`: a plan or portal waited for a decision; `claimed_skipped`: occurrences missed or skipped by a pause.
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


def days_of(
    runs: Sequence[RunRecord],
    ledger: Sequence[Entry],
    localise: Callable[[datetime], datetime],
    now: datetime,
    active: str,
) -> tuple[Day, ...]:
    """The last `DAYS` local days up to today, the oldest first.

    `runs`: the newest first. `active`: the one still at work. `localise` gives a moment in local time.
    """
    by_day: dict[date, list[RunRecord]] = defaultdict(list)
    for run in runs:
        by_day[localise(run.started_at).date()].append(run)
    first = localise(now).date() - timedelta(days=DAYS - 1)
    beginning = (
        f"{first - timedelta(days=1)}"  # names of occurrences sort like their moments; a zone is less than a day
    )
    skipped: dict[date, int] = defaultdict(int)
    for entry in ledger:
        if entry.outcome == "skipped" and entry.occurrence >= beginning:
            skipped[localise(moment_of(entry.occurrence)).date()] += 1
    dates = (first + timedelta(days=number) for number in range(DAYS))
    return tuple(_day(each, by_day[each], skipped[each], active) for each in dates)


def _day(when: date, runs: Sequence[RunRecord], skipped: int, active: str) -> Day:
    deactivated = sum(run.counts.get("user.deactivate", 0) for run in runs)
    return Day(
        when,
        runs=len(runs),
        changed=sum(sum(run.counts.values()) for run in runs) - deactivated,
        deactivated=deactivated,
        failed=sum(run.exit_code not in _NOT_FAILED and run.id != active for run in runs),
        waiting=any(run.exit_code in _WAITS for run in runs),
        claimed_skipped=skipped,
        last=runs[0].id if runs else "",
    )
