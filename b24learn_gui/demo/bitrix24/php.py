"""How PHP sees parameters: bracket names, ordered arrays, loose conversions.

A PHP array is a ``dict`` here, with ``int`` and ``str`` keys in order of insertion, whether it came from JSON, a
form or a batch command. Contract bitrix24-rest.md, sections 2, 4.3 and 5.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

Key = int | str
Value = None | bool | int | float | str | dict[Key, "Value"]
Array = dict[Key, Value]

_INTEGER_KEY = re.compile(r"0|-?[1-9][0-9]{0,17}")
_LEADING_INTEGER = re.compile(r"[ \t\n\r\v\f]*([+-]?[0-9]+)")
_LEADING_NUMBER = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+)")
MAX_INPUT_VARIABLES = 1000
"""PHP's ``max_input_vars``: what a form or query holds beyond it is lost without a word. JSON is not concerned."""


def parse_str(text: str) -> Array:
    """Parameters of a query, a form or a batch command, by the rules of PHP's ``parse_str``.

    A blank or dot in a name becomes "_", names split at the first "=" (so an unencoded ``FILTER[>=ID]`` comes
    apart), "+" is a blank, a bracket that is never closed becomes "_".
    """
    parsed: Array = {}
    for count, part in enumerate(piece for piece in text.split("&") if piece):
        if count >= MAX_INPUT_VARIABLES:
            break
        name, _, value = part.partition("=")
        _assign(parsed, _decode(name), _decode(value))
    return parsed


def _decode(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")


def _assign(parsed: Array, name: str, value: str) -> None:
    name = name.lstrip(" ").partition("\0")[0]
    head, bracket, rest = name.partition("[")
    head = head.replace(" ", "_").replace(".", "_")
    if not head:
        return
    if not bracket:
        parsed[array_key(head)] = value
        return
    path: list[str] = []
    tail = bracket + rest
    while tail.startswith("["):
        inside, closed, after = tail[1:].partition("]")
        if not closed:
            if not path:  # "a[b" is the plain name "a_b"
                head += "_" + re.sub(r"[ .\[]", "_", inside)
            break
        path.append(inside)
        tail = after
    place, key = parsed, array_key(head)
    for step in path:
        below = place.get(key)
        if not isinstance(below, dict):
            below = place[key] = {}
        place = below
        key = next_index(below) if not step.strip() else array_key(step)
    place[key] = value


def array_key(text: str) -> Key:
    """Text that looks like a decimal integer becomes one, as PHP does with array keys."""
    return int(text) if _INTEGER_KEY.fullmatch(text) else text


def next_index(array: Mapping[Key, Value]) -> int:
    return max((key for key in array if isinstance(key, int)), default=-1) + 1


def from_json(value: object) -> Value:
    """A decoded JSON value as PHP's ``json_decode($text, true)`` gives it."""
    if isinstance(value, dict):
        return {array_key(str(key)): from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return {index: from_json(item) for index, item in enumerate(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"no JSON value: {type(value).__name__}")


def read_json(body: bytes) -> Array | None:
    """The parameters in a JSON body; None where PHP would not get an array out of it."""
    try:
        value = from_json(json.loads(body.decode("utf-8"), parse_constant=_no_constant))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _no_constant(name: str) -> object:
    raise ValueError(name)  # PHP knows neither NaN nor Infinity in JSON


def to_json(value: object) -> object:
    """A value for ``json_encode``: arrays with the keys 0…n-1 become lists, other ones objects."""
    if isinstance(value, dict):
        if is_list(value):
            return [to_json(item) for item in value.values()]
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    return value


def is_list(array: Mapping[Key, object]) -> bool:
    return all(key == index and isinstance(key, int) for index, key in enumerate(array))


def intval(value: Value) -> int:
    """PHP's ``intval``: the leading digits of a text, 1 for an array that is not empty, else 0."""
    if isinstance(value, dict):
        return 1 if value else 0
    if isinstance(value, str):
        if number := _LEADING_NUMBER.match(value):
            return int(float(number[1]))
        found = _LEADING_INTEGER.match(value)
        return int(found[1]) if found else 0
    if isinstance(value, float):
        return int(value) if abs(value) < 1e18 else 0
    return int(value or 0)


def truthy(value: Value) -> bool:
    """PHP's idea of truth: the text "false" is true, "0" is not."""
    return value not in ("", "0", 0, False, None) and value != {}


def text(value: Value) -> str:
    """A scalar as PHP prints it; arrays print as "Array"."""
    if isinstance(value, dict):
        return "Array"
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return str(value)


def items(value: Value) -> list[Value]:
    """The elements of an array, or the scalar alone: PHP's ``(array)`` cast."""
    if isinstance(value, dict):
        return list(value.values())
    return [] if value is None else [value]


def upper_keys(array: Array) -> Array:
    """PHP's ``array_change_key_case`` to upper case; of names that fall together the last one wins."""
    return {key.upper() if isinstance(key, str) else key: value for key, value in array.items()}


def merged(*sources: Array) -> Array:
    """Later sources win on equal names."""
    result: Array = {}
    for source in sources:
        result.update(source)
    return result


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_HEX = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "'": "\\u0027", "/": "\\/"})


def dumps(value: object, *, escape_unicode: bool) -> bytes:
    r"""JSON text as the server prints it: ``< > & ' "`` as ``\u00XX``, "/" as "\/", Cyrillic plain or escaped."""
    plain = json.dumps(value, ensure_ascii=escape_unicode, separators=(",", ":"))
    if '\\"' in plain:
        plain = _ESCAPED.sub(lambda found: "\\u0022" if found[1] == '"' else found[0], plain)
    return plain.translate(_HEX).encode()
