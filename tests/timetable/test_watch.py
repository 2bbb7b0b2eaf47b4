"""When what is due is started: incident T17 (asleep over the run, clock jumps, no network yet after waking)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from b24learn_gui.timetable.plan import AFTER_INTERRUPTION, CATCH_UP, Outlook
from b24learn_gui.timetable.watch import GAP, PROBING, TICK, Action, Moment, Probe, Start, Wait, Watch

BEGIN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
NEXT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NOTHING = Outlook(None, "", (), NEXT)
PUNCTUAL = Outlook("2026-11-22T03:00Z", "", (), NEXT + timedelta(days=1))
LATE = Outlook("2026-11-22T03:00Z", CATCH_UP, (), NEXT + timedelta(days=1))


class Hand:
    """Turns both clocks and ticks the watch."""

    def __init__(self, spread: float = 0.0) -> None:
        self.watch = Watch(spread)
        self.wall = BEGIN
        self.steady = 1000.0
        self.reachable: bool | None = None

    def tick(self, outlook: Outlook) -> Action:
        reachable, self.reachable = self.reachable, None
        return self.watch.tick(Moment(self.wall, self.steady), outlook, reachable)

    def turn(self, seconds: float, *, steady: float | None = None) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds if steady is None else steady

    def until(self, outlook: Outlook, kind: type[Action], *, at_most: float = 3600) -> tuple[float, Action]:
        """Tick as asked until such an action comes; how many seconds that took."""
        begun = self.steady
        while self.steady - begun <= at_most:
            action = self.tick(outlook)
            if isinstance(action, kind):
                return self.steady - begun, action
            if isinstance(action, Probe):
                self.reachable = False
            assert not isinstance(action, Start)
            self.turn(action.until - self.steady if isinstance(action, Wait) else 1)
        raise AssertionError(kind)


def awake(hand: Hand, seconds: float = PROBING + 120) -> None:
    for _ in range(int(seconds / TICK)):
        assert isinstance(hand.tick(NOTHING), Wait)
        hand.turn(TICK)


def test_a_due_run_starts_at_once_where_the_machine_was_awake() -> None:
    hand = Hand()
    awake(hand)
    assert hand.tick(PUNCTUAL) == Start("schedule")


def test_the_next_tick_is_asked_for_at_the_very_moment_of_the_next_occurrence() -> None:
    hand = Hand()
    hand.wall = NEXT - timedelta(seconds=4)
    action = hand.tick(NOTHING)
    assert action == Wait(hand.steady + 4, "nothing_due")
    hand.wall = NEXT - timedelta(minutes=4)
    assert hand.tick(NOTHING) == Wait(hand.steady + TICK, "nothing_due")


@pytest.mark.parametrize(("spread", "rest"), [(0.0, 30), (0.5, 45), (1.0, 60), (7.0, 60)])
def test_T17_after_waking_it_rests_30_to_60_seconds_and_then_asks_for_the_network(spread: float, rest: float) -> None:
    hand = Hand(spread)
    awake(hand)
    hand.turn(3 * 86_400, steady=2)  # a steady clock that stands still while asleep
    waited, _ = hand.until(LATE, Probe)
    assert waited == rest
    hand.turn(2)
    hand.reachable = True
    assert hand.tick(LATE) == Start("catch-up")


def test_T17_waking_is_noticed_by_a_steady_clock_that_goes_on_too() -> None:
    hand = Hand()
    awake(hand)
    hand.turn(GAP + 1)
    assert hand.tick(LATE) == Wait(hand.steady + TICK, "waking")


def test_the_first_look_counts_as_waking() -> None:
    assert Hand().tick(LATE) == Wait(1000 + TICK, "waking")


def test_a_clock_set_back_is_no_waking_and_summer_time_none_either() -> None:
    hand = Hand()
    awake(hand)
    hand.turn(-86_400, steady=TICK)
    assert hand.tick(PUNCTUAL) == Start("schedule")
    hand = Hand()
    berlin = ZoneInfo("Europe/Berlin")
    hand.wall = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    for _ in range(400):
        moment = Moment(hand.wall.astimezone(berlin), hand.steady)
        assert isinstance(hand.watch.tick(moment, NOTHING, None), Wait)
        hand.turn(TICK)
    assert hand.wall.astimezone(berlin).dst()
    assert hand.watch.tick(Moment(hand.wall.astimezone(berlin), hand.steady), PUNCTUAL, None) == Start("schedule")


def test_T17_without_network_it_asks_after_15_30_60_seconds_and_starts_anyway_after_ten_minutes() -> None:
    hand = Hand()
    hand.until(LATE, Probe)
    begun, asked = hand.steady, [0.0]
    action: Action = Probe()
    while not isinstance(action, Start):
        hand.reachable = False if isinstance(action, Probe) else None
        hand.turn(action.until - hand.steady if isinstance(action, Wait) else 1)
        action = hand.tick(LATE)
        if isinstance(action, Probe):
            asked.append(hand.steady - begun)
        elif isinstance(action, Wait):
            assert action.why == "network"
    pauses = [round(later - earlier) for earlier, later in pairwise(asked)]
    assert pauses[:4] == [16, 31, 61, 61]  # the answer came after a second
    assert PROBING <= hand.steady - begun <= PROBING + 60
    assert action == Start("catch-up")


def test_an_answer_that_never_comes_counts_as_no() -> None:
    hand = Hand()
    hand.until(LATE, Probe)
    begun = hand.steady
    while isinstance(action := hand.tick(LATE), Wait):
        hand.turn(action.until - hand.steady)
    assert action == Probe()
    assert hand.steady - begun == 45


def test_sleeping_again_while_asking_begins_anew_and_drops_the_old_answer() -> None:
    hand = Hand()
    hand.until(LATE, Probe)
    hand.turn(4 * 3600, steady=1)
    hand.reachable = True
    assert isinstance(hand.tick(LATE), Wait)
    waited, _ = hand.until(LATE, Probe)
    assert waited == 30


def test_a_start_that_answers_nothing_is_repeated_ever_later() -> None:
    hand = Hand()
    awake(hand)
    starts = []
    for _ in range(5):
        taken, _ = hand.until(PUNCTUAL, Start)
        starts.append(taken)
        hand.turn(1)
    assert [round(each) for each in starts] == [0, 59, 119, 299, 899]
    another = Outlook("2026-11-23T03:00Z", "", (), None)
    assert hand.tick(another) == Start("schedule")


def test_a_catch_up_after_an_interruption_is_labelled() -> None:
    hand = Hand()
    awake(hand)
    again = Outlook("2026-11-22T03:00Z", AFTER_INTERRUPTION, (), None)
    assert hand.tick(again) == Start("catch-up")
