"""One way to speak HTTP: sessions, exchanges, the names of what fails, safe JSON, and waiting with patience.

`requests` is imported inside the functions that need it: the commands that never touch the network start faster.
Errors raised here carry codes and plain values only. The exceptions of the HTTP libraries hold the address, which
may be a secret, so each is replaced, never chained.
"""

from b24learn_gui.http.exchanges import (
    SIZE_CAP,
    Answer,
    Timeouts,
    exchange,
    read_json,
    read_object,
    retry_after,
)
from b24learn_gui.http.failures import NEVER_SENT, NOT_WORTH_REPEATING
from b24learn_gui.http.patience import Patience
from b24learn_gui.http.session import USER_AGENT, basic_sign_in, open_session, sendable

__all__ = [
    "NEVER_SENT",
    "NOT_WORTH_REPEATING",
    "SIZE_CAP",
    "USER_AGENT",
    "Answer",
    "Patience",
    "Timeouts",
    "basic_sign_in",
    "exchange",
    "open_session",
    "read_json",
    "read_object",
    "retry_after",
    "sendable",
]
