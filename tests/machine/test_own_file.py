"""What becomes of the program's own file is told apart: untouched, being exchanged, exchanged, removed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from b24learn_gui.machine.own_file import FRESH, GONE_LOOKS, OwnFile, own_file


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "b24learn-gui"
    path.write_text("old")
    return path


def exchanged(path: Path, text: str = "new") -> None:
    """As package managers do it: another file gets the name."""
    draft = path.with_suffix(".dpkg-new")
    draft.write_text(text)
    draft.rename(path)


def test_a_file_that_is_read_and_run_is_the_same(program: Path) -> None:
    file = OwnFile(program)
    os.utime(program, ns=(0, program.stat().st_mtime_ns))
    assert [file.look(), file.look()] == ["same", "same"]


def test_another_file_counts_when_it_was_found_twice(program: Path) -> None:
    file = OwnFile(program)
    exchanged(program)
    assert file.look() == "unsettled"
    exchanged(program, "newer")
    assert file.look() == "unsettled"
    assert [file.look(), file.look()] == ["replaced", "replaced"]


def test_another_file_that_does_not_work_yet_is_waited_for(program: Path) -> None:
    works = iter([False, False, True])
    file = OwnFile(program, whole=lambda _path: next(works))
    exchanged(program)
    assert [file.look() for _ in range(4)] == ["unsettled", "unsettled", "unsettled", "replaced"]


def test_a_file_that_is_away_for_a_moment_was_not_removed(program: Path) -> None:
    file = OwnFile(program)
    program.unlink()
    assert {file.look() for _ in range(GONE_LOOKS - 1)} == {"unsettled"}
    exchanged(program)
    assert [file.look(), file.look()] == ["unsettled", "replaced"]
    program.unlink()
    assert [file.look() for _ in range(GONE_LOOKS)][-2:] == ["unsettled", "gone"]


def test_a_program_of_an_interpreter_has_no_file_of_its_own() -> None:
    assert own_file(lambda _path: True) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only there the program goes on as another one")
def test_it_goes_on_in_the_same_process_and_tells_the_new_start_that_it_is_one(program: Path) -> None:
    program.write_text(f'#!/bin/sh\necho "$$ ${FRESH} $*"\n')
    program.chmod(0o755)
    code = (
        "import os, sys; from pathlib import Path; from b24learn_gui.machine.own_file import become;"
        "print(os.getpid(), flush=True); become(Path(sys.argv[1]), ['--home', 'a b'])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(program)], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert second == f"{first} 1 --home a b"
