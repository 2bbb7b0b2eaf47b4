"""The bill of materials names what the folder holds, and the checksums are those that people compare."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from release.checksums import write_checksums
from release.sbom import LISTING, LOCKED, Listed, Lock, Unexplained, bill, listed, locked, write_bill

README = """What this folder holds, whose it is and under which licence. The texts lie beside this file.

b24learn-gui 0.1.0
    MIT
    LICENSE

Python 3.11.2
    PSF-2.0 and others
    Python-LICENSE.txt

jaraco.classes 3.4.0
    MIT License
    jaraco.classes-LICENSE.txt

click 8.5.1
    BSD-3-Clause
    click-LICENSE.txt

libffi8 3.4.4-1+b1
    see its text
    libffi8-copyright.txt
"""
LOCKS = {"click": Lock("8.5.1", ("c" * 64,)), "jaraco-classes": Lock("3.4.0", ("a" * 64, "b" * 64))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "b24learn-gui"
    (made / "licences").mkdir(parents=True)
    (made / LISTING).write_text(README, "utf-8")
    (made / "B24Learn").write_bytes(b"program")
    (made / "_internal").mkdir()
    (made / "_internal" / "имя.so").write_bytes(b"library")
    return made


def test_it_names_every_component_and_every_file(folder: Path) -> None:
    document = bill(folder, LOCKS, when=0)
    parts = document["components"]
    assert [part["purl"] for part in parts if part["type"] == "library"] == [
        "pkg:generic/python@3.11.2",
        "pkg:pypi/jaraco-classes@3.4.0",
        "pkg:pypi/click@8.5.1",
        "pkg:deb/debian/libffi8@3.4.4-1%2Bb1",
    ]
    files = {part["name"]: part["hashes"][0]["content"] for part in parts if part["type"] == "file"}
    assert files == {
        "B24Learn": hashlib.sha256(b"program").hexdigest(),
        "_internal/имя.so": hashlib.sha256(b"library").hexdigest(),
        "licences/README.txt": hashlib.sha256(README.encode()).hexdigest(),
    }
    assert document["metadata"]["component"]["version"] == "0.1.0"
    assert parts[2]["hashes"] == [{"alg": "SHA-256", "content": "c" * 64}]
    assert [each["value"] for each in parts[1]["properties"]] == ["a" * 64, "b" * 64]


def test_it_has_the_form_that_cyclonedx_asks_for(folder: Path) -> None:
    document = bill(folder, LOCKS, when=86_400)
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", document["serialNumber"])
    assert document["metadata"]["timestamp"] == "1970-01-02T00:00:00Z"
    references = [part["bom-ref"] for part in document["components"]]
    assert len(set(references)) == len(references)
    for part in document["components"]:
        assert part["type"] in {"library", "file"}
        assert part["name"]
        for licence in part.get("licenses", []):
            assert licence.keys() in ({"expression"}, {"license"})
    [dependency] = document["dependencies"]
    assert set(dependency["dependsOn"]) <= set(references)


def test_the_same_folder_gives_the_same_bytes_and_another_one_another_number(folder: Path) -> None:
    first = json.dumps(bill(folder, LOCKS, when=5))
    assert json.dumps(bill(folder, LOCKS, when=5)) == first
    (folder / "B24Learn").write_bytes(b"another")
    assert bill(folder, LOCKS, when=5)["serialNumber"] != json.loads(first)["serialNumber"]


def test_licences_that_are_no_identifier_are_named_as_they_are_stated(folder: Path) -> None:
    stated = {
        part["name"]: part["licenses"][0] for part in bill(folder, LOCKS, when=0)["components"] if "licenses" in part
    }
    assert stated["click"] == {"expression": "BSD-3-Clause"}
    assert stated["jaraco.classes"] == {"license": {"name": "MIT License"}}


@pytest.mark.parametrize("change", [{"click": Lock("8.5.0", ())}, {"click": None}])
def test_what_the_locked_requirements_do_not_know_ends_the_release(
    folder: Path, change: dict[str, Lock | None]
) -> None:
    locks = {name: lock for name, lock in (LOCKS | change).items() if lock is not None}
    with pytest.raises(Unexplained, match=re.escape("click 8.5.1")):
        bill(folder, locks, when=0)


def test_the_locked_requirements_are_understood() -> None:
    text = LOCKED.read_text("utf-8")
    found = locked(text)
    assert len(found) == len(re.findall(r"^\S+==", text, re.MULTILINE))
    assert all(lock.sha256 for lock in found.values())
    assert sum(len(lock.sha256) for lock in found.values()) == text.count("--hash=sha256:")
    assert {"pyside6-essentials", "requests", "keyring"} <= found.keys()


def test_a_list_without_versions_is_understood() -> None:
    assert listed("thing\n    MIT\n    LICENSE\n") == [Listed("thing", "", "MIT")]


def test_a_written_bill_is_readable(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    (folder / LISTING).write_text(
        README.replace("click 8.5.1\n    BSD-3-Clause\n    click-LICENSE.txt\n\n", ""), "utf-8"
    )
    document = json.loads(write_bill(folder, tmp_path / "packages" / "bill.json").read_text("utf-8"))
    assert document["metadata"]["timestamp"] == "1970-01-01T00:00:07Z"


def test_checksums_are_what_the_usual_program_compares(tmp_path: Path) -> None:
    (tmp_path / "b.deb").write_bytes(b"b")
    (tmp_path / "a file.exe").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_text("of an earlier attempt")
    (tmp_path / "folder").mkdir()
    listing = write_checksums(tmp_path)
    assert listing.read_text("utf-8") == (
        f"{hashlib.sha256(b'a').hexdigest()}  a file.exe\n{hashlib.sha256(b'b').hexdigest()}  b.deb\n"
    )
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("no sha256sum here")
    check = [program, "--check", "--strict", listing.name]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "b.deb").write_bytes(b"changed")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_nothing_to_sum_up_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_checksums(tmp_path)
