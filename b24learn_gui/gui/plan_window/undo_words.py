"""What the window of a plan says of an undo: what goes back, what stays, who is held afterwards. No Qt widgets."""

from datetime import UTC, datetime

from b24learn_gui.gui.kit.notice import NoticeView
from b24learn_gui.gui.plan_window.subject import Subject
from b24learn_gui.gui.plan_window.times import day_and_time
from b24learn_gui.service.releasing import release_message
from b24learn_gui.service.way_back import counted
from b24learn_gui.text.plans import limit_phrase
from b24learn_gui.text.words import Words

_STOPPED = 51
_RELEASE = "b24learn-gui decide {who} --forget"


def run_time(subject: Subject, words: Words) -> str:
    """When the run that is taken back began: its name tells (`20261122T030000Z-3f9c`)."""
    began = datetime.strptime(subject.undoes.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return day_and_time(began, words)


def name(subject: Subject, words: Words) -> str:
    return words("The way back from the run of {time}", time=run_time(subject, words))


def window_title(subject: Subject, words: Words) -> str:
    return words("Undo — run of {time}", time=run_time(subject, words))


def heading(subject: Subject, words: Words) -> tuple[str, str]:
    """The title, and the sentence below it: first what did not happen."""
    time = run_time(subject, words)
    match subject.standing:
        case "written" if subject.summary["exit_code"] == _STOPPED:
            title = words("The undo of the run of {time} was stopped", time=time)
            return title, words("Undo that run once more to take back the rest.")
        case "written":
            return words("The run of {time} is taken back", time=time), _held_until_released(words)
        case "failed" | "unfinished":
            title = words("The undo of the run of {time} did not come to its end", time=time)
            done = words("What is listed was taken back by then and stays so.") if subject.changes else ""
            rest = words("Undo that run once more to take back the rest.")
            return title, f"{done} {rest}".strip()
    if subject.differences is not None:
        return words("Nothing was written: Learn has changed since this list was made"), ""
    if subject.limits:
        several = len(subject.limits) > 1
        one = words("Nothing is written without your approval: the way back is above a limit")
        return words(
            "Nothing is written without your approval: the way back is above several limits"
        ) if several else one, ""
    if subject.matches:
        return words("Nothing of the run of {time} is left to take back", time=time), words(
            "Everything is as before that run already, or has changed since and stays as it is."
        )
    return name(subject, words), f"{words('This is a plan, nothing is written yet.')} {_held_until_released(words)}"


def _held_until_released(words: Words) -> str:
    return words("Whoever is taken back stays so: later syncs leave these people and departments alone until released.")


def limits_text(subject: Subject, words: Words) -> str:
    """Where it stops, and what waits besides."""
    lists = {limit.tile for limit in subject.limits}
    others = sum(change["kind"] not in lists for change in subject.summary["changes"]) + subject.unlinks
    said = words("Learn was read, and nothing is written yet.")
    if not others:
        return said
    rest = words.plural("{n} more change waits with them.", "{n} more changes wait with them.", others)
    return f"{said} {rest}"


def apply_text(subject: Subject, words: Words) -> str:
    return words.plural("Take back {n} change", "Take back {n} changes", subject.deeds)


def question(subject: Subject, words: Words) -> tuple[str, str, str, str]:
    """Asked before exactly this list is approved: title, text, the answer that leaves it, the one that approves."""
    hits = [limit_phrase(limit.kind, limit.planned, limit.allowed, words) for limit in subject.limits]
    told = "; ".join(hits)
    parts = [f"{told[:1].upper()}{told[1:]}."] if told else []
    if subject.changes:
        parts.append(
            words.plural(
                "The {n} change of this list is written.", "All {n} changes of this list are written.", subject.changes
            )
        )
    if subject.unlinks:
        parts.append(words.plural("{n} link is removed.", "{n} links are removed.", subject.unlinks))
    parts.append(words("If anything has changed meanwhile, nothing is written and you see what differs."))
    return words("Take back exactly this list?"), " ".join(parts), words("Back to the list"), apply_text(subject, words)


def outcome(subject: Subject, words: Words) -> NoticeView | None:
    """What the undo that was started from here came to; None where the plan itself says it."""
    summary = subject.summary
    if subject.standing != "written":
        return None
    written = sum(summary["counts"].values())
    title = words.plural("{n} change is taken back.", "{n} changes are taken back.", written)
    if summary["exit_code"] == _STOPPED:
        if not written:
            title = words("Stopped before anything was taken back.")
        return NoticeView(title, words("What is taken back stays so, the rest is as the run had left it."))
    parts = [words.plural("{n} link is removed.", "{n} links are removed.", subject.unlinks)] if subject.unlinks else []
    failed = [problem for problem in summary["problems"] if not problem["note"]]
    if failed:
        refused = words.plural(
            "{n} change was refused by Learn and stays; the list names the cause.",
            "{n} changes were refused by Learn and stay; the list names the causes.",
            len(failed),
        )
        return NoticeView(title, " ".join([*parts, refused]), "warning")
    return NoticeView(title, " ".join([*parts, _how_to_release(subject, words)]).strip(), "ok")


def _how_to_release(subject: Subject, words: Words) -> str:
    """How one who is held is given back to the syncs, by the example of the first; all together by the button above."""
    held = subject.summary.get("way_back", {}).get("holds", ())
    if not held:
        return ""
    command = _RELEASE.format(who=f"{held[0]['portal']}:{held[0]['bitrix24_id']}")
    return words("Release them all above, or one by one: {command}", command=command)


def release_question(subject: Subject, words: Words) -> tuple[str, str, str, str]:
    """Asked before they are given back to the syncs: as `question`."""
    return (
        words("Give {who} back to the syncs?", who=counted(*subject.held, words)),
        words("The next sync follows Bitrix24 there again, and may write once more what was taken back."),
        words("Keep them held"),
        words("Release"),
    )


def released(people: int, departments: int, words: Words) -> NoticeView:
    return NoticeView(release_message(people, departments, words), state="ok")


def first_said(subject: Subject, words: Words) -> NoticeView | None:
    """Why an undo failed, what it was stopped by, or what does not go back."""
    summary, found = subject.summary, subject.differences
    if subject.standing == "failed":
        message = summary["error"]["message"] if "error" in summary else ""
        return NoticeView(words("The undo did not come to its end."), str(message), "failed")
    if found is not None and subject.standing == "stopped":
        return None
    stays = sum(summary.get("way_back", {}).get("people", {}).get(each, 0) for each in ("changed_since", "protected"))
    if subject.standing == "preview" and stays and subject.deeds and not subject.limits:
        said = words.plural(
            "{n} person stays as he is now: changed since that run, or protected.",
            "{n} people stay as they are now: changed since that run, or protected.",
            stays,
        )
        return NoticeView(said, words("They are listed with what the run wrote and what stands there now."), "info")
    return None


def crashed(words: Words) -> NoticeView:
    """The undo ended without a word."""
    return NoticeView(
        words("The undo ended before it could say how it went."),
        words("What it had taken back by then stays so and is held. Undo the run once more to take back the rest."),
        "failed",
    )
