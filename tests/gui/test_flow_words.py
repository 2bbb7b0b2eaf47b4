"""Every code the flow can show has words in both languages."""

from typing import Any, get_args

import pytest

from b24learn_gui.errors import SecretUnavailable
from b24learn_gui.gui.wizard import flow_words
from b24learn_gui.gui.wizard.flow import STEPS, Flow
from b24learn_gui.gui.wizard.flow_state import Result, StepState, WarningCode, WhyNot
from b24learn_gui.service.setup_found import SecretPlace
from b24learn_gui.text import Words
from tests.gui.test_flow import all_answered, checked

RU, EN = Words("ru"), Words("en")
NBSP = "\u00a0"


def state(**more: Any) -> StepState:
    given: dict[str, Any] = {
        "step": "review",
        "reachable": True,
        "done": False,
        "warning": "",
        "result": None,
        "busy": False,
        "error": None,
        "can_continue": False,
        "why_not": "",
    }
    return StepState(**{**given, **more})


@pytest.mark.parametrize("code", [code for code in get_args(WhyNot) if code])
def test_every_reason_to_stay_has_words(code: WhyNot) -> None:
    texts = {flow_words.why_not(state(why_not=code), words) for words in (RU, EN)}
    assert len(texts) == 2
    assert not any(text.endswith(".") for text in texts)


@pytest.mark.parametrize("code", [code for code in get_args(WarningCode) if code])
def test_every_warning_is_a_sentence(code: WarningCode) -> None:
    texts = {flow_words.warning(state(warning=code), words) for words in (RU, EN)}
    assert len(texts) == 2
    assert all(text.endswith(".") for text in texts)


def test_every_caption_is_said_in_figures() -> None:
    captions = {each.step: flow_words.caption(each, EN) for each in all_answered().states()}
    assert captions == {
        "welcome": "",
        "bitrix24": "1,284 employees, 96 departments",
        "learn": "640 accounts, 5 free seats",
        "times": "03:00 UTC",
        "notifications": "without letters",
        "heads": "are synced",
        "departments": "1 of 1 will study",
        "fields": "everything is there",
        "review": "0 changes",
        "activation": "",
    }
    russian = flow_words.caption(all_answered().state("bitrix24"), RU)
    assert russian.replace(NBSP, " ") == "1 284 сотрудника, 96 отделов"


def test_nothing_is_said_of_a_step_nothing_is_known_of() -> None:
    empty = [flow_words.caption(each, RU) for each in Flow().states()]
    assert [bool(text) for text in empty] == [step in {"times", "notifications", "heads"} for step in STEPS]
    assert flow_words.why_not(checked().state("learn"), RU) == ""


def test_a_caption_nobody_knows_is_a_defect() -> None:
    with pytest.raises(ValueError, match="unheard"):
        flow_words.caption(state(result=Result("unheard")), EN)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (SecretPlace("ready", "windows"), "It will be kept in: Windows Credential Manager."),
        (SecretPlace("directory", "/run/secrets"), "Secrets come from the files in /run/secrets."),
    ],
)
def test_the_place_of_secrets_is_told(place: SecretPlace, text: str) -> None:
    assert flow_words.place_sentence(place, EN) == text


@pytest.mark.parametrize("state_", ["missing", "locked", "refused"])
def test_a_store_in_trouble_comes_with_a_remedy_and_the_way_out(state_: Any) -> None:
    remedy = {"missing": "start_store", "locked": "unlock_store", "refused": "check_store"}[state_]
    error = SecretUnavailable(f"secret_store_{state_}", reason="x")
    text = flow_words.place_sentence(SecretPlace(state_, "", remedy, error=error), EN)
    assert text.endswith("or keep the secrets only until you quit.")
