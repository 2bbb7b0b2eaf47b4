"""JSON and XML, in and out (contract section 2).

Requests become plain values: dicts, lists, strings, numbers. Answers are plain values with the names that XML
needs beside them, because XML wraps and names what JSON leaves bare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import msgspec

from b24learn_gui.demo.learn.refusal import bad

JSON, XML = "application/json", "application/xml"

_ITEM_NAMES: Mapping[str, str] = {
    "departments": "department",
    "userProfiles": "userProfile",
    "fields": "field",
    "values": "value",
    "userRoles": "userRole",
    "manageableDepartmentIds": "id",
    "groups": "id",
    "userIds": "id",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call returns. `item` names the rows of a bare list in XML, `single` a bare object."""

    status: int = 200
    value: Any = None
    item: str = ""
    single: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def encode_json(value: Any) -> bytes:
    return msgspec.json.encode(value)


def encode_xml(answer: Answer) -> bytes:
    """`<response>` around everything; lists of pages are wrapped, bare lists repeat their element."""
    value = answer.value
    if isinstance(value, list):
        inner = "".join(_element(answer.item, row) for row in value)
    elif isinstance(value, dict) and answer.single:
        inner = _element(answer.single, value)
    elif isinstance(value, dict) and list(value) == ["response"]:
        inner = _content(value["response"])
    else:
        inner = _content(value, group=answer.item)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<response>{inner}</response>'.encode()


def _element(name: str, value: Any, group: str = "") -> str:
    content = _content(value, name, group)
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def _content(value: Any, name: str = "", group: str = "") -> str:
    if isinstance(value, dict):
        return "".join(_element(key, part, group) for key, part in value.items())
    if isinstance(value, list):
        item = "group" if name == "groups" and group == "group" else _ITEM_NAMES.get(name, "item")
        return "".join(_element(item, row) for row in value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(_without_controls(str(value)))


def _without_controls(text: str) -> str:
    """XML 1.0 has no way to write most control characters."""
    if text.isprintable():
        return text
    return "".join(char for char in text if char >= " " or char in "\t\n\r")


def decode(body: bytes, content_type: str) -> dict[str, Any]:
    """The body of a request as a dict; no body is an empty one. Refuses what is neither JSON nor XML."""
    if not body.strip():
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith("xml"):
        value = _from_xml(body)
    elif kind.endswith("json") or not kind:
        value = _from_json(body)
    else:
        raise bad("Wrong parameters")
    if not isinstance(value, dict):
        raise bad("Wrong parameters")
    return value


def _from_json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise bad("Wrong parameters") from None


def _from_xml(body: bytes) -> Any:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise bad("Wrong parameters")
    try:
        root = ET.fromstring(body)  # noqa: S314 - loopback only, entity declarations are refused above
    except ET.ParseError:
        raise bad("Wrong parameters") from None
    return _plain(root) or {}  # the root's name is not looked at, and no child at all is an empty request


def _plain(element: ET.Element) -> Any:
    """Text, or a dict of children; children of the same name become a list."""
    if len(element) == 0:
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        value = _plain(child)
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found


# Reading single values of a request: XML has only text, and lists come wrapped or repeated.


def text(value: Any, name: str) -> str:
    """A string; None is empty. Refuses lists and objects."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise bad(f"Wrong parameters: {name}")


def texts(value: Any, name: str) -> list[str]:
    """A list of strings: a JSON list, or in XML `<id>` elements inside one, or the element repeated."""
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        if len(value) != 1:
            raise bad(f"Wrong parameters: {name}")
        return texts(next(iter(value.values())), name)
    if isinstance(value, list):
        return [text(row, name) for row in value]
    return [text(value, name)]


def rows(value: Any, name: str) -> list[dict[str, Any]]:
    """A list of objects, wrapped or repeated in XML."""
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        inner = list(value.values())
        if len(inner) == 1 and isinstance(inner[0], dict | list):
            return rows(inner[0], name)
        return [value]
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return list(value)
    raise bad(f"Wrong parameters: {name}")


def flag(value: Any, name: str, default: bool) -> bool:
    if value is None or value == "":
        return default
    spelled = text(value, name).lower()
    if spelled in ("true", "1"):
        return True
    if spelled in ("false", "0"):
        return False
    raise bad(f"Wrong parameters: {name}")
