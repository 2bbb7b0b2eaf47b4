"""Every request our client sends, held against the vendor's description."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from b24learn_gui.demo.learn import CLOUD, LearnWorld, Switches
from b24learn_gui.demo.learn.request_log import Entry
from b24learn_gui.learn import probe
from b24learn_gui.learn.reader import read_learn
from b24learn_gui.learn.writer import LearnWriter
from tests.demo import openapi
from tests.learn.joined import SignInKind, joined, serving

pytestmark = pytest.mark.skipif(openapi.load() is None, reason=openapi.MISSING)

ALLOWED = {"department_ids_misspelt"}
"""What our requests do otherwise than described, on purpose (contract 3.2)."""


def everything_sent(switches: Switches, sign_in: SignInKind) -> Iterable[Entry]:
    world = LearnWorld()
    gone = world.add_account("gone@example.com", email="gone@example.com")
    hidden = world.add_account("hidden@example.com", email="hidden@example.com")
    world.delete_account(gone)
    with serving(switches, world) as learn, joined(learn, sign_in) as transport:
        learn.lies.hide(hidden, readings=1)
        read_learn(transport, linked_ids=[gone, hidden], login=learn.login)
        probe.permissions(transport, login=learn.login)
        writer = LearnWriter(transport, invitation_message="Welcome:")
        learn.faults.plan("drop_after", method="POST", path="/user|/department", times=2)
        one = writer.create_department(name="One", parent_id=world.root_id, code="b24-main-1")
        fields = {"login": "a@example.com", "email": "a@example.com", "first_name": "A"}
        made = writer.create_account(department_id=one, fields=fields, letter=True)
        other = writer.create_account(
            department_id=one, fields={**fields, "login": "b@example.com", "email": "b@example.com"}, letter=False
        )
        two = writer.create_department(name="Two", parent_id=world.root_id, code="b24-main-2")
        writer.rename_department(two, "Three")
        writer.move_departments(one, [two])
        ids = [made.account_id, other.account_id]
        writer.update_account(made.account_id, fields)
        writer.set_supervisor(two, made.account_id)
        writer.set_supervisor(two, None)
        writer.set_supervisor(two, None, inherit=False)
        writer.move_accounts(two, ids)
        for status in ("inactive", "active", "terminated"):
            writer.set_status(status, ids)
        writer.move_accounts(world.root_id, ids)
        writer.delete_department(two)
        writer.delete_department(two)
        return learn.log.entries


@pytest.mark.parametrize("sign_in", ["password", "api_key"])
@pytest.mark.parametrize(
    "switches",
    [CLOUD, replace(CLOUD, bulk_calls=False), replace(CLOUD, v2_revisions=False), replace(CLOUD, find_existing=False)],
    ids=["cloud", "single", "first_revisions", "by_id"],
)
def test_every_request_is_as_the_vendor_describes_it(switches: Switches, sign_in: SignInKind) -> None:
    seen: set[str] = set()
    problems = [
        problem
        for entry in everything_sent(switches, sign_in)
        for problem in openapi.check_request(
            entry.method, entry.path, entry.headers, entry.query, entry.body, seen=seen
        )
    ]
    assert problems == []
    assert seen <= ALLOWED
