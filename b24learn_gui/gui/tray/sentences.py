"""What the tray says: one line of state, three lines of hint, and the name of every cause. No Qt, no clock."""

from collections.abc import Mapping
from typing import Literal

from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.status.cause_words import cause_line
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.service.standing import Cause, Standing
from b24learn_gui.text import plan_table
from b24learn_gui.text.times import remaining_words
from b24learn_gui.text.words import Words

Sign = Literal["idle", "working", "attention", "paused"]
"""What the icon says at a glance."""

Mood = Literal["ok", "warning", "failed", "busy", "info"]
"""Which mark stands before the line of state."""

WINDOWS_HINT = 127
"""Characters that Windows shows of a hint."""

_WAITING_CHANGES: Mapping[str, tuple[str, str]] = {
    "user.deactivate": plan_table.mark_plural(
        "{n} deactivation waits for a decision", "{n} deactivations wait for a decision"
    ),
    "user.update": plan_table.mark_plural(
        "{n} profile change waits for a decision", "{n} profile changes wait for a decision"
    ),
    "user.move": plan_table.mark_plural("{n} move waits for a decision", "{n} moves wait for a decision"),
    "user.create": plan_table.mark_plural(
        "{n} new account waits for a decision", "{n} new accounts wait for a decision"
    ),
    "user.adopt": plan_table.mark_plural(
        "{n} account to be linked waits for a decision", "{n} accounts to be linked wait for a decision"
    ),
    "login_changes": plan_table.mark_plural(
        "{n} change of a login waits for a decision", "{n} changes of logins wait for a decision"
    ),
    "letters": plan_table.mark_plural("{n} letter waits for a decision", "{n} letters wait for a decision"),
}


def sign_of(standing: Standing, *, running: bool, hangs: bool = False) -> Sign:
    """Which picture the tray shows."""
    if running or standing.running is not None:
        return "attention" if hangs else "working"
    if standing.state in {"attention", "fault"}:
        return "attention"
    return "paused" if standing.state in {"paused", "off"} else "idle"


def mood_of(standing: Standing, *, running: bool, hangs: bool = False) -> Mood:
    """Which mark stands before the line of state."""
    if running or standing.running is not None:
        return "warning" if hangs else "busy"
    if standing.state == "fault":
        return "failed"
    if standing.state == "attention":
        return "warning"
    return "ok" if standing.state == "ok" else "info"


def state_line(
    standing: Standing,
    progress: RunProgress | None,
    clock: Clock,
    words: Words,
    *,
    hangs: bool = False,
) -> str:
    """The menu's first line. `progress`: of the run that this program started, None without one."""
    if progress is not None:
        return _running(progress, words, hangs=hangs)
    if standing.running is not None:
        return words("A sync is running")
    if standing.state == "ok" and standing.last_success is not None:
        moment = clock.when_at(standing.last_success.finished_at, words)
        return words("Everything is in order, last success {when}", when=moment)
    return _state(standing, clock, words)


def hint(
    standing: Standing,
    progress: RunProgress | None,
    clock: Clock,
    words: Words,
    *,
    hangs: bool = False,
    longest: int | None = None,
) -> str:
    """Three lines: how it is, the last success, the next run. `longest`: characters that the platform shows."""
    if progress is not None or standing.running is not None:
        first = state_line(standing, progress, clock, words, hangs=hangs)
    else:
        first = _state(standing, clock, words)
    rest = [_last_success(standing, clock, words), _next_run(standing, clock, words)]
    if standing.state == "ok" and progress is None and standing.running is None:
        named = words("Everything is in order: Bitrix24 → iSpring Learn")
        if longest is None or len("\n".join([named, *rest])) <= longest:
            first = named
    text = "\n".join([first, *rest])
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…"


def cause_headline(cause: Cause, clock: Clock, words: Words) -> str:
    """What waits, in a few words and with its number."""
    limits = cause.detail.get("limits") or ()
    if cause.code == "plan_waits" and limits and limits[0]["kind"] in _WAITING_CHANGES:
        one, many = _WAITING_CHANGES[limits[0]["kind"]]
        return words.plural(one, many, limits[0]["planned"])
    return cause_line(cause, clock, words)


def _running(progress: RunProgress, words: Words, *, hangs: bool) -> str:
    if hangs:
        return (
            words("The undo does not answer any more") if progress.undo else words("The sync does not answer any more")
        )
    if progress.stopping:
        return words("Stopping: the write in flight is finished")
    if progress.busy == "write" and progress.total:
        if progress.seconds_left is not None:
            return words(
                "Running: {done} of {total}, about {time}",
                done=progress.done,
                total=progress.total,
                time=words.seconds(progress.seconds_left),
            )
        return words("Running: {done} of {total}", done=progress.done, total=progress.total)
    phase = {"bitrix24": "bitrix24", "learn": "learn", "plan": "plan", "write": "apply"}.get(progress.busy or "")
    if phase is None:
        return words("The undo begins") if progress.undo else words("The sync begins")
    return words(plan_table.PHASES[phase])


def _state(standing: Standing, clock: Clock, words: Words) -> str:
    match standing.state:
        case "setup":
            return words("Not set up yet")
        case "fault":
            return words("Settings or journal cannot be read")
        case "attention":
            if standing.causes:
                return cause_headline(standing.causes[0], clock, words)
            return words("Needs your attention")
        case "paused":
            until = standing.paused.until if standing.paused is not None else None
            if until is None:
                return words("Paused until you resume")
            return words("Paused, goes on {when}", when=clock.when_at(until, words))
        case "off":
            return words("The schedule is off")
        case _:
            return words("Everything is in order")


def _last_success(standing: Standing, clock: Clock, words: Words) -> str:
    last = standing.last_success
    if last is None:
        return words("No successful run yet")
    moment = clock.when_at(last.finished_at, words)
    if not last.changed:
        return words("Last success: {when}, no changes", when=moment)
    return words.plural(
        "Last success: {when}, {n} change", "Last success: {when}, {n} changes", last.changed, when=moment
    )


def _next_run(standing: Standing, clock: Clock, words: Words) -> str:
    if standing.next_run is None:
        return words("Next run: none is planned")
    moment = clock.when_at(standing.next_run, words)
    return words("Next run: {when}, {span}", when=moment, span=remaining_words(standing.next_run - clock.now, words))
