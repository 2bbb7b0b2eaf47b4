"""The Russian catalogue: whole, typographically right, and with plural forms that fit (STYLE, Words)."""

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from b24learn_gui.text import Words, po, typography
from tests.text import codes

CATALOGUE = codes.PACKAGE / "text/locale/ru/LC_MESSAGES/b24learn_gui.po"
NBSP = "\u00a0"


def entries() -> list[po.Entry]:
    return list(po.entries(CATALOGUE.read_text("utf-8")))[1:]


def russian_texts() -> Iterator[str]:
    for entry in entries():
        for form in entry.forms.values():
            yield typography.russian(form)


def test_every_message_asked_for_is_translated_and_nothing_else_is_kept() -> None:
    asked = set(codes.messages())
    kept = {(entry.id, entry.plural) for entry in entries()}
    assert asked - kept == set()
    assert kept - asked == set()


def test_no_message_stands_twice_and_none_is_empty() -> None:
    found = entries()
    assert len({entry.id for entry in found}) == len(found)
    assert all(form for entry in found for form in entry.forms.values())


def test_every_number_form_is_there_three_in_russian() -> None:
    for entry in entries():
        assert len(entry.forms) == (3 if entry.plural else 1), entry.id


def test_a_translation_asks_for_the_values_its_message_has() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for entry in entries():
        allowed = names(entry.id) | names(entry.plural)
        for form in entry.forms.values():
            assert names(form) == allowed, entry.id


def test_russian_has_no_straight_quotes_and_no_exclamation_marks() -> None:
    for text in russian_texts():
        if "{{" not in text:  # a line of JSON is shown as it has to be typed
            assert '"' not in text, text
        assert "!" not in text, text
        assert "пожалуйста" not in text.lower(), text
        assert not re.search(r"\bуспешно\b", text.lower()), text


def test_russian_writes_yo() -> None:
    plain = re.compile(r"\b(еще|все ещё|прочитано все|учетн\w+|ждет|найден[аоы]? все|своё? все|причем|пришел|нашел)\b")
    for text in russian_texts():
        assert not plain.search(text.lower()), text


def test_russian_keeps_one_letter_words_dashes_and_units_with_their_neighbours() -> None:
    for text in russian_texts():
        assert not re.search(r"(?<![\w.])[АВИКОСУЯавикосуя] (?=\S)", text), text
        assert " —" not in text, text
        assert not re.search(r"[}\d] (?:с|мин|ч)(?![а-яё])", text), text
        assert not re.search(r"\{n\} [а-яё]", text), text


def test_the_brand_is_written_as_its_owner_does() -> None:
    for text in russian_texts():
        assert "Битрикс " not in text, text
        assert "Bitrix24" not in text, text
        assert "отключ" not in text.lower(), text


def test_the_catalogue_in_memory_is_the_one_gettext_reads() -> None:
    words = Words("ru")
    for entry in entries():
        if not entry.plural and "{" not in entry.id:
            assert words(entry.id) == typography.russian(entry.forms[0])


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (1, f"1{NBSP}человек проверен"),
        (2, f"2{NBSP}человека проверено"),
        (5, f"5{NBSP}человек проверено"),
        (11, f"11{NBSP}человек проверено"),
        (21, f"21{NBSP}человек проверен"),
        (1012, f"1{NBSP}012{NBSP}человек проверено"),
    ],
)
def test_plural_forms_and_grouping(n: int, text: str) -> None:
    assert Words("ru").plural("{n} person checked", "{n} people checked", n) == text


def test_numbers_as_each_language_writes_them() -> None:
    assert Words("en").number(1284) == "1,284"
    assert Words("ru").number(1284) == f"1{NBSP}284"
    assert Words("en").number(12.5) == "12.5"
    assert Words("ru").number(12.5) == "12,5"


def test_a_missing_value_never_breaks_a_sentence_and_ids_are_not_grouped() -> None:
    assert Words("en")("Run {run}") == "Run —"
    assert Words("en")("The webhook belongs to user {id}.", id=12345) == "The webhook belongs to user 12345."


@pytest.mark.parametrize("text", ['msgid "a', 'msgstr "b"', 'msgid "a"\nnonsense "b"', "msgid 5"])
def test_a_damaged_catalogue_is_named_with_its_line(text: str) -> None:
    with pytest.raises(po.CatalogueDamaged, match="line"):
        list(po.entries(text))


def test_continued_lines_and_escapes_are_read_as_gettext_reads_them() -> None:
    (entry,) = po.entries('msgid ""\n"one\\n"\n"two"\nmsgstr "\\"три\\""\n')
    assert entry.id == "one\ntwo"
    assert entry.forms == {0: '"три"'}
