"""What `pip install` gets: built alike wherever it is built, complete, and at work outside the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

import pytest

from b24learn_gui import __version__
from release import matrix, wheel
from release.wheel import Built

ROOT = Path(__file__).parents[2]
NEW_YEAR = 1_767_225_600
"""1 January 2026, UTC."""


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tools")
    wheel.install_tools(folder)
    return folder


@pytest.fixture(scope="module")
def built(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return wheel.build(tmp_path_factory.mktemp("dist"), moment=NEW_YEAR, tools=tools)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment's programs: the wheel is installed there, its dependencies are lent by this one."""
    home = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = programs_of(home) / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-q", "--no-deps", "--no-index", str(built.wheel)], check=True)
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(site, "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return programs_of(home)


def programs_of(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("B24LEARN_", "PYTHON"))}


def said(words: list[str], folder: Path, more: Mapping[str, str] | None = None) -> str:
    """What a program prints, run outside the repository; it has to end well."""
    done = subprocess.run(
        words, cwd=folder, env={**clean_environment(), **(more or {})}, capture_output=True, text=True, encoding="utf-8",
        check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names_of(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def metadata_of(file: Path) -> Message:
    with zipfile.ZipFile(file) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode("utf-8"))


# What is in them


def test_the_wheel_holds_every_module_and_resource_of_the_package_and_nothing_else(built: Built) -> None:
    source = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "b24learn_gui").rglob("*")
        if path.is_file() and path.suffix in {".py", ".po", ".svg", ".txt"}
    }
    found = {name for name in names_of(built.wheel) if ".dist-info/" not in name}
    assert found == source
    assert "b24learn_gui/text/locale/ru/LC_MESSAGES/b24learn_gui.po" in found


def test_the_sdist_holds_what_a_build_and_a_reader_need_and_no_tests(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "docs/interface.md", "PKG-INFO"} <= names
    assert not [name for name in names if name.startswith(("tests", "bench", "release", ".")) or name.endswith(".pyc")]


def test_the_metadata_names_version_licence_pythons_extras_and_both_programs(built: Built) -> None:
    metadata = metadata_of(built.wheel)
    assert (metadata["Name"], metadata["Version"]) == ("b24learn-gui", __version__)
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE", "b24learn_gui/gui/icons/LICENSE.txt"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert {"demo", "test"} <= set(metadata.get_all("Provides-Extra", []))
    assert not [line for line in metadata.get_all("Requires-Dist", []) if 'extra == "demo"' in line]
    with zipfile.ZipFile(built.wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("entry_points.txt"))
        told = archive.read(name).decode().split()
    assert told == [
        "[console_scripts]", "b24learn-gui", "=", "b24learn_gui.__main__:main",
        "[gui_scripts]", "B24Learn", "=", "b24learn_gui.__main__:main",
    ]  # fmt: skip


def test_the_version_stands_in_two_places_that_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__


def test_every_dependency_has_a_lowest_version(built: Built) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert len(matrix.lowest_of(built.wheel)) == len(project["dependencies"])


# The same bytes


def test_two_builds_of_one_source_are_the_same_to_the_byte(
    built: Built, tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another copy of the source with other times and rights, another time zone, another mask for new files."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in (*wheel.SOURCES, "requirements"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, copy / name)
    for path in copy.rglob("*.py"):
        path.chmod(0o700)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (copy / "b24learn_gui" / "gui" / ".stray").write_text("not ours", encoding="utf-8")
    monkeypatch.setattr(wheel, "HERE", copy)
    monkeypatch.setenv("TZ", "Asia/Kamchatka")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NEW_YEAR))
    former = os.umask(0o077)
    try:
        again = wheel.build(tmp_path / "dist", tools=tools)
    finally:
        os.umask(former)
    assert again.wheel.read_bytes() == built.wheel.read_bytes()
    assert again.sdist.read_bytes() == built.sdist.read_bytes()


# At work


def test_the_installed_program_has_its_words_in_both_languages(installed: Path, tmp_path: Path) -> None:
    program = str(installed / "b24learn-gui")
    assert "Commands:" in said([program, "--lang", "en", "--help"], tmp_path)
    assert "Команды:" in said([program, "--lang", "ru", "--help"], tmp_path)
    assert (installed / "B24Learn").exists() or (installed / "B24Learn.exe").exists()


def test_the_installed_program_shows_its_demonstration_and_leaves_nothing(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    places = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    told = said([str(installed / "b24learn-gui"), "--lang", "en", "demo", "--headless"], folder, places)
    assert "Every step ended as its world demands." in told
    assert not list(folder.iterdir())


def test_every_module_of_the_installed_package_loads_and_its_dependencies_agree(
    installed: Path, tmp_path: Path
) -> None:
    probe = str(ROOT / "release" / "probe.py")
    told = said([str(installed / "python"), probe, "modules"], tmp_path)
    assert str(installed.parent) in told, "the repository's package was found instead"
    assert int(told.split()[0]) > 400


def test_the_installed_program_opens_its_first_window(installed: Path, tmp_path: Path) -> None:
    told = said([str(installed / "python"), str(ROOT / "release" / "probe.py"), "window"], tmp_path)
    assert "Bitrix24 → iSpring Learn" in told


# Every Python that is here, with the lowest and the newest dependencies


def pythons() -> list[str]:
    """Of the versions supported those that can be called, one each."""
    return [found for minor in range(11, 20) if (found := shutil.which(f"python3.{minor}")) and _runs(found)]


def _runs(python: str) -> bool:
    return subprocess.run([python, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode == 0


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("choice", ["lowest", "newest"])
@pytest.mark.parametrize("python", pythons())
def test_the_wheel_works_with_the_lowest_and_the_newest_dependencies(
    built: Built, python: str, choice: matrix.Choice
) -> None:
    for tried in matrix.try_wheel(built.wheel, python, choice, tests=True):
        assert tried.ok, f"{tried.step}: {tried.said}"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_pip_builds_the_sdist_by_itself_and_pipx_installs_the_wheel(built: Built, tmp_path: Path) -> None:
    """Both with the network, as their users do; what pip builds in its own clean place holds the same files."""
    out, home = tmp_path / "out", tmp_path / "tools"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    said([*pip, "wheel", "-q", "--no-deps", "-w", str(out), str(built.sdist)], tmp_path)
    (by_pip,) = out.glob("*.whl")
    assert names_of(by_pip) == names_of(built.wheel)
    said([sys.executable, "-m", "venv", str(home)], tmp_path)
    python = str(programs_of(home) / "python")
    said([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "pipx"], tmp_path)
    places = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin"), "USE_EMOJI": "0"}
    said([python, "-m", "pipx", "install", "-q", f"{built.wheel}[demo]"], tmp_path, places)
    program = next((tmp_path / "bin").glob("b24learn-gui*"))
    assert "Every step ended" in said([str(program), "--lang", "en", "demo", "--headless"], tmp_path, places)
