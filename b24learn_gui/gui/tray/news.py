"""What is told unasked: only what changed, failed or waits for a decision, each cause once until it changes. No Qt."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from b24learn_gui.gui.status.cause_words import cause_view
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.gui.tray.sentences import cause_headline
from b24learn_gui.service.standing import Cause, Standing
from b24learn_gui.text.words import Words


@dataclass(frozen=True, slots=True)
class Note:
    """`key`: of the cause; empty for the result of a run, which is told once because it ends once."""

    key: str
    title: str
    text: str
    waits: bool


def news(
    announced: Collection[str], standing: Standing, ended: Mapping[str, Any] | None, clock: Clock, words: Words
) -> tuple[Note, ...]:
    """What to tell now. `announced`: keys told before; `ended`: the summary of a run that ended just now."""
    told = [
        Note(
            cause.key, cause_headline(cause, clock, words), " ".join(cause_view(cause, clock, words).lines), waits=True
        )
        for cause in standing.causes
        if cause.key not in announced
    ]
    changed = sum((ended or {}).get("counts", {}).values())
    if changed and (ended or {}).get("command") == "sync":
        told.append(_changed(changed, ended or {}, words))
    elif changed and (ended or {}).get("command") == "undo":
        told.append(_taken_back(changed, words))
    return tuple(told)


def announced_now(standing: Standing) -> frozenset[str]:
    """What counts as told from now on. A cause that is gone is told again should it come back."""
    return frozenset(cause.key for cause in standing.causes)


def joined(notes: Collection[Note]) -> tuple[str, str]:
    """Title and text of one message: several at once would push each other away."""
    first, *others = notes
    if not others:
        return first.title, first.text
    return first.title, "\n".join([first.text, *(f"{note.title}." for note in others)])


def crashed(done: int, words: Words, *, undo: bool = False) -> Note:
    """A run whose process was killed or broke off: what stays, and whether something has to be done."""
    if undo:
        text = words(
            "What it had taken back by then stays so and is held. Undo the run once more to take back the rest."
        )
        return Note("", words("The undo ended unexpectedly"), text, waits=True)
    text = (
        words.plural(
            "{n} change was written and stays. The next run looks what became of the last one.",
            "{n} changes were written and stay. The next run looks what became of the last one.",
            done,
        )
        if done
        else words("What it had written by then stays. The next run goes on from there.")
    )
    return Note("", words("The sync ended unexpectedly"), text, waits=True)


def hangs(words: Words) -> Note:
    """A run whose process says nothing any more."""
    return Note(
        "",
        words("The sync does not answer any more"),
        words("It has said nothing for some minutes. Open the program to stop it or to wait."),
        waits=True,
    )


def _changed(changed: int, ended: Mapping[str, Any], words: Words) -> Note:
    deactivated = int(ended.get("counts", {}).get("user.deactivate", 0))
    title = words.plural("{n} change is written to Learn", "{n} changes are written to Learn", changed)
    text = (
        words.plural("{n} person was deactivated.", "{n} people were deactivated.", deactivated)
        if deactivated
        else words("Nobody was deactivated.")
    )
    return Note("", title, text, waits=False)


def _taken_back(changed: int, words: Words) -> Note:
    title = words.plural("{n} change is taken back", "{n} changes are taken back", changed)
    return Note("", title, words("Later syncs leave these people and departments alone until released."), waits=False)


def _explanation(cause: Cause, clock: Clock, words: Words) -> str:
    text = " ".join(cause_view(cause, clock, words).lines)
    return text[:1].upper() + text[1:]
