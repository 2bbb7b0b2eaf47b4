"""`demo` in windows with somebody who only ever presses the filled button; the result is one JSON line."""

import json
import sys
from typing import Any
from unittest.mock import patch

from PySide6.QtWidgets import QApplication

from tests.gui_e2e.walker import Hand, Script, Walker


def script(walker: Walker) -> Script:
    hand = Hand(walker, keyboard=False)
    window = walker.window
    assert window is not None
    synced = False
    while not synced:
        step = window.page.step

        def usable() -> bool:
            return window.foot.primary.isEnabled() or walker.usable("Check the connection")

        yield step, usable
        checking = step in {"bitrix24", "learn"} and not window.foot.primary.isEnabled()
        hand.press("Check the connection" if checking else window.foot.primary.text())
        if checking:
            yield f"{step} checked", window.foot.primary.isEnabled
        elif step == "review":
            yield "first sync", lambda: walker.app.activeModalWidget() is not None
            yield "synced", lambda: walker.usable("Close") and walker.front is not window
            assert window.sync_dialog is not None
            synced = window.sync_dialog.mark.state == "ok"
            hand.press("Close")
            break
        else:
            yield f"after {step}", lambda step=step: window.page.step != step  # type: ignore[misc]
    walker.walked.append("synced" if synced else "not synced")
    yield "leaving", lambda: walker.app.activeModalWidget() is None
    hand.press(window.foot.leave.text())
    yield "closed", lambda: walker.window is None and walker.status is not None
    status = walker.status
    assert status is not None
    yield "status", status.header.sync.isEnabled
    status.close()  # the last window: that ends a demonstration


def main() -> int:
    from b24learn_gui import __main__ as program
    from b24learn_gui.gui import main as windows
    from b24learn_gui.gui.application import make_application

    made: list[Walker] = []

    def make(language: Any) -> QApplication:
        app = make_application(language)
        made.append(Walker(app, script))
        return app

    sys.argv = ["b24learn-gui", "demo", "--lang", "en"]
    with patch.object(windows, "make_application", make):
        code = program.main()
    sys.stdout.write(json.dumps({"synced": "synced" in made[0].walked, "stalls_ms": made[0].worst}) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
