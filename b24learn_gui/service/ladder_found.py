"""What climbing the check ladders finds: plain frozen values, no sentences (`ladder_words` has those)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Rights
from b24learn_gui.errors import SyncError
from b24learn_gui.sync.learn_side import LearnSnapshot, ProfileField

RungName = Literal["address", "network", "certificate", "sign_in", "permissions", "data"]
RUNGS: tuple[RungName, ...] = get_args(RungName)

RungState = Literal["waiting", "trying", "passed", "failed"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a check ladder (SCREENS: check ladder).

    `figures` of a passed one, by side and name: address `{masked}`, network `{host, proxy}` (and `{moved_to}`),
    certificate `{protected: bool}`, sign_in `{owner_id, owner, admin}` or `{api_host}`, permissions `{scopes}` or
    `{administrator: bool | None, login}`, data `{employees, departments}` or `{people, departments, free_seats}`.
    `error` of a failed one has the words. `seconds`: how long it took, rounded to hundredths.
    """

    name: RungName
    state: RungState = "waiting"
    figures: Mapping[str, Any] = field(default_factory=dict)
    error: SyncError | None = None
    seconds: float | None = None


LADDER: tuple[Rung, ...] = tuple(Rung(name) for name in RUNGS)
"""A ladder nobody has climbed yet."""


@dataclass(frozen=True, slots=True)
class PortalFound:
    """A portal's ladder to its top, or to the rung it broke on (`error`; then there is no company).

    `fields`: Bitrix24 field → the portal's name of it; `unknown_fields`: mapped ones the portal does not offer;
    `read_fields`: those whose values were read. `address`: what belongs into the settings for showing.
    `notes`: `address_differs`, `plain_http`, `moved`, `owner_not_admin`, `source_incomplete`.
    """

    key: str
    rungs: tuple[Rung, ...]
    error: SyncError | None = None
    address: str = ""
    company: Company | None = None
    forest: Forest | None = None
    employees: int = 0
    departments: int = 0
    rights: Rights | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    unknown_fields: tuple[str, ...] = ()
    read_fields: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LearnFound:
    """Learn's ladder to its top, or to the rung it broke on (`error`; then there is no snapshot).

    `people`: accounts of any status; `free_seats` is None where Learn does not tell. `administrator` is None where it
    cannot be known (an API key does not tell whose it is).
    """

    rungs: tuple[Rung, ...]
    error: SyncError | None = None
    snapshot: LearnSnapshot | None = None
    people: int = 0
    departments: int = 0
    fields: tuple[ProfileField, ...] = ()
    free_seats: int | None = None
    administrator: bool | None = None
    api_base: str = ""
