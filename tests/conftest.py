"""What holds for all tests: long proofs run only when asked for, by `--long` (see `thorough` and `warm`, too), and
Python collects between tests alone.

Embedded servers answer on threads of this process. What they would collect holds objects of the toolkit that earlier
tests left, and those may end only on the thread that made them.
"""

import gc
import os

import pytest

from tests.thorough import LONG, make_up_more

_FULL_AFTER = 50
"""Tests between two collections of everything."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # the tests themselves stay
    gc.disable()


class _Tests:
    """How many have ended in this process."""

    ended = 0


def pytest_runtest_logfinish() -> None:
    _Tests.ended += 1
    gc.collect(1 if _Tests.ended % _FULL_AFTER else 2)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the proofs that take minutes")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        os.environ[LONG] = "1"
        make_up_more()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "gui_e2e" not in item.path.parts)  # the longest first, else one process ends alone
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="a long proof; run with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)
