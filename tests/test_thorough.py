"""What `--long` adds to proofs that say no number of their own."""

import os
import subprocess
import sys

import pytest

from tests.thorough import LONG
from tests.warm import REPOSITORY

LOOK = """
import sys, pytest

class Look:
    def pytest_collection_finish(self):
        from hypothesis import settings
        print("made up:", settings.default.max_examples)

pytest.main([*sys.argv[1:], "-n0", "--collect-only", "tests/test_thorough.py"], plugins=[Look()])
"""


@pytest.mark.parametrize(("words", "number"), [((), 100), (("--long",), 500)])
def test_five_times_as_many_examples_are_made_up_in_every_proof(words: tuple[str, ...], number: int) -> None:
    environment = {name: value for name, value in os.environ.items() if name != LONG and "PYTEST" not in name}
    line = [sys.executable, "-c", LOOK, *words]
    done = subprocess.run(line, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert f"made up: {number}" in done.stdout, done.stdout + done.stderr
