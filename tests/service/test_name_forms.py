"""Names in their cases: what is masked as a form of a known name, and which words are not (incident T24)."""

import pytest

from b24learn_gui.service.name_forms import NameForms

FORMS = {
    "Иванов": "Иванов Иванова Иванову Ивановым Иванове Ивановой Ивановою Ивановы Ивановых Ивановыми ИВАНОВА иванову",
    "Иванова": "Иванова Ивановой Иванову Иванов Ивановых",
    "Соловьёв": "Соловьёва Соловьева Соловьёвым Соловьевой",
    "Канарейкина": "Канарейкиной Канарейкину Канарейкин Канарейкиным",
    "Достоевский": "Достоевского Достоевскому Достоевским Достоевском Достоевская Достоевской Достоевскую достоевского",
    "Крамская": "Крамской Крамскую Крамского",
    "Толстой": "Толстого Толстому Толстым Толстая Толстую",
    "Мельник": "Мельника Мельнику Мельником Мельнике Мельники Мельников",
    "Кравец": "Кравца Кравцу Кравцом Кравце",
    "Шмидт": "Шмидта Шмидту Шмидтом",
    "Гоголь": "Гоголя Гоголю Гоголем",
    "Андрей": "Андрея Андрею Андреем Андрее",
    "Юрий": "Юрия Юрию Юрием Юрии",
    "Павел": "Павла Павлу Павлом",
    "Ольга": "Ольги Ольге Ольгу Ольгой",
    "Фёкла": "Фёклы Фекле Фёклу Фёклой",
    "Марина": "Марины Марине Марину Мариной",
    "Наталья": "Натальи Наталье Наталью Натальей",
    "Мария": "Марии Марию Марией",
    "Иванович": "Ивановича Ивановичу Ивановичем",
    "Главптица": "Главптицы Главптице Главптицу Главптицей",
}
NO_FORMS = {
    "Иванов": "Ивановск Ивановский Иван Ивановна ивановское",
    "Мельник": "Мельница мельника Мельничный",
    "Ким": "Кимоно кимом",
    "Роман": "романы романа Романтика",
    "Вера": "веру вере верой Верно",
    "Серов": "Серовато серый",
    "Шевченко": "Шевченкова",
    "Седых": "Седыхов седой",
    "Ли": "Лист Лица Лиза",
    "Smith": "Smiths Smitha",
    "Лев": "Левый левого Левша",
    "Белый": "белого белая",
}
"""Other words, and forms that a lower-case word may be without being the name."""


@pytest.mark.parametrize("name", FORMS)
def test_every_case_of_a_known_name_is_known(name: str) -> None:
    forms = NameForms()
    forms.learn(name)
    assert [word for word in FORMS[name].split() if not forms.knows(word)] == []


@pytest.mark.parametrize("name", NO_FORMS)
def test_other_words_that_begin_alike_are_left_as_they_are(name: str) -> None:
    forms = NameForms()
    forms.learn(name)
    assert [word for word in NO_FORMS[name].split() if forms.knows(word)] == []


def test_words_of_our_own_are_no_forms_of_the_usual_names() -> None:
    forms = NameForms()
    for name in (*FORMS, *NO_FORMS):
        forms.learn(name)
    said = (
        "Не удалось изменить учётную запись сотрудника в Learn: адрес занят. Поле заполнено неверно, запрос отклонён."
    )
    assert [
        word for word in said.replace(".", " ").replace(",", " ").replace(":", " ").split() if forms.knows(word)
    ] == []
