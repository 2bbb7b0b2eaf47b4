"""Logins and e-mails are unique in Learn: who may take which value in this run (rules P6 and P7)."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from b24learn_gui.company.model import PersonKey
from b24learn_gui.company.text import fold
from b24learn_gui.sync.fields import IDENTIFIERS, INTERIM_DOMAIN
from b24learn_gui.sync.learn_side import Account
from b24learn_gui.sync.matching import Index

Claim = tuple[str, str]
"""(`login` or `email`, folded value)."""


@dataclass(slots=True)
class Claimant:
    """Somebody with an account, what his profile should say, and what is going to be written of it.

    `blocked`: identifiers that cannot be taken, with the problem code.
    """

    account: Account
    wanted: Mapping[str, str]
    different: dict[str, str]
    blocked: dict[str, str] = field(default_factory=dict)


def settle(
    claimants: Mapping[PersonKey, Claimant], index: Index, interims: Mapping[PersonKey, Mapping[str, str]]
) -> None:
    """Drop every identifier that somebody keeps, so that no doomed request is sent.

    What somebody frees in this run can be taken; a value dropped stays with its holder, who may then block the next
    one. Whoever stands on a swap's interim value goes back to his old one if the new one is blocked.
    """
    wishing: defaultdict[Claim, list[Claimant]] = defaultdict(list)
    for claimant in claimants.values():
        for name in IDENTIFIERS:
            if name in claimant.wanted:
                wishing[name, fold(claimant.wanted[name])].append(claimant)
    by_account = {each.account.id: each for each in claimants.values()}
    waiting = deque((name, each) for each in claimants.values() for name in IDENTIFIERS if name in each.different)
    while waiting:
        name, claimant = waiting.popleft()
        if name not in claimant.different:
            continue
        claimed = len(wishing[name, fold(claimant.different[name])]) > 1
        if claimed or _kept_by_another(name, claimant, by_account, index):
            claimant.blocked[name] = "duplicate_in_source" if claimed else "match_taken"
            del claimant.different[name]
            kept = fold(claimant.account.fields.get(name, ""))
            waiting.extend((name, each) for each in wishing.get((name, kept), ()) if each is not claimant)
    for key, claimant in claimants.items():
        _leave_interim(claimant, interims.get(key, {}), index)


def _kept_by_another(name: str, claimant: Claimant, by_account: Mapping[str, Claimant], index: Index) -> bool:
    for holder in index.holders(name, claimant.different[name]):
        if holder.id != claimant.account.id:
            other = by_account.get(holder.id)
            if other is None or name not in other.different:
                return True
    return False


def _leave_interim(claimant: Claimant, former: Mapping[str, str], index: Index) -> None:
    for name in IDENTIFIERS:
        stands = claimant.account.fields.get(name, "").endswith(INTERIM_DOMAIN)
        old = former.get(name, "")
        if stands and name not in claimant.different and old and not index.holders(name, old):
            claimant.different[name] = old
