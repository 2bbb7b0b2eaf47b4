"""What the window of a plan says: first what did not happen, then numbers, then what can be done. No Qt widgets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from b24learn_gui.gui.kit.notice import NoticeView
from b24learn_gui.gui.plan_window import undo_words
from b24learn_gui.gui.plan_window.subject import Subject, Summary
from b24learn_gui.gui.plan_window.times import day_and_time
from b24learn_gui.service.summary import SETTLED_BY_APPROVAL
from b24learn_gui.text.plans import doubt_phrase, limit_phrase
from b24learn_gui.text.words import Words

LEFT_OUT = ("skipped", "conflict", "failed")
"""The columns of people for whom nothing could be done."""
_STOPPED = 51


def plan_time(summary: Summary, words: Words) -> str:
    """`22 November, 06:00` on this computer's clock."""
    return day_and_time(datetime.fromisoformat(summary["started_at"]), words)


def window_title(subject: Subject | None, words: Words) -> str:
    if subject is None:
        return words("Preview")
    if subject.undoes:
        return undo_words.window_title(subject, words)
    return words("Preview — plan of {time}", time=plan_time(subject.summary, words))


def heading(subject: Subject, words: Words) -> tuple[str, str]:
    """The title, and the sentence below it: first what did not happen."""
    if subject.undoes:
        return undo_words.heading(subject, words)
    time = plan_time(subject.summary, words)
    match subject.standing:
        case "written":
            return words("Written on {time}", time=time), words("These changes are in Learn, confirmed by its answers.")
        case "failed":
            lead = words("What is listed was written by then.") if subject.changes else ""
            return words("The run of {time} did not come to its end", time=time), lead
        case "unfinished":
            lead = words("What is listed was confirmed by then. The next run finds out about the rest and goes on.")
            return words("The run of {time} broke off", time=time), lead
    if subject.differences is not None:
        return words("Nothing was written: the company has changed since this list was made"), ""
    if subject.limits:
        return _limits_title(subject, words), ""
    return plan_name(subject, words), _lead_of_plan(subject, words)


def plan_name(subject: Subject, words: Words) -> str:
    if subject.undoes:
        return undo_words.name(subject, words)
    return words("Plan of {time}", time=plan_time(subject.summary, words))


def _lead_of_plan(subject: Subject, words: Words) -> str:
    if subject.matches:
        read = subject.summary["people"]["read"]
        checked = words.plural("{n} person checked", "{n} people checked", read)
        return words("Everything matches: {checked}, no changes.", checked=checked)
    parts = [words("This is a plan, nothing is written yet.")]
    if subject.partial:
        parts.append(words("It is about some people only, and can be applied where it was made: on the command line."))
    elif not subject.deactivate:
        parts.append(words("It deactivates nobody; leavers wait for a later plan."))
    return " ".join(parts)


def _limits_title(subject: Subject, words: Words) -> str:
    several = len(subject.limits) > 1
    if subject.standing != "stopped":
        if several:
            return words("Nothing is written without your approval: the plan is above several limits")
        return words("Nothing is written without your approval: the plan is above a limit")
    if several:
        return words("Nothing was written: the plan is above several limits")
    return words("Nothing was written: the plan is above a limit")


def limits_text(subject: Subject, words: Words) -> str:
    """When it was, where it stopped, and what waits besides."""
    if subject.undoes:
        return undo_words.limits_text(subject, words)
    time, others = plan_time(subject.summary, words), subject.others
    said = words("A sync would read both sides and stop before its first write.")
    if subject.standing == "stopped":
        scheduled = subject.summary["trigger"] != "manual"
        one = words("The scheduled run of {time} read both sides and stopped before its first write.", time=time)
        said = (
            one
            if scheduled
            else words("The run of {time} read both sides and stopped before its first write.", time=time)
        )
    if not others:
        return said
    rest = words.plural("{n} more change waits with them.", "{n} more changes wait with them.", others)
    return f"{said} {rest}"


def attention(subject: Subject, words: Words) -> NoticeView | None:
    """Portals in doubt, not read, or with links that are being rebuilt: what does not happen because of it."""
    lines: list[str] = []
    if subject.standing not in {"preview", "stopped"}:
        return None
    if any(each["code"] == "journal_rebuilt" for each in subject.summary["problems"]):
        lines.append(words("Not written without approval: the links of a portal are being rebuilt."))
    if any(each["code"] == "settings_imported" for each in subject.summary["problems"]):
        lines.append(words("Not written: the settings were imported, and nobody had seen what they do."))
    for source in subject.summary["sources"]:
        lines += _doubts(source, words)
    if not lines:
        return None
    return NoticeView(lines[0], " ".join(dict.fromkeys(lines[1:])))


def _doubts(source: Mapping[str, Any], words: Words) -> list[str]:
    portal = source["portal"]
    if "error" in source:
        return [words("Portal {portal} was not read: {message}", portal=portal, message=source["error"]["message"])]
    reasons = [doubt_phrase(each["code"], each["detail"], words) for each in source["doubts"]]
    if not reasons:
        return []
    said = words("Portal {portal} is in doubt: {reasons}.", portal=portal, reasons="; ".join(dict.fromkeys(reasons)))
    if SETTLED_BY_APPROVAL & {each["code"] for each in source["doubts"]}:
        return [said, words("Nothing of it is written until this very plan is approved.")]
    return [said, words("Nobody of it is moved or deactivated; only what adds is done.")]


def first_said(subject: Subject, words: Words) -> NoticeView | None:
    """Why a run failed; or that the approved plan does not hold any more: what did not happen, how much differs."""
    if subject.undoes and (told := undo_words.first_said(subject, words)) is not None:
        return told
    if subject.standing == "failed":
        message = subject.summary["error"]["message"] if "error" in subject.summary else ""
        return NoticeView(words("The sync did not come to its end."), str(message), "failed")
    found = subject.differences
    if found is None or subject.standing != "stopped":
        return None
    new_one = words("The plan below is the new one; it can be approved instead.")
    if found.get("approved_unknown"):
        return NoticeView(words("The journal no longer knows the list, so what differs cannot be listed."), new_one)
    new, gone = len(found["only_now"]), len(found["only_approved"])
    parts = []
    if new:
        parts.append(words.plural("{n} change is new", "{n} changes are new", new))
    if gone:
        parts.append(words.plural("{n} change is gone", "{n} changes are gone", gone))
    return NoticeView(f"{', '.join(parts)}.", new_one)


def other_without(subject: Subject, words: Words) -> NoticeView:
    """What is left without deactivations is not what was expected."""
    left = words.plural("{n} change", "{n} changes", subject.changes)
    return NoticeView(
        words("Nothing was written: without its deactivations the plan is another one"),
        words("It has {changes} now. Look through it, then apply it.", changes=left),
    )


def outcome(subject: Subject, words: Words) -> NoticeView | None:
    """What the run that was started from here came to; None where the plan itself says it."""
    summary = subject.summary
    if subject.undoes:
        return undo_words.outcome(subject, words)
    if subject.standing != "written":
        return None
    written = sum(summary["counts"].values())
    if summary["exit_code"] == _STOPPED:
        title = (
            words.plural("{n} change is written to Learn.", "{n} changes are written to Learn.", written)
            if written
            else words("Stopped before anything was written.")
        )
        return NoticeView(title, words("It was stopped. What is not written yet goes into the next plan."))
    title = (
        words.plural("{n} change is written to Learn.", "{n} changes are written to Learn.", written)
        if written
        else words("Everything matches: nothing had to be written.")
    )
    left_out = sum(summary["people"][column] for column in LEFT_OUT)
    if not left_out:
        return NoticeView(title, words("Nobody was left out."), "ok")
    text = words.plural(
        "{n} person was left out; the lists below name the cause.",
        "{n} people were left out; the lists below name the causes.",
        left_out,
    )
    return NoticeView(title, text, "warning")


def not_done(message: str, words: Words, *, undo: bool = False) -> NoticeView:
    """The run failed before there was anything to show."""
    title = words("The undo did not come to its end.") if undo else words("The sync did not come to its end.")
    return NoticeView(title, message, "failed")


undo_crashed = undo_words.crashed


def apply_text(subject: Subject, words: Words) -> str:
    """On the button that writes a plan which nobody need approve."""
    if subject.undoes:
        return undo_words.apply_text(subject, words)
    return words.plural("Apply this {n} change", "Apply these {n} changes", subject.changes)


def crashed(words: Words) -> NoticeView:
    """The run ended without a word."""
    return NoticeView(
        words("The sync ended before it could say how it went."),
        words("What it had written by then stays. The log names the cause; then sync again."),
        "failed",
    )


def not_started(words: Words) -> NoticeView:
    return NoticeView(
        words("Nothing was written: another run is at work."), words("Once it has ended, approve this plan again.")
    )


def question(subject: Subject, words: Words) -> tuple[str, str, str, str]:
    """Asked before exactly this list is approved: title, text, the answer that leaves it, the one that approves."""
    if subject.undoes:
        return undo_words.question(subject, words)
    hits = [limit_phrase(limit.kind, limit.planned, limit.allowed, words) for limit in subject.limits]
    told = "; ".join(hits)
    parts = [f"{told[:1].upper()}{told[1:]}."] if told else []
    parts.append(
        words.plural(
            "The {n} change of this list is written.", "All {n} changes of this list are written.", subject.changes
        )
    )
    parts.append(words("If anything has changed meanwhile, nothing is written and you see what differs."))
    approve = words.plural("Approve {n} change", "Approve {n} changes", subject.changes)
    return words("Approve exactly this list?"), " ".join(parts), words("Back to the list"), approve
