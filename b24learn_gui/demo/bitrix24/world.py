"""A company as its portal's database holds it, and what people do to it.

Everything is stored raw: no rule of the REST interface is applied here. Modifiers are named after what an
administrator of a real portal does, and stamp the time of change as the portal does (contract, section 4.3).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

FieldValue = str | int | float | bool | date | datetime | list[str] | list[int] | None
"""A stored column: text, a calendar date, a moment in time, a list of a custom field, or NULL."""

DepartmentShape = Literal["numbers", "strings", "object", "false", "absent", "empty"]
"""How ``UF_DEPARTMENT`` of one person is printed (contract, section 4.1)."""


@dataclass(slots=True)
class Person:
    """One account. ``fields`` holds the columns of section 4.1 by their Bitrix24 names; None is a database NULL.

    ``external_auth`` is the kind of account ("" for people, "bot", "email", "rest_system" …), ``confirm_code``
    marks an invitation not yet accepted, ``groups`` the workgroups that decide whom extranet users see.
    """

    id: int
    fields: dict[str, FieldValue]
    departments: list[int] = field(default_factory=list)
    active: bool = True
    user_type: str = "employee"
    external_auth: str = ""
    confirm_code: str = ""
    last_login: datetime | None = None
    admin: bool = False
    online: bool = False
    groups: tuple[int, ...] = ()
    modified: float = 0.0
    shape: DepartmentShape = "numbers"


@dataclass(slots=True)
class Department:
    """One node of the tree. ``head`` None is an empty field, 0 the text "0" seen in real data.

    ``parent`` None is a root. ``co_heads`` and ``deputies`` are visible to the v3 interface only.
    """

    id: int
    name: str
    parent: int | None = None
    head: int | None = None
    sort: int = 500
    active: bool = True
    modified: float = 0.0
    co_heads: tuple[int, ...] = ()
    deputies: tuple[int, ...] = ()


class World:
    """People and departments of one portal, by id.

    ``version`` grows with every change made through a modifier; whoever edits a :class:`Person` by hand calls
    :meth:`touch`. ``clock`` gives Unix seconds.
    """

    def __init__(
        self,
        people: Iterable[Person] = (),
        departments: Iterable[Department] = (),
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.people: dict[int, Person] = {person.id: person for person in people}
        self.departments: dict[int, Department] = {department.id: department for department in departments}
        self.clock = clock
        self.version = 0

    def touch(self) -> None:
        """Says that something was changed by hand."""
        self.version += 1

    def _stamp(self, thing: Person | Department) -> None:
        thing.modified = self.clock()
        self.version += 1

    # people

    def add_person(
        self,
        departments: Iterable[int] = (),
        *,
        number: int | None = None,
        **fields: FieldValue,
    ) -> Person:
        """Hires somebody; without an id the next free one is taken, as a database does."""
        if number is None:
            number = max(self.people, default=0) + 1
        if number in self.people:
            raise ValueError(f"person {number} exists")
        person = Person(number, dict(fields), list(departments))
        self.people[number] = person
        self._stamp(person)
        return person

    def change(self, person: int, **fields: FieldValue) -> None:
        """Edits columns of a profile; None stores a NULL."""
        self.people[person].fields.update(fields)
        self._stamp(self.people[person])

    def dismiss(self, person: int) -> None:
        """Dismissed people keep names, e-mail and departments."""
        self.people[person].active = False
        self._stamp(self.people[person])

    def rehire(self, person: int) -> None:
        self.people[person].active = True
        self._stamp(self.people[person])

    def move(self, person: int, departments: Iterable[int]) -> None:
        self.people[person].departments = list(departments)
        self._stamp(self.people[person])

    def set_admin(self, person: int, *, admin: bool) -> None:
        self.people[person].admin = admin
        self._stamp(self.people[person])

    def delete_person(self, person: int) -> None:
        """Only somebody who never did anything can be deleted in a real portal; a restored backup can do it, too."""
        del self.people[person]
        self.version += 1

    # departments

    def add_department(
        self,
        name: str,
        parent: int | None = None,
        *,
        number: int | None = None,
        head: int | None = None,
        sort: int = 500,
    ) -> Department:
        if number is None:
            number = max(self.departments, default=0) + 1
        if number in self.departments:
            raise ValueError(f"department {number} exists")
        department = Department(number, name, parent, head, sort)
        self.departments[number] = department
        self._stamp(department)
        return department

    def rename_department(self, department: int, name: str) -> None:
        self.departments[department].name = name
        self._stamp(self.departments[department])

    def move_department(self, department: int, parent: int | None) -> None:
        self.departments[department].parent = parent
        self._stamp(self.departments[department])

    def set_head(self, department: int, head: int | None) -> None:
        """Appoints a head; the head's own profile is not stamped (contract, section 4.3)."""
        self.departments[department].head = head
        self._stamp(self.departments[department])

    def delete_department(self, department: int, *, members: Literal["keep", "parent", "lose"] = "parent") -> None:
        """Deletes one department: its children move up, its members as asked (section 10 leaves that open)."""
        gone = self.departments.pop(department)
        for child in self.departments.values():
            if child.parent == department:
                child.parent = gone.parent
        if members != "keep":
            into = [gone.parent] if members == "parent" and gone.parent is not None else []
            for person in self.people.values():
                if department in person.departments:
                    rest = [number for number in person.departments if number != department]
                    person.departments = rest + [number for number in into if number not in rest]
        self.version += 1

    def renumber(self, people: Mapping[int, int], departments: Mapping[int, int] | None = None) -> None:
        """Gives new ids (a restored box, another portal under the same address); references follow."""
        tree = departments or {}
        everybody = list(self.people.values())
        for person in everybody:
            person.id = people.get(person.id, person.id)
            person.departments = [tree.get(number, number) for number in person.departments]
        nodes = list(self.departments.values())
        for node in nodes:
            node.id = tree.get(node.id, node.id)
            node.parent = None if node.parent is None else tree.get(node.parent, node.parent)
            node.head = None if node.head is None else people.get(node.head, node.head)
            node.co_heads = tuple(people.get(number, number) for number in node.co_heads)
            node.deputies = tuple(people.get(number, number) for number in node.deputies)
        if len({person.id for person in everybody}) < len(everybody) or len({node.id for node in nodes}) < len(nodes):
            raise ValueError("two of the new ids are equal")
        self.people = {person.id: person for person in everybody}
        self.departments = {node.id: node for node in nodes}
        self.version += 1

    # questions

    def active_employees(self) -> list[Person]:
        """Active people of type employee who have at least one department."""
        return [
            person
            for person in self.people.values()
            if person.active and person.user_type == "employee" and person.departments and not person.external_auth
        ]

    def members(self, department: int) -> list[Person]:
        """Direct members, dismissed ones too."""
        return [person for person in self.people.values() if department in person.departments]

    def below(self, department: int) -> Iterator[int]:
        """The department and everything under it, each once, even where parents form a cycle."""
        children: dict[int, list[int]] = {}
        for node in self.departments.values():
            if node.parent is not None:
                children.setdefault(node.parent, []).append(node.id)
        seen: set[int] = set()
        waiting = [department]
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                yield number
                waiting.extend(reversed(children.get(number, ())))
