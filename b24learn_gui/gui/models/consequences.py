"""What the ticked departments would mean for people. No Qt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consequences:
    """Numbers of people. `was_studying` and `were_left_out` by the saved settings, None on a first set-up;
    `limit`: how many deactivations one run may do without approval, None where that is not known.
    """

    will_study: int
    was_studying: int | None
    left_out: int
    were_left_out: int | None
    deactivated: int
    limit: int | None
