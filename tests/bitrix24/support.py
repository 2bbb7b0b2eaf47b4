"""A simulated clock, a small company, and a transport to the embedded Bitrix24."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from b24learn_gui import http
from b24learn_gui.bitrix24.address import Webhook, parse_webhook
from b24learn_gui.bitrix24.throttle import Bucket
from b24learn_gui.bitrix24.transport import Transport
from b24learn_gui.demo.bitrix24 import Bitrix24, Department, Person, World

START = 1_795_000_000.0
CODE = "c4n4ry00webhook0"


@dataclass
class FakeTime:
    now: float = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def company(people: int, departments: int = 3, *, dismissed: int = 0) -> World:
    """Person 1 is an administrator; ids have gaps; the last `dismissed` are inactive."""
    staff = [
        Person(
            2 * number - 1,
            {
                "NAME": "Ольга",
                "LAST_NAME": f"Ким {number}",
                "EMAIL": f"p{number}@firm.example",
                "WORK_POSITION": "Врач",
            },
            [1 + number % departments],
            active=number <= people - dismissed,
            admin=number == 1,
        )
        for number in range(1, people + 1)
    ]
    tree = [Department(number, f"Отдел {number}", None if number == 1 else 1) for number in range(1, departments + 1)]
    return World(staff, tree, clock=lambda: START)


@contextmanager
def transport_to(
    address: str | Webhook,
    *,
    time: FakeTime | None = None,
    patience: float = 900,
    stop: threading.Event | None = None,
    told: list[tuple[float, str]] | None = None,
    timeouts: http.Timeouts | None = None,
    bucket: Bucket | None = None,
    moved: list[str] | None = None,
) -> Iterator[Transport]:
    clock = time or FakeTime()
    waiting = http.Patience(
        patience,
        side="bitrix24",
        portal="main",
        stop=stop,
        sleep=clock.sleep,
        jitter=lambda: 0.0,
        on_wait=None if told is None else lambda seconds, reason: told.append((round(seconds), reason)),
    )
    with http.open_session() as session:
        yield Transport(
            session,
            parse_webhook(address) if isinstance(address, str) else address,
            portal="main",
            patience=waiting,
            clock=clock,
            bucket=bucket,
            timeouts=timeouts or http.Timeouts(connect=2, read=5, whole=20),
            on_moved=None if moved is None else moved.append,
        )


@contextmanager
def serving(bitrix: Bitrix24, **options: object) -> Iterator[tuple[Bitrix24, Transport]]:
    with bitrix, transport_to(bitrix.webhook, **options) as transport:  # type: ignore[arg-type]
        yield bitrix, transport
