"""The moment the settings were saved: from then on runs can be missed."""

from b24learn_gui.errors import SyncError
from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import SETTINGS_SAVED_AT, Journal


def remember_saving(context: Context) -> None:
    """From now on runs can be missed. A journal that cannot be written does not undo the saving."""
    try:
        with Journal.open(context.places.journal_file) as journal:
            journal.set_fact(SETTINGS_SAVED_AT, context.now().isoformat())
    except SyncError as error:
        context.reporter.notice(context.words("The moment of saving could not be kept ({code}).", code=error.code))
