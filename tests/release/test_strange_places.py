"""The built program from a folder nobody would choose, for a person whose name no console can write.

`test_bare_debian` has it in a folder that cannot be written; here nothing is written although it could be.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from release.contents import CONSOLE
from tests.release.built import built_folder

pytestmark = pytest.mark.timeout(300)
DEEP = "очень глубоко & $далеко"
PERSON = "Анна Дмитриевна Ё'Коннор"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy with blanks, quotes and Cyrillic letters on the way to it, some 500 bytes long where that is possible."""
    folder = tmp_path_factory.mktemp("x")
    for _ in range(1 if sys.platform == "win32" else 10):
        folder /= DEEP
    shutil.copytree(built_folder(), folder, symlinks=True)
    if sys.platform == "linux":
        assert len(os.fsencode(folder)) > 350
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def contents(folder: Path) -> dict[str, str]:
    """Every file with what is in it and when it was written."""
    return {
        str(path.relative_to(folder)): f"{path.lstat().st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in folder.rglob("*")
        if path.is_file()
    }


def run(program: Path, home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("B24LEARN", "XDG_", "PYTHON"))}
    own = {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home / "AppData" / "Local")}
    file = program / (f"{CONSOLE}.exe" if sys.platform == "win32" else CONSOLE)
    return subprocess.run(
        [str(file), *words],
        env={**kept, **own, "LANG": "C.UTF-8"},
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not ask the environment where a person's folder is")
def test_it_works_from_there_for_such_a_person_and_writes_nothing_beside_itself(program: Path, tmp_path: Path) -> None:
    home = tmp_path / PERSON
    home.mkdir()
    before = contents(program)

    checked = run(program, home, "--self-check")
    assert json.loads(checked.stdout)["ok"], checked.stdout

    demonstrated = run(program, home, "demo", "--headless", "--json")
    assert demonstrated.returncode == 0, demonstrated.stderr
    answer: dict[str, Any] = json.loads(demonstrated.stdout)
    assert answer["exit_code"] == 0

    health = run(program, home, "health", "--json")
    assert health.returncode == 70, "there are no settings yet"
    logs = list(home.rglob("cli.log"))
    assert [path.is_relative_to(home) for path in logs] == [True], "its own places are this person's"

    assert contents(program) == before
