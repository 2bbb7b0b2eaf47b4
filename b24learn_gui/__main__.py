"""Picks a command, nothing else: `b24learn-gui` and `python -m b24learn_gui`."""

import sys

from b24learn_gui.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
