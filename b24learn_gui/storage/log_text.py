"""A word looked for in the text of lines that say more than the index knows."""

import re

import msgspec

from b24learn_gui.storage.log_records import Segment

_NOT_A_KEY = rb"(?![a-z0-9_]*\":)"
"""What is looked for are values: the names of a line's keys would be found in every line."""
_SAID = b'"message":'
"""Behind time, gravity and logger, which nobody looks for."""
_RUN = re.compile(rb'"run":"[^"]*"')
_SOME = re.compile(rb"\x01(?:\x00{0,64}\x01)*")
"""Lines to be read, with what lies between them as long as that is less work than to begin anew."""


class TextSearch:
    """One word in any spelling of its letters."""

    def __init__(self, word: str) -> None:
        self._forms = _forms(word)
        self._shapes = [re.compile(re.escape(form) + _NOT_A_KEY) for form in self._forms]

    def having(self, segment: Segment, first: int, wanted: bytes) -> bytes:
        """Marks of those of the wanted places, counted from `first`, whose line says it."""
        has = bytearray(len(wanted))
        stretches = [(first + found.start(), first + found.end()) for found in _SOME.finditer(wanted)]
        for begin, text in segment.lines(stretches):
            low = text.lower()
            if any(form in low for form in self._forms):
                for place, line in enumerate(low.split(b"\n"), begin - first):
                    if self._says(line) and wanted[place]:
                        has[place] = 1
        return bytes(has)

    def _says(self, line: bytes) -> bool:
        if not any(form in line for form in self._forms):
            return False
        said = _RUN.sub(b"", line)
        begin = max(0, said.find(_SAID) + len(_SAID)) if _SAID in said else 0
        return any(shape.search(said, begin) for shape in self._shapes)


def _forms(text: str) -> tuple[bytes, ...]:
    """A word as it may stand in a line whose ASCII letters are small: other letters keep their case."""
    forms = {text, text.lower(), text.upper(), text.lower().capitalize()}
    return tuple(sorted({msgspec.json.encode(form)[1:-1].lower() for form in forms}))
