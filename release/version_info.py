"""The version as Windows shows it among a program's properties: the text that PyInstaller's `version` option reads."""

from b24learn_gui import __version__
from release.contents import CONSOLE, WINDOWED

_TITLES = {WINDOWED: "Bitrix24 → iSpring Learn", CONSOLE: "Bitrix24 → iSpring Learn (command line)"}
"""What the task manager and "Open with" call the program."""
_US_ENGLISH, _UNICODE = 0x0409, 1200


def numbers(version: str) -> tuple[int, int, int, int]:
    """The four numbers Windows compares: `0.1.0` → (0, 1, 0, 0). What follows a number (`1rc2`) is left out."""
    found = [int("".join(digits)) for digits in map(_leading_digits, version.split(".")) if digits]
    first, second, third, fourth = [*found, 0, 0, 0, 0][:4]
    return first, second, third, fourth


def version_info(program: str, version: str = __version__) -> str:
    """The whole resource of one of the two programs."""
    words = {
        "FileDescription": _TITLES[program],
        "FileVersion": version,
        "InternalName": program,
        "LegalCopyright": "The b24learn-gui authors. MIT License",
        "OriginalFilename": f"{program}.exe",
        "ProductName": CONSOLE,
        "ProductVersion": version,
    }
    strings = ",\n        ".join(f"StringStruct({name!r}, {text!r})" for name, text in words.items())
    return f"""VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers(version)}, prodvers={numbers(version)}, mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('{_US_ENGLISH:04x}{_UNICODE:04x}', [
        {strings}])]),
    VarFileInfo([VarStruct('Translation', [{_US_ENGLISH}, {_UNICODE}])])
  ]
)
"""


def _leading_digits(part: str) -> list[str]:
    digits = []
    for letter in part:
        if not letter.isdecimal():
            break
        digits.append(letter)
    return digits
