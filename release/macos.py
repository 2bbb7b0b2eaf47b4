"""The macOS application: what its property list says, how it is signed, and the disk image people download.

`python -m release.macos APP OUTPUT` needs macOS: codesign, hdiutil, and xcrun where Apple is asked to notarise it. The
words of every command are made by plain functions, so that they can be judged elsewhere.
"""

import argparse
import os
import plistlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from b24learn_gui import __version__
from release.contents import CONSOLE, WINDOWED

RESOURCES = Path(__file__).resolve().parent.parent / "resources" / "macos"
ENTITLEMENTS = RESOURCES / "entitlements.plist"
INFO = RESOURCES / "Info.plist"
NOBODY = "-"
"""codesign's word for a signature without a certificate; Apple's own processors run nothing without any."""
IDENTITY_VARIABLE = "B24LEARN_MACOS_IDENTITY"
NOTARY = {
    "--key": "B24LEARN_NOTARY_KEY_FILE",
    "--key-id": "B24LEARN_NOTARY_KEY_ID",
    "--issuer": "B24LEARN_NOTARY_ISSUER",
}
"""notarytool's options and the variables they come from: the file of an App Store Connect key, its id, its issuer."""
_CODE = {".so", ".dylib"}
_SAME_TEAM = "com.apple.security.cs.disable-library-validation"

Run = Callable[[Sequence[str]], None]


def info_plist() -> dict[str, Any]:
    """What the bundle's property list says beside what PyInstaller writes by itself."""
    found: dict[str, Any] = plistlib.loads(INFO.read_bytes())
    return found | {"CFBundleExecutable": WINDOWED, "CFBundleVersion": __version__}


def entitlements(identity: str) -> dict[str, bool]:
    """What the hardened runtime is to allow. Without a certificate no two files are of one team, and one file may load
    another only where that is not asked for.
    """
    found: dict[str, bool] = plistlib.loads(ENTITLEMENTS.read_bytes())
    return found | ({_SAME_TEAM: True} if identity == NOBODY else {})


def code_in(app: Path) -> list[Path]:
    """Everything that has to be signed by itself, the innermost first, the application last."""
    contents = app / "Contents"
    files = [path for path in contents.rglob("*") if path.is_file() and not path.is_symlink()]
    frameworks = [path for path in contents.rglob("*.framework") if path.is_dir() and not path.is_symlink()]
    libraries = [path for path in files if path.suffix in _CODE]
    programs = [contents / "MacOS" / name for name in (CONSOLE, WINDOWED)]
    inner = sorted({*libraries, *frameworks, *_python(files)}, key=lambda path: (-len(path.parts), str(path)))
    return [*inner, *(each for each in programs if each.exists()), app]


def _python(files: Iterable[Path]) -> list[Path]:
    """Python's own library has no ending where it is no framework."""
    return [path for path in files if path.name == "Python" and path.parent.name == "Frameworks"]


def sign_command(path: Path, identity: str, allowed: Path | None) -> list[str]:
    """Sign one file with the hardened runtime. A time from Apple's clock keeps it valid after the certificate ends."""
    stamp = "--timestamp=none" if identity == NOBODY else "--timestamp"
    entitled = ["--entitlements", str(allowed)] if allowed is not None else []
    return ["codesign", "--force", "--sign", identity, "--options", "runtime", stamp, *entitled, str(path)]


def sign(app: Path, identity: str, run: Run) -> None:
    """Sign everything in the application from the inside out; only programs have entitlements."""
    with tempfile.TemporaryDirectory() as directory:
        allowed = Path(directory, "entitlements.plist")
        allowed.write_bytes(plistlib.dumps(entitlements(identity)))
        for path in code_in(app):
            is_program = path == app or path.parent.name == "MacOS"
            run(sign_command(path, identity, allowed if is_program else None))
    run(["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(app)])


def image_commands(stage: Path, output: Path) -> list[list[str]]:
    """Make a compressed disk image of what lies in `stage`."""
    form = ["-fs", "HFS+", "-format", "UDZO", "-ov"]
    return [
        ["hdiutil", "create", "-volname", WINDOWED, "-srcfolder", str(stage), *form, str(output)],
        ["hdiutil", "verify", str(output)],
    ]


def notary_commands(image: Path, environment: Mapping[str, str]) -> list[list[str]]:
    """Let Apple look at it, wait, and attach the answer; nothing where no key is configured.

    The key itself is in a file: nothing secret stands in these words.
    """
    given = {option: environment.get(variable, "") for option, variable in NOTARY.items()}
    if not all(given.values()):
        return []
    key = [word for pair in given.items() for word in pair]
    return [
        ["xcrun", "notarytool", "submit", str(image), *key, "--wait", "--timeout", "30m"],
        ["xcrun", "stapler", "staple", str(image)],
        ["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", "--verbose", str(image)],
    ]


def build_image(app: Path, output: Path, environment: Mapping[str, str], run: Run) -> Path:
    """Sign the application and put it into a disk image, beside a link to where applications live."""
    identity = environment.get(IDENTITY_VARIABLE, "") or NOBODY
    sign(app, identity, run)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        stage = Path(directory)
        run(["ditto", str(app), str(stage / app.name)])
        (stage / "Applications").symlink_to("/Applications")
        for words in image_commands(stage, output):
            run(words)
    if identity != NOBODY:
        run(["codesign", "--force", "--sign", identity, "--timestamp", str(output)])
        for words in notary_commands(output, environment):
            run(words)
    return output


def _run(words: Sequence[str]) -> None:
    subprocess.run(list(words), check=True)


def main(words: Sequence[str] | None = None) -> int:
    """Make the disk image."""
    parser = argparse.ArgumentParser(prog="release.macos")
    parser.add_argument("app", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args(words)
    if sys.platform != "darwin":
        sys.stderr.write("This needs macOS: codesign and hdiutil are nowhere else.\n")
        return 2
    try:
        made = build_image(given.app, given.output, os.environ, _run)
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{error.cmd[0]} ended with {error.returncode}; what it says stands above\n")
        return 1
    sys.stdout.write(f"{made}: {made.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
