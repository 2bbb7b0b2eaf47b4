"""The wheel and the sdist: `python3 run.py wheel`. The same source gives the same bytes, wherever it is built.

The wheel is built from the unpacked sdist, so the sdist is complete whenever there is a wheel. Needs the standard
library, pip, and the build tool in the locked version of `requirements/wheel.txt`, which goes into a folder of its own.
"""

import argparse
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
LOCKED = HERE / "requirements" / "wheel.txt"
SOURCES = ("b24learn_gui", "docs", "CHANGELOG.md", "LICENSE", "MANIFEST.in", "README.md", "pyproject.toml")
"""What a build sees of the repository; a stray file beside these cannot get in."""
EARLIEST = 315_532_800
"""1 January 1980 (UTC, seconds since 1970): zip files know no moment before it."""
FILE, PROGRAM, DIRECTORY = 0o644, 0o755, 0o755

_BACKEND = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"


@dataclass(frozen=True, slots=True)
class Built:
    """The two files of a release."""

    wheel: Path
    sdist: Path


def main(words: Sequence[str] | None = None) -> int:
    """Build both into a folder and say what came of it."""
    parser = argparse.ArgumentParser(prog="run.py wheel", description="Build the wheel and the sdist.")
    parser.add_argument("out", nargs="?", type=Path, default=HERE / "dist", help="the folder they go into (dist)")
    built = build(parser.parse_args(words).out)
    for file in (built.wheel, built.sdist):
        data = file.read_bytes()
        print(f"{hashlib.sha256(data).hexdigest()}  {file} ({len(data) / 1000:,.0f} kB)")
    return 0


def build(out: Path, *, moment: int | None = None, tools: Path | None = None) -> Built:
    """Build both into `out`, over what is there under their names.

    `moment`: the time every file in them has (seconds since 1970); otherwise `moment_of_source()`. `tools`: a folder
    that holds the build tool already, see `install_tools`. Raises `subprocess.CalledProcessError`.
    """
    moment = max(EARLIEST, moment_of_source() if moment is None else moment)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="b24learn-package-")))
        if tools is None:
            tools = work / "tools"
            install_tools(tools)
        laid_out(work / "source", moment)
        raw = _backend("build_sdist", work / "source", work / "raw", tools, moment)
        sdist = work / raw.name
        sdist.write_bytes(same_bytes(raw, moment))
        with tarfile.open(sdist) as archive:
            if hasattr(tarfile, "data_filter"):  # not in Python 3.11.2, Debian 12's; the archive is ours either way
                archive.extraction_filter = tarfile.data_filter
            archive.extractall(work / "unpacked")
        (unpacked,) = (work / "unpacked").iterdir()
        wheel = _backend("build_wheel", unpacked, work / "wheel", tools, moment)
        return Built(
            wheel=Path(shutil.copyfile(wheel, out / wheel.name)), sdist=Path(shutil.copyfile(sdist, out / sdist.name))
        )


def moment_of_source() -> int:
    """Seconds since 1970: `SOURCE_DATE_EPOCH` if it is set, else the last commit's time, else 1980."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        return int(given)
    git = shutil.which("git")
    if git is None:
        return EARLIEST
    asked = subprocess.run([git, "log", "-1", "--format=%ct"], cwd=HERE, capture_output=True, text=True, check=False)
    return int(asked.stdout) if asked.returncode == 0 and asked.stdout.strip().isdigit() else EARLIEST


def install_tools(folder: Path) -> None:
    """Put the locked build tool into a folder, checked by its hash; nothing else on the machine changes."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "--target", str(folder), "-r", str(LOCKED)],
        check=True,
    )  # fmt: skip


def laid_out(folder: Path, moment: int) -> None:
    """The sources alone, with the same rights and times on every machine."""
    folder.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.py[cod]", "*.mo", "*.egg-info", ".*")
    for name in SOURCES:
        source, target = HERE / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(source, target)
    for path in sorted(folder.rglob("*")):
        path.chmod(DIRECTORY if path.is_dir() else FILE)
        os.utime(path, (moment, moment))


def same_bytes(archive: Path, moment: int) -> bytes:
    """The same `.tar.gz` without what differs from machine to machine: order, owners, rights, times."""
    plain = io.BytesIO()
    with tarfile.open(archive) as old, tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            fresh = tarfile.TarInfo(member.name)
            fresh.type, fresh.size, fresh.mtime = member.type, member.size, moment
            fresh.mode = DIRECTORY if member.isdir() else PROGRAM if member.mode & 0o100 else FILE
            new.addfile(fresh, old.extractfile(member) if member.isfile() else None)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=moment, compresslevel=9) as stream:
        stream.write(plain.getvalue())
    return packed.getvalue()


def _backend(step: str, source: Path, out: Path, tools: Path, moment: int) -> Path:
    """One step of the build tool in a process of its own; the file it made."""
    out.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _BACKEND, step, str(out)],
        cwd=source,
        env=_environment(tools, moment),
        umask=0o022,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()
    return out / done.stdout.split()[-1]


def _environment(tools: Path, moment: int) -> Mapping[str, str]:
    """Nothing of the user's own Python settings reaches the build."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {
        **kept,
        "PYTHONPATH": str(tools),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": str(moment),
    }


if __name__ == "__main__":
    sys.exit(main())
