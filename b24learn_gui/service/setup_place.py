"""Where a secret will be kept, said before it is typed (INTERFACE: Secrets; SCREENS: iSpring Learn)."""

from collections.abc import Mapping
from typing import Literal

from b24learn_gui.errors import SecretUnavailable
from b24learn_gui.service.context import Context
from b24learn_gui.service.setup_found import SecretPlace
from b24learn_gui.storage.secrets import LEARN_PASSWORD, Backend, Secrets, open_backend
from b24learn_gui.storage.secrets.store import DEADLINE_SECONDS, DIRECTORY_VARIABLE

_STORES = {
    "keyring.backends.Windows": "windows",
    "keyring.backends.macOS": "macos",
    "keyring.backends.SecretService": "secret_service",
    "keyring.backends.kwallet": "kwallet",
}
_NOBODY = "probe"
"""An account of the store that nothing is ever kept under: asking for it shows whether the store is open."""

State = Literal["missing", "locked", "refused"]
_TROUBLES: Mapping[str, tuple[State, str]] = {
    "secret_store_missing": ("missing", "start_store"),
    "secret_store_locked": ("locked", "unlock_store"),
    "secret_store_refused": ("refused", "check_store"),
}


def where_kept(context: Context, *, deadline_seconds: float = DEADLINE_SECONDS) -> SecretPlace:
    """The store, and whether it takes something now. May last as long as the deadline; keeps and changes nothing."""
    directory = context.environment.get(DIRECTORY_VARIABLE, "")
    if directory:
        return SecretPlace("directory", store=directory)
    opened: list[Backend] = []

    def remembering(environment: Mapping[str, str]) -> Backend:
        opened.append(open_backend(environment))
        return opened[-1]

    store = Secrets(
        account=lambda: _NOBODY,
        environment=context.environment,
        opener=remembering,
        deadline_seconds=deadline_seconds,
    )
    try:
        store.warnings()  # opens it: `find` alone takes a missing store for one that holds nothing
        store.find(LEARN_PASSWORD)
    except SecretUnavailable as error:
        state, remedy = _TROUBLES.get(error.code, ("refused", "check_store"))
        return SecretPlace(state, _name(opened), remedy, error=error)
    backend = opened[-1]
    return SecretPlace("ready", _name(opened), plaintext=backend.plaintext, max_units=backend.max_units)


def _name(opened: list[Backend]) -> str:
    return _STORES.get(type(opened[-1].keyring).__module__, "other") if opened else ""
