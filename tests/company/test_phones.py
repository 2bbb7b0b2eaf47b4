"""Phone numbers: the fast path never says anything else than the library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.company.phones import by_library, same_phone, to_e164

GAP = st.sampled_from(["", " ", "-", " -", "- ", "  ", ")", "("])


@st.composite
def usual_writing(draw: st.DrawFn) -> str:
    code = draw(st.sampled_from(["9", "9", "9", "4", "7", "8"])) + draw(st.text("0123456789", min_size=2, max_size=2))
    left, right = draw(st.sampled_from([("", ""), ("(", ")"), ("(", ""), ("", ")")]))
    groups = [draw(st.text("0123456789", min_size=size, max_size=size)) for size in (3, 2, 2)]
    prefix = draw(st.sampled_from(["", "7", "8", "+7", "+8", "+ 7", "9", "810 7", "+7 8", "77"]))
    number = prefix + draw(GAP) + left + code + right
    for group in groups:
        number += draw(GAP) + group
    return draw(st.sampled_from(["", "", "", " "])) + number + draw(st.sampled_from(["", "", "", " ", "1", "."]))


@given(usual_writing(), st.sampled_from(["RU", "RU", "KZ", "BY", "DE", "US", "ZZ"]))
def test_whatever_the_library_accepts_is_answered_like_the_library(text: str, region: str) -> None:
    expected = by_library(text, region)
    found = to_e164(text, region)
    if expected is None:
        assert found is None
    else:
        assert found == expected


@given(st.text(alphabet="0123456789+-() .xдоб,;#"))
def test_any_text_is_answered_like_the_library_wherever_it_knows_an_answer(text: str) -> None:
    expected = by_library(text, "RU")
    if expected is not None:
        assert to_e164(text, "RU") == expected


@pytest.mark.parametrize("form", ["+7{}{}", "8{}{}", "7{}{}", "{}{}", "8 ({}) {}"])
def test_every_russian_network_code_is_answered_like_the_library(form: str) -> None:
    for code in range(900, 1000):
        for subscriber in ("1234567", "0000000", "0500000", "9999999"):
            text = form.format(code, subscriber)
            assert to_e164(text, "RU") == by_library(text, "RU"), text


@pytest.mark.parametrize(
    "text",
    [
        "+79123456789",
        "89123456789",
        "79123456789",
        "9123456789",
        "8 (912) 345-67-89",
        "+7 (912) 345 67 89",
        "+7\u00a0912\u00a0345\u201167\u201189",
        "8(912)345-67-89 доб. 12",
        "8(912)345-67-89 доб12",
        "8 912 345-67-89 вн. 5",
        "8 912 345-67-89 (внутр. 123)",
        "8 912 345-67-89, 101",
        "8 912 345-67-89, 8 495 123-45-67",
        "8 912 345-67-89\n8 495 123-45-67",
        "8 912 345-67-89 / 8 495 123-45-67",
        "тел.: 8 912 345-67-89",
        "89123456789 (жена)",
        "офис 305, 8-912-345-67-89",
        "+7 912 345 67 89 ext. 7",
    ],
)
def test_one_number_in_its_many_writings(text: str) -> None:
    assert to_e164(text, "RU") == "+79123456789"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "нет",
        "-",
        "12",
        "305",
        "+7",
        "912345678",
        "+7 (000) 000-00-00",
        "8912345678901234",
        "1" * 400,
        "@",
        "+79\x00",
        "доб. 12",
    ],
)
def test_what_is_no_number_gives_none(text: str) -> None:
    assert to_e164(text, "RU") is None


def test_the_region_decides_about_numbers_without_a_country() -> None:
    assert to_e164("030 123456", "DE") == "+4930123456"
    assert to_e164("8 029 123-45-67", "BY") == "+375291234567"
    assert to_e164("8 701 234 56 78", "KZ") == "+77012345678"
    assert to_e164("+375 29 123-45-67", "RU") == "+375291234567"
    assert to_e164("89123456789", "US") is None


def test_same_phone_compares_numbers_not_writings() -> None:
    assert same_phone("8 (912) 345-67-89", "+79123456789", "RU")
    assert not same_phone("8 (912) 345-67-89", "+79123456780", "RU")
    assert not same_phone("нет", "+79123456780", "RU")
    assert same_phone("вн. 12", "вн.  12", "RU")
    assert not same_phone("12", "13", "RU")
    assert same_phone("", "", "RU")
