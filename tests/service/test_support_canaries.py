"""Canaries: secrets and people planted in every place an archive for support is made from must not be in it, in any
form (incident T24). The connection check goes into it, whatever the servers do.
"""

import base64
import json
import socket
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from b24learn_gui.service.support import collect, save_bundle
from b24learn_gui.service.support_check import Checked, check_for_support
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import load_settings, save_settings
from b24learn_gui.sync.changes import Change
from tests.cli.home import Home, served
from tests.service.test_support import GO_ON, context_of

NAMES = ("Канарейкина Фёкла", "Canaryson Birdie", "Ли Птах")
EMAILS = ("fyokla@canary-mail.example", "birdie.canaryson@canary-mail.example")
PHONES = ("+7 900 555-01-27", "8 (900) 555-01-28", "79005550129")
LOGINS = ("kanareika_27", "canary-login-28")
HEAD = "Главптица Клара"
BY_HAND = "Рукопоставленский Прохор"
"""Whom somebody had made supervisor in Learn: no person of a portal."""
OWNER = "Вебхуков Хозяин"
PROXY = "canaryproxy:canary-proxy-word"
DECLINED = ("Канарейкиной", "Канарейкину", "Фёклы", "Главптицей", "Клару", "Птахом")
"""Those names in other cases, as servers write them into a sentence."""
SECRETS = ("canary-proxy-word", "canaryhookcode")


@pytest.fixture(scope="module")
def planted() -> Iterator[Home]:
    """A home that was synced for real, with canaries in its settings, secrets, journal, logs and names of files."""
    with tempfile.TemporaryDirectory() as directory, served(Path(directory)) as home:
        assert home.run("sync", "--json").json["changes"]
        context = context_of(home)
        assert home.worlds is not None
        secrets = Path(context.environment["B24LEARN_SECRETS_DIR"])
        (secrets / "learn.proxy").write_text(PROXY)
        (secrets / "learn.proxy").chmod(0o600)
        settings = load_settings(context.places.settings_file)
        save_settings(
            context.places.settings_file,
            replace(
                settings,
                alerts=replace(settings.alerts, webhook_url="https://hooks.example.com/T0/canaryhookcode"),
                sync=replace(
                    settings.sync, protect=(EMAILS[0], LOGINS[0]), hold=("main:4141",), invitation_message=NAMES[0]
                ),
            ),
        )
        known = [*SECRETS, PROXY, *home.worlds.secrets().values()]
        everything = [*NAMES, *DECLINED, *EMAILS, *PHONES, *LOGINS, HEAD, BY_HAND, *known]
        careless = " ; ".join(everything)
        with Journal.open(context.places.journal_file) as journal:
            run = journal.begin_run("sync", "manual", context.now())
            diary = journal.diary(run)
            for number, name in enumerate(NAMES, 4141):
                values = {"login": LOGINS[number % 2], "email": EMAILS[number % 2], "phone": PHONES[number % 3],
                          "first_name": name.split()[1], "last_name": name.split()[0]}  # fmt: skip
                change = Change(
                    "user.update", "main", number, f"acc-{number}", name, values, values, "changed in Bitrix24"
                )
                diary.intend([change])
                diary.fail(change, "rejected_by_learn", f"login {LOGINS[number % 2]} of {name} is taken: {careless}")
            head = Change("head.set", "main", 7, "dep-7", "Отдел", {"supervisor": "acc-by-hand"},
                          {"supervisor": "main:4141"}, "x")  # fmt: skip
            journal.remember_called({"acc-by-hand": BY_HAND})
            diary.intend([head])
            diary.fail(head, "rejected_by_learn", f"{HEAD}: {careless}")
            people = dict.fromkeys(("read", "unchanged"), 0)
            problem = {"object": "person", "portal": "main", "bitrix24_id": 99, "name": HEAD, "code": "login_missing",
                       "detail": {"message": careless}}  # fmt: skip
            summary = {"people": people, "problems": [problem], "limits": [], "sources": [],
                       "error": {"code": "defect", "side": "learn", "portal": "main", "message": careless}}  # fmt: skip
            journal.finish_run(run, context.now(), 10, counts={}, summary=summary)
        line = {"time": "2026-11-22T03:00:00.000Z", "level": "ERROR", "logger": careless, "message": careless,
                "run": careless, "reason": careless, "kind": careless, "host": "portal.example.com", "count": 27,
                "error": {"kind": careless, "through": [careless], "code": careless, "text": careless},
                "forbidden": careless}  # fmt: skip
        for name in ("gui", f"{LOGINS[0]}-{SECRETS[0]}"):
            with (context.places.logs / f"{name}.log").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n" + careless + "\n" + quote(careless) + "\n")
        yield home


def forms(text: str) -> Iterator[bytes]:
    """A text as it may stand in a file."""
    for plain in {text, text.casefold(), text.upper()}:
        yield plain.encode()
        yield plain.encode("utf-16-le")
        yield plain.encode("utf-16-be")
        yield quote(plain).encode()
        yield quote(plain, safe="").lower().encode()
        yield plain.encode("unicode_escape")
        if len(text) >= 6:
            for shift in range(3):  # base64 in whichever place it begins
                encoded = base64.b64encode(b" " * shift + plain.encode())
                yield encoded[4 if shift else 0 : -4]


def search(archive: Path, canaries: list[str]) -> list[tuple[str, str]]:
    """Which canaries are in which file, names of files included."""
    found = []
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            for body in (opened.read(name), name.encode(), opened.comment):
                low = body.lower()
                found += [(name, each) for each in canaries for form in forms(each) if form in body or form in low]
    return sorted(set(found))


def test_the_search_itself_finds_canaries_in_every_form(tmp_path: Path) -> None:
    hidden = [
        NAMES[0].encode(),
        "canary".encode("utf-16"),
        base64.b64encode(f"x{EMAILS[0]}".encode()),
        quote(HEAD).encode(),
    ]
    for number, body in enumerate(hidden):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as archive:
            archive.writestr("a", body)
    found = [bool(search(tmp_path / f"{n}.zip", [NAMES[0], "canary", EMAILS[0], HEAD])) for n in range(len(hidden))]
    assert found == [True] * len(hidden)


def test_no_canary_is_in_the_archive_in_any_form(planted: Home, tmp_path: Path) -> None:
    context = context_of(planted)
    assert planted.worlds is not None
    checked = check_for_support(context, threading.Event(), lambda *_: None, lambda *_: None)
    checked = replace(checked, names=(*checked.names, OWNER))
    save_bundle(collect(context, GO_ON, checked), tmp_path / "a.zip")
    words = {word for name in (*NAMES, HEAD, BY_HAND, *DECLINED) for word in name.split()}
    digits = [phone.replace(" ", "") for phone in PHONES]
    login = load_settings(context.places.settings_file).learn.login
    secrets = [*SECRETS, *planted.worlds.secrets().values()]
    secrets += [value.rstrip("/").rpartition("/")[2] for value in planted.worlds.secrets().values()]
    canaries = [*words, *EMAILS, *PHONES, *digits, *LOGINS, login, *secrets, PROXY]
    assert search(tmp_path / "a.zip", canaries) == []
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        assert "check.json" in names
        assert len([name for name in names if name.startswith("other-")]) == 1
        told = archive.read("changes.jsonl").decode()
        assert "rejected_by_learn" in told  # what a supporter needs is there
        assert "portal.example.com" in archive.read("gui.log.jsonl").decode()
        assert '"count":27' in archive.read("gui.log.jsonl").decode()


def test_without_the_check_neither(planted: Home, tmp_path: Path) -> None:
    """Nobody has used the secrets yet: they are asked for, so that they are known wherever they turn up."""
    assert planted.worlds is not None
    save_bundle(collect(context_of(planted), GO_ON), tmp_path / "a.zip")
    words = {word for name in (*NAMES, HEAD) for word in name.split()}
    assert search(tmp_path / "a.zip", [*words, *EMAILS, *PHONES, *LOGINS, *SECRETS]) == []


def test_everybody_in_the_company_is_a_canary(planted: Home, tmp_path: Path) -> None:
    context = context_of(planted)
    with Journal.open_read_only(context.places.journal_file) as journal:
        people = journal.memory().people.values()
    save_bundle(collect(context, GO_ON), tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        everything = b"\n".join(map(archive.read, archive.namelist())).decode()
    assert people
    assert not [link.name for link in people if link.name in everything]
    assert not [link.email for link in people if link.email in everything]
    assert not [link.learn_id for link in people if link.learn_id in everything]


def test_the_check_says_which_rungs_hold_and_of_whom_it_says_nothing(planted: Home) -> None:
    context = context_of(planted)
    tried: list[tuple[str | None, str]] = []
    checked = check_for_support(context, threading.Event(), lambda *rung: tried.append(rung), lambda *_: None)
    assert [portal for portal, _ in dict.fromkeys((side, "") for side, _ in tried)] == ["main", None]
    assert len(tried) == 12
    assert not checked.stopped
    told = json.loads(next(file.text for file in collect(context, GO_ON, checked) if file.name == "check.json"))
    assert [(side["side"], {rung["state"] for rung in side["rungs"]}) for side in told["sides"]] == [
        ("bitrix24", {"passed"}), ("learn", {"passed"})]  # fmt: skip
    data = told["sides"][0]["rungs"][-1]
    assert data["employees"] > 0
    assert set(told["sides"][0]["rungs"][3]) <= {"rung", "state", "seconds", "admin"}  # not who the owner is


def test_a_check_stopped_in_the_middle_says_how_far_it_came(planted: Home) -> None:
    context, stop = context_of(planted), threading.Event()
    checked = check_for_support(
        context, stop, lambda _portal, rung: stop.set() if rung == "sign_in" else None, lambda *_: None
    )
    assert checked.stopped
    told = json.loads(next(file.text for file in collect(context, GO_ON, checked) if file.name == "check.json"))
    assert told["stopped"] is True
    states = [rung["state"] for rung in told["sides"][0]["rungs"]]
    assert states[:3] == ["passed"] * 3
    assert states[-1] == "not tried"


def test_servers_that_do_not_answer_are_an_answer(planted: Home) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    context = context_of(planted)
    settings = load_settings(context.places.settings_file)
    before = context.places.settings_file.read_bytes()
    try:
        save_settings(
            context.places.settings_file,
            replace(settings, learn=replace(settings.learn, url=f"http://127.0.0.1:{port}"),
                    network=replace(settings.network, patience_seconds=1)),
        )  # fmt: skip
        checked = check_for_support(context, threading.Event(), lambda *_: None, lambda *_: None)
        files = {file.name: file.text for file in collect(context, GO_ON, checked)}
    finally:
        context.places.settings_file.write_bytes(before)
    learn = json.loads(files["check.json"])["sides"][-1]
    broken = [rung for rung in learn["rungs"] if rung["state"] == "failed"]
    assert [rung["rung"] for rung in broken] == ["network"]
    assert broken[0]["code"]
    assert len(files) >= 5


def test_settings_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    context = context_of(Home(tmp_path))
    checked = check_for_support(context, threading.Event(), lambda *_: None, lambda *_: None)
    assert checked == Checked(error="settings_missing")
    assert '"settings_missing"' in next(each.text for each in collect(context, GO_ON, checked) if each.about == "check")
