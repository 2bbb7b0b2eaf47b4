import pytest

from b24learn_gui.errors import SettingsInvalid
from b24learn_gui.learn.address import api_candidates, parse_address, token_url


@pytest.mark.parametrize(
    ("pasted", "origin"),
    [
        ("https://learn.example.com", "https://learn.example.com"),
        (" https://Learn.Example.com/dashboard?x=1#top \n", "https://learn.example.com"),
        ("learn.example.com/courses/", "https://learn.example.com"),
        ("https://learn.example.com:443/", "https://learn.example.com"),
        ("https://learn.example.com:8443/app", "https://learn.example.com:8443"),
        ("learn.example.com:8443", "https://learn.example.com:8443"),
        ("«https://learn.example.com»", "https://learn.example.com"),
        ("https://обучение.example", "https://xn--90aialyd0b6a.example"),
        ("http://127.0.0.1:8080/dashboard", "http://127.0.0.1:8080"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:81/x", "http://[::1]:81"),
    ],
)
def test_scheme_and_host_are_taken_from_what_is_pasted(pasted: str, origin: str) -> None:
    assert parse_address(pasted).origin == origin


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "address_missing"),
        ("  \n", "address_missing"),
        ("https://", "address_invalid"),
        ("ftp://learn.example.com", "address_invalid"),
        ("https://learn.example.com:port", "address_invalid"),
        ("https://learn_example!.com", "address_invalid"),
        ("https://[::1", "address_invalid"),
        ("https://admin:canary-word@learn.example.com", "address_has_credentials"),
        ("http://learn.example.com", "plain_http"),
        ("http://10.0.0.5/", "plain_http"),
    ],
)
def test_a_bad_address_is_a_fault_of_the_settings_with_its_kind(pasted: str, code: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        parse_address(pasted)
    error = caught.value
    assert (error.code, error.exit_code) == (code, 70)
    assert [(fault.path, fault.code) for fault in error.faults] == [("learn.url", code)]
    assert "canary-word" not in f"{error!r} {error} {error.faults}"


@pytest.mark.parametrize(
    ("pasted", "bases"),
    [
        ("acme.ispringlearn.ru", ["https://api-learn.ispringlearn.ru", "https://acme.ispringlearn.ru/api/v2"]),
        ("acme.ispring.com/x", ["https://api-learn.ispring.com", "https://acme.ispring.com/api/v2"]),
        ("acme.ispringlearn.eu", ["https://api-learn.ispringlearn.eu", "https://acme.ispringlearn.eu/api/v2"]),
        ("api-learn.ispring.com", ["https://api-learn.ispring.com"]),
        ("learn.example.com", ["https://learn.example.com/api/v2", "https://learn.example.com/index.php/api/v2"]),
        (
            "notispring.com.example.org",
            ["https://notispring.com.example.org/api/v2", "https://notispring.com.example.org/index.php/api/v2"],
        ),
        ("evilispring.com", ["https://evilispring.com/api/v2", "https://evilispring.com/index.php/api/v2"]),
    ],
)
def test_the_api_is_sought_where_the_contract_says(pasted: str, bases: list[str]) -> None:
    assert list(api_candidates(parse_address(pasted))) == bases


def test_an_api_address_of_the_settings_wins_and_a_remembered_one_comes_first() -> None:
    address = parse_address("acme.ispring.com")
    assert api_candidates(address, api_url="https://learn.example.com/sub/api/v2/") == (
        "https://learn.example.com/sub/api/v2",
    )
    known = "https://acme.ispring.com/api/v2"
    assert api_candidates(address, known=known) == (known, "https://api-learn.ispring.com")
    with pytest.raises(SettingsInvalid) as caught:
        api_candidates(address, api_url="http://learn.example.com/api/v2")
    assert caught.value.faults[0].path == "learn.api_url"


def test_the_token_is_asked_for_directly_under_the_host() -> None:
    assert token_url("https://learn.example.com:8443/index.php/api/v2") == "https://learn.example.com:8443/api/v3/token"
    assert token_url("https://api-learn.ispring.com") == "https://api-learn.ispring.com/api/v3/token"
