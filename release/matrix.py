"""Tries the wheel in clean environments: every Python given, with the lowest and the newest dependencies allowed.

`python -m release.matrix WHEEL PYTHON…` prints one line a cell and ends 1 if any failed. `--tests`: run the heart of
the suite in each as well. Standard library only; packages come through pip.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Literal

HERE = Path(__file__).resolve().parent.parent
Choice = Literal["lowest", "newest"]

_TEST_TOOLS = ("hypothesis", "jsonschema", "openpyxl", "pytest", "pytest-timeout", "PyYAML", "time-machine", "trustme")
_HEART = (
    "tests/company",
    "tests/timetable",
    "tests/sync/test_plan_people.py",
    "tests/sync/test_apply.py",
    "tests/bitrix24/test_reader.py",
    "tests/learn/test_shapes.py",
    "tests/storage/test_journal.py",
    "tests/storage/test_settings.py",
    "tests/cli/test_demo.py",
    "tests/e2e/test_first_days.py",
)
"""What touches every library the program is built on: validation, SQLite, HTTP, the command line, a real sync."""
_LONGEST = 900.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What one step in one environment came to."""

    step: str
    ok: bool
    seconds: float
    said: str


def lowest_of(wheel: Path) -> tuple[str, ...]:
    """`name==bound` of every dependency, those of extras aside. Raises `ValueError` where one has no lower bound."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    wanted = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    return tuple(f"{_name(line)}=={_bound(line)}" for line in wanted)


def _name(line: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]


def _bound(line: str) -> str:
    match = re.search(r">=\s*([0-9][0-9A-Za-z.]*)", line)
    if match is None:
        raise ValueError(f"no lower bound: {line}")
    return match[1]


def try_wheel(wheel: Path, python: str, choice: Choice, *, tests: bool = False) -> Iterator[Tried]:
    """Make an environment of this Python, install the wheel with that choice of dependencies, and use it."""
    with tempfile.TemporaryDirectory(prefix="b24learn-matrix-") as folder:
        home = Path(folder)
        venv = home / "venv"
        bin_ = venv / ("Scripts" if os.name == "nt" else "bin")
        inside = str(bin_ / "python")
        constraints = home / "lowest.txt"
        constraints.write_text("\n".join(lowest_of(wheel)) if choice == "lowest" else "", encoding="utf-8")
        pip = [inside, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--prefer-binary"]
        yield _step("environment", [python, "-m", "venv", str(venv)], home)
        yield _step("install", [*pip, "-c", str(constraints), f"{wheel}[demo]"], home)
        yield _step("agreement", [inside, "-m", "pip", "check"], home)
        yield _step("modules", [inside, str(HERE / "release" / "probe.py"), "modules"], home)
        program = str(bin_ / "b24learn-gui")
        yield _step("help in English", [program, "--lang", "en", "--help"], home, wanted="Commands:")
        yield _step("help in Russian", [program, "--lang", "ru", "--help"], home, wanted="Команды:")
        yield _step("demonstration", [program, "demo", "--headless"], home)
        yield _step("window", [inside, str(HERE / "release" / "probe.py"), "window"], home)
        if tests:
            yield _step("test tools", [*pip, "-c", str(constraints), *_TEST_TOOLS], home)
            shutil.copytree(HERE / "tests", home / "tests", ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copyfile(HERE / "pyproject.toml", home / "pyproject.toml")
            words = [inside, "-m", "pytest", "-q", "--maxfail=9", "-W", "default", *_HEART]
            yield _step("heart of the suite", words, home)


def _step(name: str, words: Sequence[str], folder: Path, *, wanted: str = "") -> Tried:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "B24LEARN_"))}
    began = time.perf_counter()
    done = subprocess.run(
        list(words),
        cwd=folder,
        env={**kept, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=_LONGEST,
        check=False,
    )
    ok = done.returncode == 0 and wanted in done.stdout
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    said = (lines[-1] if lines else "") if ok else f"exit {done.returncode}\n" + "\n".join(lines[-40:])
    return Tried(name, ok, time.perf_counter() - began, said)


def main(words: Sequence[str] | None = None) -> int:
    """Try every combination; a cell ends at its first failure."""
    parser = argparse.ArgumentParser(prog="release.matrix")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("pythons", nargs="+")
    parser.add_argument("--tests", action="store_true")
    asked = parser.parse_args(words)
    failed = False
    for python in asked.pythons:
        for choice in ("lowest", "newest"):
            print(f"== {python}, {choice}", flush=True)
            for tried in try_wheel(asked.wheel.resolve(), python, choice, tests=asked.tests):
                mark = "ok" if tried.ok else "FAILED"
                print(f"{mark:6} {tried.step}, {tried.seconds:.1f} s: {tried.said}", flush=True)
                if not tried.ok:
                    failed = True
                    break
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
