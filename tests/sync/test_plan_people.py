"""Rules P1 to P6, I1 to I9, L1 to L3, N1 to N3: what a plan does to whom."""

from dataclasses import replace

import pytest

from b24learn_gui.company.model import Rights
from b24learn_gui.errors import SettingsInvalid
from b24learn_gui.sync.learn_side import Account, LearnDepartment, ProfileField
from b24learn_gui.sync.memory import Decision, Link, PendingCreate, Rejection
from b24learn_gui.sync.plan import PlanOptions
from b24learn_gui.sync.policy import Policy
from tests.sync.worlds import FIELDS, World, changes_of, codes, column, company, kinds


def newcomers(*emails: str) -> World:
    world = World()
    world.department(1)
    for id_, email in enumerate(emails, 1):
        world.person(id_, 1, EMAIL=email)
    return world


def test_N3_T20_an_unchanged_company_plans_nothing() -> None:
    plan = company(30).plan()
    assert plan.changes == ()
    assert plan.problems == ()
    assert {each.column for each in plan.verdicts.values()} == {"unchanged"}


def test_P1_a_person_goes_to_the_first_of_his_departments_that_is_ticked() -> None:
    world = World()
    world.portal(include=(3,))
    world.department(1)
    world.department(2, 1)
    world.department(3, 1)
    world.person(1, 2, 3)
    (create,) = changes_of(world.plan(), "user.create")
    assert create.after["department"] == "b24-main-3"


@pytest.mark.parametrize("kind", ["extranet", "email", "bot"])
def test_P1_only_employees_are_in_scope(kind: str) -> None:
    world = newcomers("a@firm.example")
    world.employees["main", 1] = replace(world.employees["main", 1], kind=kind)
    plan = world.plan()
    assert "user.create" not in kinds(plan)
    assert column(plan, 1) == "out_of_scope"


def test_P2_a_value_changed_by_hand_in_learn_is_set_back_in_one_update() -> None:
    world = company()
    world.says(1, WORK_POSITION="Старший менеджер")
    world.edit("a-main-1", first_name="Другая")
    (update,) = world.plan().changes
    assert update.kind == "user.update"
    assert update.before == {"first_name": "Другая", "job_title": ""}
    assert update.after == {"first_name": "Имя1", "job_title": "Старший менеджер"}
    assert update.send["login"] == update.send["email"] == "p1.main@firm.example"


@pytest.mark.parametrize(
    ("login_from", "login"),
    [("email", "p1.main@firm.example"), ("phone", "+79123456789"), ("bitrix24_id", "main-1")],
)
def test_P2_the_login_follows_the_settings(login_from: str, login: str) -> None:
    world = newcomers("p1.main@firm.example")
    world.says(1, PERSONAL_MOBILE="8 (912) 345-67-89")
    world.policy = Policy(login_from=login_from)  # type: ignore[arg-type] # one of the three, as the settings have it
    (create,) = changes_of(world.plan(), "user.create")
    assert create.after["login"] == login


@pytest.mark.parametrize(
    ("bitrix", "learn"),
    [
        ("Фёдор", "Фе\u0308дор"),
        ("Андрей", "Андреи\u0306"),
        ("Анна  Мария", "Анна\u00a0Мария"),
        (" Анна ", "Анна"),
    ],
)
def test_P3_T22_unicode_form_and_blanks_are_no_difference(bitrix: str, learn: str) -> None:
    world = company()
    world.says(1, NAME=bitrix)
    world.edit("a-main-1", first_name=learn)
    assert world.plan().changes == ()


def test_P3_letter_case_is_no_difference_in_an_email_or_login_but_is_one_in_a_name() -> None:
    world = company()
    world.edit("a-main-1", login="P1.MAIN@firm.example", email="p1.Main@Firm.example")
    assert world.plan().changes == ()
    world.edit("a-main-1", first_name="имя1")
    assert kinds(world.plan()) == {"user.update": 1}


def test_P3_an_empty_value_never_clears_one() -> None:
    world = company()
    world.edit("a-main-1", job_title="Кладовщик", phone="+79123456789")
    assert world.plan().changes == ()


def test_P3_a_login_is_never_emptied_and_the_old_one_stays_with_a_note() -> None:
    world = company()
    world.says(1, EMAIL="")
    plan = world.plan()
    assert plan.changes == ()
    assert codes(plan, 1) == ["login_missing"]
    assert plan.problems[0].note
    assert column(plan, 1) == "unchanged"


def test_P3_the_same_phone_in_another_writing_is_no_difference() -> None:
    world = company()
    world.says(1, PERSONAL_MOBILE="8 912 345 67 89")
    world.edit("a-main-1", phone="+7 (912) 345-67-89")
    assert world.plan().changes == ()


def test_P4_with_another_login_an_invalid_email_is_left_out_unless_learn_requires_it() -> None:
    world = newcomers("кто-то без собаки")
    world.policy = Policy(login_from="bitrix24_id")
    plan = world.plan()
    (create,) = changes_of(plan, "user.create")
    assert "email" not in create.after
    world.fields = tuple(replace(each, required=each.name == "email") for each in FIELDS)
    plan = world.plan()
    assert "user.create" not in kinds(plan)
    assert column(plan, 1) == "skipped"
    assert "required_field_missing" in codes(plan, 1)


@pytest.mark.parametrize(("email", "code"), [("", "login_missing"), ("a@b", "email_invalid")])
def test_T14_somebody_without_a_usable_login_is_skipped_and_the_others_go_on(email: str, code: str) -> None:
    world = newcomers(email, "b@firm.example")
    plan = world.plan()
    assert codes(plan, 1) == [code]
    assert column(plan, 1) == "skipped"
    assert [each.bitrix24_id for each in changes_of(plan, "user.create")] == [2]


def test_a_field_learn_requires_and_the_person_lacks_skips_a_newcomer() -> None:
    world = newcomers("a@firm.example", "b@firm.example")
    world.says(2, PERSONAL_MOBILE="8 912 345 67 89")
    world.fields = tuple(replace(each, required=each.name == "phone") for each in FIELDS)
    plan = world.plan()
    assert codes(plan, 1) == ["required_field_missing"]
    assert plan.problems[0].detail == {"fields": ["phone"]}
    assert [each.bitrix24_id for each in changes_of(plan, "user.create")] == [2]


def test_an_invalid_phone_is_a_note_and_the_person_goes_without_it() -> None:
    world = newcomers("a@firm.example")
    world.says(1, PERSONAL_MOBILE="12")
    plan = world.plan()
    (create,) = changes_of(plan, "user.create")
    assert "phone" not in create.after
    assert codes(plan, 1) == ["phone_invalid"]
    assert column(plan, 1) == "changed"


def test_look_alike_letters_are_a_note() -> None:
    world = newcomers("ivаn@firm.example")  # а Cyrillic «а» among Latin letters
    plan = world.plan()
    assert codes(plan, 1) == ["look_alike_letters"]
    assert plan.problems[0].note


def test_P6_a_held_email_is_left_as_it_is_and_the_other_fields_are_written() -> None:
    world = company()
    world.stranger("x", login="taken@firm.example", email="taken@firm.example")
    world.says(1, EMAIL="taken@firm.example", WORK_POSITION="Кассир")
    plan = world.plan()
    (update,) = plan.changes
    assert update.after == {"job_title": "Кассир"}
    assert update.send["email"] == "p1.main@firm.example"
    assert set(codes(plan, 1)) == {"match_taken"}
    assert all(each.note for each in plan.problems)


def test_P6_two_linked_people_who_want_one_email_keep_their_own() -> None:
    world = company()
    for id_ in (1, 2):
        world.says(id_, EMAIL="both@firm.example")
    plan = world.plan()
    assert plan.changes == ()
    assert set(codes(plan)) == {"duplicate_in_source"}
    world.says(2, EMAIL="p1.main@firm.example")
    world.says(1, EMAIL="p1.main@firm.example")
    plan = world.plan()
    assert plan.changes == ()
    assert set(codes(plan, 2)) == {"duplicate_in_source"}


def test_P6_a_rejected_value_is_not_sent_again_until_something_changes() -> None:
    world = company()
    world.says(1, WORK_POSITION="Кассир")
    (update,) = world.plan().changes
    world.memory = replace(world.memory, rejections={("main", 1): Rejection(update.fingerprint, "no")})
    plan = world.plan()
    assert plan.changes == ()
    assert column(plan, 1) == "failed"
    assert codes(plan, 1) == ["rejected_by_learn"]
    world.edit("a-main-1", last_name="Иначе")
    assert kinds(world.plan()) == {"user.update": 1}
    world.says(1, LAST_NAME="Новая", WORK_POSITION="Продавец")
    assert kinds(world.plan()) == {"user.update": 1}


def test_P6_a_rejected_newcomer_is_tried_again_when_the_profile_fields_change() -> None:
    world = newcomers("a@firm.example")
    (create,) = changes_of(world.plan(), "user.create")
    world.memory = replace(world.memory, rejections={("main", 1): Rejection(create.fingerprint)})
    assert "user.create" not in kinds(world.plan())
    world.fields = (*FIELDS, ProfileField("about_me"))
    assert kinds(world.plan())["user.create"] == 1


def test_P7_T8_two_linked_people_may_exchange_their_emails() -> None:
    world = company()
    world.says(1, EMAIL="p2.main@firm.example")
    world.says(2, EMAIL="p1.main@firm.example")
    plan = world.plan()
    assert kinds(plan) == {"user.update": 2}
    assert {each.learn_id for each in plan.changes} == {"a-main-1", "a-main-2"}


def test_P7_a_chain_is_followed_and_breaks_where_its_end_is_held() -> None:
    world = company()
    world.says(1, EMAIL="p2.main@firm.example")
    world.says(2, EMAIL="p3.main@firm.example")
    world.says(3, EMAIL="free@firm.example")
    assert kinds(world.plan()) == {"user.update": 3}
    world.stranger("x", login="free@firm.example", email="free@firm.example")
    assert world.plan().changes == ()


def test_P7_somebody_left_on_an_interim_value_gets_his_old_one_back_where_the_new_one_is_held() -> None:
    world = company()
    world.edit("a-main-1", login="b24-main-1@swap.invalid", email="b24-main-1@swap.invalid")
    old = {"login": "p1.main@firm.example", "email": "p1.main@firm.example"}
    world.memory = replace(world.memory, interims={("main", 1): old})
    world.says(1, EMAIL="taken@firm.example")
    world.stranger("x", login="taken@firm.example", email="taken@firm.example")
    (update,) = world.plan().changes
    assert update.after == old


def test_I2_an_account_with_the_same_email_is_adopted_and_kept_in_step() -> None:
    world = newcomers("A@firm.example")
    world.stranger("x", login="ivanov", email=" a@FIRM.example", first_name="Имя1", last_name="Фамилия1")
    plan = world.plan()
    (adopt,) = changes_of(plan, "user.adopt")
    assert adopt.learn_id == "x"
    assert adopt.cause == "same email"
    assert kinds(plan) == {"department.create": 1, "user.adopt": 1, "user.update": 1, "user.move": 1}


def test_I2_an_account_without_email_is_adopted_by_its_login() -> None:
    world = newcomers("a@firm.example")
    world.stranger("x", login="a@firm.example")
    assert changes_of(world.plan(), "user.adopt")[0].learn_id == "x"


@pytest.mark.parametrize(
    "accounts",
    [
        [{"login": "a@firm.example"}, {"login": "b", "email": "a@firm.example"}],
        [{"login": "a@firm.example", "email": "other@firm.example"}],
    ],
)
def test_I2_several_accounts_or_differing_emails_are_left_to_a_person(accounts: list[dict[str, str]]) -> None:
    world = newcomers("a@firm.example")
    for place, fields in enumerate(accounts):
        world.accounts[f"x{place}"] = Account(f"x{place}", "root", "active", fields)
    plan = world.plan()
    assert codes(plan, 1) == ["match_ambiguous"]
    assert column(plan, 1) == "conflict"
    assert not any(each.kind.startswith("user.") for each in plan.changes)


def test_I2_a_match_by_another_login_alone_is_ambiguous() -> None:
    world = newcomers("")
    world.policy = Policy(login_from="bitrix24_id")
    world.stranger("x", login="main-1")
    assert codes(world.plan(), 1) == ["match_ambiguous"]


def test_I2_T9_T10_a_recreated_card_is_never_bound_to_a_linked_account() -> None:
    world = company()
    world.dismiss(1)
    world.person(99, 2, EMAIL="p1.main@firm.example")
    plan = world.plan()
    assert codes(plan, 99) == ["match_taken"]
    assert kinds(plan) == {"user.deactivate": 1}


def test_I2_a_protected_match_is_a_note_and_protected() -> None:
    world = newcomers("boss@firm.example")
    world.accounts["x"] = Account("x", "root", "active", {"login": "boss@firm.example"}, guarded=True)
    plan = world.plan()
    assert codes(plan, 1) == ["match_protected"]
    assert column(plan, 1) == "protected"


def test_I3_two_newcomers_with_one_email_are_both_conflicts_across_portals() -> None:
    world = newcomers("same@firm.example")
    world.department(1, portal="north")
    world.person(7, 1, portal="north", EMAIL="Same@firm.example")
    plan = world.plan()
    assert codes(plan) == ["duplicate_in_source", "duplicate_in_source"]
    assert column(plan, 1) == column(plan, 7, "north") == "conflict"


def test_I3_a_linked_person_keeps_his_account_and_only_the_other_is_the_conflict() -> None:
    world = company()
    world.person(99, 2, EMAIL="p1.main@firm.example")
    plan = world.plan()
    assert plan.changes == ()
    assert column(plan, 1) == "unchanged"
    assert codes(plan, 99) == ["duplicate_in_source"]


def test_I4_adopting_an_inactive_account_does_not_activate_it() -> None:
    world = newcomers("a@firm.example")
    world.stranger("x", status="inactive", login="a@firm.example", first_name="Имя1", last_name="Фамилия1")
    plan = world.plan()
    assert "user.reactivate" not in kinds(plan)
    assert codes(plan, 1) == ["deactivated_by_hand"]


def test_I5_a_truly_deleted_account_is_created_again() -> None:
    world = company()
    del world.accounts["a-main-1"]
    (create,) = world.plan().changes
    assert (create.kind, create.cause) == ("user.create", "deleted in Learn")


def test_I6_a_decision_to_create_is_followed_unless_the_email_is_taken() -> None:
    world = newcomers("a@firm.example")
    world.policy = Policy(login_from="bitrix24_id")
    world.stranger("x", login="a@firm.example", email="z@firm.example")
    world.memory = replace(world.memory, decisions={("main", 1): Decision("create")})
    assert kinds(world.plan())["user.create"] == 1
    world.edit("x", email="a@firm.example")
    world.stranger("y", login="main-1")
    assert codes(world.plan(), 1) == ["match_ambiguous"]


def test_I6_a_decision_to_leave_alone_is_kept() -> None:
    world = company()
    world.says(1, NAME="Новое")
    world.memory = replace(world.memory, decisions={("main", 1): Decision("leave")})
    plan = world.plan()
    assert plan.changes == ()
    assert column(plan, 1) == "protected"


def test_I7_T26_many_who_changed_name_and_email_withhold_the_portal() -> None:
    world = company(20)
    for id_ in (1, 2, 3):
        world.says(id_, NAME="Кто", LAST_NAME=f"Иной{id_}", EMAIL=f"other{id_}@firm.example")
    plan = world.plan()
    assert plan.withheld == {"main"}
    assert codes(plan) == ["portal_changed"]
    assert kinds(plan) == {"user.update": 3}


def test_I7_a_single_one_is_a_conflict() -> None:
    world = company(20)
    for id_ in (1, 2):
        world.says(id_, NAME="Кто", LAST_NAME=f"Иной{id_}", EMAIL=f"other{id_}@firm.example")
    plan = world.plan()
    assert plan.withheld == frozenset()
    assert plan.changes == ()
    assert codes(plan) == ["identity_changed", "identity_changed"]
    assert column(plan, 1) == "conflict"


def test_I8_T28_a_lost_journal_is_rebuilt_with_dismissed_people_and_waits_for_approval() -> None:
    world = company()
    world.dismiss(1)
    world.dismiss(2)
    world.edit("a-main-2", first_name="Совсем", last_name="Другой")
    world.links.clear()
    world.department_links.clear()
    world.memory = replace(world.memory, known=frozenset(), whole=frozenset(), rights={})
    plan = world.plan()
    assert plan.rebuilt == {"main"}
    assert plan.needs_approval
    assert "journal_rebuilt" in codes(plan)
    assert len(changes_of(plan, "user.adopt")) == 9
    assert [each.bitrix24_id for each in changes_of(plan, "user.deactivate")] == [1]
    assert "user.create" not in kinds(plan)
    assert "department.create" not in kinds(plan)


def test_I8_a_portal_the_journal_has_begun_to_write_is_not_rebuilt() -> None:
    world = newcomers("a@firm.example")
    world.learn_departments["d"] = LearnDepartment("d", "Отдел 1", "root", "b24-main-1")
    assert world.plan().rebuilt == {"main"}
    world.memory = replace(world.memory, known=frozenset({"main"}))
    assert world.plan().rebuilt == frozenset()


def test_I9_people_of_a_portal_no_longer_in_the_settings_stay_as_they_are() -> None:
    world = company()
    world.department(1, portal="north")
    world.person(5, 1, portal="north")
    world.settled()
    del world.scopes["north"]
    world.employees = {key: each for key, each in world.employees.items() if key[0] == "main"}
    plan = world.plan()
    assert plan.changes == ()
    assert [(each.code, each.portal, each.note) for each in plan.problems] == [("portal_not_configured", "north", True)]


@pytest.mark.parametrize(("leavers", "status"), [("deactivate", "inactive"), ("terminate", "terminated")])
def test_L1_dismissed_and_gone_people_are_deactivated_by_policy(leavers: str, status: str) -> None:
    world = company()
    world.policy = Policy(leavers=leavers)  # type: ignore[arg-type] # as the settings have it
    world.dismiss(1)
    del world.employees["main", 2]
    plan = world.plan()
    assert [(each.kind, each.cause, each.after) for each in plan.changes] == [
        ("user.deactivate", "dismissed in Bitrix24", {"status": status}),
        ("user.deactivate", "gone from Bitrix24", {"status": status}),
    ]
    assert ("main", 2) not in plan.verdicts


def test_L1_leavers_may_be_kept_and_out_of_scope_has_its_own_policy() -> None:
    world = company()
    world.department(9)
    world.dismiss(1)
    world.employees["main", 2] = replace(world.employees["main", 2], departments=())
    world.policy = Policy(leavers="keep", out_of_scope="deactivate")
    plan = world.plan()
    assert [(each.bitrix24_id, each.cause) for each in changes_of(plan, "user.deactivate")] == [
        (2, "department not ticked")
    ]
    assert column(plan, 1) == "out_of_scope"
    world.policy = Policy(leavers="deactivate", out_of_scope="keep")
    assert [each.bitrix24_id for each in changes_of(world.plan(), "user.deactivate")] == [1]


def test_L1_a_leaver_switched_on_by_hand_is_deactivated_again_and_one_already_off_is_not() -> None:
    world = company()
    world.dismiss(1)
    world.links["main", 1] = replace(world.links["main", 1], deactivated_by_us=True, was_active=False)
    assert kinds(world.plan()) == {"user.deactivate": 1}
    world.accounts["a-main-1"] = replace(world.accounts["a-main-1"], status="inactive")
    assert world.plan().changes == ()


def test_L1_no_deactivate_spares_leavers_who_count_as_out_of_scope() -> None:
    world = company()
    world.dismiss(1)
    world.options = PlanOptions(deactivate=False)
    plan = world.plan()
    assert plan.changes == ()
    assert column(plan, 1) == "out_of_scope"


@pytest.mark.parametrize(
    ("link", "cause"),
    [
        (Link("a-main-1", deactivated_by_us=True), "deactivated by this program"),  # active in Bitrix24 all the while
        (Link("a-main-1", deactivated_by_us=True, was_active=False), "active again in Bitrix24"),
        (Link("a-main-1", was_active=False), "active again in Bitrix24"),
        (Link("a-main-1"), ""),
    ],
)
def test_L2_T10_who_comes_back_is_reactivated_unless_somebody_switched_him_off_by_hand(link: Link, cause: str) -> None:
    world = company()
    world.accounts["a-main-1"] = replace(world.accounts["a-main-1"], status="inactive")
    world.links["main", 1] = link
    plan = world.plan()
    assert [(each.kind, each.cause) for each in plan.changes] == ([("user.reactivate", cause)] if cause else [])
    assert codes(plan, 1) == ([] if cause else ["deactivated_by_hand"])


def test_L3_T19_somebody_who_waits_for_a_seat_is_tried_only_as_far_as_seats_are_told() -> None:
    world = company()
    for id_ in (1, 2):
        world.accounts[f"a-main-{id_}"] = replace(world.accounts[f"a-main-{id_}"], status="inactive")
        world.links["main", id_] = replace(world.links["main", id_], no_seat=True)
    assert kinds(world.plan()) == {"user.reactivate": 2}
    world.free_seats = 1
    plan = world.plan()
    assert kinds(plan) == {"user.reactivate": 1}
    assert codes(plan, 2) == ["seats_exhausted"]
    assert column(plan, 2) == "failed"


def test_T7_T15_an_interrupted_create_is_recognised_without_counting_as_an_adoption() -> None:
    world = newcomers(*(f"p{id_}@firm.example" for id_ in range(8)))
    pending = {}
    for id_ in range(1, 9):
        email = f"p{id_ - 1}@firm.example"
        world.stranger(f"x{id_}", login=email, email=email)
        pending["main", id_] = PendingCreate(email, email)
    assert [each.kind for each in world.plan().limits] == ["user.adopt"]
    world.memory = replace(world.memory, pending_creates=pending)
    plan = world.plan()
    assert plan.limits == ()
    assert {each.cause for each in changes_of(plan, "user.adopt")} == {"its creation was interrupted"}
    assert plan.letters == 0


def test_N1_accounts_and_departments_without_a_link_are_never_touched() -> None:
    world = company()
    world.learn_departments["x"] = LearnDepartment("x", "Чужой", "root")
    world.stranger("x", department="x", login="nobody", first_name="Кто")
    assert world.plan().changes == ()


def test_N2_owner_administrators_the_signed_in_protected_and_held_people_stay_as_they_are() -> None:
    world = company(6)
    for id_ in range(1, 7):
        world.says(id_, NAME="Новое")
    world.accounts["a-main-1"] = replace(world.accounts["a-main-1"], guarded=True)
    world.options = PlanOptions(signed_in_login="P2.main@firm.example")
    world.policy = Policy(protect=frozenset({"p3.main@firm.example"}), hold=frozenset({("main", 4)}))
    world.memory = replace(world.memory, held=frozenset({("main", 5)}))
    for id_ in range(1, 6):
        world.dismiss(id_)
    plan = world.plan()
    assert [each.bitrix24_id for each in plan.changes] == [6]
    assert [column(plan, id_) for id_ in range(1, 6)] == ["protected"] * 5
    assert codes(plan) == ["held_by_undo"]


def test_a_mapping_to_a_field_learn_does_not_have_is_a_fault_of_the_settings() -> None:
    world = newcomers("a@firm.example")
    world.policy = Policy(fields={"first_name": "NAME", "nickname": "TITLE"})
    with pytest.raises(SettingsInvalid) as caught:
        world.plan()
    assert caught.value.faults[0].path == "sync.fields.nickname"


def test_Q2_rights_that_only_grew_are_no_doubt() -> None:
    world = company()
    world.rights["main"] = Rights(frozenset({"user", "user_basic", "department"}), 1, admin=True)
    assert world.plan().doubts == {"main": ()}
