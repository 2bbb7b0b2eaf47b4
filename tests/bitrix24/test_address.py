"""What people paste as a webhook's address (contract 1.1)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.bitrix24.address import AddressInvalid, Webhook, parse_webhook

CODE = "abcdefgh12345678"
BASE = f"https://portal.example.com/rest/1/{CODE}"


@pytest.mark.parametrize(
    "text",
    [
        BASE,
        f"{BASE}/",
        f"{BASE}///",
        f"  {BASE}/ \n",
        f"«{BASE}/»",
        f'"{BASE}/",',
        f"Вебхук: {BASE}/",
        f"portal.example.com/rest/1/{CODE}/",
        f"//portal.example.com/rest/1/{CODE}/",
        f"https://PORTAL.Example.com/rest/1/{CODE}/",
        f"https://portal.example.com//rest//1/{CODE}/",
        f"https://portal.example.com/rest/api/1/{CODE}/",
        f"https://portal.example.com/rest/api/1/{CODE}/humanresources.node.list",
        f"{BASE}/profile",
        f"{BASE}/profile.json",
        f"{BASE}/user.get.xml/",
        f"{BASE}/user.get.json?start=0&x=1#top",
    ],
)
def test_everything_that_means_the_same_address(text: str) -> None:
    webhook = parse_webhook(text)
    assert webhook.url("user.get") == f"{BASE}/user.get"
    assert webhook.masked == "https://portal.example.com/rest/1/***/"


def test_port_prefix_login_owner_and_credentials_are_kept() -> None:
    webhook = parse_webhook("https://us%40er:p%3Ass@crm.firm.local:8443/b24/x/rest/o.kim/s3cr3tc0de/")
    assert webhook.url("scope") == "https://crm.firm.local:8443/b24/x/rest/o.kim/s3cr3tc0de/scope"
    assert webhook.basic_login == "us@er:p:ss"
    assert "s3cr3t" not in f"{webhook!r} {webhook.masked}"
    assert "p:ss" not in repr(webhook)
    assert parse_webhook(f"https://[::1]:81/rest/1/{CODE}").url("x") == f"https://[::1]:81/rest/1/{CODE}/x"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n«»", "empty"),
        ("hello", "not_url"),
        ("see the mail", "not_url"),
        ("https://", "not_url"),
        (f"https://portal.example.com:99999/rest/1/{CODE}", "not_url"),
        (f"https://[::1/rest/1/{CODE}", "not_url"),
        (f"https://a.example/rest/1/{CODE} https://b.example/rest/1/{CODE}", "not_url"),
        (f"ftp://portal.example.com/rest/1/{CODE}", "scheme"),
        (f"http://portal.example.com/rest/1/{CODE}", "plain_http"),
        ("https://portal.example.com", "no_rest"),
        ("https://portal.example.com/company/structure/", "no_rest"),
        ("https://portal.example.com/rest/", "no_owner"),
        ("https://portal.example.com/rest/user.get", "no_owner"),
        (f"https://portal.example.com/rest/{CODE}/", "no_owner"),
        (f"https://portal.example.com/rest/{CODE}/user.get", "no_owner"),
        ("https://portal.example.com/rest/1/", "no_code"),
        ("https://portal.example.com/rest/1/profile.json", "no_code"),
        ("https://portal.example.com/rest/1/user.get", "no_code"),
        ("https://portal.example.com/rest/1/***/", "placeholder"),
        ("https://portal.example.com/rest/1/xxxxxxxxxxxx/", "placeholder"),
        ("https://portal.example.com/rest/{user}/{code}/", "placeholder"),
        ("https://portal.example.com/rest/1/<code>/", "placeholder"),
        ("https://portal.example.com/rest/1/кодвебхука/", "bad_code"),
    ],
)
def test_each_mistake_has_its_own_name(text: str, code: str) -> None:
    with pytest.raises(AddressInvalid) as caught:
        parse_webhook(text, portal="main")
    assert (caught.value.code, caught.value.exit_code, caught.value.portal) == (code, 70, "main")
    assert CODE not in f"{caught.value!r}{caught.value.detail}"


def test_plain_http_is_let_through_for_loopback_and_by_leave() -> None:
    assert not parse_webhook(f"http://127.0.0.1:8080/rest/1/{CODE}").plain
    assert not parse_webhook(f"http://localhost/rest/1/{CODE}").plain
    assert parse_webhook(f"http://box.firm.local/rest/1/{CODE}", allow_http=True).plain


@given(st.text(max_size=60))
def test_no_text_leads_to_anything_but_a_webhook_or_a_named_mistake(text: str) -> None:
    for candidate in (text, f"https://{text}", f"https://portal.example.com/rest/{text}"):
        with contextlib.suppress(AddressInvalid):
            assert isinstance(parse_webhook(candidate), Webhook)
