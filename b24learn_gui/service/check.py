"""The connection ladder of every portal and of Learn, step by step, then the health of the data (INTERFACE: check)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from b24learn_gui.bitrix24 import probe as portal_probe
from b24learn_gui.bitrix24.address import parse_webhook
from b24learn_gui.bitrix24.reader import read_company
from b24learn_gui.company.model import Company
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.learn import probe as learn_probe
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.connections import learn_access, learn_transport, patience_for, portal_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DOUBT, LEFT_OUT, chosen_exit_code
from b24learn_gui.service.reading import read_target, signed_in_login, source_of, wanted_fields
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object, error_object, problem_object
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.secrets import Secrets, webhook_name
from b24learn_gui.storage.secrets.store import DIRECTORY_VARIABLE
from b24learn_gui.storage.settings import PortalSettings, Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Problem
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.plan import PlanOptions, make_plan
from b24learn_gui.text import Words
from b24learn_gui.text.errors import error_sentence

RUNGS = ("address", "network", "certificate", "sign_in", "permissions", "data")

Step = tuple[str, Callable[[], str]]
"""A rung and what climbs it: it returns the sentence of a passed rung, or raises."""


@dataclass(slots=True)
class Ladder:
    """One side on its way up: the sentence of each rung passed, and the error that ended the climb."""

    side: str
    portal: str | None
    passed: dict[str, str] = field(default_factory=dict)
    failed: str | None = None
    error: SyncError | None = None

    def climb(self, steps: Iterator[Step], belongs: Callable[[SyncError, str], str]) -> None:
        """Up to the top or to the first error; `belongs` says which rung an error belongs to."""
        for rung, step in steps:
            try:
                self.passed[rung] = step()
            except SyncError as error:
                self.error, self.failed = error, belongs(error, rung)
                return

    def object(self, words: Words) -> Object:
        rungs = []
        failed = RUNGS.index(self.failed) if self.failed is not None else len(RUNGS)
        for place, rung in enumerate(RUNGS):
            if place == failed and self.error is not None:
                rungs.append({"rung": rung, "ok": False, "message": error_sentence(self.error, words)})
            elif place > failed:
                rungs.append({"rung": rung, "ok": None, "message": words("not tried")})
            else:
                rungs.append({"rung": rung, "ok": True, "message": self.passed.get(rung) or words("in order")})
        return {"side": self.side, "portal": self.portal, "rungs": rungs}


def check(context: Context, *, accept_rights: str | None = None) -> Object:
    """Every rung of every side, and what the data would leave out. Writes only rights that were to be accepted.

    Raises `SettingsInvalid`, `WrongUsage("portal_unknown")`.
    """
    settings = settings_for_run(context)
    if accept_rights is not None and settings.portal(accept_rights) is None:
        raise WrongUsage("portal_unknown", key=accept_rights)
    return _Check(context, settings).run(accept_rights)


class _Check:
    def __init__(self, context: Context, settings: Settings) -> None:
        self._context = context
        self._words = context.words
        self._settings = settings
        self._vault: Secrets = context.secrets
        self._companies: list[Company] = []
        self._learn: LearnSnapshot | None = None
        self._problems: list[Problem] = []

    def run(self, accept_rights: str | None) -> Object:
        ladders = [self._portal(portal) for portal in self._settings.portals]
        if accept_rights is not None:
            self._accept(accept_rights)
        with Journal.open_read_only(self._context.places.journal_file) as journal:
            memory = journal.memory()
            ladders.append(self._learn_ladder(known_api_base(journal, self._settings), memory))
        errors = [ladder.error for ladder in ladders if ladder.error is not None]
        codes = [error.exit_code for error in errors]
        codes += self._health(memory)
        self._warn_of_store()
        codes += [LEFT_OUT for problem in self._problems if not problem.note]
        answer: Object = {
            "command": "check",
            "exit_code": chosen_exit_code(codes),
            "sides": [ladder.object(self._words) for ladder in ladders],
            "problems": [problem_object(problem) for problem in self._problems],
        }
        if errors:
            winner = chosen_exit_code(error.exit_code for error in errors)
            answer["error"] = error_object(next(error for error in errors if error.exit_code == winner), self._words)
        return answer

    def _portal(self, portal: PortalSettings) -> Ladder:
        self._context.reporter.phase("bitrix24", portal.key)
        ladder = Ladder("bitrix24", portal.key)
        with ExitStack() as stack:
            ladder.climb(self._portal_steps(portal, stack), _portal_rung)
        return ladder

    def _portal_steps(self, portal: PortalSettings, stack: ExitStack) -> Iterator[Step]:
        words = self._words
        found: dict[str, Any] = {}

        def address() -> str:
            webhook = parse_webhook(
                self._vault.get(webhook_name(portal.key)), allow_http=portal.allow_http, portal=portal.key
            )
            if portal_probe.differs(webhook, portal.address):
                self._note(portal.key, "address_differs", host=webhook.host)
            if webhook.plain:
                self._note(portal.key, "plain_http", host=webhook.host)
            found["transport"] = stack.enter_context(
                portal_transport(self._context, self._settings, portal, self._vault)
            )
            return webhook.masked

        def network() -> str:
            reached = portal_probe.reach(found["transport"])
            if reached.moved_to:
                return words("{host} answers; the portal has moved to {to}.", host=portal.address, to=reached.moved_to)
            return words("{host} answers.", host=reached.host)

        def certificate() -> str:
            return self._certificate(found["transport"].webhook.scheme)

        def sign_in() -> str:
            found["owner"] = portal_probe.sign_in(found["transport"])
            if found["owner"].admin:
                return words("The webhook belongs to user {id}, an administrator.", id=found["owner"].id)
            return words("The webhook belongs to user {id}.", id=found["owner"].id)

        def permissions() -> str:
            rights = portal_probe.permissions(found["transport"], found["owner"])
            return words("granted: {scopes}", scopes=sorted(rights.scopes))

        def data() -> str:
            return self._portal_data(portal, found["transport"])

        yield "address", address
        yield "network", network
        yield "certificate", certificate
        yield "sign_in", sign_in
        yield "permissions", permissions
        yield "data", data

    def _portal_data(self, portal: PortalSettings, transport: Any) -> str:
        fields = wanted_fields(self._settings)
        counts = portal_probe.data(transport, fields)
        for name in counts.unknown_fields:
            self._problems.append(
                Problem("portal", portal.key, None, portal.key, "unknown_bitrix24_field", {"fields": [name]})
            )
        company = read_company(transport, wanted_fields=fields, progress=self._context.reporter.progress)
        self._companies.append(company)
        source = source_of(company)
        return self._counted(
            self._words.plural("{n} employee", "{n} employees", source.employees),
            self._words.plural("{n} department", "{n} departments", source.departments),
        )

    def _learn_ladder(self, api_base: str | None, memory: Memory) -> Ladder:
        self._context.reporter.phase("learn")
        ladder = Ladder("learn", None)
        with ExitStack() as stack:
            ladder.climb(self._learn_steps(api_base, memory, stack), _learn_rung)
        return ladder

    def _learn_steps(self, api_base: str | None, memory: Memory, stack: ExitStack) -> Iterator[Step]:
        words, settings = self._words, self._settings
        found: dict[str, Any] = {}

        def address() -> str:
            access = learn_access(settings.learn, self._vault)
            found["access"] = access
            return access.address.origin

        def network() -> str:
            learn_probe.reach(found["access"], patience=patience_for(self._context, settings, "learn"))
            return words("{host} answers.", host=found["access"].address.host)

        def certificate() -> str:
            return self._certificate(found["access"].address.scheme)

        def sign_in() -> str:
            transport = stack.enter_context(learn_transport(self._context, settings, self._vault, api_base))
            found["transport"] = transport
            signed = learn_probe.sign_in(transport)
            host = urlsplit(signed.api_base).hostname or ""
            return words("Signed in; the API is at {host}.", host=host)

        def permissions() -> str:
            seen = learn_probe.permissions(found["transport"], login=signed_in_login(settings))
            if seen.administrator is None:
                return words("in order; an API key does not tell whose it is")
            return words("{login} is an administrator.", login=settings.learn.login)

        def data() -> str:
            learn = read_target(self._context, settings, found["transport"], memory)
            self._learn = learn
            texts = [
                words.plural("{n} account", "{n} accounts", len(learn.accounts)),
                words.plural("{n} Learn department", "{n} Learn departments", len(learn.departments)),
            ]
            if learn.free_seats is not None:
                texts.append(words.plural("{n} free seat", "{n} free seats", learn.free_seats))
            return self._counted(*texts)

        yield "address", address
        yield "network", network
        yield "certificate", certificate
        yield "sign_in", sign_in
        yield "permissions", permissions
        yield "data", data

    def _certificate(self, scheme: str) -> str:
        if scheme == "https":
            return self._words("trusted by this computer")
        return self._words("none: the address is plain http")

    def _counted(self, *texts: str) -> str:
        return self._words.listed(texts)

    def _note(self, portal: str, code: str, **detail: object) -> None:
        self._problems.append(Problem("portal", portal, None, portal, code, detail, note=True))

    def _accept(self, key: str) -> None:
        """Rule Q2: somebody says that these rights are meant to be so; only a passed ladder can be accepted."""
        company = next((company for company in self._companies if company.portal == key), None)
        if company is None:
            return
        self._context.places.prepare()
        with Journal.open(self._context.places.journal_file) as journal:
            journal.accept_rights(key, company.rights)
        self._context.reporter.notice(self._words("The present rights of portal {key} are accepted.", key=key))

    def _health(self, memory: Memory) -> list[int]:
        """What a sync would leave out, and why; the codes of doubts."""
        if self._learn is None or not self._companies:
            return []
        plan = make_plan(
            self._companies,
            self._learn,
            memory,
            to_policy(self._settings),
            to_scopes(self._settings),
            PlanOptions(signed_in_login=signed_in_login(self._settings)),
        )
        self._problems += plan.problems
        return [DOUBT] if any(plan.doubts.values()) else []

    def _warn_of_store(self) -> None:
        """A store that keeps secrets readable is worth a note (INTERFACE: Secrets); one that is not used is not."""
        if self._context.environment.get(DIRECTORY_VARIABLE):
            return
        try:
            warnings = self._vault.warnings()
        except SyncError:
            return
        self._problems += [Problem("portal", "", None, "", code, {}, note=True) for code in warnings]


def _portal_rung(error: SyncError, tried: str) -> str:
    if tried in {"address", "data"}:
        return tried
    return portal_probe.rung_of(error)


def _learn_rung(error: SyncError, tried: str) -> str:
    if tried in {"address", "data"}:
        return tried
    reached = next(rung for rung in learn_probe.RUNGS if rung == tried)
    return learn_probe.rung_of(error, reached)
