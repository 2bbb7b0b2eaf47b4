"""Cleaning and comparing texts: rule P3, incident T22."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.company.model import Employee
from b24learn_gui.company.text import clean, clean_email, display_name, fold, look_alike, same_text, valid_email

ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from("йЙёё е\u0306\u0308И́aА \t\n\u00a0\u200b\u200d\ufe0f👩💻👍🏽\x00\ud83d"), st.characters()
    )
)


@given(ODD)
def test_P3_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


@given(ODD)
def test_P3_clean_text_is_nfc_with_ordinary_single_blanks_and_can_be_sent(text: str) -> None:
    result = clean(text)
    assert unicodedata.is_normalized("NFC", result)
    assert result == " ".join(result.split())
    assert not any(unicodedata.category(one) == "Cc" for one in result)
    result.encode()


@given(st.text(alphabet="АБЯабйёЁЙ abcZ.-«»№—0189@"))
def test_the_fast_path_says_the_same_as_the_slow_one(text: str) -> None:
    assert clean(text) == " ".join(unicodedata.normalize("NFC", text).split())
    assert fold(text) == unicodedata.normalize("NFC", clean(text).casefold())


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("  Ким   Ольга ", "Ким Ольга"),
        ("Ким\u00a0Ольга", "Ким Ольга"),
        ("Ким\u3000\u202fОльга", "Ким Ольга"),
        ("Склад\r\n№ 2\tЗапад", "Склад № 2 Запад"),
        ("Се\u200bргей\ufeff", "Сергей"),
        ("Сер\u00adгей", "Сергей"),
        ("Анд\u200dрей", "Андрей"),
        ("\u202eИван\u202c", "Иван"),
        ("Андреи\u0306", "Андрей"),
        ("Алё\x00на", "Алёна"),
        ("Семе\u0308н", "Семён"),
        ("Отдел \ud83d", "Отдел"),
        ("Продажи 🚀 ", "Продажи 🚀"),
        ("Семья 👨‍👩‍👧", "Семья 👨‍👩‍👧"),
        ("Пульс ❤️‍🔥", "Пульс ❤️‍🔥"),
        ("Голос 👍🏽", "Голос 👍🏽"),
        (
            "Англия 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "Англия 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("а\U000e0067б", "аб"),
        ("\u200d👍\u200d", "👍"),
        ("", ""),
        (" \u200b ", ""),
        ("я" * 256, "я" * 256),
    ],
)
def test_T22_what_nobody_sees_is_cleaned_away_and_emoji_stay(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


def test_T22_composed_and_decomposed_letters_are_the_same_text() -> None:
    assert same_text("Андрей Семёнов", "Андреи\u0306  Семе\u0308нов\u00a0")
    assert not same_text("Семенов", "Семёнов")
    assert not same_text("ким", "Ким")


def test_P3_case_blanks_and_unicode_form_make_no_difference_in_logins() -> None:
    assert fold(" O.Kim@Firm.Example ") == fold("o.kim@firm.example")
    assert fold("АНДРЕИ\u0306@пример.рф") == fold("андрей@ПРИМЕР.РФ")
    assert fold("семен@пример.рф") != fold("семён@пример.рф")
    assert fold("STRASSE@example.com") == fold("straße@example.com")
    assert fold("Ivan\u200b@example.com") == "ivan@example.com"


def test_a_sent_address_keeps_its_letter_case() -> None:
    assert clean_email("\u00a0O.Kim@Firm.Example\n") == "O.Kim@Firm.Example"


@pytest.mark.parametrize(
    "address",
    [
        "o.kim@firm.example",
        "O'Neil+lms@mail.firm.example",
        "a@b.co",
        "b24-main-27@swap.invalid",
        "иван@пример.рф",
        "ivan@пример.рф",
        "ivаn@example.com",
        "ivan@xn--e1afmkfd.xn--p1ai",
        "müller@bücher.example",
        "x" * 64 + "@example.com",
        "_@example.com",
    ],
)
def test_addresses_a_server_may_accept_are_valid(address: str) -> None:
    assert valid_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "ivan",
        "ivan@",
        "@example.com",
        "ivan@localhost",
        "ivan@@example.com",
        "ivan@a@example.com",
        "ivan petrov@example.com",
        "ivan@exam ple.com",
        ".ivan@example.com",
        "ivan.@example.com",
        "iv..an@example.com",
        "ivan@example..com",
        "ivan@.example.com",
        "ivan@example.com.",
        "ivan@-example.com",
        "ivan@example-.com",
        "ivan@exa_mple.com",
        "ivan@127.0.0.1",
        "ivan@[127.0.0.1]",
        "ivan@example.c",
        "ivan,petr@example.com",
        "Иван <ivan@example.com>",
        "ivan@example.com, petr@example.com",
        '"ivan"@example.com',
        "ivan@example\u3002com",
        "x" * 65 + "@example.com",
        "ivan@" + "x" * 64 + ".com",
        "ivan@" + "я" * 63 + ".рф",
        "ivan@" + ".".join(["x" * 60] * 5) + ".com",
        "нет",
        "-",
        "ivan\u200b@example.com",
        "ivan\n@example.com",
        "ivan@example.com\n",
    ],
)
def test_what_cannot_be_an_address_is_invalid(address: str) -> None:
    assert not valid_email(address)


@given(st.text(alphabet="ab.@-_1+я "))
def test_a_valid_address_has_one_at_sign_a_local_part_and_a_dotted_domain(address: str) -> None:
    if valid_email(address):
        local, domain = address.split("@")
        assert local
        assert "." in domain
        assert " " not in address
        assert ".." not in address


@pytest.mark.parametrize(
    "text",
    ["ivаn@example.com", "Пeтров", "IТ", "ivаn2@example.com", "о1van", "Отдел пpодаж", "ivan@eхample.com", "Ceмёнов"],
)
def test_T22_mixed_letters_inside_a_word_are_flagged(text: str) -> None:
    assert look_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "ivan@example.com",
        "Петров",
        "IT-отдел",
        "Отдел IT",
        "ivan@пример.рф",
        "ivan.ким@example.com",
        "ivan_ким@example.com",
        "Müller",
        "1С",
        "",
        "Семе\u0308нов",
    ],
)
def test_T22_whole_words_of_two_scripts_are_not_suspicious(text: str) -> None:
    assert not look_alike(text)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"NAME": "Ольга", "LAST_NAME": "Ким", "EMAIL": "o@firm.example"}, "Ким Ольга"),
        ({"NAME": " Ольга\u00a0", "LAST_NAME": "Ким "}, "Ким Ольга"),
        ({"NAME": "Ольга"}, "Ольга"),
        ({"LAST_NAME": "Ким"}, "Ким"),
        ({"NAME": "\u200b", "EMAIL": " o@firm.example"}, "o@firm.example"),
        ({}, "27"),
    ],
)
def test_a_person_always_has_a_name_to_show(values: dict[str, str], name: str) -> None:
    assert display_name(Employee(id=27, active=True, values=values)) == name
