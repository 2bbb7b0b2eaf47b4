"""Everything strange that real portals hold, each kind at least once, for a company to be tested with.

Names of people's oddities say what is wrong with whom; "department_…" ones are about the tree. Contract
bitrix24-rest.md, sections 3, 4 and 10.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from b24learn_gui.demo.bitrix24.world import Department, DepartmentShape, FieldValue, Person, World

LONG = 256
UNKNOWN_DEPARTMENT = 900_001
UNKNOWN_PERSON = 900_002
HUGE_ID = 2_147_483_000
_SPELLINGS: tuple[tuple[str, Literal["NFC", "NFD"]], ...] = (("composed", "NFC"), ("decomposed", "NFD"))
_NBSP, _ZERO_WIDTH = "\u00a0", "\u200b"


def add_oddities(world: World, domain: str, first_phone: int) -> dict[str, tuple[int, ...]]:
    """Adds odd people and departments to a company; returns the catalogue: name → ids.

    Nobody who was there before is changed.
    """
    builder = _Builder(world, domain, first_phone)
    builder.names()
    builder.addresses()
    builder.other_fields()
    builder.memberships()
    builder.accounts()
    builder.heads()
    builder.tree()
    builder.numbers()
    return {name: tuple(ids) for name, ids in builder.catalogue.items()}


class _Builder:
    def __init__(self, world: World, domain: str, first_phone: int) -> None:
        self.catalogue: dict[str, list[int]] = {}
        self._world = world
        self._domain = domain
        self._first_phone = first_phone
        self._counter = 0
        self._root = min(node.id for node in world.departments.values() if node.parent is None)
        self._home = world.add_department("Отдел редких случаев", self._root).id

    def _note(self, oddity: str, number: int) -> None:
        self.catalogue.setdefault(oddity, []).append(number)

    def _person(
        self, oddity: str, *, departments: Iterable[int] | None = None, number: int | None = None, **fields: FieldValue
    ) -> Person:
        """An ordinary person but for the fields given."""
        self._counter += 1
        index = self._counter
        usual: dict[str, FieldValue] = {
            "NAME": "Ольга",
            "LAST_NAME": "Редкая",
            "SECOND_NAME": "Игоревна",
            "EMAIL": f"rare{index}@{self._domain}",
            "WORK_POSITION": "Специалист",
            "PERSONAL_GENDER": "F",
            "PERSONAL_MOBILE": f"+7946{self._first_phone + index:07d}",
            "XML_ID": "",
            **fields,
        }
        person = self._world.add_person([self._home] if departments is None else departments, number=number, **usual)
        self._note(oddity, person.id)
        return person

    def _department(self, oddity: str, name: str, parent: int | None, head: int | None = None) -> Department:
        department = self._world.add_department(name, parent, head=head)
        self._note(f"department_{oddity}", department.id)
        return department

    def names(self) -> None:
        for spelling, form in _SPELLINGS:
            self._person(
                f"yo_and_short_i_{spelling}",
                LAST_NAME=unicodedata.normalize(form, "Йёлкина"),
                NAME=unicodedata.normalize(form, "Алёна"),
                WORK_POSITION=unicodedata.normalize(form, "Ведущий тренёр"),
            )
        self._person("nbsp_in_name", LAST_NAME=f"Иванова{_NBSP}Петрова")
        self._person("double_blanks_in_name", NAME="Анна  Мария", LAST_NAME="Белая  Берёза")
        self._person("blanks_around_name", NAME=" Вера ", LAST_NAME="Дальняя  ")
        self._person("zero_width_in_name", LAST_NAME=f"Тихо{_ZERO_WIDTH}нова")
        self._person("line_break_in_name", LAST_NAME="Строч\nная", WORK_POSITION="Мастер\tучастка")
        self._person("latin_letter_in_name", LAST_NAME="Cоколова")  # the first letter is Latin
        self._person("emoji_in_name", NAME="Мария 🌻", WORK_POSITION="Дизайнер 🎨👩🏽‍💻")
        self._person("name_256_long", LAST_NAME="Ж" * LONG, WORK_POSITION="Я" * LONG)
        self._person("html_entities_in_name", LAST_NAME="О&quot;Нил", WORK_POSITION="Менеджер &amp; тренер")
        self._person("markup_in_name", LAST_NAME="<b>Жирная</b>", WORK_POSITION="'\"/\\<script>")
        self._person("patronymic_in_name", NAME="Елена Викторовна", SECOND_NAME="")
        self._person("everything_in_last_name", NAME="", SECOND_NAME="", LAST_NAME="Зимина Анна Петровна")
        self._person("name_null", NAME=None)
        self._person("last_name_null", LAST_NAME=None)
        self._person("names_all_empty", NAME="", LAST_NAME="", SECOND_NAME="")
        self._person("names_all_null", NAME=None, LAST_NAME=None, SECOND_NAME=None)
        self._person("apostrophe_and_hyphen", NAME="Анна-Мария", LAST_NAME="д'Артаньян-Оглы")
        for _ in range(2):
            self._person("namesakes", NAME="Мария", LAST_NAME="Иванова", SECOND_NAME="Ивановна")

    def addresses(self) -> None:
        domain = self._domain
        self._person("email_null", EMAIL=None)
        self._person("email_empty", EMAIL="")
        self._person("email_blank", EMAIL="   ")
        self._person("email_blanks_around", EMAIL=f"  spaced@{domain} ")
        self._person("email_mixed_case", EMAIL=f"Mixed.Case@{domain.upper()}")
        self._person("email_cyrillic_letters", EMAIL=f"s\u043emewhere@{domain}")  # a Cyrillic "o"
        self._person("email_wholly_cyrillic", EMAIL="почта@почта.example")
        for broken in ("нет", "nobody@", f"@{domain}", f"two words@{domain}", "a@b@c.example", f"dots..twice@{domain}"):
            self._person("email_invalid", EMAIL=broken)
        self._person("email_two_addresses", EMAIL=f"first.of@{domain}; second.of@{domain}")
        self._person("email_256_long", EMAIL="l" * (LONG - len(domain) - 1) + "@" + domain)
        for address in (f"shared@{domain}", f"Shared@{domain}"):
            self._person("email_duplicate_active", EMAIL=address)
        self._person("email_of_dismissed_and_active", EMAIL=f"reused@{domain}")
        former = self._person("email_of_dismissed_and_active", EMAIL=f"Reused@{domain}")
        former.active = False
        for active in (False, True):
            card = self._person("rehired_under_new_id", NAME="Инна", LAST_NAME="Повторная", EMAIL=f"rehired@{domain}")
            card.active = active

    def other_fields(self) -> None:
        for text in ("звонить после 18", "12345", "+7 (946) 000-00", "8946000000000001", "не скажу", "доб. 101"):
            self._person("phone_malformed", PERSONAL_MOBILE=text)
        self._person("phone_two_numbers", PERSONAL_MOBILE="+7 946 100-00-01, 8 (946) 100-00-02")
        self._person("phone_with_extension", PERSONAL_MOBILE="+7 (946) 100-00-03 доб. 44")
        self._person("phone_same_as_another", PERSONAL_MOBILE="+7 946 100-00-04")
        self._person("phone_same_as_another", PERSONAL_MOBILE="8 (946) 100 00 04")
        self._person("phone_empty", PERSONAL_MOBILE="")
        self._person("phone_null", PERSONAL_MOBILE=None)
        self._person("position_null", WORK_POSITION=None)
        self._person("position_empty", WORK_POSITION="")
        bare = self._person("null_keys")
        bare.fields = {"LAST_NAME": "Пустая", "EMAIL": f"bare@{self._domain}"}

    def memberships(self) -> None:
        self._person("unknown_department_only", departments=[UNKNOWN_DEPARTMENT])
        self._person("unknown_department_first", departments=[UNKNOWN_DEPARTMENT, self._home])
        self._person("repeated_department_in_list", departments=[self._home, self._home])
        self._person("zero_in_list_of_departments", departments=[0, self._home])
        self._person("without_department", departments=[])
        shapes: tuple[DepartmentShape, ...] = ("strings", "object", "false", "absent", "empty")
        for shape in shapes:
            # The portal knows the department, so the account is seen; only its printed form is strange.
            self._person(f"uf_department_{shape}", departments=[self._home]).shape = shape

    def accounts(self) -> None:
        self._person("invited").confirm_code = "invited"
        waiting = self._person("awaiting_approval")
        waiting.active, waiting.confirm_code = False, "self-registered"
        self._person("guest_with_department").user_type = "extranet"
        self._person("unknown_user_type").user_type = "shop"
        for kind in ("bot", "email", "rest_system"):
            self._person(f"account_{kind}").external_auth = kind
        ghost = self._person("dismissed_without_department", departments=[])
        ghost.active = False

    def heads(self) -> None:
        root = self._root
        gone = self._person("dismissed_head")
        gone.active = False
        self._department("head_dismissed", "Отдел без начальства", root, gone.id)
        self._department("head_absent", "Отдел потерянного руководителя", root, UNKNOWN_PERSON)
        self._department("head_zero", "Отдел нулевого руководителя", root, 0)
        self._department("head_elsewhere", "Отдел чужого руководителя", root, self._person("heads_another").id)
        guest = self._person("guest_as_head")
        guest.user_type = "extranet"
        self._department("head_guest", "Отдел гостя", root, guest.id)
        busy = self._person("heads_several").id
        for index in (1, 2):
            self._department("heads_shared", f"Отдел совместителя {index}", root, busy)
        without_address = self._person("head_without_email", EMAIL="")
        self._department("head_without_email", "Отдел без почты", root, without_address.id)

    def tree(self) -> None:
        root, world = self._root, self._world
        orphan = self._department("orphan", "Отдел-сирота", UNKNOWN_DEPARTMENT)
        self._person("in_orphan", departments=[orphan.id])
        first = self._department("in_cycle", "Кольцо А", root)
        second = self._department("in_cycle", "Кольцо Б", first.id)
        world.move_department(first.id, second.id)
        self._person("in_cycle", departments=[first.id])
        own = self._department("own_parent", "Сам себе отдел", root)
        world.move_department(own.id, own.id)
        further = self._department("second_root", "Вторая компания", None)
        self._person("in_second_root", departments=[further.id])
        closed = self._department("inactive", "Закрытый отдел", root)
        closed.active = False
        beneath = self._department("under_inactive", "Отдел под закрытым", closed.id)
        self._person("in_inactive_branch", departments=[beneath.id])
        for _ in range(2):
            self._department("same_name_siblings", "Одинаковый отдел", root)
        self._department("empty", "Пустой отдел", root)
        spelled = "Учёбный чай"
        self._department("name_composed", spelled, root)
        self._department("name_decomposed", unicodedata.normalize("NFD", spelled + " 2"), root)
        self._department("name_blanks", f" Отдел{_NBSP}с  пробелами ", root)
        self._department("name_entities", "Склад &quot;Юг&quot; &amp; Ко", root)
        self._department("name_markup", "<i>Отдел</i> 'А/Б'\\\"", root)
        self._department("name_emoji", "Отдел заботы 🌻", root)
        self._department("name_256_long", "Щ" * LONG, root)
        self._department("name_empty", "", root)
        below = root
        for level in range(1, 13):
            below = self._department("deep_chain", f"Уровень {level}", below).id
        self._person("twelve_levels_deep", departments=[below])
        world.touch()

    def numbers(self) -> None:
        """Last, because whoever comes after the largest id gets a larger one."""
        self._person("huge_id", number=HUGE_ID)
