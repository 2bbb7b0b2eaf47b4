"""What is taken of what the packages bring along, on each system: names as their packages spell them."""

import sys

import pytest

from release.contents import hidden, modules_of, wanted
from tests.gui_e2e.session import REPOSITORY

SITE = "/venv/lib/python3.11/site-packages"

TAKEN = [
    # Linux
    "PySide6/Qt/lib/libQt6Core.so.6",
    "libQt6Gui.so.6",
    "PySide6/Qt/lib/libQt6WaylandClient.so.6",
    "PySide6/Qt/lib/libicudata.so.73",
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqwayland.so",
    "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
    "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
    "PySide6/Qt/translations/qtbase_ru.qm",
    "PySide6/QtWidgets.abi3.so",
    "libpyside6.abi3.so.6.11",
    "shiboken6/Shiboken.abi3.so",
    # Windows
    "PySide6\\Qt6Core.dll",
    "PySide6\\MSVCP140.dll",
    "PySide6\\pyside6.abi3.dll",
    "PySide6\\QtGui.pyd",
    "PySide6\\plugins\\platforms\\qwindows.dll",
    "PySide6\\plugins\\styles\\qmodernwindowsstyle.dll",
    "PySide6\\translations\\qtbase_ru.qm",
    "VCRUNTIME140.dll",
    # macOS
    "PySide6/Qt/lib/QtWidgets.framework/Versions/A/QtWidgets",
    "PySide6/Qt/lib/QtDBus.framework/Versions/A/QtDBus",
    "QtCore",
    "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
    "PySide6/Qt/plugins/styles/libqmacstyle.dylib",
    # everywhere
    "keyring-25.7.0.dist-info/entry_points.txt",
    "keyring-25.7.0.dist-info/METADATA",
    "certifi/cacert.pem",
]
LEFT = [
    "PySide6/Qt/lib/libQt6Network.so.6",
    "libQt6Qml.so.6",
    "PySide6/Qt/lib/libQt6OpenGL.so.6",
    "PySide6/Qt/plugins/platforms/libqeglfs.so",
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    "PySide6/Qt/plugins/tls/libqopensslbackend.so",
    "PySide6/Qt/plugins/imageformats/libqpdf.so",
    "PySide6/Qt/translations/qtbase_de.qm",
    "PySide6/Qt/translations/qt_help_ru.qm",
    "PySide6/Qt/qml/QtQuick/libqtquick2plugin.so",
    "PySide6/QtNetwork.abi3.so",
    "PySide6/QtCore.pyi",
    "PySide6\\Qt6Network.dll",
    "PySide6\\Qt6Pdf.dll",
    "PySide6\\opengl32sw.dll",
    "opengl32sw.dll",
    "PySide6\\QtQml.pyd",
    "PySide6\\plugins\\tls\\qschannelbackend.dll",
    "PySide6\\plugins\\platforms\\qdirect2d.dll",
    "PySide6/Qt/lib/QtQuick.framework/Versions/A/QtQuick",
    "PySide6/Qt/lib/QtQuick.framework/Resources/Info.plist",
    "QtNetwork",
    "keyring-25.7.0.dist-info/RECORD",
    "keyring-25.7.0.dist-info/direct_url.json",
    "filelock-4.2.11.dist-info/sboms/filelock.cdx.json",
]


@pytest.mark.parametrize(("places", "taken"), [(TAKEN, TAKEN), (LEFT, [])])
def test_of_what_the_packages_bring_along_only_the_named_is_taken(places: list[str], taken: list[str]) -> None:
    assert [place for place, _, _ in wanted((each, f"{SITE}/{each}", "BINARY") for each in places)] == sorted(taken)


@pytest.mark.skipif(sys.platform != "linux", reason="Python brings its libraries along on other systems")
@pytest.mark.parametrize(
    ("name", "taken"),
    [("libssl.so.3", True), ("libpython3.11.so.1.0", True), ("libsqlite3.so.0", True)]
    + [
        (name, False)
        for name in ("libX11.so.6", "libglib-2.0.so.0", "libfontconfig.so.1", "libstdc++.so.6", "libz.so.1")
    ],
)
def test_of_the_system_only_what_python_stands_on_is_taken(name: str, taken: bool) -> None:
    assert bool(wanted([(name, f"/lib/x86_64-linux-gnu/{name}", "BINARY")])) is taken


@pytest.mark.parametrize(
    ("platform", "store"),
    [("win32", "Windows"), ("darwin", "macOS"), ("linux", "SecretService")],
)
def test_each_systems_store_is_taken(platform: str, store: str) -> None:
    assert f"keyring.backends.{store}" in hidden(platform)


def test_modules_are_found_without_loading_them() -> None:
    found = modules_of(REPOSITORY / "b24learn_gui")
    assert found == sorted(found)
    assert {"b24learn_gui", "b24learn_gui.__main__", "b24learn_gui.gui.wizard.pages.fields"} <= set(found)
    assert not [name for name in found if name.endswith("__init__")]
