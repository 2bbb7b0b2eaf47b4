"""From a call's answer to the bytes of a response: format, envelope, error bodies, spoiled answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from b24learn_gui.demo.learn.faults import Fault
from b24learn_gui.demo.learn.refusal import Refusal
from b24learn_gui.demo.learn.switches import Switches
from b24learn_gui.demo.learn.wire import JSON, XML, Answer, encode_json, encode_xml
from b24learn_gui.demo.serving import Response

_PAGE = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1><hr>proxy</body></html>"


def answers_json(headers: Mapping[str, str], switches: Switches) -> bool:
    """XML unless the client asks for JSON by name (contract 1.4), or the installation knows only one."""
    if switches.force_format is not None:
        return switches.force_format == "json"
    return JSON in headers.get("accept", "").lower()


def reply(answer: Answer, headers: Mapping[str, str], switches: Switches) -> Response:
    """204 and answers without a value have no body."""
    if answer.value is None:
        return Response(answer.status, b"", "", answer.headers)
    if not answers_json(headers, switches):
        return Response(answer.status, encode_xml(answer), f"{XML}; charset=utf-8", answer.headers)
    value = _in_envelope(answer, switches)
    return Response(answer.status, encode_json(value), f"{JSON}; charset=utf-8", answer.headers)


def _in_envelope(answer: Answer, switches: Switches) -> Any:
    if not answer.single or switches.envelope == "bare":
        return answer.value
    return {"response" if switches.envelope == "response" else answer.single: answer.value}


def refused(refusal: Refusal, headers: Mapping[str, str], switches: Switches) -> Response:
    """The error body of the contract's section 8."""
    answer = Answer(
        refusal.status,
        {"code": refusal.status, "message": refusal.message},
        headers=refusal.headers,
    )
    return reply(answer, headers, switches)


def page(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """What a proxy in between says in HTML."""
    return Response(status, _PAGE, "text/html; charset=utf-8", headers)


def failed(fault: Fault, headers: Mapping[str, str], switches: Switches) -> Response:
    """The answer of a fault that replaces the call's own."""
    extra = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
    if fault.kind in ("drop_before", "drop_after"):
        return Response(drop=True)
    if fault.kind == "html":
        return page(fault.status, extra)
    return refused(Refusal(fault.status, fault.message, extra), headers, switches)


def spoiled(
    fault: Fault, answer: Answer, response: Response, headers: Mapping[str, str], switches: Switches
) -> Response:
    """The call's own answer with what a fault does to it."""
    if fault.kind == "empty":
        return replace(response, body=b"")
    if fault.kind == "truncated":
        return replace(response, body=response.body[: len(response.body) // 2])
    if fault.kind == "wrong_types":
        return reply(replace(answer, value=_wrong(answer.value)), headers, switches)
    return response


def _wrong(value: Any) -> Any:
    """The same places holding something else."""
    if isinstance(value, dict):
        return {key: 17 if isinstance(part, list | dict) else [part] for key, part in value.items()}
    if isinstance(value, list):
        return [17 for _ in value]
    return [value]
