"""The request for activation: checked, sent over HTTPS or as a finished letter, remembered (SCREENS; [activation])."""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlsplit

from b24learn_gui.company.phones import to_e164
from b24learn_gui.company.text import clean, clean_email, valid_email
from b24learn_gui.errors import SyncError, Unreachable, WrongUsage
from b24learn_gui.http import Timeouts, exchange, open_session
from b24learn_gui.loopback import is_loopback
from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import ActivationSettings
from b24learn_gui.text import Words

REQUEST_FACT = "activation_request"
"""Name of the journal's fact: the last request, by whom, when and how."""

TIMEOUTS = Timeouts(connect=10.0, read=20.0, whole=30.0)
LONGEST_NAME = 200
_LONGEST_NUMBER = 80

Way = Literal["https", "letter"]


@dataclass(frozen=True, slots=True)
class ActivationRequest:
    """The form as it was typed."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def cleaned(self, region: str = "RU") -> "ActivationRequest":
        """As it is sent: ordinary blanks, the phone in E.164 where it is one."""
        return ActivationRequest(
            clean(self.name), clean_email(self.email), to_e164(self.phone, region) or clean(self.phone)
        )


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request that went out (`https`), or whose letter was handed to the mail program (`letter`)."""

    name: str
    email: str
    phone: str
    sent_at: datetime
    way: Way


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished letter to the vendor; `mailto` opens it in the mail program."""

    to: str
    subject: str
    body: str

    @property
    def mailto(self) -> str:
        """RFC 6068: the lines of a body are ended by CR LF."""
        body = self.body.replace("\n", "\r\n")
        return f"mailto:{quote(self.to, safe='@')}?subject={quote(self.subject)}&body={quote(body)}"


def request_faults(request: ActivationRequest, region: str = "RU") -> dict[str, str]:
    """Field → what is wrong with it: `name_missing`, `name_too_long`, `email_missing`, `email_invalid`,
    `phone_missing`, `phone_invalid`; empty where the request can be sent.

    A phone may be written as people write it: blanks, brackets, hyphens, 8 or +7, an extension behind it. `region` is
    the country of a number without one.
    """
    faults: dict[str, str] = {}
    name, email = clean(request.name), clean_email(request.email)
    if not name:
        faults["name"] = "name_missing"
    elif len(name) > LONGEST_NAME:
        faults["name"] = "name_too_long"
    if not email:
        faults["email"] = "email_missing"
    elif not valid_email(email):
        faults["email"] = "email_invalid"
    if not clean(request.phone):
        faults["phone"] = "phone_missing"
    elif len(request.phone) > _LONGEST_NUMBER or to_e164(request.phone, region) is None:
        faults["phone"] = "phone_invalid"
    return faults


def goes_by(activation: ActivationSettings) -> Way:
    """Which way a request takes with these settings."""
    return "https" if activation.url else "letter"


def finished_letter(
    activation: ActivationSettings, request: ActivationRequest, words: Words, *, region: str = "RU"
) -> Letter:
    """The letter to send, in the program's language. Raises `WrongUsage("activation_incomplete")`."""
    checked = _checked(request, region)
    lines = (
        words("Please activate the synchronisation of Bitrix24 with iSpring Learn."),
        "",
        words("Name: {value}", value=checked.name),
        words("Email: {value}", value=checked.email),
        words("Phone: {value}", value=checked.phone),
    )
    return Letter(activation.email, words("Request for activation: Bitrix24 to iSpring Learn"), "\n".join(lines))


def send_request(
    context: Context,
    activation: ActivationSettings,
    request: ActivationRequest,
    *,
    region: str = "RU",
    stop: threading.Event | None = None,
) -> SentRequest:
    """Post the request as JSON (`name`, `email`, `phone`) to the configured address, and remember it.

    Raises `WrongUsage`: `activation_incomplete` (`fields`), `activation_address` (`host`: only https, and http to
    this very machine, carry a person's data); `Unreachable` as `http.exchange`, and `activation_not_taken` (`host`,
    `status`) where the answer is no 2xx; `StoppedOnRequest`. Nothing is repeated: a request is sent once.
    """
    checked = _checked(request, region)
    parts = urlsplit(activation.url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise WrongUsage("activation_address", host=host)
    with open_session() as session:
        answer = exchange(
            session,
            "POST",
            activation.url,
            side="here",
            headers={"Content-Type": "application/json; charset=utf-8"},
            body=json.dumps(asdict(checked), ensure_ascii=False).encode("utf-8"),
            timeouts=TIMEOUTS,
            stop=stop or context.stop,
        )
    if not 200 <= answer.status < 300:
        raise Unreachable("activation_not_taken", side="here", host=host, status=answer.status)
    return _remember(context, checked, "https")


def remember_letter(context: Context, request: ActivationRequest, *, region: str = "RU") -> SentRequest:
    """The letter was handed to the mail program; whether it was sent only its writer knows.

    Raises `WrongUsage("activation_incomplete")`.
    """
    return _remember(context, _checked(request, region), "letter")


def last_request(context: Context) -> SentRequest | None:
    """When and by whom activation was asked for last. Raises `JournalUnusable` (70)."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        text = journal.fact(REQUEST_FACT)
    try:
        found = json.loads(text or "null")
        return _sent(found) if isinstance(found, dict) else None
    except (ValueError, KeyError, TypeError):
        return None


def _checked(request: ActivationRequest, region: str) -> ActivationRequest:
    faults = request_faults(request, region)
    if faults:
        raise WrongUsage("activation_incomplete", fields=tuple(faults))
    return request.cleaned(region)


def _remember(context: Context, request: ActivationRequest, way: Way) -> SentRequest:
    """A journal that cannot be written does not make the request unsent."""
    sent = SentRequest(request.name, request.email, request.phone, context.now(), way)
    try:
        context.places.prepare()
        with Journal.open(context.places.journal_file) as journal:
            journal.set_fact(
                REQUEST_FACT, json.dumps({**asdict(sent), "sent_at": sent.sent_at.isoformat()}, ensure_ascii=False)
            )
    except SyncError as error:
        context.reporter.notice(context.words("The request could not be remembered ({code}).", code=error.code))
    return sent


def _sent(plain: Mapping[str, str]) -> SentRequest:
    way: Way = "letter" if plain["way"] == "letter" else "https"
    return SentRequest(plain["name"], plain["email"], plain["phone"], datetime.fromisoformat(plain["sent_at"]), way)
