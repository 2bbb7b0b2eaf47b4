"""Picks a command, nothing else: `b24learn-gui` and `python -m b24learn_gui`."""

import sys
from typing import TYPE_CHECKING

from b24learn_gui.cli.main import main as command_line
from b24learn_gui.errors import WrongUsage

if TYPE_CHECKING:  # heavy; help and wrong usage do without
    from b24learn_gui.service.context import Context
    from b24learn_gui.service.opening import Opening


def main() -> int:
    """Run the command line; without a command, and for the demonstration, it opens the windows."""
    return command_line(windows=_windows)


def _windows(context: "Context", opening: "Opening") -> int:
    """The windows' room is entered here and nowhere else: everything but this works without their library."""
    try:
        from b24learn_gui.gui import lean  # noqa: PLC0415 - see above

        lean.load()
        from b24learn_gui.gui.main import open_windows  # noqa: PLC0415 - see above
    except ImportError as error:
        if (error.name or "").startswith(__package__ or "b24learn_gui"):
            raise  # a defect of ours
        missing = (error.name or "").startswith("PySide6") and "cannot open shared object" not in str(error)
        words = context.words
        reason = (
            words("PySide6 is not installed") if missing else words("PySide6 cannot be loaded ({what})", what=error)
        )
        raise WrongUsage("no_window", reason=reason) from None
    return open_windows(context, opening)


if __name__ == "__main__":
    sys.exit(main())
