"""How far a running sync is, from its events alone."""

import time
from collections.abc import Mapping
from typing import Any

from b24learn_gui.gui.models.run_progress import ProgressTracker, RunProgress


def _phase(name: str, **more: Any) -> dict[str, Any]:
    return {"event": "phase", "phase": name, "portal": None, **more}


def _progress(done: int, total: int) -> dict[str, Any]:
    return {"event": "progress", "done": done, "total": total}


def _change(name: str, **after: Any) -> dict[str, Any]:
    return {"event": "change", "kind": "user.update", "name": name, "after": after}


def _after(*told: tuple[float, Mapping[str, Any]]) -> RunProgress:
    tracker = ProgressTracker()
    for steady, event in told:
        tracker.take(event, steady)
    return tracker.snapshot()


_READ = (
    (0.0, _phase("bitrix24")),
    (1.0, _progress(1284, 1284)),
    (2.0, _phase("learn")),
    (3.0, _progress(1067, 1067)),
    (3.5, _phase("plan")),
    (4.0, _progress(51, 51)),
)


def test_before_the_first_event_every_stage_waits() -> None:
    now = ProgressTracker().snapshot()
    assert [(stage.name, stage.state) for stage in now.stages] == [
        ("bitrix24", "waiting"),
        ("learn", "waiting"),
        ("plan", "waiting"),
        ("write", "waiting"),
    ]
    assert now.busy is None


def test_stages_keep_the_number_they_came_to() -> None:
    now = _after(*_READ, (4.5, _phase("departments")), (4.6, _progress(0, 1)))
    assert [(stage.state, stage.number) for stage in now.stages] == [
        ("done", 1284),
        ("done", 1067),
        ("done", 51),
        ("busy", None),
    ]


def test_a_reading_stage_counts_its_own_people() -> None:
    now = _after((0.0, _phase("bitrix24")), (1.0, _progress(600, 1284)))
    assert (now.busy, now.done, now.total, now.per_minute) == ("bitrix24", 600, 1284, None)


def test_the_parts_of_writing_add_up_to_the_whole_plan() -> None:
    now = _after(
        *_READ,
        (5.0, _phase("departments")),
        (6.0, _progress(2, 2)),
        (6.1, _phase("people")),
        (7.0, _progress(28, 40)),
    )
    assert (now.done, now.total) == (30, 51)


def test_a_part_that_is_entered_again_is_not_counted_twice() -> None:
    now = _after(
        *_READ,
        (5.0, _phase("heads")),
        (5.5, _progress(1, 4)),
        (6.0, _phase("leavers")),
        (6.5, _progress(3, 3)),
        (7.0, _phase("heads")),
        (7.5, _progress(2, 4)),
    )
    assert now.done == 5


def test_without_the_plans_number_the_total_is_what_the_parts_say() -> None:
    now = _after((0.0, _phase("plan")), (1.0, _phase("people")), (2.0, _progress(3, 9)))
    assert (now.done, now.total) == (3, 9)


def test_no_estimate_before_five_seconds_of_writing() -> None:
    early = _after(*_READ, (10.0, _phase("people")), (14.9, _progress(10, 51)))
    assert (early.per_minute, early.seconds_left) == (None, None)
    later = _after(*_READ, (10.0, _phase("people")), (15.0, _progress(10, 51)))
    assert (later.per_minute, later.seconds_left) == (120.0, 20.5)


def test_the_rate_forgets_what_is_older_than_twenty_seconds() -> None:
    events = [(10.0, _phase("people")), (20.0, _progress(1000, 2000))]
    events += [(20.0 + second, _progress(1000 + second, 2000)) for second in range(1, 31)]
    now = _after(*_READ, *events)
    assert now.per_minute == 60.0


def test_whoever_was_written_last_is_named_with_the_fields() -> None:
    now = _after(*_READ, (5.0, _phase("people")), (6.0, _progress(1, 51)), (6.0, _change("Ким Ольга", job_title="HR")))
    assert (now.now_touching, now.touching_kind, now.touching_fields) == ("Ким Ольга", "user.update", ("job_title",))


def test_planned_changes_are_not_taken_for_written_ones() -> None:
    assert _after((0.0, _phase("plan")), (0.1, _change("Ким Ольга"))).now_touching == ""


def test_waiting_for_a_server_is_told_until_it_goes_on() -> None:
    tracker = ProgressTracker()
    tracker.take(_phase("bitrix24"), 0.0)
    tracker.take(_phase("wait", seconds=40.0, reason="overload"), 1.0)
    assert (tracker.snapshot().waiting, tracker.snapshot().waiting_seconds) == ("overload", 40.0)
    assert tracker.snapshot().busy == "bitrix24"
    tracker.take(_progress(50, 100), 41.0)
    assert tracker.snapshot().waiting == ""


def test_stopping_is_remembered_to_the_end() -> None:
    tracker = ProgressTracker()
    tracker.take(_phase("people"), 0.0)
    tracker.ask_to_stop()
    tracker.take(_progress(1, 2), 1.0)
    assert tracker.snapshot().stopping


def test_unknown_and_broken_events_change_nothing() -> None:
    tracker = ProgressTracker()
    before = tracker.snapshot()
    for event in ({}, {"event": "surprise"}, {"event": "progress", "done": 1, "total": 2}, _phase("settings")):
        tracker.take(event, 1.0)
    assert tracker.snapshot() == before


def test_twenty_thousand_events_cost_little() -> None:
    def once() -> float:
        tracker = ProgressTracker()
        tracker.take(_phase("people"), 0.0)
        began = time.perf_counter()
        for number in range(10_000):
            tracker.take(_progress(number, 10_000), number / 50)
            tracker.take(_change("Ким Ольга", job_title="HR"), number / 50)
            if number % 5 == 0:
                tracker.snapshot()
        return time.perf_counter() - began

    assert min(once() for _ in range(5)) < 0.5
