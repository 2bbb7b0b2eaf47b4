"""The pages of the first three steps, in the wizard's window, with checks that were answered beforehand."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from b24learn_gui.errors import Refused, SecretUnavailable, Unreachable
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.assembly import Sayings
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.bitrix24 import Bitrix24Page
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.learn import LearnPage
from b24learn_gui.gui.wizard.pages.welcome import WelcomePage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder_found import LADDER, LearnFound, PortalFound, Rung
from b24learn_gui.service.setup_found import SecretPlace
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import LEARN_PASSWORD, Secrets, webhook_name
from b24learn_gui.text.words import Words
from tests.screens.registry import screen
from tests.screens.screens_shell import TitlePage

_WEBHOOK = "https://{host}/rest/1/abcdefgh12345678/"
_READY = SecretPlace("ready", "windows", max_units=1280)
_PASSED = (
    Rung("address", "passed", {"masked": "https://portal.example.com/rest/1/***/"}),
    Rung("network", "passed", {"host": "portal.example.com"}, seconds=0.04),
    Rung("certificate", "passed", {"protected": True}),
    Rung("sign_in", "passed", {"owner_id": 1, "owner": "Ким Анна", "admin": True}, seconds=0.11),
    Rung("permissions", "passed", {"scopes": ["department", "user_basic"]}),
    Rung("data", "passed", {"employees": 1284, "departments": 96}, seconds=2.4),
)
_LEARN_PASSED = (
    Rung("address", "passed", {"masked": "https://learn.example.com"}),
    Rung("network", "passed", {"host": "learn.example.com"}, seconds=0.06),
    Rung("certificate", "passed", {"protected": True}),
    Rung("sign_in", "passed", {"api_host": "learn.example.com"}, seconds=0.2),
    Rung("permissions", "passed", {"administrator": True, "login": "admin@example.com"}),
    Rung("data", "passed", {"people": 640, "departments": 58, "free_seats": 5}, seconds=1.3),
)


def idle_desk() -> Desk:
    """A desk whose questions are never asked."""
    places = find_places(Path("nowhere").absolute(), {})
    tasks = Tasks()
    tasks.close()
    return Desk(Context(places, Words("en"), Secrets(account=places.home_id, environment={}), {}), tasks)


def _window(words: Words, flow: Flow, page: Page, steps: int) -> QWidget:
    titles: dict[Step, Page] = {each.step: TitlePage(each.step) for each in flow.states()}
    shell = WizardShell(flow, {**titles, page.step: page}, Sayings(), words)
    for _ in range(steps):
        flow.forward()
    flow.go(page.step)
    return shell


def _portal(flow: Flow, key: str, host: str, place: SecretPlace = _READY) -> None:
    flow.answer(flow.begin("kept"), place)
    flow.edit_secret(webhook_name(key), _WEBHOOK.format(host=host))
    flow.edit_portal(key, address=f"https://{host}")


def _good(flow: Flow, key: str = "main", host: str = "portal.example.com") -> None:
    _portal(flow, key, host)
    found = PortalFound(key, _PASSED, address=f"https://{host}", employees=1284, departments=96)
    flow.answer(flow.begin("portal", portal=key), found)


def _broken(flow: Flow, key: str, rung: int, error: Refused | Unreachable) -> None:
    _portal(flow, key, "portal.example.com")
    rungs = (*_PASSED[:rung], replace(LADDER[rung], state="failed", error=error), *LADDER[rung + 1 :])
    found = PortalFound(key, rungs, error, address="https://portal.example.com")
    flow.answer(flow.begin("portal", portal=key), found)


@screen("page-welcome", (1024, 700))
def welcome(words: Words) -> QWidget:
    return _window(words, Flow(), WelcomePage(), 0)


@screen("page-bitrix24-empty", (1024, 700))
def bitrix24_empty(words: Words) -> QWidget:
    flow = Flow()
    flow.answer(flow.begin("kept"), _READY)
    return _window(words, flow, Bitrix24Page(idle_desk()), 1)


@screen("page-bitrix24")
def bitrix24(words: Words) -> QWidget:
    flow = Flow()
    _good(flow)
    return _window(words, flow, Bitrix24Page(idle_desk()), 1)


@screen("page-bitrix24-busy", (1024, 700))
def bitrix24_busy(words: Words) -> QWidget:
    flow = Flow()
    _portal(flow, "main", "portal.example.com")
    ticket = flow.begin("portal", portal="main")
    for rung in (*_PASSED[:3], replace(LADDER[3], state="trying")):
        flow.progress(ticket, rung)
    return _window(words, flow, Bitrix24Page(idle_desk()), 1)


@screen("page-bitrix24-remedy")
def bitrix24_remedy(words: Words) -> QWidget:
    flow = Flow()
    _broken(flow, "main", 4, Refused("insufficient_scope", side="bitrix24", portal="main", missing=("department",)))
    return _window(words, flow, Bitrix24Page(idle_desk()), 1)


@screen("page-bitrix24-certificate", (1024, 700))
def bitrix24_certificate(words: Words) -> QWidget:
    flow = Flow()
    error = Unreachable("tls_untrusted", side="bitrix24", portal="main", host="portal.example.com", issuer="Factory CA")
    _broken(flow, "main", 2, error)
    return _window(words, flow, Bitrix24Page(idle_desk()), 1)


@screen("page-bitrix24-proxy")
def bitrix24_proxy(words: Words) -> QWidget:
    flow = Flow()
    flow.edit_portal("main", proxy="proxy.example.com:3128", ca_file="/etc/ssl/factory.pem")
    error = Unreachable("proxy_sign_in", side="bitrix24", portal="main", host="portal.example.com")
    _broken(flow, "main", 1, error)
    page = Bitrix24Page(idle_desk())
    shell = _window(words, flow, page, 1)
    page.boxes["main"].checking.connection.set_open(True)
    return shell


@screen("page-bitrix24-several")
def bitrix24_several(words: Words) -> QWidget:
    flow = Flow()
    _good(flow)
    flow.add_portal()
    _good(flow, "portal2", "west.example.com")
    return _window(words, flow, Bitrix24Page(idle_desk()), 1)


@screen("page-bitrix24-no-store", (1024, 700))
def bitrix24_no_store(words: Words) -> QWidget:
    flow = Flow()
    missing = SecretPlace("missing", remedy="start_store", error=SecretUnavailable("secret_store_missing"))
    flow.answer(flow.begin("kept"), missing)
    return _window(words, flow, Bitrix24Page(idle_desk()), 1)


def _learn_flow() -> Flow:
    flow = Flow()
    _good(flow)
    flow.edit(learn_url="https://learn.example.com", login="admin@example.com")
    return flow


@screen("page-learn-empty", (1024, 700))
def learn_empty(words: Words) -> QWidget:
    flow = Flow()
    _good(flow)
    return _window(words, flow, LearnPage(idle_desk()), 2)


@screen("page-learn")
def learn(words: Words) -> QWidget:
    flow = _learn_flow()
    flow.edit_secret(LEARN_PASSWORD, "example-password")
    flow.answer(flow.begin("learn"), LearnFound(_LEARN_PASSED, people=640, departments=58, free_seats=5))
    return _window(words, flow, LearnPage(idle_desk()), 2)


@screen("page-learn-remedy", (1024, 700))
def learn_remedy(words: Words) -> QWidget:
    flow = _learn_flow()
    flow.edit_secret(LEARN_PASSWORD, "example-password")
    error = Refused("sign_in_refused", side="learn", message="")
    rungs = (*_LEARN_PASSED[:3], replace(LADDER[3], state="failed", error=error), *LADDER[4:])
    flow.answer(flow.begin("learn"), LearnFound(rungs, error))
    return _window(words, flow, LearnPage(idle_desk()), 2)


@screen("page-learn-key", (1024, 700))
def learn_key(words: Words) -> QWidget:
    flow = _learn_flow()
    flow.edit(sign_in="api_key", client_id="0f1e2d3c")
    return _window(words, flow, LearnPage(idle_desk()), 2)
