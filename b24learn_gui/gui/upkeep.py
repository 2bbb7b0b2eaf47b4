"""What the program that stays sees to on the side, on worker threads: its own start, and the alarm to the company."""

import logging

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.autostart import autostart
from b24learn_gui.service.context import Context
from b24learn_gui.service.standing import Standing
from b24learn_gui.storage.settings import load_settings

_log = logging.getLogger(__name__)


class Upkeep:
    """Used from the windows' thread. What goes wrong here is logged; whoever looks at it elsewhere is told there."""

    def __init__(self, context: Context, tasks: Tasks) -> None:
        self._context, self._tasks = context, tasks
        self._telling = False

    def repair_autostart(self) -> None:
        """Let the system start this program from where it is now, if it starts it at all."""
        self._tasks.run(lambda _stop: autostart(self._context).repair(), _nothing, _log_code)

    def tell_overdue(self, standing: Standing) -> None:
        """Tell the company's alert address that nothing succeeds any more; each time how things stand was read."""
        if self._telling or not standing.overdue or standing.running is not None:
            return
        self._telling = True
        self._tasks.run(lambda _stop: _send(self._context), self._told, self._not_told)

    def _told(self, _sent: bool) -> None:
        self._telling = False

    def _not_told(self, error: SyncError) -> None:
        self._telling = False
        _log_code(error)


def _send(context: Context) -> bool:
    if not load_settings(context.places.settings_file).alerts.webhook_url:
        return False
    from b24learn_gui.service.alerts import send_overdue  # noqa: PLC0415 - brings HTTP along, seldom needed here

    return send_overdue(context)


def _nothing(_value: object) -> None:
    """Nobody waits for this answer."""


def _log_code(error: SyncError) -> None:
    _log.warning("Not done on the side: %s", error.code)
