from dataclasses import replace
from typing import Any

import pytest

from b24learn_gui.demo.learn import CLOUD, OLD, ON_PREMISE, Learn, LearnWorld, Switches
from b24learn_gui.demo.learn.model import ProfileField, Subordination
from b24learn_gui.errors import Rejected
from b24learn_gui.learn.reader import read_learn
from b24learn_gui.learn.transport import Transport
from b24learn_gui.learn.writer import BULK_SIZE, LearnWriter
from b24learn_gui.sync.ports import Target
from tests.learn.joined import joined, serving

PROFILES = {"cloud": CLOUD, "on_premise": ON_PREMISE, "old": OLD}

DIFFERENCES: list[dict[str, Any]] = [
    {},
    {"force_format": "xml"},
    {"envelope": "response"},
    {"envelope": "named"},
    {"created_id": "string"},
    {"created_id": "response"},
    {"fields_shape": "map", "field_case": "lower"},
    {"fields_shape": "single"},
    {"numbers_as_text": True},
    {"role_spelling": "plural", "strict_role_spelling": True},
    {"role_call": False},
    {"role_call": False, "v2_revisions": False, "paged_lists": False},
    {"bulk_calls": False},
    {"bulk_calls": False, "unknown_path_status": 405},
    {"bulk_calls": False, "unknown_path_status": 400},
    {"bulk_calls": False, "unknown_path_html": True},
    {"bulk_unknown_id": "skip"},
    {"bulk_atomic": False},
    {"unknown_id_status": 404},
    {"duplicate_mode": 409},
    {"case_sensitive_fields": True, "field_info_case": "upper", "field_case": "upper"},
    {"case_sensitive_fields": True},
    {"require_fields_on_update": True, "bulk_calls": False},
    {"allow_termination": False},
    {"send_login_email_default": True},
    {"supervisor_leaves": "clear"},
    {"unique_codes": True},
    {"paged_lists": False},
    {
        "force_format": "xml",
        "created_id": "response",
        "bulk_calls": False,
        "v2_revisions": False,
        "unknown_id_status": 404,
    },
]

PERSON = {"login": "ivan@example.com", "email": "ivan@example.com", "first_name": "Иван", "last_name": "Петров"}


def writer_for(transport: Transport) -> LearnWriter:
    names = [field.name for field in read_learn(transport).fields]
    return LearnWriter(transport, invitation_message="Welcome:", field_names=names)


def is_a_target(writer: LearnWriter) -> Target:
    """mypy holds the class against the port here."""
    return writer


def person(number: int) -> dict[str, str]:
    return {**PERSON, "login": f"p{number}@example.com", "email": f"p{number}@example.com"}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_a_whole_life_in_learn_with_every_habit_of_a_server(profile: str, difference: dict[str, Any]) -> None:
    switches = replace(PROFILES[profile], **difference)
    world = LearnWorld(custom_fields=(ProfileField("UserField_x1", "Отчество", "string"),))
    with serving(switches, world) as learn, joined(learn) as transport:
        writer = writer_for(transport)
        one = writer.create_department(name="Один & <1>", parent_id=world.root_id, code="b24-main-1")
        two = writer.create_department(name="Два", parent_id=world.root_id, code="b24-main-2")
        writer.rename_department(two, "Два ё")
        assert writer.move_departments(one, [two]) == {two: None}
        assert [(d.name, d.parent_id, d.code) for d in (world.departments[one], world.departments[two])] == [
            ("Один & <1>", world.root_id, "b24-main-1"),
            ("Два ё", one, "b24-main-2"),
        ]

        letter = writer.create_account(department_id=one, fields={**PERSON, "userfield_X1": "Ильич"}, letter=True)
        quiet = writer.create_account(department_id=one, fields=person(2), letter=False)
        assert not letter.letter_uncertain
        assert set(writer.read_statuses([letter.account_id, quiet.account_id]).values()) == {"active"}
        assert [(found.login, found.message) for found in learn.outbox.letters] == [("ivan@example.com", "Welcome:")]
        made = world.accounts[letter.account_id]
        assert (made.fields["first_name"], made.fields["UserField_x1"]) == ("Иван", "Ильич")
        assert world.kind(made) == "learner"

        writer.update_account(letter.account_id, {**PERSON, "job_title": "Инженер"})
        assert (made.fields["job_title"], made.fields["UserField_x1"]) == ("Инженер", "Ильич")

        ids = [letter.account_id, quiet.account_id]
        assert writer.move_accounts(two, ids) == dict.fromkeys(ids)
        assert {world.accounts[one].department_id for one in ids} == {two}

        writer.set_supervisor(two, letter.account_id)
        assert world.departments[two].subordination == Subordination("manual", letter.account_id)
        writer.set_supervisor(two, None)
        assert world.departments[two].subordination.kind == "inherit"

        assert writer.set_status("inactive", ids) == dict.fromkeys(ids)
        assert writer.read_statuses([*ids, "unknown"]) == dict.fromkeys(ids, "inactive")
        assert writer.set_status("active", ids) == dict.fromkeys(ids)
        assert writer.read_statuses(ids) == dict.fromkeys(ids, "active")
        assert writer.set_status("terminated", ids) == dict.fromkeys(ids)
        assert {world.accounts[one].status for one in ids} == {5 if switches.allow_termination else 3}

        with pytest.raises(Rejected) as caught:
            writer.delete_department(two)
        assert caught.value.code == "rejected"
        writer.move_accounts(world.root_id, ids)
        writer.delete_department(two)
        writer.delete_department(two)  # an answer may have been lost
        assert two not in world.departments

        with pytest.raises(Rejected) as caught:
            writer.create_account(department_id=one, fields=PERSON, letter=True)
        assert caught.value.code == "duplicate"
        assert len(learn.outbox) == 1
        with pytest.raises(Rejected) as caught:
            writer.update_account("no-such-account", PERSON)
        assert caught.value.code == "gone"


@pytest.mark.parametrize(
    "difference", [{}, {"bulk_calls": False}, {"bulk_atomic": False}, {"unknown_id_status": 404}], ids=str
)
def test_t14_one_persons_failure_in_a_bulk_call_is_that_persons(difference: dict[str, Any]) -> None:
    world = LearnWorld()
    there = world.add_department("There")
    ids = [world.add_account(f"p{n}", email=f"p{n}@example.com") for n in range(5)]
    with serving(replace(CLOUD, **difference), world) as learn, joined(learn) as transport:
        writer = LearnWriter(transport)
        learn.faults.refuse_person("p2", message="Not this one")
        asked = [*ids, "gone-id"]
        for answers in (writer.move_accounts(there, asked), writer.set_status("inactive", asked)):
            assert answers.keys() == set(asked)
            assert {key: None if one is None else one.code for key, one in answers.items()} == {
                **dict.fromkeys(ids),
                ids[2]: "rejected",
                "gone-id": "gone",
            }
            refused = answers[ids[2]]
            assert refused is not None
            assert (refused.detail["message"], refused.detail["status"], refused.side) == ("Not this one", 400, "learn")
        assert [world.accounts[one].status for one in ids] == [3, 3, 1, 3, 3]
        assert [world.accounts[one].department_id == there for one in ids] == [True, True, False, True, True]


def test_d5_a_refused_department_is_one_of_several() -> None:
    world = LearnWorld()
    above, fine, bad = (world.add_department(name) for name in ("Above", "Fine", "Bad"))
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        writer = LearnWriter(transport)
        learn.faults.refuse_department("Bad")
        answers = writer.move_departments(above, [fine, bad])
        assert answers[fine] is None
        assert isinstance(answers[bad], Rejected)
        assert world.departments[fine].parent_id == above
        inside = writer.move_departments(fine, [above])[above]
        assert isinstance(inside, Rejected)  # below its own child
        with pytest.raises(Rejected):
            writer.create_department(name="Bad", parent_id=above, code="b24-main-9")


def test_bulk_calls_carry_many_and_an_unknown_one_is_tried_once() -> None:
    world = LearnWorld()
    ids = [world.add_account(f"p{n}", email=f"p{n}@example.com") for n in range(BULK_SIZE + 20)]
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        transport.read("GET", "/departments")
        learn.log.clear()
        LearnWriter(transport).set_status("inactive", ids)
        assert len(learn.log.entries) == 2
    with serving(replace(CLOUD, bulk_calls=False), world) as learn, joined(learn) as transport:
        transport.read("GET", "/departments")
        learn.log.clear()
        LearnWriter(transport).set_status("terminated", ids)
        assert len(learn.log.find("POST", "/users/terminate")) == 1
        assert len(learn.log.entries) == 1 + len(ids)


# --- seats (rule L3)


@pytest.mark.parametrize(
    "difference", [{}, {"force_format": "xml"}, {"v2_revisions": False}, {"numbers_as_text": True}], ids=str
)
def test_t19_an_account_left_inactive_for_want_of_seats_is_told(difference: dict[str, Any]) -> None:
    world = LearnWorld(seats=2)
    with serving(replace(CLOUD, **difference), world) as learn, joined(learn) as transport:
        writer = LearnWriter(transport)
        made = [writer.create_account(department_id=world.root_id, fields=person(n), letter=False) for n in range(3)]
        statuses = writer.read_statuses([one.account_id for one in made])
        assert list(statuses.values()) == ["active", "inactive", "inactive"]


def test_t19_a_create_refused_for_want_of_seats_has_its_own_code() -> None:
    world = LearnWorld(seats=1)
    with serving(replace(CLOUD, seat_mode="error"), world) as learn, joined(learn) as transport:
        with pytest.raises(Rejected) as caught:
            writer_for(transport).create_account(department_id=world.root_id, fields=PERSON, letter=True)
        assert caught.value.code == "seats_exhausted"
        assert len(learn.outbox) == 0


@pytest.mark.parametrize("mode", ["400", "stay"])
@pytest.mark.parametrize("bulk", [True, False])
def test_l3_activations_beyond_the_seats_are_refused_one_by_one_and_no_more_are_tried(mode: Any, bulk: bool) -> None:
    world = LearnWorld(seats=3)
    ids = [world.add_account(f"p{n}", email=f"p{n}@example.com", active=False) for n in range(6)]
    with serving(replace(CLOUD, seat_activate=mode, bulk_calls=bulk), world) as learn, joined(learn) as transport:
        answers = LearnWriter(transport).set_status("active", ids)
        codes = [None if one is None else one.code for one in answers.values()]
        assert codes == [None, None, *["seats_exhausted"] * 4]
        assert sum(world.accounts[one].status == 1 for one in ids) == 2
        if mode == "400":
            assert len(learn.log.find("POST", "/user/.*/status")) == 3


# --- single rejections


@pytest.mark.parametrize(
    ("status", "text"),
    [(400, "english"), (400, "old"), (400, "russian"), (409, "english"), (409, "russian"), (409, "id")],
)
@pytest.mark.parametrize("name", ["login", "email"])
def test_p6_a_taken_login_or_email_is_a_duplicate_in_every_wording(text: Any, status: Any, name: str) -> None:
    world = LearnWorld()
    world.add_account("taken@example.com", email="taken@example.com")
    other = world.add_account("other@example.com", email="other@example.com")
    with (
        serving(replace(CLOUD, duplicate_text=text, duplicate_mode=status), world) as learn,
        joined(learn) as transport,
    ):
        writer = writer_for(transport)
        fields = {**PERSON, name: "TAKEN@example.com"}
        for refused in (
            lambda: writer.create_account(department_id=world.root_id, fields=fields, letter=True),
            lambda: writer.update_account(other, fields),
        ):
            with pytest.raises(Rejected) as caught:
                refused()
            assert caught.value.code == "duplicate"
        assert len(learn.outbox) == 0


def test_a_phone_that_learn_refuses_has_its_own_code() -> None:
    with serving() as learn, joined(learn) as transport, pytest.raises(Rejected) as caught:
        LearnWriter(transport).create_account(
            department_id=learn.world.root_id, fields={**PERSON, "phone": "+7"}, letter=False
        )
    assert caught.value.code == "phone"


def test_p5_an_update_never_touches_roles() -> None:
    world = LearnWorld()
    account = world.add_account(PERSON["login"], email=PERSON["email"])
    world.make_department_administrator(account, [world.root_id])
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        LearnWriter(transport).update_account(account, PERSON)
        assert world.kind(world.accounts[account]) == "department_administrator"
        assert learn.log.writes[0].body.keys() == {"fields"}


def test_every_create_says_whether_a_letter_goes_out() -> None:
    with serving(replace(CLOUD, send_login_email_default=True)) as learn, joined(learn) as transport:
        writer = LearnWriter(transport, invitation_message="Hi:")
        writer.create_account(department_id=learn.world.root_id, fields=person(1), letter=False)
        writer.create_account(department_id=learn.world.root_id, fields=person(2), letter=True)
        bodies = [entry.body for entry in learn.log.writes]
        assert [body["sendLoginEmail"] for body in bodies] == [False, True]
        assert ["invitationMessage" in body for body in bodies] == [False, True]
        assert all(entry.headers["x-return-object"] == "true" for entry in learn.log.writes)
        assert len(learn.log.find("GET", "/role")) == 1
        assert len(learn.outbox) == 1


def managers(world: LearnWorld) -> tuple[str, str, str]:
    department = world.add_department("Sales")
    first, second = (world.add_account(name, email=f"{name}@example.com") for name in ("first", "second"))
    world.set_subordination(world.departments[department], Subordination("inherit"), Subordination("manual", second))
    return department, first, second


@pytest.mark.parametrize("difference", [{}, {"force_format": "xml"}, {"envelope": "response"}], ids=str)
def test_the_functional_manager_stays_as_he_is(difference: dict[str, Any]) -> None:
    world = LearnWorld()
    department, first, second = managers(world)
    with serving(replace(CLOUD, **difference), world) as learn, joined(learn) as transport:
        writer = LearnWriter(transport)
        for supervisor in (first, None):
            writer.set_supervisor(department, supervisor)
            assert world.departments[department].co_subordination == Subordination("manual", second)
            assert learn.log.writes[-1].body["coSubordination"]["supervisorId"] == second


def test_an_inactive_functional_manager_does_not_stand_in_the_way() -> None:
    world = LearnWorld()
    department, first, second = managers(world)
    world.deactivate(second)
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        LearnWriter(transport).set_supervisor(department, first)
        assert world.departments[department].subordination == Subordination("manual", first)


def test_an_inactive_supervisor_is_refused() -> None:
    world = LearnWorld()
    department, first, _ = managers(world)
    world.deactivate(first)
    with serving(CLOUD, world) as learn, joined(learn) as transport, pytest.raises(Rejected):
        LearnWriter(transport).set_supervisor(department, first)


@pytest.mark.parametrize("switches", [CLOUD, replace(CLOUD, v2_revisions=False), replace(CLOUD, force_format="xml")])
def test_statuses_of_many_take_one_call_where_the_server_can(switches: Switches) -> None:
    world = LearnWorld()
    ids = [world.add_account(f"p{n}", email=f"p{n}@example.com", active=n % 2 == 0) for n in range(150)]
    with Learn(world, switches=switches) as learn, joined(learn) as transport:
        found = LearnWriter(transport).read_statuses([*ids, "unknown"])
        assert [found[one] for one in ids] == ["active", "inactive"] * 75
        assert "unknown" not in found
        if switches.v2_revisions:
            assert len(learn.log.entries) <= 5  # the address, two lists, and the unknown one looked for by its id


@pytest.mark.parametrize("status", [400, 404])
def test_whether_an_account_is_gone_is_looked_up_not_guessed_from_words(status: int) -> None:
    world = LearnWorld()
    there = world.add_account("there@example.com", email="there@example.com")
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        writer = LearnWriter(transport)
        learn.faults.plan("status", status=status, message="Country not found", method="POST", times=None)
        for account_id, code in ((there, "rejected"), ("no-such-account", "gone")):
            with pytest.raises(Rejected) as caught:
                writer.update_account(account_id, PERSON)
            assert (caught.value.code, caught.value.detail["message"]) == (code, "Country not found")
