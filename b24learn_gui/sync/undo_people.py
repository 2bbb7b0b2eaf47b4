"""The way back for people (rules U1 and U2): accounts off or on again, old places, old field values, links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from b24learn_gui.company.phones import to_e164
from b24learn_gui.company.text import fold, same_text
from b24learn_gui.sync.changes import Change, Kind, Value
from b24learn_gui.sync.fields import IDENTIFIERS, FieldRules
from b24learn_gui.sync.learn_side import Account
from b24learn_gui.sync.swaps import Claim, frees, interim_value, is_interim, takes
from b24learn_gui.sync.undo_values import Present, UndoDraft, undo_of


def undo_people(done: Sequence[Change], present: Present, draft: UndoDraft, recreated: Iterable[str]) -> None:
    """Add the way back of every `user.*` change, last done first. `recreated`: codes of departments that come back."""
    coming = frozenset(recreated)
    updates: list[tuple[Change, Change]] = []
    for change in reversed(done):
        if change.key in present.begun and change.key not in present.memory.people:
            draft.undone[change.key] = None
            continue
        account = _account(change, present, draft)
        if account is None:
            continue
        if present.protected(change, account):
            draft.protected[change.key] = None
            continue
        draft.touched[change.key] = None
        if change.kind == "user.adopt":
            draft.unlink.append(change.key)
        elif change.kind == "user.create":
            if account.status == "active":
                draft.changes.append(_status(change, account, "inactive"))
        elif change.kind == "user.move":
            _undo_move(change, account, present, draft, coming)
        elif change.kind == "user.update":
            back = _undo_update(change, account, present, draft)
            if back.after:
                updates.append((change, back))
        else:
            _undo_status(change, account, draft)
    draft.changes += _without_doomed(updates, present, draft)


def _account(change: Change, present: Present, draft: UndoDraft) -> Account | None:
    """The account the run changed, if it is there and still this person's (rules I1 and N1)."""
    link = present.memory.people.get(change.key)
    account = present.learn.accounts.get(change.learn_id or "")
    linked = link.learn_id if link is not None else ""
    if account is not None and linked == account.id:
        return account
    draft.differs(change, {"account": change.learn_id or ""}, {"account": linked if account is not None else ""})
    return None


def _back(
    change: Change,
    kind: Kind,
    account: Account,
    before: Mapping[str, Value],
    after: Mapping[str, Value],
    send: Mapping[str, str] | None = None,
) -> Change:
    return Change(
        kind,
        change.portal,
        change.bitrix24_id,
        account.id,
        change.name,
        before=before,
        after=after,
        cause=undo_of(change),
        send=send or {},
    )


def _status(change: Change, account: Account, status: Value) -> Change:
    kind: Kind = "user.reactivate" if status == "active" else "user.deactivate"
    return _back(change, kind, account, {"status": account.status}, {"status": status})


def _undo_status(change: Change, account: Account, draft: UndoDraft) -> None:
    """Off or on is what counts: Learn may have noted "inactive" where "terminated" was asked for."""
    was = change.before.get("status") or ("active" if change.kind == "user.deactivate" else "inactive")
    if (account.status == "active") != (was == "active"):
        draft.changes.append(_status(change, account, was))


def _undo_move(change: Change, account: Account, present: Present, draft: UndoDraft, coming: frozenset[str]) -> None:
    before = change.before.get("department")
    target = present.department(before)
    if target == account.department_id:
        return
    now = present.name_of(account.department_id)
    if present.department(change.after.get("department")) != account.department_id:
        draft.differs(change, {"department": change.after.get("department")}, {"department": now})
    elif target is None and before not in coming:
        draft.note(change, "department_missing", department=before)
    else:
        here = present.learn.departments.get(account.department_id)
        former: dict[str, Value] = {"department": now, "department_name": here.name if here is not None else ""}
        back: dict[str, Value] = {"department": before or present.learn.root_id}
        back["department_name"] = change.before.get("department_name", "")
        draft.changes.append(_back(change, "user.move", account, former, back))


def _undo_update(change: Change, account: Account, present: Present, draft: UndoDraft) -> Change:
    """The fields that still say what the run wrote, or where a half undo left off, go back. An interim value of an
    earlier run never comes back. What Learn requires cannot be emptied: it would refuse the other fields, too (P6).
    """
    before: dict[str, Value] = {}
    after: dict[str, Value] = {}
    required: list[str] = []
    for name, written in change.after.items():
        former, now = _text(change.before.get(name)), account.fields.get(name, "")
        if _same(name, now, former, present.rules) or is_interim(former):
            continue
        if not _same(name, now, _text(written), present.rules) and not _is_own_interim(change, now):
            draft.differs(change, {name: written}, {name: now})
        elif former:
            before[name], after[name] = now, former
        elif name in present.rules.required:
            required.append(present.rules.spelling.get(name, name))
        elif name != "login":
            before[name], after[name] = now, former
    if required:
        draft.note(change, "required_in_learn", fields=required)
    return _back(change, "user.update", account, before, after, _whole(account, after, present.rules))


def _whole(account: Account, after: Mapping[str, Value], rules: FieldRules) -> dict[str, str]:
    """The complete map of an update (contract ispring-learn-api.md 4.5); what was empty before is cleared again."""
    kept = {name: account.fields.get(name, "") for name in (*IDENTIFIERS, *sorted(rules.required))}
    values = {name: value for name, value in kept.items() if value}
    values.update((name, _text(value)) for name, value in after.items())
    return {rules.spelling.get(name, name): value for name, value in values.items()}


def _without_doomed(updates: Sequence[tuple[Change, Change]], present: Present, draft: UndoDraft) -> list[Change]:
    """Drop old logins and e-mails that somebody else keeps by now (rule P6); who is dropped keeps his present one."""
    backs = {back.learn_id or "": back for _, back in updates}
    originals = {back.learn_id or "": change for change, back in updates}
    holders = {claim: account.id for account in present.learn.accounts.values() for claim in _claims(account)}
    takers = {claim: id_ for id_, back in backs.items() for claim in takes(back)}
    waiting = list(backs)
    while waiting:
        id_ = waiting.pop()
        back = backs[id_]
        for claim in takes(back):
            holder = holders.get(claim, id_)
            if holder == id_ or (holder in backs and claim in frees(backs[holder])):
                continue
            kept = [own for own in frees(back) if own[0] == claim[0]]
            back = _without(back, claim[0], present)
            draft.note(originals[id_], "match_taken", fields=[claim[0]])
            waiting.extend(takers[own] for own in kept if own in takers)
        backs[id_] = back
    return [back for back in backs.values() if back.after]


def _without(back: Change, name: str, present: Present) -> Change:
    before = {each: value for each, value in back.before.items() if each != name}
    after = {each: value for each, value in back.after.items() if each != name}
    account = present.learn.accounts[back.learn_id or ""]
    return replace(back, before=before, after=after, send=_whole(account, after, present.rules))


def _is_own_interim(change: Change, now: str) -> bool:
    """An undo was interrupted while this person stood on the interim value of a swap (rule P7)."""
    return fold(now) == fold(interim_value(change))


def _claims(account: Account) -> list[Claim]:
    return [claim for claim in (("login", fold(account.login)), ("email", fold(account.email))) if claim[1]]


def _same(name: str, a: str, b: str, rules: FieldRules) -> bool:
    """No difference in the sense of rule P3."""
    if name in IDENTIFIERS:
        return fold(a) == fold(b)
    if name in rules.phones and a and b:
        region = rules.policy.phone_region
        return same_text(a, b) or (to_e164(a, region) or a) == (to_e164(b, region) or b)
    return same_text(a, b)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
