"""When to start what the timetable asks for: not in the first seconds after waking, and with the network there (T17).

A state machine without a clock: whoever owns one tells it the time at least every `TICK` seconds and does what it
answers. It decides only when; that nothing runs twice is the ledger's business (rule Z1).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from b24learn_gui.timetable.plan import Outlook

TICK = 15.0
"""Seconds until the next tick at the latest."""
GAP = 90.0
"""Ticks further apart mean that the machine slept, where its steady clock goes on meanwhile."""
JUMP = 30.0
"""Seconds that the wall clock moves on without the steady one: the machine slept, or its clock was set ahead."""
REST = (30.0, 60.0)
"""Seconds of rest after waking; between the two by chance, so that a company's machines do not all start at once."""
PROBES = (15.0, 30.0, 60.0)
"""Seconds after an answer that there is no network until the next question; the last one again and again."""
PROBE_PATIENCE = 30.0
"""Seconds to wait for such an answer; none counts as no."""
PROBING = 600.0
"""Seconds of asking after which the run starts all the same, and names itself what it cannot reach."""
RETRIES = (60.0, 120.0, 300.0, 900.0)
"""Seconds until a start is repeated whose run did not answer its occurrence; the last one again and again."""
PROMPT = 0.5
"""The least seconds between two ticks."""

Why = Literal["nothing_due", "waking", "network", "started"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One look at both clocks: `wall` aware, `steady` in seconds that are never set (and may stop while asleep)."""

    wall: datetime
    steady: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until` (of the steady clock), and why."""

    until: float
    why: Why


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask whether the network is there, and hand the answer to the first tick that has it."""


@dataclass(frozen=True, slots=True)
class Start:
    """Start the scheduled run now."""

    trigger: Literal["schedule", "catch-up"]


Action = Wait | Probe | Start


class Watch:
    """`spread`, from 0 to 1, is this machine's place between the bounds of `REST`."""

    def __init__(self, spread: float) -> None:
        self._rest = REST[0] + (REST[1] - REST[0]) * min(max(spread, 0.0), 1.0)
        self._last: Moment | None = None
        self._rests_until = 0.0
        self._network = _Network()
        self._network_known = False
        self._started: str | None = None
        self._starts = 0
        self._again_at = 0.0

    def tick(self, now: Moment, outlook: Outlook, reachable: bool | None) -> Action:
        """What to do now. `reachable`: the answer to the last `Probe`, once; None without one."""
        if self._has_woken(now):
            self._rests_until = now.steady + self._rest
            self._network_known = False
            self._network = _Network()
            reachable = None  # it was asked before the machine slept
        self._last = now
        if outlook.due is None:
            # Whoever is awake for so long and asked for nothing does not start late for want of an answer.
            self._network_known = self._network_known or now.steady - self._rests_until >= PROBING
            return self._wait(now, outlook, "nothing_due")
        if outlook.due != self._started:
            self._started, self._starts, self._again_at = outlook.due, 0, now.steady
        if now.steady < self._rests_until:
            return self._wait(now, outlook, "waking", self._rests_until)
        if now.steady < self._again_at:
            return self._wait(now, outlook, "started", self._again_at)
        if not self._network_known:
            asked = self._network.tick(now.steady, reachable)
            if asked != "known":
                return Probe() if asked == "ask" else self._wait(now, outlook, "network", self._network.until)
            self._network_known = True
        self._again_at = now.steady + RETRIES[min(self._starts, len(RETRIES) - 1)]
        self._starts += 1
        return Start("catch-up" if outlook.catch_up else "schedule")

    def _has_woken(self, now: Moment) -> bool:
        """Also at the first tick: the session has just begun, and the network perhaps not yet."""
        if self._last is None:
            return True
        steady = now.steady - self._last.steady
        # In UTC: the difference of two local times of one zone leaves out that summer time began in between.
        wall = (now.wall.astimezone(UTC) - self._last.wall.astimezone(UTC)) / timedelta(seconds=1)
        return steady > GAP or wall - steady > JUMP

    def _wait(self, now: Moment, outlook: Outlook, why: Why, until: float | None = None) -> Wait:
        bounds = [now.steady + TICK]
        if until is not None:
            bounds.append(until)
        if outlook.next is not None:
            bounds.append(now.steady + (outlook.next - now.wall.astimezone(UTC)) / timedelta(seconds=1))
        return Wait(max(min(bounds), now.steady + PROMPT), why)


class _Network:
    """The questions after one waking: until one is answered with yes, or it took too long."""

    def __init__(self) -> None:
        self.until = 0.0
        self._since: float | None = None
        self._asked_at: float | None = None
        self._noes = 0

    def tick(self, steady: float, answer: bool | None) -> Literal["ask", "wait", "known"]:
        if self._since is None:
            self._since = steady
            return self._ask(steady)
        if self._asked_at is not None:
            if answer:
                return "known"
            if answer is None and steady - self._asked_at < PROBE_PATIENCE:
                self.until = self._asked_at + PROBE_PATIENCE
                return "wait"
            self._asked_at = None
            self.until = steady + PROBES[min(self._noes, len(PROBES) - 1)]
            self._noes += 1
        if steady - self._since >= PROBING:
            return "known"
        return self._ask(steady) if steady >= self.until else "wait"

    def _ask(self, steady: float) -> Literal["ask"]:
        self._asked_at = steady
        return "ask"
