"""Writes the people of one chain in order (rule P7): nothing doomed is sent, and nobody is left on an interim value
who could have his old ones back.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from b24learn_gui.errors import Rejected
from b24learn_gui.sync.apply_known import Known
from b24learn_gui.sync.apply_outcome import Record, refusal_code, refusal_message
from b24learn_gui.sync.apply_pump import INTENT_CHUNK, Task, local
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.ports import Target
from b24learn_gui.sync.swaps import NAMESPACES, Chain, Claim, Namespace, Step, frees, interim_value, takes

Create = Callable[[Change, Callable[[], Iterable[Task[Any]]]], Task[Any]]
"""How a `user.create` is sent, and what goes on after it, whatever its answer."""

NO_LONGER_FREE = "the login or e-mail is still held by somebody whose own change was refused"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def spelling(change: Change) -> dict[str, str]:
    """How `change.send` spells each field: `before` and `after` have lower-case names, the account its own."""
    return {name.lower(): name for name in change.send}


def interim_fields(change: Change, vacated: Iterable[Namespace]) -> dict[str, str]:
    """The complete map with the interim value in place of what is vacated; of the other name his present value."""
    spelt = spelling(change)
    fields = dict(change.send)
    for namespace in NAMESPACES:
        name = spelt.get(namespace, namespace)
        if namespace in vacated:
            fields[name] = interim_value(change)
        elif namespace in change.after:
            if present := _text(change.before.get(namespace)):
                fields[name] = present
            else:
                fields.pop(name, None)
    return fields


def former_fields(change: Change, kept: Iterable[Namespace]) -> dict[str, str]:
    """The complete map as it was before, but for the names in `kept`, which stay on the interim value."""
    spelt = spelling(change)
    former = {spelt.get(name, name): value for name in change.before if (value := _text(change.before[name]))}
    return {**change.send, **former, **{spelt.get(name, name): interim_value(change) for name in kept}}


class ChainWriter:
    """Steps through one chain. `create` sends the newcomers who take over what others free."""

    def __init__(self, chain: Chain, *, target: Target, known: Known, record: Record, create: Create) -> None:
        self._chain = chain
        self._target = target
        self._known = known
        self._record = record
        self._create = create
        self._steps: Iterator[Step] = iter(chain.steps)
        self._still_held: set[Claim] = set()
        self._taken: set[Claim] = set()
        self._on_interim: set[int] = set()
        self._unannounced = iter(chain.changes)

    def start(self) -> Task[None]:
        """Intended together with other chains; everybody beyond the first hundreds when the chain gets there."""
        return local(islice(self._unannounced, INTENT_CHUNK), self._go_on)

    def _go_on(self, *_: object) -> list[Task[Any]]:
        for step in self._steps:
            task = self._interim(step.change) if step.interim else self._final(step.change)
            if task is not None:
                return [task]
        return []

    def _announce(self, change: Change) -> None:
        """Intend the next ones along with this one, if it was not announced yet."""
        if not self._record.is_open(change):
            self._record.intend([change, *islice(self._unannounced, INTENT_CHUNK)])

    def _interim(self, change: Change) -> Task[Any] | None:
        self._announce(change)
        account_id = self._known.account_of(change)
        if account_id is None:
            self._lose(change)
            return None
        fields = interim_fields(change, self._chain.vacated[id(change)])
        return Task(
            (change,),
            partial(self._stands, change),
            send=partial(self._target.update_account, account_id, fields),
            prepare=partial(self._record.interim, change, interim_value(change)),
        )

    def _stands(self, change: Change, answer: Rejected | None) -> list[Task[Any]]:
        if isinstance(answer, Rejected):
            self._lose(change)
            self._record.refuse(change, answer)
        else:
            self._on_interim.add(id(change))
        return self._go_on()

    def _final(self, change: Change) -> Task[Any] | None:
        if self._record.settled(change):
            return None
        self._announce(change)
        if not self._still_held.isdisjoint(takes(change)):
            return self._give_up(change, "match_taken", NO_LONGER_FREE)
        if change.kind == "user.create":
            return self._create(change, self._go_on)
        account_id = self._known.account_of(change)
        if account_id is None:
            return self._give_up(change, self._known.why_no_account(change), "")
        return Task(
            (change,),
            partial(self._written, change, account_id),
            send=partial(self._target.update_account, account_id, dict(change.send)),
        )

    def _written(self, change: Change, account_id: str, answer: Rejected | None) -> list[Task[Any]]:
        if isinstance(answer, Rejected):
            way_back = self._give_up(change, refusal_code(change, answer), refusal_message(answer))
            return [way_back] if way_back is not None else self._go_on()
        self._taken.update(takes(change))
        self._record.confirm(change, account_id)
        return self._go_on()

    def _give_up(self, change: Change, code: str, message: str) -> Task[Any] | None:
        """He fails; if he stands on the interim value he first gets back what nobody has taken meanwhile."""
        self._lose(change)
        account_id = self._known.account_of(change)
        vacated = self._chain.vacated.get(id(change), set())
        kept = {claim[0] for claim in frees(change) if claim[0] in vacated and claim in self._taken}
        if account_id is None or id(change) not in self._on_interim or kept == vacated:
            self._record.fail(change, code, message)
            return None

        def back(_: Rejected | None) -> list[Task[Any]]:
            self._record.fail(change, code, message)
            return self._go_on()

        fields = former_fields(change, kept)
        return Task((change,), back, send=partial(self._target.update_account, account_id, fields))

    def _lose(self, change: Change) -> None:
        """Whoever counts on what this person was to free would be refused: unless it is taken already, he keeps it."""
        self._still_held.update(claim for claim in frees(change) if claim not in self._taken)
