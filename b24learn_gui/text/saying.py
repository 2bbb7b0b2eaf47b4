"""How an error is said: what happened, and what to do next."""

from dataclasses import dataclass

from b24learn_gui.text.words import mark


@dataclass(frozen=True, slots=True)
class Saying:
    """`what` happened, in several wordings: the first one whose values are all known is used; `advice`: what next."""

    what: tuple[str, ...]
    advice: tuple[str, ...] = ()


LATER = (mark("Run again in a few minutes."),)
"""The advice where waiting is all that helps."""
