"""Preview, letters, fields and problems of an unsaved setup, over real HTTP, leaving no trace."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from b24learn_gui.demo.bitrix24 import World as PortalWorld
from b24learn_gui.demo.learn import LearnWorld
from b24learn_gui.errors import Refused, SettingsInvalid, StoppedOnRequest, WrongUsage
from b24learn_gui.service.ladder_found import PortalFound
from b24learn_gui.service.run import SyncRequest, sync
from b24learn_gui.service.setup import (
    check_learn,
    check_portal,
    export_problems,
    field_report,
    keep_preview,
    letters_count,
    memory_of,
    plan_draft,
    preview_draft,
    problem_list,
    read_world,
    save,
)
from b24learn_gui.service.setup_found import World
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text import Words
from tests.e2e.arena import small_company
from tests.service.setup_world import Setup, setup_world
from tests.storage.keyrings import MemoryKeyring


def checked(made: Setup) -> tuple[PortalFound, World]:
    """What the wizard's checks leave behind."""
    stop = threading.Event()
    portal = check_portal(made.context, made.settings, "main", made.secrets, stop=stop)
    learn = check_learn(made.context, made.settings, made.secrets, stop=stop)
    assert portal.company is not None
    assert learn.snapshot is not None
    return portal, World((portal.company,), learn.snapshot, memory_of(made.context))


def strange_company() -> PortalWorld:
    world = small_company()
    world.people[3].fields["EMAIL"] = ""
    world.people[4].fields["EMAIL"] = world.people[5].fields["EMAIL"]
    world.people[6].fields["NAME"] = "=cmd()\x07"
    world.people[6].fields["EMAIL"] = "not an address"
    return world


def test_T21_a_preview_of_unsaved_settings_touches_neither_side_nor_the_home(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        before = made.learn.world.state(ids=True)
        found = preview_draft(made.context, made.settings, made.secrets)
        assert made.learn.world.state(ids=True) == before
        assert not made.learn.log.writes
        assert not made.home.exists()
    assert found.summary["counts"]["user.create"] == 12
    assert found.summary["exit_code"] == 0
    assert found.summary["plan_hash"] == found.hash


def test_a_preview_of_what_was_read_asks_nobody_again_and_has_the_same_hash(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        _, world = checked(made)
        made.portals["main"].forget_calls()
        made.learn.log.clear()
        known = preview_draft(made.context, made.settings, made.secrets, world=world)
        assert made.portals["main"].requests == 0
        assert not made.learn.log.entries
        assert known.hash == preview_draft(made.context, made.settings, made.secrets).hash


def test_the_previewed_first_sync_runs_by_its_hash(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as made:
        found = preview_draft(made.context, made.settings, made.secrets)
        save(made.context, made.settings, made.secrets)
        keep_preview(made.context, found)
        with Journal.open_read_only(made.context.places.journal_file) as journal:
            assert journal.plan(found.hash) is not None
        summary = sync(made.context, SyncRequest(approve=found.hash))
    assert summary["exit_code"] == 0
    assert summary["counts"]["user.create"] == 12


def test_a_side_that_refuses_ends_a_preview_with_its_own_error(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        secrets = {**made.secrets, "learn.password": "wrong"}
        with pytest.raises(Refused):
            preview_draft(made.context, made.settings, secrets)
        stop = threading.Event()
        stop.set()
        with pytest.raises(StoppedOnRequest):
            read_world(made.context, made.settings, made.secrets, stop=stop)


def test_letters_are_counted_whether_they_are_switched_on_or_not(tmp_path: Path) -> None:
    with setup_world(tmp_path, {"main": strange_company()}) as made:
        _, world = checked(made)
    off = made.settings
    on = replace(off, sync=replace(off.sync, notify_users=True))
    assert letters_count(world, off) == letters_count(world, on) == plan_draft(world, on).letters > 0
    assert plan_draft(world, off).letters == 0


def test_P4_the_report_counts_who_lacks_what_learn_requires(tmp_path: Path) -> None:
    with setup_world(
        tmp_path, {"main": strange_company()}, learn_world=LearnWorld(required_fields=("job_title", "country"))
    ) as made:
        portal, world = checked(made)
    plan = plan_draft(world, made.settings)
    report = field_report(world, made.settings, plan, [portal])
    rows = {row.name: row for row in report.rows}
    assert report.people == 12
    assert report.unable == sum(verdict.column == "skipped" for verdict in plan.verdicts.values()) == 12 - 2
    assert (rows["country"].required, rows["country"].source, rows["country"].lacking) == (True, "", 12)
    assert (rows["job_title"].required, rows["job_title"].source, rows["job_title"].lacking) == (
        True,
        "WORK_POSITION",
        0,
    )
    assert (rows["email"].source, rows["email"].lacking, rows["email"].fixed) == ("EMAIL", 2, True)
    assert rows["phone"].lacking == 12
    assert report.sources["WORK_POSITION"]
    assert report.unread == frozenset()


def test_a_field_that_was_not_read_yet_is_named(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        portal, world = checked(made)
    fields = {**made.settings.sync.fields, "job_title": "PERSONAL_CITY"}
    changed = replace(made.settings, sync=replace(made.settings.sync, fields=fields))
    report = field_report(world, changed, plan_draft(world, changed), [portal])
    assert report.unread == {"PERSONAL_CITY"}


def test_a_login_from_the_phone_is_reported_with_the_field_it_comes_from(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        portal, world = checked(made)
    changed = replace(made.settings, sync=replace(made.settings.sync, login_from="phone"))
    report = field_report(world, changed, plan_draft(world, changed), [portal])
    login = next(row for row in report.rows if row.name == "login")
    assert (login.source, login.lacking) == ("PERSONAL_MOBILE", 12)


def test_a_mapping_to_no_field_of_the_account_is_refused_by_name(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        _, world = checked(made)
    changed = replace(made.settings, sync=replace(made.settings.sync, fields={"nickname": "NAME"}))
    with pytest.raises(SettingsInvalid) as caught:
        plan_draft(world, changed)
    assert caught.value.faults[0].path == "sync.fields.nickname"


def test_problems_by_person_are_listed_and_written_for_hr(tmp_path: Path) -> None:
    with setup_world(tmp_path, {"main": strange_company()}) as made:
        _, world = checked(made)
    rows = problem_list(world, made.settings, plan_draft(world, made.settings))
    codes = {row.key[1]: row.code for row in rows if not row.note}
    assert codes == {3: "login_missing", 4: "duplicate_in_source", 5: "duplicate_in_source", 6: "email_invalid"}
    assert {row.department for row in rows} <= {"Офис", "Склад"}
    assert [row.note for row in rows] == sorted(row.note for row in rows)
    file = tmp_path / "problems.xlsx"
    export_problems(rows, file, Words("ru"))
    sheet: Any = openpyxl.load_workbook(file).active
    table = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert len(table) == len(rows) + 1
    named = next(line for line in table if line[6] == 6)
    assert "=cmd()" in named[0]
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    sheet.parent.close()


def test_a_list_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage) as caught:
        export_problems([], tmp_path / "no-such-place" / "problems.xlsx", Words("en"))
    assert caught.value.code == "file_not_written"


def test_a_portal_removed_from_the_draft_is_left_out_of_its_plan(tmp_path: Path) -> None:
    worlds = {"main": small_company(), "west": small_company(portal="west")}
    with setup_world(tmp_path, worlds) as made:
        both = preview_draft(made.context, made.settings, made.secrets)
        alone = replace(made.settings, portals=made.settings.portals[:1])
        one = preview_draft(made.context, alone, made.secrets, world=both.world)
    assert both.summary["counts"]["user.create"] == 24
    assert one.summary["counts"]["user.create"] == 12
    assert [source["portal"] for source in one.summary["sources"]] == ["main"]


def test_typed_secrets_win_over_kept_ones(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as made:
        Secrets(account=made.context.places.home_id, environment=made.context.environment).set("learn.password", "old")
        assert preview_draft(made.context, made.settings, made.secrets).summary["exit_code"] == 0
