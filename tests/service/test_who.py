"""Whom somebody means (INTERFACE: WHO)."""

import pytest

from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.who import choose

RIGHTS = Rights(frozenset(), 1, True)


def person(number: int, last: str, first: str, second: str = "", email: str = "", *departments: int) -> Employee:
    values = {"LAST_NAME": last, "NAME": first, "SECOND_NAME": second, "EMAIL": email}
    return Employee(number, True, departments, {name: value for name, value in values.items() if value})


MAIN = Company(
    "main",
    (Department(1, "Всё"), Department(2, "Склад", 1), Department(3, "Ночная смена", 2)),
    (
        person(7, "Ким", "Ольга", "Петровна", "o.kim@main.example", 2),
        person(8, "Ким", "Ольга", "Ивановна", "o.kim2@main.example", 3),
        person(9, "Королёв", "Пётр", "", "p@main.example", 1),
    ),
    RIGHTS,
)
WEST = Company("west", (Department(2, "West"),), (person(7, "Ли", "Анна", "", "a@west.example", 2),), RIGHTS)


@pytest.mark.parametrize(
    ("who", "key"),
    [
        ("9", ("main", 9)),
        ("west:7", ("west", 7)),
        ("O.KIM@main.example ", ("main", 7)),
        ("королёв пётр", ("main", 9)),
        ("Пётр Королёв", ("main", 9)),
        ("Ким Ольга Ивановна", ("main", 8)),
        ("Ли", ("west", 7)),
    ],
)
def test_one_person_is_found_by_id_key_email_and_name(who: str, key: tuple[str, int]) -> None:
    assert choose([who], [MAIN, WEST]).people == {key}


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("7", "who_ambiguous"),
        ("Ким Ольга", "who_ambiguous"),
        ("nobody", "who_unknown"),
        ("", "who_unknown"),
        ("main:999", "who_unknown"),
        ("department:2", "department_ambiguous"),
        ("department:main:99", "department_unknown"),
    ],
)
def test_nobody_or_several_is_wrong_usage(who: str, code: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        choose([who], [MAIN, WEST])
    assert caught.value.code == code


def test_a_department_means_everybody_in_it_and_below() -> None:
    chosen = choose(["department:main:2", "9"], [MAIN, WEST])
    assert chosen.people == {("main", 7), ("main", 8), ("main", 9)}
    assert chosen.departments == {("main", 2)}
