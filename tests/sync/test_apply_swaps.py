"""Exchanged logins and e-mails (rule P7, incident T27)."""

import contextlib
import time
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from b24learn_gui.sync.changes import Change, Kind, Value
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.swaps import chains
from tests.sync.apply_worlds import Room, Seat, State, done_changes, learn_of, plan_of, write
from tests.sync.fake_learn import FakeLearn, MemoryDiary, Write, refused
from tests.thorough import examples


def company(*names: str) -> tuple[LearnSnapshot, Memory]:
    """People 0, 1, 2 … with these names as login and as e-mail."""
    people = {number: Seat(1, name, f"{name}@example.com") for number, name in enumerate(names)}
    return learn_of(State({1: Room("A", None)}, people))


def update(number: int, was: dict[str, str], now: dict[str, str], learn: LearnSnapshot, **extra: str) -> Change:
    before: dict[str, Value] = {name: value for name, value in was.items() if now[name] != value}
    after: dict[str, Value] = {name: now[name] for name in before}
    account = learn.accounts[f"U{number}"]
    send = {**account.fields, **now, **extra}
    return Change(
        "user.update",
        "main",
        number,
        f"U{number}",
        f"№{number}",
        before=before,
        after=after,
        send=send,
        fingerprint="f",
    )


def rename(number: int, was: str, now: str, learn: LearnSnapshot) -> Change:
    old = {"login": was, "email": f"{was}@example.com"}
    return update(number, old, {"login": now, "email": f"{now}@example.com"}, learn)


def logins(fake: FakeLearn) -> list[str]:
    return [account.login for _, account in sorted(fake.accounts.items())]


def sent(fake: FakeLearn) -> list[tuple[str, str | None]]:
    return [(write.ids[0], write.data.get("login")) for write in fake.writes]


def newcomer(number: int, name: str) -> Change:
    after: dict[str, Value] = {"login": name, "email": f"{name}@example.com", "department": "b24-main-1"}
    return Change("user.create", "main", number, None, name, after={**after, "department_name": "A"})


def test_P7_whoever_frees_a_value_is_written_before_whoever_takes_it() -> None:
    learn, memory = company("a", "b", "c")
    changes = [newcomer(9, "a"), rename(0, "a", "b", learn), rename(1, "b", "c", learn), rename(2, "c", "d", learn)]
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of(changes, learn, memory), fake, diary, parallel=4)
    assert not outcome.failed
    assert sent(fake) == [("U2", "d"), ("U1", "c"), ("U0", "b"), ("D1", "a")]
    assert not [entry for entry in diary.entries if entry[0] == "interim"]


def test_T27_two_who_swap_need_one_interim_value_journalled_before_it_is_sent() -> None:
    learn, memory = company("a", "b")
    told: list[list[str]] = []
    diary = MemoryDiary(memory)
    fake = FakeLearn(learn, before=lambda _: told.append([entry[0] for entry in diary.entries]))
    changes = [rename(0, "a", "b", learn), rename(1, "b", "a", learn)]
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert logins(fake) == ["b", "a"]
    assert sent(fake) == [("U0", "b24-main-0@swap.invalid"), ("U1", "a"), ("U0", "b")]
    first = fake.writes[0].data
    assert first["login"] == first["email"] == "b24-main-0@swap.invalid"
    assert told[0] == ["intend", "intend", "interim"]
    assert [done.change.bitrix24_id for done in outcome.done] == [1, 0], "each counts as one change"
    assert not diary.memory().interims


def test_P7_only_what_is_in_the_cycle_gets_the_interim_value_and_the_other_name_stays_meanwhile() -> None:
    learn, memory = company("a", "b")
    was = [{"login": each, "email": f"{each}@example.com"} for each in ("a", "b")]
    changes = [
        update(0, was[0], {"login": "b", "email": "new0@example.com"}, learn),
        update(1, was[1], {"login": "a", "email": "new1@example.com"}, learn),
    ]
    fake = FakeLearn(learn)
    assert not write(plan_of(changes, learn, memory), fake, MemoryDiary(memory)).failed
    assert fake.writes[0].data["email"] == "a@example.com"
    assert [account.email for account in fake.accounts.values()] == ["new0@example.com", "new1@example.com"]


def test_P7_the_accounts_own_spelling_of_field_names_is_kept_in_the_interim_write() -> None:
    learn, memory = company("a", "b")
    changes = [rename(0, "a", "b", learn), rename(1, "b", "a", learn)]
    spelt = [
        Change(
            kind=each.kind,
            portal=each.portal,
            bitrix24_id=each.bitrix24_id,
            learn_id=each.learn_id,
            name=each.name,
            before=each.before,
            after=each.after,
            send={name.upper(): value for name, value in each.send.items()},
        )
        for each in changes
    ]

    class Spelt(FakeLearn):
        def update_account(self, account_id: str, fields: object) -> None:
            assert isinstance(fields, dict)
            assert {"LOGIN", "EMAIL"} <= set(fields), fields
            assert not {"login", "email"} & set(fields), fields
            super().update_account(account_id, {name.lower(): value for name, value in fields.items()})

    fake = Spelt(learn)
    assert not write(plan_of(spelt, learn, memory), fake, MemoryDiary(memory)).failed
    assert logins(fake) == ["b", "a"]


def test_P7_upper_and_lower_case_and_blanks_are_one_value() -> None:
    learn, memory = company("a", "b")
    changes = [
        rename(0, "a", "c", learn),
        update(1, {"login": "b", "email": "x"}, {"login": " A ", "email": "x"}, learn),
    ]
    fake = FakeLearn(learn)
    assert not write(plan_of(list(reversed(changes)), learn, memory), fake, MemoryDiary(memory)).failed
    assert sent(fake)[0][0] == "U0"


def test_P7_login_and_email_are_two_namespaces() -> None:
    learn, _ = company("a", "b")
    first = update(0, {"login": "a", "email": "q"}, {"login": "b@example.com", "email": "q"}, learn)
    second = update(1, {"login": "q", "email": "b@example.com"}, {"login": "q", "email": "a"}, learn)
    assert [len(chain.steps) for chain in chains([first, second])] == [1, 1]


class Picky(FakeLearn):
    """Refuses every update that would give somebody one of these logins."""

    def __init__(self, learn: LearnSnapshot, *hated: str) -> None:
        super().__init__(learn, before=self._check)
        self._hated = hated

    def _check(self, write: Write) -> None:
        if write.data.get("login") in self._hated:
            raise refused("rejected", "no such login here")


def test_T27_after_a_refused_link_the_rest_of_the_chain_is_not_sent_doomed() -> None:
    learn, memory = company("a", "b", "c")
    fake, diary = Picky(learn, "d"), MemoryDiary(memory)
    changes = [newcomer(9, "a"), rename(0, "a", "b", learn), rename(1, "b", "c", learn), rename(2, "c", "d", learn)]
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert [(each.change.bitrix24_id, each.code) for each in outcome.failed] == [
        (2, "rejected_by_learn"),
        (1, "match_taken"),
        (0, "match_taken"),
        (9, "match_taken"),
    ]
    assert not fake.writes, "the refused one never got there, the others were not sent"
    assert diary.memory().rejections.keys() == {("main", 2)}, "only what Learn refused is remembered"


def test_T27_whoever_stands_on_the_interim_value_gets_his_old_ones_back_if_they_are_free() -> None:
    learn, memory = company("a", "b", "c")
    fake, diary = Picky(learn, "a"), MemoryDiary(memory)
    changes = [rename(0, "a", "b", learn), rename(1, "b", "c", learn), rename(2, "c", "a", learn)]
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert {(each.change.bitrix24_id, each.code) for each in outcome.failed} == {
        (0, "match_taken"),
        (1, "match_taken"),
        (2, "rejected_by_learn"),
    }
    assert [write.data["login"] for write in fake.writes] == ["b24-main-0@swap.invalid"]
    assert logins(fake) == ["b24-main-0@swap.invalid", "b", "c"], "where giving back is refused, too, he stays"

    gentle = FakeLearn(learn, before=_refuse_bad_phone)
    changes[2] = update(2, _all("c"), _all("a", phone="bad"), learn)
    write(plan_of(changes, learn, memory), gentle, MemoryDiary(memory))
    assert gentle.accounts == learn.accounts


def _all(name: str, phone: str = "") -> dict[str, str]:
    return {"login": name, "email": f"{name}@example.com", "phone": phone}


def _refuse_bad_phone(write: Write) -> None:
    if write.data.get("phone") == "bad":
        raise refused("phone", "Phone is too short")


def test_P7_old_values_taken_meanwhile_are_not_fought_for() -> None:
    learn, memory = company("a", "b", "c")
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    changes = [
        rename(0, "a", "b", learn),
        update(1, _all("b"), _all("c", phone="bad"), learn),
        rename(2, "c", "a", learn),
    ]
    fake.before = _refuse_bad_phone
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert [(each.change.bitrix24_id, each.code) for each in outcome.failed] == [
        (1, "rejected_by_learn"),
        (0, "match_taken"),
    ]
    assert logins(fake) == ["b24-main-0@swap.invalid", "b", "a"]
    assert diary.memory().interims == {("main", 0): {"login": "a", "email": "a@example.com"}}
    assert len(fake.writes) == 2, "nothing was sent to get back what person 2 holds now"


def test_P7_people_left_on_an_interim_value_come_first() -> None:
    names = ("b24-main-0@swap.invalid", "b", "c", "d")
    learn, _ = company(*names)
    changes = [rename(1, "b", "x", learn), rename(2, "c", "y", learn), rename(3, "d", "z", learn)]
    first = update(0, {"login": names[0], "email": names[0]}, {"login": "a", "email": "a@example.com"}, learn)
    order = [chain.steps[0].change for chain in chains([*changes, first])]
    assert order[0] is first


def test_T15_a_swap_killed_on_the_interim_value_is_finished_by_the_next_run() -> None:
    learn, memory = company("a", "b")
    changes = [rename(0, "a", "b", learn), rename(1, "b", "a", learn)]

    def die(write: Write) -> None:
        if write.ids == ("U1",):
            raise MemoryError

    fake, diary = FakeLearn(learn, before=die), MemoryDiary(memory)
    with contextlib.suppress(MemoryError):
        write(plan_of(changes, learn, memory), fake, diary)
    assert diary.memory().interims == {("main", 0): {"login": "a", "email": "a@example.com"}}
    assert changes[0] not in [entry[1] for entry in diary.entries if entry[0] == "withdraw"]
    fake.before = None
    now = fake.snapshot()
    interim = now.accounts["U0"].login
    rest = [
        update(0, {"login": interim, "email": interim}, {"login": "b", "email": "b@example.com"}, now),
        rename(1, "b", "a", now),
    ]
    following = MemoryDiary(diary.memory())
    assert not write(plan_of(rest, now, memory), fake, following).failed
    assert logins(fake) == ["b", "a"]
    assert not following.memory().interims


@settings(max_examples=examples(75), deadline=None)
@given(st.permutations(range(7)), st.permutations(range(7)), st.sets(st.integers(0, 6), max_size=3))
def test_P7_any_exchange_ends_right_with_refusals_and_nobody_loses_a_value_to_nobody(
    login_of: Sequence[int], email_of: Sequence[int], unlucky: set[int]
) -> None:
    names = "abcdefg"
    learn, memory = company(*names)
    changes = []
    for number, name in enumerate(names):
        was = {"login": name, "email": f"{name}@example.com", "phone": ""}
        now = {"login": names[login_of[number]], "email": f"{names[email_of[number]]}@example.com"}
        changes.append(update(number, was, {**now, "phone": "bad" if number in unlucky else ""}, learn))
    changes = [each for each in changes if each.after]
    fake, diary = FakeLearn(learn, before=_refuse_bad_phone), MemoryDiary(memory)
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert not [each for each in outcome.failed if each.message.startswith("Duplicate")], "nothing doomed was sent"
    assert not outcome.untried
    for each in done_changes(outcome):
        assert each.after.items() <= fake.accounts[each.learn_id or ""].fields.items()
    standing = {key[1] for key in diary.memory().interims}
    for failure in outcome.failed:
        account = failure.change.learn_id or ""
        for name in ("login", "email"):
            present = fake.accounts[account].fields[name]
            on_interim = failure.change.bitrix24_id in standing and present.endswith("@swap.invalid")
            assert on_interim or present == learn.accounts[account].fields[name]
    if not unlucky:
        assert not standing


def _many(kind: Kind, count: int, shift: int) -> list[Change]:
    return [
        Change(
            kind,
            "main",
            number,
            f"U{number}",
            "x",
            before={"login": f"p{number}", "email": f"p{number}@x"},
            after={"login": f"p{(number + shift) % count}", "email": f"p{(number ^ 1)}@x"},
        )
        for number in range(count)
    ]


def test_P7_twenty_thousand_exchanges_are_put_in_order_in_linear_time() -> None:
    begun = time.process_time()
    found = chains(_many("user.update", 20_000, 1))
    assert time.process_time() - begun < 3
    assert sum(not step.interim for chain in found for step in chain.steps) == 20_000
    assert len(chains(_many("user.update", 2_000, 0))) == 1_000


def test_P7_independent_chains_run_beside_each_other_and_one_chain_in_order() -> None:
    names = [f"p{number}" for number in range(40)]
    learn, memory = company(*names)
    changes = [rename(number, names[number], names[number ^ 1], learn) for number in range(40)]
    fake, diary = FakeLearn(learn, before=lambda _: time.sleep(0.0005)), MemoryDiary(memory)
    assert not write(plan_of(changes, learn, memory), fake, diary, parallel=4).failed
    assert fake.most_in_flight == 4
    assert len(fake.writes) == 60
