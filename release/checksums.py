"""`SHA256SUMS` of everything a release offers: `python -m release.checksums DIRECTORY`, checked by `sha256sum -c`."""

import hashlib
import sys
from pathlib import Path

NAME = "SHA256SUMS"
_PIECE = 1 << 20


def sha256(path: Path) -> str:
    """The checksum of one file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def write_checksums(directory: Path) -> Path:
    """Of every file in this directory, by name; directories and an earlier list are left out."""
    files = sorted(path for path in directory.iterdir() if path.is_file() and path.name != NAME)
    if not files:
        raise FileNotFoundError(directory)
    listing = directory / NAME
    listing.write_text("".join(f"{sha256(path)}  {path.name}\n" for path in files), "utf-8", newline="\n")
    return listing


def main(words: list[str]) -> int:
    """Write the list and show it."""
    if len(words) != 1:
        sys.stderr.write("usage: python -m release.checksums DIRECTORY\n")
        return 2
    sys.stdout.write(write_checksums(Path(words[0])).read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
