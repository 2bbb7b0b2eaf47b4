"""Generated companies are the same for a seed, believable, clean when asked, and hold every oddity when asked."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import asdict

import phonenumbers
import pytest

from b24learn_gui.demo import russian_names as words
from b24learn_gui.demo.bitrix24 import Person, World
from b24learn_gui.demo.companies import GeneratedWorld, generate
from b24learn_gui.demo.oddities import UNKNOWN_DEPARTMENT, UNKNOWN_PERSON
from tests.demo.bitrix24_tools import CALM, portal

ADDRESS = re.compile(r"[a-z]\.[a-z-]+[0-9]*@[a-z.]+\.example")


def everything(world: World) -> list[dict[str, object]]:
    return [*map(asdict, world.people.values()), *map(asdict, world.departments.values())]


def depth(world: World, department: int) -> int:
    parent, levels = world.departments[department].parent, 0
    while parent is not None:
        parent, levels = world.departments[parent].parent, levels + 1
    return levels


@pytest.mark.parametrize("oddities", [False, True])
def test_the_same_seed_gives_the_same_company(oddities: bool) -> None:
    first, again = (generate(7, 200, oddities=oddities) for _ in range(2))
    assert everything(first) == everything(again)
    assert first.oddities == again.oddities
    assert everything(generate(8, 200, oddities=oddities)) != everything(first)


@pytest.mark.parametrize(("people", "departments"), [(30, None), (1284, None), (3000, 300), (500, 500), (40, 1)])
def test_a_company_has_the_size_asked_for(people: int, departments: int | None) -> None:
    world = generate(1, people, departments=departments)
    assert len(world.active_employees()) == people
    if departments:
        assert len(world.departments) == departments


@pytest.mark.parametrize(("people", "departments"), [(29, None), (100_001, None), (30, 31), (30, 0)])
def test_unbelievable_sizes_are_refused(people: int, departments: int | None) -> None:
    with pytest.raises(ValueError, match="believable"):
        generate(1, people, departments=departments)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_clean_company_leaves_nobody_out(seed: int) -> None:
    """Distinct valid e-mails and mobile numbers, a known department and a position for every account."""
    world = generate(seed, 3000, domain="plant.example")
    everybody = list(world.people.values())
    addresses = [str(person.fields["EMAIL"]) for person in everybody]
    assert len(set(addresses)) == len(everybody)
    assert all(ADDRESS.fullmatch(address) and address.endswith("@plant.example") for address in addresses)
    numbers = {phonenumbers.parse(str(person.fields["PERSONAL_MOBILE"]), "RU").national_number for person in everybody}
    assert len(numbers) == len(everybody)
    for person in everybody[::50]:
        assert phonenumbers.is_valid_number(phonenumbers.parse(str(person.fields["PERSONAL_MOBILE"]), "RU"))
    for person in world.active_employees():
        assert person.fields["WORK_POSITION"]
        assert person.departments
        assert set(person.departments) <= set(world.departments)
    assert world.oddities == {}


def test_companies_of_two_portals_share_neither_addresses_nor_numbers() -> None:
    first, second = (generate(seed, 200, domain=f"{name}.example") for seed, name in ((1, "main"), (2, "west")))
    addresses = [{person.fields["EMAIL"] for person in world.people.values()} for world in (first, second)]
    assert addresses[0].isdisjoint(addresses[1])
    numbers = [
        {
            phonenumbers.parse(str(person.fields["PERSONAL_MOBILE"]), "RU").national_number
            for person in world.people.values()
        }
        for world in (first, second)
    ]
    assert numbers[0].isdisjoint(numbers[1])


def test_names_agree_in_gender() -> None:
    for person in generate(3, 2000).people.values():
        woman = person.fields["PERSONAL_GENDER"] == "F"
        name, patronymic = str(person.fields["NAME"]), str(person.fields["SECOND_NAME"])
        assert (name in words.FEMALE_NAMES) is woman
        assert patronymic.endswith(("вна", "ична")) is woman
        surname = str(person.fields["LAST_NAME"])
        assert surname in ({words.feminine(one) for one in words.SURNAMES} if woman else set(words.SURNAMES))


@pytest.mark.parametrize(
    ("surname", "expected"),
    [("Соколов", "Соколова"), ("Королёв", "Королёва"), ("Садовский", "Садовская"), ("Ким", "Ким")],
)
def test_surnames_take_their_feminine_form(surname: str, expected: str) -> None:
    assert words.feminine(surname) == expected


def test_the_tree_is_one_tree_of_believable_shape() -> None:
    world = generate(2, 20_000, departments=2000)
    roots = [node for node in world.departments.values() if node.parent is None]
    children: dict[int | None, list[str]] = {}
    for node in world.departments.values():
        children.setdefault(node.parent, []).append(node.name)
    assert len(roots) == 1
    assert set(world.below(roots[0].id)) == set(world.departments)
    assert 4 <= max(depth(world, number) for number in world.departments) <= 7
    assert max(map(len, children.values())) <= 20
    assert all(len(set(names)) == len(names) for names in children.values()), "siblings have different names"
    names = [node.name for node in world.departments.values()]
    assert len(set(names)) < len(names), "but branches share some"


def test_every_department_has_a_head_of_its_own_who_works_there() -> None:
    world = generate(2, 600)
    for node in world.departments.values():
        assert node.head is not None
        assert node.id in world.people[node.head].departments
        assert re.match(
            "Генеральный|Директор|Начальник|Заведующий|Руководитель",
            str(world.people[node.head].fields["WORK_POSITION"]),
        )


def test_dismissed_invited_guests_and_double_members_are_there_as_in_any_portal() -> None:
    people = generate(4, 1000).people.values()
    assert sum(not person.active for person in people) == 50
    assert sum(person.user_type == "extranet" for person in people) == 10
    assert any(person.active and person.confirm_code and person.last_login is None for person in people)
    assert any(len(person.departments) > 1 for person in people)
    assert len({re.sub("[0-9]", "0", str(person.fields["PERSONAL_MOBILE"])) for person in people}) == 5


def test_a_hundred_thousand_people_take_seconds() -> None:
    before = time.perf_counter()
    world = generate(1, 100_000)
    assert time.perf_counter() - before < 10
    assert len(world.active_employees()) == 100_000


# oddities


@pytest.fixture(scope="module")
def odd() -> GeneratedWorld:
    return generate(9, 60, oddities=True)


def one(world: GeneratedWorld, oddity: str) -> Person:
    return world.people[world.oddities[oddity][0]]


def test_the_catalogue_names_people_and_departments_that_exist(odd: GeneratedWorld) -> None:
    for oddity, numbers in odd.oddities.items():
        known = odd.departments if oddity.startswith("department_") else odd.people
        assert numbers
        assert set(numbers) <= set(known), oddity


def test_whoever_was_there_before_stays_as_he_was(odd: GeneratedWorld) -> None:
    clean = generate(9, 60)
    assert all(asdict(odd.people[number]) == asdict(person) for number, person in clean.people.items())


def test_T22_every_oddity_of_texts_is_there(odd: GeneratedWorld) -> None:
    composed, decomposed = (
        one(odd, f"yo_and_short_i_{form}").fields["LAST_NAME"] for form in ("composed", "decomposed")
    )
    assert composed != decomposed
    assert unicodedata.normalize("NFC", str(decomposed)) == composed
    assert "\u00a0" in str(one(odd, "nbsp_in_name").fields["LAST_NAME"])
    assert "  " in str(one(odd, "double_blanks_in_name").fields["NAME"])
    assert any("а" <= letter <= "я" for letter in str(one(odd, "email_cyrillic_letters").fields["EMAIL"]))
    assert any(ord(letter) > 0xFFFF for letter in str(one(odd, "emoji_in_name").fields["NAME"]))
    assert len(str(one(odd, "name_256_long").fields["LAST_NAME"])) == 256


def test_every_oddity_of_addresses_is_there(odd: GeneratedWorld) -> None:
    assert one(odd, "email_null").fields["EMAIL"] is None
    shared = [odd.people[number] for number in odd.oddities["email_duplicate_active"]]
    assert len({str(person.fields["EMAIL"]).casefold() for person in shared}) == 1
    assert all(person.active for person in shared)
    reused = [odd.people[number] for number in odd.oddities["email_of_dismissed_and_active"]]
    assert len({str(person.fields["EMAIL"]).casefold() for person in reused}) == 1
    assert [person.active for person in reused] == [True, False]


def test_every_oddity_of_heads_is_there(odd: GeneratedWorld) -> None:
    def head(kind: str) -> int | None:
        return odd.departments[odd.oddities[f"department_{kind}"][0]].head

    dismissed, elsewhere = head("head_dismissed"), head("head_elsewhere")
    assert dismissed is not None
    assert elsewhere is not None
    assert not odd.people[dismissed].active
    assert head("head_absent") == UNKNOWN_PERSON not in odd.people
    assert head("head_zero") == 0
    assert odd.oddities["department_head_elsewhere"][0] not in odd.people[elsewhere].departments


def test_every_oddity_of_the_tree_is_there(odd: GeneratedWorld) -> None:
    assert odd.departments[odd.oddities["department_orphan"][0]].parent == UNKNOWN_DEPARTMENT not in odd.departments
    first, second = odd.oddities["department_in_cycle"]
    assert (odd.departments[first].parent, odd.departments[second].parent) == (second, first)
    assert sum(node.parent is None for node in odd.departments.values()) == 2
    assert one(odd, "unknown_department_only").departments == [UNKNOWN_DEPARTMENT]


def test_the_portal_serves_every_oddity(odd: GeneratedWorld) -> None:
    with portal(odd, CALM) as (_embedded, caller):
        rows: dict[int, dict[str, object]] = {}
        for start in range(0, 500, 50):
            page = caller.result("user.get", sort="ID", order="ASC", start=start, ADMIN_MODE=True)
            rows |= {int(row["ID"]): row for row in page}
        never = {number for kind in ("bot", "email", "rest_system") for number in odd.oddities[f"account_{kind}"]}
        assert set(rows) == set(odd.people) - never
        shapes = {
            kind: rows[odd.oddities[f"uf_department_{kind}"][0]] for kind in ("strings", "object", "false", "empty")
        }
        printed = {kind: type(row["UF_DEPARTMENT"]) for kind, row in shapes.items()}
        assert printed == {"strings": list, "object": dict, "false": bool, "empty": list}
        assert "UF_DEPARTMENT" not in rows[odd.oddities["uf_department_absent"][0]]
        assert set(rows[odd.oddities["null_keys"][0]]) >= {"ID", "LAST_NAME"}
        assert "NAME" not in rows[odd.oddities["null_keys"][0]]
