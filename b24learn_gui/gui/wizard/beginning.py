"""Where the wizard begins: anew, where it was left, or with the saved setup. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24learn_gui.gui.wizard.draft import Draft
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.setup import load_unfinished, recover_setup, saved_settings, stored_secrets
from b24learn_gui.storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Beginning:
    """What this home holds already. `stored`: names of the secrets that are kept."""

    saved: Settings | None = None
    stored: frozenset[str] = frozenset()
    unfinished: Mapping[str, Any] | None = None


def find_beginning(context: Context) -> Beginning:
    """What is there; on a home without settings no secret store is asked. May last as long as the store's deadline.

    A saving that a crash left in the middle is taken back first. Raises `SettingsInvalid`, `SecretUnavailable`,
    `AnotherRunActive`.
    """
    recover_setup(context)
    saved = saved_settings(context)
    stored = stored_secrets(context, saved) if saved is not None else frozenset()
    return Beginning(saved, stored, load_unfinished(context))


def flow_of(beginning: Beginning, opening: Opening) -> Flow:
    """The flow that goes on from there; the demonstration's is filled in."""
    if opening.proposal is not None:
        flow = Flow(Draft.of(opening.proposal))
        for name, value in opening.secrets.items():
            flow.edit_secret(name, value)
        return flow
    if beginning.unfinished is not None:
        left = Flow.resume(beginning.unfinished, saved=beginning.saved, stored=beginning.stored)
        if left is not None:
            return left
    return Flow(saved=beginning.saved, stored=beginning.stored)
