"""Any "why" about one person, over both servers: found, to study, whose account, what stands in the way, what next."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.cli.render_explain import render_explain
from b24learn_gui.errors import SyncError
from b24learn_gui.service.decide import Verdict, decide
from b24learn_gui.service.explain import MOST, Explanation, explain, explain_known, read_known
from b24learn_gui.service.explain_person import Explained
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import SyncRequest, preview, sync
from b24learn_gui.service.setup import save
from b24learn_gui.service.undo import undo
from b24learn_gui.storage.settings import Settings
from b24learn_gui.text.words import Words
from tests.e2e.arena import email_of, small_company
from tests.service.setup_world import Setup, setup_world
from tests.storage.keyrings import MemoryKeyring

KEYS = {"portal", "bitrix24_id", "name", "in_scope", "mark", "learn_id", "verdict", "problems", "next"}
RU = Words("ru")


def ready(made: Setup) -> None:
    save(made.context, made.settings, made.secrets)
    assert sync(made.context, SyncRequest(approve=preview(made.context, Wishes())["plan_hash"]))["exit_code"] == 0


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    """Twelve people with an account each."""
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as found:
        ready(found)
        yield found


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Setup]:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path, {"main": small_company(), "west": small_company(portal="west")}) as found:
        ready(found)
        yield found


def keep(made: Setup, **sync_settings: Any) -> Settings:
    made.settings = replace(made.settings, sync=replace(made.settings.sync, **sync_settings))
    save(made.context, made.settings, made.secrets)
    return made.settings


def one(made: Setup, who: str) -> Explained:
    found = explain(made.context, who)
    assert len(found.people) == 1, found
    return found.people[0]


def in_russian(made: Setup, who: str) -> str:
    return render_explain(explain(replace(made.context, words=RU), who), RU).replace("\N{NO-BREAK SPACE}", " ")


def account(made: Setup, person: int) -> Any:
    found = made.learn.world.by_email(email_of(person))
    assert found is not None
    return found


# In order


def test_somebody_in_order_is_told_with_mark_account_rule_and_the_run_that_made_it(made: Setup) -> None:
    told = one(made, "5")
    assert told.headline == "Studies in Learn, and everything matches."
    assert told.found == "Found in Bitrix24: portal main, ID 5, p5@main.example, department “Склад”."
    assert told.scope == "To study in Learn: the department “Склад” lies below “Фирма”, which is ticked."
    assert told.account == (
        "Linked to the account p5@main.example (Фамилия5 Имя5, active), which the run of 2026-11-22 03:00\N{NO-BREAK SPACE}UTC created."
    )
    assert told.past.startswith("Last changed by the run of 2026-11-22 03:00\N{NO-BREAK SPACE}UTC (20261122T030000Z-")
    assert told.past.endswith("): create.")
    assert told.blocked == ()
    assert told.next == ("Next run: nothing, Learn and Bitrix24 say the same.",)
    assert (told.state, told.in_scope, told.learn_id) == ("ok", True, account(made, 5).id)


def test_the_terminal_says_the_same_lines_in_russian(made: Setup) -> None:
    said = in_russian(made, "5")
    assert said.startswith("Фамилия5 Имя5   main:5\n  Учится в Learn, всё совпадает.\n  В Битрикс24")
    assert "Есть в Битрикс24: портал main, ID 5, p5@main.example, отдел «Склад»." in said
    assert "Учиться положено: отдел «Склад» входит в «Фирма», а тот отмечен." in said
    assert "Связан с учётной записью p5@main.example (Фамилия5 Имя5, активна), её создал запуск 22.11.2026" in said
    assert "Следующий запуск: ничего, в Learn и Битрикс24 одно и то же." in said


def test_the_json_has_exactly_the_promised_keys_and_tells_the_rest_in_words(made: Setup) -> None:
    answer = explain(made.context, "5").as_object()
    assert set(answer) == {"command", "exit_code", "found"}
    (found,) = answer["found"]
    assert set(found) == KEYS
    assert found["mark"] == {"kind": "include", "department": 1}
    for part in (
        "everything matches",
        "department “Склад”",
        "which is ticked",
        "Linked to the account",
        "Last changed",
    ):
        assert part in found["verdict"]
    assert (answer["exit_code"], found["problems"]) == (0, [])


def test_a_change_to_come_is_told_with_before_and_after_and_where_it_comes_from(made: Setup) -> None:
    world = made.portals["main"].world
    world.change(5, WORK_POSITION="Директор")
    world.move(5, [2])
    update, move = one(made, "5").next
    assert update == "Next run: change (changed in Bitrix24). Job title: Менеджер → Директор"
    assert move == "Next run: move (in the department “Офис” now). Department: Склад → Офис"


def test_nothing_is_written_by_a_question(made: Setup) -> None:
    made.learn.log.clear()
    before = made.context.places.journal_file.read_bytes()
    one(made, "5")
    assert not made.learn.log.writes
    assert made.context.places.journal_file.read_bytes() == before


# Not to study


def test_who_is_not_to_study_is_told_by_which_mark(made: Setup) -> None:
    save(made.context, made.with_portal(exclude=(3,)), made.secrets)
    told = one(made, "5")
    assert told.scope == "Not to study: the department “Склад” is unticked."
    assert told.next == ("Next run: deactivate (the department “Склад” is no longer ticked).",)
    save(made.context, made.with_portal(include=(2,)), made.secrets)
    assert one(made, "5").scope == "Not to study: neither “Склад” nor a department above it is ticked."
    assert one(made, "6").scope == "To study in Learn: the department “Офис” is ticked."


def test_the_dismissed_and_guests_are_told_so(made: Setup) -> None:
    made.portals["main"].world.dismiss(5)
    made.portals["main"].world.people[6].user_type = "extranet"
    assert one(made, "5").scope == "Not to study: dismissed in Bitrix24."
    assert one(made, "5").next == ("Next run: deactivate (dismissed in Bitrix24).",)
    assert one(made, "6").scope == "Not to study: a guest in Bitrix24, not an employee."
    assert "Учиться не положено: в Битрикс24 отмечено увольнение." in in_russian(made, "5")


def test_a_leaver_whom_the_settings_keep_stays(made: Setup) -> None:
    keep(made, leavers="keep")
    made.portals["main"].world.dismiss(5)
    assert one(made, "5").next == ("Next run: nothing; the settings keep the accounts of those who leave.",)


@pytest.mark.parametrize("who", ["5", "main:5", "p5@main.example", "Фамилия5 Имя5", "имя5 фамилия5"])
def test_somebody_gone_from_bitrix24_is_found_by_everything_the_journal_remembers(made: Setup, who: str) -> None:
    made.portals["main"].world.delete_person(5)
    told = one(made, who)
    assert told.name == "Фамилия5 Имя5"
    assert told.headline == "No longer in Bitrix24: the next run acts on it."
    assert told.found == ("Not found in Bitrix24 any more: portal main, ID 5. The last good run knew p5@main.example.")
    assert told.account.startswith("Linked to the account p5@main.example (Фамилия5 Имя5, active)")
    assert told.next == ("Next run: deactivate (gone from Bitrix24).",)
    assert told.in_scope is False
    assert "В Битрикс24 больше не найти: портал main, ID 5." in in_russian(made, who)


def test_a_leaver_already_deactivated_is_told_by_whom(made: Setup) -> None:
    made.portals["main"].world.delete_person(5)
    assert sync(made.context, SyncRequest())["exit_code"] == 0
    told = one(made, "5")
    assert told.account.endswith("This program deactivated it.")
    assert "deactivate." in told.past
    assert told.next == ("Next run: nothing.",)


# Whose account


def test_an_account_switched_off_by_hand_is_told_so(made: Setup) -> None:
    made.learn.world.deactivate(account(made, 5).id)
    told = one(made, "5")
    assert told.account.endswith("It was not this program that deactivated it.")
    assert told.notes == ("Deactivated by hand in Learn and left so",)


def test_an_account_about_to_be_adopted_is_told_with_its_rule(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as made:
        save(made.context, made.settings, made.secrets)
        made.learn.world.add_account("petrov", email=email_of(5), first_name="Имя5", last_name="Фамилия5")
        told = one(made, "5")
        assert told.account == (
            "Not linked yet. The next run takes over the account petrov (Фамилия5 Имя5, active), "
            "because the e-mail is the same."
        )
        assert one(made, "petrov").key == ("main", 5)
        assert sync(made.context, SyncRequest(approve=preview(made.context, Wishes())["plan_hash"]))["exit_code"] == 0
        assert "took over (same e-mail)." in one(made, "5").account


def test_several_candidates_are_named_with_their_owners(made: Setup) -> None:
    world = made.portals["main"].world
    newcomer = world.add_person([2], NAME="Человек", LAST_NAME="Новый", EMAIL="p5@main.example").id
    told = one(made, str(newcomer))
    assert told.state == "stopped"
    assert told.blocked == (
        "The same login or e-mail stands on several cards in Bitrix24 (also Фамилия5 Имя5 (main:5)).",
    )
    world.change(5, EMAIL="other@main.example")
    told = one(made, str(newcomer))
    assert told.account == (
        "Not linked. What might be theirs: p5@main.example (Фамилия5 Имя5, active), "
        "which belongs to Фамилия5 Имя5 (main:5)."
    )
    assert told.blocked == ("The login or e-mail belongs to another account in Learn.",)
    assert told.waits


def test_a_decision_is_told_as_the_rule(made: Setup) -> None:
    spare = made.learn.world.add_account("spare", email="spare@main.example", first_name="Запасной", last_name="Вход")
    decide(made.context, "5", Verdict("link", spare))
    assert one(made, "5").account.startswith(
        "Linked to the account spare (Вход Запасной, active), as a person decided."
    )
    decide(made.context, "5", Verdict("leave"))
    assert "A person decided to leave them alone." in one(made, "5").blocked


def test_an_account_deleted_in_learn_is_told(made: Setup) -> None:
    made.learn.world.delete_account(account(made, 5).id)
    told = one(made, "5")
    assert told.account == "Was linked to an account that Learn does not have any more."
    assert told.next[0].startswith("Next run: create (deleted in Learn).")


# What stands in the way


def test_every_protection_is_told_with_its_reason(made: Setup) -> None:
    keep(made, hold=("main:5",), protect=("p6@main.example",))
    made.learn.world.make_administrator(account(made, 7).id)
    assert one(made, "5").blocked == ("On hold in the settings (sync.hold): stays as it is.",)
    assert one(made, "6").blocked == ("The login is protected in the settings (sync.protect): never touched.",)
    assert one(made, "7").blocked == ("The account is the owner's or an account administrator's: never touched.",)
    for who in "567":
        assert one(made, who).headline == "Protected: this program never touches the account."
    assert "Удерживается в настройках" in in_russian(made, "5")


def test_somebody_held_by_an_undo_is_told_with_the_run_and_the_way_out(made: Setup) -> None:
    made.portals["main"].world.change(5, WORK_POSITION="Директор")
    run = sync(made.context, SyncRequest())["run"]
    assert undo(made.context, run, write=True)["exit_code"] == 0
    (held, *_others) = one(made, "5").blocked
    assert held == f"Held since the undo of the run {run}, until released: b24learn-gui decide main:5 --forget"


def test_an_invalid_email_is_told_with_its_value(made: Setup) -> None:
    made.portals["main"].world.add_person([2], NAME="Человек", LAST_NAME="Новый", EMAIL="kim@")
    told = one(made, "Новый Человек")
    assert told.blocked == ("The e-mail is not valid: kim@.",)
    assert told.account == "No account yet."
    assert explain(made.context, "Новый Человек").exit_code == 10


def test_a_portal_in_doubt_is_told_to_each_of_its_people(made: Setup) -> None:
    save(made.context, made.with_portal(exclude=(99,)), made.secrets)
    assert one(made, "5").blocked == ("The portal is in doubt: the marked department 99 no longer exists in Bitrix24.",)


def test_a_portal_that_cannot_be_read_is_answered_from_the_journal(two: Setup) -> None:
    two.portals["west"].stop()
    found = explain(two.context, "west:5")
    assert found.exit_code == 60
    (told,) = found.people
    assert told.found.startswith("Known from the last good run, portal west, ID 5. Now it could not be read:")
    assert told.account.startswith("Linked to the account p5@west.example (Фамилия5 Имя5, active)")
    assert told.next == ("Next run: nothing, while the portal cannot be read.",)
    assert told.in_scope is None
    assert any("Portal west was not read" in each for each in found.unread)
    assert {each.key for each in explain(two.context, "Фамилия5 Имя5").people} == {("main", 5), ("west", 5)}


def test_nobody_can_be_read_is_a_failure(made: Setup) -> None:
    made.learn.stop()
    with pytest.raises(SyncError):
        explain(made.context, "5")


def test_a_portal_taken_out_of_the_settings_keeps_its_people(two: Setup) -> None:
    save(two.context, replace(two.settings, portals=two.settings.portals[:1]), two.secrets)
    told = one(two, "west:5")
    assert told.headline == "The portal is no longer in the settings."
    assert told.next == ("Next run: nothing, they stay as they are.",)


# Heads


def test_a_head_is_told_of_each_department(made: Setup) -> None:
    world = made.portals["main"].world
    world.set_head(3, 5)
    assert one(made, "5").heads == ("Head of “Склад”: the next run sets them as supervisor in Learn.",)
    assert sync(made.context, SyncRequest())["exit_code"] == 0
    assert one(made, "5").heads == ("Head of “Склад”, and supervisor in Learn.",)
    made.learn.world.deactivate(account(made, 5).id)
    assert one(made, "5").heads == ("Head of “Склад”, but not in Learn: they have no active account there.",)
    keep(made, sync_heads=False)
    assert one(made, "5").heads == ("Head of: Склад. Heads are not synced, so the settings say.",)


# Being found


FOUND = {
    "id": "7",
    "key-and-id": "main:7",
    "e-mail-in-other-case": "P7@MAIN.example",
    "login-of-learn": "semyonova",
    "account-id": "",
    "beginning-of-the-e-mail": "p7@mai",
    "e-mail-without-its-domain": "P7",
    "name": "Семёнова Алёна",
    "name-turned": "алёна семёнова",
    "without-the-dots": "СЕМЕНОВА алена",
    "one-word": "Семёнова",
    "beginnings": "сем ал",
    "with-patronymic": "Семёнова Алёна Павловна",
    "other-keyboard-layout": "Ctv`yjdf",
    "blanks": "  Семёнова   Алёна ",
}


@pytest.mark.parametrize("how", FOUND)
def test_somebody_is_found_however_they_are_named(made: Setup, how: str) -> None:
    world = made.portals["main"].world
    world.change(7, NAME="Алёна", LAST_NAME="Семёнова", SECOND_NAME="Павловна")
    made.learn.world.edit(account(made, 7).id, login="semyonova")
    assert [each.key for each in explain(made.context, FOUND[how] or account(made, 7).id).people] == [("main", 7)]


def test_several_of_one_name_are_all_told_and_a_department_is_everybody_in_it(made: Setup) -> None:
    found = explain(made.context, "фамилия")
    assert len(found.people) == 12
    assert {each.place for each in found.people} == {"Фирма", "Офис", "Склад"}
    members = explain(made.context, "department:3")
    assert {each.key[1] for each in members.people} == {3, 5, 7, 9, 11}
    assert explain(made.context, "department:99").people == ()


def test_of_too_many_only_the_first_are_explained_and_the_others_counted(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path, {"main": small_company(MOST + 5)}) as made:
        save(made.context, made.settings, made.secrets)
        found = explain(made.context, "Фамилия")
        assert (len(found.people), found.more) == (MOST, 5)
        assert "and 5 more" in render_explain(found, Words("en"))


def test_nobody_is_told_with_where_was_looked_and_who_has_a_similar_name(made: Setup) -> None:
    made.portals["main"].world.change(7, NAME="Алёна", LAST_NAME="Семёнова")
    made.portals["main"].world.delete_person(5)
    found = explain(made.context, "Семоньва")
    assert found.people == ()
    assert found.exit_code == 10
    assert found.searched == ("portal main (11 people)", "1 person of earlier runs", "13 accounts in Learn")
    assert found.nearest == (("main:7", "Семёнова Алёна"),)
    said = in_russian(made, "Семоньва")
    assert "По запросу «Семоньва» никого не нашлось." in said
    assert "Похожие имена: Семёнова Алёна (main:7)." in said
    assert explain(made.context, "p77@main.example").nearest[0][0] == "main:7"
    assert explain(made.context, "???").nearest == ()


def test_an_account_that_is_nobodys_is_named(made: Setup) -> None:
    made.learn.world.add_account("stray", email="stray@main.example", first_name="Иной", last_name="Вход")
    found = explain(made.context, "stray")
    assert found.people == ()
    assert found.strays == ("Learn has the account stray (Вход Иной), but it is linked to nobody in Bitrix24.",)


def test_what_was_read_once_answers_further_questions_without_a_request(made: Setup) -> None:
    known = read_known(made.context)
    before = made.portals["main"].requests, len(made.learn.log.entries)
    answers: list[Explanation] = [explain_known(made.context, known, who) for who in ("5", "Фамилия7", "nobody")]
    assert [len(each.people) for each in answers] == [1, 1, 0]
    assert (made.portals["main"].requests, len(made.learn.log.entries)) == before
