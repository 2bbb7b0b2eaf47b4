"""Every code has words: what happened, what did not, what to do next."""

import re

import pytest

from b24learn_gui.errors import (
    AnotherRunActive,
    Fault,
    Refused,
    Rejected,
    SecretUnavailable,
    SettingsInvalid,
    StoppedOnRequest,
    SyncError,
    Unreachable,
    WrongUsage,
)
from b24learn_gui.text import LANGUAGES, Language, Words, plan_table
from b24learn_gui.text.error_table import SAYINGS, WEBHOOK
from b24learn_gui.text.errors import error_sentence, rejection_sentence
from b24learn_gui.text.fault_table import FAULTS
from b24learn_gui.text.plans import doubt_phrase, limit_phrase, problem_phrase
from tests.text import codes

SHAPES_OF_LEARN = {"answer", "accounts", "ids", "departments", "fields", "roles", "token"}
"""First arguments of `shapes.unusable`, which makes `answer_unusable` of them."""

WORDS = {language: Words(language) for language in LANGUAGES}


def test_every_code_that_any_room_raises_has_words() -> None:
    raised = set(codes.raised_codes()) - SHAPES_OF_LEARN
    assert raised - set(SAYINGS) - set(WEBHOOK) - set(FAULTS) == set()
    assert "insufficient_scope" in raised  # the walk itself works


def test_every_fault_of_the_settings_has_words() -> None:
    assert set(codes.codes_of("Fault", 1)) - set(FAULTS) == set()


def test_every_problem_and_doubt_has_words() -> None:
    assert set(codes.codes_of("Problem", 4)) - set(plan_table.PROBLEMS) == set()
    assert set(codes.codes_of("Doubt", 0)) - set(plan_table.DOUBTS) - set(plan_table.DOUBT_REASONS) == set()


def test_every_cause_of_a_change_has_words() -> None:
    from b24learn_gui.sync import departments, heads, limits, people, undo_values

    causes = {
        value
        for room in (departments, heads, limits, people, undo_values)
        for name, value in vars(room).items()
        if name.isupper() and isinstance(value, str) and " " in value
    }
    assert causes - set(plan_table.CAUSES) == set()
    assert len(causes) > 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(SAYINGS))
def test_a_sentence_is_whole_and_names_no_bare_http_number(code: str, language: Language) -> None:
    for error in (
        Unreachable(code, side="bitrix24", portal="main", status=503),
        Refused(
            code, side="learn", host="learn.example.com", seconds=30, attempts=4, message="text", login="a@b.example"
        ),
        WrongUsage(code),
    ):
        text = error_sentence(error, WORDS[language])
        assert text.endswith((".", "…", "}", "info")) or "b24learn-gui" in text, text
        first = text.partition(".")[0]
        assert not re.search(r"\b[45]\d\d\b", first), text
        assert "{" not in text.replace('{"secrets": {…}}', ""), text


def test_the_four_parts_of_a_time_out() -> None:
    error = Unreachable("timeout_read", side="learn", host="learn.example.com", seconds=30, attempts=4)
    assert error_sentence(error, WORDS["en"]) == (
        "learn.example.com did not answer within 30 s, 4 attempts. Nothing was written. Run again in a few minutes."
    )
    assert error_sentence(error, WORDS["ru"]).replace("\u00a0", " ") == (
        "Сервер learn.example.com не ответил за 30 с, попыток: 4. Ничего не записано. "
        "Запустите ещё раз через несколько минут."
    )


def test_what_was_written_before_the_end_is_said() -> None:
    error = Unreachable("dropped", side="learn", host="learn.example.com")
    assert "14 changes are written and stay" in error_sentence(error, WORDS["en"], written=14)
    assert "14 изменений записано" in error_sentence(error, WORDS["ru"], written=14).replace("\u00a0", " ")


def test_every_fault_is_listed_with_its_path() -> None:
    error = SettingsInvalid([Fault("learn.url", "required", {}), Fault("portals[0].key", "bad_portal_key", {})])
    text = error_sentence(error, WORDS["en"])
    assert "2 faults" in text
    assert "• learn.url: a value is missing." in text
    assert "• portals[0].key: " in text


def test_a_webhook_without_rest_is_told_from_an_empty_answer() -> None:
    class AddressInvalid(SyncError):
        exit_code = 70

    empty = AddressInvalid("empty", side="bitrix24", portal="main")
    assert "webhook address is empty" in error_sentence(empty, WORDS["en"])
    answer = Unreachable("empty", side="bitrix24", portal="main", host="portal.example.com")
    assert "portal.example.com answered with nothing" in error_sentence(answer, WORDS["en"])


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SecretUnavailable("secret_store_locked"), "Nothing was read or changed."),
        (AnotherRunActive("another_run_active"), "Nothing was read or changed."),
        (StoppedOnRequest("stopped"), "Nothing was written."),
        (WrongUsage("usage", message="x"), "Nothing was done."),
        (Refused("no_such_code_anywhere", side="learn"), "no word for (no_such_code_anywhere)"),
    ],
)
def test_what_did_not_happen(error: SyncError, sentence: str) -> None:
    assert sentence in error_sentence(error, WORDS["en"])


def test_words_for_refused_writes_limits_doubts_and_problems() -> None:
    words = WORDS["en"]
    assert "login taken" in rejection_sentence(Rejected("duplicate", side="learn", message="login taken"), words)
    assert limit_phrase("user.deactivate", 37, 12, words) == "the plan deactivates 37 people, the limit is 12"
    lacking = doubt_phrase("source_incomplete", {"reason": "total_differs", "received": 1250, "total": 1284}, words)
    assert lacking == "the list from Bitrix24 is incomplete: 1,250 of 1,284 received"
    assert problem_phrase("required_field_missing", {"fields": ["phone"]}, words).endswith(": phone")
