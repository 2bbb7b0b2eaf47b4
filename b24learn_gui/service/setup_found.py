"""What the setup wizard gets to know: plain frozen values, no sentences. `service.setup` finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from b24learn_gui.company.model import Company, PersonKey
from b24learn_gui.errors import SyncError
from b24learn_gui.service.summary import RunFacts
from b24learn_gui.storage.settings import Settings
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret will be kept (INTERFACE: Secrets).

    `state`: `ready`; `directory` (the secrets come from files somebody hands out: `store` is their place);
    `missing`, `locked`, `refused`. `store`: a code (`windows`, `macos`, `secret_service`, `kwallet`, `other`), or ""
    where there is none. `remedy`: "" or `start_store`, `unlock_store`, `check_store`, each with `only_until_quit` as
    the way out; `plaintext`: kept readable for everybody who can read this person's files. `max_units`: the longest
    value in UTF-16 units, where the store has such a limit.
    """

    state: Literal["ready", "directory", "missing", "locked", "refused"]
    store: str = ""
    remedy: str = ""
    plaintext: bool = False
    max_units: int | None = None
    error: SyncError | None = None

    @property
    def usable(self) -> bool:
        return self.state == "ready"

    def too_large(self, value: str) -> bool:
        return self.max_units is not None and len(value.encode("utf-16-le", "surrogatepass")) // 2 > self.max_units


@dataclass(frozen=True, slots=True)
class World:
    """Everything that was read: what plans of unsaved settings are made from."""

    companies: tuple[Company, ...] = field(repr=False)
    learn: LearnSnapshot = field(repr=False)
    memory: Memory = field(default_factory=Memory, repr=False)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the ticks come to; `was_…`: by the saved settings, None before the first saving.

    Counted are active employees; `deactivated`: accounts that would be switched off. `limit`: how many of those a run
    may do without approval; `over_limit`: whether it would wait for one.
    """

    will_study: int
    left_out: int
    deactivated: int
    limit: int
    over_limit: bool = False
    was_studying: int | None = None
    were_left_out: int | None = None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One Learn profile field: where its value comes from, and how many of the people in scope have none.

    `source`: the Bitrix24 field, "" where nothing is mapped; `fixed`: login and e-mail are no mapping's business.
    """

    name: str
    label: str
    type: str
    required: bool
    unique: bool
    source: str
    lacking: int
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class FieldReport:
    """`people`: in scope. `unable`: people in scope without an account who cannot get one for want of a value.

    `sources`: Bitrix24 field → name, of all portals together; `unread`: mapped ones whose values were not read yet.
    """

    rows: tuple[FieldRow, ...]
    people: int
    unable: int
    sources: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One person's problem, for the page and for HR. `note`: he is not left out for it."""

    key: PersonKey
    name: str
    email: str
    department: str
    code: str
    detail: Mapping[str, object]
    note: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first run would do. `summary` is the object of INTERFACE (`plan_hash` is what `--approve` takes)."""

    plan: Plan = field(repr=False)
    summary: Mapping[str, Any] = field(repr=False)
    world: World = field(repr=False)
    facts: RunFacts = field(repr=False)

    @property
    def hash(self) -> str:
        return self.plan.hash


@dataclass(frozen=True, slots=True)
class NextRun:
    """A coming run; `which`: 1 or 2, the run time it follows."""

    moment: datetime
    which: int


@dataclass(frozen=True, slots=True)
class Saved:
    """`stored`: names of the secrets that the system's store took; empty where they are kept only until quit."""

    settings: Settings
    stored: frozenset[str] = frozenset()
