"""What stands around a result: ``time``, ``next``, ``total``, and the text of an answer (section 2)."""

from __future__ import annotations

from datetime import datetime, tzinfo
from xml.sax.saxutils import escape

from b24learn_gui.demo.bitrix24 import php
from b24learn_gui.demo.bitrix24.context import Answer
from b24learn_gui.demo.bitrix24.refusals import refusal
from b24learn_gui.demo.bitrix24.routing import Format
from b24learn_gui.demo.serving import Response


def time_block(
    start: float, seconds: float, zone: tzinfo, operating: tuple[float, int] | None = None
) -> dict[str, object]:
    """The ``time`` of an answer; ``operating``: seconds spent and when the oldest of them drop out."""
    finish = start + seconds
    block: dict[str, object] = {
        "start": round(start, 6),
        "finish": round(finish, 6),
        "duration": round(seconds, 6),
        "processing": round(seconds, 6),
        "date_start": datetime.fromtimestamp(start, zone).isoformat(timespec="seconds"),
        "date_finish": datetime.fromtimestamp(finish, zone).isoformat(timespec="seconds"),
    }
    if operating is not None:
        block["operating_reset_at"] = operating[1]
        block["operating"] = operating[0]
    return block


def success(answer: Answer, time: dict[str, object]) -> dict[str, object]:
    whole: dict[str, object] = {"result": answer.result}
    if answer.next is not None:
        whole["next"] = answer.next
    if answer.total is not None:
        whole["total"] = answer.total
    whole["time"] = time
    return whole


def render(
    value: dict[str, object],
    status: int,
    *,
    answers: Format = "json",
    escape_unicode: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Response:
    """The answer as bytes; a text the database holds in a broken encoding spoils the whole of it, with status 200."""
    try:
        body = _body(value, answers, escape_unicode=escape_unicode)
    except UnicodeEncodeError:
        broken = refusal("WRONG_ENCODING")
        status, body = broken.status, _body(broken.as_json(), answers, escape_unicode=escape_unicode)
    kind = "application/json" if answers == "json" else "text/xml"
    return Response(status, body, f"{kind}; charset=utf-8", headers)


def _body(value: dict[str, object], answers: Format, *, escape_unicode: bool) -> bytes:
    if answers == "xml":
        return ('<?xml version="1.0" encoding="utf-8"?><response>' + _xml(value) + "</response>").encode()
    plain = php.dumps(value, escape_unicode=False)
    return php.dumps(value, escape_unicode=True) if escape_unicode else plain


def _xml(value: object) -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(item)}</{name}>" for name, item in value.items())
    if isinstance(value, list):
        return "".join(f"<item>{_xml(item)}</item>" for item in value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else escape(str(value))
