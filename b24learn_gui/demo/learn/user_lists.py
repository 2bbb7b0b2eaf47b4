"""Lists of users in both revisions, one user, and which ids exist (contract 4.3)."""

from b24learn_gui.demo.learn import lists, shapes
from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.refusal import bad
from b24learn_gui.demo.learn.wire import Answer, rows, text, texts


def one(call: Call) -> Answer:
    """GET /user/{id} and /user/{id}/v2."""
    shape = shapes.UserShape(call.world, call.switches, int(call.path["revision"]))
    return Answer(value=shape.row(call.account()), single="userProfile")


def unpaged(call: Call) -> Answer:
    """GET /user and /user/v2."""
    wanted = _query_filter(call)
    limit = call.switches.unpaged_limit
    if limit is not None and wanted.empty and len(call.world.accounts) > limit:
        raise bad("Too many users, use the paged list")
    return Answer(value=_rows_of_all(call, wanted, int(call.path["revision"])), item="userProfile")


def paged(call: Call) -> Answer:
    """GET /users and /users/v2."""
    return _page(call, _query_filter(call), call.one("pageSize"), call.one("pageToken"))


def paged_by_body(call: Call) -> Answer:
    """POST /users/v2: filters in the body; whether it is paged is one of the switches."""
    body = call.body
    wanted = lists.Filter(
        departments=texts(body.get("departments"), "departments"),
        groups=texts(body.get("groups"), "groups"),
        logins=texts(body.get("logins"), "logins"),
        emails=texts(body.get("emails"), "emails"),
        user_ids=texts(body.get("userIds"), "userIds"),
    )
    if not call.switches.post_users_v2_paged:
        return Answer(value={"userProfiles": _rows_of_all(call, wanted, 2)})
    size = call.one("pageSize") or call.text("pageSize")
    return _page(call, wanted, size, call.one("pageToken") or call.text("pageToken"))


def numbered(call: Call) -> Answer:
    """POST /user/list: pages by number, first revision."""
    body = call.body
    wanted = lists.Filter(
        departments=texts(body.get("departments"), "departments"),
        groups=texts(body.get("groups"), "groups"),
        logins=texts(body.get("logins"), "logins"),
        emails=texts(body.get("emails"), "emails"),
        profile=[
            (
                text(row.get("name"), "name").lower(),
                frozenset(texts(row.get("values"), "values")),
            )
            for row in rows(body.get("profileFields"), "profileFields")
        ],
    )
    size = lists.page_size(call.text("pageSize"), call.switches)
    number = call.text("page") or "1"
    if not number.isdecimal() or int(number) < 1:
        raise bad("Wrong parameters: page")
    shown_at_all = number != "1" or _begin(call, wanted)
    found = list(lists.accounts(call.world, call.caller, wanted, call.lies)) if shown_at_all else []
    shape = shapes.UserShape(call.world, call.switches, 1)
    shown = found[(int(number) - 1) * size : int(number) * size]
    return Answer(
        value={
            "pageNumber": int(number),
            "totalUsersNumber": len(found),
            "userProfiles": [shape.row(account) for account in shown],
        }
    )


def find_existing(call: Call) -> Answer:
    """POST /users/find_existing: those of the given ids that exist and may be seen."""
    ids = texts(call.body.get("userIds"), "userIds")
    if not ids:
        raise bad("Wrong parameters: userIds")
    found = [
        key
        for key in dict.fromkeys(ids)
        if key in call.world.accounts and call.caller.sees(call.world.accounts[key].department_id)
    ]
    return Answer(value=found, item="id")


def _query_filter(call: Call) -> lists.Filter:
    query = call.query
    return lists.Filter(
        departments=query.get("departments[]", ()),
        groups=query.get("groups[]", ()),
        logins=query.get("logins[]", ()),
        emails=query.get("emails[]", ()),
        user_ids=query.get("userIds[]", ()) if call.path["revision"] == "2" else (),
    )


def _begin(call: Call, wanted: lists.Filter) -> bool:
    """The start of a list. False where the server lies that nobody is there."""
    if not wanted.empty:
        return True
    call.lies.begin_reading()
    return not call.lies.users_are_empty()


def _rows_of_all(call: Call, wanted: lists.Filter, revision: int) -> list[shapes.Row]:
    if not _begin(call, wanted):
        return []
    shape = shapes.UserShape(call.world, call.switches, revision)
    return [shape.row(account) for account in lists.accounts(call.world, call.caller, wanted, call.lies)]


def _page(call: Call, wanted: lists.Filter, size: str, token: str) -> Answer:
    if not token and not _begin(call, wanted):
        return Answer(value={"userProfiles": []})
    found, following = lists.page(
        lambda after: lists.accounts(call.world, call.caller, wanted, call.lies, after),
        lists.place_of(call.world, token),
        lists.page_size(size, call.switches),
        token,
        call.lies if wanted.empty else lists.Lies(),
    )
    shape = shapes.UserShape(call.world, call.switches, int(call.path["revision"]))
    value: shapes.Row = {"userProfiles": [shape.row(account) for account in found]}
    return Answer(value=lists.with_token(value, following, call.switches))
