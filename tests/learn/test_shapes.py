from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24learn_gui.errors import Unreachable
from b24learn_gui.http import Answer
from b24learn_gui.learn import shapes, wire
from b24learn_gui.learn.rejections import classify
from tests.thorough import examples

USER = {
    "userId": "u1",
    "departmentId": "d1",
    "status": 1,
    "role": "learner",
    "fields": [{"name": "LOGIN", "value": "a"}, {"name": "USER_DEFINED_FIELD1", "value": "x"}],
}


def one_account(answer: object, kinds: dict[str, str] | None = None) -> shapes.AccountRow:
    (row,) = shapes.accounts_page(answer, kinds or {}).rows
    return row


@pytest.mark.parametrize(
    "answer",
    [
        [USER],
        USER,
        {"response": USER},
        {"response": [USER]},
        {"userProfile": USER},
        {"userProfiles": [USER]},
        {"UserProfiles": {"userProfile": USER}, "nextPageToken": None},
        {"userProfiles": {"userProfile": [USER]}},
        {"response": {"userProfiles": [USER]}},
    ],
)
def test_every_envelope_of_an_account_means_the_same(answer: object) -> None:
    account = one_account(answer).account
    assert (account.id, account.department_id, account.status, account.login) == ("u1", "d1", "active", "a")
    assert account.fields["user_defined_field1"] == "x"


@pytest.mark.parametrize(
    "fields",
    [
        [{"name": "EMAIL", "value": "a@example.com"}],
        {"name": "EMAIL", "value": "a@example.com"},
        {"email": "a@example.com"},
        {"EMAIL": "a@example.com", "PHONE": None},
        {"field": {"name": "email", "value": "a@example.com"}},
        {"field": [{"Name": "Email", "Value": "a@example.com"}, {"name": "PHONE", "value": ""}]},
    ],
)
def test_fields_come_as_list_pair_or_map_in_any_case(fields: object) -> None:
    assert one_account({**USER, "fields": fields}).account.fields == {"email": "a@example.com"}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (1, "active"),
        ("1", "active"),
        (3, "inactive"),
        ("5", "terminated"),
        (2, "inactive"),
        (4, "inactive"),
        ("9", "inactive"),
    ],
)
def test_status_numbers_may_be_texts_and_unknown_ones_are_not_active(told: object, status: str) -> None:
    assert one_account({**USER, "status": told}).account.status == status


@pytest.mark.parametrize(
    ("part", "guarded"),
    [
        ({"role": "administrator"}, True),
        ({"role": "account_administrators"}, True),
        ({"role": "Account Owner"}, True),
        ({"role": "department_administrators"}, False),
        ({"role": "course_authors"}, False),
        ({"role": "learner", "roleId": "r-owner"}, True),
        ({"role": "custom", "userRoles": [{"roleId": "r-admin"}]}, True),
        ({"role": "learner", "userRoles": [{"roleId": "x", "roleType": "administrator"}]}, True),
        ({"role": "learner", "roles": {"role": {"roleId": "r-admin"}}}, True),
        ({"role": {"roleId": "r-owner", "type": "owner"}}, True),
        ({"role": "learner", "userRoles": {"userRole": [{"roleId": "r-learner"}, {"roleId": "r-dep"}]}}, False),
        ({"role": None, "userRoles": ""}, False),
    ],
)
def test_n2_owner_and_account_administrators_are_guarded_in_both_spellings(part: dict[str, Any], guarded: bool) -> None:
    kinds = shapes.roles(
        [
            {"roleId": "r-owner", "type": "account_owner", "title": "Владелец"},
            {"roleId": "r-admin", "type": "account_administrators"},
            {"roleId": "r-dep", "type": "department_administrator"},
            {"roleId": "r-learner", "type": "learners"},
        ]
    )
    assert one_account({**USER, **part}, dict(kinds)).account.guarded is guarded


def test_departments_bound_to_an_administrative_role_are_known() -> None:
    row = one_account(
        {
            **USER,
            "manageableDepartmentIds": ["d1"],
            "userRoles": [{"roleId": "r", "manageableDepartmentIds": {"id": ["d2", "d1"]}}],
        }
    )
    assert row.account.manages == ("d1", "d2")


def test_a_role_nobody_has_heard_of_proves_nothing() -> None:
    assert shapes.is_lesser(frozenset({"learner", "department_administrator"}))
    assert not shapes.is_lesser(frozenset({"learner", "grand_vizier"}))
    assert not shapes.is_lesser(frozenset())
    assert not shapes.is_lesser(frozenset({"learner", "administrator"}))


def test_departments_and_supervisors() -> None:
    root = {"departmentId": "d0", "name": "Root", "parentDepartmentId": "", "code": None}
    child = {
        "departmentId": "d1",
        "name": "A",
        "parentDepartmentId": "d0",
        "subordination": {"subordinationType": "manual", "supervisorId": "u1"},
        "coSubordination": {"subordinationType": "inherit"},
    }
    left = {
        **child,
        "departmentId": "d2",
        "subordination": {"subordinationType": "no_supervisor", "supervisorId": "u1"},
    }
    page = shapes.departments_page({"departments": [root, child, left], "nextPageToken": "t"})
    assert [(one.id, one.parent_id, one.supervisor_id, one.subordination) for one in page.rows] == [
        ("d0", None, None, "inherit"),
        ("d1", "d0", "u1", "manual"),
        ("d2", "d0", None, "no_supervisor"),
    ]
    assert page.next_token == "t"
    assert shapes.co_subordination({"department": child}) == {"subordinationType": "inherit"}


@pytest.mark.parametrize(
    "answer",
    [
        17,
        "text",
        None,
        {},
        {"userProfiles": 17},
        [17],
        [None],
        [{**USER, "userId": None}],
        [{**USER, "userId": ["u1"]}],
        [{**USER, "status": {}}],
        [{**USER, "status": None}],
        [{**USER, "status": "active"}],
        [{**USER, "fields": 17}],
        [{**USER, "fields": [17]}],
        [{**USER, "fields": [{"name": "LOGIN", "value": ["a"]}]}],
        [{**USER, "departmentId": 17.5, "userRoles": 17}],
        [USER, 17],
    ],
)
def test_one_unreadable_row_makes_the_whole_list_unusable(answer: object) -> None:
    with pytest.raises(Unreachable) as caught:
        shapes.accounts_page(answer, {})
    assert caught.value.code == "answer_unusable"


NAMES = [
    "userId",
    "departmentId",
    "status",
    "fields",
    "name",
    "value",
    "role",
    "roleId",
    "userRoles",
    "response",
    "departments",
    "userProfiles",
]
NAMES += ["nextPageToken", "subordination", "supervisorId", "id", "field", "type"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=examples(150), deadline=None)
@given(json_values)
def test_no_answer_whatever_ends_in_anything_but_a_value_or_unreachable(answer: object) -> None:
    readers = (
        lambda: shapes.accounts_page(answer, {}),
        lambda: shapes.departments_page(answer),
        lambda: shapes.roles(answer),
        lambda: shapes.profile_fields(answer),
        lambda: shapes.existing_ids(answer),
        lambda: shapes.created_id(answer, "userId"),
        lambda: shapes.co_subordination(answer),
    )
    for read in readers:
        with suppress(Unreachable):
            read()


def test_profile_fields_with_flags_as_numbers_texts_or_booleans() -> None:
    rows = [
        {"userFieldInfoId": "1", "name": "LOGIN", "type": "login", "isRequired": 1, "isUnique": "1"},
        {"name": "phone", "label": "Phone", "isRequired": False, "isUnique": "0"},
    ]
    login, phone = shapes.profile_fields({"response": {"userFieldInfo": rows}})
    assert (login.name, login.required, login.unique) == ("LOGIN", True, True)
    assert (phone.label, phone.type, phone.required, phone.unique) == ("Phone", "string", False, False)
    with pytest.raises(Unreachable):
        shapes.profile_fields([])


@pytest.mark.parametrize("answer", ["u1", {"userId": "u1"}, {"response": "u1"}, {"response": {"userId": "u1"}}])
def test_the_id_of_something_new_in_every_form(answer: object) -> None:
    assert shapes.created_id(answer, "userId") == "u1"


@pytest.mark.parametrize(
    "answer", [["a", "b"], {"response": ["a", "b"]}, {"id": ["a", "b"]}, [{"id": "a"}, {"userId": "b"}]]
)
def test_existing_ids_in_every_form(answer: object) -> None:
    assert shapes.existing_ids(answer) == {"a", "b"}


def xml(text: str) -> object:
    return wire.decode(Answer(200, {}, text.encode()), host="learn.example.com")


def test_xml_of_a_server_that_ignores_accept() -> None:
    text = """<?xml version="1.0" encoding="UTF-8"?><response><userProfiles><userProfile><userId>u1</userId>
    <departmentId>d1</departmentId><status>3</status><fields><field><name>EMAIL</name><value>я@example.com</value></field>
    <field><name>PHONE</name><value/></field></fields><userRoles/></userProfile></userProfiles>
    <nextPageToken>t</nextPageToken></response>"""
    page = shapes.accounts_page(xml(text), {})
    assert (page.next_token, page.rows[0].account.email, page.rows[0].account.status) == (
        "t",
        "я@example.com",
        "inactive",
    )
    assert shapes.created_id(xml("<response>u1</response>"), "userId") == "u1"
    assert shapes.existing_ids(xml("<response><id>a</id></response>")) == {"a"}
    assert shapes.accounts_page(xml("<response/>"), {}).rows == ()


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><response>&a;</response>',
        '<?xml version="1.0"?><!DOCTYPE response SYSTEM "file:///etc/passwd"><response/>',
        "<!-- proxy --><html></html>",
        "<html><body>Sign in</body></html>",
    ],
)
def test_pages_and_documents_with_entities_are_never_parsed(text: str) -> None:
    with pytest.raises(Unreachable) as caught:
        xml(text)
    assert caught.value.code == "html"


def test_a_cut_off_xml_answer_is_truncated_and_a_bottomless_one_is_survived() -> None:
    for text in ("<response><id>a</id>", "<r>" * 100_000 + "</r>" * 100_000):
        with pytest.raises(Unreachable):
            xml(text)


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (409, "", "duplicate"),
        (400, "Duplicate value of field login", "duplicate"),
        (400, "Invalid value a, field email must be unique", "duplicate"),
        (400, "Пользователь с таким логином уже существует", "duplicate"),
        (400, "Phone must have at least 7 digits", "phone"),
        (400, "Phone must be unique", "duplicate"),
        (400, "Телефон указан неверно", "phone"),
        (400, "The number of user accounts is exceeded", "seats_exhausted"),
        (400, "Превышено количество пользователей тарифа", "seats_exhausted"),
        (400, "User name exceeds 255 characters", "rejected"),
        (400, "Unknown user 17", "gone"),
        (404, "", "gone"),
        (400, "Required field phone is not filled", "rejected"),
        (422, "", "rejected"),
    ],
)
def test_words_of_refusal(status: int, message: str, code: str) -> None:
    assert classify(status, message) == code
