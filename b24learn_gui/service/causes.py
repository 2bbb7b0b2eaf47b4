"""What of a finished run waits for a person, from its summary: shown as cards, told once each."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from b24learn_gui.service.exit_codes import LIMIT, STOPPED
from b24learn_gui.sync.changes import LimitHit
from b24learn_gui.sync.reasons import Origin, Reason, reasons_of

if TYPE_CHECKING:
    from b24learn_gui.storage.journal import Journal

PLAN_WAITS = "plan_waits"
PEOPLE_SKIPPED = "people_skipped"
PORTAL_DOUBT = "portal_doubt"
INTERRUPTED = "interrupted"
OVERDUE = "overdue"
SETTINGS_IMPORTED = "settings_imported"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that waits for a person: one card, one notification, one alert.

    `run`: the run it comes from, `at`: when that began. `mark`: what makes it this one and not another of its code.
    `code` and `detail`:

    - `plan_waits`: `plan_hash`; `limits` [{kind, planned, allowed}], what is exceeded by most first; `causes`
      [{cause, origin, count}] of what the first of them counts, the largest first, and `total`, their sum; `changes`,
      how many the whole plan has. `count` is what the first limit counts, or all changes where no limit is exceeded.
    - `people_skipped`: `by_code` {problem code: how many}; `count` is their sum.
    - `portal_doubt`: `portals` [{portal, doubts: [{code, detail}]}].
    - `interrupted`: `changes` were confirmed before; `undoes`, the run it takes back, where it is an undo.
    - `overdue`: `days`, whole ones, since the last success; `at` is that moment.
    - `settings_imported`: nobody has been shown what imported settings do; `at`: when they were imported.
    - any error code of the last run: `message`, `side`, `portal`.
    """

    code: str
    count: int
    run: str | None
    at: datetime | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    mark: str = ""

    @property
    def key(self) -> str:
        """Stays the same while the cause does: told once, and again when it changes."""
        return f"{self.code}:{self.mark}"


class Change(msgspec.Struct, frozen=True):
    """What is needed of a change to say where a plan comes from."""

    kind: str
    portal: str
    bitrix24_id: int
    cause: str
    after: Mapping[str, Any]


class Hit(msgspec.Struct, frozen=True):
    """A limit that is exceeded."""

    kind: str
    planned: int
    allowed: int


class Problem(msgspec.Struct, frozen=True):
    object: str
    portal: str
    bitrix24_id: int | None
    code: str
    note: bool = False


class Doubt(msgspec.Struct, frozen=True):
    code: str
    detail: Mapping[str, Any]


class Failure(msgspec.Struct, frozen=True):
    """An error of the run or of one of its portals."""

    code: str
    message: str
    side: str
    portal: str | None


class Source(msgspec.Struct, frozen=True):
    portal: str
    doubts: tuple[Doubt, ...] = ()
    error: Failure | None = None


class Digest(msgspec.Struct, frozen=True):
    """The part of a summary that says what waits. Decoded alone: that of a refused plan can be of megabytes."""

    run: str
    exit_code: int | None
    plan_hash: str | None
    sources: tuple[Source, ...] = ()
    limits: tuple[Hit, ...] = ()
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    people: Mapping[str, int] = {}
    differences: Any = None
    error: Failure | None = None


@dataclass(frozen=True, slots=True)
class KeptReasons:
    """By what a limit counts: how often, the cause the plan gives, and its origin; the most frequent first."""

    likely: dict[str, list[tuple[int, str, Origin | None]]] = field(default_factory=dict)


def digest_of(summary: Mapping[str, Any]) -> Digest:
    return msgspec.convert(summary, Digest)


def causes_of(
    found: Digest,
    at: datetime | None = None,
    kept: KeptReasons = KeptReasons(),
) -> tuple[Cause, ...]:
    """The most urgent first; none of a run that somebody stopped, because he knows. `kept`: see `reasons_known`."""
    if found.exit_code == STOPPED:
        return ()
    plan = _plan_waits(found, at, kept)
    return (
        *([plan] if plan else []),
        *_errors(found, at),
        *_doubts(found, at),
        *_skipped(found, at),
    )


def reasons_known(journal: "Journal", found: Digest) -> KeptReasons:
    """What is kept of where the plan that waits comes from; nothing for another one, or one of an older version."""
    if not found.limits or not found.plan_hash:
        return KeptReasons()
    return journal.plan_as(found.plan_hash, KeptReasons) or KeptReasons()


def likely_reasons(hit: Hit, found: Digest, kept: KeptReasons) -> list[tuple[Reason, int]]:
    """What brought about that which a limit counts, the most frequent first (incident T23)."""
    if hit.kind in kept.likely:
        return [(Reason(cause, origin), count) for count, cause, origin in kept.likely[hit.kind]]
    return reasons_of(LimitHit(hit.kind, hit.planned, hit.allowed), found.changes, {})


def _plan_waits(found: Digest, at: datetime | None, kept: KeptReasons) -> Cause | None:
    if not (found.limits or found.differences is not None or found.exit_code == LIMIT):
        return None
    codes = {problem.code for problem in found.problems}
    if SETTINGS_IMPORTED in codes and not (found.limits or found.differences or "journal_rebuilt" in codes):
        return None  # no decision about the plan waits, only a look at it, and that may have been taken since
    hits = sorted(found.limits, key=lambda hit: hit.allowed - hit.planned)
    if hits:
        reasons = likely_reasons(hits[0], found, kept)
    else:
        reasons = Counter(Reason(change.cause) for change in found.changes).most_common()
    detail = {
        "plan_hash": found.plan_hash,
        "limits": [{"kind": hit.kind, "planned": hit.planned, "allowed": hit.allowed} for hit in hits],
        "causes": [{"cause": reason.cause, "origin": reason.origin, "count": count} for reason, count in reasons],
        "total": sum(count for _, count in reasons),
        "changes": len(found.changes),
    }
    count = hits[0].planned if hits else len(found.changes)
    return Cause(PLAN_WAITS, count, found.run, at, detail, mark=found.plan_hash or "")


def _errors(found: Digest, at: datetime | None) -> list[Cause]:
    causes: dict[str, Cause] = {}
    for failure in (found.error, *(source.error for source in found.sources)):
        if failure is not None:
            detail = {"message": failure.message, "side": failure.side, "portal": failure.portal}
            mark = f"{failure.side}:{failure.portal or ''}"
            cause = Cause(failure.code, 1, found.run, at, detail, mark)
            causes.setdefault(cause.key, cause)
    return list(causes.values())


def _doubts(found: Digest, at: datetime | None) -> list[Cause]:
    doubted = [source for source in found.sources if source.doubts]
    if not doubted:
        return []
    portals = [
        {
            "portal": source.portal,
            "doubts": [{"code": doubt.code, "detail": dict(doubt.detail)} for doubt in source.doubts],
        }
        for source in doubted
    ]
    # The numbers of an incomplete list differ from night to night; the doubt is the same.
    mark = _mark([[source.portal, sorted({doubt.code for doubt in source.doubts})] for source in doubted])
    return [Cause(PORTAL_DOUBT, len(portals), found.run, at, {"portals": portals}, mark)]


def _skipped(found: Digest, at: datetime | None) -> list[Cause]:
    """People and departments left out; what concerns a whole portal is a doubt or a plan that waits."""
    left_out = [each for each in found.problems if not each.note and each.object != "portal"]
    if not left_out:
        return []
    by_code = dict(Counter(each.code for each in left_out).most_common())
    who = sorted([each.object, each.portal, each.bitrix24_id or 0, each.code] for each in left_out)
    return [Cause(PEOPLE_SKIPPED, len(left_out), found.run, at, {"by_code": by_code}, _mark(who))]


def _mark(values: Sequence[Any]) -> str:
    """A short name of these plain values; no cryptography, which the program that stays does without."""
    return f"{zlib.crc32(msgspec.json.encode(values)):08x}"
