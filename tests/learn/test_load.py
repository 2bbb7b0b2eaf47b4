"""Four connections are kept busy: what a big first run takes is decided here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from b24learn_gui.demo.learn import CLOUD, Learn
from b24learn_gui.learn.writer import LearnWriter
from tests.learn.joined import joined

LATENCY = 0.05
THREADS = 4
ROUNDS = 10


def busy(learn: Learn, work: Callable[[int], object]) -> float:
    """The part of four connections' time that was spent inside requests, while four threads work."""
    learn.log.clear()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS * ROUNDS)))
    entries = learn.log.entries
    span = max(entry.finished for entry in entries) - min(entry.started for entry in entries)
    assert learn.log.peak == THREADS
    return sum(entry.finished - entry.started for entry in entries) / (THREADS * span)


def test_four_threads_of_writes_keep_four_connections_busy() -> None:
    with Learn(switches=CLOUD) as learn, joined(learn) as transport:
        writer = LearnWriter(transport)
        ids = [
            writer.create_account(
                department_id=learn.world.root_id,
                fields={"login": f"p{n}@example.com", "email": f"p{n}@example.com"},
                letter=False,
            ).account_id
            for n in range(THREADS)
        ]
        learn.switches = replace(CLOUD, latency=LATENCY)
        part = busy(
            learn,
            lambda n: writer.update_account(
                ids[n % THREADS],
                {"login": f"p{n % THREADS}@example.com", "email": f"p{n % THREADS}@example.com", "job_title": str(n)},
            ),
        )
        assert part > 0.85, part
