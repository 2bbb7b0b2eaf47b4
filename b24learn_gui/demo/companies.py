"""Believable Russian companies, from 30 to 100,000 people, the same ones for the same seed.

In a clean company every active employee has a distinct valid e-mail, a department, a position and a distinct valid
mobile number, so that a sync leaves nobody out. Around them are dismissed people, invited people and guests, as in
any portal.
"""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from b24learn_gui.demo import oddities as strange
from b24learn_gui.demo import russian_names as words
from b24learn_gui.demo.bitrix24.world import Department, Person, World

FEWEST, MOST = 30, 100_000
_PEOPLE_PER_DEPARTMENT = 13
_DISMISSED_SHARE, _GUEST_SHARE, _INVITED_SHARE, _SECOND_DEPARTMENT_SHARE = 0.05, 0.01, 0.02, 0.04
_TODAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_GUESTS_GROUP = 1
_MOBILE_CODE = "945"
"""A mobile code that is valid in form and given to no operator, so that nobody's real number is written here."""
_PHONE_BLOCKS, _PHONE_BLOCK = 90, 110_000
"""Companies of different domains take their numbers from different blocks, as far as blocks suffice."""

_PHONE_FORMS = ("+7{0}{1}{2}{3}", "8{0}{1}{2}{3}", "+7 {0} {1}-{2}-{3}", "8 ({0}) {1}-{2}-{3}", "+7 ({0}) {1} {2} {3}")


class GeneratedWorld(World):
    """A world with a catalogue of what is strange in it: name of the oddity → ids of people or departments.

    Names beginning with "department_" stand for departments, all others for people. Empty in a clean company.
    """

    def __init__(self, people: Iterable[Person], departments: Iterable[Department]) -> None:
        super().__init__(people, departments)
        self.oddities: dict[str, tuple[int, ...]] = {}


def generate(
    seed: int, people: int, *, departments: int | None = None, oddities: bool = False, domain: str = "firm.example"
) -> GeneratedWorld:
    """A company with exactly ``people`` active employees; ``departments`` counts the root, too.

    Person 1 is a portal administrator, so the default owner of a webhook. Dismissed people and guests come on top;
    so do, with ``oddities``, one or more people or departments for every strange thing (:mod:`.oddities`).
    ValueError for sizes outside 30…100,000 people or more departments than people.
    """
    wanted = max(4, round(people / _PEOPLE_PER_DEPARTMENT)) if departments is None else departments
    if not FEWEST <= people <= MOST or not 1 <= wanted <= people:
        raise ValueError(f"no believable company: {people} people, {wanted} departments")
    chance = random.Random(seed)
    tree = _Tree(chance).grow(wanted)
    first_phone = zlib.crc32(domain.encode()) % _PHONE_BLOCKS * _PHONE_BLOCK
    staff = _Staff(chance, domain, first_phone)
    employees = staff.employ(tree, people)
    others = [
        *staff.dismissed(tree, round(people * _DISMISSED_SHARE)),
        *staff.guests(max(1, round(people * _GUEST_SHARE))),
    ]
    world = GeneratedWorld([*employees, *others], tree)
    if oddities:
        world.clock, running = _TODAY.timestamp, world.clock  # the same stamps whenever it is generated
        world.oddities = strange.add_oddities(world, domain, first_phone)
        world.clock = running
    return world


class _Tree:
    """Grows a tree of departments whose depth and width suit its size."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._depths: dict[int, int] = {}
        self._taken: dict[int, set[str]] = {}

    def grow(self, count: int) -> list[Department]:
        root = Department(1, f"ООО «{self._chance.choice(words.COMPANY_NAMES)}»", modified=_TODAY.timestamp())
        tree = [root]
        self._depths[1] = 0
        deepest = 2 + min(4, int(math.log(max(count, 2), 5)))
        widest = 8 if count < 500 else 14
        children = {1: 0}
        open_parents = [1]
        number = 1
        while len(tree) < count:
            place = self._chance.randrange(min(len(open_parents), 1 + len(tree) // 3))
            parent = open_parents[place]
            number += self._chance.choice((1, 1, 1, 2, 5))
            tree.append(self._department(number, parent))
            children[parent] += 1
            if children[parent] >= widest:
                open_parents.pop(place)
            depth = self._depths[number] = self._depths[parent] + 1
            if depth < deepest:
                children[number] = 0
                open_parents.append(number)
            if not open_parents:  # the tree is full at this width: let it grow wider
                widest *= 2
                open_parents = list(children)
        return tree

    def _department(self, number: int, parent: int) -> Department:
        return Department(
            number,
            self._name(parent),
            parent,
            sort=self._chance.choice((100, 200, 300, 500, 500, 500)),
            modified=_TODAY.timestamp(),
        )

    def _name(self, parent: int) -> str:
        """A name no sibling has; the same one on two branches is ordinary."""
        level = self._depths[parent]
        taken = self._taken.setdefault(parent, set())
        if level == 0 and self._chance.random() < 0.4:
            name = f"Филиал «{self._chance.choice(words.CITIES)}»"
        else:
            kind = words.KINDS[min(level, len(words.KINDS) - 1)][0]
            unused = [what for what in words.FUNCTIONS if f"{kind} {what}" not in taken]
            name = f"{kind} {self._chance.choice(unused or words.FUNCTIONS)}"
        plain, index = name, 1
        while name in taken:
            index += 1
            name = f"{plain} № {index}"
        taken.add(name)
        return name


@dataclass(slots=True)
class _Staff:
    """Hires people one after the other; keeps e-mails and phone numbers apart."""

    chance: random.Random
    domain: str
    first_phone: int
    number: int = 0
    hired: int = 0
    addresses: dict[str, int] = field(default_factory=dict)

    def employ(self, tree: list[Department], count: int) -> list[Person]:
        """Heads first, one a department, then everybody else, larger departments getting more of them."""
        everybody: list[Person] = []
        for department in tree:
            head = self._person([department.id])
            head.fields["WORK_POSITION"] = _head_position(department)
            department.head = head.id
            everybody.append(head)
        weights = [self.chance.lognormvariate(0, 0.8) for _ in tree]
        weights[0] *= 0.2  # few people sit directly under the company itself
        places = self.chance.choices([department.id for department in tree], weights, k=count - len(tree))
        everybody.extend(self._person([place]) for place in places)
        everybody[0].admin = True
        everybody[0].groups = (_GUESTS_GROUP,)
        for person in everybody[1:]:
            if len(tree) > 1 and self.chance.random() < _SECOND_DEPARTMENT_SHARE:
                extra = self.chance.choice(tree).id
                if extra not in person.departments:
                    person.departments.append(extra)
            if self.chance.random() < _INVITED_SHARE:
                person.last_login, person.confirm_code = None, "invited"
        return everybody

    def dismissed(self, tree: list[Department], count: int) -> list[Person]:
        gone = [self._person([self.chance.choice(tree).id]) for _ in range(count)]
        for person in gone:
            person.active = False
        return gone

    def guests(self, count: int) -> list[Person]:
        """Extranet users without a department; every other one shares a group with the administrator."""
        guests = [self._person([]) for _ in range(count)]
        for index, person in enumerate(guests):
            person.user_type = "extranet"
            person.groups = (_GUESTS_GROUP,) if index % 2 == 0 else (_GUESTS_GROUP + 1,)
            del person.fields["UF_PHONE_INNER"]
        return guests

    def _person(self, departments: list[int]) -> Person:
        chance = self.chance
        self.number += 1 if not self.hired else chance.choice((1, 1, 1, 1, 2, 3))
        self.hired += 1
        woman = chance.random() < 0.5
        father = chance.choice(_FATHERS)
        surname = chance.choice(words.SURNAMES)
        name = chance.choice(words.FEMALE_NAMES) if woman else chance.choice(_FATHERS)
        started = _TODAY.date() - timedelta(days=chance.randrange(30, 4000))
        return Person(
            self.number,
            {
                "NAME": name,
                "LAST_NAME": words.feminine(surname) if woman else surname,
                "SECOND_NAME": words.MALE_NAMES[father][1 if woman else 0],
                "EMAIL": self._address(name, words.feminine(surname) if woman else surname),
                "WORK_POSITION": chance.choice(words.POSITIONS),
                "PERSONAL_GENDER": "F" if woman else "M",
                "PERSONAL_MOBILE": self._phone(),
                "PERSONAL_BIRTHDAY": date(
                    chance.randrange(1962, 2005), chance.randrange(1, 13), chance.randrange(1, 29)
                ),
                "UF_PHONE_INNER": str(1000 + self.hired),
                "UF_EMPLOYMENT_DATE": started,
                "DATE_REGISTER": started,
                "XML_ID": "",
                "WORK_PHONE": "",
            },
            departments,
            last_login=_TODAY - timedelta(minutes=chance.randrange(1, 60 * 24 * 20)),
            modified=_TODAY.timestamp() - chance.randrange(1, 3600 * 24 * 300),
        )

    def _address(self, name: str, surname: str) -> str:
        """``i.surname@…``, with a number from the second bearer on. No generated local part ends in a digit itself."""
        local = f"{words.transliterate(name)[0]}.{words.transliterate(surname)}"
        bearers = self.addresses[local] = self.addresses.get(local, 0) + 1
        return f"{local}{bearers if bearers > 1 else ''}@{self.domain}"

    def _phone(self) -> str:
        digits = f"{self.first_phone + self.hired:07d}"
        form = self.chance.choice(_PHONE_FORMS)
        return form.format(_MOBILE_CODE, digits[:3], digits[3:5], digits[5:])


_FATHERS: tuple[str, ...] = tuple(words.MALE_NAMES)


def _head_position(department: Department) -> str:
    if department.parent is None:
        return "Генеральный директор"
    if department.name.startswith("Филиал"):
        return "Директор филиала"
    kind = department.name.partition(" ")[0]
    return dict(words.KINDS)[kind]
