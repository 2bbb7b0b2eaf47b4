"""T24: every command at its most talkative, failing and succeeding, then everything written is searched for secrets."""

import base64
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from b24learn_gui.demo.bitrix24.faults import Drop, Effect, Page, Redirect, Refuse, Truncate
from b24learn_gui.storage.journal import Journal
from tests.e2e.arena import Arena, arena, email_of, small_company

FEW = 6
PASSWORD = 'pässword canary/7+&="x'
WEBHOOK = "canarymainwebhook"


@dataclass
class Witness:
    """Runs commands in every form of output and keeps all they said."""

    made: Arena
    said: list[tuple[str, str]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def run(self, *words: str, stdin: str = "") -> int:
        """With -v: once with `--events`, its exit code counts."""
        return self._run(stdin, *words, "--events", "-v")

    def run_all(self, *words: str) -> int:
        """In all three forms of output; the last exit code."""
        self._run("", *words, "-v")
        self._run("", *words, "--json", "-v")
        return self.run(*words)

    def _run(self, stdin: str, *words: str) -> int:
        process = self.made.start(*words, stdin=subprocess.PIPE)
        output, errors = process.communicate(stdin, timeout=60)
        self.said.append((" ".join(words), output + errors))
        self.codes.append(process.returncode)
        assert process.returncode != 1, errors  # no defect of ours among the scenarios
        return process.returncode

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """What was said, every file of the home, and what the journal keeps compressed."""
        for words, text in self.said:
            yield words, text.encode()
        for file in sorted(self.made.home.rglob("*")):
            if file.is_file():
                yield str(file.relative_to(self.made.home)), file.read_bytes()
        journal_file = self.made.home / "journal.db"
        if journal_file.exists():
            yield from _unpacked(journal_file)


def _unpacked(journal_file: Path) -> Iterator[tuple[str, bytes]]:
    with Journal.open_read_only(journal_file) as journal:
        for record in journal.runs(1000):
            full = journal.run(record.id)
            assert full is not None
            yield f"run {record.id}", json.dumps(full.summary, ensure_ascii=False, default=str).encode()
            for change in journal.changes(record.id):
                yield f"change of {record.id}", repr(change).encode()
    db = sqlite3.connect(journal_file)
    try:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            yield f"table {table}", repr(db.execute(f"SELECT * FROM {table}").fetchall()).encode()
    finally:
        db.close()


def spellings(secret: str) -> set[bytes]:
    """A secret as it is, in addresses, in JSON, in reprs and in Basic credentials' alphabet."""
    raw = secret.encode()
    quoted = {
        quote(secret, safe=""),
        quote(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
    packed = {base64.b64encode(raw).rstrip(b"="), raw.hex().encode()}
    return {raw, repr(secret)[1:-1].encode(), *(each.encode() for each in quoted), *packed}


def assert_no_secret(witness: Witness, secrets: dict[str, str]) -> None:
    found = []
    for place, content in witness.everything():
        for name, secret in secrets.items():
            if any(spelling in content for spelling in spellings(secret)):
                at = min(content.find(spelling) for spelling in spellings(secret) if spelling in content)
                found.append((name, place, content[max(0, at - 60) : at + 10]))
    assert not found, found[:5]


@contextmanager
def canaries(tmp_path: Path, *, by_key: bool) -> Iterator[tuple[Witness, dict[str, str]]]:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.learn.world.set_password(made.learn.world.owner_id, PASSWORD)
        made.keep_secret("learn.password", PASSWORD)
        if by_key:
            made.save(learn={"sign_in": "api_key"})
        secrets = {
            "webhook code": WEBHOOK,
            "webhook path": f"/rest/1/{WEBHOOK}",
            "password": PASSWORD,
            "client secret": made.learn.client_secret,
        }
        yield Witness(made), secrets


def with_tokens(made: Arena, secrets: dict[str, str]) -> dict[str, str]:
    return {**secrets, **{f"token {number}": token for number, token in enumerate(made.learn.access._tokens)}}


@pytest.mark.parametrize("by_key", [False, True], ids=["password", "api_key"])
def test_T24_commands_that_succeed_write_no_secret_anywhere(by_key: bool, tmp_path: Path) -> None:
    with canaries(tmp_path, by_key=by_key) as (witness, secrets):
        made = witness.made
        made.save(sync={"notify_users": True})
        everyway = witness.run if by_key else witness.run_all
        assert everyway("check") == 0
        assert everyway("preview") == 0
        assert witness.run("sync") == 0
        made.main.world.dismiss(5)
        assert witness.run("sync") == 0
        with Journal.open_read_only(made.home / "journal.db") as journal:
            run = journal.runs(1)[0].id
        assert everyway("history") == 0
        assert everyway("show", run) == 0
        for ending in ("html", "csv"):
            assert witness.run("report", run, "-o", str(made.home / f"report.{ending}")) == 0
        assert everyway("explain", email_of(4)) == 0
        everyway("health")
        assert everyway("settings", "show") == 0
        assert witness.run("settings", "export", str(made.home / "exported.toml")) == 0
        assert witness.run("undo", run) == 0
        letters = {f"letter {number}": each.password for number, each in enumerate(made.learn.outbox.letters)}
        assert len(letters) == FEW
        assert len(made.learn.access._tokens) >= (5 if by_key else 0)
        assert_no_secret(witness, {**with_tokens(made, secrets), **letters})


def break_portal(made: Arena, name: str) -> None:
    faults = made.main.faults
    echo = f"Wrong webhook {made.main.webhook} of {WEBHOOK}"
    page = f"<html><body>{made.main.webhook} {WEBHOOK}</body></html>"
    effects: dict[str, Effect] = {
        "refused_with_an_echo": Refuse("INVALID_CREDENTIALS", 401, echo),
        "error_with_an_echo": Refuse("INTERNAL_SERVER_ERROR", 500, echo),
        "unknown_error_with_an_echo": Refuse("ERROR_CORE", 400, echo),
        "page_with_an_echo": Page(502, page),
        "dropped": Drop(),
        "truncated": Truncate(),
        "redirect_elsewhere": Redirect("https://portal.elsewhere.example"),
        "redirect_with_an_echo": Redirect(f"https://{WEBHOOK}.example"),
    }
    faults.arrange(effects[name], times=None)


PORTAL_TROUBLE = (
    "refused_with_an_echo",
    "error_with_an_echo",
    "unknown_error_with_an_echo",
    "page_with_an_echo",
    "dropped",
    "truncated",
    "redirect_elsewhere",
    "redirect_with_an_echo",
)


def test_T24_a_portal_that_fails_and_echoes_the_webhook_gives_no_secret_away(tmp_path: Path) -> None:
    with canaries(tmp_path, by_key=False) as (witness, secrets):
        for name in PORTAL_TROUBLE:
            break_portal(witness.made, name)
            assert witness.run("sync") in {30, 40, 60}, name
            assert witness.run("check") in {30, 40, 60}, name
            witness.made.main.faults.clear()
        break_portal(witness.made, "refused_with_an_echo")
        witness.run_all("sync")
        witness.made.main.stop()
        assert witness.run_all("sync") == 60
        assert witness.run("check") == 60
        witness.made.main.start()
        assert_no_secret(witness, secrets)


@pytest.mark.parametrize("by_key", [False, True], ids=["password", "api_key"])
def test_T24_a_learn_that_fails_and_echoes_what_it_was_sent_gives_no_secret_away(by_key: bool, tmp_path: Path) -> None:
    with canaries(tmp_path, by_key=by_key) as (witness, secrets):
        made = witness.made
        sent = made.learn.client_secret if by_key else PASSWORD
        echo = f"Wrong {sent} or {quote(sent)} or {quote(sent, safe='')}"
        for status in (400, 401, 403, 500):
            made.learn.faults.plan("status", status=status, message=echo, times=None)
            assert witness.run("sync") in {40, 60}, status
            assert witness.run("check") in {40, 60}, status
            made.learn.faults.clear()
        made.learn.faults.plan("status", status=400, message=echo, path="/user", times=2)
        assert witness.run("sync") == 10  # two people are refused with these words, and they are kept
        made.learn.faults.clear()
        for kind in ("html", "truncated", "wrong_types", "empty", "drop_before"):
            made.learn.faults.plan(kind, times=None)
            assert witness.run("sync") in {40, 60}, kind
            made.learn.faults.clear()
        made.learn.stop()
        assert witness.run_all("sync") == 60
        made.learn.start()
        assert_no_secret(witness, with_tokens(made, secrets))


def test_T24_wrong_usage_broken_settings_and_secrets_set_by_hand_give_no_secret_away(tmp_path: Path) -> None:
    with canaries(tmp_path, by_key=False) as (witness, secrets):
        made = witness.made
        assert witness.run("secret", "set", "learn.password", stdin=PASSWORD + "\n") in {0, 2, 41}
        assert witness.run("secret", "set", "portal.main.webhook", stdin=made.main.webhook + "\n") in {0, 2, 41}
        assert witness.run("secret", "set", "portal.main.other", stdin=made.main.webhook) == 2
        made.keep_secret("portal.main.webhook", f"not an address {WEBHOOK}")
        assert witness.run_all("sync") in {2, 40, 41, 70}
        assert witness.run("check") in {2, 40, 41, 70}
        made.keep_secret("portal.main.webhook", f"http://portal.example.com/rest/1/{WEBHOOK}/")
        assert witness.run("sync") == 70
        made.keep_secret("portal.main.webhook", made.main.webhook)
        made.keep_secret("learn.password", PASSWORD + "\n\u0007")
        assert witness.run("sync") in {40, 41}
        made.keep_secret("learn.password", PASSWORD + " wrong")
        assert witness.run_all("sync") == 40
        made.save(learn={"password": "no secret belongs here"})
        assert witness.run("sync") == 70
        made.settings["learn"].pop("password")
        made.save(learn={"proxy": f"http://user:{WEBHOOK}@proxy.example:3128"})
        assert witness.run_all("sync") == 70
        made.settings["learn"].pop("proxy")
        made.save()
        for file in made.secrets.iterdir():
            file.chmod(0o644)
        witness.run("sync")
        assert_no_secret(witness, secrets)


def test_T24_secrets_by_control_stay_in_memory(tmp_path: Path) -> None:
    with canaries(tmp_path, by_key=False) as (witness, secrets):
        made = witness.made
        given = {file.name: file.read_text("utf-8") for file in made.secrets.iterdir()}
        for file in made.secrets.iterdir():
            file.unlink()
        line = json.dumps({"secrets": given}) + "\n"
        witness.run("sync", "--control", stdin=line)  # ends at once: the end of input means stop
        witness.run("sync", "--control", stdin=f"not JSON {PASSWORD} {made.main.webhook}\n")
        witness.run("sync", "--control", stdin=json.dumps({"secrets": [PASSWORD]}) + "\n")
        witness.run("sync")
        assert set(witness.codes) <= {2, 41, 51}
        assert_no_secret(witness, secrets)


def test_T24_the_search_itself_finds_what_is_there(tmp_path: Path) -> None:
    """The control: a secret written anywhere would be found, in each of the spellings."""
    with canaries(tmp_path, by_key=False) as (witness, secrets):
        assert witness.run("sync") == 0
        assert_no_secret(witness, secrets)
        logs = [file for file in made_files(witness) if file.suffix in {".log", ".jsonl"} or "log" in file.parts[-2]]
        assert logs
        assert any(re.search(rb"finished", file.read_bytes()) for file in logs)
        for spelling in spellings(PASSWORD):
            (witness.made.home / "leak").write_bytes(b"x" + spelling + b"x")
            with pytest.raises(AssertionError):
                assert_no_secret(witness, secrets)


def made_files(witness: Witness) -> list[Path]:
    return [file for file in witness.made.home.rglob("*") if file.is_file()]
