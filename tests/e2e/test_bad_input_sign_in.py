"""Secrets, addresses and rights that are wrong: the right exit code, a sentence that helps, few attempts, no change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from b24learn_gui.demo.bitrix24 import Refuse
from b24learn_gui.demo.learn import CLOUD
from tests.e2e.arena import PEOPLE, Arena, arena, small_company
from tests.e2e.complaints import asked_here, assert_sentence, complains
from tests.systems import posix_modes

ROOT = Path(__file__).parents[2]
WEBHOOK = "portal.main.webhook"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Arena]:
    with arena(tmp_path) as found:
        yield found


def by_api_key(made: Arena) -> None:
    made.settings["learn"]["sign_in"] = "api_key"
    made.save()


# Secrets that are not there (41)


@pytest.mark.parametrize("content", [None, "", "\n"], ids=["missing", "empty", "a-newline"])
@pytest.mark.parametrize("name", ["learn.password", "learn.client_secret", WEBHOOK])
def test_a_secret_that_is_missing_is_named(made: Arena, name: str, content: str | None) -> None:
    if name == "learn.client_secret":
        by_api_key(made)
    (made.secrets / name).unlink()
    if content is not None:
        made.keep_secret(name, content)
    portal = "main" if name == WEBHOOK else None
    complains(made, 41, "secret_missing", portal=portal, mentions=(name,), process=content is None)


def test_the_command_that_enters_a_secret_can_be_copied_as_it_stands(made: Arena) -> None:
    (made.secrets / "learn.password").unlink()
    for lang in ("en", "ru"):
        assert asked_here(made, "preview", lang=lang)["error"]["message"].endswith(
            "b24learn-gui secret set learn.password"
        )


def test_a_secret_of_the_other_way_to_sign_in_is_not_asked_for(made: Arena) -> None:
    (made.secrets / "learn.client_secret").unlink()
    assert made.preview().code == 0


@posix_modes
def test_a_secret_that_others_may_read_is_refused(made: Arena) -> None:
    made.secrets.chmod(0o755)
    (made.secrets / "learn.password").chmod(0o644)
    complains(made, 41, "secrets_dir_not_private", mentions=(str(made.secrets / "learn.password"),))


def test_a_directory_of_secrets_that_is_not_there_is_named(made: Arena, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    complains(
        made,
        41,
        "secrets_dir_missing",
        portal="main",
        mentions=(nowhere,),
        environment={"B24LEARN_SECRETS_DIR": nowhere},
    )


def test_a_secret_that_is_no_text_is_refused(made: Arena) -> None:
    (made.secrets / "learn.password").write_bytes(b"\xff\xfe\x00\xd8")
    complains(made, 41, "secret_unreadable", mentions=(str(made.secrets / "learn.password"),))


@pytest.mark.parametrize(
    ("backend", "code"),
    [
        ("tests.storage.keyrings.LockedKeyring", "secret_store_missing"),  # no probe value comes back: it is none
        ("tests.storage.keyrings.ForgetfulKeyring", "secret_store_missing"),
        ("tests.storage.keyrings.MemoryKeyring", "secret_missing"),
        ("keyring.backends.null.Keyring", "secret_store_missing"),
        ("keyring.backends.fail.Keyring", "secret_store_missing"),
        ("no.such.Backend", "secret_store_missing"),
    ],
)
def test_a_store_that_cannot_be_used_counts_as_none(made: Arena, backend: str, code: str) -> None:
    environment = {"B24LEARN_SECRETS_DIR": "", "PYTHON_KEYRING_BACKEND": backend, "PYTHONPATH": str(ROOT)}
    complains(made, 41, code, portal="main", environment=environment)


# Addresses that are no webhook's (70)


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("наш портал", "not_url"),
        ("https://portal.example.com", "no_rest"),
        ("https://portal.example.com/company/personal/", "no_rest"),
        ("https://portal.example.com/rest/", "no_owner"),
        ("https://portal.example.com/rest/1/", "no_code"),
        ("https://portal.example.com/rest/1/profile.json", "no_code"),
        ("https://portal.example.com/rest/1/********/", "placeholder"),
        ("https://portal.example.com/rest/1/ко/д/", "bad_code"),
        ("ftp://portal.example.com/rest/1/canary4711/", "scheme"),
        ("http://portal.example.com/rest/1/canary4711/", "plain_http"),
        ("https://[portal/rest/1/canary4711/", "not_url"),
    ],
)
def test_a_wrong_webhook_address_is_told_in_words_without_repeating_it(made: Arena, pasted: str, code: str) -> None:
    made.keep_secret(WEBHOOK, pasted)
    complains(made, 70, code, side="bitrix24", portal="main", process=code in {"not_url", "plain_http"})
    assert made.main.requests == 0


def test_a_webhook_address_pasted_with_words_around_it_is_understood(made: Arena) -> None:
    made.keep_secret(WEBHOOK, f" Вебхук: <{made.main.webhook}profile.json>, \n")
    assert made.preview().code == 0


# Sides that refuse us (40)


def test_T40_a_wrong_password_is_tried_so_seldom_that_no_account_is_locked(made: Arena) -> None:
    made.learn.switches = CLOUD.__class__(lockout_after=5)
    made.keep_secret("learn.password", "wrong-canary")
    made.learn.log.clear()
    complains(made, 40, "sign_in_refused", side="learn", mentions=(made.learn.login,))
    assert len(made.learn.log.entries) <= 4  # two commands, twice each
    made.keep_secret("learn.password", made.learn.password)
    assert made.preview().code == 0


@pytest.mark.parametrize("name", ["login", "client_id", "client_secret"])
def test_a_wrong_sign_in_is_refused(made: Arena, name: str) -> None:
    if name == "login":
        made.settings["learn"]["login"] = "nobody@learn.example"
        made.save()
    else:
        by_api_key(made)
    if name == "client_id":
        made.settings["learn"]["client_id"] = "wrong"
        made.save()
    if name == "client_secret":
        made.keep_secret("learn.client_secret", "wrong-canary")
    complains(made, 40, "sign_in_refused", side="learn", process=name == "login")


def test_a_password_that_no_sign_in_can_carry_is_not_sent(made: Arena) -> None:
    made.keep_secret("learn.password", f"{made.learn.password} \t")
    complains(made, 40, "secret_not_sendable", mentions=("learn.password",), process=False)
    assert not made.learn.log.entries


def test_an_account_that_is_no_administrators_is_refused(made: Arena) -> None:
    """I5: whoever sees only a part of Learn would take the rest for deleted."""
    world = made.learn.world
    key = world.add_account("part@learn.example", email="part@learn.example", password="canary-part")
    world.make_department_administrator(key, [world.root_id])
    made.learn.sign_in_as(key)
    made.settings["learn"]["login"] = "part@learn.example"
    made.save()
    made.keep_secret("learn.password", "canary-part")
    complains(made, 40, "learn_not_administrator", side="learn", mentions=("part@learn.example",))


def test_a_tariff_without_the_interface_is_refused(made: Arena) -> None:
    made.learn.switches = CLOUD.__class__(tariff_without_api=True)
    complains(made, 40, "forbidden", side="learn")


def test_a_revoked_webhook_is_refused(made: Arena) -> None:
    made.main.conditions.revoked = True
    complains(made, 40, "invalid_credentials", side="bitrix24", portal="main")


def test_a_wrong_code_in_the_webhook_is_refused(made: Arena) -> None:
    made.keep_secret(WEBHOOK, made.main.webhook.replace("canary", "kanari"))
    complains(made, 40, "invalid_credentials", side="bitrix24", portal="main", process=False)


@pytest.mark.parametrize(
    ("granted", "missing"),
    [(("department",), "user_basic"), (("user_basic",), "department"), (("user_brief", "department"), "user_basic")],
)
def test_a_right_that_lacks_is_named(made: Arena, granted: tuple[str, ...], missing: str) -> None:
    made.main.scopes = granted
    complains(
        made, 40, "insufficient_scope", side="bitrix24", portal="main", mentions=(missing,), process=len(granted) == 1
    )


@pytest.mark.parametrize(
    ("condition", "code"),
    [("overloaded", "overload_limit"), ("deleted", "portal_deleted"), ("subscribed", "no_subscription")],
)
def test_a_portal_that_is_shut_is_refused(made: Arena, condition: str, code: str) -> None:
    setattr(made.main.conditions, condition, condition != "subscribed")
    complains(made, 40, code, side="bitrix24", portal="main")
    assert made.main.requests <= 4  # an overload block is never asked twice by one command


def test_a_dismissed_owner_of_the_webhook_is_told(made: Arena) -> None:
    made.main.world.dismiss(1)
    complains(made, 40, "owner_inactive", side="bitrix24", portal="main")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("ACCESS_DENIED", "access_denied"),
        ("expired_token", "expired_token"),
        ("WRONG_AUTH_TYPE", None),
        ("WRONG_LICENSE", None),
        ("PAYMENT_REQUIRED", None),
        ("METHOD_CONFIRM_WAITING", None),
        ("SOMETHING_NEW", None),
    ],
)
def test_every_refusal_of_the_portal_has_words(made: Arena, error: str, code: str | None) -> None:
    made.main.faults.arrange(Refuse(error, status=403), times=None)
    for lang in ("en", "ru"):
        answer = asked_here(made, "preview", lang=lang)
        assert answer["exit_code"] == 40, answer
        assert code in (None, answer["error"]["code"])
        assert_sentence(answer["error"]["message"], lang)


def test_one_portal_that_refuses_stands_in_its_source_and_stops_only_itself(tmp_path: Path) -> None:
    """Q4."""
    worlds = {"main": small_company(), "west": small_company(portal="west")}
    with arena(tmp_path, worlds) as made:
        made.portals["west"].conditions.revoked = True
        answer = made.sync()
        assert (answer.code, answer.kinds()["user.create"]) == (40, PEOPLE)
        assert "error" not in answer.json
        west = next(each for each in answer.json["sources"] if each["portal"] == "west")
        assert (west["error"]["code"], west["error"]["side"], west["complete"]) == (
            "invalid_credentials",
            "bitrix24",
            False,
        )
