"""T20, T21, T23: nothing changed, nothing written; previews change nothing; limits hold with nobody at the screen."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.demo.companies import generate
from tests.e2e.arena import PEOPLE, Answer, Arena, arena, email_of, small_company


def both_worlds() -> dict[str, Any]:
    return {"main": small_company(), "west": small_company(portal="west")}


# T20


def test_T20_an_unchanged_company_of_two_portals_costs_no_write_and_no_letter(tmp_path: Path) -> None:
    worlds = both_worlds()
    worlds["main"].set_head(2, 4)
    with arena(tmp_path, worlds) as made:
        made.save(sync={"notify_users": True, "empty_departments": "delete"})
        made.settle()
        before = made.truth()
        for _ in range(2):
            answer = made.sync()
            assert (answer.code, answer.json["changes"], answer.json["letters"]) == (0, [], 0)
            assert answer.people() == {"read": 2 * PEOPLE, "unchanged": 2 * PEOPLE}
        assert not made.learn.log.writes
        assert len(made.learn.outbox) == 0
        assert made.truth() == before


# T21

LOCAL = ("people", "departments", "decisions", "held", "interims", "unanswered", "portals", "occurrences")


def local_state(made: Arena) -> dict[str, list[tuple[Any, ...]]]:
    file = made.home / "journal.db"
    if not file.exists():
        return {name: [] for name in LOCAL}
    db = sqlite3.connect(file)
    try:
        known = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert set(LOCAL) <= known
        return {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in LOCAL}
    finally:
        db.close()


def test_T21_a_preview_of_an_empty_learn_with_odd_people_changes_nothing_anywhere(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": generate(3, 40, oddities=True)}) as made:
        before, settings = made.truth(), (made.home / "settings.toml").read_bytes()
        first, second = made.preview(), made.preview()
        assert first.code == second.code == 10
        assert first.json["plan_hash"] == second.json["plan_hash"]
        assert first.json["counts"]["user.create"] > 40
        assert made.truth() == before
        assert not made.learn.log.writes
        assert local_state(made) == {name: [] for name in LOCAL}
        assert (made.home / "settings.toml").read_bytes() == settings


def test_T21_a_preview_settles_neither_links_nor_rights_nor_doubts(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        local, before = local_state(made), made.truth()
        made.main.world.dismiss(5)
        made.main.world.change(6, NAME="Иная", LAST_NAME="Совсем", EMAIL="quite.other@main.example")
        made.main.world.set_admin(1, admin=False)
        answers = [made.preview() for _ in range(2)]
        assert {answer.code for answer in answers} == {30}
        assert {"rights_lost", "identity_changed"} <= set(answers[1].codes())
        assert (local_state(made), made.truth()) == (local, before)
        assert not made.learn.log.writes


def test_T21_a_preview_before_anything_is_set_up_names_every_fault_and_writes_nothing(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settings["portals"][0].update({"include": [], "key": "Main Portal"})
        made.save(limits={"adoptions": -1})
        answer = made.preview()
        assert answer.code == 70
        message = answer.json["error"]["message"]
        assert all(path in message for path in ("portals[0].include", "portals[0].key", "limits.adoptions"))
        assert made.main.requests == 0
        assert not made.learn.log.entries


# T23

Change = Callable[[Arena], None]


def seven_leave(made: Arena) -> None:
    for id_ in range(5, 12):
        made.main.world.dismiss(id_)


def seven_gone(made: Arena) -> None:
    for id_ in range(5, 12):
        made.main.world.delete_person(id_)


def seven_move(made: Arena) -> None:
    for id_ in range(5, 12):
        made.main.world.move(id_, [1])


def seven_edited(made: Arena) -> None:
    for id_ in range(5, 12):
        made.main.world.change(id_, WORK_POSITION="Другая")


def seven_new(made: Arena) -> None:
    for id_ in range(50, 57):
        made.main.world.add_person([2], number=id_, NAME="Новый", LAST_NAME=f"Человек{id_}", EMAIL=email_of(id_))


def seven_found(made: Arena) -> None:
    seven_new(made)
    for id_ in range(50, 57):
        made.learn.world.add_account(email_of(id_), email=email_of(id_))


EXCEEDED: dict[str, tuple[Change, str, int, int]] = {
    "dismissed": (seven_leave, "user.deactivate", 7, 6),
    "gone": (seven_gone, "user.deactivate", 7, 6),
    "moved": (seven_move, "user.move", 7, 5),
    "edited": (seven_edited, "user.update", 7, 6),
    "new": (seven_new, "user.create", 7, 5),
    "found": (seven_found, "user.adopt", 7, 5),
}


@pytest.mark.parametrize("name", EXCEEDED)
def test_T23_above_a_limit_nothing_is_written_of_any_portal_until_approved(name: str, tmp_path: Path) -> None:
    change, kind, planned, allowed = EXCEEDED[name]
    with arena(tmp_path, both_worlds()) as made:
        made.save(limits={"always_allowed": 5, "deactivate_percent": 20})
        made.settle()
        made.portals["west"].world.dismiss(6)
        change(made)
        before = made.truth()
        refused = made.sync()
        assert refused.code == 20
        assert {"kind": kind, "planned": planned, "allowed": allowed} in refused.json["limits"]
        assert sum(each["kind"] == kind and each["portal"] == "main" for each in refused.json["changes"]) == planned
        assert all(each["name"] for each in refused.json["changes"])
        assert refused.kinds() == {}
        assert made.truth() == before
        assert not made.learn.log.writes
        preview = made.preview()
        assert (preview.code, preview.json["plan_hash"]) == (20, refused.json["plan_hash"])
        done = made.sync("--approve", refused.json["plan_hash"])
        assert done.code == 0, (done.json["problems"], done.json.get("error"))
        assert done.kinds()[kind] == planned + (kind == "user.deactivate")
        expected = {email_of(6, "west")}
        if kind == "user.deactivate":
            expected |= {email_of(id_) for id_ in range(5, 12)}
        assert made.inactive() == expected
        assert made.sync().kinds() == {}


@pytest.mark.parametrize(("leave", "code"), [(5, 0), (6, 0), (7, 20)])
def test_T23_up_to_the_limit_people_do_leave(leave: int, code: int, tmp_path: Path) -> None:
    """The control: of 12 linked people 50 percent may leave, and never more than half."""
    with arena(tmp_path) as made:
        made.settle()
        for id_ in range(12, 12 - leave, -1):
            made.main.world.dismiss(id_)
        assert made.sync().code == code
        assert len(made.inactive()) == (leave if code == 0 else 0)


def test_T23_never_more_than_half_of_a_portal_whatever_is_always_allowed(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.save(limits={"always_allowed": 1000})
        made.settle()
        seven_leave(made)
        refused = made.sync()
        assert refused.code == 20
        assert refused.json["limits"] == [{"kind": "user.deactivate", "planned": 7, "allowed": 6}]
        assert made.inactive() == set()
        spared = made.sync("--no-deactivate")
        assert (spared.code, spared.kinds()) == (0, {})
        assert made.inactive() == set()


def test_T23_a_changed_world_refuses_the_hash_and_lists_the_differences(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        seven_leave(made)
        planned = made.sync()
        made.main.world.rehire(5)
        made.main.world.dismiss(4)
        before = made.truth()
        refused = made.sync("--approve", planned.json["plan_hash"])
        assert refused.code == 20
        assert refused.json["plan_hash"] != planned.json["plan_hash"]
        differences = refused.json["differences"]
        assert [each["bitrix24_id"] for each in differences["only_approved"]] == [5]
        assert [each["bitrix24_id"] for each in differences["only_now"]] == [4]
        assert made.truth() == before
        assert made.sync("--approve", "0" * 64).code == 20
        assert made.truth() == before
        done = made.sync("--approve", refused.json["plan_hash"])
        assert (done.code, done.kinds()) == (0, {"user.deactivate": 7})
        assert made.account(5).status == 1


def test_T23_a_wrong_hash_refuses_even_a_plan_within_the_limits(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        made.main.world.dismiss(5)
        assert made.sync("--approve", "0" * 64).code == 20
        assert made.inactive() == set()
        assert made.sync().kinds() == {"user.deactivate": 1}


def test_T23_letters_and_logins_are_limited_on_the_first_run_too(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(30)}) as made:
        made.save(sync={"notify_users": True})
        refused = made.sync()
        assert (refused.code, refused.json["limits"]) == (20, [{"kind": "letters", "planned": 30, "allowed": 25}])
        assert made.logins() == []
        assert len(made.learn.outbox) == 0
        assert made.sync("--approve", refused.json["plan_hash"]).code == 0
        assert len(made.learn.outbox) == 30
        made.save(sync={"login_from": "bitrix24_id"})
        logins = made.sync()
        assert (logins.code, {each["kind"] for each in logins.json["limits"]}) == (20, {"login_changes", "user.update"})
        assert made.logins() == sorted(email_of(id_) for id_ in range(1, 31))


def test_T23_the_refused_plan_waits_and_is_shown_again_by_name(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        seven_leave(made)
        refused: Answer = made.sync()
        shown = made.run("show", refused.json["run"])
        assert shown.json["summary"]["plan_hash"] == refused.json["plan_hash"]
        names = {each["name"] for each in shown.json["summary"]["changes"]}
        assert names == {f"Фамилия{id_} Имя{id_}" for id_ in range(5, 12)}
        assert made.run("health").code in {10, 90}
