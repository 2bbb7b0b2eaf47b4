"""``batch``: shapes, encodings, references that lead nowhere (contract, section 5)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from b24learn_gui.demo.bitrix24 import Refuse, Vanish
from b24learn_gui.demo.companies import generate
from tests.demo.bitrix24_tools import CALM, Caller, portal, small_world

CHAIN = "user.get?sort=ID&order=ASC&start=-1&FILTER[>ID]="


def ids(page: list[dict[str, Any]]) -> list[int]:
    return [int(row["ID"]) for row in page]


def test_parts_are_maps_with_entries_and_lists_without() -> None:
    with portal(small_world(120)) as (_embedded, caller):
        parts = caller.batch({"p0": "user.get", "p1": "no.such.method", "p2": "user.get?start=-1"})
        assert set(parts["result"]) == {"p0", "p2"}
        assert parts["result_error"]["p1"]["error"] == "ERROR_METHOD_NOT_FOUND"
        assert parts["result_total"] == {"p0": 120, "p2": 0}
        assert parts["result_next"] == {"p0": 50}
        assert set(parts["result_time"]) == {"p0", "p2"}
        assert caller.batch({"p0": "profile"})["result_error"] == []


def test_numeric_keys_without_gaps_make_lists_and_with_gaps_maps() -> None:
    with portal() as (_embedded, caller):
        assert isinstance(caller.batch(["profile", "scope"])["result"], list)
        assert set(caller.batch(["profile", "no.such", "scope"])["result"]) == {"0", "2"}
        assert set(caller.batch({"5": "profile"})["result"]) == {"5"}


def test_what_is_no_text_is_skipped_without_a_trace() -> None:
    with portal() as (_embedded, caller):
        parts = caller.batch({"p0": {"method": "profile"}, "p1": 7, "p2": "profile"})
        assert set(parts["result"]) == {"p2"}
        assert parts["result_error"] == []


def test_the_fifty_first_command_and_a_nested_batch_are_refused_inside_200() -> None:
    with portal() as (_embedded, caller):
        parts = caller.batch({f"p{number}": "profile" for number in range(52)})
        assert len(parts["result"]) == 50
        assert {key: error["error"] for key, error in parts["result_error"].items()} == {
            "p50": "ERROR_BATCH_LENGTH_EXCEEDED",
            "p51": "ERROR_BATCH_LENGTH_EXCEEDED",
        }
        nested = caller.batch({"p0": "batch?cmd[a]=profile"})
        assert nested["result_error"]["p0"]["error"] == "ERROR_BATCH_METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("halt", [1, True, "false"])
def test_halt_of_any_truth_stops_after_the_first_failure(halt: object) -> None:
    with portal() as (_embedded, caller):
        commands = {"p0": "profile", "p1": "no.such", "p2": "profile"}
        parts = caller.batch(commands, halt=halt)
        assert set(parts["result"]) == {"p0"}
        assert set(parts["result_error"]) == {"p1"}
        assert set(caller.batch(commands, halt=0)["result"]) == {"p0", "p2"}


def test_a_missing_scope_comes_with_an_empty_description() -> None:
    with portal(scopes=("department",)) as (_embedded, caller):
        error = caller.batch({"p0": "user.get"})["result_error"]["p0"]
        assert error == {"error": "insufficient_scope", "error_description": ""}


def test_a_hash_cuts_off_and_encoded_references_are_recognised() -> None:
    with portal(small_world(120)) as (_embedded, caller):
        parts = caller.batch(
            {
                "cut": "user.get?ID=2#&start=50",
                "p0": CHAIN + "0",
                "p1": "user.get?sort=ID&order=ASC&start=-1&FILTER%5B%3EID%5D=%24result%5Bp0%5D%5B49%5D%5BID%5D",
            }
        )
        assert ids(parts["result"]["cut"]) == [2]
        assert ids(parts["result"]["p1"])[0] == 51


def test_a_form_encodes_commands_a_second_time() -> None:
    with portal(small_world(9)) as (embedded, caller):
        form = {"cmd[p0]": "user.get?FILTER%5B%3EID%5D=7&sort=ID&order=ASC", "halt": "0"}
        parts = caller.session.post(embedded.webhook + "batch", data=form).json()["result"]
        assert ids(parts["result"]["p0"]) == [8, 9]


def test_totals_and_nexts_can_be_referred_to_and_texts_are_filled_in() -> None:
    with portal(small_world(120)) as (embedded, caller):
        caller.batch(
            {
                "p0": "user.get?sort=ID&order=ASC",
                "p1": "user.get?start=$next[p0]&NAME=x$total[p0]y$result[p0][0][ID]&LAST_NAME=a$result[nowhere][0]b",
            }
        )
        assert embedded.calls("user.get")[-1].parameters == {
            "start": 50,
            "NAME": "x120y1",
            "LAST_NAME": "a$result[nowhere][0]b",
        }


# the table of references that lead nowhere: what ">ID" makes of them


def reference_after(caller: Caller, first: str, key: str) -> list[int]:
    keys = ("p0", "p1") if key == "text" else ("0", "1")
    commands = {"other": "profile"} if key == "text" else {}
    commands |= {keys[0]: first, keys[1]: f"{CHAIN}$result[{keys[0]}][49][ID]"}
    result = caller.batch(commands)["result"]
    return ids(result[keys[1]] if isinstance(result, dict) else result[1])


def test_after_a_short_page_the_chain_restarts_behind_the_first_id() -> None:
    with portal(small_world(30)) as (_embedded, caller):
        assert reference_after(caller, CHAIN + "0", "text") == list(range(2, 31))


def test_after_an_empty_page_the_chain_restarts_from_the_beginning() -> None:
    with portal(small_world(30)) as (_embedded, caller):
        assert reference_after(caller, CHAIN + "500", "text") == list(range(1, 31))


def test_after_a_failed_page_with_text_keys_nothing_is_selected() -> None:
    with portal(small_world(30)) as (_embedded, caller):
        assert reference_after(caller, "no.such.method", "text") == []


def test_after_a_failed_page_with_numeric_keys_the_chain_restarts() -> None:
    with portal(small_world(30)) as (_embedded, caller):
        parts = caller.batch(["profile", "no.such.method", CHAIN + "$result[1][49][ID]"])
        assert ids(parts["result"]["2"]) == list(range(2, 31))


def test_a_server_may_leave_a_lost_reference_as_text() -> None:
    with portal(small_world(30), CALM.but(unresolved="text")) as (embedded, caller):
        assert reference_after(caller, CHAIN + "500", "text") == list(range(1, 31))
        assert embedded.calls("user.get")[-1].parameters["FILTER"] == {">ID": "$result[p0][49][ID]"}


def test_T2_one_part_can_fail_or_vanish_inside_http_200() -> None:
    with portal(small_world(120)) as (embedded, caller):
        embedded.faults.arrange(Refuse("INTERNAL_SERVER_ERROR"), method="user.get", skip=1)
        commands = {f"p{number}": f"user.get?start={50 * number}&sort=ID&order=ASC" for number in range(3)}
        response = caller.post("batch", cmd=commands)
        assert response.status_code == 200
        assert set(response.json()["result"]["result_error"]) == {"p1"}
        embedded.faults.arrange(Vanish(), method="user.get", skip=2)
        parts = caller.batch(commands)
        assert set(parts["result"]) == {"p0", "p1"}
        assert parts["result_error"] == []


def read_all(caller: Caller) -> list[int]:
    """The keyset chain of section 5."""
    found: list[int] = []
    while True:
        last = found[-1] if found else 0
        commands = {"p0": CHAIN + str(last)}
        commands |= {f"p{number}": f"{CHAIN}$result[p{number - 1}][49][ID]" for number in range(1, 50)}
        parts = caller.batch(commands)
        for number in range(50):
            page = ids(parts["result"][f"p{number}"])
            found.extend(page)
            if len(page) < 50:
                return found


def test_a_chain_of_references_reads_everybody_once_and_fast() -> None:
    world = generate(3, 6_000)
    with portal(world) as (embedded, caller):
        before = time.perf_counter()
        found = read_all(caller)
        assert time.perf_counter() - before < 5
        assert len(found) == len(set(found))
        assert set(found) >= {person.id for person in world.active_employees()}
        assert embedded.requests == 3
