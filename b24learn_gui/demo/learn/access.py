"""Signing in, by key or by password headers, and what the one who signed in may see (contract 1.2, 1.3)."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from b24learn_gui.demo.learn.model import ACTIVE, Account
from b24learn_gui.demo.learn.refusal import Refusal, bad, denied
from b24learn_gui.demo.learn.switches import Switches
from b24learn_gui.demo.learn.wire import Answer
from b24learn_gui.demo.learn.world import LearnWorld

AuthKind = Literal["bearer", "password", "none"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed in. `scope` holds the departments he may see and change; None: all."""

    account: Account
    scope: frozenset[str] | None = None

    def sees(self, department_id: str) -> bool:
        return self.scope is None or department_id in self.scope


@dataclass(slots=True)
class Key:
    """The API key, and the account whose rights it has."""

    client_id: str
    client_secret: str = field(repr=False)
    account_id: str


class Access:
    """Judges credentials. Callers hold the world's lock."""

    def __init__(self, world: LearnWorld, key: Key) -> None:
        self._world = world
        self.key = key
        self._tokens: dict[str, float] = {}
        self.failed_sign_ins: dict[str, int] = {}
        """Wrong passwords in a row by login."""

    def revoke_tokens(self) -> None:
        self._tokens.clear()

    def token(self, form: Mapping[str, str], switches: Switches) -> Answer:
        """POST /api/v3/token: 400 for a missing or wrong field, 401 for a wrong id or secret."""
        if form.get("grant_type") != "client_credentials":
            raise bad("Wrong parameters: grant_type")
        for name in ("client_id", "client_secret"):
            if not form.get(name):
                raise bad(f"Wrong parameters: {name}")
        if not (_same(form["client_id"], self.key.client_id) and _same(form["client_secret"], self.key.client_secret)):
            raise Refusal(401, "Invalid client credentials")
        if switches.one_token:
            self._tokens.clear()
        token = secrets.token_urlsafe(32)
        self._tokens[token] = self._world.clock() + switches.token_ttl
        value: dict[str, Any] = {
            "access_token": token,
            "expires_in": str(switches.token_ttl) if switches.numbers_as_text else switches.token_ttl,
            "token_type": "bearer",
        }
        return Answer(value=value)

    def caller(self, headers: Mapping[str, str], own_url: str, switches: Switches) -> Caller:
        """Who sent these headers; refuses with 401 whom it does not know, with 403 who has no right to the API."""
        kind = auth_kind(headers)
        if kind == "bearer":
            account = self._by_token(headers["authorization"], switches)
        elif kind == "password" and switches.password_auth:
            account = self._by_password(headers, own_url, switches)
        else:
            raise Refusal(401, "Unauthorized")
        if switches.tariff_without_api:
            raise denied("API access is not included in the subscription")
        return self._with_scope(account)

    def _by_token(self, header: str, switches: Switches) -> Account:
        word, _, rest = header.strip().partition(" ")
        has_word = word.lower() == "bearer" and bool(rest.strip())
        if switches.require_bearer_word and not has_word:
            raise Refusal(401, "Unauthorized")
        ends = self._tokens.get(rest.strip() if has_word else header.strip())
        account = self._world.accounts.get(self.key.account_id)
        if not switches.token_auth or ends is None or self._world.clock() >= ends or account is None:
            raise Refusal(401, "Unauthorized")
        return account

    def _by_password(self, headers: Mapping[str, str], own_url: str, switches: Switches) -> Account:
        login = _utf8(headers.get("x-auth-email", ""))
        password = _utf8(headers.get("x-auth-password", ""))
        account = self._world.holder("login", login) or self._world.holder("email", login)
        locked = (
            switches.lockout_after is not None
            and self.failed_sign_ins.get(login.casefold(), 0) >= switches.lockout_after
        )
        right = (
            account is not None
            and account.status == ACTIVE
            and _same(password, account.password)
            and (not switches.check_account_url or _same_address(headers.get("x-auth-account-url", ""), own_url))
        )
        if account is None or not right or locked:
            self.failed_sign_ins[login.casefold()] = self.failed_sign_ins.get(login.casefold(), 0) + 1
            raise Refusal(401, "Unauthorized")
        self.failed_sign_ins.pop(login.casefold(), None)
        return account

    def _with_scope(self, account: Account) -> Caller:
        """Owner and administrators see everything, roles limited to departments those and what is below them."""
        kinds = {self._world.roles[held.role_id].kind for held in account.roles}
        if kinds & {"owner", "administrator"}:
            return Caller(account)
        managed = [
            key
            for held in account.roles
            for key in held.manageable
            if self._world.roles[held.role_id].kind in ("department_administrator", "custom")
            and key in self._world.departments
        ]
        if not managed:
            raise denied()
        return Caller(account, frozenset(found.id for key in managed for found in self._world.subtree(key)))


def auth_kind(headers: Mapping[str, str]) -> AuthKind:
    """Which way of signing in a request uses (header names in lower case)."""
    if headers.get("authorization"):
        return "bearer"
    return "password" if "x-auth-email" in headers or "x-auth-password" in headers else "none"


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode())


def _utf8(value: str) -> str:
    """Header bytes reach us as Latin-1; clients send UTF-8."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")


def _same_address(given: str, own_url: str) -> bool:
    """The bare account address, a trailing slash tolerated; an address with a path is another one."""
    parts, own = urlsplit(given.strip().rstrip("/")), urlsplit(own_url)
    return (parts.scheme, parts.netloc.lower(), parts.path, parts.query) == (own.scheme, own.netloc, "", "")
