"""One answer's body as plain values: JSON, or XML from a server that ignores `Accept` (contract 1.4, 2.1)."""

from xml.etree import ElementTree as ET

from b24learn_gui.errors import Unreachable
from b24learn_gui.http import Answer, read_json

MESSAGE_LENGTH = 300
"""Letters of the server's own words that are kept."""


def decode(answer: Answer, *, host: str) -> object:
    """The body as dictionaries, lists and texts.

    Raises `Unreachable` with code `empty`, `html`, `truncated` or `not_json`, as `http.read_json` does. An element
    that occurs several times becomes a list, an empty one an empty text: `shapes` knows both.
    """
    text = answer.body.removeprefix(b"\xef\xbb\xbf").strip()
    if not _is_xml(text):
        return read_json(answer, host=host, side="learn")
    try:
        return _value(ET.fromstring(text))  # noqa: S314 - no DOCTYPE, so neither entities nor external files
    except ET.ParseError:
        raise Unreachable("truncated", side="learn", host=host, status=answer.status) from None
    except RecursionError:
        raise Unreachable("not_json", side="learn", host=host, status=answer.status) from None


def error_message(answer: Answer) -> str:
    """The server's own words in an error body (contract 8), shortened; empty where there are none to quote."""
    try:
        body = decode(answer, host="")
    except Unreachable:
        return ""
    found = body
    if isinstance(found, dict) and isinstance(found.get("response"), dict):
        found = found["response"]
    if isinstance(found, dict):
        words = next((found[key] for key in ("message", "error_description", "error") if found.get(key)), "")
        found = words.get("message", "") if isinstance(words, dict) else words
    text = " ".join(found.split()) if isinstance(found, str) else ""
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def _is_xml(text: bytes) -> bool:
    if not text.startswith(b"<") or b"<!DOCTYPE" in text[:1024].upper() or b"<!ENTITY" in text.upper():
        return False
    return not text[:64].lower().startswith((b"<html", b"<!--", b"<head", b"<body"))


def _value(element: ET.Element) -> object:
    if len(element) == 0:
        return (element.text or "").strip()
    found: dict[str, object] = {}
    several: set[str] = set()
    for child in element:
        name = child.tag.rpartition("}")[2]
        value = _value(child)
        if name not in found:
            found[name] = value
            continue
        present = found[name]
        if name in several and isinstance(present, list):
            present.append(value)
        else:
            several.add(name)
            found[name] = [present, value]
    return found
