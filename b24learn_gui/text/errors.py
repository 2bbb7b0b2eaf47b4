"""Errors as people read them: what happened · what did not happen · what to do next (STYLE, Words)."""

from collections.abc import Iterable, Mapping
from string import Formatter

from b24learn_gui.errors import (
    AnotherRunActive,
    Fault,
    Rejected,
    SecretUnavailable,
    SettingsInvalid,
    StoppedOnRequest,
    SyncError,
    WrongUsage,
)
from b24learn_gui.text.error_table import SAYINGS, WEBHOOK, Saying
from b24learn_gui.text.fault_table import FAULTS, VALUE_KINDS
from b24learn_gui.text.words import Words


def error_sentence(error: SyncError, words: Words, *, written: int = 0) -> str:
    """The whole sentence of an error. `written`: how many changes a run had written before it was ended by it."""
    parts = [
        _ended(what_happened(error, words)),
        _what_did_not(error, words, written),
        what_to_do(error, words) if _saying(error) else _general_advice(error, words),
    ]
    return " ".join(part for part in parts if part).replace("\n ", "\n")


def _ended(text: str) -> str:
    """With a full stop where a server's own words, quoted at the end, brought none."""
    return text if text.endswith((".", "!", "?", "…", "\n")) else f"{text}."


def what_happened(error: SyncError, words: Words) -> str:
    """The first part alone; an error without words of its own is named by its code."""
    saying = _saying(error)
    detail = dict(error.detail)
    if isinstance(error, SettingsInvalid) and error.faults:
        detail = {"path": error.faults[0].path, **error.faults[0].detail}
    if isinstance(error, SettingsInvalid) and saying is None:
        text = _faults(error.faults, words)
    else:
        text = words(first_filled(saying.what, detail), **detail) if saying else _unnamed(error, words)
    if error.portal is None:
        return text
    return words("Portal {portal}: {text}", portal=error.portal, text=text)


def what_to_do(error: SyncError, words: Words) -> str:
    """The last part alone; nothing for an error without advice of its own."""
    saying = _saying(error)
    return words(first_filled(saying.advice, error.detail), **error.detail) if saying else ""


def _saying(error: SyncError) -> Saying | None:
    """The words for a code; those of a webhook address are words of their own."""
    if error.exit_code == SettingsInvalid.exit_code and error.side == "bitrix24" and error.code in WEBHOOK:
        return WEBHOOK[error.code]
    return SAYINGS.get(error.code)


def fault_sentence(fault: Fault, words: Words) -> str:
    """One fault of the settings with its place: `portals[0].key: …`."""
    templates = FAULTS.get(fault.code)
    if templates is None:
        text = words("this value cannot be used ({code}).", code=fault.code)
    else:
        text = words(first_filled(templates, fault.detail), **_in_words(fault.detail, words))
    return f"{fault.path}: {text}" if fault.path else text


def _in_words(detail: Mapping[str, object], words: Words) -> Mapping[str, object]:
    """With the kind of value that was expected in the reader's language."""
    kind = detail.get("expected")
    return {**detail, "expected": words(VALUE_KINDS[kind])} if isinstance(kind, str) and kind in VALUE_KINDS else detail


def rejection_sentence(error: Rejected, words: Words) -> str:
    """Why Learn refused one write, with the server's own words."""
    saying = SAYINGS.get(error.code, SAYINGS["rejected"])
    return words(first_filled(saying.what, error.detail), **error.detail)


def _faults(faults: Iterable[Fault], words: Words) -> str:
    lines = [f"• {fault_sentence(fault, words)}" for fault in faults]
    if not lines:
        return words("The settings cannot be used.")
    heading = words.plural("The settings have {n} fault:", "The settings have {n} faults:", len(lines))
    return "\n".join([heading, *lines]) + "\n"


def _unnamed(error: SyncError, words: Words) -> str:
    match error.side:
        case "bitrix24":
            return words("Bitrix24 gave an answer this program has no word for ({code}).", code=error.code)
        case "learn":
            return words("Learn gave an answer this program has no word for ({code}).", code=error.code)
        case _:
            return words("Something failed that this program has no word for ({code}).", code=error.code)


def _what_did_not(error: SyncError, words: Words, written: int) -> str:
    if written:
        return words.plural(
            "{n} change is written and stays; the rest goes into the next plan.",
            "{n} changes are written and stay; the rest goes into the next plan.",
            written,
        )
    match error:
        case WrongUsage():
            return words("Nothing was done.")
        case SettingsInvalid() | SecretUnavailable() | AnotherRunActive():
            return words("Nothing was read or changed.")
        case StoppedOnRequest():
            return words("Nothing was written.")
        case _:
            return words("Nothing was written.") if error.side != "here" else words("Nothing was changed.")


def _general_advice(error: SyncError, words: Words) -> str:
    if isinstance(error, SettingsInvalid):
        return words("Correct the settings, then run again.")
    return words("Run again; if it happens again, the log has the details.")


def first_filled(templates: tuple[str, ...], detail: Mapping[str, object]) -> str:
    """The first template all of whose values are known: the most telling one comes first."""
    for template in templates:
        names = {name for _, name, _, _ in Formatter().parse(template) if name}
        if all(detail.get(name) not in (None, "") for name in names):
            return template
    return templates[-1] if templates else ""
