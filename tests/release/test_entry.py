"""Where the frozen program begins: its surroundings, its self-check, and how a failed start is told without a console."""

import io
import json
import os
import sys

import pytest

from release import entry


def test_what_it_starts_finds_the_systems_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/b24learn-gui/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/usr/local/cuda/lib")
    entry.restore_surroundings()
    assert os.environ["LD_LIBRARY_PATH"] == "/usr/local/cuda/lib"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


def test_where_there_was_nothing_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/b24learn-gui/_internal", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/b24learn-gui/_internal")
    entry.restore_surroundings()
    assert "LD_LIBRARY_PATH" not in os.environ


def test_a_persons_own_path_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/b24learn-gui/_internal", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/local/cuda/lib")
    entry.restore_surroundings()
    assert os.environ["LD_LIBRARY_PATH"] == "/usr/local/cuda/lib"


@pytest.mark.parametrize(
    ("code", "said", "shown"),
    [(2, "No window can be opened here.\n", ["No window can be opened here."]), (0, "by the way\n", []), (51, "", [])],
)
def test_without_a_console_a_failed_start_is_shown(
    monkeypatch: pytest.MonkeyPatch, code: int, said: str, shown: list[str]
) -> None:
    """Through the program's own edge, which leaves a stream that is there alone."""
    from b24learn_gui.cli.output import prepare_streams

    monkeypatch.setattr(sys, "stderr", None)

    def program() -> int:
        prepare_streams()
        sys.stderr.write(said)
        return code

    told: list[str] = []
    assert entry.without_console(program, told.append) == code
    assert told == shown


def test_the_self_check_tells_what_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(entry, "LIBRARIES", ("click", "no_such_library"))
    assert entry.self_check() == 1
    told = json.loads(out.getvalue())
    assert told["ok"] is False
    assert list(told["failed"]) == ["no_such_library"]
    assert told["modules"] > 400
