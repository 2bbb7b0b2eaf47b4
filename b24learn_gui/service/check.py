"""The check ladder of every portal and of Learn, step by step, then the health of the data (INTERFACE: check)."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from b24learn_gui.company.model import Company
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DOUBT, LEFT_OUT, chosen_exit_code
from b24learn_gui.service.ladder import climb_learn, climb_portal
from b24learn_gui.service.ladder_found import LearnFound, PortalFound
from b24learn_gui.service.ladder_words import rung_object
from b24learn_gui.service.reading import signed_in_login
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object, error_object, problem_object
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.secrets.store import DIRECTORY_VARIABLE
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Problem
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.plan import PlanOptions, make_plan
from b24learn_gui.text import Words

_NOTES = frozenset({"address_differs", "plain_http"})
"""Notes of a portal's ladder that are problems of their own; the ladder itself tells the others."""


def check(context: Context, *, accept_rights: str | None = None) -> Object:
    """Every rung of every side, and what the data would leave out. Writes only rights that were to be accepted.

    Raises `SettingsInvalid`, `WrongUsage("portal_unknown")`.
    """
    settings = settings_for_run(context)
    if accept_rights is not None and settings.portal(accept_rights) is None:
        raise WrongUsage("portal_unknown", key=accept_rights)
    portals = [climb_portal(context, settings, portal, context.secrets) for portal in settings.portals]
    companies = [found.company for found in portals if found.company is not None]
    if accept_rights is not None:
        _accept(context, accept_rights, companies)
    with Journal.open_read_only(context.places.journal_file) as journal:
        memory, api_base = journal.memory(), known_api_base(journal, settings)
    learn = climb_learn(context, settings, context.secrets, memory, api_base)
    doubts, health = _health(settings, companies, learn, memory)
    problems = [*_problems_of(portals), *health, *_warnings_of_store(context)]
    errors = [error for error in (*(found.error for found in portals), learn.error) if error is not None]
    codes = [error.exit_code for error in errors]
    codes += [DOUBT] if doubts else []
    codes += [LEFT_OUT for problem in problems if not problem.note]
    answer: Object = {
        "command": "check",
        "exit_code": chosen_exit_code(codes),
        "sides": list(_sides(portals, learn, context.words)),
        "problems": [problem_object(problem) for problem in problems],
    }
    if errors:
        winner = chosen_exit_code(error.exit_code for error in errors)
        answer["error"] = error_object(next(error for error in errors if error.exit_code == winner), context.words)
    return answer


def _sides(portals: Sequence[PortalFound], learn: LearnFound, words: Words) -> Iterator[Object]:
    for portal in portals:
        rungs = [rung_object(rung, words) for rung in portal.rungs]
        yield {"side": "bitrix24", "portal": portal.key, "rungs": rungs}
    yield {"side": "learn", "portal": None, "rungs": [rung_object(rung, words) for rung in learn.rungs]}


def _problems_of(portals: Sequence[PortalFound]) -> Iterator[Problem]:
    for found in portals:
        host = urlsplit(found.address).hostname or ""
        for code in found.notes:
            if code in _NOTES:
                yield Problem("portal", found.key, None, found.key, code, {"host": host}, note=True)
        for name in found.unknown_fields:
            yield Problem("portal", found.key, None, found.key, "unknown_bitrix24_field", {"fields": [name]})


def _accept(context: Context, key: str, companies: Sequence[Company]) -> None:
    """Rule Q2: somebody says that these rights are meant to be so; only a passed ladder can be accepted."""
    company = next((company for company in companies if company.portal == key), None)
    if company is None:
        return
    context.places.prepare()
    with Journal.open(context.places.journal_file) as journal:
        journal.accept_rights(key, company.rights)
    context.reporter.notice(context.words("The present rights of portal {key} are accepted.", key=key))


def _health(
    settings: Settings, companies: Sequence[Company], learn: LearnFound, memory: Memory
) -> tuple[bool, Sequence[Problem]]:
    """Whether a portal is in doubt, and whom a sync would leave out, and why."""
    if learn.snapshot is None or not companies:
        return False, ()
    plan = make_plan(
        companies,
        learn.snapshot,
        memory,
        to_policy(settings),
        to_scopes(settings),
        PlanOptions(signed_in_login=signed_in_login(settings)),
    )
    return any(plan.doubts.values()), plan.problems


def _warnings_of_store(context: Context) -> Iterator[Problem]:
    """A store that keeps secrets readable is worth a note (INTERFACE: Secrets); one that is not used is not."""
    if context.environment.get(DIRECTORY_VARIABLE):
        return
    try:
        warnings = context.secrets.warnings()
    except SyncError:
        return
    for code in warnings:
        yield Problem("portal", "", None, "", code, {}, note=True)
