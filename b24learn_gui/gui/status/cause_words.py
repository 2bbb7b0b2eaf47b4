"""What a cause says: what happened, what did not, and what can be done about it. No Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from b24learn_gui.gui.status.words import Clock, people_left_out
from b24learn_gui.service.standing import Cause
from b24learn_gui.service.summary import CONFLICT_CODES
from b24learn_gui.text import plan_table
from b24learn_gui.text.plans import counted_problem, doubt_phrase, limit_phrase, reason_phrase, waiting_phrase
from b24learn_gui.text.words import Words

VerbName = Literal["review", "later", "show", "decide", "sync", "settings", "log", "undo"]
Look = Literal["decision", "trouble", "note"]
"""`decision`: waits for a person. `trouble`: something failed. `note`: somebody was left out, the rest works."""

_DECISION_CAUSES = 2
_SETTINGS_SIDES = frozenset({"bitrix24", "learn"})
_KEPT_IN_SETTINGS = ("secret_", "settings_")
_NO_SETTINGS_HELP = frozenset({"timeout_connect", "timeout_read", "dropped", "truncated", "server_error", "connect"})


@dataclass(frozen=True, slots=True)
class Verb:
    """A button of a card. `do` is a key of what the window does or asks for."""

    do: VerbName
    text: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class CauseView:
    """A card: the first line with its number, the lines below it, the verbs, the first of them the one to choose."""

    key: str
    run: str
    look: Look
    title: str
    lines: tuple[str, ...]
    verbs: tuple[Verb, ...]

    @property
    def text(self) -> str:
        """The lines below the first."""
        return "\n".join(self.lines)


def cause_view(cause: Cause, clock: Clock, words: Words) -> CauseView:
    """The card of this cause; codes nobody foresaw are told by what the run itself said."""
    look, title, lines, verbs = _SAYINGS.get(cause.code, _error)(cause, clock, words)
    return CauseView(cause.key, cause.run or "", look, title, tuple(line for line in lines if line), verbs)


def cause_line(cause: Cause, clock: Clock, words: Words) -> str:
    """The first line alone: for menus and notifications."""
    return cause_view(cause, clock, words).title


_Said = tuple[Look, str, list[str], tuple[Verb, ...]]


def _plan_waits(cause: Cause, clock: Clock, words: Words) -> _Said:
    limits = [limit for limit in cause.detail.get("limits", ()) if limit["kind"] in plan_table.LIMITS]
    hits = [limit_phrase(limit["kind"], limit["planned"], limit["allowed"], words) for limit in limits]
    title = words("A plan waits for your decision")
    if hits:
        title = words("Waits for your decision: {hit}", hit=hits[0])
    stopped = words("The run stopped before its first write: nothing was changed.")
    if cause.at is not None:
        at = clock.when_at(cause.at, words)
        stopped = words("The run {when} stopped before its first write: nothing was changed.", when=at)
    others = words("Besides, {hits}.", hits=words.listed(hits[1:])) if hits[1:] else ""
    likely = _likely(cause.detail, words)
    verbs = (Verb("review", words("Look at the plan…")), Verb("later", words("Put off until tomorrow")))
    return "decision", title, [stopped, others, likely], verbs


def _likely(detail: Mapping[str, Any], words: Words) -> str:
    causes, total = detail.get("causes", ()), detail.get("total", 0)
    told = [
        words(
            "{cause} ({count} of {total})",
            cause=reason_phrase(str(each["cause"]), each.get("origin"), words),
            count=each["count"],
            total=total,
        )
        for each in causes[:_DECISION_CAUSES]
    ]
    return words("Likely cause: {causes}.", causes=words.listed(told)) if told else ""


def _people_skipped(cause: Cause, clock: Clock, words: Words) -> _Said:
    del clock
    people = people_left_out(cause)
    title = words.plural("{n} person was skipped", "{n} people were skipped", people)
    if not people:
        title = words.plural("{n} department was skipped", "{n} departments were skipped", cause.count)
    by_code: Mapping[str, int] = cause.detail.get("by_code", {})
    ordered = sorted(by_code.items(), key=lambda each: (-each[1], each[0]))
    reasons = words.listed([counted_problem(code, n, words) for code, n in ordered], at_most=3)
    line = f"{reasons}. " if reasons else ""
    verbs = [Verb("show", words("Show and export for HR"))]
    undecided = sum(by_code.get(code, 0) for code in CONFLICT_CODES)
    if undecided:
        text = words.plural("Decide about {n} person…", "Decide about {n} people…", undecided)
        verbs.insert(0, Verb("decide", text))
    return "note", title, [line + words("Nobody else was held up.")], tuple(verbs)


def _overdue(cause: Cause, clock: Clock, words: Words) -> _Said:
    days = int(cause.detail.get("days", 0))
    title = words("No successful run for too long")
    if days:
        title = words.plural("No successful run for {n} day", "No successful run for {n} days", days)
    line = words("What changed in Bitrix24 since then has not reached Learn. The log names what stands in the way.")
    if cause.at is not None:
        line = words(
            "What changed in Bitrix24 since {when} has not reached Learn. The log names what stands in the way.",
            when=clock.when(cause.at, words),
        )
    return "trouble", title, [line], (_sync(words), _log(words))


def _interrupted(cause: Cause, clock: Clock, words: Words) -> _Said:
    if cause.detail.get("undoes"):
        return _interrupted_undo(cause, clock, words)
    title = words("A run was interrupted")
    if cause.at is not None:
        title = words("The run begun {when} was interrupted", when=clock.when_at(cause.at, words))
    changes = int(cause.detail.get("changes", 0))
    if changes:
        line = words.plural(
            "{n} change is written and stays; the rest goes into the next plan.",
            "{n} changes are written and stay; the rest goes into the next plan.",
            changes,
        )
    else:
        line = words("Nothing was written. The next run does all of it.")
    return "decision", title, [line], (_sync(words), _log(words))


def _interrupted_undo(cause: Cause, clock: Clock, words: Words) -> _Said:
    title = words("An undo was interrupted")
    if cause.at is not None:
        title = words("The undo begun {when} was interrupted", when=clock.when_at(cause.at, words))
    line = words("What it had taken back by then stays so and is held. Undo the run once more to take back the rest.")
    return "decision", title, [line], (Verb("undo", words("Undo the rest…")), _log(words))


def _settings_imported(cause: Cause, clock: Clock, words: Words) -> _Said:
    title = words("Imported settings wait for a look")
    if cause.at is not None:
        title = words("The settings imported {when} wait for a look", when=clock.when_at(cause.at, words))
    line = words("Nothing is written to Learn by them until you have seen what they would do.")
    return "decision", title, [line], (Verb("review", words("Look at the plan…")),)


def _secret_store_locked(cause: Cause, clock: Clock, words: Words) -> _Said:
    title = words("The password store is locked")
    line = words("The run did not begin: nothing was read or changed.")
    if cause.at is not None:
        at = clock.when_at(cause.at, words)
        line = words("The run {when} did not begin: nothing was read or changed.", when=at)
    return "decision", title, [line, words("Unlock the store, then sync.")], (_sync(words), _settings(words))


def _portal_doubt(cause: Cause, clock: Clock, words: Words) -> _Said:
    del clock
    portals = cause.detail.get("portals", ())
    names = [str(portal["portal"]) for portal in portals]
    title = words("A portal is in doubt")
    if names:
        title = words.plural(
            "Portal {names} is in doubt", "Portals {names} are in doubt", len(names), names=", ".join(names)
        )
    lines = [words("Nobody of it was moved or deactivated; what only adds was done.")]
    for portal in portals:
        phrases = [_doubt(doubt, words) for doubt in portal.get("doubts", ())]
        advice = [_advice(doubt, str(portal["portal"]), words) for doubt in portal.get("doubts", ())]
        told = "; ".join(dict.fromkeys(phrases))
        lines.append(" ".join([f"{told[:1].upper()}{told[1:]}.", *dict.fromkeys(filter(None, advice))]) if told else "")
    return "decision", title, lines, (Verb("review", words("Look at the plan…")), _sync(words))


def _doubt(doubt: object, words: Words) -> str:
    if isinstance(doubt, Mapping):
        return doubt_phrase(str(doubt.get("code", "")), doubt.get("detail") or {}, words)
    return doubt_phrase(str(doubt), {}, words)


def _advice(doubt: object, portal: str, words: Words) -> str:
    code = str(doubt.get("code", "")) if isinstance(doubt, Mapping) else str(doubt)
    advice = plan_table.DOUBT_ADVICE.get(code)
    return words(advice, key=portal) if advice else ""


def _error(cause: Cause, clock: Clock, words: Words) -> _Said:
    title = words("The last run failed")
    if cause.at is not None:
        at, portal = clock.when_at(cause.at, words), cause.detail.get("portal")
        title = words("The run {when} failed", when=at)
        if portal:  # the others may have been done
            title = words("Portal {portal} could not be read {when}", portal=portal, when=at)
    told = waiting_phrase(cause.code, words)
    message = str(cause.detail.get("message") or f"{told[:1].upper()}{told[1:]}.")
    refused = cause.detail.get("side") in _SETTINGS_SIDES and cause.code not in _NO_SETTINGS_HELP
    curable = refused or cause.code.startswith(_KEPT_IN_SETTINGS)
    return "trouble", title, [message], (_settings(words) if curable else _sync(words), _log(words))


def _sync(words: Words) -> Verb:
    return Verb("sync", words("Sync now"))


def _log(words: Words) -> Verb:
    return Verb("log", words("Log"))


def _settings(words: Words) -> Verb:
    return Verb("settings", words("Settings…"))


_SAYINGS: Mapping[str, Callable[[Cause, Clock, Words], _Said]] = {
    "plan_waits": _plan_waits,
    "people_skipped": _people_skipped,
    "overdue": _overdue,
    "interrupted": _interrupted,
    "secret_store_locked": _secret_store_locked,
    "settings_imported": _settings_imported,
    "portal_doubt": _portal_doubt,
}
