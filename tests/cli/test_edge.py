"""The edge of the process: a defect of ours is one sentence, the bar and the tables are calm."""

import io
import json
import re
import signal
from pathlib import Path

import pytest

from b24learn_gui.cli import commands, jobs
from b24learn_gui.cli.layout import plain, shortened, table, width
from b24learn_gui.cli.main import main
from b24learn_gui.cli.output import Output
from b24learn_gui.cli.progress import BarReporter, EventReporter
from b24learn_gui.cli.render_run import render_run
from b24learn_gui.text import Words


def test_a_defect_is_1_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    def broken(*_: object, **__: object) -> jobs.Answer:
        raise ZeroDivisionError("secret text")

    monkeypatch.setitem(commands.COMMANDS, "history", broken)
    assert main(["history", "--json", "--home", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    answer = json.loads(shown.out)
    assert (answer["exit_code"], answer["error"]["code"]) == (1, "defect")
    assert "ZeroDivisionError" in answer["error"]["message"]
    assert "cli.log" in answer["error"]["message"]
    assert "Traceback" not in shown.err
    assert "secret text" not in shown.err + shown.out


def test_a_defect_in_the_text_of_an_answer_is_in_the_log_that_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def untold() -> str:
        raise ZeroDivisionError

    answer = jobs.Answer({"command": "history", "exit_code": 0}, untold)
    monkeypatch.setitem(commands.COMMANDS, "history", lambda _context, **_: answer)
    assert main(["history", "--home", str(tmp_path)]) == 1
    assert "cli.log" in capsys.readouterr().err
    log = (tmp_path / "logs" / "cli.log").read_text()
    assert "ZeroDivisionError" in log
    assert '"finished"' not in log


def test_a_stop_while_a_finished_run_is_told_neither_takes_its_text_nor_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted() -> str:
        signal.raise_signal(signal.SIGINT)
        return "what was done"

    answer = jobs.Answer({"command": "sync", "exit_code": 20}, interrupted)
    monkeypatch.setitem(commands.COMMANDS, "sync", lambda _context, **_: answer)
    assert main(["sync", "--home", str(tmp_path)]) == 20
    assert "what was done" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5_000], ids=["20 digits", "5000 digits"])
def test_a_number_beyond_all_measure_means_all_runs(
    number: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["history", "--json", "-n", number, "--home", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == []


def test_a_bar_shows_done_of_total_rate_and_time_left() -> None:
    err = io.StringIO()
    now = [0.0]
    bar = BarReporter(Output("text", io.StringIO(), err), Words("en"), clock=lambda: now[0])
    bar.phase("people")
    now[0] = 10.0
    bar.progress(500, 2000)
    bar.close()
    assert "500 / 2,000" in err.getvalue()
    assert "50 per second, 30\u00a0s left" in err.getvalue().replace("50.0", "50") or "30 s left" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[2K")


def test_events_of_progress_are_at_most_five_a_second_and_always_the_last() -> None:
    out = io.StringIO()
    now = [0.0]
    reporter = EventReporter(Output("events", out, io.StringIO()), clock=lambda: now[0])
    reporter.phase("people")
    for done in range(1, 1001):
        now[0] += 0.001
        reporter.progress(done, 1000)
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    progress = [each for each in events if each["event"] == "progress"]
    assert len(progress) <= 7
    assert progress[-1] == {"event": "progress", "done": 1000, "total": 1000}


def test_columns_stand_under_each_other_whatever_the_letters() -> None:
    rows = [["й", "1"], ["и\u0306", "10"], ["汉字", "100"]]
    lines = table(rows, "<>")
    assert len({width(line) for line in lines}) == 1
    assert shortened("Иванов-Петровский", 8) == "Иванов-…"


def test_a_name_cannot_steer_the_terminal() -> None:
    assert plain("a\x1b[31mb\nc\u2028d") == "a [31mb c d"


def test_a_long_run_shows_a_few_rows_and_where_the_rest_is() -> None:
    from b24learn_gui.sync.changes import KINDS

    change = {
        "kind": "user.deactivate", "object": "person", "portal": "main", "learn_id": "x", "name": "Ким Ольга",
        "before": {}, "after": {}, "cause": "dismissed in Bitrix24",
    }  # fmt: skip
    summary = {
        "run": "R", "command": "sync", "exit_code": 20, "plan_hash": "abc", "sources": [], "letters": 0,
        "counts": dict.fromkeys(KINDS, 0), "people": {"read": 424, "out_of_scope": 0, "unchanged": 0, "changed": 424,
        "protected": 0, "skipped": 0, "conflict": 0, "failed": 0},
        "limits": [{"kind": "user.deactivate", "planned": 424, "allowed": 12}],
        "changes": [{**change, "bitrix24_id": number} for number in range(424)], "problems": [],
        "requests": {"bitrix24": 1, "learn_read": 1, "learn_write": 0},
    }  # fmt: skip
    text = render_run(summary, Words("en"))
    assert text.startswith("Nothing was written: the plan deactivates 424 people, the limit is 12.\n")
    assert "and 412 more: b24learn-gui show R" in text
    assert len(re.findall("Ким Ольга", text)) == 12
    assert "b24learn-gui sync --approve abc" in text
    assert len(re.findall("Ким Ольга", render_run(summary, Words("en"), rows=None))) == 424
