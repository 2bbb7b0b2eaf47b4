"""The settings as values: exactly the tables, keys and defaults of INTERFACE's `settings.toml`.

Types, ranges and forms stand in the annotations (a form brings the code of its fault along); rules that need more
than one look stand in `rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta

from b24learn_gui.sync.policy import DEFAULT_FIELDS, EmptyDepartments, Leavers, LoginFrom, OutOfScope

SCHEMA = 1

Language = Literal["system", "ru", "en"]
SignIn = Literal["password", "api_key"]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
BitrixId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Time = Annotated[str, Meta(pattern=r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z", extra={"code": "bad_time"})]
TimeOrNone = Annotated[str, Meta(pattern=r"\A(?:(?:[01][0-9]|2[0-3]):[0-5][0-9])?\Z", extra={"code": "bad_time"})]
PortalKey = Annotated[str, Meta(pattern=r"\A[a-z0-9]{1,12}\Z", extra={"code": "bad_portal_key"})]
Region = Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z", extra={"code": "bad_region"})]
ProtectedLogin = Annotated[str, Meta(pattern=r"\S", extra={"code": "bad_login"})]
Hold = Annotated[str, Meta(pattern=r"\A[a-z0-9]{1,12}:[1-9][0-9]{0,18}\Z", extra={"code": "bad_hold"})]
LearnField = Annotated[str, Meta(pattern=r"\A[A-Za-z][A-Za-z0-9_]{0,99}\Z", extra={"code": "bad_learn_field"})]
BitrixField = Annotated[str, Meta(pattern=r"\A[A-Z][A-Z0-9_]{0,99}\Z", extra={"code": "bad_bitrix24_field"})]


@dataclass(frozen=True, slots=True)
class LearnSettings:
    url: str = ""
    sign_in: SignIn = "password"
    login: str = ""
    client_id: str = ""
    api_url: str = ""
    ca_file: str = ""
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class PortalSettings:
    key: PortalKey = ""
    address: str = ""
    name: str = ""
    ca_file: str = ""
    proxy: str = ""
    allow_http: bool = False
    include: tuple[BitrixId, ...] = ()
    exclude: tuple[BitrixId, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    enabled: bool = True
    first_run_utc: Time = "03:00"
    second_run_utc: TimeOrNone = ""


@dataclass(frozen=True, slots=True)
class SyncSettings:
    notify_users: bool = False
    invitation_message: str = ""
    sync_heads: bool = True
    login_from: LoginFrom = "email"
    phone_region: Region = "RU"
    leavers: Leavers = "deactivate"
    out_of_scope: OutOfScope = "deactivate"
    empty_departments: EmptyDepartments = "keep"
    protect: tuple[ProtectedLogin, ...] = ()
    hold: tuple[Hold, ...] = ()
    fields: Mapping[LearnField, BitrixField] = field(default_factory=lambda: dict(DEFAULT_FIELDS))


@dataclass(frozen=True, slots=True)
class LimitSettings:
    deactivate_count: Count = 50
    deactivate_percent: Percent = 20
    always_allowed: Count = 5
    update_percent: Percent = 50
    move_percent: Percent = 30
    create_percent: Percent = 30
    adoptions: Count = 5
    login_changes: Count = 10
    letters: Count = 25


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    patience_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 900
    parallel_writes: Annotated[int, Meta(ge=1, le=8)] = 4


@dataclass(frozen=True, slots=True)
class ActivationSettings:
    url: str = ""
    email: str = "support@ispring.ru"


@dataclass(frozen=True, slots=True)
class AlertSettings:
    overdue_hours: Annotated[int, Meta(ge=1, le=100_000)] = 26
    webhook_url: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file. A key that the file leaves out has the value given here."""

    schema: int = SCHEMA
    language: Language = "system"
    learn: LearnSettings = field(default_factory=LearnSettings)
    portals: tuple[PortalSettings, ...] = ()
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    activation: ActivationSettings = field(default_factory=ActivationSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)

    def portal(self, key: str) -> PortalSettings | None:
        return next((portal for portal in self.portals if portal.key == key), None)
