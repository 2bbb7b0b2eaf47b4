"""What the rungs of a check ladder say: figures of a passed one; of a broken one what happened and what to do.

`check` and the wizard say the same; a page only knows better what can be done on it.
"""

import copy
from collections.abc import Mapping
from typing import Any

from b24learn_gui.errors import SettingsInvalid, SyncError
from b24learn_gui.service.ladder_found import Rung, RungState
from b24learn_gui.service.summary import Object
from b24learn_gui.text.errors import fault_sentence, what_happened, what_to_do
from b24learn_gui.text.words import Words, mark

RIGHTS: Mapping[str, str] = {
    "user_basic": mark("Users (basic)"),
    "department": mark("Company structure"),
}
"""The two rights a webhook needs, as Bitrix24 calls them."""

_OK: Mapping[RungState, bool | None] = {"passed": True, "failed": False, "waiting": None, "trying": None}

_NOT_HAPPENED: Mapping[tuple[str, str], str] = {
    ("bitrix24", "permissions"): mark("Departments were not read and nothing was changed."),
    ("bitrix24", "data"): mark("The list was not read to its end. Nothing was changed."),
    ("learn", "data"): mark("The list was not read to its end. Nothing was changed."),
}
_NOTHING = mark("Nothing was read or changed.")


def rung_object(rung: Rung, words: Words) -> Object:
    """A rung of `check` (INTERFACE): the message of a broken one ends in a line of its own with what to do."""
    if rung.error is not None:
        cause = f"{happened(rung.error, words)} {not_happened(rung, words)}"
        message = "\n".join(part for part in (cause, to_do(rung.error, words)) if part)
    else:
        message = passed_sentence(rung, words) or words("not tried")
    return {"rung": rung.name, "ok": _OK[rung.state], "message": message}


def passed_sentence(rung: Rung, words: Words) -> str:
    """What a passed rung came to; nothing for one that is not passed."""
    if rung.state != "passed":
        return ""
    figures = rung.figures
    if "masked" in figures:
        return str(figures["masked"])
    if "host" in figures:
        return _reached(figures, words)
    if "protected" in figures:
        return words("trusted by this computer") if figures["protected"] else words("none: the address is plain http")
    if "owner_id" in figures:
        return _owner(figures["owner"] or str(figures["owner_id"]), words, admin=figures["admin"])
    if "api_host" in figures:
        return words("Signed in; the API is at {host}.", host=figures["api_host"])
    if "scopes" in figures:
        return words("granted: {scopes}", scopes=figures["scopes"])
    if "administrator" in figures:
        if figures["administrator"] is None:
            return words("in order; an API key does not tell whose it is")
        return words("{login} is an administrator.", login=figures["login"])
    if "employees" in figures:
        return words.listed((employees(figures["employees"], words), departments(figures["departments"], words)))
    if "people" in figures:
        return account(figures["people"], figures["departments"], figures["free_seats"], words)
    return words("in order")


def happened(error: SyncError, words: Words) -> str:
    """What happened, without the portal's key: what stands above says which portal it is."""
    missing = error.detail.get("missing")
    if error.code == "insufficient_scope" and isinstance(missing, list | tuple) and missing:
        return _missing_rights([str(each) for each in missing], words)
    anonymous = copy.copy(error)
    anonymous.portal = None
    if isinstance(error, SettingsInvalid) and error.faults and error.code == "settings_invalid":
        return " ".join(_sentence(fault_sentence(fault, words), fault.path) for fault in error.faults)
    return what_happened(anonymous, words)


def not_happened(rung: Rung, words: Words) -> str:
    """What did not happen because a rung broke."""
    side = rung.error.side if rung.error is not None else ""
    return words(_NOT_HAPPENED.get((side, rung.name), _NOTHING))


def to_do(error: SyncError, words: Words) -> str:
    """What to do next, wherever one is."""
    return what_to_do(error, words) or words("Check again; if it happens again, the log has the details.")


def employees(number: int, words: Words) -> str:
    return words.plural("{n} employee", "{n} employees", number)


def departments(number: int, words: Words) -> str:
    return words.plural("{n} department", "{n} departments", number)


def account(people: int, departments: int | None, free_seats: int | None, words: Words) -> str:
    """A Learn account in figures; what is None is not told."""
    texts = [words.plural("{n} account", "{n} accounts", people)]
    if departments is not None:
        texts.append(words.plural("{n} Learn department", "{n} Learn departments", departments))
    if free_seats is not None:
        texts.append(words.plural("{n} free seat", "{n} free seats", free_seats))
    return words.listed(texts)


def _reached(figures: Mapping[str, Any], words: Words) -> str:
    host, proxy = figures["host"], figures.get("proxy")
    if figures.get("moved_to"):
        return words("{host} answers; the portal has moved to {to}.", host=host, to=figures["moved_to"])
    if proxy:
        return words("{host} answers, through the proxy {proxy}.", host=host, proxy=proxy)
    return words("{host} answers.", host=host)


def _owner(name: str, words: Words, *, admin: bool) -> str:
    if admin:
        return words("The webhook belongs to {name}, an administrator.", name=name)
    return words("The webhook belongs to {name}.", name=name)


def _missing_rights(missing: list[str], words: Words) -> str:
    names = [words('"{right}" ({code})', right=words(RIGHTS.get(code, code)), code=code) for code in missing]
    if len(names) == 1:
        return words("The webhook lacks the right {right}.", right=names[0])
    return words("The webhook lacks the rights {rights}.", rights=words.listed(names))


def _sentence(text: str, path: str) -> str:
    """A fault without its place in the file, as a sentence: the side it belongs to stands above."""
    plain = text.removeprefix(f"{path}: ")
    return plain[:1].upper() + plain[1:]
