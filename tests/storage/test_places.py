"""Where a home lies: INTERFACE, `--home`, `B24LEARN_HOME` and the home's id."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from b24learn_gui.errors import SettingsInvalid
from b24learn_gui.storage.places import find_places


def test_a_home_holds_everything_under_one_directory(tmp_path: Path) -> None:
    places = find_places(tmp_path / "home", {"B24LEARN_HOME": "/elsewhere"})

    assert places.settings_file == tmp_path / "home" / "settings.toml"
    assert places.journal_file == tmp_path / "home" / "journal.db"
    assert places.logs == tmp_path / "home" / "logs"
    assert places.reports == tmp_path / "home" / "reports"
    assert find_places(None, {"B24LEARN_HOME": str(tmp_path / "home")}) == places
    assert not (tmp_path / "home").exists(), "choosing a home touches no disk"


def test_a_relative_home_stays_where_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_places(Path("home"), {}).logs == tmp_path / "home" / "logs"


def test_without_a_home_the_platforms_own_places_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    places = find_places(None, {"B24LEARN_HOME": ""})

    assert places.own_home is None
    assert places.settings_file.parts[-2:] == ("b24learn-gui", "settings.toml")
    assert places.home_id() == "default"
    places.prepare()
    assert places.logs.is_dir()
    assert places.reports.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="this system has no owner-only mode for directories")
def test_directories_made_are_private_and_existing_ones_keep_their_mode(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "home").chmod(0o755)
    find_places(tmp_path / "home", {}).prepare()
    find_places(tmp_path / "deep" / "home", {}).prepare()

    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o755
    for made in ("home/logs", "home/reports", "deep", "deep/home", "deep/home/logs"):
        assert (tmp_path / made).stat().st_mode & 0o777 == 0o700


def test_a_home_keeps_its_random_id_and_every_home_has_its_own(tmp_path: Path) -> None:
    first = find_places(tmp_path / "a", {}).home_id()
    assert find_places(tmp_path / "a", {}).home_id() == first
    assert find_places(tmp_path / "b", {}).home_id() != first
    assert (tmp_path / "a" / "home-id").read_text() == first
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["home-id"]


def test_processes_that_ask_at_once_get_the_same_id(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: find_places(tmp_path / "home", {}).home_id(), range(32)))
    assert len(set(ids)) == 1


def test_a_damaged_id_is_named_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "home-id").write_text("\n")
    with pytest.raises(SettingsInvalid) as caught:
        find_places(tmp_path, {}).home_id()
    assert caught.value.code == "home_id_damaged"
    assert (tmp_path / "home-id").read_text() == "\n"


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    places = find_places(tmp_path / "file" / "home", {})
    with pytest.raises(SettingsInvalid) as caught:
        places.prepare()
    assert (caught.value.code, caught.value.exit_code) == ("home_unusable", 70)
    with pytest.raises(SettingsInvalid):
        places.home_id()
