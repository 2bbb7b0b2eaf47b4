"""Accounts that were in Learn before the first sync: one of every kind that matching must tell apart (RULES I2, N2)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from b24learn_gui.demo.learn.world import LearnWorld


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the company, as far as accounts already there resemble him."""

    email: str
    first_name: str = ""
    last_name: str = ""


KINDS_OF_PEOPLE = 11
"""So many people are used up, one after the other."""


def populate(world: LearnWorld, people: Sequence[Known]) -> Mapping[str, tuple[str, ...]]:
    """Adds accounts for the first `KINDS_OF_PEOPLE` of the people and some of strangers.

    The people must have distinct valid e-mails that no account has yet; ValueError if they are too few. Returns
    the ids by kind: `match_email`, `match_email_case`, `match_login` (can be adopted) · `ambiguous` (two accounts),
    `other_email` (the login is the person's e-mail, the account's e-mail is another one) · `administrator`
    (protected) · `department_administrator` (not protected) · `inactive`, `terminated` · `foreign_department`
    (adoptable, stands outside) · `same_name` (nothing but the name) · `strangers`.
    """
    if len(people) < KINDS_OF_PEOPLE:
        raise ValueError(f"at least {KINDS_OF_PEOPLE} people are needed")
    person = iter(people)
    with world.lock:
        partners = world.add_department("Партнёры", code="partners")
        archive = world.add_department("Архив", partners)
        return {
            "match_email": (_same_email(world, next(person), "match"),),
            "match_email_case": (_upper_case(world, next(person)),),
            "match_login": (_same_login(world, next(person), ""),),
            "ambiguous": _two(world, next(person)),
            "other_email": (_same_login(world, next(person), "other.address@personal.example"),),
            "administrator": _administrator(world, person),
            "department_administrator": _department_administrator(world, person, partners),
            "inactive": _inactive(world, person),
            "terminated": _terminated(world, person),
            "foreign_department": (_same_email(world, next(person), "partner", archive),),
            "same_name": (_namesake(world, next(person), partners),),
            "strangers": _strangers(world, partners),
        }


def _same_email(world: LearnWorld, person: Known, login: str, department_id: str | None = None) -> str:
    return world.add_account(
        f"already.there.{login}",
        email=person.email,
        department_id=department_id,
        first_name=person.first_name,
        last_name=person.last_name,
    )


def _upper_case(world: LearnWorld, person: Known) -> str:
    key = _same_email(world, person, "upper")
    world.edit(key, email=person.email.upper())
    return key


def _same_login(world: LearnWorld, person: Known, email: str) -> str:
    return world.add_account(person.email, email=email, first_name=person.first_name, last_name=person.last_name)


def _two(world: LearnWorld, person: Known) -> tuple[str, str]:
    """One account has the e-mail, another the login."""
    return _same_email(world, person, "twin"), _same_login(world, person, "twin@personal.example")


def _administrator(world: LearnWorld, people: Iterator[Known]) -> tuple[str]:
    key = _same_email(world, next(people), "administrator")
    world.make_administrator(key)
    return (key,)


def _department_administrator(world: LearnWorld, people: Iterator[Known], managed: str) -> tuple[str]:
    key = _same_email(world, next(people), "partners")
    world.make_department_administrator(key, [managed])
    return (key,)


def _inactive(world: LearnWorld, people: Iterator[Known]) -> tuple[str]:
    key = _same_email(world, next(people), "inactive")
    world.deactivate(key)
    return (key,)


def _terminated(world: LearnWorld, people: Iterator[Known]) -> tuple[str]:
    key = _same_email(world, next(people), "ended")
    world.terminate(key)
    return (key,)


def _namesake(world: LearnWorld, person: Known, department_id: str) -> str:
    return world.add_account(
        "namesake",
        email="namesake@partner.example",
        department_id=department_id,
        first_name=person.first_name,
        last_name=person.last_name,
    )


def _strangers(world: LearnWorld, department_id: str) -> tuple[str, ...]:
    """Nobody of the company: a learner, an inactive one, an author."""
    keys = tuple(
        world.add_account(
            f"guest{number}",
            email=f"guest{number}@partner.example",
            department_id=department_id,
            first_name="Гость",
            last_name=f"{number}",
        )
        for number in (1, 2, 3)
    )
    world.deactivate(keys[1])
    world.set_role(keys[2], "publisher")
    return keys
