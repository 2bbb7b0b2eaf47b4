"""From an HTTP request to a route and parameters (sections 1.1 and 2)."""

from __future__ import annotations

import email.parser
import email.policy
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.demo.bitrix24.php import Array, merged, parse_str, read_json, text
from b24learn_gui.demo.serving import Request

Kind = Literal["webhook", "application", "v3"]
Format = Literal["json", "xml"]

_WEBHOOK_SEGMENTS = 3


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request wants to go. ``malformed``: the path holds no usable owner and code."""

    kind: Kind
    method: str
    owner: str = ""
    code: str = field(default="", repr=False)
    answers: Format = "json"
    malformed: bool = False


def find_route(path: str, prefix: str) -> Route | None:
    """The route of a path; None for paths that are not of the REST interface at all."""
    root = prefix.rstrip("/") + "/rest/"
    if not path.startswith(root):
        return None
    segments = path.removeprefix(root).split("/")
    if segments[-1] == "" and len(segments) > 1:
        segments.pop()  # a slash after the method is accepted
    if segments[0] == "api":
        return _webhook_route("v3", segments[1:], extension=False)
    if len(segments) == 1:
        method, answers = _method(segments[0])
        return Route("application", method, answers=answers)
    return _webhook_route("webhook", segments, extension=True)


def _webhook_route(kind: Kind, segments: list[str], *, extension: bool) -> Route:
    if len(segments) != _WEBHOOK_SEGMENTS or not all(segments):
        return Route(kind, "", malformed=True)
    method, answers = _method(segments[2]) if extension else (segments[2], "json")
    return Route(kind, method.lower(), segments[0], segments[1], answers)


def _method(segment: str) -> tuple[str, Format]:
    if segment.endswith(".xml"):
        return segment.removesuffix(".xml").lower(), "xml"
    return segment.removesuffix(".json").lower(), "json"


def read_parameters(request: Request, *, reads_json: bool) -> Array:
    """Query and body together, the body winning; a JSON body that is none counts as empty."""
    return merged(parse_str(request.query), _read_body(request, reads_json=reads_json))


def _read_body(request: Request, *, reads_json: bool) -> Array:
    if request.method not in ("POST", "PUT", "PATCH"):
        return {}
    kind = request.header("content-type").partition(";")[0].strip().lower()
    if kind == "application/json":
        return (read_json(request.body) or {}) if reads_json else {}
    if kind == "multipart/form-data":
        return _read_multipart(request)
    return parse_str(request.body.decode("utf-8", "replace"))


def _read_multipart(request: Request) -> Array:
    head = f"Content-Type: {request.header('content-type')}\r\n\r\n".encode("latin-1", "replace")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    pairs: list[str] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if name and isinstance(payload, bytes):
            pairs.append(f"{_quoted(str(name).encode())}={_quoted(payload)}")
    return parse_str("&".join(pairs))


def _quoted(raw: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in raw)


def token_of(request: Request, given: Array) -> str:
    """The access token of an application: ``auth``, ``access_token`` or a bearer header; "" without one."""
    scheme, _, token = request.header("authorization").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return text(given.get("auth") or given.get("access_token"))
