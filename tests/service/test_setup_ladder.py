"""The wizard's ladders over real HTTP: every rung with its figures, every break with its name, nothing kept."""

import json
import ssl
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from b24learn_gui.demo.bitrix24.faults import Slow
from b24learn_gui.demo.learn import LearnWorld
from b24learn_gui.errors import StoppedOnRequest
from b24learn_gui.service.ladder_found import LearnFound, PortalFound, Rung
from b24learn_gui.service.setup import check_learn, check_portal
from tests.service.setup_world import Setup, setup_world


def portal_of(made: Setup, **more: object) -> PortalFound:
    options = {"settings": made.settings, "secrets": made.secrets, "stop": threading.Event(), **more}
    return check_portal(made.context, key="main", **options)  # type: ignore[arg-type]


def learn_of(made: Setup, **more: object) -> LearnFound:
    options = {"settings": made.settings, "secrets": made.secrets, "stop": threading.Event(), **more}
    return check_learn(made.context, **options)  # type: ignore[arg-type]


def states(found: PortalFound | LearnFound) -> list[str]:
    return [rung.state for rung in found.rungs]


def test_a_portal_is_climbed_to_its_company(tmp_path: Path) -> None:
    told: list[Rung] = []
    with setup_world(tmp_path) as made:
        found = portal_of(made, on_rung=told.append)
        assert states(found) == ["passed"] * 6
        assert found.address == made.portals["main"].url
    assert (found.employees, found.departments, found.notes) == (12, 3, ())
    assert found.company is not None
    assert found.forest is not None
    assert found.rights is not None
    assert found.rights.admin
    assert found.fields["NAME"] != "NAME"  # the portal's own word for it
    assert [rung.state for rung in told] == ["trying", "passed"] * 6
    assert found.rungs[3].figures == {"owner_id": 1, "owner": "Фамилия1 Имя1", "admin": True}


def test_learn_is_climbed_to_its_figures(tmp_path: Path) -> None:
    with setup_world(tmp_path, learn_world=LearnWorld(seats=6)) as made:
        found = learn_of(made)
    assert states(found) == ["passed"] * 6
    assert (found.people, found.departments) == (1, 1)
    assert found.snapshot is not None
    assert {"login", "email"} <= {field.name for field in found.fields}
    assert found.api_base.startswith("http://127.0.0.1")


def test_an_api_key_signs_in_and_does_not_tell_whose_it_is(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        learn = made.settings.learn
        settings = replace(made.settings, learn=replace(learn, sign_in="api_key", client_id=made.learn.client_id))
        found = learn_of(made, settings=settings, secrets={"learn.client_secret": made.learn.client_secret})
    assert found.error is None
    assert found.administrator is None


@pytest.mark.parametrize(
    ("webhook", "code"),
    [
        ("https://portal.example.com/", "no_rest"),
        ("words", "not_url"),
        ("http://portal.example/rest/1/abcd/", "plain_http"),
    ],
)
def test_a_wrong_address_breaks_the_first_rung_and_reaches_nobody(tmp_path: Path, webhook: str, code: str) -> None:
    with setup_world(tmp_path) as made:
        found = portal_of(made, secrets={"portal.main.webhook": webhook})
    assert states(found) == ["failed", *["waiting"] * 5]
    assert found.error is not None
    assert found.error.code == code


def test_a_wrong_code_breaks_the_sign_in(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        webhook = made.secrets["portal.main.webhook"].replace("canary", "wrong")
        found = portal_of(made, secrets={"portal.main.webhook": webhook})
    assert states(found) == ["passed"] * 3 + ["failed"] + ["waiting"] * 2
    assert "wrong" not in repr(found)


def test_a_missing_tick_is_named_on_the_rung_of_permissions(tmp_path: Path) -> None:
    with setup_world(tmp_path, scopes=("user_basic",)) as made:
        found = portal_of(made)
    assert states(found) == ["passed"] * 4 + ["failed", "waiting"]
    assert found.error is not None
    assert found.error.code == "insufficient_scope"
    assert found.error.detail["missing"] == ("department",)


def test_a_server_that_is_gone_breaks_the_network(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        made.portals["main"].stop()
        made.learn.stop()
        portal, learn = portal_of(made), learn_of(made)
        assert states(portal) == ["passed", "failed", *["waiting"] * 4]
        assert states(learn) == ["passed", "failed", *["waiting"] * 4]


def test_an_untrusted_certificate_names_its_issuer_and_a_ca_file_mends_it(tmp_path: Path) -> None:
    authority = trustme.CA(organization_name="Factory CA")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    file = tmp_path / "factory.pem"
    authority.cert_pem.write_to_path(str(file))
    with setup_world(tmp_path, tls=tls) as made:
        broken = portal_of(made)
        mended = portal_of(made, settings=made.with_portal(ca_file=str(file)))
    assert states(broken) == ["passed", "passed", "failed", *["waiting"] * 3]
    assert broken.error is not None
    assert "Factory CA" in str(broken.error.detail["issuer"])
    assert mended.error is None


def test_a_wrong_password_breaks_learns_sign_in_and_is_in_nothing_that_comes_back(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        found = learn_of(made, secrets={"learn.password": "canary-password"})
    assert states(found) == ["passed"] * 3 + ["failed"] + ["waiting"] * 2
    assert found.error is not None
    assert "canary-password" not in repr(found) + json.dumps(dict(found.error.detail), default=str)


def test_a_lesser_account_breaks_learns_permissions(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        made.learn.sign_in_as(made.learn.world.add_account("l@learn.example", email="l@learn.example", password="pass"))
        settings = replace(made.settings, learn=replace(made.settings.learn, login="l@learn.example"))
        found = learn_of(made, settings=settings, secrets={"learn.password": "pass"})
    assert found.error is not None
    assert found.rungs[4].state == "failed"


def test_a_check_can_be_stopped_while_the_server_is_silent(tmp_path: Path) -> None:
    stop = threading.Event()

    def press_stop(rung: Rung) -> None:
        if rung.name == "network":
            threading.Timer(0.2, stop.set).start()

    with setup_world(tmp_path) as made:
        made.portals["main"].faults.arrange(Slow(60))
        started = time.monotonic()
        with pytest.raises(StoppedOnRequest):
            portal_of(made, stop=stop, on_rung=press_stop)
        with pytest.raises(StoppedOnRequest):
            learn_of(made, stop=stop)
    assert time.monotonic() - started < 10


def test_T21_checks_of_an_unsaved_setup_leave_no_home_behind(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        assert portal_of(made, settings=made.with_portal(proxy="proxy.example:3128")).error is None
        assert learn_of(made).error is None
        assert not made.home.exists()


def test_a_webhook_that_is_kept_already_need_not_be_typed_again(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        made.context.secrets.set("portal.main.webhook", made.secrets["portal.main.webhook"])
        assert portal_of(made, secrets={}).error is None
