"""Tells a person what is new, each cause once: what was told is kept with the home."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.overview import Overview
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.tray import news
from b24learn_gui.gui.tray.tray import Tray
from b24learn_gui.service.announced import remember_announced, remember_put_off
from b24learn_gui.service.context import Context
from b24learn_gui.text.words import Words


class Announcer:
    """Speaks through the tray. Used from the windows' thread."""

    def __init__(self, context: Context, tasks: Tasks) -> None:
        self._context, self._tasks = context, tasks
        self._told: frozenset[str] | None = None
        self._ended: Mapping[str, Any] | None = None
        self._broke_off = False
        self._put_off: dict[str, date] | None = None

    @property
    def put_off(self) -> Mapping[str, date]:
        """Causes nobody wants to hear of before tomorrow, by key, with the day they were put off."""
        return self._put_off or {}

    def know(self, overview: Overview) -> None:
        """What the home still knows from before this start; later ones are ours."""
        if self._told is None:
            self._told = overview.announced
        if self._put_off is None:
            self._put_off = dict(overview.put_off)

    def put_off_today(self, key: str, clock: Clock) -> None:
        """No more of this cause today; from tomorrow on it is told once more if it is still there."""
        self._keep_put_off({**self.put_off, key: clock.localise(clock.now).date()})

    def run_ended(self, summary: Mapping[str, Any] | None) -> None:
        """What a run came to is told with the next announcement."""
        self._ended = summary

    def announce(self, overview: Overview, tray: Tray, clock: Clock, words: Words, *, seen: bool) -> None:
        """Tell what is new. `seen`: somebody is looking at it anyway. What nobody can see is not told yet."""
        self.know(overview)
        if self._told is None or not (tray.hosted or seen):
            return
        today = clock.localise(clock.now).date()
        over = {key for key, day in self.put_off.items() if day != today}
        if over:
            self._keep_put_off({key: day for key, day in self.put_off.items() if key not in over})
            self._told -= over
        ended, self._ended = self._ended, None
        known = self._told | self.put_off.keys()
        if self._broke_off:
            self._broke_off = False
            known |= {cause.key for cause in overview.standing.causes if cause.code == "interrupted"}
        notes = news.news(known, overview.standing, ended, clock, words)
        if notes and not seen:
            title, text = news.joined(notes)
            tray.tell(title, text, waits=any(note.waits for note in notes))
        told = news.announced_now(overview.standing)
        if told != self._told:
            self._told = told
            self._tasks.run(lambda _stop: remember_announced(self._context, told), _nothing, self._not_kept)

    def broke_off(self, note: news.Note, tray: Tray) -> None:
        """A run broke off: told at once, and not again as a run that was interrupted."""
        tray.tell(note.title, note.text, waits=note.waits)
        self._broke_off = True

    def _keep_put_off(self, days: dict[str, date]) -> None:
        self._put_off = days
        self._tasks.run(lambda _stop: remember_put_off(self._context, days), _nothing, self._not_kept)

    def _not_kept(self, _error: SyncError) -> None:
        """It is told again after a restart; a journal that cannot be written is told as how things stand."""


def _nothing(_value: object) -> None:
    """Nobody waits for this answer."""
