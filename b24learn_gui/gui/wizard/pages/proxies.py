"""A proxy's address as it is pasted: a sign-in that stands in it is a secret and goes its own way. No Qt."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from b24learn_gui.storage.settings.addresses import proxy_faults

_SIGN_IN = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)?(?P<login>.*)@(?P<rest>[^@]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CleanProxy:
    """`login`: `user:password` that stood in the address, "" where none did."""

    address: str
    login: str = field(repr=False)


def clean_proxy(text: str) -> CleanProxy:
    """The address without blanks around it and without a sign-in."""
    pasted = text.strip().rstrip("/")
    found = _SIGN_IN.fullmatch(pasted)
    if found is None:
        return CleanProxy(pasted, "")
    return CleanProxy((found["scheme"] or "") + found["rest"], unquote(found["login"]))


def is_proxy(text: str) -> bool:
    """Whether the settings would take it; nothing is the computer's own proxy."""
    return not proxy_faults("", text)
