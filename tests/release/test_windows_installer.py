"""The Windows installer: it compiles, holds the bundle, removes what it installs, and agrees with the program."""

import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from b24learn_gui.gui import application, leave_note
from b24learn_gui.machine import autostart, autostart_windows
from b24learn_gui.storage.places import PROGRAM
from release.contents import CONSOLE, WINDOWED
from release.windows import (
    INNER,
    LICENCES,
    SCRIPT,
    Bundle,
    BundleUnfit,
    build_installer,
    file_lists,
    read_bundle,
)
from tests.release.stand_in import FILES, ICON, MAKENSIS, make_bundle

HERE = SCRIPT.parent
needs_makensis = pytest.mark.skipif(MAKENSIS is None or not ICON.is_file(), reason="needs the compiler NSIS")
seven_zip = shutil.which("7z") or shutil.which("7zz")


def script() -> str:
    return "\n".join((HERE / name).read_text("utf-8") for name in ("installer.nsi", "common.nsh"))


def defined(name: str) -> str:
    found = re.search(rf'^!define {name} "(.*)"$', script(), re.MULTILINE)
    assert found, name
    return found[1]


@needs_makensis
@pytest.mark.parametrize("target", ["", "amd64-unicode"])
def test_it_compiles_without_a_warning_and_holds_every_file(tmp_path: Path, target: str) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    made = build_installer(bundle, ICON, tmp_path / "B24Learn-0.1.0.exe", target=target)
    assert made.read_bytes()[:2] == b"MZ"
    if seven_zip is None:
        pytest.skip("needs 7z to look inside")
    said = subprocess.run([seven_zip, "l", "-slt", str(made)], capture_output=True, text=True, check=True).stdout
    inside = {
        line.removeprefix("Path = ").replace("\\", "/").replace("$$", "$")
        for line in said.splitlines()
        if line.startswith("Path = ")
    }
    assert {*FILES, "B24Learn.exe", "b24learn-gui.exe"} <= inside, inside
    assert "uninstall.exe" in {PurePosixPath(each).name for each in inside}


@needs_makensis
def test_the_compiler_is_strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is nowhere would be an empty message: that has to end the build."""
    copy = tmp_path / "script"
    shutil.copytree(HERE, copy)
    english = copy / "english.nsh"
    english.write_text(
        "\n".join(line for line in english.read_text("utf-8").splitlines() if "TextWaiting" not in line), "utf-8"
    )
    monkeypatch.setattr("release.windows.SCRIPT", copy / "installer.nsi")
    with pytest.raises(RuntimeError, match="TextWaiting"):
        build_installer(make_bundle(tmp_path / "bundle"), ICON, tmp_path / "B24Learn.exe")


def test_every_file_that_is_installed_is_removed_and_every_folder_after_its_files(tmp_path: Path) -> None:
    lists = file_lists(read_bundle(make_bundle(tmp_path / "bundle")))
    install, remove = lists.split("!macro REMOVE_FILES")
    folder, installed = "", []
    for line in install.splitlines():
        if found := re.fullmatch(r'  SetOutPath "(.*)"', line):
            folder = found[1]
        elif found := re.match(r'  File "/oname=(.*?)" "', line):
            installed.append(f"{folder}\\{found[1]}")
    assert len(installed) == len(FILES) + 2
    deeds = re.findall(r'  (Delete|RMDir) "(.*)"', remove)
    deleted = [path for deed, path in deeds if deed == "Delete"]
    assert sorted(installed) == sorted(deleted)
    for number, (deed, path) in enumerate(deeds):
        if deed == "RMDir":
            assert not any(later.startswith(f"{path}\\") for _, later in deeds[number:]), path
    parents = {path.rpartition("\\")[0] for path in installed} - {"$INSTDIR"}
    assert parents <= {path for deed, path in deeds if deed == "RMDir"}


def test_what_the_script_writes_besides_is_removed_as_well() -> None:
    text = script()
    removal = text[text.index('Section "Uninstall"') :]
    assert 'CreateShortcut "$R0"' in text
    assert 'Delete "$SMPROGRAMS\\${TITLE}.lnk"' in removal
    assert 'DeleteRegKey SHCTX "${UNINSTALL_KEY}"' in removal
    assert 'Delete /REBOOTOK "$INSTDIR\\${REMOVER}"' in removal
    keys = set(re.findall(r'WriteReg\w+ (?:HKCU|SHCTX) "\$\{(\w+)\}"', text))
    assert keys == {"UNINSTALL_KEY", "RUN_KEY", "OWN_KEY"}
    for key in keys - {"UNINSTALL_KEY"}:
        assert f'DeleteRegValue HKCU "${{{key}}}"' in text


def test_nothing_in_a_folder_the_registry_says_is_a_persons_is_run_or_deleted() -> None:
    """The installer for everyone has more rights than whoever can replace what lies there."""
    touched = [line.strip() for line in script().splitlines() if "$UserDir\\" in line]
    assert touched == ['${AndIf} ${FileExists} "$UserDir\\${CONSOLE}"']


def test_nothing_but_folders_of_ours_is_removed_with_what_is_in_them() -> None:
    swept = re.findall(r"RMDir /r (?:/REBOOTOK )?(.*?)(?: ;.*)?$", script(), re.MULTILINE)
    assert swept
    assert set(swept) <= {
        '"$INSTDIR\\${INNER}"',
        '"$INSTDIR\\${INNER}.old"',
        '"$INSTDIR\\${LICENCES}"',
        '"$INSTDIR\\${LICENCES}.old"',
    }


def test_every_path_is_quoted() -> None:
    """An unquoted path breaks at the first blank of somebody's name."""
    for line in script().splitlines():
        code = line.partition(";")[0]
        for command in (
            "Delete ",
            "RMDir ",
            "Rename ",
            "FileOpen ",
            "SetOutPath ",
            "CreateShortcut ",
            "WriteUninstaller ",
        ):
            if code.strip().startswith(command):
                bare = re.sub(r'"[^"]*"', "", code)
                assert "\\" not in bare, line
                assert "$INSTDIR" not in bare, line
        for command in ("Exec ", "ExecWait ", "nsExec::ExecToStack "):
            if code.strip().startswith(command):
                assert re.match(rf"\s*{re.escape(command)}'\"\$", code), line


def texts(language: str) -> dict[str, str]:
    lines = (HERE / f"{language}.nsh").read_text("utf-8").splitlines()
    found = [
        re.fullmatch(rf'LangString (\w+) \$\{{LANG_{language.upper()}\}} "(.*)"', line)
        for line in lines
        if line[:1] != ";"
    ]
    assert all(found), language
    return {each[1]: each[2] for each in found if each}


def test_every_text_is_there_in_both_languages_with_the_same_variables_and_is_used() -> None:
    english, russian = texts("english"), texts("russian")
    assert english.keys() == russian.keys()
    for name, text in english.items():
        assert sorted(re.findall(r"\$(?:\w+|\{\w+\})", text)) == sorted(
            re.findall(r"\$(?:\w+|\{\w+\})", russian[name])
        ), name
        assert f"$({name})" in script(), name
    assert set(re.findall(r"\$\((Text\w+)\)", script())) == english.keys()


def test_texts_speak_as_the_program_does() -> None:
    for text in (*texts("english").values(), *texts("russian").values()):
        assert "!" not in text
        assert not re.search(r"\b(please|successfully|пожалуйста|успешно|отключ)", text, re.IGNORECASE), text
    assert all(re.search("[а-яё]", text) for text in texts("russian").values())
    refusals = re.findall(r"!insertmacro REFUSE \$?\{?\w+\}? \"\$\((\w+)\)\"", script())
    assert len(refusals) > 10
    for name in set(refusals) - {"TextNotWritten", "TextDataLeft"}:
        assert "Nothing was changed." in texts("english")[name], name
        assert "Ничего не изменено." in texts("russian")[name], name


def test_the_names_are_the_programs_own() -> None:
    assert defined("MODEL_ID") == application._WINDOWS_MODEL_ID
    assert defined("NOTE") == leave_note.NOTE
    assert defined("NAME") == autostart.NAME == PROGRAM
    assert defined("RUN_KEY") == autostart_windows.RUN
    assert defined("APPROVED_KEY") == autostart_windows.APPROVED
    assert defined("OWN_KEY").replace("${NAME}", autostart.NAME) == autostart_windows.OWN
    assert f'"{autostart_windows._LINE}"' in script()
    assert f'"{autostart_windows._HOME}"' in script()
    assert f" {autostart.HIDDEN}'" in script()
    assert {defined(name) for name in ("WINDOWED", "CONSOLE", "INNER", "LICENCES")} == {
        f"{WINDOWED}.exe",
        f"{CONSOLE}.exe",
        INNER,
        LICENCES,
    }


def test_every_exit_code_is_its_own_and_documented() -> None:
    codes = dict(re.findall(r"!define (CODE_\w+) (\d+)", script()))
    assert len(set(codes.values())) == len(codes)
    documented = (SCRIPT.parents[2] / "docs" / "installing.md").read_text("utf-8")
    table = documented[documented.index("### Exit codes of the installer") :]
    for name, code in codes.items():
        assert re.search(rf"^\| {code} \|", table, re.MULTILINE), name
    for switch in ("/ALLUSERS", "/CURRENTUSER", "/AUTOSTART=", "/WAIT=", "/KEEP", "/DELETEDATA"):
        assert switch in script()
        assert f"`{switch}" in documented


@pytest.mark.parametrize("stray", ["README.txt", "plugins/more.dll"])
def test_a_bundle_with_something_an_upgrade_would_leave_behind_is_refused(tmp_path: Path, stray: str) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    (bundle / stray).parent.mkdir(exist_ok=True)
    (bundle / stray).touch()
    with pytest.raises(BundleUnfit, match=stray.partition("/")[0]):
        read_bundle(bundle)


def test_names_windows_does_not_know_are_refused(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    (bundle / INNER / "10:30").touch()
    with pytest.raises(BundleUnfit, match="10:30"):
        read_bundle(bundle)


def test_the_longest_folder_leaves_every_file_a_name_that_can_be_opened() -> None:
    longest = PurePosixPath("_internal", "x" * 90)
    bundle = Bundle(Path("somewhere"), (PurePosixPath("B24Learn.exe"), longest), 0)
    assert len(f"{'d' * bundle.room}\\_internal.old\\{'x' * 90}") == 259
