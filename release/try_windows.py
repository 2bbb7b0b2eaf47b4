"""Tries the Windows installer on a Windows: `python -m release.try_windows INSTALLER BUNDLE`, as who is signed in.

It installs silently for one person, asks the installed program whether it is whole, shows its main job, updates it
while its windows are open, and removes it. What is not as it should be ends it with a sentence. It refuses where the
program is installed already: it would update and remove somebody's own.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

MODEL_ID = "b24learn.gui"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\b24learn-gui"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_PATIENCE = 120.0


class NotAsItShouldBe(Exception):
    """What was expected and what was found instead."""


def expect(found: object, wanted: object, what: str) -> None:
    """Raises `NotAsItShouldBe`."""
    if found != wanted:
        raise NotAsItShouldBe(f"{what}: {found!r} instead of {wanted!r}")


def run(words: Iterable[str | Path]) -> int:
    """One program to its end; its exit code."""
    line = [str(word) for word in words]
    sys.stdout.write(f"· {' '.join(line)}\n")
    sys.stdout.flush()
    return subprocess.run(line, check=False, timeout=600).returncode


def value(key: str, name: str) -> str | None:
    """Of the person's part of the registry; there is none elsewhere."""
    if sys.platform != "win32":
        return None
    import winreg  # noqa: PLC0415 - see above

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    except FileNotFoundError:
        return None


def model_id(shortcut: Path) -> str:
    """Under which id the Start menu's entry has its windows grouped, asked of the shell itself."""
    script = (
        f"(New-Object -ComObject Shell.Application).Namespace('{shortcut.parent}').ParseName('{shortcut.name}')"
        ".ExtendedProperty('System.AppUserModel.ID')"
    )
    asked = ["powershell", "-NoProfile", "-Command", script]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def files_in(folder: Path) -> set[str]:
    """Every file below, as text."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def wait_until_gone(path: Path) -> None:
    """What removes the program does so from a copy of itself, and nobody waits for that. Raises `NotAsItShouldBe`."""
    until = time.monotonic() + _PATIENCE
    while path.exists():
        if time.monotonic() > until:
            raise NotAsItShouldBe(f"{path} is still there, with {sorted(files_in(path))[:5]}")
        time.sleep(0.5)


def try_out(installer: Path, bundle: Path) -> None:
    """Everything in turn. Raises `NotAsItShouldBe`."""
    folder = Path(os.environ["LOCALAPPDATA"], "Programs", "B24Learn")
    shortcut = Path(os.environ["APPDATA"], "Microsoft", "Windows", "Start Menu", "Programs", "B24Learn.lnk")
    wanted = files_in(bundle) | {"uninstall.exe"}
    expect(value(UNINSTALL, "InstallLocation"), None, "an installation that is there already")

    expect(run([installer, "/S", "/CURRENTUSER", "/AUTOSTART=1"]), 0, "installing")
    expect(files_in(folder), wanted, "the installed files")
    expect(value(UNINSTALL, "InstallLocation"), str(folder), "the registered folder")
    expect(model_id(shortcut), MODEL_ID, "the id of the Start menu's entry")
    expect(str(folder / "B24Learn.exe") in (value(RUN, "b24learn-gui") or ""), True, "the entry for the session")
    console = folder / "b24learn-gui.exe"
    expect(run([console, "--self-check"]), 0, "the program's look at itself")
    expect(run([console, "demo", "--headless"]), 0, "the demonstration")
    expect(files_in(folder), wanted, "the program's folder after it was used")

    with tempfile.TemporaryDirectory(prefix="дом ", ignore_cleanup_errors=True) as home:
        window = subprocess.Popen([str(folder / "B24Learn.exe"), "--home", home])
        time.sleep(10)
        expect(window.poll(), None, "the open program")
        expect(run([installer, "/S", "/WAIT=60"]), 0, "updating while it is open")
        expect(window.wait(timeout=10), 0, "how it left")
    expect(files_in(folder), wanted, "the files after the update")

    expect(run([folder / "uninstall.exe", "/S", "/WAIT=60"]), 0, "removing")
    wait_until_gone(folder)
    expect(shortcut.exists(), False, "the Start menu's entry")
    expect(value(UNINSTALL, "InstallLocation"), None, "the registered folder")
    expect(value(RUN, "b24learn-gui"), None, "the entry for the session")


def main(words: list[str]) -> int:
    """Try it, and say how it went."""
    if len(words) != 2 or sys.platform != "win32":
        sys.stderr.write("usage, on Windows: python -m release.try_windows INSTALLER BUNDLE\n")
        return 2
    try:
        try_out(Path(words[0]).resolve(), Path(words[1]).resolve())
    except (NotAsItShouldBe, subprocess.SubprocessError) as error:
        sys.stderr.write(f"Not as it should be: {error}\n")
        return 1
    sys.stdout.write("Installed, used, updated and removed.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
