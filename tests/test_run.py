"""The commands of a fresh clone (`run.py`), as far as they only hand on what was said."""

import importlib.util
import os

import pytest

from tests.warm import REPOSITORY

SPREAD = ["-n", str(os.cpu_count() or 1)]


@pytest.mark.parametrize(
    ("said", "handed_on"),
    [
        ([], SPREAD),
        (["--long"], [*SPREAD, "--long"]),
        (["--long", "-n0"], ["--long", "-n0"]),
        (["-n", "1"], ["-n", "1"]),
        (["--long", "tests/cli"], ["--long", "tests/cli"]),
    ],
)
def test_the_whole_suite_runs_on_every_core_also_with_the_long_proofs(
    said: list[str], handed_on: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("run_of_a_clone", REPOSITORY / "run.py")
    assert spec is not None
    assert spec.loader is not None
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    started: list[list[str]] = []

    def in_venv(_group: str, words: list[str]) -> int:
        started.append(words)
        return 0

    monkeypatch.setattr(run, "system_packages", lambda: None)
    monkeypatch.setattr(run, "in_venv", in_venv)
    assert run.main(["test", *said]) == 0
    assert started == [["-m", "pytest", *handed_on]]
