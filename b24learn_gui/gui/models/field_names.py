"""What Learn's profile fields are called: the standard ones in our words, the others as the account calls them."""

from collections.abc import Mapping

from b24learn_gui.text.plan_table import FIELDS
from b24learn_gui.text.words import Words


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
