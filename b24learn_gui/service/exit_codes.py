"""Which exit code a command ends with when several apply (INTERFACE: exit codes)."""

from collections.abc import Iterable

DONE = 0
DEFECT = 1
WRONG_USAGE = 2
LEFT_OUT = 10
LIMIT = 20
DOUBT = 30
REFUSED = 40
NO_SECRET = 41
ANOTHER_RUN = 50
STOPPED = 51
UNREACHABLE = 60
SETTINGS = 70
OVERDUE = 90

PRIORITY = (
    DEFECT,
    WRONG_USAGE,
    SETTINGS,
    ANOTHER_RUN,
    STOPPED,
    NO_SECRET,
    REFUSED,
    UNREACHABLE,
    LIMIT,
    DOUBT,
    LEFT_OUT,
)


def chosen_exit_code(codes: Iterable[int]) -> int:
    """The one that wins; 0 if none applies."""
    present = set(codes)
    return next((code for code in PRIORITY if code in present), DONE)
