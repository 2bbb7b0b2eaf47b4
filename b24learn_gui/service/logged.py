"""What a run does to whom, written to the log as ids and codes: names and values are in the journal alone."""

import logging
from collections.abc import Collection
from typing import Any

from b24learn_gui.service.reporting import Reporter
from b24learn_gui.service.summary import FAILED_CODES

_LOG = logging.getLogger(__name__)

BEGAN, ENDED, FINISHED = "run began", "run ended", "finished"
PHASE, PLANNED, CHANGE, PROBLEM, WAITING = "phase", "planned", "change", "problem", "waiting"
FAILED, DEFECT, DECIDED, FORGOTTEN = "failed", "defect", "decided", "decision forgotten"
EVENTS: Collection[str] = frozenset(
    (BEGAN, ENDED, FINISHED, PHASE, PLANNED, CHANGE, PROBLEM, WAITING, FAILED, DEFECT, DECIDED, FORGOTTEN)
)
"""Messages that whoever reads the log knows by heart."""

REFUSED = (FAILED_CODES | {"department_rejected"}) - {"seats_exhausted"}


class Logged:
    """A reporter that logs what it is told before it hands it on."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._phase = ""

    def phase(self, name: str, portal: str | None = None) -> None:
        self._phase = name
        _LOG.info(PHASE, extra={"phase": name, "portal": portal})
        self._reporter.phase(name, portal)

    def progress(self, done: int, total: int) -> None:
        if self._phase == "plan" and total and done == total:
            _LOG.info(PLANNED, extra={"total": total})
        self._reporter.progress(done, total)

    def change(self, change: dict[str, Any]) -> None:
        names = ("kind", "portal", "bitrix24_id", "learn_id")
        _LOG.info(CHANGE, extra={name: change[name] for name in names})
        self._reporter.change(change)

    def problem(self, problem: dict[str, Any]) -> None:
        level = logging.INFO if problem["note"] else _gravity(problem["code"])
        _LOG.log(level, PROBLEM, extra={name: problem[name] for name in ("code", "portal", "bitrix24_id")})
        self._reporter.problem(problem)

    def waiting(self, seconds: float, reason: str) -> None:
        _LOG.warning(WAITING, extra={"seconds": round(seconds, 1), "reason": reason})
        self._reporter.waiting(seconds, reason)

    def notice(self, text: str) -> None:
        self._reporter.notice(text)


def _gravity(code: str) -> int:
    """What was refused has failed; somebody who was left out otherwise waits for a person, or for a seat."""
    return logging.ERROR if code in REFUSED else logging.WARNING
