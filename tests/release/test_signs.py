"""The program's sign and version in the forms that other systems want."""

import struct
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from release import icons
from release.contents import CONSOLE, WINDOWED
from release.version_info import numbers, version_info

PNG = b"\x89PNG\r\n\x1a\n"


def test_every_size_is_drawn_and_twice_the_same(tmp_path: Path) -> None:
    first, second = (icons.render(tmp_path / name) for name in ("first", "second"))
    assert [each.read_bytes() for each in first] == [each.read_bytes() for each in second]
    sizes = {each.name: QImage(str(each)).width() for each in first if each.suffix == ".png"}
    assert sizes == {f"b24learn-gui-{size}.png": size for size in (16, 24, 32, 48, 64, 128, 256)}


def test_the_corners_are_clear_and_the_middle_is_blue() -> None:
    image = QImage.fromData(icons.png(64))
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(32, 5).name() == "#2457c5"


def test_windows_gets_six_sizes_that_can_be_read(tmp_path: Path) -> None:
    """Read by Qt's own reader of such files; the pictures are those of the PNG files."""
    data = icons.ico()
    assert struct.unpack_from("<3H", data) == (0, 1, 6)
    entries = [struct.unpack_from("<4B2H2I", data, 6 + 16 * index) for index in range(6)]
    assert [width or 256 for width, *_ in entries] == [16, 24, 32, 48, 64, 256]
    assert entries[-1][-1] + entries[-1][-2] == len(data)
    for width, _, _, _, _, bits, length, at in entries:
        assert bits == 32
        assert data[at : at + length].startswith(PNG) is (width == 0)
        alone = struct.pack("<3H", 0, 1, 1) + struct.pack("<4B2H2I", width, width, 0, 0, 1, 32, length, 22)
        file = tmp_path / f"{width}.ico"
        file.write_bytes(alone + data[at : at + length])
        read = QImage(str(file))
        drawn = QImage.fromData(icons.png(width or 256))
        wanted = QImage.Format.Format_ARGB32
        assert read.convertToFormat(wanted) == drawn.convertToFormat(wanted)


def test_macos_gets_every_size_once() -> None:
    data = icons.icns()
    assert data[:8] == b"icns" + struct.pack(">I", len(data))
    at, found = 8, {}
    while at < len(data):
        kind, length = data[at : at + 4].decode(), struct.unpack_from(">I", data, at + 4)[0]
        found[kind] = QImage.fromData(data[at + 8 : at + length]).width()
        at += length
    assert at == len(data)
    assert found == {
        "icp4": 16,
        "icp5": 32,
        "icp6": 64,
        "ic07": 128,
        "ic08": 256,
        "ic09": 512,
        "ic11": 32,
        "ic12": 64,
        "ic13": 256,
        "ic14": 512,
    }


@pytest.mark.parametrize(
    ("version", "four"),
    [("0.1.0", (0, 1, 0, 0)), ("1.2", (1, 2, 0, 0)), ("1.2.3rc4", (1, 2, 3, 0)), ("2.0.1.dev3", (2, 0, 1, 0))],
)
def test_windows_compares_four_numbers(version: str, four: tuple[int, int, int, int]) -> None:
    assert numbers(version) == four


@pytest.mark.parametrize("program", [WINDOWED, CONSOLE])
def test_windows_is_told_what_the_program_is(program: str) -> None:
    """The text is an expression of PyInstaller's words, and holds nothing else."""
    words = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )

    def noted(*values: Any, **named: Any) -> Any:
        return (*values, *named.values())

    told = eval(version_info(program, "1.4.2"), {"__builtins__": {}, **dict.fromkeys(words, noted)})
    (fixed, (((((code, strings),),), _language))) = told[0], told[1]
    assert fixed[0] == (1, 4, 2, 0)
    assert code == "040904b0"
    assert dict(strings)["OriginalFilename"] == f"{program}.exe"
    assert dict(strings)["FileVersion"] == "1.4.2"
