"""Logins and e-mails are unique in Learn: who may take which value in this run (rules P6 and P7)."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping
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

    `former`: the login and e-mail of before a swap that was interrupted, where he stands on its interim value.
    `blocked`: identifiers that cannot be taken, with the problem code. `stuck`: nothing of it is written, because
    Learn refused exactly this before: he frees nothing.
    """

    key: PersonKey
    account: Account
    wanted: Mapping[str, str]
    different: dict[str, str]
    former: Mapping[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    stuck: bool = False

    def kept(self, name: str) -> set[str]:
        """What he holds on to where this identifier is not written: his present value, or the one before a swap."""
        present = self.account.fields.get(name, "")
        return {fold(each) for each in (present, self.former.get(name, "") if self.on_interim(name) else "") if each}

    def on_interim(self, name: str) -> bool:
        return self.account.fields.get(name, "").endswith(INTERIM_DOMAIN)

    def writes(self, name: str) -> bool:
        return name in self.different and not self.stuck


def settle(
    claimants: Mapping[PersonKey, Claimant],
    index: Index,
    wishes: Iterable[tuple[PersonKey, Mapping[str, str]]],
    *,
    refused: Callable[[Claimant], bool],
    withheld: Collection[str] = (),
) -> None:
    """Drop every identifier that somebody keeps, so that no doomed request is sent.

    What somebody frees in this run can be taken; a value dropped stays with its holder, who may then block the next
    one. Whoever stands on a swap's interim value goes back to his old one if the new one is blocked.
    `wishes`: what everybody linked should have, claimants or not. `refused`: Learn refused exactly this before (P6).
    `withheld`: portals that may not be written in this run, so that no other one can count on them (I7).
    """
    _Settlement(claimants, index, wishes, withheld).run(refused)


class _Settlement:
    def __init__(
        self,
        claimants: Mapping[PersonKey, Claimant],
        index: Index,
        wishes: Iterable[tuple[PersonKey, Mapping[str, str]]],
        withheld: Collection[str],
    ) -> None:
        self._claimants = claimants
        self._index = index
        self._withheld = withheld
        self._by_account = {each.account.id: each for each in claimants.values()}
        self._wishing: defaultdict[Claim, list[PersonKey]] = defaultdict(list)
        for key, wanted in wishes:
            for name in IDENTIFIERS:
                if name in wanted:
                    self._wishing[name, fold(wanted[name])].append(key)
        self._returning = {
            (name, fold(each.former[name])): each
            for each in claimants.values()
            for name in IDENTIFIERS
            if each.on_interim(name) and each.former.get(name)
        }
        self._waiting: deque[tuple[str, Claimant]] = deque()

    def run(self, refused: Callable[[Claimant], bool]) -> None:
        everybody = list(self._claimants.values())
        self._waiting.extend((name, each) for each in everybody for name in IDENTIFIERS if name in each.different)
        self._drain()
        while stuck := [each for each in everybody if not each.stuck and each.different and refused(each)]:
            for each in stuck:
                each.stuck = True
                for name in IDENTIFIERS:
                    if name in each.different:
                        self._ask_again(name, each)
            self._drain()
        for each in everybody:
            self._leave_interim(each)

    def _drain(self) -> None:
        while self._waiting:
            name, claimant = self._waiting.popleft()
            if name not in claimant.different:
                continue
            claimed = any(key != claimant.key for key in self._wishing[name, fold(claimant.different[name])])
            if claimed or self._kept_by_another(name, claimant):
                claimant.blocked[name] = "duplicate_in_source" if claimed else "match_taken"
                del claimant.different[name]
                self._ask_again(name, claimant)

    def _ask_again(self, name: str, holder: Claimant) -> None:
        """He keeps what he has: whoever counted on it may not get it after all."""
        for value in holder.kept(name):
            keys = (key for key in self._wishing.get((name, value), ()) if key != holder.key)
            self._waiting.extend((name, self._claimants[key]) for key in keys if key in self._claimants)

    def _kept_by_another(self, name: str, claimant: Claimant) -> bool:
        value = claimant.different[name]
        for holder in self._index.holders(name, value):
            if holder.id != claimant.account.id and not self._freed(name, self._by_account.get(holder.id), claimant):
                return True
        returning = self._returning.get((name, fold(value)), claimant)
        return returning is not claimant and not self._freed(name, returning, claimant)

    def _freed(self, name: str, holder: Claimant | None, taker: Claimant) -> bool:
        if holder is None or not holder.writes(name):
            return False
        return holder.key[0] == taker.key[0] or holder.key[0] not in self._withheld

    def _leave_interim(self, claimant: Claimant) -> None:
        for name in IDENTIFIERS:
            old = claimant.former.get(name, "")
            if not old or name in claimant.different or not claimant.on_interim(name):
                continue
            if not self._index.holders(name, old):
                claimant.different[name] = old
