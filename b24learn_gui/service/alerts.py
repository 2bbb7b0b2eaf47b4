"""One POST per finished run that changed or failed something (settings: `alerts.webhook_url`)."""

import json

from b24learn_gui.errors import SyncError
from b24learn_gui.http import Timeouts, exchange, open_session
from b24learn_gui.service.context import Context
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.settings import Settings

TIMEOUTS = Timeouts(connect=5.0, read=10.0, whole=15.0)


def worth_telling(summary: Object) -> bool:
    """Something was changed, or the run did not end well."""
    return any(summary["counts"].values()) or summary["exit_code"] != 0


def send(context: Context, settings: Settings, summary: Object) -> None:
    """Post the summary. That nobody took it is told and logged, and changes nothing of the run."""
    url = settings.alerts.webhook_url
    if not url or not worth_telling(summary):
        return
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
    if code is not None:
        context.reporter.notice(context.words("The alert about this run could not be delivered ({code}).", code=code))
