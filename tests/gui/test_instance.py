"""One program a person and home: the second start shows the first, and nothing that a crash leaves does harm."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.instance import Instance, instance_of
from b24learn_gui.storage.places import find_places
from tests.systems import posix_signals

pytestmark = pytest.mark.usefixtures("qapp")

FIRST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from b24learn_gui.gui.instance import Instance
app = QCoreApplication([])
first = Instance(Path(sys.argv[1]), "here")
first.raised.connect(lambda: print("raised", flush=True))
print(first.claim(), flush=True)
app.exec()
"""


@contextmanager
def first(directory: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that is the first."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(FIRST), str(directory)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "True\n"
        yield process
    finally:
        process.kill()
        process.wait(timeout=20)
        process.stdout.close()


def test_a_second_start_raises_the_first_one(qtbot: QtBot, tmp_path: Path) -> None:
    with first(tmp_path) as process:
        second = Instance(tmp_path, "here")
        assert not second.claim()
        assert second.show_first()
        assert process.stdout is not None
        assert process.stdout.readline() == "raised\n"
        second.release()
        assert not second.claim()  # releasing what was never held takes nothing away
    assert second.claim()
    second.release()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_what_a_killed_program_left_does_no_harm(tmp_path: Path) -> None:
    with first(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
        (tmp_path / "here.wishes" / "show").touch()  # of one that was killed, too, while it waited
        next_one = Instance(tmp_path, "here")
        raised: list[bool] = []
        next_one.raised.connect(lambda: raised.append(True))
        assert next_one.claim()
        QCoreApplication.processEvents()
        assert not raised
        with pytest.raises(AssertionError, match="False"), first(tmp_path):
            pass  # it is heard as the first: another process cannot be
        next_one.release()


@posix_signals
def test_a_first_one_that_does_not_answer_is_noticed(tmp_path: Path) -> None:
    with first(tmp_path) as process:
        os.kill(process.pid, signal.SIGSTOP)
        assert not Instance(tmp_path, "here").show_first(0.2)
        os.kill(process.pid, signal.SIGCONT)


def test_other_homes_are_other_programs(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    names = set()
    for home in (None, tmp_path / "a", tmp_path / "b"):
        made = instance_of(find_places(home, {}), environment)
        assert made.claim()
        names.add(str(made._wish))
        assert not instance_of(find_places(home, {}), environment).claim()
        made.release()
    assert len(names) == 3
    assert str(tmp_path) in min(names)


@pytest.mark.skipif(sys.platform == "win32", reason="directories have no owner there")
def test_a_directory_somebody_else_made_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / "b24learn-gui-4711").mkdir()  # ours by name, not by owner
    made = instance_of(find_places(tmp_path / "home", {}), {})
    assert made._directory == tmp_path / "home"
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such mode there")
def test_nobody_else_may_leave_a_wish(tmp_path: Path) -> None:
    made = Instance(tmp_path / "runtime", "here")
    assert made.claim()
    assert {each.stat().st_mode & 0o077 for each in (tmp_path / "runtime", *(tmp_path / "runtime").iterdir())} == {0}
    made.release()


def test_each_of_several_starts_is_answered(qtbot: QtBot, tmp_path: Path) -> None:
    with first(tmp_path) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert Instance(tmp_path, "here").show_first()
            assert process.stdout.readline() == "raised\n"


def test_where_no_lock_can_be_had_the_program_starts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    made = Instance(tmp_path / "file" / "below", "here")
    assert made.claim()
    made.release()
