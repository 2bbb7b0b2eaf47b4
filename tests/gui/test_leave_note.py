"""An installer's note in the program's folder: everybody who runs from there leaves in order."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.leave_note import NOTE, LeaveNote
from b24learn_gui.machine import commands

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_note_that_is_written_is_heard(qtbot: QtBot, tmp_path: Path) -> None:
    note = LeaveNote(tmp_path, now=lambda: time.time() - 1)
    with qtbot.waitSignal(note.wanted, timeout=5_000):
        (tmp_path / NOTE).touch()


def test_a_note_of_an_installer_that_was_killed_says_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / NOTE).touch()
    os.utime(tmp_path / NOTE, (1_000_000, 1_000_000))
    note = LeaveNote(tmp_path)
    with qtbot.assertNotEmitted(note.wanted, wait=100):
        (tmp_path / "something").touch()
        for _ in range(10):
            QCoreApplication.processEvents()


def test_other_changes_of_the_folder_say_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    note = LeaveNote(tmp_path)
    with qtbot.assertNotEmitted(note.wanted, wait=100):
        (tmp_path / "B24Learn.exe.old").touch()


def test_sources_are_replaced_by_no_installer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert commands.program_folder() is None
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "B24Learn.exe"))
    assert commands.program_folder() == tmp_path


@pytest.mark.parametrize("state", ["wizard", "tray"])
def test_the_open_program_leaves_when_it_finds_the_note(tmp_path: Path, state: str) -> None:
    """A whole program in a process of its own, frozen as far as it can tell, before and after it was set up."""
    folder, home = tmp_path / "program", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    if state == "tray":
        (home / "settings.toml").write_text(
            textwrap.dedent(
                """
                schema = 1
                [learn]
                url = "https://learn.example.com"
                login = "admin@example.com"
                [[portals]]
                key = "main"
                address = "https://portal.example.com"
                include = [1]
                [schedule]
                enabled = false
                """
            )
        )
    script = f"""
    import sys
    import b24learn_gui.gui.main as windows
    from pathlib import Path
    from PySide6.QtCore import QTimer
    windows.program_folder = lambda: Path({str(folder)!r})
    begin = windows.Resident.begin
    def begun(self):
        begin(self)
        QTimer.singleShot(0, self, lambda: print("open", flush=True))
    windows.Resident.begin = begun
    from b24learn_gui.__main__ import main
    sys.argv = ["b24learn-gui", "--home", {str(home)!r}, "--background"]
    sys.exit(main())
    """
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("B24LEARN")},
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(tmp_path),
        "B24LEARN_SECRETS_DIR": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        env=environment,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        (folder / NOTE).touch()
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()
