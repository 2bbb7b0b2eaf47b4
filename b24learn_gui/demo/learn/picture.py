"""A plain, comparable picture of a Learn account: the ground truth of tests."""

from typing import Any

from b24learn_gui.demo.learn.model import Account, Department, Subordination
from b24learn_gui.demo.learn.store import Store

Picture = dict[str, dict[str, dict[str, Any]]]
"""`departments` by path ("Academy/Sales"), `accounts` by login."""


def picture(store: Store, *, ids: bool) -> Picture:
    """Departments by path and accounts by login, references spelled as paths and logins.

    Of siblings with the same name every further one has its place in square brackets behind its path.
    """
    paths = _paths(store)
    return {
        "departments": {
            paths[department.id]: _department(store, department, ids=ids) for department in store.departments.values()
        },
        "accounts": {account.login: _account(store, account, paths, ids=ids) for account in store.accounts.values()},
    }


def _paths(store: Store) -> dict[str, str]:
    paths: dict[str, str] = {}
    taken: set[str] = set()
    waiting = [item for item in store.departments.values() if item.parent_id is None]
    for department in waiting:
        above = "" if department.parent_id is None else paths[department.parent_id] + "/"
        path = above + department.name
        number = 1
        while path in taken:
            number += 1
            path = f"{above}{department.name}[{number}]"
        taken.add(path)
        paths[department.id] = path
        waiting.extend(store.children(department.id))
    return paths


def _department(store: Store, department: Department, *, ids: bool) -> dict[str, Any]:
    known = {
        "code": department.code,
        "supervisor": _supervisor(store, department.subordination),
        "functional_manager": _supervisor(store, department.co_subordination),
    }
    return {"id": department.id, **known} if ids else known


def _account(store: Store, account: Account, paths: dict[str, str], *, ids: bool) -> dict[str, Any]:
    kinds = [store.roles[held.role_id].kind for held in account.roles]
    known = {
        "fields": dict(sorted(account.fields.items())),
        "status": account.status,
        "department": paths[account.department_id],
        "roles": sorted(kinds + (["supervisor"] if store.is_supervisor(account.id) else [])),
        "manages": sorted(paths[key] for held in account.roles for key in held.manageable if key in store.departments),
        "supervisor": _supervisor(store, account.subordination),
        "functional_manager": _supervisor(store, account.co_subordination),
        "groups": sorted(store.groups[key].name for key in account.groups if key in store.groups),
    }
    return {"id": account.id, **known} if ids else known


def _supervisor(store: Store, subordination: Subordination) -> str:
    """`inherit`, `no_supervisor`, or the login of a supervisor (its id where the account is gone)."""
    if subordination.supervisor_id is None:
        return subordination.kind
    account = store.accounts.get(subordination.supervisor_id)
    return subordination.supervisor_id if account is None else account.login
