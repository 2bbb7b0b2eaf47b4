"""One row of the department tree as plain values, and how it reads aloud. No Qt."""

from dataclasses import dataclass
from typing import Literal

from b24learn_gui.gui.models.marks import Choice, Standing
from b24learn_gui.gui.models.structure import NOWHERE
from b24learn_gui.text.words import Words

Changed = Literal["ticked", "unticked", ""]
"""What became of a department's own people since the saved settings."""


@dataclass(frozen=True, slots=True)
class Row:
    """A department under the present marks.

    `own`: people of the department itself; `branch`: with everything below; `will_study`: those of `branch` with a
    ticked department in it; `left_out`: departments below that are not ticked. `portal` is filled in where several
    portals have to be told apart.
    """

    name: str
    standing: Standing
    own: int
    branch: int
    will_study: int
    left_out: int
    leaf: bool
    top: bool
    changed: Changed = ""
    portal: str = ""


def row_of(choice: Choice, everybody: Choice, place: int, *, saved: bytes | None = None, portal: str = "") -> Row:
    """The row of one place. `everybody` is the choice of all departments, `saved` what was ticked in the settings."""
    structure = choice.structure
    return Row(
        name=structure.names[place],
        standing=choice.standing(place),
        own=choice.headcount.own[place],
        branch=everybody.will_study(place),
        will_study=choice.will_study(place),
        left_out=choice.left_out_below(place),
        leaf=not structure.children[place],
        top=structure.parents[place] == NOWHERE,
        changed=changed_since(choice, saved, place),
        portal=portal,
    )


def note(row: Row, words: Words) -> str:
    """The words beside a name: who is in or out where the box alone does not tell."""
    if row.standing is Standing.BELOW:
        return words("only departments below")
    if row.standing is Standing.OWN and row.left_out == 1:
        return words("except one department")
    if row.standing is Standing.OWN and row.left_out:
        return words.plural("except {n} department", "except {n} departments", row.left_out)
    return ""


def chip(row: Row, words: Words) -> str:
    """What was done to the row since the settings were saved."""
    return {"ticked": words("ticked now"), "unticked": words("unticked now"), "": ""}[row.changed]


def standing_words(standing: Standing, words: Words) -> str:
    """What each kind of box means, as the legend says it."""
    return {
        Standing.OWN: words("its own people study"),
        Standing.BELOW: words("its own don't, some below do"),
        Standing.NOBODY: words("nobody"),
    }[standing]


def study_figures(row: Row, words: Words) -> tuple[str, str]:
    """`1,012` and `of 1,284`; the second is empty where everybody studies, the first says so where nobody does."""
    if row.standing is Standing.NOBODY:
        return "", words("nobody")
    rest = "" if row.will_study == row.branch else words("of {n}", n=row.branch)
    return words.number(row.will_study), rest


def spoken(row: Row, words: Words) -> str:
    """The whole row in one sentence, for who hears it instead of seeing it."""
    parts = [row.name, row.portal, standing_words(row.standing, words)]
    if row.standing is Standing.OWN:
        parts.append(note(row, words))
    parts += [chip(row, words), words("own people: {n}", n=row.own)]
    if not row.leaf:
        parts.append(words("with departments below: {n}", n=row.branch))
    parts.append(words("will study: {n}", n=row.will_study))
    return ", ".join(part for part in parts if part)


def changed_since(choice: Choice, saved: bytes | None, place: int) -> Changed:
    """Told once for a whole branch: not again where the department above changed in the same way."""
    if saved is None or choice.ticked[place] == saved[place]:
        return ""
    above = choice.structure.parents[place]
    if above != NOWHERE and choice.ticked[above] != saved[above] and choice.ticked[above] == choice.ticked[place]:
        return ""
    return "ticked" if choice.ticked[place] else "unticked"
