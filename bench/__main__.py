"""How fast, how small, how few requests: `python3 run.py bench`. Everything is measured against the embedded servers.

Each line says what was measured, the figure, the goal, and whether it was met; the exit code is 1 where one was not.
`--quick` leaves out the largest company, `--tray` everything but the program in the tray, `--log` everything but the
log window over a million records; `--idle SECONDS` watches the program in the tray for longer than a minute.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial

from bench.logs import logs
from bench.measures import (
    Figure,
    apply_busy,
    people_per_request,
    plan_large_company,
    plan_largest_company,
    unchanged_run,
)
from bench.resident import IDLE_SECONDS, resident

Measure = Callable[[], list[Figure]]

MEASURES: tuple[Measure, ...] = (
    people_per_request,
    unchanged_run,
    plan_large_company,
    apply_busy,
)


def main(words: list[str]) -> int:
    """Measure, print, and say by the exit code whether every goal was met."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tray", action="store_true")
    parser.add_argument("--log", action="store_true")
    parser.add_argument("--idle", type=int, default=IDLE_SECONDS, metavar="SECONDS")
    asked = parser.parse_args(words)
    tray = partial(resident, asked.idle)
    measures: list[Measure] = [tray] if asked.tray else [logs] if asked.log else [*MEASURES, tray, logs]
    if not (asked.quick or asked.tray or asked.log):
        measures.append(plan_largest_company)
    missed = 0
    for measure in measures:
        for figure in measure():
            print(
                f"{'ok    ' if figure.met else 'MISSED'}  {figure.name:<58} {figure.value:>12}   {figure.goal}",
                flush=True,
            )
            missed += not figure.met
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
