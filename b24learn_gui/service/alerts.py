"""Alerts by POST (settings: `alerts.webhook_url`): what changed, what failed, and that nothing succeeds any more.

A run that wrote something is always told. What only failed is told once a cause: again when the causes change, or when
they come back after a run that went well (incidents T23, T25).
"""

import json
from datetime import timedelta
from typing import Any

from b24learn_gui.errors import SyncError
from b24learn_gui.http import Timeouts, exchange, open_session
from b24learn_gui.service.causes import causes_of, digest_of
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE, STOPPED
from b24learn_gui.service.history import health
from b24learn_gui.service.overdue import Freshness, freshness
from b24learn_gui.service.summary import Object, time_text
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import Settings, read_settings

ALERTED = "alerted"
"""Name of a fact: the keys of the causes that count as told, a JSON list."""
OVERDUE_ALERTED = "alerted_overdue"
"""Name of a fact: `{"since", "at", "delivered"}` of the last alert that nothing succeeds any more."""

MOST_PROBLEMS = 10
"""An alert is to be read; `show` has the others."""
REPEAT = timedelta(hours=1)
"""Until an alert that nobody took is sent again."""

TIMEOUTS = Timeouts(connect=5.0, read=10.0, whole=15.0)


def send(context: Context, settings: Settings, journal: Journal, summary: Object, *, partial: bool = False) -> None:
    """Post the summary of a finished run where it is worth telling. `partial`: of a few people or of one portal.

    That nobody took it is told and logged, and changes nothing of the run.
    """
    url = settings.alerts.webhook_url
    if not url:
        return
    stopped = summary["exit_code"] == STOPPED
    told, keys = frozenset(json.loads(journal.fact(ALERTED) or "[]")), _keys(summary)
    news = any(summary["counts"].values()) or not keys <= told
    delivered = not news or _post(context, url, _shortened(summary))
    gone = frozenset() if partial or stopped else told - keys  # those runs say nothing of what else there is
    known = told - gone | (keys if delivered else frozenset())
    if known != told:
        journal.set_fact(ALERTED, json.dumps(sorted(known)))
    if keys:
        _tell_overdue(context, url, journal, freshness(context, settings, journal))


def send_overdue(context: Context) -> bool:
    """Tell once that no run succeeded for too long: for whoever notices. True if it was told just now.

    It may be called at any time: what nobody took is repeated after `REPEAT` at the earliest. Raises
    `SettingsInvalid`, `JournalUnusable` (70).
    """
    settings = read_settings(context.places.settings_file)
    url = settings.alerts.webhook_url
    if not url:
        return False
    with Journal.open_read_only(context.places.journal_file) as journal:
        found = freshness(context, settings, journal)
        if not _is_to_tell(context, journal, found):
            return False
    with Journal.open(context.places.journal_file) as journal:
        return _tell_overdue(context, url, journal, found)


def _keys(summary: Object) -> frozenset[str]:
    """What a failure is known again by; its exit code where nothing else says why."""
    code = summary["exit_code"]
    if code in {DONE, STOPPED}:
        return frozenset()
    return frozenset(cause.key for cause in causes_of(digest_of(summary))) or frozenset({f"exit_{code}"})


def _shortened(summary: Object) -> Object:
    """With as many problems as one reads, notes last, and how many `more` there are."""
    problems = sorted(summary["problems"], key=lambda problem: bool(problem["note"]))
    return {**summary, "problems": problems[:MOST_PROBLEMS], "more": max(0, len(problems) - MOST_PROBLEMS)}


def _is_to_tell(context: Context, journal: Journal, found: Freshness) -> bool:
    last: dict[str, Any] = json.loads(journal.fact(OVERDUE_ALERTED) or "{}")
    if not found.overdue or last.get("since") != time_text(found.since):
        return found.overdue
    waited = abs(context.now().timestamp() - last["at"])  # either way: the clock may have been set back since
    return not last["delivered"] and waited >= REPEAT.total_seconds()


def _tell_overdue(context: Context, url: str, journal: Journal, found: Freshness) -> bool:
    if not _is_to_tell(context, journal, found):
        return False
    delivered = _post(context, url, health(context))
    told = {"since": time_text(found.since), "at": context.now().timestamp(), "delivered": delivered}
    journal.set_fact(OVERDUE_ALERTED, json.dumps(told))
    return delivered


def _post(context: Context, url: str, told: Object) -> bool:
    body = json.dumps(told, ensure_ascii=False, default=str).encode()
    try:
        with open_session() as session:
            answer = exchange(
                session,
                "POST",
                url,
                side="here",
                headers={"Content-Type": "application/json"},
                body=body,
                timeouts=TIMEOUTS,
            )
        code = None if answer.status < 300 else "refused"
    except SyncError as error:
        code = error.code
    if code is None:
        return True
    context.reporter.notice(context.words("The alert about this run could not be delivered ({code}).", code=code))
    return False
