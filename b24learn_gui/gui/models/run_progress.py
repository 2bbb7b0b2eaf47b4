"""How far a running sync or undo is, from the events it tells (INTERFACE: `--events`). No Qt, no words, no clock."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

StageName = Literal["bitrix24", "learn", "plan", "write"]
StageState = Literal["waiting", "busy", "done"]

STAGES: tuple[StageName, ...] = ("bitrix24", "learn", "plan", "write")
RATE_WINDOW = 20.0
"""Seconds over which the rate is taken."""
NO_ESTIMATE_BEFORE = 5.0
"""Seconds of writing before a rate or a rest is told: the first few writes say little about the others."""

_READING: Mapping[str, StageName] = {"bitrix24": "bitrix24", "learn": "learn", "plan": "plan"}
_NO_STAGE = frozenset({"settings", "wait"})


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage and what it came to: people read from Bitrix24, accounts in Learn, changes planned; None: unknown."""

    name: StageName
    state: StageState = "waiting"
    number: int | None = None


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A moment of a running sync or undo. `done` of `total` counts the busy stage; a total of 0 is not known yet.

    `per_minute`, `seconds_left`: of writing, None where nothing can be said. `now_touching`: the name of whom or what
    was written last, with the kind of change and the profile fields. `waiting`: why a server makes us wait, and for how
    many seconds; empty once it goes on. `stopping`: it was asked to stop. `undo`: it takes a run back.
    """

    stages: tuple[Stage, ...] = tuple(Stage(name) for name in STAGES)
    done: int = 0
    total: int = 0
    per_minute: float | None = None
    seconds_left: float | None = None
    now_touching: str = ""
    touching_kind: str = ""
    touching_fields: tuple[str, ...] = ()
    waiting: str = ""
    waiting_seconds: float = 0.0
    stopping: bool = False
    undo: bool = False

    @property
    def busy(self) -> StageName | None:
        """The stage at work, None before the first."""
        return next((stage.name for stage in self.stages if stage.state == "busy"), None)

    def number(self, name: StageName) -> int | None:
        """What this stage came to."""
        return next(stage.number for stage in self.stages if stage.name == name)


class ProgressTracker:
    """Takes the events of one run in their order and tells where it stands. Takes and tells in constant time."""

    def __init__(self, *, undo: bool = False) -> None:
        self._now = RunProgress(undo=undo)
        self._phase = ""
        self._written: dict[str, tuple[int, int]] = {}
        """Parts of writing: how many of how many are handled."""
        self._sums = (0, 0)
        self._samples: deque[tuple[float, int]] = deque()
        """Moments of the last twenty seconds with what was written by then, oldest first."""
        self._writing_since: float | None = None
        self._touched: Mapping[str, Any] = {}

    def take(self, event: Mapping[str, Any], steady: float) -> None:
        """One event, at this moment of a clock that never jumps (seconds). Events of other kinds change nothing."""
        match event.get("event"):
            case "phase":
                self._enter(event, steady)
            case "progress":
                self._move(int(event.get("done", 0)), int(event.get("total", 0)), steady)
            case "change" if self._now.busy == "write":
                self._touched = event
            case _:
                return
        if event.get("event") != "phase" and self._now.waiting:
            self._now = replace(self._now, waiting="", waiting_seconds=0.0)

    def ask_to_stop(self) -> None:
        """Somebody asked the run to stop."""
        self._now = replace(self._now, stopping=True)

    def snapshot(self) -> RunProgress:
        """Where it stands now."""
        if self._now.busy != "write":
            return self._now
        done, total = self._sums
        planned = self._now.number("plan")
        total = max(total, planned or 0)
        rate = self._rate()
        return replace(
            self._now,
            done=done,
            total=total,
            per_minute=None if rate is None else rate * 60,
            seconds_left=(total - done) / rate if rate and total > done else None,
            now_touching=str(self._touched.get("name") or ""),
            touching_kind=str(self._touched.get("kind") or ""),
            touching_fields=tuple(self._touched.get("after") or ()),
        )

    def _enter(self, event: Mapping[str, Any], steady: float) -> None:
        name = str(event.get("phase", ""))
        if name == "wait":
            seconds = float(event.get("seconds") or 0.0)
            self._now = replace(self._now, waiting=str(event.get("reason") or "wait"), waiting_seconds=seconds)
            return
        if name in _NO_STAGE:
            return
        self._phase = name
        stage = _READING.get(name, "write")
        self._now = replace(self._now, waiting="", waiting_seconds=0.0)
        if self._now.busy == stage:
            return
        place = STAGES.index(stage)
        stages = tuple(
            replace(each, state="done" if number < place else "busy" if number == place else "waiting")
            for number, each in enumerate(self._now.stages)
        )
        self._now = replace(self._now, stages=stages, done=0, total=0)
        if stage == "write" and self._writing_since is None:
            self._writing_since = steady
            self._samples.append((steady, 0))

    def _move(self, done: int, total: int, steady: float) -> None:
        busy = self._now.busy
        if busy is None:
            return
        if busy != "write":
            stages = tuple(replace(each, number=done) if each.name == busy else each for each in self._now.stages)
            self._now = replace(self._now, stages=stages, done=done, total=total)
            return
        before = self._written.get(self._phase, (0, 0))
        self._written[self._phase] = (done, total)
        self._sums = (self._sums[0] + done - before[0], self._sums[1] + total - before[1])
        self._samples.append((steady, self._sums[0]))
        while len(self._samples) > 1 and self._samples[1][0] <= steady - RATE_WINDOW:
            self._samples.popleft()

    def _rate(self) -> float | None:
        """Written a second over the last twenty, None before enough time has passed."""
        if self._writing_since is None or not self._samples:
            return None
        (first, before), (last, now) = self._samples[0], self._samples[-1]
        if last - self._writing_since < NO_ESTIMATE_BEFORE or now <= before:
            return None
        return (now - before) / (last - first)
