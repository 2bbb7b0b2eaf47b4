"""``user.*``: who is seen, in which order, page by page (sections 2 and 4)."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right

from b24learn_gui.demo.bitrix24 import fields, filters
from b24learn_gui.demo.bitrix24.context import PAGE, Answer, Context, Method
from b24learn_gui.demo.bitrix24.php import Array, Value, intval, items, text, truthy, upper_keys
from b24learn_gui.demo.bitrix24.refusals import refusal
from b24learn_gui.demo.bitrix24.world import FieldValue, Person

NEVER_LISTED = frozenset(
    [
        "bot",
        "email",
        "__controller",
        "replica",
        "imconnector",
        "sale",
        "saleanonymous",
        "shop",
        "call",
        "document_editor",
        "calendar_sharing",
        "im_guest",
        "rest_system",
    ]
)
"""Kinds of accounts that are no people (section 4.2)."""

_SHUFFLE_SEED = 24


def user_get(context: Context, given: Array) -> Answer:
    return _listing(context, given, search=False)


def user_search(context: Context, given: Array) -> Answer:
    return _listing(context, given, search=True)


def user_current(context: Context, _given: Array) -> Answer:
    names = fields.allowed_fields(context)
    custom = fields.shows_custom(context)
    return Answer(fields.print_person(context, context.caller, names, custom=custom, current=True))


def user_fields(context: Context, _given: Array) -> Answer:
    return Answer({name: fields.TITLES.get(name, name) for name in fields.allowed_fields(context)})


def _listing(context: Context, given: Array, *, search: bool) -> Answer:
    params = upper_keys(given)
    names = fields.allowed_fields(context)
    custom = fields.shows_custom(context)
    inner = params.get("FILTER")
    rules = filters.Rules(
        names=frozenset(names),
        custom=custom,
        search=search,
        iso_dates=context.switches.iso_dates,
        zone=context.switches.time_zone,
        world=context.world,
    )
    wanted = filters.build(inner if isinstance(inner, dict) else params, rules)
    sort, descending = _order(context, params, names)
    people = _matching(context, wanted, sort, admin_mode=truthy(params.get("ADMIN_MODE")))
    chosen = _within(people, wanted, sort)
    if descending:
        chosen.reverse()
    start = intval(given.get("start"))
    total = len(chosen)
    if context.sight.hidden_people:
        chosen = [person for person in chosen if person.id not in context.sight.hidden_people]
    offset = max(start, 0)
    page = chosen[offset : offset + PAGE]
    shown, with_custom = _selection(context, params.get("SELECT"), names, custom=custom)
    rows = [fields.print_person(context, person, shown, custom=with_custom) for person in page]
    if not rows:
        return Answer([])  # neither total nor next (section 2, the table of edge cases)
    if start == -1:
        return Answer(rows, total=0)
    after = offset + len(rows)
    return Answer(rows, total=total, next=after if after < total else None)


def _order(context: Context, params: Array, names: tuple[str, ...]) -> tuple[str | None, bool]:
    """Field and direction; ``sort`` without ``order`` or the other way round is no order at all."""
    sort, order = params.get("SORT"), params.get("ORDER")
    if not truthy(sort) or not truthy(order) or isinstance(sort, dict):
        return ("ID" if context.switches.default_order == "id" else None), False
    if sort not in names:
        old = context.switches.old_statuses
        raise refusal("ERROR_ARGUMENT", old_statuses=old, text="Unknown sort field", argument="SORT")
    return text(sort), text(order).upper() == "DESC"


def _selection(
    context: Context, wanted: Value, names: tuple[str, ...], *, custom: bool
) -> tuple[tuple[str, ...], bool]:
    """Fields to print, and whether the portal's own ones are among them."""
    masks = [text(item) for item in items(wanted)] if context.switches.select else []
    if not masks or "*" in masks:
        return names, custom
    own = "UF_*" in masks
    chosen = tuple(name for name in names if name in masks or (own and name.startswith("UF_")))
    return chosen, custom and (own or any(mask.startswith(fields.CUSTOM_PREFIX) for mask in masks))


def _matching(context: Context, wanted: filters.UserFilter, sort: str | None, *, admin_mode: bool) -> list[Person]:
    """Everybody visible who passes the tests, in ascending order of the field; the bounds on ID are left to later."""
    key = (context.world.version, wanted.key, sort, admin_mode)
    known = context.memory.get(key)
    if known is not None:
        return known
    found = [person for person in visible(context, admin_mode=admin_mode) if wanted.accepts(person)]
    if sort is None:
        found.sort(key=lambda person: person.id)
        random.Random(_SHUFFLE_SEED).shuffle(found)
    elif sort == "ID":
        found.sort(key=lambda person: person.id)
    else:
        found.sort(key=lambda person: _sort_key(context, person, sort))
    context.memory[key] = found
    return found


def _within(people: list[Person], wanted: filters.UserFilter, sort: str | None) -> list[Person]:
    if sort == "ID":
        first = bisect_right(people, wanted.after, key=lambda person: person.id) if wanted.after else 0
        last = len(people)
        if wanted.before is not None:
            last = bisect_left(people, wanted.before, key=lambda person: person.id)
        return people[first:last]
    return [
        person for person in people if person.id > wanted.after and (wanted.before is None or person.id < wanted.before)
    ]


def _sort_key(context: Context, person: Person, sort: str) -> tuple[float, str]:
    if sort in ("TIMESTAMP_X", "LAST_ACTIVITY_DATE"):
        return (person.modified, "")
    if sort == "ACTIVE":
        return (float(person.active), "")
    value: FieldValue = person.last_login if sort == "LAST_LOGIN" else person.fields.get(sort)
    moment = fields.moment_of(value, context.switches.time_zone)
    return (-1.0 if moment is None else moment, filters.column(person, sort))


def visible(context: Context, *, admin_mode: bool) -> list[Person]:
    """Who is listed for this caller (section 4.2)."""
    caller, only = context.caller, context.sight.only
    everybody = [person for person in context.world.people.values() if person.external_auth not in NEVER_LISTED]
    if only is not None:
        everybody = [person for person in everybody if not only.isdisjoint(person.departments)]
    if not context.switches.extranet_module or (admin_mode and caller.admin):
        return everybody
    groups = frozenset(caller.groups)
    if caller.user_type == "extranet":
        return [person for person in everybody if not groups.isdisjoint(person.groups) or person is caller]
    return [
        person
        for person in everybody
        if person.departments or (person.user_type == "extranet" and not groups.isdisjoint(person.groups))
    ]


METHODS = (
    Method("user.get", user_get, "user"),
    Method("user.search", user_search, "user"),
    Method("user.current", user_current, "user"),
    Method("user.fields", user_fields, "user"),
)
