"""Taking people and secrets out of what a supporter gets to see; the same person keeps the same pseudonym."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from b24learn_gui.service.name_forms import NameForms
from b24learn_gui.storage.scrub import MASK, Scrubber

SOMEBODY = "person"

_EMAIL = re.compile(r"[^\s\"'<>(),;:@/=\\]+(?:@|%40)[^\s\"'<>(),;:@/=\\]+", re.IGNORECASE)
_PHONE = re.compile(
    r"\+\d[\d ()\u00a0-]{7,}\d"
    r"|(?<![\w.-])[78][ (\u00a0-]*\d{3}[ )\u00a0-]*\d{3}[ \u00a0-]?\d{2}[ \u00a0-]?\d{2}(?![\w-])"
)
_TOKEN = re.compile(r"[^\s\"'<>(),;:«»“”]+")
_WORD = re.compile(r"[^\W\d_]+")
_BESIDE = re.compile(rf"\b([^\W\d_]{{1,2}})(\.? (?={SOMEBODY}\b))|(?<={SOMEBODY})( )([^\W\d_]{{1,2}})\b")
_SHORT = 2
"""Letters of a word that is too short to be told from any other, unless it stands beside a name."""
_LEAST_VALUE = 4
_STRUCTURE = frozenset({"department", "department_name", "letter", "supervisor", "name", "parent", "code"})
"""Values of changes that are no person's."""


class Hiding:
    """Takes out what was told it: secrets as they come up, people's names and values by `learn_…`."""

    def __init__(self, home_id: str, secrets: Scrubber) -> None:
        self._key, self._scrub = home_id.encode(), secrets
        self._homes = _forms_of(str(Path.home()))
        self._names: set[str] = set()
        self._forms = NameForms()
        self._short: set[str] = set()
        self._values: set[str] = set()

    def person(self, portal: object, number: object) -> str:
        return self._pseudonym(SOMEBODY, f"{portal}:{number}")

    def account(self, learn_id: object) -> str | None:
        return None if learn_id in (None, "") else self._pseudonym("account", str(learn_id))

    def login(self, text: str) -> str:
        return self._pseudonym("login", text) if text else ""

    def held(self, text: str) -> str:
        """An entry of the settings' `hold`, `main:27`."""
        portal, _, number = text.partition(":")
        return self.person(portal, number)

    def text(self, text: str) -> str:
        """Without secrets, addresses, numbers of phones and the name of this computer's user."""
        text = _PHONE.sub(MASK, _EMAIL.sub(f"{SOMEBODY}@***", self._scrub(text)))
        for home in self._homes:
            text = text.replace(home, "~")
        return text

    def said(self, text: str) -> str:
        """A server's or the program's own words, which may repeat a name, a login or another value as well."""
        text = _TOKEN.sub(lambda token: self._unless_known(token[0], self._values), self.text(text))
        text = _WORD.sub(lambda word: self._unless_name(word[0]), text)
        return _BESIDE.sub(self._beside, text)

    def learn_names(self, names: Iterable[str]) -> None:
        """Every word of these names is taken out of what was `said`, in whatever case it stands there.

        Nameless people go by their e-mail: its domain is nobody's name, and its words are those of hosts.
        """
        for name in names:
            for word in _WORD.findall(_EMAIL.sub(lambda email: re.split("@|%40", email[0])[0], name)):
                (self._names if len(word) > _SHORT else self._short).add(word.casefold())
                self._forms.learn(word)

    def learn_values(self, values: Iterable[tuple[str, object]]) -> None:
        """What stood or stands in people's profiles, by field."""
        for field, value in values:
            if field in _STRUCTURE or not isinstance(value, str):
                continue
            if field in {"first_name", "last_name", "middle_name"}:
                self.learn_names([value])
            for token in (value, *_TOKEN.findall(value)):
                if len(token) >= _LEAST_VALUE:
                    self._values.add(token.casefold())

    def _unless_name(self, word: str) -> str:
        return SOMEBODY if word.casefold() in self._names or self._forms.knows(word) else word

    def _unless_known(self, word: str, known: set[str]) -> str:
        bare = word.rstrip(".!?…")
        return SOMEBODY + word[len(bare) :] if bare.casefold() in known else word

    def _beside(self, found: re.Match[str]) -> str:
        before, gap, after_gap, after = found.groups()
        word = before or after
        known = word[0].isupper() and word.casefold() in self._short
        if not known:
            return found[0]
        return f"{SOMEBODY}{gap}" if before else f"{after_gap}{SOMEBODY}"

    def _pseudonym(self, kind: str, value: str) -> str:
        return f"{kind}-{hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()[:8]}"


def _forms_of(path: str) -> tuple[str, ...]:
    """A path as it may stand in a text: as it is, in JSON or TOML, with the other strokes, in an address."""
    slashed = path.replace("\\", "/")
    forms = {path, path.replace("\\", "\\\\"), slashed, quote(slashed)}
    return tuple(sorted((form for form in forms if len(form) > 1), key=len, reverse=True))
