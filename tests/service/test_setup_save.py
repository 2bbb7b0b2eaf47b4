"""Saving settings and secrets: together or not at all, whatever fails, wherever the process is killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from b24learn_gui.company.model import Company, Rights
from b24learn_gui.errors import AnotherRunActive, SecretUnavailable, SettingsInvalid
from b24learn_gui.service.setup import recover_setup, save, saved_settings, stored_secrets
from b24learn_gui.service.setup_save import NOTE
from b24learn_gui.storage.journal import SETTINGS_SAVED_AT, Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.settings import Settings, load_settings
from tests.service.dying_keyring import FILE_VARIABLE, LIFE_VARIABLE
from tests.service.saving_process import BACKEND, NEW_SECRETS, NEW_SETTINGS, settings_of
from tests.service.setup_world import NOW, context_of
from tests.storage.keyrings import MemoryKeyring
from tests.systems import posix_signals

OLD_SETTINGS = settings_of("old", "main")
OLD_SECRETS = {"learn.password": "old-password", "portal.main.webhook": "old-webhook"}
LAID_ASIDE = "before-setup"
LAST_WRITE = 7
"""Two secrets laid aside, the note, three secrets, the settings: the eighth write removes the note and settles it."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an old setup in a store that outlives processes."""
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "keyring.json"))
    monkeypatch.delenv(LIFE_VARIABLE, raising=False)
    home = tmp_path / "home"
    save(context_of(home, backend=BACKEND), OLD_SETTINGS, OLD_SECRETS)
    return home


def stored(home: Path) -> dict[str, str]:
    """Name → value of what this home has in the store."""
    context = context_of(home, backend=BACKEND)
    names = {*OLD_SECRETS, *NEW_SECRETS}
    return {name: value for name in names if (value := context.secrets.find(name)) is not None}


def setup_of(home: Path) -> tuple[Settings, dict[str, str]]:
    return load_settings(home / "settings.toml"), stored(home)


OLD, NEW = (OLD_SETTINGS, OLD_SECRETS), (NEW_SETTINGS, NEW_SECRETS)


def in_store(home: Path) -> str:
    return (home.parent / "keyring.json").read_text("utf-8")


def run(home: Path, verb: str, lives: int) -> int:
    environment: Mapping[str, str] = {**os.environ, LIFE_VARIABLE: str(lives)}
    command = [sys.executable, "-m", "tests.service.saving_process", str(home), verb]
    return subprocess.run(command, env=environment, check=False, capture_output=True, timeout=60).returncode


def test_a_setup_is_saved_whole(home: Path) -> None:
    context = context_of(home, backend=BACKEND)
    rights = Rights(frozenset({"user_basic", "department"}), 1, admin=True)
    saved = save(
        context, NEW_SETTINGS, NEW_SECRETS, companies=[Company("main", (), (), rights)], api_base="https://new/api"
    )
    assert setup_of(home) == NEW
    assert saved.stored == frozenset(NEW_SECRETS)
    assert LAID_ASIDE not in in_store(home)
    assert "old-password" not in in_store(home)
    assert not (home / NOTE).exists()
    assert saved_settings(context) == NEW_SETTINGS
    assert stored_secrets(context, NEW_SETTINGS) == frozenset(NEW_SECRETS)
    with Journal.open_read_only(context.places.journal_file) as journal:
        assert journal.memory().rights == {"main": rights}  # rule Q2: a passed check accepts them
        assert journal.fact(SETTINGS_SAVED_AT) == NOW.isoformat()
        assert "https://new/api" in (journal.fact("api_base") or "")


@posix_signals
def test_killed_at_any_write_the_old_setup_is_whole_until_the_new_one_is(home: Path) -> None:
    """Every write of the store and every rename or removal of a file, one process killed at each."""
    store = home.parent / "keyring.json"
    old_store, old_file = store.read_text("utf-8"), (home / "settings.toml").read_bytes()
    outcomes = []
    for lives in range(60):
        code = run(home, "save", lives)
        assert code in {0, -signal.SIGKILL}
        recover_setup(context_of(home, backend=BACKEND))
        outcomes.append(setup_of(home))
        assert outcomes[-1] in (OLD, NEW), f"neither after {lives} writes"
        assert not (home / NOTE).exists()
        if code == 0:
            break
        store.write_text(old_store, "utf-8")
        (home / "settings.toml").write_bytes(old_file)
    switched = outcomes.index(NEW)
    assert outcomes[:switched] == [OLD] * switched
    assert outcomes[switched:] == [NEW] * (len(outcomes) - switched)
    assert switched == LAST_WRITE + 1


def die_half_done(home: Path) -> None:
    """New secrets, new settings, and the note still there: as far on as it can be taken back."""
    assert run(home, "save", LAST_WRITE) == -signal.SIGKILL
    assert (home / NOTE).exists()
    assert setup_of(home) == NEW


@posix_signals
def test_a_recovery_killed_at_any_write_is_finished_by_the_next(home: Path) -> None:
    die_half_done(home)
    deaths = 0
    while run(home, "recover", deaths) != 0:
        deaths += 1
    assert deaths > 1
    assert setup_of(home) == OLD
    assert not (home / NOTE).exists()


@posix_signals
def test_the_note_holds_no_secret(home: Path) -> None:
    die_half_done(home)
    note = (home / NOTE).read_text("ascii")
    assert json.loads(note)["secrets"] == {
        "learn.password": True,
        "portal.main.webhook": True,
        "portal.west.webhook": False,
    }
    assert not any(value in note for value in (*OLD_SECRETS.values(), *NEW_SECRETS.values()))


def test_a_store_that_refuses_in_the_middle_leaves_everything_as_it_was(home: Path) -> None:
    context = context_of(home, backend="tests.service.dying_keyring.FullKeyring")
    with pytest.raises(SecretUnavailable) as caught:
        save(context, NEW_SETTINGS, NEW_SECRETS)
    assert caught.value.code == "secret_store_refused"
    assert setup_of(home) == OLD
    assert not (home / NOTE).exists()


def test_a_full_disk_leaves_everything_as_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from b24learn_gui.storage.settings import file as settings_file

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings_file, "write_atomically", full)
    with pytest.raises(SettingsInvalid) as caught:
        save(context_of(home, backend=BACKEND), NEW_SETTINGS, NEW_SECRETS)
    assert caught.value.code == "settings_not_written"
    assert setup_of(home) == OLD


@pytest.mark.parametrize(("kind", "code"), [("Locked", "locked"), ("Vanished", "missing"), ("Stubborn", "refused")])
def test_a_store_in_trouble_is_named_and_nothing_is_saved(tmp_path: Path, kind: str, code: str) -> None:
    MemoryKeyring.values.clear()
    context = context_of(tmp_path / "home", backend=f"tests.storage.keyrings.{kind}Keyring")
    with pytest.raises(SecretUnavailable):
        save(context, NEW_SETTINGS, NEW_SECRETS)
    assert not (tmp_path / "home" / "settings.toml").exists()
    assert not (tmp_path / "home" / NOTE).exists()


def test_without_any_store_a_setup_can_be_saved_until_quit(tmp_path: Path) -> None:
    context = context_of(tmp_path / "home", backend="keyring.backends.null.Keyring")
    saved = save(context, NEW_SETTINGS, NEW_SECRETS, only_until_quit=True)
    assert saved.stored == frozenset()
    assert load_settings(context.places.settings_file) == NEW_SETTINGS
    files = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert files
    assert not any(b"new-" in file.read_bytes().replace(b"new.example", b"") for file in files)


def test_settings_with_faults_touch_nothing(home: Path) -> None:
    with pytest.raises(SettingsInvalid):
        save(context_of(home, backend=BACKEND), replace(NEW_SETTINGS, portals=()), NEW_SECRETS)
    assert setup_of(home) == OLD


def test_while_a_run_is_active_nothing_is_saved(home: Path) -> None:
    context = context_of(home, backend=BACKEND)
    with RunLock(context.places.lock_file), pytest.raises(AnotherRunActive):
        save(context, NEW_SETTINGS, NEW_SECRETS)
    assert setup_of(home) == OLD


def test_unchanged_secrets_ask_nobody_to_open_the_store_for_writing(home: Path) -> None:
    before = in_store(home)
    save(context_of(home, backend="tests.service.dying_keyring.FullKeyring"), NEW_SETTINGS, OLD_SECRETS)
    assert load_settings(home / "settings.toml") == NEW_SETTINGS
    assert in_store(home) == before


def test_a_removed_portals_webhook_is_cleared_away(home: Path) -> None:
    context = context_of(home, backend=BACKEND)
    save(context, NEW_SETTINGS, NEW_SECRETS)
    save(context, settings_of("new", "main"), {})
    assert "portal.west.webhook" not in stored(home)
    assert stored(home)["portal.main.webhook"] == "new-webhook"


def test_recovering_where_nothing_was_left_does_nothing(home: Path) -> None:
    assert recover_setup(context_of(home, backend=BACKEND)) is False
    assert setup_of(home) == OLD


def test_the_sign_in_of_a_removed_proxy_is_cleared_away(home: Path) -> None:
    context = context_of(home, backend=BACKEND)
    learn, (portal, *_) = OLD_SETTINGS.learn, OLD_SETTINGS.portals
    proxied = replace(
        OLD_SETTINGS,
        learn=replace(learn, proxy="proxy.example:3128"),
        portals=(replace(portal, proxy="proxy.example:3128"),),
    )
    save(context, proxied, {"learn.proxy": "u:canary-learn", "portal.main.proxy": "u:canary-portal"})
    assert load_settings(home / "settings.toml").learn.proxy == "proxy.example:3128"
    assert context.secrets.find("portal.main.proxy") == "u:canary-portal"
    save(context, OLD_SETTINGS, {})
    assert (context.secrets.find("learn.proxy"), context.secrets.find("portal.main.proxy")) == (None, None)
    assert context.secrets.find("learn.password") == "old-password"
