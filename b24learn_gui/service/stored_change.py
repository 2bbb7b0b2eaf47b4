"""Changes of a summary as a window holds thousands of them: read like the JSON object, and light.

The collector of cycles walks over every dict; over these it does not, so a window with 20,000 changes stands still
for it no longer than an empty one.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec


class StoredChange(msgspec.Struct, frozen=True, gc=False):
    """The nine keys of a change (INTERFACE: the JSON summary), asked for by name as those of an object."""

    kind: str
    object: str
    portal: str
    bitrix24_id: int
    learn_id: str | None
    name: str
    before: dict[str, Any]
    after: dict[str, Any]
    cause: str

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


def lightened(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The same summary with its changes made light."""
    return {**summary, "changes": _as_mappings(msgspec.convert(summary["changes"], list[StoredChange]))}


def summary_from(parts: Mapping[str, msgspec.Raw]) -> dict[str, Any]:
    """A summary from its undecoded values, by key."""
    return {
        name: _as_mappings(msgspec.json.decode(part, type=list[StoredChange]))
        if name == "changes"
        else msgspec.json.decode(part)
        for name, part in parts.items()
    }


def _as_mappings(changes: Iterable[StoredChange]) -> list[Mapping[str, Any]]:
    """They are asked for their keys and for nothing else."""
    return cast(list[Mapping[str, Any]], changes)
