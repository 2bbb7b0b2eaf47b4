"""Russian names in their cases: whether a word is a form of a known one. What has no usual ending is no form."""

from collections.abc import Iterator

_SURNAME = frozenset(("", *"ауеы", "ым", "ой", "ою", "ых", "ыми"))
"""Иванов, Иванова, Ивановым, Ивановой, Ивановых …"""
_ADJECTIVE = frozenset(
    (*("ий", "ый", "ой", "ого", "ому", "им", "ым", "ом", "ая", "ую", "ою", "ые", "ие", "их", "ых", "ими", "ыми"),
     *("его", "ему", "ем", "ей", "яя", "юю", "ею"))
)  # fmt: skip
"""Достоевский, Достоевского, Достоевской …"""
_HARD = frozenset(("", *"ауеыи", "ом", "ем", "ов", "ам", "ами", "ах"))
"""Мельник, Мельника, Мельником …; Олег, Олегом"""
_SOFT = frozenset((*"ьйяюеи", "ем", "ей", "ью", "ям", "ями", "ях"))
"""Гоголь, Гоголя, Гоголем; Андрей, Андрею; Любовь, Любовью"""
_WITH_SIGN = frozenset(("ья", "ью", "ье", "ьем", "ьи", "ьев", "ьям", "ьях"))
"""Соловей, Соловья, Соловьём …"""
_IN_A = frozenset((*"аыиеу", "ой", "ою", "ей", "ею"))
"""Ольга, Ольги, Ольгой; Коваленя …"""
_IN_YA = frozenset((*"яиею", "ей", "ею"))
"""Наталья, Натальи, Натальей"""

_SURNAME_ENDS = ("ов", "ев", "ин", "ын")
_ADJECTIVE_ENDS = ("ский", "цкий", "ской", "цкой", "ская", "цкая")
_FULL_ENDS = ("ый", "ий", "ой", "ая", "яя")
_WITHOUT_CASES = ("ых", "их")
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")
_FLEETING = frozenset("ео")
_LEAST_STEM = 3
_LONGEST_ENDING = 3
_RUSSIAN = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюя")


class NameForms:
    """Known names, and which words are forms of them.

    Surnames by their shape («-ов», «-ин», «-ский») are known in any letter case; of other names a form has to begin
    with a capital letter: «веру» and «романы» are words as well.
    """

    def __init__(self) -> None:
        self._certain: dict[str, frozenset[str]] = {}
        self._capital: dict[str, frozenset[str]] = {}

    def learn(self, name: str) -> None:
        """A word of somebody's name."""
        word = _plain(name)
        if not _RUSSIAN.issuperset(word):
            return
        for stem, endings, certain in _paradigms(word):
            if len(stem) >= _LEAST_STEM:
                known = self._certain if certain else self._capital
                before = known.get(stem, endings)
                known[stem] = endings if before <= endings else before | endings  # the sets are shared by thousands

    def knows(self, word: str) -> bool:
        """Whether this word is a form of a known name, the name itself included."""
        plain = _plain(word)
        return _is_form(plain, self._certain) or (word[:1].isupper() and _is_form(plain, self._capital))


def _is_form(word: str, known: dict[str, frozenset[str]]) -> bool:
    for length in range(min(_LONGEST_ENDING, len(word) - _LEAST_STEM) + 1):
        place = len(word) - length
        if word[:place] in known and word[place:] in known[word[:place]]:
            return True
    return False


def _paradigms(word: str) -> Iterator[tuple[str, frozenset[str], bool]]:
    """Stem and endings by what a name ends in, and whether that is certain to be a surname."""
    last, stem = word[-1:], word[:-1]
    if word.endswith(_WITHOUT_CASES):
        return
    if word.endswith(_SURNAME_ENDS):
        yield word, _SURNAME, True
        if word == "лев":
            yield "льв", _HARD - {""}, False
    elif last == "а" and stem.endswith(_SURNAME_ENDS):
        yield stem, _SURNAME, True
        yield stem, _IN_A, False  # Марина
    elif word.endswith(_ADJECTIVE_ENDS):
        yield word[:-2], _ADJECTIVE, True
    elif last in _CONSONANTS:
        yield word, _HARD, False
        if len(word) > _LEAST_STEM and word[-2] in _FLEETING:
            yield word[:-2] + last, _HARD - {""}, False  # Кравец, Кравца; Павел, Павла
    elif last == "а":
        yield stem, _IN_A, False
    elif last == "я":
        yield stem, _IN_YA, False
    elif last in "ьй":
        yield stem, _SOFT, False
        if word.endswith("ей"):
            yield word[:-2], _WITH_SIGN, False
    if word.endswith(_FULL_ENDS) and not word.endswith(_ADJECTIVE_ENDS):
        yield word[:-2], _ADJECTIVE, False


def _plain(word: str) -> str:
    return word.casefold().replace("ё", "е")
