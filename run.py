"""Two commands for a fresh clone: `python3 run.py demo` shows the program at work, `python3 run.py test` tests it.

`python3 run.py window` opens the setup wizard on the same embedded servers, `python3 run.py check` runs the checks of
style, types and structure, `python3 run.py bench` measures. Needs Python 3.11 or newer with its venv module, nothing
else. Everything is installed into `.venv` beside this file, in the locked versions of `requirements/`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
MINIMUM = (3, 11)

# For the tests: a real Secret Service, a real X server, a font. For the windows: what Qt needs of the system.
DEBIAN_PACKAGES = [
    "dbus",
    "gnome-keyring",
    "xvfb",
    "xauth",
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
        return in_venv("test", ["-m", "pytest", *(rest or ["-n", str(os.cpu_count() or 1)])])
    if command == "check":
        return max(tool(each) for each in CHECKS)
    if command == "bench":
        return in_venv("test", ["-m", "bench", *rest])
    print(__doc__)
    return 2


def in_venv(locked: str, arguments: list[str]) -> int:
    """Run the virtual environment's Python with the locked packages of one list installed."""
    python = prepared(locked)
    return subprocess.run([str(python), *arguments], cwd=HERE, check=False).returncode


def tool(words: tuple[str, ...]) -> int:
    """One check of style, types or structure, from the virtual environment."""
    program = prepared("test").parent / words[0]
    print("·", *words, flush=True)
    return subprocess.run([str(program), *words[1:]], cwd=HERE, check=False).returncode


def prepared(locked: str) -> Path:
    """The Python of `.venv`, made and filled on first use and whenever the locked versions change."""
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    listing = HERE / "requirements" / f"{locked}.txt"
    stamp = HOME / f"installed-{locked}"
    wanted = hashlib.sha256(listing.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    if not python.exists():
        print(f"Making {HOME.name}, a place for the packages this program needs …", flush=True)
        try:
            venv.create(HOME, with_pip=True)
        except (subprocess.CalledProcessError, OSError) as error:
            shutil.rmtree(HOME, ignore_errors=True)
            sys.exit(f"The virtual environment could not be made ({error}). On Debian: apt-get install python3-venv")
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


def system_packages() -> None:
    """Install what a bare Debian lacks when we may, otherwise say the exact line; other systems lack nothing."""
    if not shutil.which("dpkg-query"):
        return
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *DEBIAN_PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    )
    present = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    missing = [each for each in DEBIAN_PACKAGES if each not in present]
    if not missing:
        return
    line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        print("Some tests are skipped unless somebody runs: sudo", *line, flush=True)
        return
    print("Installing system packages:", *missing, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update", "-qq"], line):
        done = subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print("This failed, and some tests will be skipped:", *words, flush=True)
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
