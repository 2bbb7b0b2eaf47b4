"""What rungs say, in both languages, and what `check` makes of them."""

import pytest

from b24learn_gui.errors import Refused, SyncError, Unreachable
from b24learn_gui.service.ladder_found import Rung
from b24learn_gui.service.ladder_words import passed_sentence, rung_object, to_do
from b24learn_gui.text import Words

RU, EN = Words("ru"), Words("en")


@pytest.mark.parametrize(
    ("rung", "text"),
    [
        (
            Rung("address", "passed", {"masked": "https://p.example.com/rest/1/***/"}),
            "https://p.example.com/rest/1/***/",
        ),
        (Rung("network", "passed", {"host": "p.example.com", "moved_to": None}), "p.example.com answers."),
        (
            Rung("network", "passed", {"host": "p.example.com", "moved_to": None, "proxy": "proxy.example:3128"}),
            "p.example.com answers, through the proxy proxy.example:3128.",
        ),
        (Rung("certificate", "passed", {"protected": True}), "trusted by this computer"),
        (Rung("certificate", "passed", {"protected": False}), "none: the address is plain http"),
        (
            Rung("sign_in", "passed", {"owner_id": 1, "owner": "Ким Ольга", "admin": True}),
            "The webhook belongs to Ким Ольга, an administrator.",
        ),
        (
            Rung("permissions", "passed", {"administrator": True, "login": "a@example.com"}),
            "a@example.com is an administrator.",
        ),
        (
            Rung("permissions", "passed", {"administrator": None, "login": ""}),
            "in order; an API key does not tell whose it is",
        ),
        (Rung("data", "passed", {"employees": 2, "departments": 1}), "2 employees, 1 department"),
        (Rung("network", "passed"), "in order"),
        (Rung("network", "waiting"), ""),
        (Rung("network", "trying"), ""),
    ],
)
def test_a_rung_says_what_it_came_to(rung: Rung, text: str) -> None:
    assert passed_sentence(rung, EN) == text


@pytest.mark.parametrize(
    ("error", "rung", "lines"),
    [
        (
            Unreachable("dns", side="learn", host="l.example.com"),
            Rung("network", "failed"),
            [
                "The name l.example.com is not known to this computer's name service. Nothing was read or changed.",
                "Check the spelling of the address and this computer's connection, then run again.",
            ],
        ),
        (
            Refused("insufficient_scope", side="bitrix24", portal="main", missing=("department",)),
            Rung("permissions", "failed"),
            [
                (
                    'The webhook lacks the right "Company structure" (department). '
                    "Departments were not read and nothing was changed."
                ),
                "Add the right, then check again: the address stays the same.",
            ],
        ),
    ],
)
def test_a_broken_rung_says_what_happened_what_did_not_and_in_its_last_line_what_to_do(
    error: SyncError, rung: Rung, lines: list[str]
) -> None:
    said = rung_object(Rung(rung.name, "failed", error=error), EN)
    assert (said["rung"], said["ok"], said["message"].splitlines()) == (rung.name, False, lines)
    russian = rung_object(Rung(rung.name, "failed", error=error), RU)["message"].splitlines()
    assert len(russian) == 2
    assert not set(russian) & set(lines)


def test_a_rung_that_was_not_tried_says_so() -> None:
    assert rung_object(Rung("data"), EN) == {"rung": "data", "ok": None, "message": "not tried"}


def test_an_error_without_advice_of_its_own_still_says_what_to_do() -> None:
    assert "Check again" in to_do(Refused("unheard_of", side="learn"), EN)
