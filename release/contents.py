"""What goes into the folder that needs no Python, and what of the system it needs instead.

Everything here judges names, so that the same tables hold on Windows, Linux and macOS. What the table does not name is
left out: a new Qt may bring along whatever it likes.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""As PyInstaller has them: place in the folder, file on this machine, kind."""

WINDOWED, CONSOLE = "B24Learn", "b24learn-gui"
"""The two programs of the folder: with windows alone; and with a command line, for runs and schedulers."""

MODULES = frozenset({"QtCore", "QtGui", "QtWidgets", "QtSvg"})
"""What the program imports of PySide6."""

LIBRARIES = MODULES | {"QtDBus", "QtXcbQpa", "QtWaylandClient", "QtWlShellIntegration"}
"""Of Qt: those, the tray's and assistive technology's bus, and the two ways to a Linux desktop's screen.

Not QtNetwork: HTTP is requests' business, one program a person is kept by
a lock. Not QtOpenGL: no window draws with it.
"""

PLUGINS: dict[str, frozenset[str]] = {
    "platforms": frozenset({"xcb", "wayland", "offscreen", "windows", "cocoa"}),
    "platformthemes": frozenset({"xdgdesktopportal"}),  # not gtk3: that loads all of GTK
    "platforminputcontexts": frozenset({"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"}),
    "iconengines": frozenset({"svgicon"}),
    "imageformats": frozenset({"svg", "ico"}),
    "styles": frozenset({"modernwindowsstyle", "windowsvistastyle", "macstyle"}),
    "wayland-shell-integration": frozenset({"xdg-shell"}),
    "wayland-decoration-client": frozenset({"adwaita", "bradient"}),
}
"""Folder of Qt's plug-ins → those that are taken, without `lib` and `q` before their names."""

TRANSLATIONS = frozenset({"qtbase_ru.qm"})
"""English is the toolkit's own language."""

SYSTEM_LIBRARIES = re.compile(r"lib(python3|ssl|crypto|sqlite3|ffi|bz2|lzma|expat|uuid|mpdec)\b")
"""Libraries that Python itself stands on, taken from a Linux machine. Their names differ from system to system.

What the desktop stands on (X11, Wayland, GL, D-Bus, GLib, fonts, C and C++) has to be the desktop's own.
"""

EXCLUDED = (
    *("tkinter", "_tkinter", "turtle", "turtledemo", "idlelib"),
    *("test", "unittest", "doctest", "pdb", "pytest", "lib2to3"),
    *("pip", "ensurepip", "venv", "setuptools", "pkg_resources", "distutils", "_distutils_hack", "wheel"),
    *("curses", "_curses", "_curses_panel", "readline", "dbm.gnu", "_gdbm", "_dbm", "nis", "ossaudiodev", "spwd"),
    *("dbus", "gi", "PySide6.QtNetwork", "PySide6.QtOpenGL", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtTest"),
    *("keyring.cli", "keyring.testing", "keyring.devpi_client", "keyring.backends.libsecret"),
    *("urllib3.contrib.emscripten", "pydoc_data", "xmlrpc", "multiprocessing"),
)
"""Modules that the program never runs: tests, installers, other toolkits, terminals (readline is under the GPL)."""

LIBRARIES_WITH_METADATA = (
    *("PySide6_Essentials", "requests", "truststore", "keyring", "msgspec", "filelock", "schedule"),
)
"""Whose version the program tells in a support bundle, or that find their parts by it."""

DEBIAN_PACKAGES = (
    *("ca-certificates", "libc6", "libdbus-1-3", "libegl1", "libfontconfig1", "libfreetype6", "libgcc-s1", "libgl1"),
    *("libglib2.0-0", "libstdc++6", "libwayland-client0", "libwayland-cursor0", "libx11-6", "libx11-xcb1"),
    *("libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0"),
    *("libxcb-render0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1", "libxcb-util1", "libxcb-xfixes0"),
    *("libxcb-xkb1", "libxcb1", "libxkbcommon-x11-0", "libxkbcommon0", "libzstd1", "zlib1g"),
)
"""What the folder needs of a bare Debian 12: `Depends` of its package. A test compares it with what the files want."""

_QT_LIBRARY = re.compile(r"(?:lib)?Qt6?(?P<name>[A-Z]\w*?)(?:\.so.*|\.dll|\.\d.*|\.dylib)?$")
_QT_MODULE = re.compile(r"(?P<name>Qt\w+)\.(?:abi3\.so|cpython-.*\.so|pyd)$")
_PLUGIN = re.compile(r"(?:lib)?q?(?P<name>.+?)\.(?:so|dll|dylib)$")
_HEAVY = re.compile(r"(opengl32sw|d3dcompiler_\d+|libEGL|libGLESv2|libcrypto-\d.*qt)\.dll$", re.IGNORECASE)
_OF_A_PACKAGE = frozenset({"METADATA", "entry_points.txt"})
"""What is read while the program runs; the other files tell how the package came onto the building machine."""


def modules_of(package: Path) -> list[str]:
    """Every module below, loaded by name or not, in a fixed order."""
    names = (path.relative_to(package.parent).with_suffix("").parts for path in package.rglob("*.py"))
    return sorted(".".join(name[:-1] if name[-1] == "__init__" else name) for name in names)


def hidden(platform: str) -> list[str]:
    """Modules that are only loaded by name: this platform's secret stores, and what Python loads by itself."""
    stores = {
        "win32": ["keyring.backends.Windows", "win32ctypes.pywin32", "win32ctypes.core.ctypes"],
        "darwin": ["keyring.backends.macOS", "keyring.backends.macOS.api"],
    }
    desktop = ["keyring.backends.SecretService", "keyring.backends.kwallet", "secretstorage", "jeepney.io.blocking"]
    return ["_strptime", "keyring.backends.null", "keyring.backends.fail", *stores.get(platform, desktop)]


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """Those that are taken, in a fixed order."""
    return sorted(entry for entry in entries if _is_wanted(*entry))


def _is_wanted(place: str, source: str, kind: str) -> bool:
    path = PurePosixPath(place.replace("\\", "/"))
    if _HEAVY.search(path.name):
        return False
    if path.parts[0] in {"PySide6", "shiboken6"} or _names_qt(path.name):
        return _is_wanted_of_qt(path)
    if any(part.endswith(".dist-info") for part in path.parts):
        return path.name in _OF_A_PACKAGE
    if kind == "BINARY" and sys.platform == "linux" and _is_the_systems(source):
        return SYSTEM_LIBRARIES.match(path.name) is not None
    return True


def _names_qt(name: str) -> bool:
    return re.match(r"(lib)?Qt6?[A-Z]", name) is not None


def _is_wanted_of_qt(path: PurePosixPath) -> bool:
    parts = path.parts
    if "qml" in parts or "include" in parts or path.suffix in {".pyi", ".json"}:
        return False
    if "plugins" in parts:
        found = _PLUGIN.match(path.name)
        return found is not None and found["name"] in PLUGINS.get(path.parent.name, frozenset())
    if path.suffix == ".qm":
        return path.name in TRANSLATIONS
    module = _QT_MODULE.match(path.name)
    if module is not None:
        return module["name"] in MODULES
    frameworks = [part.removesuffix(".framework") for part in parts if part.endswith(".framework")]
    if frameworks:
        return frameworks[0] in LIBRARIES
    library = _QT_LIBRARY.match(path.name)
    return library is None or f"Qt{library['name']}" in LIBRARIES


def _is_the_systems(source: str) -> bool:
    return "site-packages" not in Path(source).parts and "lib-dynload" not in Path(source).parts
