"""A pause in the timetable: nothing starts in it, what lay in it is skipped for good, nothing else is (rule Z1)."""

from datetime import UTC, datetime, timedelta

from b24learn_gui.timetable.plan import (
    CATCH_UP,
    CLOCK_LEEWAY,
    MISSED,
    PAUSED,
    Entry,
    Outlook,
    Pause,
    Schedule,
    look,
    may_claim,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


ONCE = Schedule.of("03:00", "", at("11-20 12:00"))
NIGHT = Pause(at("11-21 22:00"), at("11-22 08:00"))
ENDLESS = Pause(at("11-21 22:00"))
DONE = Entry("2026-11-21T03:00Z", "done")


def test_nothing_is_due_in_a_pause_and_the_next_run_lies_behind_it() -> None:
    outlook = look(ONCE, [DONE], at("11-22 03:00"), [NIGHT])
    assert outlook == Outlook(None, "", (), at("11-23 03:00"), ("2026-11-22T03:00Z",))
    assert outlook.rows() == (Entry("2026-11-22T03:00Z", "skipped", PAUSED),)
    assert look(ONCE, [DONE], at("11-21 23:00"), [NIGHT]).next == at("11-23 03:00")


def test_what_lay_in_a_pause_is_never_caught_up() -> None:
    after = look(ONCE, [DONE], at("11-22 08:00"), [NIGHT])
    assert (after.due, after.paused) == (None, ("2026-11-22T03:00Z",))
    rows = [DONE, *after.rows()]
    assert look(ONCE, rows, at("11-22 09:00"), [NIGHT]) == Outlook(None, "", (), at("11-23 03:00"))
    later = look(ONCE, [DONE], at("11-23 03:01"), [NIGHT])
    assert (later.due, later.reason, later.missed) == ("2026-11-23T03:00Z", "", ())
    assert later.rows()[0] == Entry("2026-11-22T03:00Z", "skipped", PAUSED)


def test_a_pause_without_end_has_no_next_run_until_it_is_ended() -> None:
    for day in ("11-22", "11-29", "12-31"):
        outlook = look(ONCE, [DONE], at(f"{day} 12:00"), [ENDLESS])
        assert (outlook.due, outlook.next) == (None, None)
    ended = Pause(ENDLESS.since, at("11-25 12:00"))
    outlook = look(ONCE, [DONE], at("11-25 12:01"), [ended])
    assert (outlook.due, outlook.next, len(outlook.paused)) == (None, at("11-26 03:00"), 4)


def test_what_was_missed_before_a_pause_is_caught_up_after_it() -> None:
    pause = Pause(at("11-22 09:00"), at("11-23 10:00"))
    assert look(ONCE, [DONE], at("11-22 12:00"), [pause]).due is None
    after = look(ONCE, [DONE], at("11-23 10:00"), [pause])
    assert (after.due, after.reason) == ("2026-11-22T03:00Z", CATCH_UP)
    assert after.rows() == (
        Entry("2026-11-23T03:00Z", "skipped", PAUSED),
        Entry("2026-11-22T03:00Z", "claimed", CATCH_UP),
    )
    written = [DONE, Entry("2026-11-23T03:00Z", "skipped", PAUSED)]  # by somebody who asked in the pause
    assert look(ONCE, written, at("11-23 10:00"), [pause]).due == "2026-11-22T03:00Z"


def test_a_pause_leaves_alone_what_has_an_outcome() -> None:
    begun_late = Pause(at("11-22 02:59"), at("11-22 08:00"))
    for outcome in ("done", "failed", "claimed"):
        row = Entry("2026-11-22T03:00Z", outcome)
        assert look(ONCE, [DONE, row], at("11-22 09:00"), [begun_late]).rows() == ()
    missed = Entry("2026-11-22T03:00Z", "skipped", MISSED)
    assert look(ONCE, [DONE, missed], at("11-22 09:00"), [begun_late]).rows() == ()


def test_an_interrupted_claim_waits_for_the_end_of_the_pause() -> None:
    broken = Entry("2026-11-22T03:00Z", "interrupted")
    pause = Pause(at("11-22 03:05"), at("11-22 08:00"))
    assert look(ONCE, [broken], at("11-22 04:00"), [pause]).due is None
    assert look(ONCE, [broken], at("11-22 08:00"), [pause]).due == "2026-11-22T03:00Z"


def test_T17_a_pause_under_a_clock_years_ahead_does_not_silence_the_years_until_then() -> None:
    ahead = at("11-22 02:00").replace(year=2036)
    hour = Pause(ahead, ahead + timedelta(hours=2))
    assert look(ONCE, [DONE], at("11-22 03:00"), [hour]).due == "2026-11-22T03:00Z"
    row = Entry("2026-11-25T03:00Z", "skipped", PAUSED)  # written while the clock was ahead in a pause without end
    assert not may_claim(row, [ENDLESS])
    ended = Pause(ENDLESS.since, at("11-24 12:00"))
    assert may_claim(row, [ended])
    assert look(ONCE, [DONE, row], at("11-24 13:00"), [ended]).next == at("11-25 03:00")
    assert look(ONCE, [DONE, row], at("11-25 03:00"), [ended]).due == "2026-11-25T03:00Z"


def test_T17_a_clock_set_back_a_little_does_not_end_a_pause() -> None:
    assert NIGHT.holds(NIGHT.since - timedelta(hours=1))
    assert not NIGHT.holds(NIGHT.since - CLOCK_LEEWAY - timedelta(seconds=1))
    assert not NIGHT.holds(at("11-22 08:00"))
