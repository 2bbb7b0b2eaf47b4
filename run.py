"""Two commands for a fresh clone: `python3 run.py demo` shows the program at work, `python3 run.py test` tests it.

`python3 run.py window` opens the setup wizard on the same embedded servers, `python3 run.py check` runs the checks of
style, types and structure, `python3 run.py bench` measures, `python3 run.py bundle` makes `dist/b24learn-gui`, the
program that needs no Python, `python3 run.py linux` what Linux installs of it, `python3 run.py installer` what Windows
or macOS installs, each on its own system, `python3 run.py wheel` the wheel and the sdist. Needs Python 3.11 or newer
with its venv module, nothing else. Everything is installed into `.venv` beside this file (for the bundle into
`build/python`), in the locked versions of `requirements/`.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
BUILDERS_HOME = HERE / "build" / "python"
DEBIAN_PYTHON = Path("/usr/bin/python3")
MINIMUM = (3, 11)

# For the tests: a real Secret Service, a real X server, a font, a bare Debian to try the bundle in, what judges
# packages, the compiler of the Windows installer. For the windows: what Qt needs of the system.
DEBIAN_PACKAGES = [
    "dbus",
    "gnome-keyring",
    "xvfb",
    "xauth",
    "mmdebstrap",
    "lintian",
    "appstream",
    "desktop-file-utils",
    "man-db",
    "nsis",
    "p7zip-full",
    "at-spi2-core",
    "trayer",
    "xdotool",
    "x11-utils",
    "fonts-noto-core",
    "libglib2.0-0",
    "libbrotli1",
    "libdbus-1-3",
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libfontconfig1",
    "libxcb-cursor0",
    "libxkbcommon-x11-0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
]

# For the bundle: Python as a shared library, which PyInstaller packs, and what it looks into libraries with.
DEBIAN_BUILD_PACKAGES = [
    "python3",
    "python3-venv",
    "libpython3.11",
    "binutils",
    "libglib2.0-0",
    "libdbus-1-3",
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libfontconfig1",
]

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
    ("deptry", "."),
    ("vulture",),
)


def main(words: list[str]) -> int:
    """Run one command and give its exit code; 2 for words that are none."""
    if sys.version_info < MINIMUM:
        print(f"Python {MINIMUM[0]}.{MINIMUM[1]} or newer is needed, this is {sys.version.split()[0]}.")
        return 2
    command, rest = (words[0], words[1:]) if words else ("", [])
    if command == "demo":
        return in_venv("run", ["-m", "b24learn_gui", "demo", "--headless", *rest])
    if command == "window":
        system_packages()
        return in_venv("run", ["-m", "b24learn_gui", "demo", *rest])
    if command == "test":
        system_packages()
        whole = all(word.startswith("-") and not word.startswith("-n") for word in rest)
        spread = ["-n", str(os.cpu_count() or 1)] if whole else []
        return in_venv("test", ["-m", "pytest", *spread, *rest])
    if command == "check":
        return max(tool(each) for each in CHECKS)
    if command == "wheel":
        return in_venv("run", ["-m", "release.wheel", *rest])
    if command == "bench":
        return in_venv("test", ["-m", "bench", *rest])
    if command == "packages":
        system_packages([*DEBIAN_BUILD_PACKAGES, *DEBIAN_PACKAGES])
        return 0
    if command == "bundle":
        return bundle(rest)
    if command == "linux":
        return max(built("release.debian", rest), built("release.tarball", rest))
    if command == "installer":
        return installer()
    print(__doc__)
    return 2


def bundle(arguments: list[str]) -> int:
    """Make the program that needs no Python, from a place of its own that holds nothing but what goes into it."""
    system_packages(DEBIAN_BUILD_PACKAGES, "The bundle cannot be made")
    return built("release.bundle", arguments)


def built(step: str, arguments: list[str]) -> int:
    """One step of making what people install."""
    python = prepared("build", BUILDERS_HOME, builder())
    return subprocess.run([str(python), "-m", step, *arguments], cwd=HERE, check=False).returncode


def installer() -> int:
    """What people of this system install, made of the bundle and named after version and machine."""
    package = f"dist/packages/B24Learn-{version()}"
    steps = {
        "win32": ["release.windows", "dist/b24learn-gui", f"{package}-windows-x64.exe"],
        "darwin": ["release.macos", "dist/B24Learn.app", f"{package}-macos-{platform.machine()}.dmg"],
    }
    if sys.platform not in steps:
        print("An installer is made on Windows, a disk image on macOS; here there is none to be made.")
        return 2
    step, *arguments = steps[sys.platform]
    return built(step, arguments)


def version() -> str:
    """The program's, read without loading it: its packages may not be installed yet."""
    text = (HERE / "b24learn_gui" / "__init__.py").read_text("utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def builder() -> str:
    """The Python that is packed: Debian's own where there is one, it is the same everywhere; else the one at work."""
    if shutil.which("dpkg-query") and DEBIAN_PYTHON.exists():
        return str(DEBIAN_PYTHON)
    return sys.executable


def in_venv(locked: str, arguments: list[str]) -> int:
    """Run the virtual environment's Python with the locked packages of one list installed."""
    python = prepared(locked)
    return subprocess.run([str(python), *arguments], cwd=HERE, check=False).returncode


def tool(words: tuple[str, ...]) -> int:
    """One check of style, types or structure, from the virtual environment."""
    program = prepared("test").parent / words[0]
    print("·", *words, flush=True)
    return subprocess.run([str(program), *words[1:]], cwd=HERE, check=False).returncode


def prepared(locked: str, home: Path = HOME, base: str = sys.executable) -> Path:
    """The Python of a virtual environment, made and filled on first use and whenever the locked versions change."""
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    listing = HERE / "requirements" / f"{locked}.txt"
    stamp = home / f"installed-{locked}"
    wanted = hashlib.sha256(listing.read_bytes() + sys.version.encode() + base.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    if not python.exists():
        print(f"Making {home.relative_to(HERE)}, a place for the packages this program needs …", flush=True)
        done = subprocess.run([base, "-m", "venv", str(home)], check=False)
        if done.returncode:
            shutil.rmtree(home, ignore_errors=True)
            sys.exit("The virtual environment could not be made. On Debian: apt-get install python3-venv")
    print(f"Installing the packages of {listing.name} …", flush=True)
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", listing],
        cwd=HERE,
        check=False,
    )
    if done.returncode:
        sys.exit("The packages could not be installed; what pip says stands above. Nothing else was changed.")
    stamp.write_text(wanted)
    return python


def system_packages(wanted: list[str] = DEBIAN_PACKAGES, otherwise: str = "Some tests are skipped") -> None:
    """Install what a bare Debian lacks when we may, else say the exact line; other systems lack nothing."""
    if not shutil.which("dpkg-query"):
        return
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    present = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    missing = [each for each in wanted if each not in present]
    if not missing:
        return
    line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        print(f"{otherwise} unless somebody runs: sudo", *line, flush=True)
        return
    print("Installing system packages:", *missing, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update", "-qq"], line):
        done = subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print(f"This failed. {otherwise}:", *words, flush=True)
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
