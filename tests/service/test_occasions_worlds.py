"""The timetable on the real journal: clocks that jump, weeks asleep, processes that die (rule Z1, incident T17)."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from b24learn_gui.service import occasions
from b24learn_gui.service.standing import due_now
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import Settings, load_settings
from b24learn_gui.timetable.plan import Outlook
from b24learn_gui.timetable.watch import Moment, Probe, Start, Wait, Watch
from tests.service.standing_home import SETTINGS, StandingHome

DAY = timedelta(days=1)


class Computer:
    """One home; `fires` is what any scheduler does: `sync --trigger schedule`, whose run ends as it is told."""

    def __init__(self, home: StandingHome) -> None:
        self.home = home
        self.runs: Counter[str] = Counter()

    @property
    def settings(self) -> Settings:
        return load_settings(self.home.places.settings_file)

    def fires(self, exit_code: int | None = 0, meanwhile: Callable[[], object] = bool) -> Outlook | None:
        """None as the exit code: the process dies."""
        with self.home.journal() as journal:
            outlook = occasions.claim(self.home.context, self.settings, journal, f"run-{self.runs.total()}")
            if outlook is not None and outlook.due is not None:
                self.runs[outlook.due] += 1
                meanwhile()
                if exit_code is not None:
                    occasions.answer(self.home.context, journal, outlook, exit_code)
            return outlook

    def rows(self) -> dict[str, tuple[str | None, str]]:
        with Journal.open_read_only(self.home.places.journal_file) as journal:
            return {each.occurrence: (each.outcome, each.reason) for each in journal.occurrences(-1)}

    def passes(self, span: timedelta) -> None:
        self.home.now += span


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    home = StandingHome(tmp_path, now=datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    home.save(saved=home.now - timedelta(hours=1))
    return Computer(home)


def due(outlook: Outlook | None) -> str | None:
    return outlook.due if outlook is not None else None


def test_T17_weeks_asleep_are_one_run_and_one_outcome_each(computer: Computer) -> None:
    computer.fires()
    computer.passes(21 * DAY + timedelta(hours=2))
    outlook = computer.fires()
    assert outlook is not None
    assert outlook.catch_up
    assert computer.fires() is None
    rows = computer.rows()
    assert len(rows) == 43
    assert Counter(outcome for outcome, _ in rows.values()) == {"done": 2, "skipped": 41}
    assert computer.runs.total() == 2


def test_T17_after_a_clock_a_year_ahead_every_occurrence_is_still_run_and_once(computer: Computer) -> None:
    computer.fires()
    computer.passes(300 * DAY)
    assert due(computer.fires()) == "2027-09-18T03:00Z"
    assert len(computer.rows()) > 400
    computer.passes(-300 * DAY)
    assert computer.fires() is None
    for _ in range(20):
        computer.passes(timedelta(hours=12))
        assert due_now(computer.home.context).due == due(computer.fires())
        assert due_now(computer.home.context).due is None
        assert computer.fires() is None
    assert set(computer.runs.values()) == {1}
    assert computer.runs.total() == 22
    ran = {occurrence for occurrence, (outcome, _) in computer.rows().items() if outcome == "done"}
    assert ran == set(computer.runs)


def test_T17_a_clock_set_back_runs_nothing_twice(computer: Computer) -> None:
    for _ in range(4):
        computer.fires()
        computer.passes(timedelta(hours=12))
    computer.passes(-2 * DAY)
    for _ in range(4):
        assert computer.fires() is None
        computer.passes(timedelta(hours=12))
    assert set(computer.runs.values()) == {1}


def test_Z1_a_process_that_dies_is_answered_by_one_catch_up_run_also_after_a_clock_was_ahead(
    computer: Computer,
) -> None:
    computer.passes(300 * DAY)
    computer.fires(None)
    computer.fires()
    computer.passes(-300 * DAY)
    died = due(computer.fires(None))
    assert due_now(computer.home.context).due == died
    again = computer.fires()
    assert again is not None
    assert (again.due, again.catch_up) == (died, True)
    assert computer.fires() is None
    assert due_now(computer.home.context).due is None
    assert died is not None
    assert computer.rows()[died] == ("interrupted", "after_interruption")


def test_Z1_a_catch_up_run_that_dies_as_well_is_not_repeated(computer: Computer) -> None:
    assert due(computer.fires(None)) == due(computer.fires(None)) == "2026-11-22T03:00Z"
    assert computer.fires() is None
    computer.passes(timedelta(hours=12))
    outlook = computer.fires()
    assert outlook is not None
    assert (outlook.due, outlook.catch_up) == ("2026-11-22T15:00Z", False)


def test_Z1_what_was_missed_before_the_catch_up_of_an_interruption_has_its_row(computer: Computer) -> None:
    computer.passes(2 * DAY)
    computer.fires(None)
    computer.fires()
    assert {outcome for outcome, _ in computer.rows().values()} == {"skipped", "interrupted"}
    assert len(computer.rows()) == 5


def test_times_changed_while_a_run_is_at_work_neither_repeat_nor_lose_one(computer: Computer) -> None:
    def change() -> None:
        computer.passes(timedelta(minutes=4))
        computer.home.save(SETTINGS.replace("03:00", "03:10"), saved=computer.home.now)

    assert due(computer.fires(0, change)) == "2026-11-22T03:00Z"
    assert computer.fires() is None
    computer.passes(timedelta(minutes=6))
    assert due(computer.fires()) == "2026-11-22T03:10Z"
    computer.passes(DAY)
    outlook = computer.fires()
    assert outlook is not None
    assert (outlook.due, outlook.missed) == ("2026-11-23T03:10Z", ("2026-11-22T15:00Z",))
    assert set(computer.runs.values()) == {1}


def test_a_claim_and_what_it_answers_are_written_together_or_not_at_all(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.passes(3 * DAY)

    def full(*_args: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("b24learn_gui.storage.journal.occurrences.skip", full)
        with pytest.raises(OSError):
            computer.fires()
    assert computer.rows() == {}
    assert due(computer.fires()) == "2026-11-25T03:00Z"
    assert len(computer.rows()) == 7


def test_the_tray_that_asks_writes_nothing_and_sees_what_the_run_will_claim(computer: Computer) -> None:
    computer.passes(2 * DAY)
    asked = due_now(computer.home.context)
    assert computer.rows() == {}
    claimed = computer.fires()
    assert claimed is not None
    assert (asked.due, asked.reason, asked.missed) == (claimed.due, claimed.reason, claimed.missed)


def test_T17_the_whole_way_from_waking_to_one_run(computer: Computer) -> None:
    watch, steady, network = Watch(0.5), 0.0, iter([False, False, True])
    answer: bool | None = None
    started_after: list[float] = []
    computer.fires()
    computer.passes(3 * DAY + timedelta(hours=1))
    while steady < 3600:
        outlook = due_now(computer.home.context)
        action = watch.tick(Moment(computer.home.now, steady), outlook, answer)
        answer, step = None, 1.0
        match action:
            case Wait(until=until):
                step = until - steady
            case Probe():
                answer = next(network)
            case Start(trigger=trigger):
                assert trigger == "catch-up"
                started_after.append(steady)
                computer.fires()
        steady += step
        computer.passes(timedelta(seconds=step))
    assert [round(each) for each in started_after] == [45 + 1 + 15 + 1 + 30 + 1]
    assert computer.runs.total() == 2
