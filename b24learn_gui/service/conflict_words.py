"""What is in question about somebody, as people read it: what kind of case, which rule says so, what was decided."""

from collections.abc import Callable, Mapping

from b24learn_gui.company.model import person_label
from b24learn_gui.service.conflict_cases import Candidate, Case, Guard, Kind, Other, Standing
from b24learn_gui.text.words import Words, mark

TITLES: Mapping[Kind, str] = {
    "several": mark("Several accounts fit"),
    "uncertain": mark("One account fits, but not for certain"),
    "recreated": mark("New card of the same name"),
    "reused": mark("The account is somebody else's"),
    "identity": mark("Name and e-mail changed together"),
    "duplicate": mark("Several cards, one login or e-mail"),
    "held": mark("Login or e-mail is taken"),
    "protected": mark("The account is protected"),
    "exact": mark("Linked by the next run"),
    "undone": mark("Held since an undo"),
    "decided": mark("Decided before"),
}
"""What each kind of case is called."""

GUARDS: Mapping[Guard, str] = {
    "administrator": mark("owner or administrator, never touched"),
    "signed_in": mark("this program signs in with it, never touched"),
    "settings": mark("protected in the settings, never touched"),
}

STANDINGS: Mapping[Standing, str] = {
    "works": mark("works here"),
    "dismissed": mark("dismissed"),
    "gone": mark("the card is gone"),
}


def reason(case: Case, words: Words) -> str:
    """Why he is in question, in a sentence or two."""
    return _REASONS[case.kind](case, words)


def decided(case: Case, words: Words) -> str:
    """What was decided about him, in few words; nothing where nothing was."""
    decision = case.decision
    if decision is None:
        return words("held since an undo") if case.held else ""
    if decision.kind == "create":
        return words("decided: a new account")
    if decision.kind == "leave":
        return words("decided: left alone")
    account = case.candidate(decision.learn_id or "")
    login = account.facts["login"] if account is not None else decision.learn_id or ""
    return words("decided: linked to {login}", login=login)


def follows(case: Case, words: Words) -> str:
    """What the next run makes of what was decided."""
    decision = case.decision
    if decision is None:
        return words("Nothing is changed about this person until the hold is released.") if case.held else ""
    if decision.kind == "create":
        return words("The next run creates a new account.")
    if decision.kind == "leave":
        return words("Nothing is changed about this person until the decision is taken back.")
    return words("The next run keeps this account in step with the card.")


def named(other: Other, words: Words) -> str:
    """`Ким Ольга (main:27, dismissed)`."""
    return f"{other.name} ({person_label(other.key)}, {words(STANDINGS[other.standing])})"


def taking(candidate: Candidate, words: Words) -> str:
    """What linking takes from somebody else."""
    if candidate.holder is None:
        return ""
    return words(
        "Linking takes the account from {name}: that card then counts as one without an account.",
        name=named(candidate.holder, words),
    )


def _several(case: Case, words: Words) -> str:
    return words.plural(
        "{n} account in Learn may be this person's by e-mail or login, so none was taken.",
        "{n} accounts in Learn may be this person's by e-mail or login, so none was taken.",
        len(case.candidates),
    )


def _uncertain(case: Case, words: Words) -> str:
    account = case.candidates[0] if case.candidates else None
    if account is not None and account.alike.get("email") is False:
        return words(
            "The login fits, but the account has another e-mail: {email}. A login alone is not certain enough.",
            email=account.facts["email"],
        )
    if account is not None and account.alike.get("email"):
        return words("Somebody else fits the same account as well, so it was given to neither.")
    return words("Only the login fits, and a login alone is not certain enough.")


def _recreated(case: Case, words: Words) -> str:
    holder = case.candidates[0].holder if case.candidates else None
    told = named(holder, words) if holder is not None else ""
    return words(
        "The account is linked to a former card of the same name: {former}. It is probably the same person, "
        "who was entered anew in Bitrix24.",
        former=told,
    )


def _reused(case: Case, words: Words) -> str:
    holder = case.candidates[0].holder if case.candidates else None
    if holder is None:
        return words("The login or e-mail belongs to another account in Learn.")
    return words(
        "The account is linked to somebody else: {name}. The e-mail or login was probably handed on.",
        name=named(holder, words),
    )


def _identity(case: Case, words: Words) -> str:
    own = next((each for each in case.candidates if each.own), None)
    return words(
        "Since the last run the name and the e-mail of this card changed together; before it was {name}. "
        "If it is still the same person, link to the account again.",
        name=own.facts["name"] if own is not None else "…",
    )


def _duplicate(case: Case, words: Words) -> str:
    told = words.listed([named(each, words) for each in case.rivals], at_most=3)
    if not told:
        return words("Another card in Bitrix24 claims the same login or e-mail, and in Learn both are unique.")
    return words(
        "The same login or e-mail is claimed by another card: {names}. In Learn both are unique. "
        "Correct the cards in Bitrix24, or link the one whose account it is.",
        names=told,
    )


def _held(case: Case, words: Words) -> str:
    values = words.listed(list(dict.fromkeys(_blocked(case))))
    told = words(
        "Cannot be written: {values}. It belongs to somebody else; everything else is kept in step.", values=values
    )
    if not case.rivals:
        return told
    others = words.listed([named(each, words) for each in case.rivals], at_most=3)
    return f"{told} {words('Who has or claims it: {names}.', names=others)}"


def _blocked(case: Case) -> list[str]:
    values = {"login": case.facts["login"], "email": case.facts["email"]}
    return [values.get(name) or name for name in case.blocked]


def _protected(_case: Case, words: Words) -> str:
    return words(
        "The account that fits belongs to the owner or an administrator, or is protected: it is never touched. "
        "Nothing is held up by it."
    )


def _exact(case: Case, words: Words) -> str:
    account = case.candidates[0] if case.candidates else None
    if account is not None and account.alike.get("email"):
        return words("The e-mail fits exactly one account, and nobody else has it. You need not decide anything.")
    return words("The login fits exactly one account, and nobody else has it. You need not decide anything.")


def _undone(_case: Case, words: Words) -> str:
    return words(
        "An undo put this person back. Since then nothing is changed, so that the next run does not repeat it."
    )


def _decided(case: Case, words: Words) -> str:
    return follows(case, words)


_REASONS: Mapping[Kind, Callable[[Case, Words], str]] = {
    "several": _several,
    "uncertain": _uncertain,
    "recreated": _recreated,
    "reused": _reused,
    "identity": _identity,
    "duplicate": _duplicate,
    "held": _held,
    "protected": _protected,
    "exact": _exact,
    "undone": _undone,
    "decided": _decided,
}
