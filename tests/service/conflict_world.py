"""A company in which somebody is in question for every reason there is, over the embedded servers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from b24learn_gui.company.model import PersonKey
from b24learn_gui.service.conflicts import Queue, decide_case, read_queue
from b24learn_gui.service.context import Context
from b24learn_gui.service.decide import Kind as VerdictKind
from b24learn_gui.service.decide import Verdict
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import SyncRequest, preview, sync
from b24learn_gui.service.undo import undo
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.sync.memory import Memory
from b24learn_gui.text import Words
from tests.e2e.arena import Arena, Summary, arena, email_of

NOW = datetime(2026, 11, 23, 9, 44, tzinfo=UTC)
RECREATED, REUSED, IDENTITY, TWIN, OTHER_TWIN = 50, 51, 6, 52, 53
SEVERAL, UNCERTAIN, PROTECTED, EXACT, HELD, UNDONE = 54, 55, 56, 57, 8, 9
FORMER, LEAVER = 5, 7
"""Whose card was made anew, and whose e-mail somebody else got."""


@dataclass
class ConflictWorld:
    """The arena with a home whose commands run in this process."""

    arena: Arena
    words: Words = field(default_factory=lambda: Words("en"))
    now: datetime = NOW

    @property
    def context(self) -> Context:
        environment = self.arena.environment()
        places = find_places(self.arena.home, environment)
        secrets = Secrets(account=places.home_id, environment=environment)
        return Context(places, self.words, secrets, environment, now=lambda: self.now)

    @property
    def memory(self) -> Memory:
        with self.journal() as journal:
            return journal.memory()

    def journal(self) -> Journal:
        return Journal.open(self.context.places.journal_file)

    def queue(self) -> Queue:
        return read_queue(self.context)

    def stopped_context(self) -> Context:
        stop = threading.Event()
        stop.set()
        return replace(self.context, stop=stop)

    def decide(self, queue: Queue, number: int, kind: VerdictKind, learn_id: str | None = None) -> Queue:
        return decide_case(self.context, queue, key(number), Verdict(kind, learn_id))

    def sync(self) -> Summary:
        """One sync, approved whatever it plans."""
        foreseen = preview(self.context, Wishes())
        return sync(self.context, SyncRequest(approve=foreseen["plan_hash"]))

    def settle(self) -> None:
        answer = self.sync()
        assert answer["exit_code"] == 0, answer
        self.arena.learn.log.clear()

    def account(self, number: int) -> str:
        """Whose account it was before anything changed."""
        found = self.arena.learn.world.account(email_of(number))
        assert found is not None
        return found.id


def key(number: int) -> PersonKey:
    return "main", number


@contextmanager
def conflict_world(tmp_path: Path, words: Words | None = None) -> Iterator[ConflictWorld]:
    """Twelve people with accounts; since then something strange happened to most of them, and others came."""
    with arena(tmp_path) as made:
        world = ConflictWorld(made, words or Words("en"))
        world.settle()
        company, learn = made.main.world, made.learn.world
        company.change(UNDONE, WORK_POSITION="Начальник")
        assert undo(world.context, world.sync()["run"], write=True)["exit_code"] == 0
        company.dismiss(FORMER)
        company.add_person(
            [2], number=RECREATED, NAME="Имя5", LAST_NAME="Фамилия5", EMAIL=email_of(FORMER), WORK_POSITION="Менеджер"
        )
        company.dismiss(LEAVER)
        company.add_person([3], number=REUSED, NAME="Вера", LAST_NAME="Новикова", EMAIL=email_of(LEAVER))
        company.change(IDENTITY, NAME="Другое", LAST_NAME="Лицо", EMAIL="other@main.example")
        for twin in (TWIN, OTHER_TWIN):
            company.add_person([2], number=twin, NAME="Анна", LAST_NAME=f"Двойная{twin}", EMAIL="twin@main.example")
        company.add_person([2], number=SEVERAL, NAME="Олег", LAST_NAME="Петров", EMAIL="petrov@main.example")
        learn.add_account("o.petrov", email="petrov@main.example", first_name="Олег", last_name="Петров")
        learn.add_account("petrov@main.example", email="oleg@home.example", first_name="Олег", last_name="Петров")
        company.add_person([3], number=UNCERTAIN, NAME="Инна", LAST_NAME="Орлова", EMAIL="orlova@main.example")
        learn.add_account("orlova@main.example", email="io@home.example", first_name="Инна", last_name="Орлова")
        company.add_person([2], number=PROTECTED, NAME="Мария", LAST_NAME="Главная", EMAIL="boss@main.example")
        boss = learn.add_account("boss", email="boss@main.example", first_name="Мария", last_name="Главная")
        learn.make_administrator(boss)
        company.add_person([3], number=EXACT, NAME="Юлия", LAST_NAME="Лебедева", EMAIL="lebedeva@main.example")
        learn.add_account("lebedeva", email="lebedeva@main.example", first_name="Юлия", last_name="Лебедева")
        learn.add_account("stranger", email="wanted@main.example", first_name="Чужой", last_name="Человек")
        company.change(HELD, EMAIL="wanted@main.example")
        made.learn.log.clear()
        yield world
