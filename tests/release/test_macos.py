"""What the macOS application says of itself, how it would be signed, and that its paths are the program's."""

import plistlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from b24learn_gui import __version__
from b24learn_gui.machine import autostart_macos
from b24learn_gui.machine.commands import program_command, program_folder
from b24learn_gui.machine.launchd import property_list
from b24learn_gui.machine.scheduler import Task
from release import macos
from release.contents import CONSOLE, WINDOWED


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """The shape PyInstaller gives it."""
    made = tmp_path / "B24Learn.app"
    for name in (
        f"MacOS/{WINDOWED}",
        f"MacOS/{CONSOLE}",
        "Frameworks/Python",
        "Frameworks/libssl.3.dylib",
        "Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        "Frameworks/PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "Frameworks/lib-dynload/_ssl.cpython-311-darwin.so",
        "Resources/licences/README.txt",
    ):
        path = made / "Contents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (made / "Contents/Resources/libssl.3.dylib").symlink_to("../Frameworks/libssl.3.dylib")
    return made


class Recorded:
    """Runs nothing, and remembers the words and the entitlements of that moment."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.allowed: dict[str, object] = {}

    def __call__(self, words: Sequence[str]) -> None:
        self.calls.append(list(words))
        if "--entitlements" in words:
            self.allowed[words[-1]] = plistlib.loads(Path(words[words.index("--entitlements") + 1]).read_bytes())

    def signed(self) -> list[str]:
        return [words[-1] for words in self.calls if words[:2] == ["codesign", "--force"]]


def test_the_property_lists_are_what_macos_reads() -> None:
    for file in sorted(macos.RESOURCES.glob("*.plist")):
        assert isinstance(plistlib.loads(file.read_bytes()), dict), file.name
    info = macos.info_plist()
    assert info["CFBundleExecutable"] == WINDOWED
    assert info["CFBundleVersion"] == __version__
    assert info["LSBackgroundOnly"] is False, "the command inside would make the whole application one without windows"
    assert info["LSUIElement"] is False
    assert info["CFBundleLocalizations"] == ["en", "ru"]


def test_the_hardened_runtime_allows_one_thing_and_without_a_certificate_one_more() -> None:
    callbacks = "com.apple.security.cs.allow-unsigned-executable-memory"
    assert macos.entitlements("Developer ID Application: X") == {callbacks: True}
    assert macos.entitlements(macos.NOBODY) == {
        callbacks: True,
        "com.apple.security.cs.disable-library-validation": True,
    }


def test_everything_is_signed_from_the_inside_out_and_only_programs_are_allowed_anything(app: Path) -> None:
    run = Recorded()
    macos.sign(app, "Developer ID Application: X", run)
    signed = run.signed()
    names = [Path(each).name for each in signed]
    assert sorted(names) == sorted(
        [
            *("libssl.3.dylib", "libqcocoa.dylib", "_ssl.cpython-311-darwin.so", "Python", "QtCore.framework"),
            *(CONSOLE, WINDOWED, "B24Learn.app"),
        ]
    )
    for number, path in enumerate(signed):
        assert not any(later.startswith(f"{path}/") for later in signed[number:]), path
    assert names[-3:] == [CONSOLE, WINDOWED, "B24Learn.app"]
    assert {Path(each).name for each in run.allowed} == {CONSOLE, WINDOWED, "B24Learn.app"}
    assert all(words[words.index("--options") + 1] == "runtime" for words in run.calls if "--options" in words)
    assert all("--timestamp" in words for words in run.calls[:-1])
    assert run.calls[-1][:2] == ["codesign", "--verify"]


def test_without_a_certificate_nobody_is_asked_for_anything(app: Path, tmp_path: Path) -> None:
    run = Recorded()
    macos.build_image(app, tmp_path / "packages" / "B24Learn.dmg", {}, run)
    assert {words[0] for words in run.calls} == {"codesign", "ditto", "hdiutil"}
    assert not any(words[0] == "codesign" and "--timestamp" in words for words in run.calls)
    assert run.calls[-1] == ["hdiutil", "verify", str(tmp_path / "packages" / "B24Learn.dmg")]


def test_with_certificate_and_key_the_image_is_notarised(app: Path, tmp_path: Path) -> None:
    environment = {macos.IDENTITY_VARIABLE: "Developer ID Application: X"} | dict.fromkeys(macos.NOTARY.values(), "x")
    run = Recorded()
    macos.build_image(app, tmp_path / "B24Learn.dmg", environment, run)
    assert [words[:3] for words in run.calls[-3:]] == [
        ["xcrun", "notarytool", "submit"],
        ["xcrun", "stapler", "staple"],
        ["spctl", "--assess", "--type"],
    ]
    assert run.calls[-4][:4] == ["codesign", "--force", "--sign", "Developer ID Application: X"]
    run = Recorded()
    del environment["B24LEARN_NOTARY_ISSUER"]
    macos.build_image(app, tmp_path / "B24Learn.dmg", environment, run)
    assert not any(words[0] == "xcrun" for words in run.calls), "half a key is none"


def test_what_the_system_starts_lies_in_the_application(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """launchd is given the very paths that the bundle has, by whichever of its two programs it is asked."""
    programs = app / "Contents" / "MacOS"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for started in (WINDOWED, CONSOLE):
        monkeypatch.setattr(sys, "executable", str(programs / started))
        assert program_folder() == programs
        window, command = program_command(windows=True), program_command(windows=False)
        assert window == (str(programs / WINDOWED),)
        assert command == (str(programs / CONSOLE),)
        task = Task("b24learn-gui", command)
        agent = property_list(task, task.name, task.sync_command, repeats=True)
        assert Path(agent["ProgramArguments"][0]) in set(programs.iterdir())
        entry = autostart_macos.MacAutostart(app.parent)
        entry.write((*window, "--background"), "")
        assert plistlib.loads(Path(entry.where).read_bytes())["ProgramArguments"] == [*window, "--background"]


@pytest.mark.skipif(sys.platform == "darwin", reason="there it would be made")
def test_elsewhere_it_says_what_it_needs(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "release.macos", str(tmp_path), str(tmp_path / "x.dmg")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "needs macOS" in ran.stderr) == (2, True)
