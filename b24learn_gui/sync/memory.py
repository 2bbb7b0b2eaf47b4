"""What the program remembers between runs, as a value the planner can read: the journal's answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.company.model import DepartmentKey, PersonKey, Rights

Origin = Literal["created", "adopted", "decided"]


@dataclass(frozen=True, slots=True)
class Link:
    """A person's Learn account (rule I1), and what is known of both.

    `deactivated_by_us`: we switched the account off (rule L2). `was_active`: the person was active in Bitrix24 when
    his portal was last applied. `no_seat`: Learn left the account inactive for want of seats (rule L3).
    `name` and `email`: who he was at the last good run (rule I7), empty before the first.
    """

    learn_id: str
    origin: Origin = "created"
    deactivated_by_us: bool = False
    was_active: bool = True
    no_seat: bool = False
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentLink:
    """A department's counterpart in Learn, and the supervisor we set there (rule H2), if any."""

    learn_id: str
    supervisor_id: str | None = None


@dataclass(frozen=True, slots=True)
class PendingCreate:
    """A create that was begun and never answered: the account may exist (incidents T7 and T15)."""

    login: str
    email: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a conflict: link to `learn_id`, create anew, or leave alone (rule I6)."""

    kind: Literal["link", "create", "leave"]
    learn_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A write Learn refused: not sent again until its fingerprint changes (rule P6)."""

    fingerprint: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What a portal was like at the end of its last good run, and by which settings it was read then.

    `departments`: id → name and parent, in one tree. The others are of the settings: marks, the portal's name,
    mapping, where logins come from, and the country of phone numbers. No plan depends on it: it only tells where
    changes come from (`sync.origins`).
    """

    departments: Mapping[int, tuple[str, int | None]] = field(default_factory=dict, repr=False)
    include: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    login_from: str = "email"
    phone_region: str = "RU"


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything of the journal that a plan depends on. `whole`: portals past their first whole sync (rule M3).

    `known`: portals for which this journal has begun any change at all: where one is unknown, departments with its
    codes in Learn mean that the journal was lost (rule I8). `rebuilding`: begun to be linked anew after that, and not
    yet to the end.
    `held`, `held_departments`: whom and what an undo touched (rule U2).
    `interims`: people standing on a swap's interim value, with the login and e-mail they had before (rule P7).
    `past`: portals as they were at their last good run.
    """

    people: Mapping[PersonKey, Link] = field(default_factory=dict)
    departments: Mapping[DepartmentKey, DepartmentLink] = field(default_factory=dict)
    pending_creates: Mapping[PersonKey, PendingCreate] = field(default_factory=dict)
    decisions: Mapping[PersonKey, Decision] = field(default_factory=dict)
    rejections: Mapping[PersonKey, Rejection] = field(default_factory=dict)
    interims: Mapping[PersonKey, Mapping[str, str]] = field(default_factory=dict)
    rights: Mapping[str, Rights] = field(default_factory=dict)
    held: frozenset[PersonKey] = frozenset()
    held_departments: frozenset[DepartmentKey] = frozenset()
    whole: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    past: Mapping[str, Past] = field(default_factory=dict, repr=False)
    rebuilding: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """What a run remembers of a linked person at its end (rules I7 and L2).

    `in_use`: his account is active. Why it once was not (we had switched it off, no seat was free) is over then:
    whoever switches it off from now on does so by hand.
    """

    name: str
    email: str
    active: bool
    in_use: bool = False
