"""How much of a proof is done: a part in the usual run, all of it with `--long`, before a release."""

import os

LONG = "B24LEARN_TESTS_LONG"
"""A variable that `--long` sets, for this process and those that it starts."""


def is_long() -> bool:
    return bool(os.environ.get(LONG))


def examples(usual: int) -> int:
    """How many examples chance makes up, others each time: five times as many with `--long`."""
    return 5 * usual if is_long() else usual


def make_up_more() -> None:
    """Let proofs that say no number of their own follow; before any of them is loaded."""
    from hypothesis import settings  # slow to load, and single tests do without

    settings.register_profile("long", max_examples=examples(settings.get_profile("default").max_examples))
    settings.load_profile("long")
