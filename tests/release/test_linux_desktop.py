"""What Linux packages bring besides the program: valid for the tools that judge it, and true of the program."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from b24learn_gui.cli.asked import Asked
from b24learn_gui.cli.tree import build
from b24learn_gui.gui.application import PROGRAM as WINDOWS_ARE_CALLED
from b24learn_gui.machine.autostart import Autostart
from b24learn_gui.machine.autostart_xdg import XdgAutostart
from b24learn_gui.service import exit_codes
from b24learn_gui.storage.places import find_places
from b24learn_gui.text import LANGUAGES, Words
from release import completion, linux
from release.debian import debian_version
from release.linux import RESOURCES, share
from release.manual import commands, manual, options, texts
from tests.release.built import built_folder, missing

EPOCH = 1_764_547_200


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("share")
    share(root, "1.2.3", EPOCH)
    return root


def judged(*line: str) -> str:
    """What a tool says that ends well."""
    if shutil.which(line[0]) is None:
        missing(f"not installed: {line[0]}")
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def keys(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def test_the_menu_entry_is_valid_and_speaks_russian(shared: Path) -> None:
    file = shared / "applications" / "b24learn-gui.desktop"
    assert judged("desktop-file-validate", str(file)) == ""
    entry = keys(file.read_text("utf-8"))
    for key in ("Name", "GenericName", "Comment", "Keywords"):
        assert re.search("[а-я]", entry[f"{key}[ru]"]), key
    assert (entry["Exec"], entry["TryExec"]) == ("b24learn-gui", "b24learn-gui")


def test_desktops_know_the_windows_by_the_entry(shared: Path) -> None:
    """The window's class on X11 and its application on Wayland are the entry's name, and so is the icon."""
    entry = keys((shared / "applications" / "b24learn-gui.desktop").read_text("utf-8"))
    assert {entry["StartupWMClass"], entry["Icon"], WINDOWS_ARE_CALLED} == {"b24learn-gui"}


def test_the_entry_for_starting_with_the_session_is_valid_too(tmp_path: Path) -> None:
    place = XdgAutostart({}, tmp_path)
    Autostart(place, ("/usr/bin/b24learn-gui",)).enable()
    assert judged("desktop-file-validate", place.where) == ""
    assert keys(Path(place.where).read_text())["TryExec"] == "/usr/bin/b24learn-gui"


def test_the_description_for_software_centres_is_valid(shared: Path) -> None:
    file = shared / "metainfo" / linux.METAINFO
    judged("appstreamcli", "validate", "--no-net", str(file))
    text = file.read_text("utf-8")
    assert '<release version="1.2.3" date="2025-12-01"/>' in text
    assert "@" not in text


def test_the_icons_are_as_large_as_their_folders_say(shared: Path) -> None:
    found = {}
    for file in (shared / "icons" / "hicolor").rglob("*.png"):
        data = file.read_bytes()
        found[file.parent.parent.name] = (int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    assert found == {f"{size}x{size}": (size, size) for size in linux.ICON_SIZES}
    assert (shared / "icons/hicolor/scalable/apps/b24learn-gui.svg").read_bytes().startswith(b"<svg")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_tells_every_command_and_option(language: str) -> None:
    words = Words(language)  # type: ignore[arg-type]
    page = manual(language, "1.2.3", "2025-12-01").replace("\\-", "-")  # type: ignore[arg-type]
    root = build(words, Asked())
    found = dict(commands(root))
    assert len(found) > 15
    for name, command in found.items():
        assert f'.SS "{name}' in page
        for written, _ in options(command, name, set()):
            assert f".B {written}" in page, (name, written)
    assert "self-test" not in found  # what is hidden is nobody's business


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_tells_every_exit_code_and_no_other(language: str) -> None:
    known = {str(value) for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    assert set(texts(language)["exit"]) == known  # type: ignore[arg-type]


def test_the_manuals_tell_the_same_in_every_language() -> None:
    first, *others = (
        {name: list(part) for name, part in texts(each).items() if isinstance(part, dict)} for each in LANGUAGES
    )
    assert all(each == first for each in others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_manual_and_the_package_tell_people_to_run_can_be_run(language: str) -> None:
    page = " ".join(texts(language)["text"]["removal"]) + (RESOURCES / "postrm").read_text("utf-8")  # type: ignore[arg-type]
    told = re.findall(r"b24learn-gui ((?:[a-z][a-z-]*|--[a-z-]+)(?: --[a-z-]+)*)", page)
    assert "uninstall --delete-data" in told
    for line in (each for each in told if "--" in each):
        assert build(Words("en"), Asked()).main(args=line.split(), standalone_mode=False)


def test_the_manual_names_the_places_the_program_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    places = find_places(None, {})
    home = str(Path.home())
    used = {str(places.settings_file), f"{places.journal_file.parent}/", f"{places.logs}/"}
    told = {each.replace("~", home) for each in texts("en")["files"]}
    assert used <= told
    assert f"{places.reports.parent}/" in told


@pytest.mark.parametrize("page", ["man/man1", "man/ru/man1"])
def test_the_manual_can_be_read(shared: Path, page: str) -> None:
    file = shared / page / "b24learn-gui.1.gz"
    if shutil.which("man") is None:
        missing("not installed: man")
    line = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", str(file)]
    shown = subprocess.run(
        line,
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "MANWIDTH": "90", "PATH": "/usr/bin:/bin"},
    )
    assert shown.stderr == ""
    assert "iSpring" in shown.stdout
    assert gzip.decompress(file.read_bytes()).startswith(b'.TH "B24LEARN')


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("b24learn-gui serv", "service"),
        ("b24learn-gui service ", "--events --help --home --json --lang --verbose install remove status"),
        ("b24learn-gui --lang ", "en ru"),
        ("b24learn-gui --lang ru undo RUN --ap", ""),
        ("b24learn-gui --home / undo --ap", "--apply --approve"),
    ],
)
def test_bash_completes_commands_and_options(typed: str, offered: str, tmp_path: Path) -> None:
    script = completion.bash() + (
        f"\nCOMP_WORDS=({typed}); case '{typed}' in *' ') COMP_WORDS+=('');; esac"
        '\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1)); _b24learn_gui; printf "%s\\n" "${COMPREPLY[@]}" | sort | xargs'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == offered.split()


def test_every_component_is_named_in_the_copyright_file() -> None:
    told = (RESOURCES / "copyright").read_text("utf-8")
    listing = (built_folder() / "licences" / "README.txt").read_text("utf-8")
    names = re.findall(r"^(\S+) \S+$", listing, re.MULTILINE)
    assert len(names) > 25
    forgotten = {each for each in names if each.lower() not in told.lower() and not each.startswith("libpython3")}
    assert forgotten == set()


@pytest.mark.parametrize(
    ("version", "expected"),
    [("0.1.0", "0.1.0"), ("0.2.0rc1", "0.2.0~rc1"), ("1.0.dev3", "1.0~dev3"), ("1.0b2", "1.0~b2")],
)
def test_what_comes_before_a_version_sorts_before_it(version: str, expected: str) -> None:
    assert debian_version(version) == expected
