"""What a failed rung says: what happened, what did not, what to do next. No Qt."""

import copy
from collections.abc import Mapping

from b24learn_gui.errors import SettingsInvalid, SyncError
from b24learn_gui.service.setup_found import RungName
from b24learn_gui.text.error_table import SAYINGS, WEBHOOK
from b24learn_gui.text.errors import fault_sentence, first_filled, what_happened
from b24learn_gui.text.words import Words, mark

RIGHTS: Mapping[str, str] = {
    "user_basic": mark("Users (basic)"),
    "department": mark("Company structure"),
}
"""The two rights a webhook needs, as Bitrix24 calls them."""

_NEW_WEBHOOK = mark("Create a new incoming webhook in Bitrix24 and paste its address above.")
_PASTE_AGAIN = mark("Copy the whole address of the incoming webhook in Bitrix24 and paste it above.")
_RIGHT = mark("Open the webhook in Bitrix24, tick the right and save: the address stays the same.")
_CA_FILE = mark("Choose the certificate file of that authority here, then the check goes on.")
_PASSWORD = mark("Enter the password again or sign in with an API key.")
_KEY = mark("Enter the API key again or sign in with a password.")
_CHECK_AGAIN = mark("Check the address and this computer's connection, then check again.")
_HTTP = mark("Paste it with https://. In a closed network without certificates it can be used as it is.")

_ADVICE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "invalid_credentials",
            "invalid_token",
            "expired_token",
            "owner_inactive",
            "user_access_error",
            "application_not_found",
            "wrong_auth_type",
            "error_oauth",
        ),
        _NEW_WEBHOOK,
    ),
    **dict.fromkeys(
        (
            "no_auth_found",
            "invalid_request",
            "empty",
            "not_url",
            "scheme",
            "no_rest",
            "no_owner",
            "no_code",
            "bad_code",
            "placeholder",
        ),
        _PASTE_AGAIN,
    ),
    **dict.fromkeys(("connect", "timeout_connect", "tls"), _CHECK_AGAIN),
    "insufficient_scope": _RIGHT,
    "tls_untrusted": _CA_FILE,
    "plain_http": _HTTP,
}
"""What to do on these pages; codes without an entry are advised as everywhere else."""

_NOT_HAPPENED: Mapping[RungName, str] = {
    "permissions": mark("Departments were not read, so who will study cannot be chosen yet. Nothing was changed."),
    "data": mark("The list was not read to its end. Nothing was changed."),
}
_NOTHING = mark("Nothing was read or changed.")

_WAITING: Mapping[str, str] = {
    "permissions": mark("will be checked when the right is there"),
    "certificate": mark("will be checked when the certificate is trusted"),
}
_LATER = mark("will be checked after that")


def happened(error: SyncError, words: Words) -> str:
    """What happened, without the portal's key: the card says which portal it is."""
    missing = error.detail.get("missing")
    if error.code == "insufficient_scope" and isinstance(missing, list | tuple) and missing:
        return _missing_rights([str(each) for each in missing], words)
    anonymous = copy.copy(error)
    anonymous.portal = None
    if isinstance(error, SettingsInvalid) and error.faults and error.code == "settings_invalid":
        return " ".join(_sentence(fault_sentence(fault, words), fault.path) for fault in error.faults)
    return what_happened(anonymous, words)


def not_happened(rung: RungName, words: Words) -> str:
    """What did not happen because of it."""
    return words(_NOT_HAPPENED.get(rung, _NOTHING))


def to_do(error: SyncError, words: Words, *, by_key: bool = False) -> str:
    """What to do next. `by_key`: the sign-in is by an API key."""
    if error.code == "sign_in_refused":
        return words(_KEY if by_key else _PASSWORD)
    if error.code in _ADVICE:
        return words(_ADVICE[error.code])
    saying = WEBHOOK.get(error.code) if error.side == "bitrix24" else None
    saying = saying or SAYINGS.get(error.code)
    if saying is None or not saying.advice:
        return words("Check again; if it happens again, the log has the details.")
    return words(first_filled(saying.advice, error.detail), **error.detail)


def waiting(after: RungName | None, words: Words) -> str:
    """What a rung says that comes after a failed one; nothing where none failed."""
    if after is None:
        return ""
    return words(_WAITING.get(after, _LATER))


def _missing_rights(missing: list[str], words: Words) -> str:
    names = [words('"{right}" ({code})', right=words(RIGHTS.get(code, code)), code=code) for code in missing]
    if len(names) == 1:
        return words("The webhook lacks the right {right}.", right=names[0])
    return words("The webhook lacks the rights {rights}.", rights=words.listed(names))


def _sentence(text: str, path: str) -> str:
    """A fault without its place in a file nobody on this page has seen, as a sentence."""
    plain = text.removeprefix(f"{path}: ")
    return plain[:1].upper() + plain[1:]
