"""A bundle in small, whose programs run where there is no Windows: they say how they were called, and stay until asked.

They are installers themselves, compiled from a few lines: nothing else here makes a program for Windows.
"""

import shutil
import subprocess
from pathlib import Path

MAKENSIS = shutil.which("makensis")
ICON = Path("/usr/share/nsis/Contrib/Graphics/Icons/nsis3-install.ico")
TARGET = "amd64-unicode"

_PROGRAM = r"""
Unicode true
!include LogicLib.nsh
!include FileFunc.nsh
Name "stand-in"
OutFile "${OUT}"
SilentInstall silent
RequestExecutionLevel user
Function Say
  Exch $R1
  FileOpen $0 "$TEMP\called.txt" a
  FileSeek $0 0 END
  FileWrite $0 "${WHO} $R1$\n"
  FileClose $0
  Pop $R1
FunctionEnd
Section
  ${GetParameters} $R0
  ReadEnvStr $R3 "B24LEARN_HOME"
  ${If} $R3 != ""
    StrCpy $R0 "$R0 in $R3"
  ${EndIf}
  ${If} $INSTDIR != "" ; NSIS takes this switch out of the line
    StrCpy $R0 "$R0 /D=$INSTDIR"
  ${EndIf}
  Push $R0
  Call Say
!ifdef STAYS
  StrCpy $R2 "$EXEDIR\quit-wanted"
  ${If} $R0 == "deaf"
    StrCpy $R2 "$TEMP\end"
  ${EndIf}
  ${Do}
    Sleep 100
    ${If} ${FileExists} $R2
      ${ExitDo}
    ${EndIf}
  ${Loop}
  Push "leaves"
  Call Say
!endif
;SAYS
!ifdef CODE
  SetErrorLevel ${CODE}
  Quit
!endif
SectionEnd
"""

FILES = (
    "_internal/base_library.zip",
    "_internal/PySide6/plugins/platforms/qwindows.dll",
    "_internal/PySide6/translations/qtbase_ru.qm",
    "_internal/a name with $dollar & blank.txt",
    "_internal/имя.txt",
    "licences/Qt/LGPL-3.0.txt",
)


def make_bundle(folder: Path, *, runs: bool = False, console_code: int = 0, console_says: str = "") -> Path:
    """`runs`: with programs that can be started; otherwise they only have their names. The command says `console_says`
    on its output, in UTF-8 as the real one.
    """
    for name in FILES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    for name, words, says in (
        ("B24Learn.exe", ["-DWHO=window", "-DSTAYS"], ""),
        ("b24learn-gui.exe", ["-DWHO=console", f"-DCODE={console_code}"], console_says),
    ):
        if runs:
            compile_program(folder / name, words, says)
        else:
            (folder / name).write_bytes(b"MZ")
    return folder


def compile_program(output: Path, words: list[str], says: str = "") -> None:
    """A program that notes how it was called; `words` are switches of the compiler, see above."""
    assert MAKENSIS is not None
    saying = ["System::Call 'kernel32::GetStdHandle(i -11) p.R4'"] if says else []
    saying += [f"FileWriteByte $R4 {byte}" for byte in says.encode()]
    subprocess.run(
        [MAKENSIS, "-V1", f"-XTarget {TARGET}", f"-DOUT={output}", *words, "-"],
        input=_PROGRAM.replace(";SAYS", "\n".join(saying)).encode(),
        check=True,
        capture_output=True,
    )
