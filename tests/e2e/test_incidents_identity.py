"""T8, T9, T10, T26, T27: who is whom when e-mails, cards, ids and names change (rules I1 to I7, P6, P7, L2)."""

from pathlib import Path

import pytest

from b24learn_gui.demo.bitrix24 import World
from b24learn_gui.storage.journal import Journal
from tests.e2e.arena import PEOPLE, Arena, arena, email_of, small_company

MANY = 40


def problems(made_of: list[dict[str, object]]) -> set[tuple[object, object]]:
    return {(each["bitrix24_id"], each["code"]) for each in made_of}


def accounts_by_person(made: Arena, world: World) -> dict[int, str]:
    """Bitrix24 id → account id, by the e-mail each has now."""
    found = {}
    for person in world.people.values():
        account = made.learn.world.by_email(str(person.fields["EMAIL"]))
        if account is not None:
            found[person.id] = account.id
    return found


def decide_link(made: Arena, id_: int, account_id: str) -> None:
    """What `decide --link` keeps in the journal."""
    with Journal.open(made.home / "journal.db") as journal:
        journal.link_person(("main", id_), account_id)


def quiet(made: Arena) -> None:
    """The next run finds nothing to do."""
    made.learn.log.clear()
    again = made.sync()
    assert again.kinds() == {}
    assert not made.learn.log.writes


# T8: e-mails change hands


def test_T8_a_changed_email_keeps_the_account(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        before = set(made.ids())
        account = made.account(5).id
        made.main.world.change(5, EMAIL="new.address@main.example")
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"user.update": 1})
        now = made.learn.world.accounts[account]
        assert (now.email, now.login, now.status) == ("new.address@main.example",) * 2 + (1,)
        assert set(made.ids()) == before
        quiet(made)


def test_T8_two_people_who_swap_emails_keep_their_accounts(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        fifth, sixth = made.account(5).id, made.account(6).id
        made.main.world.change(5, EMAIL=email_of(6))
        made.main.world.change(6, EMAIL=email_of(5))
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"user.update": 2})
        assert (made.account(6).id, made.account(5).id) == (fifth, sixth)
        assert made.doomed() == []
        assert made.inactive() == set()
        quiet(made)


def test_T8_a_newcomer_with_a_leavers_email_is_a_conflict_for_a_person_to_decide(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        account = made.account(5).id
        world = made.main.world
        world.dismiss(5)
        world.add_person([2], number=50, NAME="Иной", LAST_NAME="Человек", EMAIL=email_of(5))
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (10, {"user.deactivate": 1})
        assert problems(answer.json["problems"]) == {(50, "match_taken")}
        assert answer.people()["conflict"] == 1
        assert made.learn.world.accounts[account].fields["last_name"] == "Фамилия5"
        assert made.doomed() == []
        assert len(made.ids()) == PEOPLE
        world.change(50, EMAIL="other.person@main.example")
        solved = made.sync()
        assert (solved.code, solved.kinds()) == (0, {"user.create": 1})
        assert len(made.ids()) == PEOPLE + 1


def test_T8_the_same_reuse_decided_as_the_same_person_moves_the_link(tmp_path: Path) -> None:
    """I6: the former card then counts as without account, never as a leaver."""
    with arena(tmp_path) as made:
        made.settle()
        account = made.account(5).id
        world = made.main.world
        world.dismiss(5)
        world.add_person([2], number=50, NAME="Имя5", LAST_NAME="Фамилия5", EMAIL=email_of(5))
        assert made.sync("--no-deactivate").code == 10
        decide_link(made, 50, account)
        answer = made.sync()
        assert answer.code == 0
        assert "user.deactivate" not in answer.kinds()
        assert made.learn.world.accounts[account].status == 1
        quiet(made)
        world.dismiss(50)  # the control: now he is the one who leaves
        assert made.sync().kinds() == {"user.deactivate": 1}
        assert made.inactive() == {email_of(5)}


# T9, T10: new cards, and people who come back


def test_T9_a_card_created_again_with_the_same_email_is_never_bound_silently(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        account = made.account(5).id
        card = made.main.world.people[5]
        made.main.world.delete_person(5)
        made.main.world.add_person([3], number=70, **card.fields)
        answer = made.sync("--no-deactivate")
        assert (answer.code, answer.kinds()) == (10, {})
        assert problems(answer.json["problems"]) == {(70, "match_taken")}
        detail = next(each["detail"] for each in answer.json["problems"])
        assert detail["accounts"] == [account]  # what is proposed
        assert made.inactive() == set()
        decide_link(made, 70, account)
        decided = made.sync()
        assert (decided.code, decided.kinds()) == (0, {})
        assert made.learn.world.accounts[account].status == 1
        assert len(made.ids()) == PEOPLE


def test_T9_an_unlinked_account_with_the_same_email_is_adopted_and_two_candidates_are_not(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        world = made.learn.world
        own = world.add_account("olga", email=email_of(4).upper(), first_name="Имя4", last_name="Фамилия4")
        world.add_account(email_of(5), email="someone.else@learn.example")  # both e-mails given, and they differ
        one = world.add_account("first", email=email_of(6))
        two = world.add_account(email_of(6))
        answer = made.sync()
        assert answer.code == 10
        assert problems(answer.json["problems"]) == {(5, "match_ambiguous"), (6, "match_ambiguous")}
        assert answer.kinds()["user.adopt"] == 1
        assert made.learn.world.accounts[own].department_id != world.root_id
        for untouched in (one, two):
            assert made.learn.world.accounts[untouched].department_id == world.root_id
        assert made.doomed() == []
        assert made.inactive() == set()


def test_T10_dismissed_and_hired_again_under_the_same_id_is_the_same_account(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        account = made.account(5).id
        for _ in range(2):
            made.main.world.dismiss(5)
            assert made.sync().kinds() == {"user.deactivate": 1}
            made.main.world.rehire(5)
            assert made.sync().kinds() == {"user.reactivate": 1}
        assert (made.account(5).id, made.account(5).status) == (account, 1)
        assert len(made.ids()) == PEOPLE


def test_T10_hired_again_under_a_new_id_waits_for_one_decision_and_lasts(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        account = made.account(5).id
        world = made.main.world
        world.dismiss(5)
        assert made.sync().kinds() == {"user.deactivate": 1}
        world.add_person([2], number=71, **world.people[5].fields)
        waiting = made.sync()
        assert (waiting.code, waiting.kinds()) == (10, {})
        assert problems(waiting.json["problems"]) == {(71, "match_taken")}
        decide_link(made, 71, account)
        back = made.sync()
        assert back.code == 0, back.json["problems"]
        assert (made.learn.world.accounts[account].status, len(made.ids())) == (1, PEOPLE)
        quiet(made)


def test_L2_an_account_switched_off_by_hand_in_learn_stays_off(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        made.learn.world.deactivate(made.account(5).id)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {})
        assert problems(answer.json["problems"]) == {(5, "deactivated_by_hand")}
        made.main.world.dismiss(5)
        assert made.sync().code == 0
        made.main.world.rehire(5)  # inactive in Bitrix24 at the last run and active now
        assert made.sync().kinds() == {"user.reactivate": 1}


# T26: another portal under the same key


def test_T26_renumbered_ids_write_nothing_of_the_portal_until_approved(tmp_path: Path) -> None:
    """A restored box: the same people, every id shifted onto somebody else."""
    with arena(tmp_path, {"main": small_company(), "west": small_company(portal="west")}) as made:
        made.settle()
        before = of_portal(made, "main")
        made.main.world.renumber({id_: 2 if id_ == PEOPLE else id_ + 1 for id_ in range(2, PEOPLE + 1)})
        made.main.world.dismiss(7)
        made.portals["west"].world.dismiss(6)
        for kinds in ({"user.deactivate": 1}, {}):
            answer = made.sync()
            assert (answer.code, answer.kinds()) == (30, kinds), answer.json["changes"]
            assert {each["code"] for each in answer.doubts()} == {"portal_changed"}
            assert answer.doubts("west") == []
            assert "portal_changed" in answer.codes()
            assert of_portal(made, "main") == before
        assert made.inactive() == {email_of(6, "west")}
        planned = made.preview()
        assert planned.code == 30
        approved = made.sync("--approve", planned.json["plan_hash"])
        assert approved.code == 0, (approved.json["problems"], approved.json.get("error"))
        assert of_portal(made, "main") != before
        assert made.doomed() == []
        assert len(made.ids()) == 2 * PEOPLE
        quiet(made)


def of_portal(made: Arena, portal: str) -> dict[str, object]:
    return {login: each for login, each in made.truth()["accounts"].items() if login.endswith(f"{portal}.example")}


def test_T26_one_person_who_changed_name_and_email_together_is_a_conflict_and_is_left_alone(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        before = made.account(5).fields.copy()
        made.main.world.change(5, NAME="Совсем", LAST_NAME="Другая", EMAIL="quite.another@main.example")
        made.main.world.dismiss(6)
        for _ in range(2):
            answer = made.sync()
            assert answer.code == 10
            assert problems(answer.json["problems"]) == {(5, "identity_changed")}
            assert made.account(5).fields == before
        assert made.inactive() == {email_of(6)}


def test_T26_marriages_and_new_addresses_alone_are_ordinary_changes(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        for id_ in (3, 4):
            made.main.world.change(id_, LAST_NAME=f"Новая{id_}")
        for id_ in (5, 6):
            made.main.world.change(id_, EMAIL=f"new{id_}@main.example")
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"user.update": 4})


# T27: everybody's e-mail at once


@pytest.mark.parametrize("shift", [1, 7])
def test_T27_a_company_wide_exchange_of_emails_is_done_in_one_run_without_a_doomed_request(
    shift: int, tmp_path: Path
) -> None:
    with arena(tmp_path, {"main": small_company(MANY)}) as made:
        made.save(limits={"login_changes": 5})
        made.settle()
        world = made.main.world
        held = accounts_by_person(made, world)
        for id_ in range(1, MANY + 1):
            world.change(id_, EMAIL=email_of(1 + (id_ - 1 + shift) % MANY))
        planned = made.preview()
        assert planned.code == 20
        assert {limit["kind"] for limit in planned.json["limits"]} == {"login_changes", "user.update"}
        answer = made.sync("--approve", planned.json["plan_hash"])
        assert (answer.code, answer.kinds()) == (0, {"user.update": MANY}), answer.json["problems"]
        assert made.doomed() == []
        assert accounts_by_person(made, world) == held
        assert not [each for each in made.logins() if "swap.invalid" in each]
        assert made.inactive() == set()
        quiet(made)


def test_T27_a_chain_of_renames_frees_each_address_before_it_is_taken(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(MANY)}) as made:
        made.settle()
        world = made.main.world
        held = accounts_by_person(made, world)
        for id_ in range(1, MANY + 1):
            world.change(id_, EMAIL=email_of(id_ + 1))  # the last one gets an address nobody had
        made.learn.log.clear()
        answer = made.approved_sync()
        assert (answer.code, answer.kinds()) == (0, {"user.update": MANY})
        assert made.doomed() == []
        assert len(made.learn.log.writes) == MANY  # a chain needs no interim value
        assert accounts_by_person(made, world) == held


def test_T27_logins_from_the_id_follow_the_renames_of_a_whole_domain(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(MANY)}) as made:
        made.save(sync={"login_from": "bitrix24_id"})
        made.settle()
        world = made.main.world
        ids = made.ids()
        for id_ in range(1, MANY + 1):
            world.change(id_, EMAIL=f"p{id_}@renamed.example")
        answer = made.approved_sync()
        assert (answer.code, answer.kinds()) == (0, {"user.update": MANY})
        assert made.ids() == ids  # logins stayed
        assert all(
            each.email.endswith("@renamed.example") for each in made.learn.world.accounts.values() if each.id in ids
        )
        assert made.doomed() == []


def test_P6_a_wanted_address_held_by_a_stranger_is_left_alone_and_the_rest_is_written(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        made.learn.world.add_account("stranger", email="wanted@main.example")
        made.main.world.change(5, EMAIL="wanted@main.example", WORK_POSITION="Начальник")
        for kinds in ({"user.update": 1}, {}):
            answer = made.sync()
            assert (answer.code, answer.kinds()) == (0, kinds)
            assert problems(answer.json["problems"]) == {(5, "match_taken")}
            assert all(each["note"] for each in answer.json["problems"])
        assert made.account(5).fields["job_title"] == "Начальник"
        assert made.doomed() == []
