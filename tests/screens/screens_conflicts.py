"""The window of conflicts in all its states, from fixed data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from b24learn_gui.errors import Unreachable, WrongUsage
from b24learn_gui.gui.conflicts.window import ConflictsWindow
from b24learn_gui.gui.models.run_progress import RunProgress, Stage
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.conflict_cases import FACTS, Candidate, Case, Fact, Kind, Other, sought_in
from b24learn_gui.service.conflicts import Queue
from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.sync.memory import Decision
from b24learn_gui.text.words import Words
from tests.screens.registry import screen

READ_AT = datetime(2026, 11, 23, 9, 44, tzinfo=UTC)
ZONE = timezone(timedelta(hours=3))
Facts = dict[Fact, str]


def facts(name: str, email: str, login: str = "", job: str = "", phone: str = "", department: str = "") -> Facts:
    return {
        "name": name,
        "email": email,
        "login": login or email,
        "job_title": job,
        "phone": phone,
        "department": department,
    }


def account(learn_id: str, here: Facts, there: Facts, **more: Any) -> Candidate:
    """An account, compared with the card as texts."""
    alike = {each: here[each] == there[each] for each in FACTS if here[each] and there[each]}
    return Candidate(learn_id, there, more.pop("status", "active"), alike, **more)


def case(number: int, kind: Kind, here: Facts, *candidates: Candidate, **more: Any) -> Case:
    key = ("main", number)
    sought = sought_in(key, here["name"], here, candidates)
    return Case(key, kind, here["name"], here, "works", candidates, sought=sought, **more)


def taken(value: str, login: str, learn_id: str = "b07c41891") -> WrongUsage:
    return WrongUsage("decide_create_taken", value=value, login=login, learn_id=learn_id)


_KIM = facts(
    "Ким Ольга", "kim@example.com", job="Старший менеджер", phone="+79000003118", department="Фирма / Продажи / Север"
)
_KIM_LEARN = facts("Ким Ольга", "kim@example.com", job="Менеджер", phone="+79000003118", department="Фирма / Продажи")
_PETROV = facts("Петров Олег", "petrov@example.com", job="Водитель", department="Фирма / Доставка")
_PETROV_LEARN = facts("Петров Олег", "petrov@example.com", "o.petrov", "Водитель", department="Академия")
_PETROV_HOME = facts("Петров О.", "oleg@home.example.net", "petrov@example.com", "Кладовщик", department="Академия")
_NOVIKOVA = facts("Новикова Вера", "sales@example.com", job="Продавец", department="Фирма / Магазин № 7")
_FORMER = facts("Савина Лидия", "sales@example.com", job="Продавец", department="Фирма / Магазин № 7")
_OTHER = facts("Круглова Лидия", "kruglova@example.com", job="Бухгалтер", department="Фирма / Бухгалтерия")
_BEFORE = facts("Титов Марк", "titov@example.com", job="Бухгалтер", department="Фирма / Бухгалтерия")
_TWIN = facts("Иванова Мария", "office@example.com", job="Секретарь", department="Фирма / Офис")
_HELD = facts("Фролов Глеб", "frolov@example.com", department="Фирма / Цех № 1")
_BOSS = facts("Орлов Никита", "director@example.com", job="Директор", department="Фирма")
_EXACT = facts("Лебедева Юлия", "lebedeva@example.com", job="Аналитик", department="Фирма / ИТ")


def example() -> Queue:
    """One of each kind, somebody decided about and somebody held."""
    former = Other(("main", 418), "Ким Ольга", "dismissed")
    leaver = Other(("main", 87), "Савина Лидия", "dismissed")
    cases = (
        case(
            512, "several", _PETROV,
            account("a81f22", _PETROV, _PETROV_LEARN),
            account("a8301c", _PETROV, _PETROV_HOME, status="inactive"),
            create_refusal=taken("petrov@example.com", "o.petrov", "a81f22"),
        ),
        case(
            517, "recreated", _KIM, account("b07c41891", _KIM, _KIM_LEARN, status="inactive", holder=former),
            create_refusal=taken("kim@example.com", "kim@example.com"),
        ),
        case(
            520, "reused", _NOVIKOVA, account("9c40aa", _NOVIKOVA, _FORMER, holder=leaver),
            create_refusal=taken("sales@example.com", "sales@example.com"),
        ),
        case(463, "identity", _OTHER, account("a84411", _OTHER, _BEFORE, own=True)),
        case(
            531, "duplicate", _TWIN, rivals=(Other(("main", 532), "Иванова Мария", "works"),),
            create_refusal=WrongUsage("decide_create_twice"),
        ),
        case(
            440, "held", _HELD, account("a83b17", _HELD, facts("Фролова Анна", "frolov@example.com", "frolova")),
            account("a83b18", _HELD, {**_HELD, "email": "gleb@example.com"}, own=True,
                    refusal=WrongUsage("decide_own_account")),
            blocked=("email",), create_refusal=taken("frolov@example.com", "frolova"),
        ),
        case(
            401, "protected", _BOSS,
            account("0001", _BOSS, _BOSS, guard="administrator",
                    refusal=WrongUsage("learn_account_protected", login="director@example.com", learn_id="0001")),
            create_refusal=taken("director@example.com", "director@example.com"),
        ),
        case(
            540, "exact", _EXACT, account("a8ff10", _EXACT, {**_EXACT, "login": "lebedeva"}),
            create_refusal=taken("lebedeva@example.com", "lebedeva"),
        ),
        case(431, "undone", _HELD, account("a82904", _HELD, _HELD, own=True), held=True),
    )  # fmt: skip
    return Queue(cases, READ_AT, addresses={"main": "https://portal.example.com"})


def window_of(words: Words, queue: Queue | None = None, who: str = "") -> ConflictsWindow:
    """The window with this queue, over a home that does not exist."""
    context = Context(find_places(Path("/nonexistent"), {}), words, Secrets(account=lambda: "none", environment={}), {})
    tasks = Tasks()
    window = ConflictsWindow(context, tasks, words, localise=lambda moment: moment.astimezone(ZONE))
    tasks.setParent(window)
    if queue is not None:
        window.show_queue(queue)
        if who:
            window.open_case(who)
    return window


@screen("conflicts")
def several(words: Words) -> QWidget:
    return window_of(words, example())


@screen("conflicts-recreated")
def recreated(words: Words) -> QWidget:
    return window_of(words, example(), "main:517")


@screen("conflicts-small", (1024, 700))
def small(words: Words) -> QWidget:
    return window_of(words, example(), "main:520")


@screen("conflicts-identity", (1024, 700))
def identity(words: Words) -> QWidget:
    return window_of(words, example(), "main:463")


@screen("conflicts-duplicate", (1024, 700))
def duplicate(words: Words) -> QWidget:
    return window_of(words, example(), "main:531")


@screen("conflicts-held", (1024, 700))
def held(words: Words) -> QWidget:
    return window_of(words, example(), "main:440")


@screen("conflicts-protected", (1024, 700))
def protected(words: Words) -> QWidget:
    return window_of(words, example(), "main:401")


@screen("conflicts-decided", (1024, 700))
def decided(words: Words) -> QWidget:
    queue = example()
    kim = queue.cases[1]
    (own,) = kim.candidates
    linked = replace(kim, candidates=(replace(own, own=True, holder=None),), decision=Decision("link", own.learn_id))
    cases = (queue.cases[0], linked, *queue.cases[2:])
    return window_of(words, Queue(cases, READ_AT), "main:517")


@screen("conflicts-stale", (1024, 700))
def stale(words: Words) -> QWidget:
    return window_of(words, Queue(example().cases, READ_AT, stale=True))


@screen("conflicts-reading", (1024, 700))
def reading(words: Words) -> QWidget:
    window = window_of(words)
    window.work.begin("reading")
    stages = (Stage("bitrix24", "done", 1284), Stage("learn", "busy"), Stage("plan"), Stage("write"))
    window.work.show_progress(RunProgress(stages, 320, 640))
    window.retranslate(words)
    return window


@screen("conflicts-empty", (860, 560))
def empty(words: Words) -> QWidget:
    return window_of(words, Queue((), READ_AT))


@screen("conflicts-failed", (1024, 700))
def failed(words: Words) -> QWidget:
    window = window_of(words)
    window.show_failure(Unreachable("timeout_read", side="learn", host="learn.example.com", seconds=30, attempts=4))
    return window
