"""One POST per finished run that changed or failed something (settings: `alerts.webhook_url`)."""

import json

from b24learn_gui.errors import SyncError
from b24learn_gui.http import Timeouts, exchange, open_session
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import LIMIT
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import Settings

ANNOUNCED = "announced_plan"
"""Name of a fact: the hash of the waiting plan that was announced last, empty after any other announcement."""

TIMEOUTS = Timeouts(connect=5.0, read=10.0, whole=15.0)


def worth_telling(summary: Object) -> bool:
    """Something was changed, or the run did not end well."""
    return any(summary["counts"].values()) or summary["exit_code"] != 0


def send(context: Context, settings: Settings, journal: Journal, summary: Object) -> None:
    """Post the summary; a plan that waits for approval is announced once until its list changes (incident T23).

    That nobody took it is told and logged, and changes nothing of the run.
    """
    url = settings.alerts.webhook_url
    waiting = summary["plan_hash"] if summary["exit_code"] == LIMIT else ""
    announced = journal.fact(ANNOUNCED) or ""
    if not url or not worth_telling(summary) or (waiting and waiting == announced):
        return
    if _post(context, url, summary):
        journal.set_fact(ANNOUNCED, waiting)


def _post(context: Context, url: str, summary: Object) -> bool:
    body = json.dumps(summary, ensure_ascii=False, default=str).encode()
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
