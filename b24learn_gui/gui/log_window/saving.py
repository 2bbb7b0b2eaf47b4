"""The records shown as a text file, written on a worker thread. No Qt."""

import threading
from collections.abc import Sequence
from pathlib import Path

from b24learn_gui.errors import WrongUsage
from b24learn_gui.gui.log_window.asking import Source, read_shown
from b24learn_gui.gui.log_window.words import Shown, Teller
from b24learn_gui.storage.log_filter import Listing

MOST_COPIED = 20_000
"""Lines that are put on the clipboard at once; a file takes all."""
_AT_ONCE = 2_000


def as_text(shown: Shown) -> str:
    """A line as it is copied and saved: columns with tabs between them."""
    parts = (shown.time, shown.kind, shown.who, shown.what)
    return "\t".join(part.replace("\t", " ").replace("\n", " ") for part in parts)


def copied_records(
    listing: Listing[Source], teller: Teller, places: Sequence[range], stop: threading.Event
) -> tuple[str, int]:
    """The lines in these places as text, up to `MOST_COPIED`, and how many they are."""
    lines: list[str] = []
    for each in places:
        for first in range(each.start, min(each.stop, each.start + MOST_COPIED - len(lines)), _AT_ONCE):
            if stop.is_set():
                return "", 0
            behind = min(first + _AT_ONCE, each.stop, first + MOST_COPIED - len(lines))
            lines += map(as_text, read_shown(listing, first, behind, teller))
    return "\n".join(lines), len(lines)


def save_records(listing: Listing[Source], teller: Teller, file: Path, stop: threading.Event) -> Path:
    """Write every line of the listing. Raises `WrongUsage("report_not_written")`."""
    try:
        with file.open("w", encoding="utf-8") as stream:
            for first in range(0, len(listing), _AT_ONCE):
                if stop.is_set():
                    break
                lines = read_shown(listing, first, min(first + _AT_ONCE, len(listing)), teller)
                stream.writelines(f"{as_text(each)}\n" for each in lines)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUsage("report_not_written", path=str(file), reason=reason) from None
    return file
