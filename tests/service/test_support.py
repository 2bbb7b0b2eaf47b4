"""What a supporter gets to see holds no secret and nobody's name or address (incident T24); a real run's log tells
who was touched by number alone.
"""

import json
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from b24learn_gui.errors import Refused, WrongUsage
from b24learn_gui.service import log_vocabulary, logged
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder_found import Rung
from b24learn_gui.service.log_reading import read_cards, read_runs, read_story
from b24learn_gui.service.support import BundleFile, collect, save_bundle
from b24learn_gui.service.support_check import Checked, CheckedSide
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.log_filter import Listing, LogQuery, find
from b24learn_gui.storage.log_records import LogStream
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import load_settings, save_settings
from b24learn_gui.sync.changes import Change
from b24learn_gui.text.words import Words
from tests.cli.home import Home, served

GO_ON = threading.Event()


@pytest.fixture(scope="module")
def synced() -> Iterator[Home]:
    """A home of which everything strange was synced once, by the program itself."""
    with tempfile.TemporaryDirectory() as directory, served(Path(directory), oddities=True) as home:
        done = home.run("sync", "--json", "-v").json
        assert done["changes"]
        assert done["problems"]
        yield home


def context_of(home: Home) -> Context:
    environment = home.environment
    places = find_places(None, environment)
    return Context(places, Words("en"), Secrets(account=places.home_id, environment=environment), environment)


def text_of(files: tuple[BundleFile, ...]) -> str:
    return "\n".join(each.text for each in files)


def test_a_run_s_log_names_every_change_and_problem_by_number(synced: Home) -> None:
    context = context_of(synced)
    line = read_runs(context)[0]
    stream = LogStream(context.places.logs, "sync", log_vocabulary.VOCABULARY)
    stream.refresh(GO_ON)
    listing = Listing(find(stream, LogQuery(run=line.record.id), {}, GO_ON))
    records = [segment.read([row])[0] for segment, row in (listing[place] for place in range(len(listing)))]
    story = read_story(context, line.record.id)
    assert story.ended
    told = {
        (str(record.fields.get("kind") or record.fields.get("code")), str(record.fields["portal"]),
         record.fields.get("bitrix24_id"))
        for record in records
        if record is not None and record.message in {logged.CHANGE, logged.PROBLEM}
    }  # fmt: skip
    done = {key for key, deed in story.deeds.items() if deed.state in {"", "done"}}
    assert done <= told
    log = (context.places.logs / "sync.log").read_text("utf-8")
    names = [deed.name for deed in story.deeds.values() if deed.person and " " in deed.name]
    assert names
    assert not [name for name in names if name in log]


def test_no_secret_no_address_and_no_name_is_in_it(synced: Home) -> None:
    context = context_of(synced)
    assert synced.worlds is not None
    secrets = synced.worlds.secrets()
    settings = load_settings(context.places.settings_file)
    for name in secrets:
        context.secrets.get(name)
    # As a careless line of somebody else's would look.
    with (context.places.logs / "gui.log").open("a", encoding="utf-8") as file:
        person = next(
            d for d in read_story(context, read_runs(context)[0].record.id).deeds.values() if d.person and " " in d.name
        )
        words = f"{person.name} wrote to somebody@canary.example from +7 900 000-12-34: {next(iter(secrets.values()))}"
        file.write(
            json.dumps({"level": "ERROR", "message": words, "secret": "canary-extra", "reason": "a@canary.example"})
            + "\n"
        )
    rich = replace(
        settings,
        alerts=replace(settings.alerts, webhook_url="https://hooks.example.com/services/canaryhook"),
        sync=replace(settings.sync, protect=("boss@canary.example",), invitation_message="canary words"),
    )
    save_settings(context.places.settings_file, rich)
    signed_in = Rung("sign_in", "passed", {"owner": "Canary Owner", "login": "admin@canary.example"})
    refused = Rung("permissions", "failed", error=Refused("password_refused", side="learn", login="canary"))
    side = CheckedSide(None, (signed_in, refused), messages={"permissions": "admin@canary.example was refused"})
    files = collect(context, GO_ON, Checked((side,)))
    everything = text_of(files)
    assert {each.name for each in files} >= {"versions.json", "settings.toml", "runs.json", "changes.jsonl",
                                             "sync.log.jsonl", "gui.log.jsonl", "check.json"}  # fmt: skip
    assert "canary" not in everything
    assert not [value for value in secrets.values() if value in everything]
    assert "@" not in everything.replace("person@***", "")
    for run in read_runs(context):
        for deed in read_story(context, run.record.id).deeds.values():
            if deed.person and " " in deed.name:
                assert deed.name not in everything
    assert settings.learn.login not in everything
    assert "900 000" not in everything


def test_the_same_person_is_the_same_pseudonym_and_numbers_are_still_told(synced: Home) -> None:
    context = context_of(synced)
    one, other = collect(context, GO_ON), collect(context, GO_ON)
    assert [each for each in one if each.name != "versions.json"] == [
        each for each in other if each.name != "versions.json"
    ]
    files = {each.name: each.text for each in one}
    who = {json.loads(line)["who"] for line in files["changes.jsonl"].splitlines() if '"user.' in line}
    logged_ = {json.loads(line).get("who") for line in files["sync.log.jsonl"].splitlines()}
    assert who <= logged_
    runs = json.loads(files["runs.json"])
    assert runs[0]["counts"]["user.create"] > 0
    assert runs[0]["problems"]


def test_what_is_saved_is_what_was_shown(synced: Home, tmp_path: Path) -> None:
    files = collect(context_of(synced), GO_ON)
    save_bundle(files, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            each.name: each.text for each in files
        }
    with pytest.raises(WrongUsage):
        save_bundle(files, tmp_path / "nowhere" / "a.zip")


def test_an_empty_and_a_damaged_home_are_told_of_as_well(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert [each.name for each in collect(context_of(home), GO_ON)] == ["versions.json", "settings.toml"]
    (tmp_path / "home" / "journal.db").write_bytes(b"no database" * 100)
    files = {each.name: each.text for each in collect(context_of(home), GO_ON)}
    assert json.loads(files["runs.json"]) == {"error": "journal_damaged"}
    assert read_cards(context_of(home)) == {}


def test_a_nameless_supervisor_is_masked_by_his_login_as_a_whole_and_our_own_words_stay(tmp_path: Path) -> None:
    context = context_of(Home(tmp_path))
    context.places.prepare()
    with Journal.open(context.places.journal_file) as journal:
        run = journal.begin_run("sync", "manual", context.now())
        journal.remember_called({"acc-1": "learn_admin.boss"})
        head = Change("head.set", "main", 7, "dep-7", "Отдел", {"supervisor": "acc-1"}, {"supervisor": "main:4"})
        diary = journal.diary(run)
        diary.intend([head])
        diary.fail(head, "rejected_by_learn", "learn_admin.boss is no admin of Learn any more")
        people = dict.fromkeys(("read", "unchanged"), 0)
        journal.finish_run(run, context.now(), 10, counts={}, summary={"people": people, "problems": []})
    changes = next(each.text for each in collect(context, GO_ON) if each.about == "changes")
    assert json.loads(changes)["message"] == "person is no admin of Learn any more"
