"""Whose account is whose: by the stored link, else by a match a person could agree with (rules I1 to I4, I6, I8)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from b24learn_gui.company.model import Employee, PersonKey
from b24learn_gui.company.text import clean, display_name, fold
from b24learn_gui.sync.fields import Wanted
from b24learn_gui.sync.learn_side import Account, LearnSnapshot
from b24learn_gui.sync.memory import Memory, PendingCreate
from b24learn_gui.sync.policy import Policy

Rule = Literal["link", "email", "login", "name", "interrupted", "none"]


@dataclass(frozen=True, slots=True)
class Match:
    """A person's account and the rule that found it, or the code of the reason why none may be taken.

    `others`: Learn ids of the accounts the conflict is about.
    """

    account: Account | None = None
    rule: Rule = "none"
    code: str = ""
    others: tuple[str, ...] = ()


def protection(learn: LearnSnapshot, policy: Policy, signed_in_login: str = "") -> Callable[[Account], bool]:
    """Which accounts are never touched (rule N2): administrators, the one that signs in, logins of `protect`."""
    protect = {fold(login) for login in (*policy.protect, signed_in_login) if login}

    def protected(account: Account) -> bool:
        return account.guarded or account.id == learn.signed_in_id or fold(account.login) in protect

    return protected


class Index:
    """Learn's accounts by everything a person can be recognised by, and who is untouchable (rule N2)."""

    def __init__(self, learn: LearnSnapshot, memory: Memory, protected: Callable[[Account], bool]) -> None:
        self.accounts = learn.accounts
        self.by_email: defaultdict[str, list[Account]] = defaultdict(list)
        self.by_login: defaultdict[str, list[Account]] = defaultdict(list)
        for account in learn.accounts.values():
            if account.email:
                self.by_email[fold(account.email)].append(account)
            if account.login:
                self.by_login[fold(account.login)].append(account)
        self.owners = {link.learn_id: key for key, link in memory.people.items()}
        self.protected = protected

    def holders(self, name: str, value: str) -> list[Account]:
        """The accounts that have this login or this e-mail now."""
        return (self.by_login if name == "login" else self.by_email).get(fold(value), [])

    def candidates(self, email: str, login: str) -> list[Account]:
        """Accounts that could be a person's: by his e-mail as e-mail or login, or by his wanted login."""
        found = [*self.holders("email", email), *self.holders("login", email)] if email else []
        if login:
            found += self.holders("login", login)
        return list({each.id: each for each in found}.values())

    def protected_head(self, key: PersonKey, email: str) -> Account | None:
        """The protected account that matches an e-mail exactly, if there is just that one and nobody else's (H1)."""
        found = self.candidates(fold(email), "")
        if len(found) != 1 or self.owners.get(found[0].id, key) != key:
            return None
        return found[0] if self.protected(found[0]) else None


def match_unlinked(key: PersonKey, wanted: Wanted, index: Index) -> Match:
    """Rule I2 for a person in scope without a link. No account and no code: he is new."""
    email, login = wanted.values.get("email", ""), wanted.values.get("login", "")
    found = index.candidates(email, login)
    if not found:
        return Match()
    others = tuple(sorted(each.id for each in found))
    if len(found) > 1:
        return Match(code="match_ambiguous", others=others)
    account = found[0]
    if index.protected(account):
        return Match(code="match_protected", others=others)
    if index.owners.get(account.id, key) != key:
        return Match(code="match_taken", others=others)
    by_email = bool(email) and fold(account.email) == fold(email)
    by_login = bool(email) and fold(account.login) == fold(email)
    if not (by_email or by_login) or (account.email and email and not by_email):
        return Match(code="match_ambiguous", others=others)
    return Match(account=account, rule="email" if by_email else "login")


def match_interrupted(pending: PendingCreate, index: Index) -> Match:
    """The account a create of ours left behind when nobody heard the answer (incidents T7 and T15)."""
    found = [
        each
        for each in index.holders("login", pending.login)
        if each.id not in index.owners and fold(each.email) == fold(pending.email) and not index.protected(each)
    ]
    return Match(account=found[0], rule="interrupted") if len(found) == 1 else Match()


def match_dismissed(employee: Employee, index: Index) -> Match:
    """Rule I8: while links are rebuilt, a dismissed person is matched by e-mail and name together."""
    email = employee.values.get("EMAIL", "")
    found = [
        each
        for each in index.candidates(fold(email), "")
        if each.id not in index.owners and not index.protected(each) and _same_name(employee, each)
    ]
    return Match(account=found[0], rule="name") if len(found) == 1 else Match()


def _same_name(employee: Employee, account: Account) -> bool:
    name = clean(f"{account.fields.get('last_name', '')} {account.fields.get('first_name', '')}")
    return bool(name) and fold(name) == fold(display_name(employee))


def duplicates(unlinked: Mapping[PersonKey, Wanted], linked: Iterable[Mapping[str, str]]) -> frozenset[PersonKey]:
    """Rule I3: unlinked people who claim a login or e-mail that somebody else who was read claims, too."""
    claims: Counter[tuple[str, str]] = Counter()
    for values in (*(wanted.values for wanted in unlinked.values()), *linked):
        claims.update(_claims(values))
    return frozenset(
        key for key, wanted in unlinked.items() if any(claims[each] > 1 for each in _claims(wanted.values))
    )


def _claims(values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, fold(values[name])) for name in ("login", "email") if values.get(name)]
