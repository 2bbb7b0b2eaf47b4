"""`decide`: a person's conflict, decided once by a real command, kept, acted on by the next run, and reversible (I6)."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.sync.memory import Memory
from tests.e2e.arena import PEOPLE, Arena, arena, email_of

NEWCOMER = 50


def memory(made: Arena) -> Memory:
    with Journal.open_read_only(made.home / "journal.db") as journal:
        return journal.memory()


def reused_email(made: Arena) -> str:
    """Person 5 left and was deactivated; a new card with his e-mail waits for a decision. His account's id."""
    made.settle()
    account = made.account(5).id
    made.main.world.dismiss(5)
    made.main.world.add_person([2], number=NEWCOMER, NAME="Имя5", LAST_NAME="Фамилия5", EMAIL=email_of(5))
    assert made.sync().codes() == ["match_taken"]
    return account


def refused(made: Arena, *words: str) -> str:
    answer = made.run("decide", *words)
    assert answer.code == 2
    return str(answer.json["error"]["code"])


def test_I6_a_link_decided_moves_the_account_to_the_new_card_and_the_former_one_never_leaves(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        account = reused_email(made)
        made.learn.log.clear()
        answer = made.run("decide", f"main:{NEWCOMER}", "--link", account)
        assert (answer.code, answer.json["bitrix24_id"]) == (0, NEWCOMER)
        assert answer.json["decision"] == {"kind": "link", "learn_id": account}
        assert not made.learn.log.writes  # a decision itself touches nobody
        back = made.sync()
        assert (back.code, back.kinds()["user.reactivate"]) == (0, 1)
        assert made.learn.world.accounts[account].status == 1
        assert len(made.ids()) == PEOPLE
        assert made.sync().kinds() == {}


def test_I6_a_create_decided_is_refused_while_the_email_is_taken_and_made_when_it_is_free(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        account = reused_email(made)
        assert refused(made, f"main:{NEWCOMER}", "--create") == "decide_create_taken"
        made.learn.world.edit(account, email="former@learn.example", login="former@learn.example")
        made.save(sync={"leavers": "keep"})
        assert made.run("decide", f"main:{NEWCOMER}", "--create").code == 0
        assert made.sync().kinds().get("user.create") == 1
        assert made.account(NEWCOMER - 45).id != account  # the e-mail is the new account's now
        assert len(made.ids()) == PEOPLE + 1


def test_I3_a_create_is_refused_that_no_run_would_do_and_promised_only_to_who_is_to_study(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        for number in (NEWCOMER, NEWCOMER + 1):
            made.main.world.add_person([2], number=number, NAME="Анна", LAST_NAME="Двойная", EMAIL="twin@main.example")
        assert refused(made, f"main:{NEWCOMER}", "--create") == "decide_create_twice"
        assert not memory(made).decisions
        made.main.world.dismiss(NEWCOMER + 1)
        made.main.world.add_person([2], number=NEWCOMER + 2, NAME="Вера", LAST_NAME="Бывшая", EMAIL="left@main.example")
        made.main.world.dismiss(NEWCOMER + 2)
        gone = made.run("decide", f"main:{NEWCOMER + 2}", "--create", "--lang", "en")
        assert "once this person is to study" in gone.json["message"]
        assert made.run("decide", f"main:{NEWCOMER}", "--create").code == 0
        assert made.sync().kinds() == {"user.create": 1}


def test_I6_somebody_to_be_left_alone_is_protected_until_that_is_forgotten(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        reused_email(made)
        assert made.run("decide", email_of(7), "--leave").code == 0
        made.main.world.change(7, WORK_POSITION="Начальник")
        assert made.run("decide", str(NEWCOMER), "--leave").code == 0
        quiet = made.sync()
        assert (quiet.code, quiet.kinds(), quiet.people()["protected"]) == (0, {}, 2)
        forgotten = made.run("decide", f"main:{NEWCOMER}", "--forget")
        assert (forgotten.code, forgotten.json["forgotten"], forgotten.json["decision"]) == (0, True, None)
        again = made.sync()
        assert (again.code, again.codes(), again.kinds()) == (10, ["match_taken"], {})


def test_I6_a_decision_forgotten_puts_the_links_back_as_they_were(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        account = reused_email(made)
        before = memory(made)
        assert before.people["main", 5].deactivated_by_us
        assert made.run("decide", f"main:{NEWCOMER}", "--link", account).code == 0
        assert ("main", 5) not in memory(made).people
        assert made.run("decide", f"main:{NEWCOMER}", "--forget").code == 0
        assert memory(made) == before
        assert made.run("decide", f"main:{NEWCOMER}", "--forget").json["forgotten"] is False


def test_L2_a_link_put_back_knows_that_the_account_was_switched_on_since(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        account = reused_email(made)
        assert made.run("decide", f"main:{NEWCOMER}", "--link", account).code == 0
        assert made.sync().kinds()["user.reactivate"] == 1
        assert made.run("decide", f"main:{NEWCOMER}", "--forget").code == 0
        back = memory(made).people["main", 5]
        assert (back.learn_id, back.deactivated_by_us, back.was_active) == (account, False, False)


def test_L2_who_came_back_while_his_account_was_somebody_elses_is_not_switched_on_against_a_hand(
    tmp_path: Path,
) -> None:
    with arena(tmp_path) as made:
        account = reused_email(made)
        assert made.run("decide", f"main:{NEWCOMER}", "--link", account).code == 0
        made.main.world.rehire(5)
        assert made.sync().kinds()["user.reactivate"] == 1
        made.main.world.dismiss(NEWCOMER)
        assert made.run("decide", f"main:{NEWCOMER}", "--forget").code == 0
        made.learn.world.deactivate(account)  # by hand
        found = made.sync()
        assert "deactivated_by_hand" in found.codes()
        assert made.learn.world.accounts[account].status != 1


def test_I6_forgetting_never_takes_an_account_from_somebody_who_got_it_since(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        account = reused_email(made)
        assert made.run("decide", f"main:{NEWCOMER}", "--link", account).code == 0
        with Journal.open(made.home / "journal.db") as journal:
            journal.link_person(("main", 99), account)
        assert made.run("decide", f"main:{NEWCOMER}", "--forget").code == 0
        links = {key: link.learn_id for key, link in memory(made).people.items() if link.learn_id == account}
        assert links == {("main", 99): account}


def test_I7_a_changed_identity_is_settled_by_linking_the_person_to_his_own_account(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        account = made.account(6).id
        made.main.world.change(6, NAME="Другое", LAST_NAME="Лицо", EMAIL="other@main.example")
        assert made.sync().codes() == ["identity_changed"]
        assert made.run("decide", "other@main.example", "--link", account).code == 0
        settled = made.sync()
        assert (settled.code, settled.kinds()) == (0, {"user.update": 1})
        assert made.learn.world.accounts[account].email == "other@main.example"


def test_U2_whoever_is_held_by_an_undo_is_released_by_forgetting(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        made.main.world.change(6, WORK_POSITION="Начальник")
        run = made.sync().json["run"]
        assert made.run("undo", run, "--apply").code == 0
        assert made.sync().codes() == ["held_by_undo"]
        assert made.run("decide", "main:6", "--forget").json["forgotten"] is True
        assert made.sync().kinds() == {"user.update": 1}


def test_U2_one_department_held_by_an_undo_is_released_alone(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        for number, name in ((2, "Бюро"), (3, "Хранилище")):
            made.main.world.rename_department(number, name)
        run = made.sync().json["run"]
        assert made.run("undo", run, "--apply").code == 0
        assert made.sync().codes() == ["held_by_undo", "held_by_undo"]
        made.learn.log.clear()
        released = made.run("decide", "department:main:2", "--forget")
        assert (released.code, released.json["forgotten"]) == (0, True)
        told = {name: released.json[name] for name in ("object", "portal", "bitrix24_id", "name", "decision")}
        assert told == {
            "object": "department", "portal": "main", "bitrix24_id": 2, "name": "Бюро", "decision": None,
        }  # fmt: skip
        assert not made.learn.log.writes
        after = made.sync()
        assert (after.kinds(), after.codes()) == ({"department.update": 1}, ["held_by_undo"])
        assert made.run("decide", "отдел:3", "--forget").json["forgotten"] is True
        assert made.run("decide", "department:3", "--forget").json["forgotten"] is False
        assert made.sync().kinds() == {"department.update": 1}


def test_nothing_but_a_release_can_be_said_of_a_department(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        assert refused(made, "department:2", "--leave") == "decide_department_forget"
        assert not memory(made).decisions


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "decide_one_of"),
        (("--leave", "--create"), "decide_one_of"),
        (("--link", "no-such-account"), "learn_account_unknown"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_by_name(words: tuple[str, ...], code: str, tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        before = memory(made)
        assert refused(made, "main:6", *words) == code
        assert memory(made) == before


def test_N2_nobody_is_linked_to_a_protected_account(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        assert refused(made, "main:6", "--link", made.learn.world.owner_id) == "learn_account_protected"
        made.save(sync={"protect": [email_of(7)]})
        assert refused(made, "main:6", "--link", made.account(7).id) == "learn_account_protected"


def test_a_decision_is_about_one_person_who_is_there(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        made.main.world.change(6, NAME="Имя7", LAST_NAME="Фамилия7")
        assert refused(made, "Фамилия7 Имя7", "--leave") == "who_ambiguous"
        assert refused(made, "nobody@main.example", "--leave") == "who_unknown"


def test_T16_nothing_is_decided_while_a_run_is_active(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        with RunLock(made.home / "run.lock"):
            answer = made.run("decide", "main:6", "--leave")
        assert (answer.code, answer.json["error"]["code"]) == (50, "another_run_active")
        assert not memory(made).decisions


def test_the_sentence_says_what_was_decided_and_what_follows(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        said: dict[str, Any] = {}
        for language in ("en", "ru"):
            process = made.start("decide", "main:6", "--leave", "--lang", language)
            said[language], _ = process.communicate(timeout=60)
            assert isinstance(process, subprocess.Popen)
            assert process.returncode == 0
        assert said["en"].strip() == "Фамилия6 Имя6 is left alone from now on."
        assert "Фамилия6 Имя6" in said["ru"]
        assert said["ru"] != said["en"]
