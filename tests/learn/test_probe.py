import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from b24learn_gui.demo.learn import CLOUD, OLD, Learn, LearnWorld
from b24learn_gui.errors import Refused, SettingsInvalid, SyncError, Unreachable
from b24learn_gui.learn import probe
from b24learn_gui.learn.connect import Access, connect
from tests.learn.joined import access_to, joined, no_wait, serving


def test_every_rung_of_a_good_connection() -> None:
    world = LearnWorld()
    world.make_administrator(world.add_account("boss@example.com", email="boss@example.com"))
    world.add_account("off@example.com", email="off@example.com", active=False)
    for switches in (CLOUD, OLD, replace(CLOUD, force_format="xml")):
        with serving(switches, world) as learn, joined(learn) as transport:
            assert probe.reach(access_to(learn), patience=no_wait()) in (200, 400, 401, 404, 405, 501)
            signed_in = probe.sign_in(transport)
            assert (signed_in.api_base, signed_in.fields[0].name) == (f"{learn.url}/api/v2", "login")
            assert probe.permissions(transport, login=learn.login) == probe.Permissions(
                world.owner_id, administrator=True
            )
            assert probe.permissions(transport) == probe.Permissions(None, None)
            figures = probe.figures(transport, login=learn.login)
            assert figures == probe.Figures(departments=1, accounts=3, active=2, guarded=2, free_seats=None)
            assert learn.log.writes == ()


def test_the_first_request_carries_no_credentials() -> None:
    with serving() as learn:
        probe.reach(access_to(learn), patience=no_wait())
        assert [entry.auth for entry in learn.log.entries] == ["none"]


def test_a_sign_in_without_rights_is_named() -> None:
    world = LearnWorld()
    person = world.add_account("person@example.com", email="person@example.com")
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        with pytest.raises(Refused) as caught:
            probe.permissions(transport, login="person@example.com")
        assert caught.value.code == "learn_not_administrator"
        assert probe.rung_of(caught.value, "permissions") == "permissions"
        world.make_administrator(person)
        assert probe.permissions(transport, login="person@example.com").administrator is True


def test_a_subscription_without_the_api_is_a_question_of_permissions() -> None:
    with serving(replace(CLOUD, tariff_without_api=True)) as learn, joined(learn) as transport:
        with pytest.raises(Refused) as caught:
            probe.sign_in(transport)
        assert (caught.value.code, probe.rung_of(caught.value, "sign_in")) == ("forbidden", "permissions")


def test_each_failure_falls_on_its_rung() -> None:
    with serving() as learn:
        access = access_to(learn)
    with pytest.raises(Unreachable) as down:
        probe.reach(access, patience=no_wait())
    assert (down.value.code, probe.rung_of(down.value, "network")) == ("connect", "network")
    with pytest.raises(SettingsInvalid) as plain:
        probe.reach(Access(url="http://learn.example.com"), patience=no_wait())
    assert probe.rung_of(plain.value, "network") == "address"


def test_a_certificate_of_an_unknown_authority_is_its_own_rung_and_the_extra_file_cures_it(tmp_path: Path) -> None:
    authority = trustme.CA(organization_name="Test authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    with Learn(tls=context) as learn:
        access = access_to(learn)
        with pytest.raises(SyncError) as caught:
            probe.reach(access, patience=no_wait())
        assert (caught.value.code, probe.rung_of(caught.value, "network")) == ("tls_untrusted", "certificate")
        assert learn.log.entries == ()
        with connect(replace(access, ca_file=ca_file), patience=no_wait()) as transport:
            assert probe.sign_in(transport).api_base == f"{learn.url}/api/v2"
        with connect(access, patience=no_wait()) as transport, pytest.raises(Unreachable) as refused:
            probe.sign_in(transport)
        assert refused.value.code == "tls_untrusted"
        assert transport.patience.spent == 0
