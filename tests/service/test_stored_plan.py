"""A stored plan is the one that was shown: its names, and whether it spares leavers, come back from the journal."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import SyncRequest, foresee, preview, sync
from b24learn_gui.service.setup import save
from b24learn_gui.service.stored_plan import is_refused, stored_plan
from b24learn_gui.sync.reasons import Origin
from tests.e2e.arena import small_company
from tests.service.setup_world import Setup, setup_world

PEOPLE = 20


def settled(made: Setup, **portal: tuple[int, ...]) -> None:
    """Everybody has an account; then the marks are these, and five may be deactivated at once."""
    save(made.context, made.settings, made.secrets)
    assert sync(made.context, SyncRequest(approve=preview(made.context, Wishes())["plan_hash"]))["exit_code"] == 0
    few = replace(made.settings.limits, deactivate_count=5)
    save(made.context, replace(made.with_portal(**portal), limits=few), made.secrets)


def test_a_stopped_runs_plan_names_the_department_that_is_not_ticked(tmp_path: Path) -> None:
    with setup_world(tmp_path, {"main": small_company(PEOPLE)}) as made:
        settled(made, exclude=(3,))
        stopped = sync(made.context, SyncRequest())
        assert stopped["exit_code"] == 20
        kept = stored_plan(made.context, stopped["run"])
        assert msgspec.to_builtins(kept.summary) == stopped
        assert is_refused(kept.summary)
        assert kept.deactivate
        assert not kept.partial
        gone = {("main", each["bitrix24_id"]) for each in stopped["changes"] if each["kind"] == "user.deactivate"}
        assert len(gone) == 9
        unticked = Origin("unticked", "Склад")
        assert kept.names.origins == {("user.deactivate", *key): unticked for key in gone}
        assert kept.names.places == dict.fromkeys(gone, "Склад")
        assert kept.linked == {"main": PEOPLE}
        assert kept.addresses == {"main": made.portals["main"].url}


def test_a_plan_that_spares_leavers_and_a_partial_one_say_so(tmp_path: Path) -> None:
    with setup_world(tmp_path, {"main": small_company(PEOPLE)}) as made:
        settled(made, exclude=(3,))
        made.portals["main"].world.people[2].fields["WORK_POSITION"] = "Директор"
        spared = foresee(made.context, Wishes(deactivate=False))
        assert spared.plan is not None
        assert [each.kind for each in spared.plan.changes] == ["user.update"]
        assert not stored_plan(made.context, spared.summary["run"]).deactivate
        partial = preview(made.context, Wishes(only=("2",)))
        assert stored_plan(made.context, partial["run"]).partial


def test_a_preview_tells_what_it_was_made_from_and_why_it_failed(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        save(made.context, made.settings, made.secrets)
        found = foresee(made.context, Wishes())
        assert found.error is None
        assert found.learn is not None
        assert [each.portal for each in found.companies] == ["main"]
        assert found.plan is not None
        assert found.plan.hash == found.summary["plan_hash"]
        made.learn.stop()
        failed = foresee(made.context, Wishes())
        assert failed.plan is None
        assert failed.error is not None
        assert failed.summary["error"]["code"] == failed.error.code


def test_an_unknown_run_is_refused(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, pytest.raises(WrongUsage, match="run_unknown"):
        stored_plan(made.context, "20261122T030000Z-0000")
