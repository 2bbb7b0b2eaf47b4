"""Activating, deactivating and ending employment, one by one and in bulk (contract 4.2, 4.3, 4.6)."""

from collections.abc import Sequence

from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.model import ACTIVE, INACTIVE, TERMINATED, Account
from b24learn_gui.demo.learn.refusal import Refusal, bad, denied
from b24learn_gui.demo.learn.supervision import refuse_needed_supervisor, supervisor_leaves
from b24learn_gui.demo.learn.users import editable
from b24learn_gui.demo.learn.wire import Answer, texts
from b24learn_gui.demo.learn.world import LearnWorld

_NO_SEATS = "The number of active users is exceeded"


def set_status(call: Call) -> Answer:
    """POST /user/{id}/status → 200."""
    account = editable(call, call.account())
    wanted = call.text("status")
    if wanted not in ("1", "3", "5"):
        raise bad("Wrong parameters: status must be 1, 3 or 5")
    _change(call, account, int(wanted))
    return Answer(200)


def activate_many(call: Call) -> Answer:
    """POST /users/activate → 200. Seats are counted for the whole call."""
    chosen = chosen_accounts(call)
    missing = sum(account.status != ACTIVE for account in chosen)
    if call.switches.bulk_atomic and call.switches.seat_activate == "400" and missing > _free_seats(call):
        raise Refusal(400, _NO_SEATS)
    return _change_many(call, chosen, ACTIVE)


def deactivate_many(call: Call) -> Answer:
    """POST /users/deactivate → 200."""
    return _change_many(call, chosen_accounts(call), INACTIVE)


def terminate_many(call: Call) -> Answer:
    """POST /users/terminate → 200."""
    return _change_many(call, chosen_accounts(call), TERMINATED)


def chosen_accounts(call: Call, *, unknown_status: int | None = None) -> list[Account]:
    """The users of a bulk call. One bad id refuses the call as a whole, unless the switches say otherwise."""
    ids = list(dict.fromkeys(texts(call.body.get("userIds"), "userIds")))
    if not ids:
        raise bad("Wrong parameters: userIds")
    found: list[Account] = []
    for key in ids:
        account = call.world.accounts.get(key)
        if account is None:
            if call.switches.bulk_unknown_id == "skip":
                continue
            status = call.switches.unknown_id_status if unknown_status is None else unknown_status
            raise Refusal(status, f"Unknown user {key}")
        if not call.caller.sees(account.department_id):
            raise denied()
        found.append(account)
    if call.switches.bulk_atomic:
        for account in found:
            editable(call, account)
    return found


def _change_many(call: Call, chosen: Sequence[Account], status: int) -> Answer:
    if status == TERMINATED and not call.switches.allow_termination:
        raise bad("Wrong parameters: termination")
    if call.switches.bulk_atomic and status != ACTIVE:
        for account in chosen:
            refuse_needed_supervisor(call, account)
    for account in chosen:
        _change(call, editable(call, account), status)
    return Answer(200)


def _change(call: Call, account: Account, status: int) -> None:
    if status == TERMINATED and not call.switches.allow_termination:
        raise bad("Wrong parameters: status must be 1 or 3")
    if status == account.status:
        return
    if status == ACTIVE:
        if _free_seats(call) < 1:
            if call.switches.seat_activate == "stay":
                return
            raise Refusal(400, _NO_SEATS)
        account.scheduled_deactivation = account.scheduled_termination = None
    elif account.status == ACTIVE:
        supervisor_leaves(call, account)
    call.world.set_status(account, status)


def _free_seats(call: Call) -> int:
    return len(call.world.accounts) if call.world.seats is None else call.world.seats - call.world.active_count


def run_due(world: LearnWorld) -> None:
    """Scheduled ends whose day has come take effect (the server's day, UTC)."""
    if not world.scheduled:
        return
    today = world.today()
    for account in [world.accounts[key] for key in world.scheduled if key in world.accounts]:
        if account.scheduled_deactivation is not None and account.scheduled_deactivation <= today:
            account.scheduled_deactivation = None
            if account.status == ACTIVE:
                world.set_status(account, INACTIVE)
        if account.scheduled_termination is not None and account.scheduled_termination <= today:
            account.scheduled_termination = None
            world.set_status(account, TERMINATED)
