"""What profile fields, and the other values of a change, are called: the standard ones in our words, the others as the
account calls them.
"""

from collections.abc import Mapping

from b24learn_gui.text.plan_table import FIELDS
from b24learn_gui.text.words import Words, mark

_OTHERS: Mapping[str, str] = {
    "department_name": mark("Department"),
    "name": mark("Department name"),
    "parent": mark("Parent department"),
    "supervisor": mark("Head"),
    "by_hand": mark("Set by hand in Learn"),
    "no_supervisor": mark("No head at all, none of the department above"),
    "status": mark("Account"),
    "letter": mark("Letter with sign-in data"),
}
_STATUSES: Mapping[str, str] = {"active": mark("active"), "inactive": mark("inactive")}


def field_label(name: str, label: str, words: Words) -> str:
    """What a field is called; `label` is what the account says, its name stands for one without."""
    standard = FIELDS.get(name.lower())
    return words(standard) if standard else label or name


def with_labels(detail: Mapping[str, object], labels: Mapping[str, str], words: Words) -> Mapping[str, object]:
    """The detail of a problem with what its fields are called. `labels`: the account's, by lower-case name."""
    fields = detail.get("fields")
    if not isinstance(fields, list | tuple):
        return detail
    return {**detail, "fields": [field_label(str(each), labels.get(str(each).lower(), ""), words) for each in fields]}


def value_label(name: str, words: Words) -> str:
    """What a value of a change is called, a profile field or not."""
    return words(_OTHERS[name]) if name in _OTHERS else field_label(name, "", words)


def value_text(name: str, value: object, words: Words) -> str:
    """A value of a change as people read it; nothing for none."""
    if value is None or isinstance(value, bool):
        return "" if value is None else words("yes") if value else words("no")
    return words(_STATUSES[str(value)]) if name == "status" and str(value) in _STATUSES else str(value)


def told_values(values: Mapping[str, object]) -> Mapping[str, object]:
    """Those that tell people something: a code is left out, and so is the id of a department that has a name."""
    hidden = {"code", "department"} if "department_name" in values else {"code"}
    return {name: value for name, value in values.items() if name not in hidden}
