"""Aligned columns for a terminal, by the width people see rather than the number of code points."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

Align = Literal["<", ">"]
_WIDE = frozenset({"W", "F"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What makes the rest of a line be read from the other side."""
_INDENT = "  "


def width(text: str) -> int:
    """Columns the text takes on a terminal: combining marks none, East Asian letters and emoji two."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf"
        else 2
        if unicodedata.east_asian_width(letter) in _WIDE
        else 1
        for letter in text
    )


def plain(text: object) -> str:
    """A value of foreign origin on one line and without control characters: it must not steer the terminal."""
    return "".join(
        " " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter
        for letter in str(text)
        if letter not in _TURNING
    )


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis."""
    if width(text) <= most:
        return text
    kept = ""
    taken = 0
    for letter in text:
        taken += width(letter)
        if taken > most - 1:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def table(rows: Sequence[Sequence[str]], align: str = "", *, indent: int = 1, gap: int = 2) -> list[str]:
    """Lines with aligned columns; `align` has one of `<` and `>` for each column, the rest is left-aligned."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max((width(row[index]) for row in rows if index < len(row)), default=0) for index in range(columns)]
    lines = []
    for row in rows:
        cells = [
            _padded(cell, widths[index], ">" if align[index : index + 1] == ">" else "<")
            for index, cell in enumerate(row)
        ]
        lines.append(_INDENT * indent + (" " * gap).join(cells).rstrip())
    return lines


def _padded(text: str, columns: int, align: Align) -> str:
    blank = " " * (columns - width(text))
    return blank + text if align == ">" else text + blank


def paragraph(lines: Iterable[str]) -> str:
    """Lines joined, or nothing where there are none."""
    return "\n".join(lines)
