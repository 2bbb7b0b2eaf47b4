"""The demonstration as a process (INTERFACE: demo)."""

import json
import os
import signal
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.home import Home


@pytest.fixture
def nowhere(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize(("options", "exit_codes"), [((), [0, 0, 0, 0]), (("--oddities",), [10, 10, 10, 10])])
def test_every_step_ends_as_its_world_demands(nowhere: Home, options: tuple[str, ...], exit_codes: list[int]) -> None:
    result = nowhere.run("demo", "--headless", "--json", *options)
    assert result.code == 0, result.err
    answer = result.json
    assert [step["step"] for step in answer["steps"]] == ["check", "preview", "sync", "second sync"]
    assert [step["exit_code"] for step in answer["steps"]] == exit_codes
    planned, done, again = (step["result"] for step in answer["steps"][1:])
    assert planned["plan_hash"] == done["plan_hash"]
    assert planned["counts"] == done["counts"]
    assert len(done["sources"]) == 2
    assert again["requests"]["learn_write"] == 0
    assert not (nowhere.directory / "home").exists()


def test_people_read_it_in_russian(nowhere: Home) -> None:
    result = nowhere.run("demo", "--headless", "--lang", "ru")
    text = result.out.replace("\u00a0", " ")
    assert result.code == 0
    assert "Каждый шаг завершился так, как должен." in text
    assert "изменений нет" in text


@pytest.mark.skipif(os.name == "nt", reason="signals of another process")
@pytest.mark.parametrize("options", [(), ("--oddities",), ("--json",)])
def test_serving_says_where_in_one_line_and_ends_when_interrupted(nowhere: Home, options: tuple[str, ...]) -> None:
    process = nowhere.start("demo", "--serve", *options)
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    assert set(told) == {"portals", "learn"}
    assert set(told["learn"]) == {"url", "login", "password", "client_id", "client_secret"}
    assert all(set(portal) == {"key", "webhook"} for portal in told["portals"])
    with urlopen(told["portals"][0]["webhook"] + "profile") as answer:
        assert "result" in json.load(answer)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in errors
