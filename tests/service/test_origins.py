"""Where a plan's changes come from, over both servers: what the terminal, the tray and the window then call likely."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from b24learn_gui.cli.commands import _of_run
from b24learn_gui.demo.bitrix24 import Switches, World
from b24learn_gui.gui.models.limit_causes import exceeded_limits
from b24learn_gui.gui.plan_window.subject import subject_of_run
from b24learn_gui.gui.status.cause_words import cause_view
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import SyncRequest, preview, sync
from b24learn_gui.service.setup import save
from b24learn_gui.service.standing import read_standing
from b24learn_gui.service.stored_plan import stored_plan
from b24learn_gui.storage.settings import Settings
from b24learn_gui.sync.reasons import Origin
from b24learn_gui.text.plans import reason_phrase
from b24learn_gui.text.words import Words
from tests.e2e.arena import small_company
from tests.service.setup_world import NOW, Setup, setup_world
from tests.storage.keyrings import MemoryKeyring

PEOPLE = 20
STOCK = 9
"""So many people sit in department 3 «Склад», none of them the webhook's owner."""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    """Everybody has an account since a good run; from now on five changes of a kind are above every limit."""
    MemoryKeyring.values.clear()
    with setup_world(tmp_path, {"main": small_company(PEOPLE)}) as found:
        save(found.context, found.settings, found.secrets)
        assert sync(found.context, SyncRequest(approve=preview(found.context, Wishes())["plan_hash"]))["exit_code"] == 0
        found.settings = strict(found.settings)
        save(found.context, found.settings, found.secrets)
        yield found


def strict(settings: Settings) -> Settings:
    few = replace(
        settings.limits, deactivate_count=5, update_percent=1, move_percent=1, create_percent=1, login_changes=5
    )
    return replace(settings, limits=few)


def world_of(made: Setup) -> World:
    return made.portals["main"].world


def unticked(made: Setup) -> None:
    save(made.context, strict(made.with_portal(exclude=(3,))), made.secrets)


def include_taken_back(made: Setup) -> None:
    save(made.context, strict(made.with_portal(include=(2,))), made.secrets)


def below_an_unticked_one(made: Setup) -> None:
    world = world_of(made)
    world.add_department("Архив", 1)
    archive = max(world.departments)
    save(made.context, strict(made.with_portal(exclude=(archive,))), made.secrets)
    assert sync(made.context, SyncRequest())["exit_code"] == 0  # nothing but the mark is new, and it changes nobody
    world.move_department(3, archive)


def everybody_into_an_unticked_one(made: Setup) -> None:
    world = world_of(made)
    world.add_department("Архив", 1)
    archive = max(world.departments)
    save(made.context, strict(made.with_portal(exclude=(archive,))), made.secrets)
    assert sync(made.context, SyncRequest())["exit_code"] == 0
    for person in range(3, PEOPLE + 1, 2):
        world.move(person, [archive])


def vanished(made: Setup) -> None:
    world_of(made).delete_department(3, members="parent")


def vanished_with_its_places(made: Setup) -> None:
    world_of(made).delete_department(3, members="lose")


def transferred(made: Setup) -> None:
    for person in range(3, PEOPLE + 1, 2):
        world_of(made).move(person, [2])


def dismissed(made: Setup) -> None:
    for person in range(3, PEOPLE + 1, 2):
        world_of(made).dismiss(person)


def mapping(made: Setup) -> None:
    for person in world_of(made).people:
        world_of(made).change(person, PERSONAL_PROFESSION="Кладовщик")
    fields = {**made.settings.sync.fields, "job_title": "PERSONAL_PROFESSION"}
    save(made.context, replace(made.settings, sync=replace(made.settings.sync, fields=fields)), made.secrets)


def login_from(made: Setup) -> None:
    sync_ = replace(made.settings.sync, login_from="bitrix24_id")
    save(made.context, replace(made.settings, sync=sync_), made.secrets)


def domain(made: Setup) -> None:
    for person in world_of(made).people:
        world_of(made).change(person, EMAIL=f"p{person}@new.example")


CASES: dict[str, tuple[Callable[[Setup], None], str, Origin | None, str]] = {
    "unticked": (unticked, "user.deactivate", Origin("unticked", "Склад"), "отдел «Склад» больше не отмечен"),
    "include-taken-back": (
        include_taken_back, "user.deactivate", Origin("unticked", "Фирма"), "отдел «Фирма» больше не отмечен",
    ),
    "department-moved": (
        below_an_unticked_one, "user.deactivate", Origin("moved", "Склад", "Архив"),
        "отдел «Склад» теперь входит в «Архив»",
    ),
    "people-moved-out": (
        everybody_into_an_unticked_one, "user.deactivate", Origin("elsewhere_not_ticked", "Архив"),
        "теперь в отделе «Архив», который не отмечен",
    ),
    "department-vanished": (
        vanished, "user.move", Origin("vanished", "Склад"), "отдела «Склад» больше нет в Битрикс24",
    ),
    "vanished-with-its-places": (
        vanished_with_its_places, "user.deactivate", Origin("vanished", "Склад"),
        "отдела «Склад» больше нет в Битрикс24",
    ),
    "people-moved": (transferred, "user.move", Origin("elsewhere", "Офис"), "теперь в отделе «Офис»"),
    "dismissed": (dismissed, "user.deactivate", None, "уволен"),
    "mapping": (
        mapping, "user.update", Origin("mapping", "job_title", "PERSONAL_PROFESSION"),
        "изменено сопоставление: «Должность» теперь берётся из PERSONAL_PROFESSION",
    ),
    "login-from": (
        login_from, "login_changes", Origin("login_from", "bitrix24_id"),
        "логины теперь составляются иначе, так задано в настройках",
    ),
    "domain": (
        domain, "login_changes", Origin("domain", "main.example", "new.example"),
        "адреса перешли с main.example на new.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_T23_terminal_tray_and_window_name_the_same_likely_cause(made: Setup, name: str) -> None:
    spoil, kind, origin, said = CASES[name]
    spoil(made)
    stopped = sync(made.context, SyncRequest())
    assert stopped["exit_code"] == 20, stopped["problems"]
    (planned,) = [hit["planned"] for hit in stopped["limits"] if hit["kind"] == kind]

    (limit,) = [
        each for each in exceeded_limits(subject_of_run(made.context, stopped["run"]).data) if each.kind == kind
    ]
    number, reason = limit.causes[0]
    assert (number, reason.origin) == (planned, origin)

    russian = Words("ru")
    phrase = reason_phrase(*reason, russian)
    assert said in phrase.replace("\N{NO-BREAK SPACE}", " ")
    terminal = _of_run(replace(made.context, words=russian), stopped).told()
    assert f"Вероятная причина: {phrase} ({planned} из {planned})." in terminal

    (waits,) = [cause for cause in read_standing(made.context).causes if cause.code == "plan_waits"]
    if waits.detail["limits"][0]["kind"] == kind:
        tray = cause_view(waits, Clock(NOW, lambda moment: moment), russian).text
        assert phrase in tray


def test_who_is_in_no_department_any_more_is_told_where_a_portal_shows_such_people(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    everybody_seen = Switches(extranet_module=False)
    with setup_world(tmp_path, {"main": small_company(PEOPLE)}, switches=everybody_seen) as made:
        save(made.context, made.settings, made.secrets)
        assert sync(made.context, SyncRequest(approve=preview(made.context, Wishes())["plan_hash"]))["exit_code"] == 0
        world_of(made).move(3, [])
        world_of(made).people[5].user_type = "extranet"
        origins = stored_plan(made.context, preview(made.context, Wishes())["run"]).names.origins
        assert origins["user.deactivate", "main", 3] == Origin("placeless")
        assert origins["user.deactivate", "main", 5] == Origin("guest")


def test_a_department_ticked_again_is_named_for_those_who_come_back(made: Setup) -> None:
    unticked(made)
    planned = preview(made.context, Wishes())
    assert sync(made.context, SyncRequest(approve=planned["plan_hash"]))["exit_code"] == 0
    save(made.context, strict(made.settings), made.secrets)
    back = stored_plan(made.context, preview(made.context, Wishes())["run"]).names.origins
    assert set(back.values()) == {Origin("ticked", "Фирма")}
    assert {kind for kind, _, _ in back} == {"user.reactivate"}
    assert len(back) == STOCK


def test_leavers_who_were_spared_are_told_the_same_way_the_next_time(made: Setup) -> None:
    unticked(made)
    assert sync(made.context, SyncRequest(Wishes(deactivate=False)))["exit_code"] == 0
    stopped = sync(made.context, SyncRequest())
    origins = stored_plan(made.context, stopped["run"]).names.origins
    assert set(origins.values()) == {Origin("unticked", "Склад")}


def test_departments_tell_whether_bitrix24_the_settings_or_a_hand_in_learn_changed_them(made: Setup) -> None:
    world = world_of(made)
    world.rename_department(3, "Логистика")
    world.move_department(2, 3)
    for each in made.learn.world.departments.values():
        if each.code == "b24-main-1":
            each.name = "Что-то другое"
    kept = stored_plan(made.context, preview(made.context, Wishes())["run"]).names.origins
    assert kept == {
        ("department.update", "main", 3): Origin("renamed"),
        ("department.move", "main", 2): Origin("placed"),
        ("department.update", "main", 1): Origin("edited_in_learn"),
    }
    save(made.context, made.with_portal(name="Холдинг"), made.secrets)
    kept = stored_plan(made.context, preview(made.context, Wishes())["run"]).names.origins
    assert kept["department.update", "main", 1] == Origin("portal_name")


def test_without_anything_known_of_before_the_plan_says_what_is_so_now(made: Setup) -> None:
    unticked(made)
    import sqlite3

    with sqlite3.connect(made.context.places.journal_file) as db:
        assert db.execute("DELETE FROM facts WHERE name LIKE 'past:%'").rowcount == 1
    stopped = sync(made.context, SyncRequest())
    origins = stored_plan(made.context, stopped["run"]).names.origins
    assert set(origins.values()) == {Origin("not_ticked", "Склад")}


def test_a_portal_taken_out_of_the_settings_changes_nobody_and_is_named(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path, {"main": small_company(), "west": small_company(portal="west")}) as made:
        save(made.context, made.settings, made.secrets)
        assert sync(made.context, SyncRequest(approve=preview(made.context, Wishes())["plan_hash"]))["exit_code"] == 0
        save(made.context, replace(made.settings, portals=made.settings.portals[:1]), made.secrets)
        planned = preview(made.context, Wishes())
        assert planned["changes"] == []
        (note,) = [each for each in planned["problems"] if each["code"] == "portal_not_configured"]
        assert (note["portal"], note["detail"]) == ("west", {"people": 12})
