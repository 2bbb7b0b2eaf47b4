"""Taking secrets out of texts that are written down: those we know, and those we know the look of."""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "***"
SHORTEST = 4
"""Shorter secrets are not looked for: they would blot out half of every text, and neither server accepts them."""

_WEBHOOK_CODE = re.compile(r"(/rest/(?:api/)?\d+/)([^/\s\"'<>]+)")
_SHAPES = (
    (_WEBHOOK_CODE, rf"\1{MASK}"),
    (re.compile(r"(://)[^/\s@\"']+@"), rf"\1{MASK}@"),
    (re.compile(r"(?i)\b(basic|bearer)\s+[a-z0-9._~+/=-]{6,}"), rf"\1 {MASK}"),
    (
        re.compile(
            r"(?i)([\"']?(?:x-auth-password|password|client_?secret|access_?token|refresh_?token|auth)[\"']?"
            r"\s*[:=]\s*[\"']?)[^\s\"'&,;}]+"
        ),
        rf"\1{MASK}",
    ),
)


class Scrubber:
    """`scrubber(text)` → the text without secrets. `known` is asked each time: secrets come up while working."""

    def __init__(self, known: Callable[[], Iterable[str]]) -> None:
        self._known = known
        self._for: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None

    def __call__(self, text: str) -> str:
        known = frozenset(self._known())
        if known != self._for:
            self._for, self._pattern = known, _pattern_of(known)
        if self._pattern is not None:
            text = self._pattern.sub(MASK, text)
        for shape, replacement in _SHAPES:
            text = shape.sub(replacement, text)
        return text


def _pattern_of(known: Iterable[str]) -> re.Pattern[str] | None:
    forms = {form for value in known for form in _forms(value) if len(form) >= SHORTEST}
    # The longest first: a secret that holds another goes as a whole.
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def _forms(value: str) -> Iterator[str]:
    """A secret as it may turn up: as it is, in an address, in a JSON or Python text, and a webhook's code alone."""
    for part in {value, value.strip(), *(found[2] for found in _WEBHOOK_CODE.finditer(value))}:
        yield from (part, quote(part, safe=""), quote(part), quote_plus(part))
        yield from (part.encode("unicode_escape").decode("ascii"), part.replace("\\", "\\\\").replace('"', '\\"'))
    if ":" in value and "/" not in value:  # a proxy's user:password
        yield from _forms(value.partition(":")[2])
