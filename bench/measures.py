"""The measures, each over real HTTP and real processes where the program has them."""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from b24learn_gui.demo import companies
from b24learn_gui.demo.learn import CLOUD, Switches
from tests.e2e.arena import Arena, arena

PEOPLE, DEPARTMENTS = 10_000, 800
PAGE, FULL_BATCH = 50, 2_500
LATENCY = 0.05
WRITES = 240
CONNECTIONS = 4
GOAL_BUSY = 0.9


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside its goal."""

    name: str
    value: str
    goal: str
    met: bool


def below(name: str, value: float, goal: float, unit: str) -> Figure:
    return Figure(name, f"{value:,.2f} {unit}".strip(), f"≤ {goal:g} {unit}".strip(), value <= goal)


def people_per_request() -> list[Figure]:
    """How many people one request brings at full batch, while 20,000 are read."""
    with tempfile.TemporaryDirectory() as folder, _big_arena(Path(folder), 2 * PEOPLE) as made:
        made.run("preview")
        parts = [call for call in made.main.log if call.method == "user.get" and call.part is not None]
    best = max(Counter(call.request for call in parts).values()) * PAGE
    return [Figure("people read by one request at full batch", f"{best:,}", f"= {FULL_BATCH:,}", best == FULL_BATCH)]


def unchanged_run() -> list[Figure]:
    """Requests and seconds of a whole sync of 10,000 people where nothing changed."""
    with tempfile.TemporaryDirectory() as folder, _big_arena(Path(folder), PEOPLE) as made:
        started = time.perf_counter()
        first = made.sync()
        first_seconds = time.perf_counter() - started
        made.main.forget_calls()
        made.learn.log.clear()
        started = time.perf_counter()
        again = made.sync()
        seconds = time.perf_counter() - started
        seen = len(made.learn.log.entries), made.main.requests
        accounts, departments = len(made.learn.world.accounts), len(made.learn.world.departments)
    if first.code or again.code or again.json["changes"]:
        raise SystemExit(f"the run was not clean: {first.code}, {again.code}, {json.dumps(again.json)[:500]}")
    asked = again.json["requests"]
    if (asked["learn_read"] + asked["learn_write"], asked["bitrix24"]) != seen:
        raise SystemExit(f"the summary counts {asked}, the servers saw {seen}")
    pages = -(-accounts // 1000) + -(-departments // 1000)
    return [
        below("requests to Bitrix24 of an unchanged run, 10,000 people", asked["bitrix24"], 8, ""),
        below(f"requests to Learn of the same run ({pages} pages)", asked["learn_read"], pages + 3, ""),
        below("writes of the same run", asked["learn_write"], 0, ""),
        Figure("seconds of the first run / of the unchanged one", f"{first_seconds:.0f} / {seconds:.1f}", "", met=True),
    ]


def _big_arena(folder: Path, people: int, learn_switches: Switches = CLOUD) -> AbstractContextManager[Arena]:
    world = companies.generate(7, people, departments=min(DEPARTMENTS, people // 10))
    return arena(folder, {"main": world}, learn_switches=learn_switches)


def plan_large_company() -> list[Figure]:
    """20,000 people in 2,000 departments."""
    first, unchanged, peak = _planning(20_000, 2_000)
    return [
        below("planning 20,000 people × 2,000 departments, first", first, 2, "s"),
        below("planning 20,000 people × 2,000 departments, unchanged", unchanged, 2, "s"),
        below("peak of the whole process, 20,000 people", peak, 300, "MB"),
    ]


def plan_largest_company() -> list[Figure]:
    """100,000 people in 5,000 departments."""
    first, unchanged, peak = _planning(100_000, 5_000)
    return [
        Figure("planning 100,000 people, first / unchanged", f"{first:.1f} / {unchanged:.1f} s", "", met=True),
        below("peak of the whole process, 100,000 people", peak, 1_200, "MB"),
    ]


def _planning(people: int, departments: int) -> tuple[float, float, float]:
    words = [sys.executable, "-m", "bench.planning", str(people), str(departments)]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    first, unchanged, peak = (float(each) for each in told)
    return first, unchanged, peak


def apply_busy() -> list[Figure]:
    """Whether 4 connections are kept busy: creating accounts in a Learn that takes 50 ms for every answer."""
    busy = replace(CLOUD, latency=LATENCY)
    with tempfile.TemporaryDirectory() as folder, _big_arena(Path(folder), WRITES, busy) as made:
        answer = made.sync()
        writes = made.learn.log.find("POST", "/user")
        first, last = min(each.started for each in writes), max(each.finished for each in writes)
        meanwhile = [each for each in made.learn.log.entries if first <= each.started and each.finished <= last]
        peak = made.learn.log.peak
    if answer.code or len(writes) != WRITES:
        raise SystemExit(f"the run was not clean: {answer.code}, {len(writes)} accounts created")
    share = len(meanwhile) * LATENCY / CONNECTIONS / (last - first)
    return [
        Figure(f"ideal / real time of {WRITES} creates at 50 ms", f"{share:.0%}", "≥ 90%", share >= GOAL_BUSY),
        Figure("most requests to Learn at a time", str(peak), f"= {CONNECTIONS}", peak == CONNECTIONS),
    ]
