"""Plain tables → frozen dataclasses, collecting every fault instead of stopping at the first.

Each value is decoded on its own by msgspec, strictly; what is at fault keeps its default, so that the rules that
look at several values can be asked in the same go.
"""

import dataclasses
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from b24learn_gui.errors import Fault

T = TypeVar("T")

_FAULTY = object()
_WORDS: Mapping[object, str] = {str: "text", int: "integer", bool: "boolean"}


def decode_table(kind: type[T], table: Mapping[str, object], path: str, faults: list[Fault]) -> T:
    """`kind` (a dataclass whose fields all have defaults) from `table`; faults are appended.

    Codes: `unknown_key`, `wrong_type` (`expected`), `bad_choice` (`choices`), `out_of_range` (`low`, `high`),
    and for texts of a wrong form the code that stands beside the form.
    """
    hints = get_type_hints(kind, include_extras=True)
    faults.extend(Fault(_join(path, key), "unknown_key", {}) for key in table if key not in hints)
    values: dict[str, Any] = {}
    for name, hint in hints.items():
        if name in table:
            value = _decode(hint, table[name], _join(path, name), faults)
            if value is not _FAULTY:
                values[name] = value
    return kind(**values)


def _join(path: str, key: str) -> str:
    plain = key if key.replace("_", "").replace("-", "").isalnum() else repr(key)
    return f"{path}.{plain}" if path else plain


def _decode(hint: Any, value: object, path: str, faults: list[Fault]) -> object:
    origin = get_origin(hint)
    if dataclasses.is_dataclass(hint):
        if isinstance(value, dict):
            return decode_table(hint, value, path, faults)  # type: ignore[arg-type]  # a dataclass type, seen above
        faults.append(Fault(path, "wrong_type", {"expected": "table"}))
        return hint()  # type: ignore[operator]  # likewise
    if origin is tuple:
        return _decode_list(get_args(hint)[0], value, path, faults)
    if origin is Mapping:
        key_hint, item_hint = get_args(hint)
        return _decode_mapping(key_hint, item_hint, value, path, faults)
    return _decode_leaf(hint, value, path, faults)


def _decode_list(hint: Any, value: object, path: str, faults: list[Fault]) -> tuple[object, ...]:
    """The items; plain ones at fault are left out."""
    if not isinstance(value, list):
        faults.append(Fault(path, "wrong_type", {"expected": "list"}))
        return ()
    items = (_decode(hint, item, f"{path}[{index}]", faults) for index, item in enumerate(value))
    return tuple(item for item in items if item is not _FAULTY)


def _decode_mapping(key_hint: Any, hint: Any, value: object, path: str, faults: list[Fault]) -> dict[object, object]:
    if not isinstance(value, dict):
        faults.append(Fault(path, "wrong_type", {"expected": "table"}))
        return {}
    items = (
        (_decode_leaf(key_hint, key, _join(path, key), faults), _decode_leaf(hint, item, _join(path, key), faults))
        for key, item in value.items()
    )
    return {key: item for key, item in items if key is not _FAULTY and item is not _FAULTY}


def _decode_leaf(hint: Any, value: object, path: str, faults: list[Fault]) -> object:
    try:
        return msgspec.convert(value, hint, strict=True)
    except msgspec.ValidationError:
        faults.append(_leaf_fault(hint, value, path))
        return _FAULTY


def _leaf_fault(hint: Any, value: object, path: str) -> Fault:
    if get_origin(hint) is Literal:
        if isinstance(value, str):
            return Fault(path, "bad_choice", {"choices": get_args(hint)})
        return Fault(path, "wrong_type", {"expected": "text"})
    if get_origin(hint) is Annotated:
        base, meta = get_args(hint)
        if type(value) is base and meta.pattern is not None:
            return Fault(path, meta.extra["code"], {})
        if type(value) is base:
            return Fault(path, "out_of_range", {"low": meta.ge, "high": meta.le})
        hint = base
    return Fault(path, "wrong_type", {"expected": _WORDS[hint]})
