"""Reads a gettext catalogue in its text form, so that a plain checkout speaks Russian without a compile step."""

import ast
import gettext
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_MAGIC = 0x950412DE
_HEADER_WORDS = 7


@dataclass(slots=True)
class Entry:
    """One message: `id` (and `plural` where it has number forms) and its translations, in order."""

    id: str = ""
    plural: str = ""
    forms: dict[int, str] = field(default_factory=dict)


class CatalogueDamaged(Exception):
    """The catalogue breaks the text form of gettext; the line number says where."""


def entries(text: str) -> Iterator[Entry]:
    """The messages of a `.po` text, its header (empty id) first. Comments are skipped, contexts are not used."""
    entry: Entry | None = None
    last = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        keyword, _, rest = line.partition(" ")
        if line.startswith('"'):
            keyword, rest = last, line
        elif keyword == "msgid":
            if entry is not None:
                yield entry
            entry = Entry()
        if entry is None or not rest.startswith('"'):
            raise CatalogueDamaged(f"line {number}")
        _extend(entry, keyword, _unquoted(rest, number), number)
        last = keyword
    if entry is not None:
        yield entry


def _unquoted(text: str, number: int) -> str:
    if text.count('"') == 2 and text[-1] == '"' and "\\" not in text:
        return text[1:-1]  # nearly all of them: a catalogue is read with every start
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        raise CatalogueDamaged(f"line {number}") from None
    if not isinstance(value, str):
        raise CatalogueDamaged(f"line {number}")
    return value


def _extend(entry: Entry, keyword: str, piece: str, number: int) -> None:
    if keyword == "msgid":
        entry.id += piece
    elif keyword == "msgid_plural":
        entry.plural += piece
    elif keyword == "msgstr":
        entry.forms[0] = entry.forms.get(0, "") + piece
    elif keyword.startswith("msgstr["):
        index = int(keyword[7:-1])
        entry.forms[index] = entry.forms.get(index, "") + piece
    else:
        raise CatalogueDamaged(f"line {number}")


def translations(messages: list[Entry]) -> gettext.GNUTranslations:
    """The standard library's translator over those messages, by way of its binary form in memory."""
    pairs = sorted(
        (
            (f"{entry.id}\0{entry.plural}" if entry.plural else entry.id).encode(),
            "\0".join(entry.forms[index] for index in sorted(entry.forms)).encode(),
        )
        for entry in messages
    )
    count = len(pairs)
    ids_at = 4 * _HEADER_WORDS
    texts_at = ids_at + 8 * count
    position = texts_at + 8 * count
    tables: list[list[int]] = [[], []]
    blob = bytearray()
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), position + len(blob)]
            blob += pair[column] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, count, ids_at, texts_at, 0, position)
    body = struct.pack(f"<{4 * count}I", *tables[0], *tables[1])
    return gettext.GNUTranslations(io.BytesIO(head + body + bytes(blob)))
