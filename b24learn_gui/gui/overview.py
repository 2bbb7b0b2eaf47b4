"""What the program that stays knows of its home, read in one go on a worker thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from b24learn_gui.errors import SyncError
from b24learn_gui.service.announced import announced, put_off
from b24learn_gui.service.context import Context
from b24learn_gui.service.pause_choices import first_run_tomorrow
from b24learn_gui.service.pausing import pause
from b24learn_gui.service.standing import Standing, read_standing
from b24learn_gui.storage.settings import load_settings
from b24learn_gui.timetable.local import Localise

Mark = tuple[tuple[int, int] | None, ...]
"""Change times and sizes of the files that hold how things stand, and a part of the hour."""

_VALID_SECONDS = 600
"""After so long it is read anew although nothing was written."""


@dataclass(frozen=True, slots=True)
class Overview:
    """`tomorrow`: the first run of tomorrow, None while the schedule is off. `announced`: what a person was told of.

    `put_off`: what nobody wants to hear of before tomorrow, with the day that was said.
    `mark`: of the files it was read from.
    """

    standing: Standing
    tomorrow: datetime | None
    announced: frozenset[str]
    mark: Mark
    put_off: Mapping[str, date] = field(default_factory=dict)


def look_at_home(context: Context, known: Mark | None, localise: Localise = datetime.astimezone) -> Overview | None:
    """How things stand; None if nothing of it has changed since `known`. Raises nothing for a bad home."""
    mark = _mark(context)
    if mark == known:
        return None
    standing = read_standing(context)
    tomorrow, told = None, frozenset[str]()
    try:
        tomorrow = first_run_tomorrow(load_settings(context.places.settings_file).schedule, context.now(), localise)
        told, later = announced(context), put_off(context)
    except SyncError:
        return Overview(standing, None, told, mark)  # the standing says what is wrong
    return Overview(standing, tomorrow, told, mark, later)


def pause_until_tomorrow(context: Context, localise: Localise = datetime.astimezone) -> None:
    """No scheduled run before the first one of tomorrow; without a schedule there is nothing to pause."""
    times = load_settings(context.places.settings_file).schedule
    tomorrow = first_run_tomorrow(times, context.now(), localise)
    if tomorrow is not None:
        pause(context, tomorrow)


def _mark(context: Context) -> Mark:
    """Some of it changes by the time alone: a pause ends, a success becomes too old."""
    journal = context.places.journal_file
    files = (context.places.settings_file, journal, journal.with_name(f"{journal.name}-wal"))
    return (*(_of(path) for path in files), (int(context.now().timestamp()) // _VALID_SECONDS, 0))


def _of(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return (state.st_mtime_ns, state.st_size) if state.st_size else None  # reading makes an empty log of the journal
