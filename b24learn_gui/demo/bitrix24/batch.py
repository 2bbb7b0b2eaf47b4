"""``batch``: commands as texts, references to earlier results, PHP's lists and maps (section 5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.demo.bitrix24.context import Answer
from b24learn_gui.demo.bitrix24.php import (
    Array,
    Key,
    Value,
    array_key,
    from_json,
    is_list,
    parse_str,
    text,
    truthy,
)
from b24learn_gui.demo.bitrix24.refusals import Refusal, refusal

MAX_COMMANDS = 50

_REFERENCE = re.compile(r"\$(result|error|total|next|time)((?:\[[^\]]+\])+)")
_STEP = re.compile(r"\[([^\]]+)\]")
_NOWHERE = object()

Unresolved = Literal["last_reached", "text"]


@dataclass(frozen=True, slots=True)
class Done:
    """A command carried out: its answer and the ``time`` block that goes with it."""

    answer: Answer
    time: dict[str, object]


class Vanished(Exception):
    """Raised by the runner: the command leaves no trace, neither a result nor an error."""


RunCommand = Callable[[str, Array, str], Done]
"""Method, parameters, key of the command → what was done; raises :class:`Refusal` or :class:`Vanished`."""


@dataclass(slots=True)
class _Parts:
    result: dict[Key, object] = field(default_factory=dict)
    error: dict[Key, object] = field(default_factory=dict)
    total: dict[Key, object] = field(default_factory=dict)
    next: dict[Key, object] = field(default_factory=dict)
    time: dict[Key, object] = field(default_factory=dict)

    def named(self, name: str) -> dict[Key, object]:
        return {
            "result": self.result,
            "error": self.error,
            "total": self.total,
            "next": self.next,
            "time": self.time,
        }[name]


def run_batch(given: Array, run: RunCommand, unresolved: Unresolved) -> dict[str, object]:
    """The ``result`` of a batch call. A command that is not a text is skipped without a trace."""
    commands = given.get("cmd")
    halt = truthy(given.get("halt"))
    parts = _Parts()
    accepted = 0
    for key, command in (commands if isinstance(commands, dict) else {}).items():
        if not isinstance(command, str):
            continue
        try:
            if accepted >= MAX_COMMANDS:
                raise refusal("ERROR_BATCH_LENGTH_EXCEEDED")
            accepted += 1
            method, params = _read_command(command, parts, unresolved)
            if method.lower() == "batch":
                raise refusal("ERROR_BATCH_METHOD_NOT_ALLOWED")
            done = run(method, params, str(key))
        except Vanished:
            continue
        except Refusal as refused:
            parts.error[key] = refused.as_json()
            if halt:
                break
            continue
        parts.result[key] = done.answer.result
        parts.time[key] = done.time
        if done.answer.total is not None:
            parts.total[key] = done.answer.total
        if done.answer.next is not None:
            parts.next[key] = done.answer.next
    return {
        "result": _container(parts.result),
        "result_error": _container(parts.error),
        "result_total": _container(parts.total),
        "result_next": _container(parts.next),
        "result_time": _container(parts.time),
    }


def _container(values: dict[Key, object]) -> object:
    """Empty parts and gapless numeric keys are lists in JSON, everything else objects."""
    return list(values.values()) if is_list(values) else {str(key): value for key, value in values.items()}


def _read_command(command: str, parts: _Parts, unresolved: Unresolved) -> tuple[str, Array]:
    """Method and parameters: "#" cuts off the rest, decoding happens before references are looked for."""
    address = command.partition("#")[0]
    method, _, query = address.partition("?")
    resolved = _resolve(parse_str(query), parts, unresolved)
    return method.strip("/"), resolved if isinstance(resolved, dict) else {}


def _resolve(value: Value, parts: _Parts, unresolved: Unresolved) -> Value:
    if isinstance(value, dict):
        return {key: _resolve(item, parts, unresolved) for key, item in value.items()}
    if not isinstance(value, str) or "$" not in value:
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole is not None:
        reached, complete = _follow(parts.named(whole[1]), whole[2])
        if complete or unresolved == "last_reached":
            return reached
        return value
    return _REFERENCE.sub(lambda found: _inside(found, parts), value)


def _inside(found: re.Match[str], parts: _Parts) -> str:
    """Within a longer text only what leads to a scalar is replaced."""
    reached, complete = _follow(parts.named(found[1]), found[2])
    return found[0] if not complete or isinstance(reached, dict) else text(reached)


def _follow(values: dict[Key, object], path: str) -> tuple[Value, bool]:
    """Walks the brackets as far as they lead; the value reached, and whether that was the end of the way."""
    here: object = values
    for step in _STEP.findall(path):
        below = _step(here, step)
        if below is _NOWHERE:
            return from_json(here), False
        here = below
    return from_json(here), True


def _step(here: object, step: str) -> object:
    key = array_key(step)
    if isinstance(here, dict):
        return here.get(key, here.get(step, _NOWHERE))
    if isinstance(here, list) and isinstance(key, int) and 0 <= key < len(here):
        return here[key]
    return _NOWHERE
