"""Rules for supervisors and functional managers (contract 3.1, 3.2, 6)."""

from typing import Any, get_args

from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.model import ACTIVE, Account, Department, Subordination, SubordinationType
from b24learn_gui.demo.learn.refusal import bad, denied
from b24learn_gui.demo.learn.wire import Answer, text


def set_department_supervisor(call: Call) -> Answer:
    """POST /department/{id}/subordination → 204."""
    return _set(call, call.department())


def set_user_supervisor(call: Call) -> Answer:
    """POST /user/{id}/subordination → 204."""
    account = call.account()
    if call.world.kind(account) == "owner":
        raise denied("The account owner cannot be edited")
    return _set(call, account)


def _set(call: Call, item: Account | Department) -> Answer:
    own = _requested(call, call.body.get("subordination"))
    co = _requested(call, call.body.get("coSubordination"))
    if own is None:
        raise bad("Wrong parameters: subordination")
    call.world.set_subordination(item, own, co)
    return Answer(204)


def _requested(call: Call, given: Any) -> Subordination | None:
    if given in (None, ""):
        return None
    if not isinstance(given, dict):
        raise bad("Wrong parameters: subordination")
    kind = _kind(text(given.get("subordinationType"), "subordinationType"))
    if kind != "manual":
        return Subordination(kind)
    supervisor_id = text(given.get("supervisorId"), "supervisorId")
    if not supervisor_id:
        raise bad("Wrong parameters: supervisorId")
    _check_supervisor(call, supervisor_id)
    return Subordination("manual", supervisor_id)


def _kind(given: str) -> SubordinationType:
    for kind in get_args(SubordinationType):
        if given == kind:
            return kind  # type: ignore[no-any-return]  # get_args loses the literal's type
    raise bad("Wrong parameters: subordinationType")


def _check_supervisor(call: Call, supervisor_id: str) -> None:
    supervisor = call.world.accounts.get(supervisor_id)
    if supervisor is None:
        raise bad("Unknown user: supervisorId")
    if call.switches.supervisor_check and supervisor.status != ACTIVE:
        raise bad("The supervisor must be an active user")
    if call.caller.scope is not None and supervisor.id == call.caller.account.id:
        raise denied()


def refuse_needed_supervisor(call: Call, account: Account) -> None:
    """Some installations keep whoever is named as a supervisor active."""
    if call.switches.supervisor_leaves == "refuse" and call.world.is_supervisor(account.id):
        raise bad("The user is a supervisor")


def supervisor_leaves(call: Call, account: Account) -> None:
    """What happens to those who name a supervisor that is being deactivated."""
    refuse_needed_supervisor(call, account)
    if call.switches.supervisor_leaves == "clear":
        call.world.clear_supervisor(account.id)
