"""Watch, plan and ledger together in a world where everything happens to a clock (rule Z1, incident T17)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from b24learn_gui.timetable.plan import (
    AFTER_INTERRUPTION,
    PAUSED,
    Entry,
    Outcome,
    Outlook,
    Pause,
    Schedule,
    interrupted,
    look,
    may_claim,
    moment_of,
    occurrence_id,
)
from b24learn_gui.timetable.watch import REST, Moment, Probe, Start, Wait, Watch
from tests.thorough import examples

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca")
BEGINNINGS = [
    datetime(2026, 3, 28, 23, 0, tzinfo=UTC),  # summer time begins in Berlin
    datetime(2026, 10, 24, 22, 0, tzinfo=UTC),  # and ends
    datetime(2026, 3, 8, 5, 0, tzinfo=UTC),  # New York
    datetime(2026, 11, 1, 4, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 20, 0, tzinfo=UTC),
]
TIMES = ["00:00", "01:00", "03:00", "12:30", "23:59"]
PACE = 80.0
"""Seconds between ticks: fewer of them, and still no gap."""


@dataclass
class Run:
    occurrence: str
    ends_at: float
    outcome: Outcome


class World(RuleBasedStateMachine):
    """A program that stays, on a machine that sleeps, whose clock is set, and whose runs end in every way."""

    @initialize(
        begin=st.sampled_from(BEGINNINGS), first=st.sampled_from(TIMES), second=st.sampled_from(["", "06:00", "15:00"])
    )
    def begin(self, begin: datetime, first: str, second: str) -> None:
        self.wall, self.steady, self.zone = begin, 500.0, ZoneInfo("UTC")
        self.schedule = Schedule.of(first, second, begin)
        self.ledger: dict[str, Entry] = {}
        self.pauses: list[Pause] = []
        self.run: Run | None = None
        self.network, self.broken = True, False
        self.starts: Counter[str] = Counter()
        self.ends: dict[str, list[str]] = {}
        self.length, self.end = 60.0, "done"
        self.restart()

    def restart(self) -> None:
        self.watch = Watch(0.3)
        self.answer: bool | None = None
        self.woken_at = self.steady

    # What happens

    @rule(minutes=st.integers(1, 100))
    def time_passes(self, minutes: int) -> None:
        end = self.steady + minutes * 60
        while self.steady < end:
            self.tick()

    @rule(minutes=st.integers(2, 40_000), standing=st.booleans())
    def the_machine_sleeps(self, minutes: int, standing: bool) -> None:
        self.wall += timedelta(minutes=minutes)
        self.steady += 1 if standing else minutes * 60
        self.woken_at = self.steady

    @rule(minutes=st.integers(-60 * 24 * 20, 60 * 24 * 20))
    def the_clock_is_set(self, minutes: int) -> None:
        self.wall += timedelta(minutes=minutes)

    @rule(name=st.sampled_from(ZONES))
    def the_zone_changes(self, name: str) -> None:
        self.zone = ZoneInfo(name)

    @rule(first=st.sampled_from(TIMES), second=st.sampled_from(["", "02:30", "12:30"]))
    def the_times_are_changed(self, first: str, second: str) -> None:
        self.schedule = Schedule.of(first, second, self.wall)

    @rule(minutes=st.one_of(st.none(), st.integers(10, 3 * 24 * 60)))
    def somebody_pauses(self, minutes: int | None) -> None:
        self.somebody_resumes()
        self.pauses.append(Pause(self.wall, None if minutes is None else self.wall + timedelta(minutes=minutes)))

    @rule()
    def somebody_resumes(self) -> None:
        ended = [replace(each, until=self.wall) if each.holds(self.wall) else each for each in self.pauses]
        self.pauses = [each for each in ended if each.until is not None and each.since < each.until]

    @rule(network=st.booleans())
    def the_network_comes_or_goes(self, network: bool) -> None:
        self.network = network

    @rule(broken=st.booleans())
    def runs_end_before_they_claim(self, broken: bool) -> None:
        self.broken = broken

    @rule(minutes=st.integers(0, 40), end=st.sampled_from(["done", "failed", "killed"]))
    def the_next_runs_take_so_long_and_end_so(self, minutes: int, end: str) -> None:
        self.length, self.end = minutes * 60.0 + 5, end

    @rule()
    def the_program_is_started_anew(self) -> None:
        self.restart()

    @precondition(lambda self: self.run is None)
    @rule()
    def another_scheduler_fires(self) -> None:
        self.claim()

    @rule()
    def everything_calms_down(self) -> None:
        self.somebody_resumes()
        self.broken, self.end, self.length = False, "done", 5.0
        before = self.starts.total()
        for _ in range(40):
            self.time_passes(1)
        for _ in range(5):  # one may have become due, or may be at work, just now
            self.end_run()
            if self.run is not None or self.asked().due is not None:
                self.time_passes(1)
        assert self.starts.total() - before <= 2 + self.planned_within(timedelta(minutes=46))
        assert self.run is None
        assert self.asked().due is None
        self.everything_planned_has_its_outcome()

    # How the program answers

    def tick(self) -> None:
        self.end_run()
        outlook = self.asked()
        reachable, self.answer = self.answer, None
        moment = Moment(self.wall.astimezone(self.zone), self.steady)
        step = 1.0
        match self.watch.tick(moment, outlook, reachable):
            case Wait(until=until):
                assert until > self.steady
                step = max(until - self.steady, PACE) if outlook.due is None else until - self.steady
            case Probe():
                self.answer, step = self.network, 3.0
            case Start(trigger=trigger):
                assert outlook.due is not None
                assert (trigger == "catch-up") is outlook.catch_up
                assert self.steady - self.woken_at >= REST[0]
                assert not any(pause.holds(self.wall) for pause in self.pauses)
                if not self.broken:
                    self.claim()
        self.wall += timedelta(seconds=step)
        self.steady += step

    def asked(self) -> Outlook:
        """As `occasions.due_now`."""
        rows = [interrupted(row) if row.outcome == "claimed" else row for row in self.ledger.values()]
        outlook = look(self.schedule, rows, self.wall.astimezone(self.zone), self.pauses)
        return outlook if self.run is None else replace(outlook, due=None, reason="", missed=())

    def claim(self) -> None:
        """As `occasions.claim`, by a process that holds the lock."""
        for row in [row for row in self.ledger.values() if row.outcome == "claimed"]:
            self.write(interrupted(row))
        outlook = look(self.schedule, self.ledger.values(), self.wall, self.pauses)
        for row in outlook.rows():
            assert moment_of(row.occurrence) <= self.wall
            assert may_claim(self.ledger.get(row.occurrence), self.pauses)
            if row.reason == AFTER_INTERRUPTION:
                self.ledger[row.occurrence] = replace(row, outcome="interrupted")  # it has its outcome and keeps it
            elif row.outcome == "claimed" or row.occurrence not in self.ledger:
                self.write(row)
        if outlook.due is not None:
            self.starts[outlook.due] += 1
            outcome: Outcome = "failed" if self.end == "failed" else "done"
            self.run = Run(outlook.due, self.steady + self.length, outcome)

    def end_run(self) -> None:
        if self.run is None or self.steady < self.run.ends_at:
            return
        run, self.run = self.run, None
        if self.end != "killed" and self.ledger[run.occurrence].outcome == "claimed":
            self.write(Entry(run.occurrence, run.outcome))

    def write(self, row: Entry) -> None:
        self.ledger[row.occurrence] = row
        if row.outcome != "claimed":
            self.ends.setdefault(row.occurrence, []).append(row.outcome)

    # What must hold

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.everything_calms_down()
            self.nothing_ran_twice()

    def nothing_ran_twice(self) -> None:
        for occurrence, times in self.starts.items():
            ends = self.ends.get(occurrence, [])
            broken_off = "interrupted" in ends or self.ledger[occurrence].outcome == "claimed"
            assert times <= 1 + broken_off
            assert set(ends[:-1]) <= {"skipped"}  # by a clock that was ahead, and was set back before it came

    def everything_planned_has_its_outcome(self) -> None:
        """By its own row; or by a later run's, where the times were changed under a clock that was ahead."""
        answered = max(
            (id_ for id_, row in self.ledger.items() if row.reason != PAUSED and moment_of(id_) <= self.wall),
            default="",
        )
        for moment in self.planned(self.schedule.since, self.wall):
            row = self.ledger.get(occurrence_id(moment))
            covered = any(pause.covers(moment) for pause in self.pauses)
            assert covered or row is not None or occurrence_id(moment) < answered
            assert row is None or row.outcome != "claimed"

    def planned_within(self, span: timedelta) -> int:
        return len(self.planned(self.wall - span, self.wall))

    def planned(self, after: datetime, until: datetime) -> Sequence[datetime]:
        days = [after.date() + timedelta(days=number) for number in range((until.date() - after.date()).days + 1)]
        moments = [datetime.combine(day, each, UTC) for day in days for each in self.schedule.times]
        return [moment for moment in moments if after < moment <= until]


TestWorld = World.TestCase
TestWorld.settings = settings(max_examples=examples(30), stateful_step_count=25, deadline=None)
