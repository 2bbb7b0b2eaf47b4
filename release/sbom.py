"""The software bill of materials of a built folder, as CycloneDX JSON: `python -m release.sbom FOLDER OUTPUT`.

It tells what the folder really holds: the components that `licences/README.txt` in it names, which was written from the
folder's own files, and every file with its checksum. What was installed with a checksum in `requirements/` has that
checksum here. The same folder gives the same bytes.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from release.bundle import epoch
from release.checksums import sha256

ROOT = Path(__file__).resolve().parents[1]
LOCKED = ROOT / "requirements" / "build.txt"
LISTING = Path("licences", "README.txt")
OURS = "b24learn-gui"
_NAMESPACE = uuid.UUID("5a4b1a33-7c0c-5d0e-9b64-3b4f1f3c6c11")
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:OR|AND|WITH) [A-Za-z0-9.+-]+)*")
_NO_IDENTIFIER = {"see", "Artistic", "UNKNOWN"}


class Unexplained(Exception):
    """The folder holds something that the locked requirements do not know; the text names it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One component as the folder's own list names it."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A locked package: its version and the checksums of the files it may be installed from."""

    version: str
    sha256: tuple[str, ...]


def listed(text: str) -> list[Listed]:
    """The components of `licences/README.txt`: a line with name and version, indented below it the licence."""
    lines = text.splitlines()
    found = []
    for line, below in pairwise(lines):
        if line and not line.startswith(" ") and below.startswith("    "):
            name, _, version = line.rpartition(" ") if " " in line else (line, "", "")
            found.append(Listed(name, version, below.strip()))
    return found


def locked(text: str) -> dict[str, Lock]:
    """By normalised name, what `requirements/*.txt` locks."""
    found: dict[str, Lock] = {}
    for block in re.split(r"\n(?=\S)", text):
        head = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", block)
        if head:
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
            found[normalised(head[1])] = Lock(head[2], tuple(sorted(hashes)))
    return found


def normalised(name: str) -> str:
    """As package indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def bill(folder: Path, locks: Mapping[str, Lock], *, when: int) -> dict[str, Any]:
    """The whole document. `when`: seconds since 1970 of the source. Raises `Unexplained`."""
    components = listed((folder / LISTING).read_text("utf-8"))
    ours = next(each for each in components if each.name == OURS)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    parts = [_component(each, locks) for each in components if each.name != OURS]
    parts += [_file(path, folder) for path in files]
    content = json.dumps([ours.version, parts], sort_keys=True)
    reference = f"pkg:pypi/{OURS}@{ours.version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, content)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": OURS,
                "version": ours.version,
                "licenses": _licences(ours.licence),
                "purl": reference,
            },
        },
        "components": parts,
        "dependencies": [
            {"ref": reference, "dependsOn": [part["bom-ref"] for part in parts if part["type"] != "file"]},
        ],
    }


def _component(found: Listed, locks: Mapping[str, Lock]) -> dict[str, Any]:
    lock = locks.get(normalised(found.name))
    hashes: tuple[str, ...] = ()
    if found.name == "Python":
        purl = f"pkg:generic/python@{found.version}"
    elif lock is not None:
        if lock.version != found.version:
            raise Unexplained(f"{found.name} {found.version} is in the folder, but {lock.version} is locked")
        purl, hashes = f"pkg:pypi/{normalised(found.name)}@{found.version}", lock.sha256
    elif found.licence == "see its text":  # how the list names a library of the system that is packed along
        purl = f"pkg:deb/debian/{found.name}@{quote(found.version, safe=':~')}"
    else:
        raise Unexplained(f"{found.name} {found.version} is in the folder, but not in the locked requirements")
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": found.name,
        "version": found.version,
        "licenses": _licences(found.licence),
        "purl": purl,
    }
    if len(hashes) == 1:
        component["hashes"] = [{"alg": "SHA-256", "content": hashes[0]}]
    elif hashes:  # one for each system and Python: which of them was installed is not told
        component["properties"] = [{"name": "locked:sha256", "value": each} for each in hashes]
    return component


def _licences(stated: str) -> list[dict[str, Any]]:
    if _SPDX.fullmatch(stated) and stated.split(maxsplit=1)[0] not in _NO_IDENTIFIER:
        return [{"expression": stated}]
    return [{"license": {"name": stated}}]


def _file(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {
        "type": "file",
        "bom-ref": f"file:{name}",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": sha256(path)}],
    }


def write_bill(folder: Path, output: Path) -> Path:
    """Write the document of this folder. Raises `Unexplained`, or `OSError`."""
    document = bill(folder, locked(LOCKED.read_text("utf-8")), when=epoch())
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    return output


def main(words: list[str]) -> int:
    """Write it, and say how much it names."""
    if len(words) != 2:
        sys.stderr.write("usage: python -m release.sbom FOLDER OUTPUT\n")
        return 2
    try:
        made = write_bill(Path(words[0]), Path(words[1]))
    except (Unexplained, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    parts = json.loads(made.read_text("utf-8"))["components"]
    sys.stdout.write(f"{made}: {_many(parts, 'library')} libraries, {_many(parts, 'file')} files\n")
    return 0


def _many(parts: Iterable[Mapping[str, Any]], kind: str) -> int:
    return sum(part["type"] == kind for part in parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
