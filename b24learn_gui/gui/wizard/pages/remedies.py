"""What to do about a failed rung where a page knows better than a command: its fields are at hand. No Qt."""

from collections.abc import Mapping

from b24learn_gui.errors import SyncError
from b24learn_gui.service import ladder_words
from b24learn_gui.service.ladder_found import RungName
from b24learn_gui.text.words import Words, mark

_NEW_WEBHOOK = mark("Create a new incoming webhook in Bitrix24 and paste its address above.")
_PASTE_AGAIN = mark("Copy the whole address of the incoming webhook in Bitrix24 and paste it above.")
_RIGHT = mark(
    "Open the webhook in Bitrix24, tick the right and save: the address stays the same if its creator does so."
)
_CA_FILE = mark("Choose the certificate file of that authority here, then the check goes on.")
_PASSWORD = mark("Enter the password again or sign in with an API key.")
_KEY = mark("Enter the API key again or sign in with a password.")
_CHECK_AGAIN = mark("Check the address and this computer's connection, then check again.")
_PROXY = mark("Check the address of the proxy, here or in this computer's own settings, then check again.")
_PROXY_SIGN_IN = mark("Enter the proxy's address with its user and password here, then check again.")
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
    "proxy": _PROXY,
    "proxy_sign_in": _PROXY_SIGN_IN,
    "insufficient_scope": _RIGHT,
    "tls_untrusted": _CA_FILE,
    "plain_http": _HTTP,
}
"""What to do on these pages; codes without an entry are advised as everywhere else."""

_WAITING: Mapping[str, str] = {
    "permissions": mark("will be checked when the right is there"),
    "certificate": mark("will be checked when the certificate is trusted"),
}
_LATER = mark("will be checked after that")


def to_do(error: SyncError, words: Words, *, by_key: bool = False) -> str:
    """What to do next on the page. `by_key`: the sign-in is by an API key."""
    if error.code == "sign_in_refused":
        return words(_KEY if by_key else _PASSWORD)
    return words(_ADVICE[error.code]) if error.code in _ADVICE else ladder_words.to_do(error, words)


def waiting(after: RungName | None, words: Words) -> str:
    """What a rung says that comes after a failed one; nothing where none failed."""
    if after is None:
        return ""
    return words(_WAITING.get(after, _LATER))
