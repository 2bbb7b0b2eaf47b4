"""``department.*`` of the classic interface: no operators, pages that wrap, order of the tree (section 3.1)."""

from __future__ import annotations

from collections.abc import Callable

from b24learn_gui.demo.bitrix24.context import PAGE, Answer, Context, Method
from b24learn_gui.demo.bitrix24.filters import like
from b24learn_gui.demo.bitrix24.php import Array, Value, intval, items, text
from b24learn_gui.demo.bitrix24.world import Department, World

_FIELDS = {
    "ID": "ID",
    "NAME": "Название подразделения",
    "SORT": "Сортировка",
    "PARENT": "Вышестоящее подразделение",
    "UF_HEAD": "Руководитель",
}
_SORT_KEYS: dict[str, Callable[[Department], tuple[float, str]]] = {
    "ID": lambda node: (node.id, ""),
    "NAME": lambda node: (0, node.name.casefold()),
    "SORT": lambda node: (node.sort, ""),
    "PARENT": lambda node: (node.modified, ""),  # what the server really orders by
    "UF_HEAD": lambda node: (node.head or 0, ""),
}


def department_get(context: Context, given: Array) -> Answer:
    inner = given.get("FILTER")
    if inner is None and context.switches.lower_case_filter:
        inner = given.get("filter")
    wanted = inner if isinstance(inner, dict) else given
    ordering = wanted if context.switches.order_inside_filter else given
    nodes = _ordered([node for node in seen(context) if _accepts(node, wanted)], ordering, context.world)
    start = intval(given.get("start"))
    total = len(nodes)
    nodes = [node for node in nodes if node.id not in context.sight.hidden_departments]
    if start == -1:
        return Answer([_row(context, node) for node in nodes[:PAGE]], total=0)
    offset = max(start, 0) // PAGE * PAGE
    if offset >= total:
        if context.switches.past_end == "empty":
            return Answer([], total=total)
        offset = 0  # page numbers outside the range fall back to the first page
    rows = [_row(context, node) for node in nodes[offset : offset + PAGE]]
    return Answer(rows, total=total, next=offset + PAGE if offset + PAGE < total else None)


def department_fields(_context: Context, _given: Array) -> Answer:
    return Answer(dict(_FIELDS))


def seen(context: Context) -> list[Department]:
    """Active departments inside active branches, as far as the caller may see them."""
    if context.caller.user_type == "extranet":
        return []
    departments, only = context.world.departments, context.sight.only
    return [
        node
        for node in departments.values()
        if (only is None or node.id in only) and _in_active_branch(node, departments)
    ]


def _in_active_branch(node: Department, departments: dict[int, Department]) -> bool:
    passed: set[int] = set()
    current: Department | None = node
    while current is not None and current.id not in passed:
        if not current.active:
            return False
        passed.add(current.id)
        current = None if current.parent is None else departments.get(current.parent)
    return True


def _accepts(node: Department, wanted: Array) -> bool:
    """Upper-case names without operators; every other name is dropped without a word. ``SORT`` has no effect."""
    if "ID" in wanted and node.id not in _numbers(wanted["ID"]):
        return False
    if "PARENT" in wanted and (node.parent or 0) not in _numbers(wanted["PARENT"]):
        return False
    if "UF_HEAD" in wanted and (node.head or 0) not in _numbers(wanted["UF_HEAD"]):
        return False
    return "NAME" not in wanted or like(text(wanted["NAME"]))(node.name.casefold())


def _numbers(value: Value) -> list[int]:
    return [intval(item) for item in items(value)] or [0]


def _ordered(nodes: list[Department], given: Array, world: World) -> list[Department]:
    lower = {key.lower(): value for key, value in given.items() if isinstance(key, str)}
    key = _SORT_KEYS.get(text(lower.get("sort")).upper())
    if key is None:
        return _tree_order(nodes, world)
    return sorted(nodes, key=key, reverse=text(lower.get("order")).upper() == "DESC")


def _tree_order(nodes: list[Department], world: World) -> list[Department]:
    """Parents before children, siblings by SORT; what hangs on nothing that is listed counts as a root."""
    chosen = {node.id for node in nodes}
    children: dict[int | None, list[Department]] = {}
    for node in world.departments.values():
        parent = node.parent if node.parent in world.departments else None
        children.setdefault(parent, []).append(node)
    for siblings in children.values():
        siblings.sort(key=lambda node: (node.sort, node.name.casefold(), node.id))
    ordered: list[Department] = []
    passed: set[int] = set()

    def visit(first: Department) -> None:
        waiting = [first]
        while waiting:
            node = waiting.pop()
            if node.id in passed:
                continue
            passed.add(node.id)
            if node.id in chosen:
                ordered.append(node)
            waiting.extend(reversed(children.get(node.id, ())))

    for root in children.get(None, ()):
        visit(root)
    for node in nodes:  # whatever is left stands in a cycle
        visit(node)
    return ordered


def _row(context: Context, node: Department) -> dict[str, object]:
    row: dict[str, object] = {"ID": context.identifier(node.id), "NAME": node.name, "SORT": node.sort}
    if node.parent is not None:
        row["PARENT"] = context.identifier(node.parent)
    if node.head is not None:
        row["UF_HEAD"] = context.identifier(node.head)
    return row


METHODS = (
    Method("department.get", department_get, "department"),
    Method("department.fields", department_fields, "department"),
)
