"""What `check` asks a portal, and on which rung of the ladder each failure stands."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from b24learn_gui import http
from b24learn_gui.bitrix24 import probe
from b24learn_gui.bitrix24.address import AddressInvalid, parse_webhook
from b24learn_gui.bitrix24.reader import read_company
from b24learn_gui.bitrix24.transport import Transport
from b24learn_gui.demo.bitrix24 import BOX_NEW, BOX_OLD, CLOUD, Bitrix24, Conditions, Page, Redirect, Refuse, Switches
from b24learn_gui.errors import Refused, SyncError, Unreachable
from tests.bitrix24.support import CODE, FakeTime, company, serving


@pytest.mark.parametrize("switches", [CLOUD, BOX_NEW, BOX_OLD, BOX_OLD.but(reads_json=False)], ids=str)
def test_a_healthy_portal_climbs_every_rung(switches: Switches) -> None:
    scopes = ("user", "department") if switches.name == "box-old" else ("user_basic", "department")
    with serving(Bitrix24(company(70, 60, dismissed=5), switches=switches, scopes=scopes)) as (bitrix, transport):
        assert probe.reach(transport) == probe.Reached("127.0.0.1", plain=False, moved_to=None)
        owner = probe.sign_in(transport)
        assert (owner.id, owner.name, owner.admin) == (1, "Ким 1 Ольга", True)
        rights = probe.permissions(transport, owner)
        assert rights.scopes == set(scopes)
        assert (rights.owner_id, rights.admin) == (1, True)
        counts = probe.data(transport, ["NAME", "work_position", "WORK_POSITON", "UF_USR_123"])
        assert (counts.people, counts.departments) == (70, 60)
        assert "WORK_POSITON" in counts.unknown_fields
        assert not {"NAME", "WORK_POSITION"} & set(counts.unknown_fields)
        assert bitrix.requests <= 5


def test_what_is_refused_is_told_on_its_rung() -> None:
    bitrix = Bitrix24(company(3), conditions=Conditions(revoked=True))
    with serving(bitrix) as (_, transport):
        assert probe.reach(transport).host == "127.0.0.1"
        with pytest.raises(Refused) as caught:
            probe.sign_in(transport)
        assert (caught.value.code, probe.rung_of(caught.value)) == ("invalid_credentials", "sign_in")
        bitrix.conditions.revoked = False
        bitrix.scopes = ("user_basic",)
        owner = probe.sign_in(transport)
        with pytest.raises(Refused) as caught:
            probe.permissions(transport, owner)
        assert (caught.value.detail["missing"], probe.rung_of(caught.value)) == (("department",), "permissions")
        with pytest.raises(Refused) as caught:
            probe.data(transport)
        assert caught.value.code == "insufficient_scope"


def test_an_owner_who_left_and_a_web_server_that_wants_its_own_password() -> None:
    world = company(3)
    with serving(Bitrix24(world)) as (bitrix, transport):
        bitrix.faults.arrange(Page(200, '{"result": []}'), method="profile")
        with pytest.raises(Refused) as caught:
            probe.sign_in(transport)
        assert caught.value.code == "owner_inactive"
        bitrix.faults.arrange(Page(401, headers=(("WWW-Authenticate", "Basic"),)), times=None)
        with pytest.raises(Refused) as caught:
            probe.reach(transport)
        assert (caught.value.code, probe.rung_of(caught.value)) == ("http_sign_in", "sign_in")


def test_a_moved_portal_is_told() -> None:
    with Bitrix24(company(3)) as new, serving(Bitrix24(company(3))) as (old, transport):
        old.faults.arrange(Redirect(new.url), times=None)
        assert probe.reach(transport).moved_to == "127.0.0.1"


def test_an_error_that_does_not_pass_stands_on_the_network_rung() -> None:
    with serving(Bitrix24(company(3))) as (bitrix, transport):
        bitrix.faults.arrange(Page(502), times=None)
        with pytest.raises(Unreachable) as caught:
            probe.reach(transport)
        assert (caught.value.code, probe.rung_of(caught.value), bitrix.requests) == ("html", "network", 2)
        bitrix.faults.clear()
        bitrix.faults.arrange(Refuse("ERROR_CORE", 400), method="user.fields", where="part")
        with pytest.raises(SyncError) as error:
            probe.data(transport)
        assert error.value.detail["method"] == "user.fields"
    assert probe.rung_of(AddressInvalid("no_rest")) == "address"


@pytest.mark.parametrize(
    ("address", "differs"),
    [
        ("https://portal.example.com", False),
        ("https://PORTAL.example.com:443/crm/", False),
        ("portal.example.com", False),
        ("https://portal.example.com:8443", True),
        ("https://other.example.com", True),
        ("https://portal.example.com:x", True),
        ("", True),
    ],
)
def test_the_shown_address_and_the_webhook_may_differ(address: str, *, differs: bool) -> None:
    webhook = parse_webhook(f"https://portal.example.com/rest/1/{CODE}")
    assert probe.differs(webhook, address) is differs


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Throw-away authority")


class TestTls:
    """A box with a certificate of its own authority (contract 6)."""

    def climb(self, bitrix: Bitrix24, ca_file: Path | None) -> tuple[http.Answer | SyncError, int]:
        clock = FakeTime()
        patience = http.Patience(60, side="bitrix24", sleep=clock.sleep, stop=threading.Event())
        with bitrix, http.open_session(ca_file=ca_file) as session:
            transport = Transport(session, parse_webhook(bitrix.webhook), portal="main", patience=patience, clock=clock)
            try:
                probe.reach(transport)
                assert read_company(transport).doubts == ()
            except SyncError as error:
                return error, len(clock.slept)
            return http.Answer(200, {}, b""), len(clock.slept)

    def test_with_the_authority_it_is_read_and_without_it_the_certificate_rung_breaks_at_once(
        self, authority: trustme.CA, tmp_path: Path
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        switches = BOX_NEW.but(https_required=True)
        found, _ = self.climb(Bitrix24(company(60), switches=switches, tls=context), tmp_path / "ca.pem")
        assert isinstance(found, http.Answer)
        error, waits = self.climb(Bitrix24(company(60), switches=switches, tls=context), None)
        assert isinstance(error, Unreachable)
        assert (error.code, probe.rung_of(error), waits) == ("tls_untrusted", "certificate", 0)
        assert error.detail["issuer"] == "Throw-away authority"

    def test_an_expired_certificate(self, authority: trustme.CA, tmp_path: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        past = datetime.now(UTC) - timedelta(days=2)
        authority.issue_cert("127.0.0.1", not_after=past).configure_cert(context)
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        error, _ = self.climb(Bitrix24(company(3), tls=context), tmp_path / "ca.pem")
        assert isinstance(error, Unreachable)
        assert (error.code, probe.rung_of(error)) == ("tls_expired", "certificate")

    def test_a_box_that_does_not_see_its_own_https_is_named(self) -> None:
        bitrix = Bitrix24(company(3), switches=BOX_NEW.but(https_required=True))
        with serving(bitrix) as (_, transport), pytest.raises(Refused) as caught:
            probe.sign_in(transport)
        assert caught.value.code == "https_required"
