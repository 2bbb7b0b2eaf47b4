"""Another computer, or settings from a file: they lead to a preview first, never straight into a write."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w

from b24learn_gui.demo.learn import Learn
from b24learn_gui.storage.lock import RunLock
from tests.e2e.arena import PEOPLE, Answer, Arena, arena, email_of, small_company

HELD = "settings_imported"


def on_a_new_computer(made: Arena, name: str = "new") -> Arena:
    """The same two sides and secrets, and a home that knows nothing yet."""
    return replace(made, home=made.home.parent / name)


def imported(made: Arena, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    file = made.home.parent / "from elsewhere.toml"
    file.write_text(tomli_w.dumps(settings if settings is not None else made.settings), encoding="utf-8")
    answer = made.run("settings", "import", str(file))
    assert answer.code == 0, answer.json
    return answer.json


def exported(made: Arena) -> Path:
    file = made.home.parent / "exported.toml"
    assert made.run("settings", "export", str(file)).code == 0
    return file


def with_section(made: Arena, name: str, **values: Any) -> dict[str, Any]:
    return {**made.settings, name: {**made.settings.get(name, {}), **values}}


def assert_held(made: Arena, answer: Answer) -> None:
    assert answer.code == 20, answer.json
    assert HELD in answer.codes()
    assert not made.learn.log.writes
    assert not any(answer.json["counts"].values())


def assert_quiet(made: Arena) -> None:
    made.learn.log.clear()
    again = made.sync()
    assert (again.code, again.kinds()) == (0, {}), (again.json["problems"], again.json["changes"])
    assert not made.learn.log.writes


# From import to the first write


def test_the_documented_first_setup_from_an_import_to_the_first_sync(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        new = on_a_new_computer(made)
        assert imported(new)["preview_first"] is True
        assert new.run("check").code == 0
        assert new.preview().code == 0
        assert new.sync("--only", email_of(5)).code == 0
        assert new.sync().code == 0
        assert new.active() == PEOPLE
        assert_quiet(new)


def test_no_sync_writes_by_imported_settings_before_a_preview(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        new = on_a_new_computer(made)
        imported(new)
        assert new.run("health").json["waiting"] == [{"code": HELD, "count": 1}]
        for words in (("--trigger", "schedule"), ("--only", email_of(5)), ("--portal", "main"), ()):
            assert_held(new, new.sync(*words))  # asking again is no look at it
        health = new.run("health")
        assert (health.code, [each["code"] for each in health.json["waiting"]]) == (10, [HELD])
        planned = new.preview()
        waiting = [each["code"] for each in new.run("health").json["waiting"]]
        assert waiting == ["exit_20"], "a plan waits still, but what the settings do was shown"
        assert (planned.code, planned.codes()) == (0, [])
        done = new.sync()
        assert (done.code, done.json["plan_hash"]) == (0, planned.json["plan_hash"])
        assert new.run("health").code == 0


def test_the_plan_of_a_held_run_can_be_approved_as_it_is(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        new = on_a_new_computer(made)
        imported(new)
        held = new.sync()
        assert_held(new, held)
        assert new.sync("--approve", "0" * 64).code == 20
        done = new.sync("--approve", held.json["plan_hash"])
        assert (done.code, done.codes()) == (0, [])
        made.main.world.change(5, WORK_POSITION="Начальник")
        assert new.sync("--trigger", "schedule").kinds() == {"user.update": 1}


def test_imported_settings_that_would_change_something_are_held_until_everything_was_shown(tmp_path: Path) -> None:
    """One person's preview and one without its deactivations show a part: they let nothing through."""
    with arena(tmp_path) as made:
        made.settle()
        imported(made, {**made.settings, "portals": [{**made.settings["portals"][0], "exclude": [3]}]})
        leavers = {email_of(id_) for id_ in range(2, PEOPLE + 1) if id_ % 2}
        assert made.preview("--only", email_of(3)).code == 0
        assert made.preview("--no-deactivate").code == 0
        assert_held(made, made.sync())
        planned = made.preview()
        assert planned.kinds() == {"user.deactivate": len(leavers)}
        assert made.sync().code == planned.code == 0
        assert made.inactive() == leavers


def test_a_preview_that_could_not_read_a_portal_shows_not_everything(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(), "west": small_company(portal="west")}) as made:
        new = on_a_new_computer(made)
        imported(new)
        made.keep_secret("portal.west.webhook", f"{made.portals['west'].webhook[:-2]}x/")
        assert new.preview().code == 40
        made.keep_secret("portal.west.webhook", made.portals["west"].webhook)
        assert_held(new, new.sync())


def test_a_plan_of_a_portal_in_doubt_shows_not_everything(tmp_path: Path) -> None:
    """Whom the new settings would deactivate is not in it, so neither its preview nor its emptiness lets them through."""
    with arena(tmp_path) as made:
        made.settle()
        doubtful = {**made.settings["portals"][0], "exclude": [3, 99]}
        imported(made, {**made.settings, "portals": [doubtful]})
        assert made.preview().code == 30
        empty = made.sync()
        assert (empty.code, empty.kinds(), made.inactive()) == (30, {}, set())
        made.main.world.add_department("Девяносто девять", 1, number=99)
        assert_held(made, made.sync())
        assert made.preview().code == 0


def test_an_import_that_changes_nothing_a_run_would_do_holds_nothing(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        assert imported(made)["preview_first"] is False
        other = with_section(made, "schedule", first_run_utc="05:00")
        other |= {"language": "ru", "alerts": {"overdue_hours": 50}, "network": {"parallel_writes": 1}}
        assert imported(made, other)["preview_first"] is False
        made.main.world.dismiss(5)
        assert made.sync("--trigger", "schedule").kinds() == {"user.deactivate": 1}


def test_imported_settings_by_which_nothing_is_to_be_written_are_let_through_by_a_sync(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        assert imported(made, with_section(made, "limits", adoptions=3))["preview_first"] is True
        assert_quiet(made)
        made.main.world.dismiss(5)
        assert made.sync("--trigger", "schedule").kinds() == {"user.deactivate": 1}


def test_a_second_import_holds_again_and_one_back_to_the_same_does_not_let_go(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        made.main.world.dismiss(5)
        imported(made, with_section(made, "sync", leavers="keep"))
        imported(made)
        assert_held(made, made.sync())
        made.preview()
        imported(made, with_section(made, "sync", leavers="terminate"))
        assert_held(made, made.sync())


def test_an_import_waits_for_no_run_and_interferes_with_none(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        before = (made.home / "settings.toml").read_bytes()
        file = made.home.parent / "keep.toml"
        file.write_text(tomli_w.dumps(with_section(made, "sync", leavers="keep")), encoding="utf-8")
        with RunLock(made.home / "run.lock"):
            assert made.run("settings", "import", str(file)).code == 50
        assert (made.home / "settings.toml").read_bytes() == before
        made.main.world.dismiss(5)
        assert made.sync().code == 0


# The journal: moved, copied badly, lost


def test_a_move_with_the_journal_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        ids = made.ids()
        new = on_a_new_computer(made)
        new.home.mkdir()
        assert [each.name for each in made.home.glob("journal.db*")] == ["journal.db"]  # closed: one file is all of it
        shutil.copyfile(made.home / "journal.db", new.home / "journal.db")
        assert new.run("settings", "import", str(exported(made))).json["preview_first"] is True
        made.main.world.dismiss(5)
        assert_held(new, new.sync("--trigger", "schedule"))
        assert new.preview().kinds() == {"user.deactivate": 1}
        assert new.sync().code == 0
        assert (made.inactive(), made.ids()) == ({email_of(5)}, ids)
        assert new.run("history").json["runs"][-1]["run"] == made.run("history").json["runs"][-1]["run"]
        assert_quiet(new)


def test_a_move_without_the_journal_rebuilds_it_and_nobody_is_deactivated_or_doubled(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.main.world.set_head(2, 4)
        made.settle()
        before, ids = made.truth(), made.ids()
        new = on_a_new_computer(made)
        assert new.run("settings", "import", str(exported(made))).code == 0
        assert new.preview().code == 20
        held = new.sync("--trigger", "schedule")
        assert (held.code, held.codes()) == (20, ["journal_rebuilt"])  # the preview has shown what the import does
        assert made.truth() == before
        assert not made.learn.log.writes
        done = new.sync("--approve", held.json["plan_hash"])
        assert (done.code, done.kinds()) == (0, {"user.adopt": PEOPLE})
        assert (made.truth(), made.ids(), made.inactive()) == (before, ids, set())
        assert_quiet(new)
        made.main.world.dismiss(7)
        assert new.sync().kinds() == {"user.deactivate": 1}


def test_a_journal_copied_without_its_write_ahead_log_doubles_and_deactivates_nobody(tmp_path: Path) -> None:
    """As when somebody copies `journal.db` alone while the program runs: the last run's links are missing in it."""
    with arena(tmp_path) as made:
        made.settle()
        new = on_a_new_computer(made)
        new.home.mkdir()
        newcomers = [made.main.world.add_person([2], number=13 + n, NAME=f"Н{n}", LAST_NAME="Новый",
                                                EMAIL=email_of(13 + n)) for n in range(3)]  # fmt: skip
        with closing(sqlite3.connect(made.home / "journal.db")) as reader:
            reader.execute(
                "SELECT count(*) FROM people"
            ).fetchone()  # an open connection keeps the log from being closed
            assert made.sync().kinds() == {"user.create": len(newcomers)}
            assert (made.home / "journal.db-wal").stat().st_size > 0
            shutil.copyfile(made.home / "journal.db", new.home / "journal.db")
        ids, before = made.ids(), made.truth()
        assert new.run("settings", "import", str(exported(made))).code == 0
        planned = new.preview()
        assert planned.kinds() == {"user.adopt": len(newcomers)}
        assert new.sync().code == 0
        assert (made.ids(), made.truth(), made.inactive()) == (ids, before, set())
        assert_quiet(new)


def test_a_journal_of_another_learn_account_writes_nothing_without_approval(tmp_path: Path) -> None:
    with arena(tmp_path) as made, Learn() as other:
        made.settle()
        new = on_a_new_computer(made)
        new.home.mkdir()
        shutil.copyfile(made.home / "journal.db", new.home / "journal.db")
        made.keep_secret("learn.password", other.password)
        imported(new, with_section(made, "learn", url=other.url, login=other.login))
        for answer in (new.preview(), new.sync("--trigger", "schedule")):
            assert (answer.code, [hit["kind"] for hit in answer.json["limits"]]) == (20, ["user.create"])
        assert not other.log.writes


# While links are rebuilt


def lose_the_journal(made: Arena) -> None:
    for file in made.home.glob("journal*"):
        file.unlink()


def test_I8_a_few_people_first_leave_the_others_to_be_rebuilt_and_asked_for(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        ids = made.ids()
        lose_the_journal(made)
        made.main.world.dismiss(5)
        few = made.sync("--only", email_of(6))
        assert (few.code, few.codes()) == (20, ["journal_rebuilt"])
        assert made.sync("--only", email_of(6), "--approve", few.json["plan_hash"]).kinds() == {"user.adopt": 1}
        refused = made.sync()
        assert (refused.code, refused.codes()) == (20, ["journal_rebuilt"])
        done = made.sync("--approve", refused.json["plan_hash"])
        assert done.kinds() == {"user.adopt": PEOPLE - 1, "user.deactivate": 1}  # the dismissed one was found, too
        assert (made.ids(), made.inactive()) == (ids, {email_of(5)})
        assert_quiet(made)


def test_I8_one_decided_conflict_does_not_pass_for_a_journal_that_knows_the_portal(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        lose_the_journal(made)
        assert made.run("decide", email_of(6), "--link", made.account(6).id).code == 0
        refused = made.sync()
        assert (refused.code, refused.codes()) == (20, ["journal_rebuilt"])
        assert made.sync("--approve", refused.json["plan_hash"]).code == 0
        assert_quiet(made)


def test_I8_a_rebuilding_that_was_stopped_in_the_middle_is_asked_for_again(tmp_path: Path) -> None:
    """The links found so far are kept, and those who were dismissed meanwhile are still looked for."""
    with arena(tmp_path) as made:
        made.settle()
        ids = made.ids()
        lose_the_journal(made)
        made.main.world.dismiss(5)
        made.main.world.change(6, WORK_POSITION="Начальник")
        made.save(network={"patience_seconds": 60})
        planned = made.preview()
        made.learn.faults.plan("status", status=503, writes_only=True, path="/user/.*", times=None)
        assert made.sync("--approve", planned.json["plan_hash"]).code == 60
        made.learn.faults.clear()
        refused = made.sync()
        assert (refused.code, refused.codes()) == (20, ["journal_rebuilt"])
        assert made.sync("--approve", refused.json["plan_hash"]).code == 0
        assert (made.ids(), made.inactive()) == (ids, {email_of(5)})
        assert_quiet(made)
