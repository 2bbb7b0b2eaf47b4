"""Asks an installed b24learn-gui, run by its own Python, whether everything it needs is there. Standard library only.

`python probe.py modules` loads every module; `python probe.py window` opens the setup wizard without a screen.
"""

import importlib
import os
import pkgutil
import sys
import tempfile
from pathlib import Path


def modules() -> str:
    """Load every module of the package. Raises whatever one of them raises."""
    import b24learn_gui  # noqa: PLC0415 - the installed one, found when it is asked for

    found = [each.name for each in pkgutil.walk_packages(b24learn_gui.__path__, "b24learn_gui.")]
    for name in found:
        if not name.endswith("__main__"):
            importlib.import_module(name)
    return f"{len(found)} modules of {Path(b24learn_gui.__file__).parent}"


def window() -> str:
    """Open the setup wizard on an empty home, draw it, and close it. Raises whatever Qt or the window raises."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        os.environ["B24LEARN_HOME"] = home
        from PySide6.QtCore import QTimer, qVersion  # noqa: PLC0415 - only here
        from PySide6.QtWidgets import QApplication  # noqa: PLC0415

        from b24learn_gui.__main__ import main  # noqa: PLC0415

        seen: list[str] = []

        def look() -> None:
            # While the password store is asked a small window says so; the wizard is the large one.
            shown = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each.width() >= 700]
            if not shown:
                return
            picture = shown[0].grab()
            seen.append(f"{shown[0].windowTitle()!r}, {picture.width()}×{picture.height()}, Qt {qVersion()}")
            QApplication.exit(0)

        original = QApplication.exec

        def watched(*words: object) -> int:
            timer = QTimer()
            timer.timeout.connect(look)
            timer.start(200)
            QTimer.singleShot(30_000, lambda: QApplication.exit(3))
            return int(original(*words))

        QApplication.exec = staticmethod(watched)  # type: ignore[method-assign]
        sys.argv = ["b24learn-gui"]
        code = main()
    if not seen:
        raise SystemExit(f"no window was shown (exit {code})")
    return seen[0]


if __name__ == "__main__":
    print({"modules": modules, "window": window}[sys.argv[1]]())
