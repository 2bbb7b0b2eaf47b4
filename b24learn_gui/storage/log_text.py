"""Words in the text of lines that say more than their sort and whom they are about.

Most such lines differ in nothing but their figures. What is left of a line without them, its saying, is kept once; a
word without figures is looked for in those alone, and one with figures only in lines whose saying leaves room for it.
"""

import re
from collections.abc import Collection, Sequence

import msgspec

_NOT_A_KEY = rb"(?![a-z0-9_\0]*\":)"
"""What is looked for are values: the names of a line's keys would be found in every line."""
_SAID = b'"message":'
"""Behind time, gravity and logger, which nobody looks for."""
_RUN = re.compile(rb'"run":"[^"\n]*"')
_NOTHING = b"\x01"
"""Stands where a run was named: no word has it, and none goes across it."""
_FIGURE = b"\0"
"""Stands in a saying for figures, one or many."""
_TIMES = 3
"""Up to eight figures are as one, so that few sayings differ in nothing but how long their numbers are."""
_ROUGH = bytes(range(256)).lower().translate(bytes.maketrans(b"0123456789", 10 * _FIGURE))
_LONGEST = 1_000
"""Bytes of a saying that is kept."""


def saying(line: bytes) -> bytes | None:
    """What a line says besides its time, gravity, logger, run and figures; None if that is too long to be kept."""
    if _FIGURE in line:
        return None
    said = line.translate(_ROUGH)
    begin = said.find(_SAID)
    if begin >= 0:
        said = said[begin + len(_SAID) :]
    return None if len(said) > _LONGEST else _rough(_RUN.sub(_NOTHING, said))


class TextSearch:
    """One word in any spelling of its letters, capital or small, е or ё."""

    def __init__(self, word: str) -> None:
        pieces = _spelled(word)
        rough = [tuple(_rough(form.translate(_ROUGH)) for form in forms) for forms in pieces]
        self._shape, self._rough = _value_with(pieces), _value_with(rough)
        self._only = pieces[0][0] if [len(forms) for forms in pieces] == [1] else b""
        """The word, if there is but one spelling of it: found faster."""
        self.has_figures = rough != pieces
        """Whether a saying can tell no more than that a line may have it."""

    def may_be_in(self, told: bytes) -> bool:
        """Whether lines of this saying have it, or can have it if it has figures."""
        return self._rough.search(told) is not None

    def lines_with(self, text: bytes) -> list[int]:
        """Which of these lines have it, from 0 on."""
        low = text.lower()
        if self._only not in low or self._shape.search(low) is None:
            return []
        lines = _RUN.sub(_NOTHING, low).split(b"\n")
        begins = (line.find(_SAID) for line in lines)
        search = self._shape.search
        return [place for place, begin in enumerate(begins) if search(lines[place], begin + (begin >= 0) * len(_SAID))]


def _value_with(pieces: Sequence[Collection[bytes]]) -> re.Pattern[bytes]:
    return re.compile(b"".join(b"(?:" + b"|".join(map(re.escape, forms)) + b")" for forms in pieces) + _NOT_A_KEY)


def _rough(text: bytes) -> bytes:
    """What stays the same whatever the figures are. A part of a text is, likewise, a part of what stays of it."""
    for _ in range(_TIMES):
        text = text.replace(_FIGURE + _FIGURE, _FIGURE)
    return text


def _spelled(word: str) -> list[tuple[bytes, ...]]:
    """A word piece by piece as each may stand in a line whose ASCII letters are small: other letters keep their case.
    What has one spelling is one piece with its neighbours, figures above all.
    """
    pieces: list[tuple[bytes, ...]] = []
    for letter in word:
        alike = "еёЕЁ" if letter in "еёЕЁ" else (letter, letter.lower(), letter.upper())
        forms = tuple(sorted({msgspec.json.encode(each)[1:-1].lower() for each in alike}))
        if pieces and len(pieces[-1]) == len(forms) == 1:
            pieces[-1] = (pieces[-1][0] + forms[0],)
        else:
            pieces.append(forms)
    return pieces
