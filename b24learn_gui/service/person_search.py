"""Whom somebody asks about: generous where `service.who` is strict, because an answer does no harm.

Letter case, ё and е, the order of names and the keyboard's layout make no difference; parts of names are enough.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, PersonKey
from b24learn_gui.company.text import clean, display_name, fold
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.learn_side import Account, LearnSnapshot
from b24learn_gui.sync.memory import Memory

NEAREST = 5
"""So many similar names are told where nobody is found."""

_DEPARTMENT = re.compile(r"(?:department|отдел):(?:([a-z0-9]{1,12}):)?(\d{1,18})")
_KEYED = re.compile(r"([a-z0-9]{1,12}):(\d{1,18})")
_ID = re.compile(r"\d{1,18}")
_NAMES = ("LAST_NAME", "NAME", "SECOND_NAME")
_SIMILAR = 0.55
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LAYOUTS = (str.maketrans(_LATIN, _CYRILLIC), str.maketrans(_CYRILLIC, _LATIN))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who can be found: read from a portal, or remembered from an earlier run.

    `words`: those of the name, folded, without the patronymic in `short`; `logins`: of everything that may be typed
    instead of an e-mail.
    """

    key: PersonKey
    name: str
    short: frozenset[str]
    words: frozenset[str]
    emails: frozenset[str]
    logins: frozenset[str]
    accounts: frozenset[str]
    departments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """`keys`: whom the question may mean. `strays`: accounts that fit and are nobody's. `nearest`: similar names."""

    keys: tuple[PersonKey, ...] = ()
    strays: tuple[Account, ...] = ()
    nearest: tuple[tuple[PersonKey, str], ...] = ()


@dataclass(slots=True)
class Register:
    """Everybody who can be asked about, prepared for searching."""

    people: list[Known]
    learn: LearnSnapshot = field(repr=False)
    _forests: Mapping[str, Forest] = field(repr=False)

    @classmethod
    def of(cls, companies: Sequence[Company], learn: LearnSnapshot, memory: Memory, plan: Plan) -> "Register":
        """Of what was read and what is remembered; some 100 ms for 20,000 people."""
        accounts = _accounts_by_person(memory, plan)
        people: list[Known] = []
        for company in companies:
            for employee in company.employees:
                values, key = employee.values, (company.portal, employee.id)
                parts = [values.get(name, "") for name in _NAMES]
                short, words = _words(" ".join(parts[:2])), _words(" ".join(parts))
                emails = {values.get("EMAIL", "")}
                people.append(
                    _known(key, display_name(employee), short, words, emails, accounts.get(key, ()), learn,
                           employee.departments)
                )  # fmt: skip
        read = {each.key for each in people}
        for key, link in memory.people.items():
            if key not in read:
                name = link.name or account_name(learn.accounts.get(link.learn_id)) or f"{key[0]}:{key[1]}"
                words = _words(name)
                people.append(_known(key, name, words, words, {link.email}, accounts.get(key, ()), learn))
        return cls(people, learn, {company.portal: Forest.of(company.departments) for company in companies})

    def find(self, who: str) -> Match:
        """Whom this may mean: an id, `main:27`, an e-mail, a login, a name or its beginning, `department:7`."""
        wish = clean(who)
        for number, found in enumerate(self._ways(wish)):
            if found.keys or found.strays:
                return found
            if number == 0 and _DEPARTMENT.fullmatch(wish):
                return Match()
        for layout in _LAYOUTS:
            other = self._by_name(_words(wish.lower().translate(layout)))
            if other:
                return Match(tuple(other))
        return Match(nearest=tuple(self._nearest(wish)))

    def _ways(self, wish: str) -> Iterator[Match]:
        department, keyed = _DEPARTMENT.fullmatch(wish), _KEYED.fullmatch(wish)
        if department:
            yield Match(tuple(self._members(department[1], int(department[2]))))
        if keyed or _ID.fullmatch(wish):
            portal, number = (keyed[1], int(keyed[2])) if keyed else ("", int(wish))
            yield Match(
                tuple(each.key for each in self.people if each.key[1] == number and portal in {"", each.key[0]})
            )
        folded = fold(wish)
        yield Match(tuple(each.key for each in self.people if folded in each.emails))
        if "@" not in wish:
            yield Match(tuple(self._by_name(_words(wish))))
        yield self._by_account(wish, folded)
        if len(folded) > 1:
            yield Match(tuple(each.key for each in self.people if any(map(folded.__eq__, _local_parts(each.emails)))))
            yield Match(
                tuple(each.key for each in self.people if any(email.startswith(folded) for email in each.emails))
            )

    def _by_name(self, words: frozenset[str]) -> list[PersonKey]:
        """Whole names before parts of names, those before beginnings of their words."""
        if not words:
            return []
        exact = [each.key for each in self.people if words in (each.short, each.words)]
        parts = exact or [each.key for each in self.people if words <= each.words]
        return parts or [each.key for each in self.people if _begins(words, each.words)]

    def _by_account(self, wish: str, folded: str) -> Match:
        fitting = [
            each
            for each in self.learn.accounts.values()
            if wish == each.id or folded in {fold(each.login), fold(each.email)}
        ]
        ids = {each.id for each in fitting}
        keys = tuple(each.key for each in self.people if not ids.isdisjoint(each.accounts) or folded in each.logins)
        return Match(keys, tuple(fitting) if not keys else ())

    def _members(self, portal: str | None, number: int) -> Iterator[PersonKey]:
        """Everybody with a department in this branch."""
        branches = {
            key: {number, *forest.descendants(number)}
            for key, forest in self._forests.items()
            if portal in {None, key} and number in forest
        }
        return (each.key for each in self.people if branches.get(each.key[0], set()).intersection(each.departments))

    def _nearest(self, wish: str) -> list[tuple[PersonKey, str]]:
        """The most similar names, or e-mails, the most similar first. Each word is compared once, however common."""
        by_email = "@" in wish
        wanted = [_pairs(word) for word in (fold(wish).split("@")[:1] if by_email else _words(wish))]
        alike: dict[str, list[float]] = {}
        scored = []
        for each in self.people if wanted else ():
            words = _local_parts(each.emails) if by_email else each.words
            for word in words:
                if word not in alike:
                    pairs = _pairs(word)
                    alike[word] = [_alike(one, pairs) for one in wanted]
            best = [max(column) for column in zip(*(alike[word] for word in words), strict=True)]
            score = sum(best) / len(wanted)
            if score >= _SIMILAR:
                scored.append((-score, each.name, each.key))
        scored.sort()
        return [(key, name) for _, name, key in scored[:NEAREST]]


def account_name(account: Account | None) -> str:
    """`Фамилия Имя` as Learn has it."""
    return clean(f"{account.fields.get('last_name', '')} {account.fields.get('first_name', '')}") if account else ""


def _known(
    key: PersonKey,
    name: str,
    short: frozenset[str],
    words: frozenset[str],
    emails: Iterable[str],
    accounts: Iterable[str],
    learn: LearnSnapshot,
    departments: tuple[int, ...] = (),
) -> Known:
    ids = frozenset(accounts)
    here = [learn.accounts[id_] for id_ in ids if id_ in learn.accounts]
    logins = frozenset(fold(each.login) for each in here if each.login)
    return Known(key, name, short, words, frozenset(fold(each) for each in emails if each), logins, ids, departments)


def _accounts_by_person(memory: Memory, plan: Plan) -> dict[PersonKey, set[str]]:
    """Accounts that are somebody's, or that somebody's conflict is about."""
    found: dict[PersonKey, set[str]] = {}
    for key, link in memory.people.items():
        found.setdefault(key, set()).add(link.learn_id)
    for key, verdict in plan.verdicts.items():
        if verdict.learn_id:
            found.setdefault(key, set()).add(verdict.learn_id)
    for problem in plan.problems:
        accounts = problem.detail.get("accounts")
        if problem.what == "person" and problem.bitrix24_id is not None and isinstance(accounts, list):
            found.setdefault((problem.portal, problem.bitrix24_id), set()).update(map(str, accounts))
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).replace("ё", "е").replace(",", " ").split())


def _begins(wish: Iterable[str], words: Iterable[str]) -> bool:
    words = list(words)
    return all(any(word.startswith(part) for word in words) for part in wish)


def _local_parts(emails: Iterable[str]) -> list[str]:
    return [email.partition("@")[0] for email in emails]


def _pairs(text: str) -> frozenset[str]:
    framed = f" {text} "
    return frozenset(framed[place : place + 2] for place in range(len(framed) - 1))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
