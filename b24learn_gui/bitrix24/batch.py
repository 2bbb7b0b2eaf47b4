"""Many calls in one request, and their answers taken apart (contract bitrix24-rest.md 5)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

LONGEST = 50
"""Commands in one batch; the server refuses those beyond."""


@dataclass(frozen=True, slots=True)
class Call:
    """One method with its parameters; lists and mappings may nest."""

    method: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """One command's answer. `error` is its code in lower case, or `missing` where the server left it out."""

    result: Any = None
    total: int | None = None
    error: str | None = None
    description: str = ""


def reference(key: str, index: int, name: str) -> str:
    """A value of an earlier command of the same batch, to be filled in by the server."""
    return f"$result[{key}][{index}][{name}]"


def query(params: Mapping[str, object]) -> str:
    """Parameters in PHP's bracket form, names and values encoded once: `FILTER%5B%3EID%5D=120`."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in _flat(params.items(), ""))


def _flat(items: Iterable[tuple[object, object]], above: str) -> Iterator[tuple[str, str]]:
    for key, value in items:
        name = f"{above}[{key}]" if above else str(key)
        if isinstance(value, Mapping):
            yield from _flat(value.items(), name)
        elif isinstance(value, (list, tuple)):
            yield from _flat(enumerate(value), name)
        else:
            yield name, ("Y" if value else "N") if isinstance(value, bool) else str(value)


def body(calls: Mapping[str, Call]) -> dict[str, object]:
    """The parameters of `batch`. Keys must not be numeric: the server would answer with lists."""
    return {"halt": 0, "cmd": {key: f"{call.method}?{query(call.params)}" for key, call in calls.items()}}


def parts(result: object, keys: Sequence[str]) -> dict[str, Part]:
    """Each command's answer by its key; a command that is in neither map has the error `missing`."""
    found = result if isinstance(result, Mapping) else {}
    results, errors, totals = (_as_map(found.get(name)) for name in ("result", "result_error", "result_total"))
    answers = {}
    for key in keys:
        if key in errors:
            error = errors[key]
            code = error.get("error") if isinstance(error, Mapping) else error
            text = error.get("error_description") if isinstance(error, Mapping) else ""
            answers[key] = Part(error=str(code or "unknown").lower(), description=str(text or ""))
        elif key in results:
            answers[key] = Part(results[key], to_count(totals.get(key)))
        else:
            answers[key] = Part(error="missing")
    return answers


def to_count(value: object) -> int | None:
    """A total, given as a number or in digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _as_map(value: object) -> Mapping[str, Any]:
    """An empty map arrives as `[]`, one with the keys 0 … n-1 as a list."""
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return value if isinstance(value, Mapping) else {}
