"""The program with somebody sighted beside it, who says for every control on the screen which words label it there.

`python -m tests.gui_e2e.eye ARGUMENTS…` is the program with these arguments. Each line on standard input is answered
by one JSON line: `controls` [{`place` [left, top, width, height] on the screen, `label`}], and `activations`, what the
embedded Learn of a demonstration was sent. `label` is null for what carries no words: a list, a tree, a sign.
"""

import gc
import json
import sys
import threading
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

_FIELDS = (QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)
_OPERATED = (QAbstractButton, QAbstractItemView, *_FIELDS)


def label_of(control: QWidget) -> str | None:
    """The words a person reads on a button or beside a field; None where there are none."""
    if isinstance(control, QAbstractButton):
        return control.text().replace("&", "") or None
    if isinstance(control, _FIELDS):
        labels = [each for each in control.window().findChildren(QLabel) if each.buddy() is control]
        shown = [each.text() for each in labels if each.isVisible()]
        return shown[0] if shown else getattr(control, "placeholderText", str)() or None
    return None


def controls(window: QWidget) -> list[QWidget]:
    """Everything visible in it that a person can operate. The parts of a field or a list are the toolkit's."""
    found = [each for each in window.findChildren(QWidget) if isinstance(each, _OPERATED) and each.isVisible()]
    inside = (QAbstractSpinBox, QComboBox, QAbstractItemView)
    return [each for each in found if not isinstance(each.parentWidget(), inside)]


class Eye(QObject):
    """Answers in the windows' own thread."""

    _asked = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for _ in sys.stdin:
            self._asked.emit()

    def _answer(self) -> None:
        seen = [
            {"place": [*each.mapToGlobal(QPoint()).toTuple(), each.width(), each.height()], "label": label_of(each)}
            for window in QApplication.topLevelWidgets()
            if window.isVisible()
            for each in controls(window)
        ]
        sys.stdout.write(json.dumps({"controls": seen, "activations": _activations()}) + "\n")
        sys.stdout.flush()


def _activations() -> list[dict[str, str]]:
    from b24learn_gui.demo.learn.server import Learn

    return [form for each in gc.get_objects() if isinstance(each, Learn) for form in each.activations]


def main() -> int:
    """The program exactly as its console script starts it."""
    from b24learn_gui import __main__ as program
    from b24learn_gui.gui import main as windows
    from b24learn_gui.gui.application import make_application

    def make(language: Any) -> QApplication:
        app = make_application(language)
        Eye(app)
        return app

    sys.argv = ["b24learn-gui", *sys.argv[1:]]
    with patch.object(windows, "make_application", make):
        return program.main()


if __name__ == "__main__":
    sys.exit(main())
