"""Clients that nobody here wrote read the embedded Bitrix24, and lose what they are known to lose (contract, section 9)."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from b24pysdk import BitrixWebhook, Client
from fast_bitrix24 import Bitrix

from b24learn_gui.demo.bitrix24 import BOX_NEW, Bitrix24
from b24learn_gui.demo.companies import generate

PEOPLE, DEPARTMENTS = 330, 130


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bitrix24]:
    """A box behind TLS with a throw-away authority that only this test's environment trusts."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(tls)
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    world = generate(5, PEOPLE, departments=DEPARTMENTS)
    with Bitrix24(world, BOX_NEW, tls=tls) as embedded:
        yield embedded


@pytest.fixture
def plain_portal() -> Iterator[Bitrix24]:
    with Bitrix24(generate(5, PEOPLE, departments=DEPARTMENTS), BOX_NEW) as embedded:
        yield embedded


def sdk(portal: Bitrix24) -> Client:
    token = f"{portal.owner_id}/{portal.code}"
    return Client(BitrixWebhook(domain=portal.url.removeprefix("https://"), webhook_token=token))


def listed(portal: Bitrix24) -> set[int]:
    """Who an employee sees: people with a department, and the guests of his own groups."""
    return {
        person.id
        for person in portal.world.people.values()
        if person.departments or set(person.groups) & set(portal.world.people[portal.owner_id].groups)
    }


def test_the_official_sdk_reads_everybody_page_by_page(portal: Bitrix24) -> None:
    rows = sdk(portal).user.get().as_list().result
    assert {int(row["ID"]) for row in rows} == listed(portal)


def test_the_official_sdk_reads_everybody_by_a_chain_of_references(portal: Bitrix24) -> None:
    rows = list(sdk(portal).user.get().as_list_fast().result)
    assert {int(row["ID"]) for row in rows} == listed(portal)


def test_the_official_sdk_reads_every_department_page_by_page(portal: Bitrix24) -> None:
    rows = sdk(portal).department.get().as_list().result
    assert {int(row["ID"]) for row in rows} == set(portal.world.departments)


def test_the_official_sdk_loses_all_but_fifty_departments_in_a_chain(portal: Bitrix24) -> None:
    """The server drops ``>ID``, so the second page is the first again and the reader takes that for the end."""
    rows = list(sdk(portal).department.get().as_list_fast().result)
    assert len({int(row["ID"]) for row in rows}) == 50 < len(portal.world.departments)


def test_fast_bitrix24_reads_everybody(plain_portal: Bitrix24) -> None:
    rows = Bitrix(plain_portal.webhook, verbose=False, respect_velocity_policy=False).get_all("user.get")
    assert {int(row["ID"]) for row in rows} == listed(plain_portal)


def test_fast_bitrix24_reads_every_department(plain_portal: Bitrix24) -> None:
    rows = Bitrix(plain_portal.webhook, verbose=False, respect_velocity_policy=False).get_all("department.get")
    assert {int(row["ID"]) for row in rows} == set(plain_portal.world.departments)
