"""The setup while it is being made: what was typed, whether it can be saved or not. Never a secret."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.storage.settings import PortalSettings, Settings, to_plain
from b24learn_gui.storage.settings.addresses import address_faults, proxy_faults
from b24learn_gui.storage.settings.decode import decode_table
from b24learn_gui.storage.settings.model import Language, SignIn
from b24learn_gui.sync.policy import DEFAULT_FIELDS, EmptyDepartments, Leavers, LoginFrom, OutOfScope

FIRST_KEY = "main"
RESUME_VERSION = 1
LONG_SECRET = 6
"""A shorter one can stand in any word by chance."""
_SECRET_FAULTS = frozenset({"credentials_in_url", "credentials_in_proxy", "secret_in_settings"})

LEARN_FIELDS = {
    "learn_url": "url",
    "sign_in": "sign_in",
    "login": "login",
    "client_id": "client_id",
    "api_url": "api_url",
    "learn_ca_file": "ca_file",
    "learn_proxy": "proxy",
}
"""Draft field → key of the settings' `[learn]`."""
SCHEDULE_FIELDS = ("enabled", "first_run_utc", "second_run_utc")
SYNC_FIELDS = (
    "notify_users",
    "invitation_message",
    "sync_heads",
    "login_from",
    "phone_region",
    "leavers",
    "out_of_scope",
    "empty_departments",
    "fields",
)
REQUEST_FIELDS = ("name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Draft:
    """Current values of all pages. `base` holds what the wizard does not ask (limits, network, protection, alerts).

    A portal without `include` has no departments ticked yet. `autostart` is no setting but an entry of the system's,
    None as long as nobody says what it is to be (`service.autostart.proposed`). `name`, `email`, `phone` are the
    activation request's.
    """

    language: Language = "system"
    portals: tuple[PortalSettings, ...] = (PortalSettings(key=FIRST_KEY),)
    learn_url: str = ""
    sign_in: SignIn = "password"
    login: str = ""
    client_id: str = ""
    api_url: str = ""
    learn_ca_file: str = ""
    learn_proxy: str = ""
    enabled: bool = True
    first_run_utc: str = "03:00"
    second_run_utc: str = ""
    notify_users: bool = False
    invitation_message: str = ""
    sync_heads: bool = True
    login_from: LoginFrom = "email"
    phone_region: str = "RU"
    leavers: Leavers = "deactivate"
    out_of_scope: OutOfScope = "deactivate"
    empty_departments: EmptyDepartments = "keep"
    fields: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_FIELDS))
    name: str = ""
    email: str = ""
    phone: str = ""
    autostart: bool | None = None
    base: Settings = field(default_factory=Settings, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Draft":
        """The draft that edits these settings."""
        learn, sync = settings.learn, settings.sync
        return cls(
            language=settings.language,
            portals=settings.portals or (PortalSettings(key=FIRST_KEY),),
            **{mine: getattr(learn, theirs) for mine, theirs in LEARN_FIELDS.items()},
            **{name: getattr(settings.schedule, name) for name in SCHEDULE_FIELDS},
            **{name: getattr(sync, name) for name in SYNC_FIELDS},
            base=settings,
        )

    def settings(self) -> Settings:
        """What would be saved, valid or not (`service.setup.faults_of` tells)."""
        base = self.base
        return replace(
            base,
            language=self.language,
            portals=self.portals,
            learn=replace(base.learn, **{theirs: getattr(self, mine).strip() for mine, theirs in LEARN_FIELDS.items()}),
            schedule=replace(base.schedule, **{name: getattr(self, name) for name in SCHEDULE_FIELDS}),
            sync=replace(base.sync, **{name: getattr(self, name) for name in SYNC_FIELDS}),
        )

    def portal(self, key: str) -> PortalSettings:
        """KeyError for a portal that is not in the draft."""
        for portal in self.portals:
            if portal.key == key:
                return portal
        raise KeyError(key)

    def with_portal(self, portal: PortalSettings) -> "Draft":
        """The same with this portal in the place of the one with its key."""
        self.portal(portal.key)
        return replace(self, portals=tuple(portal if each.key == portal.key else each for each in self.portals))

    def free_key(self) -> str:
        """A key no portal of the draft or of the saved settings has: `main`, `portal2`, `portal3`, …"""
        taken = {each.key for each in (*self.portals, *self.base.portals)}
        candidates: Iterable[str] = (FIRST_KEY, *(f"portal{number}" for number in range(2, len(taken) + 3)))
        return next(key for key in candidates if key not in taken)

    def to_resume(self, secrets: Collection[str] = ()) -> dict[str, Any]:
        """Plain values to go on from after closing. What may be or hold a secret is left out.

        `secrets`: values typed into secret fields; a text that holds one of them is left out wherever it stands.
        """
        hidden = [each for each in secrets if each]
        plain = to_plain(_without_credentials(self.settings()))
        request = {name: getattr(self, name) for name in REQUEST_FIELDS}
        return cast(
            "dict[str, Any]",
            _scrubbed(
                {"version": RESUME_VERSION, "settings": plain, "request": request, "autostart": self.autostart}, hidden
            ),
        )

    @classmethod
    def from_resume(cls, data: Mapping[str, Any]) -> "Draft | None":
        """The draft as it was left; None where the data are of another version or damaged beyond use."""
        plain, request = data.get("settings"), data.get("request")
        if data.get("version") != RESUME_VERSION or not isinstance(plain, dict) or not isinstance(request, dict):
            return None
        faults: list[Fault] = []
        try:
            settings = decode_table(Settings, plain, "", faults)  # half-typed values keep their defaults
        except (TypeError, SettingsInvalid):
            return None
        typed: dict[str, Any] = {
            name: text for name, text in request.items() if name in REQUEST_FIELDS and isinstance(text, str)
        }
        chosen = data.get("autostart")
        typed["autostart"] = chosen if isinstance(chosen, bool) else None
        portals = tuple(portal for portal in settings.portals if portal.key)
        return replace(cls.of(replace(settings, portals=portals)), **typed)


def changed_fields(before: Draft, after: Draft) -> frozenset[str]:
    """The names of the fields that differ."""
    return frozenset(each.name for each in fields(Draft) if getattr(before, each.name) != getattr(after, each.name))


def _without_credentials(settings: Settings) -> Settings:
    """Addresses that hold somebody's password or a webhook are not worth keeping."""
    learn = settings.learn
    if _holds_secret(address_faults("", learn.url, scheme_needed=False)):
        learn = replace(learn, url="")
    if _holds_secret(address_faults("", learn.api_url)):
        learn = replace(learn, api_url="")
    if _holds_secret(proxy_faults("", learn.proxy)):
        learn = replace(learn, proxy="")
    portals = []
    for portal in settings.portals:
        kept = portal
        if _holds_secret(address_faults("", portal.address, allow_http=True, scheme_needed=False)):
            kept = replace(kept, address="")
        if _holds_secret(proxy_faults("", portal.proxy)):
            kept = replace(kept, proxy="")
        portals.append(kept)
    return replace(settings, learn=learn, portals=tuple(portals))


def _holds_secret(faults: Iterable[Fault]) -> bool:
    return any(fault.code in _SECRET_FAULTS for fault in faults)


def _scrubbed(value: object, hidden: Collection[str]) -> object:
    if isinstance(value, str):
        found = any(secret == value or (len(secret) >= LONG_SECRET and secret in value) for secret in hidden)
        return "" if found else value
    if isinstance(value, dict):
        return {name: _scrubbed(each, hidden) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(each, hidden) for each in value]
    return value
