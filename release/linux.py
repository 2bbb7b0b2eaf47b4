"""What a Linux desktop knows a program by, in every package: menu entry, signs, description, manual, completion.

`share(root, …)` fills a `share` folder as it stands in `/usr` or `~/.local`.
"""

import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

from b24learn_gui.text import LANGUAGES
from release import completion, icons
from release.manual import PROGRAM, manual

RESOURCES = Path(__file__).parents[1] / "resources" / "linux"
METAINFO = "b24learn.gui.metainfo.xml"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels: what panels, menus and software centres ask for."""


def share(root: Path, version: str, epoch: int) -> None:
    """Write everything below `root`, which stands for a `share` folder. `epoch`: this version's time, in seconds."""
    date = f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d}"
    write(root / "applications" / f"{PROGRAM}.desktop", (RESOURCES / f"{PROGRAM}.desktop").read_bytes())
    text = (RESOURCES / f"{PROGRAM}.metainfo.xml").read_text("utf-8")
    write(root / "metainfo" / METAINFO, text.replace("@VERSION@", version).replace("@DATE@", date).encode())
    signs = root / "icons" / "hicolor"
    for size in ICON_SIZES:
        write(signs / f"{size}x{size}" / "apps" / f"{PROGRAM}.png", icons.png(size))
    write(signs / "scalable" / "apps" / f"{PROGRAM}.svg", icons.DRAWING.read_bytes())
    for language in LANGUAGES:
        folder = root / "man" / ("man1" if language == "en" else f"{language}/man1")
        write(folder / f"{PROGRAM}.1.gz", packed(manual(language, version, date).encode()))
    write(root / "bash-completion" / "completions" / PROGRAM, completion.bash().encode())
    write(root / "zsh" / "vendor-completions" / f"_{PROGRAM}", completion.zsh().encode())


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def packed(data: bytes) -> bytes:
    """As gzip, with no time and no name in it."""
    return gzip.compress(data, 9, mtime=0)


def copy_program(bundle: Path, to: Path) -> None:
    """The folder that needs no Python, links as links. Libraries are read, not run: they need no right for that."""
    shutil.copytree(bundle, to, symlinks=True)
    for path in to.rglob("*.so*"):
        if not path.is_symlink():
            path.chmod(0o644)
