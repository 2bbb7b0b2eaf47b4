"""Why somebody is or is not in Learn, and what the next run will do (INTERFACE: explain)."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import LEFT_OUT, chosen_exit_code
from b24learn_gui.service.explain_facts import World
from b24learn_gui.service.explain_person import Explained, explain_person
from b24learn_gui.service.person_search import Match, account_name
from b24learn_gui.service.planning import Reading, Wishes, read_and_plan
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.journal import Journal
from b24learn_gui.text import Words
from b24learn_gui.text.errors import error_sentence

MOST = 20
"""So many people of one name are explained; more are better asked for by id."""


@dataclass(frozen=True, slots=True)
class Known:
    """Both sides as they were read at that moment: any number of questions can be answered from it."""

    world: World = field(repr=False)
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to one question. `more`: how many others are known by it. `unread`: what could not be read, and why.

    For nobody found: `strays`, accounts in Learn that are nobody's; `searched`, where was looked; `nearest`, similar
    names by `main:27`.
    """

    who: str
    people: tuple[Explained, ...]
    read_at: datetime
    exit_code: int
    more: int = 0
    unread: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    nearest: tuple[tuple[str, str], ...] = ()

    def as_object(self) -> Object:
        """INTERFACE: `explain`."""
        found = [each.as_object() for each in self.people]
        return {"command": "explain", "exit_code": self.exit_code, "found": found}


def explain(context: Context, who: str) -> Explanation:
    """Reads both sides and answers. Portals that cannot be read are left out where others can. Raises what kept all
    of them, or Learn, from being read.
    """
    return explain_known(context, read_known(context), who)


def read_known(context: Context) -> Known:
    """Reads both sides and plans; writes nothing. Raises likewise."""
    settings, reading = settings_for_run(context), Reading([], [])
    with Journal.open_read_only(context.places.journal_file) as journal, ExitStack() as stack:
        memory, base = journal.memory(), known_api_base(journal, settings)
        prepared = read_and_plan(context, settings, Wishes(), memory, context.secrets, reading, stack, base)
    world = World(
        settings,
        {company.portal: company for company in reading.companies},
        {source.portal: source.error for source in reading.sources if source.error is not None},
        prepared.learn,
        memory,
        prepared.plan,
    )
    return Known(world, context.now())


def explain_known(context: Context, known: Known, who: str) -> Explanation:
    """Answers from what was read before. Raises `JournalUnusable`."""
    world, words = known.world, context.words
    match = world.register.find(who)
    people = _people(context, known, match.keys[:MOST])
    codes = [error.exit_code for error in world.unread.values()]
    if not people or any(each.waits for each in people):
        codes.append(LEFT_OUT)
    unread = tuple(
        words("Portal {portal} was not read: {message}", portal=portal, message=error_sentence(error, words))
        for portal, error in world.unread.items()
    )
    return Explanation(
        who.strip(),
        people,
        known.read_at,
        chosen_exit_code(codes),
        more=max(0, len(match.keys) - MOST),
        unread=unread,
        strays=tuple(_strays(match, words)),
        searched=() if people else tuple(_searched(known, words)),
        nearest=tuple((person_label(key), name) for key, name in match.nearest),
    )


def _people(context: Context, known: Known, keys: tuple[PersonKey, ...]) -> tuple[Explained, ...]:
    with Journal.open_read_only(context.places.journal_file) as journal:
        return tuple(explain_person(known.world, key, journal.biography(key), context.words) for key in keys)


def _strays(match: Match, words: Words) -> list[str]:
    return [
        words(
            "Learn has the account {login} ({name}), but it is linked to nobody in Bitrix24.",
            login=account.login or account.id,
            name=account_name(account) or account.email,
        )
        for account in match.strays
    ]


def _searched(known: Known, words: Words) -> list[str]:
    world = known.world
    lines = [
        words(
            "portal {portal} ({people})",
            portal=portal,
            people=words.plural("{n} person", "{n} people", len(company.employees)),
        )
        for portal, company in world.companies.items()
    ]
    gone = len(world.register.people) - sum(len(each.employees) for each in world.companies.values())
    if gone:
        lines.append(words.plural("{n} person of earlier runs", "{n} people of earlier runs", gone))
    lines.append(words.plural("{n} account in Learn", "{n} accounts in Learn", len(world.learn.accounts)))
    return lines
