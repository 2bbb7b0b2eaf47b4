"""The licences of everything in the folder that needs no Python, as files that lie in it.

Run where the folder is built: what a package, Python or the system says of itself is copied from there. A component
without any licence text is an error, so that none is forgotten.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from release.contents import Entry

ROOT = Path(__file__).parents[1]
_KEPT = ROOT / "resources" / "licences"
_QT = {"PySide6_Essentials", "shiboken6"}
"""Their packages bring no texts along: those are kept by us."""
_START = "pyinstaller"
"""Not in the folder itself, but the first step of its programs."""
_NAMES = ("licen", "copying", "notice", "authors")


@dataclass(frozen=True, slots=True)
class Component:
    """`texts`: files of this machine; `stated`: the licence's name as the component says it."""

    name: str
    version: str
    stated: str
    texts: tuple[Path, ...]


class NoLicenceError(Exception):
    """A component that says nothing of its licence."""


def collect(directory: Path, entries: Iterable[Entry]) -> list[Path]:
    """Write the texts and `README.txt`, their list, into this folder, which is emptied first; every file written.

    `entries`: what goes into the folder, as PyInstaller has it. Raises `NoLicenceError`.
    """
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    lines, written = [], []
    for each in components(entries):
        if not each.texts:
            raise NoLicenceError(each.name)
        names = []
        for text in each.texts:
            kept = text.parent in {_KEPT, ROOT}
            names.append(text.name if kept else f"{each.name}-{text.name}{'' if text.suffix else '.txt'}")
            shutil.copyfile(text, directory / names[-1])
            written.append(directory / names[-1])
        lines.append(f"{each.name} {each.version}".strip() + f"\n    {each.stated}\n    {', '.join(names)}\n")
    listing = directory / "README.txt"
    listing.write_text(
        "What this folder holds, whose it is and under which licence. The texts lie beside this file.\n\n"
        + "\n".join(lines),
        "utf-8",
    )
    return sorted({*written, listing})


def components(entries: Iterable[Entry]) -> list[Component]:
    """Ours, Python, every package and every library of the system that entries come from."""
    sources = {os.path.realpath(source) for _, source, _ in entries if source}
    found = [
        Component("b24learn-gui", version_of_ours(), "MIT", (ROOT / "LICENSE",)),
        Component("Python", sys.version.split()[0], "PSF-2.0 and others", (_python_licence(),)),
    ]
    packages = [each for each in distributions() if each.name == _START or sources & set(_files(each))]
    found += sorted(map(_of_package, packages), key=lambda each: each.name.lower())
    return [*found, *_of_the_system(sources)]


def version_of_ours() -> str:
    from b24learn_gui import __version__  # noqa: PLC0415 - this module is also read where the package is not

    return __version__


def _python_licence() -> Path:
    candidates = (Path(os.__file__).parent / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt")
    found = next((each for each in candidates if each.is_file()), None)
    if found is None:
        raise NoLicenceError("Python")
    return found


def _files(package: Distribution) -> Iterator[str]:
    for each in package.files or ():
        yield os.path.realpath(str(package.locate_file(each)))


def _of_package(package: Distribution) -> Component:
    metadata = package.metadata
    stated = metadata["License-Expression"] or _classifier(metadata.get_all("Classifier") or []) or metadata["License"]
    if package.name in _QT:
        kept = ("Qt.txt", "LGPL-3.0.txt", "GPL-3.0.txt", "ICU.txt")
        return Component(package.name, package.version, "LGPL-3.0-only", tuple(_KEPT / name for name in kept))
    texts = [Path(path) for path in _files(package) if _is_licence(path)]
    return Component(package.name, package.version, (stated or "").splitlines()[0], tuple(sorted(texts)))


def _is_licence(path: str) -> bool:
    file = Path(path)
    inside = any(part.endswith(".dist-info") for part in file.parts)
    return inside and file.is_file() and any(word in file.name.lower() for word in _NAMES)


def _classifier(classifiers: Iterable[str]) -> str:
    found = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    return ", ".join(found)


def _of_the_system(sources: Iterable[str]) -> list[Component]:
    """Debian says whose a file is and where its licence stands; on other systems Python brings its libraries along."""
    if not shutil.which("dpkg-query"):
        return []
    libraries = [each for each in sources if each.startswith(("/usr/lib/", "/lib/")) and ".so" in Path(each).name]
    packages = sorted({_debian_package(each) for each in libraries})
    return [
        Component(each, _debian_version(each), "see its text", (Path("/usr/share/doc") / each / "copyright",))
        for each in packages
    ]


def _debian_package(library: str) -> str:
    """The package's name without its architecture. The system's list may know the file by the older place `/lib`."""
    for path in (library, library.removeprefix("/usr")):
        asked = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return asked.stdout.partition(":")[0].strip()
    raise NoLicenceError(library)


def _debian_version(package: str) -> str:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}\n", package], capture_output=True, text=True, check=True
    )
    return asked.stdout.splitlines()[0]
