"""What is due: rule Z1, incident T17 (asleep, clock jumps, summer time, started three days later)."""

import time as clock
from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from b24learn_gui.timetable.plan import (
    AFTER_INTERRUPTION,
    CATCH_UP,
    MISSED,
    PUNCTUAL,
    Entry,
    Outcome,
    Outlook,
    Schedule,
    interrupted,
    look,
    may_claim,
    moment_of,
    occurrence_id,
    run_time,
)
from tests.thorough import examples


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


SINCE = at("11-20 12:00")
TWICE = Schedule.of("03:00", "15:00", SINCE)
ONCE = Schedule.of("03:00", "", SINCE)


def test_Z1_the_latest_due_occurrence_is_named_by_its_utc_moment() -> None:
    assert look(ONCE, [], at("11-21 03:00")) == Outlook("2026-11-21T03:00Z", "", (), at("11-22 03:00"))
    assert look(ONCE, [], at("11-21 02:59")).due is None


def test_Z1_an_answered_occurrence_is_never_due_again() -> None:
    for outcome in ("claimed", "done", "failed", "skipped"):
        row = Entry("2026-11-21T03:00Z", outcome, "")
        assert look(ONCE, [row], at("11-21 03:01")) == Outlook(None, "", (), at("11-22 03:00"))


def test_nothing_before_the_schedule_was_set_up_counts_as_missed() -> None:
    outlook = look(TWICE, [], at("11-20 14:59"))
    assert outlook.due is None
    assert outlook.next == at("11-20 15:00")
    assert look(TWICE, [], at("11-20 15:00")).missed == ()


def test_T17_asleep_over_the_run_is_one_labelled_catch_up_run() -> None:
    punctual, late = look(ONCE, [], at("11-21 03:04")), look(ONCE, [], at("11-21 09:30"))
    assert not punctual.catch_up
    assert late.catch_up
    assert late.rows() == (Entry("2026-11-21T03:00Z", "claimed", CATCH_UP),)


def test_T17_started_three_days_later_everything_missed_becomes_one_run() -> None:
    outlook = look(TWICE, [Entry("2026-11-20T15:00Z", "done")], at("11-23 15:10"))
    assert outlook.due == "2026-11-23T15:00Z"
    assert outlook.missed == (
        "2026-11-21T03:00Z",
        "2026-11-21T15:00Z",
        "2026-11-22T03:00Z",
        "2026-11-22T15:00Z",
        "2026-11-23T03:00Z",
    )
    rows = outlook.rows()
    assert [row.outcome for row in rows] == ["skipped"] * 5 + ["claimed"]
    assert {row.reason for row in rows[:5]} == {MISSED}
    assert look(TWICE, rows, at("11-23 15:11")) == Outlook(None, "", (), at("11-24 03:00"))


def test_Z1_an_interrupted_claim_is_answered_by_one_catch_up_run_and_no_more() -> None:
    first = look(ONCE, [], at("11-21 03:00")).rows()[0]
    broken = interrupted(first)
    again = look(ONCE, [broken], at("11-21 03:02"))
    assert (again.due, again.reason, again.missed) == ("2026-11-21T03:00Z", AFTER_INTERRUPTION, ())
    broken_again = interrupted(again.rows()[0])
    assert not may_claim(broken_again)
    assert look(ONCE, [broken_again], at("11-21 03:04")).due is None
    assert look(ONCE, [broken_again], at("11-22 03:00")).due == "2026-11-22T03:00Z"


def test_Z1_a_catch_up_run_that_was_interrupted_gets_its_one_more_too() -> None:
    late = look(ONCE, [], at("11-21 09:00"))
    assert look(ONCE, [interrupted(late.rows()[0])], at("11-21 09:05")).reason == AFTER_INTERRUPTION


def test_Z1_an_interrupted_claim_before_the_next_occurrence_is_answered_by_that_one() -> None:
    broken = Entry("2026-11-21T03:00Z", "interrupted")
    outlook = look(ONCE, [broken], at("11-22 03:00"))
    assert (outlook.due, outlook.missed) == ("2026-11-22T03:00Z", ())
    assert outlook.catch_up
    assert outlook.rows() == (Entry("2026-11-22T03:00Z", "claimed", CATCH_UP),)
    assert look(ONCE, [broken, Entry("2026-11-22T03:00Z", "done")], at("11-22 04:00")).due is None


def test_Z1_an_interrupted_claim_is_caught_up_after_the_times_were_changed() -> None:
    changed = Schedule.of("04:00", "", at("11-21 03:05"))
    assert look(changed, [Entry("2026-11-21T03:00Z", "interrupted")], at("11-21 03:10")).due == "2026-11-21T03:00Z"


def test_times_changed_to_an_hour_already_past_start_nothing_today() -> None:
    changed = Schedule.of("04:00", "", at("11-21 05:00"))
    outlook = look(changed, [Entry("2026-11-21T03:00Z", "done")], at("11-21 05:00"))
    assert outlook == Outlook(None, "", (), at("11-22 04:00"))


def test_times_changed_while_a_run_is_at_work_leave_its_claim_alone() -> None:
    changed = Schedule.of("03:10", "", at("11-21 03:05"))
    claimed = Entry("2026-11-21T03:00Z", "claimed")
    assert look(changed, [claimed], at("11-21 03:09")).due is None
    assert look(changed, [claimed], at("11-21 03:10")).due == "2026-11-21T03:10Z"


def test_T17_a_clock_set_back_runs_nothing_twice() -> None:
    ledger = [Entry("2026-11-21T03:00Z", "done"), Entry("2026-11-22T03:00Z", "done")]
    for now in ("11-22 02:30", "11-21 03:00", "11-22 03:00"):
        assert look(ONCE, ledger, at(now)).due is None
    assert look(ONCE, ledger, at("11-21 12:00")).next == at("11-23 03:00")


def test_T17_a_clock_years_ahead_for_a_moment_does_not_silence_the_years_until_then() -> None:
    ahead = look(ONCE, [Entry("2026-11-21T03:00Z", "done")], datetime(2036, 1, 1, 12, tzinfo=UTC))
    ledger = [Entry("2026-11-21T03:00Z", "done"), *ahead.rows()]
    assert len(ahead.missed) == 365
    back = look(ONCE, ledger, at("11-22 03:00"))
    assert (back.due, back.missed, back.catch_up) == ("2026-11-22T03:00Z", (), False)
    skipped_then = look(ONCE, ledger, datetime(2035, 6, 1, 3, tzinfo=UTC))
    assert skipped_then.due == "2035-06-01T03:00Z"


def test_T17_times_saved_under_a_clock_years_ahead_still_run_on_time() -> None:
    schedule = Schedule.of("03:00", "", datetime(2036, 1, 1, tzinfo=UTC))
    assert look(schedule, [], at("11-22 03:01")).due == "2026-11-22T03:00Z"
    assert look(schedule, [], at("11-22 12:00")).due is None


def test_a_schedule_switched_off_asks_for_nothing() -> None:
    off = Schedule((), SINCE)
    assert look(off, [Entry("2026-11-21T03:00Z", "interrupted")], at("11-25 03:00")) == Outlook(None, "", (), None)
    assert look(off, [], at("11-25 03:00")).rows() == ()


def test_a_clock_at_the_ends_of_time_is_survived_quickly() -> None:
    started = clock.process_time()
    assert look(ONCE, [], datetime.max.replace(tzinfo=UTC)).next is None
    assert look(ONCE, [], datetime.min.replace(tzinfo=UTC)).due is None
    assert (
        look(Schedule.of("00:00", "", datetime.min.replace(tzinfo=UTC)), [], datetime(1, 1, 2, tzinfo=UTC)).due
        is not None
    )
    assert clock.process_time() - started < 1


def test_now_may_be_given_in_any_zone_but_not_without_one() -> None:
    moscow = timezone(timedelta(hours=3))
    assert look(ONCE, [], datetime(2026, 11, 21, 6, 0, tzinfo=moscow)).due == "2026-11-21T03:00Z"
    with pytest.raises(ValueError, match="without a time zone"):
        look(ONCE, [], datetime(2026, 11, 21, 6, 0))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="without a time zone"):
        Schedule.of("03:00", "", datetime(2026, 11, 21, 6, 0))  # noqa: DTZ001


def test_two_equal_times_are_one_and_order_does_not_matter() -> None:
    assert Schedule.of("03:00", "03:00", SINCE).times == (time(3),)
    assert Schedule.of("15:00", "03:00", SINCE) == TWICE
    assert Schedule.of("", "", SINCE).times == ()


@pytest.mark.parametrize("text", ["", "3:00", "24:00", "03:60", "03:00:00", " 03:00", "03:00\n", "0300", "٠٣:٠٠"])
def test_what_is_no_run_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        run_time(text)


@given(st.datetimes(), st.datetimes())
def test_names_of_occurrences_sort_like_their_moments(a: datetime, b: datetime) -> None:
    first, second = (one.replace(second=0, microsecond=0, tzinfo=UTC) for one in (a, b))
    assert moment_of(occurrence_id(first)) == first
    assert (occurrence_id(first) < occurrence_id(second)) == (first < second)


class AnyClock(RuleBasedStateMachine):
    """A program that looks at a clock which goes on, sleeps and jumps both ways, with runs of every ending."""

    @initialize(first=st.sampled_from(["00:00", "03:00", "23:59"]), second=st.sampled_from(["", "03:01", "12:00"]))
    def begin(self, first: str, second: str) -> None:
        self.now = SINCE
        self.schedule = Schedule.of(first, second, SINCE)
        self.ledger: dict[str, Entry] = {}
        self.runs: list[str] = []
        self.ended: dict[str, list[Outcome]] = {}

    @rule(minutes=st.integers(0, 3 * 24 * 60))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=7)

    @rule(minutes=st.integers(1, 4 * 24 * 60))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.now = max(self.now - timedelta(minutes=minutes), SINCE)

    @rule(days=st.integers(1, 60))
    def the_clock_leaps_ahead(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(first=st.sampled_from(["00:00", "04:00", "22:00"]), second=st.sampled_from(["", "03:01"]))
    def the_times_are_changed(self, first: str, second: str) -> None:
        self.schedule = Schedule.of(first, second, self.now)

    @rule(end=st.sampled_from(["done", "failed", "skipped", "interrupted", "claimed"]))
    def the_timetable_is_asked(self, end: Outcome) -> None:
        for row in [row for row in self.ledger.values() if row.outcome == "claimed"]:
            self.end(interrupted(row))  # one run at a time: whoever asks next finds its lock free
        outlook = look(self.schedule, self.ledger.values(), self.now)
        assert outlook.next is None or outlook.next > self.now
        for row in outlook.rows():
            assert moment_of(row.occurrence) <= self.now
            assert may_claim(self.ledger.get(row.occurrence))
            self.ledger[row.occurrence] = row
        if outlook.due is not None:
            self.runs.append(outlook.due)
            claim = self.ledger[outlook.due]
            if end == "interrupted":
                self.end(interrupted(claim))
            elif end != "claimed":
                self.end(Entry(claim.occurrence, end, "exit 0"))
        self.everything_planned_is_answered()

    def end(self, row: Entry) -> None:
        self.ledger[row.occurrence] = row
        self.ended.setdefault(row.occurrence, []).append(row.outcome)

    def everything_planned_is_answered(self) -> None:
        """By its own row, or (only where a clock was ahead and the times were changed since) by a later one's run."""
        answered = max(
            (id_ for id_, row in self.ledger.items() if not may_claim(row) and moment_of(id_) <= self.now), default=""
        )
        day = self.schedule.since.date()
        while day <= self.now.date():
            for each in self.schedule.times:
                moment = datetime.combine(day, each, UTC)
                if self.schedule.since < moment <= self.now:
                    assert occurrence_id(moment) in self.ledger or occurrence_id(moment) < answered
            day += timedelta(days=1)

    @invariant()
    def nothing_runs_twice(self) -> None:
        for occurrence in set(getattr(self, "runs", [])):
            times = self.runs.count(occurrence)
            ends = self.ended.get(occurrence, [])
            assert times <= 2
            assert times == 1 or ends[0] == "interrupted"
            assert sum(end != "interrupted" for end in ends) <= 1

    @invariant()
    def asking_again_at_once_starts_nothing_but_what_was_interrupted(self) -> None:
        if not getattr(self, "runs", []):
            return
        outlook = look(self.schedule, self.ledger.values(), self.now)
        if outlook.due == self.runs[-1]:
            assert self.ledger[outlook.due].outcome == "interrupted"


class AnyClockSameTimes(AnyClock):
    """The same with times that never change: here every occurrence has a row of its own."""

    the_times_are_changed = None  # type: ignore[assignment]

    def everything_planned_is_answered(self) -> None:
        day = SINCE.date()
        while day <= self.now.date():
            for each in self.schedule.times:
                moment = datetime.combine(day, each, UTC)
                assert not SINCE < moment <= self.now or occurrence_id(moment) in self.ledger
            day += timedelta(days=1)


TestAnyClock = AnyClock.TestCase
TestAnyClockSameTimes = AnyClockSameTimes.TestCase
TestAnyClock.settings = TestAnyClockSameTimes.settings = settings(max_examples=examples(50), deadline=None)


def test_a_punctual_run_is_not_called_a_catch_up() -> None:
    assert look(ONCE, [], at("11-21 03:00") + PUNCTUAL).reason == ""
    assert look(ONCE, [], at("11-21 03:00") + PUNCTUAL + timedelta(seconds=1)).reason == CATCH_UP
