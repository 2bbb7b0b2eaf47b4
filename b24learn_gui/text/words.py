"""A language one can ask for sentences: translation, plural forms, numbers, times and lists."""

import gettext
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from b24learn_gui.text import po, typography
from b24learn_gui.text.language import Language
from b24learn_gui.text.typography import NBSP

_CATALOGUE = Path(__file__).with_name("locale") / "ru" / "LC_MESSAGES" / "b24learn_gui.po"

_PLAIN = frozenset({"id", "bitrix24_id", "department", "line", "port", "schema", "status", "found", "known"})
"""Values that are names rather than amounts: they are never grouped."""


def mark(message: str) -> str:
    """Marks a message that stands in a table and is translated where it is used; tests collect the catalogue by it."""
    return message


@cache
def _russian() -> gettext.NullTranslations:
    """The Russian catalogue, read once a process: it is a constant of the program."""
    messages = list(po.entries(_CATALOGUE.read_text("utf-8")))
    for entry in messages[1:]:
        entry.forms = {index: typography.russian(form) for index, form in entry.forms.items()}
    return po.translations(messages)


class _Values(dict[str, str]):
    """Values of a message by name; one nobody handed over shows as a dash, because a sentence must never fail."""

    def __missing__(self, name: str) -> str:
        return "—"


class Words:
    """Sentences in one language. Numbers handed to a message are grouped as that language writes them."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._catalogue: gettext.NullTranslations = _russian() if language == "ru" else gettext.NullTranslations()

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, `{name}` filled in from `values`."""
        return self._filled(self._catalogue.gettext(message) if message else "", values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form of the message that fits `n`, which it may show as `{n}`."""
        return self._filled(self._catalogue.ngettext(one, many, n), {"n": n, **values})

    def number(self, value: float) -> str:
        """`1 284` and `12,5` in Russian, `1,284` and `12.5` in English; at most one decimal place."""
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
        if self.language == "en":
            return text
        return text.replace(",", NBSP).replace(".", ",")

    def listed(self, items: Iterable[object], *, at_most: int = 8) -> str:
        """Items with commas; of long lists the first few and how many more there are."""
        texts = [self._shown(item) for item in items]
        if len(texts) <= at_most:
            return ", ".join(texts)
        more = self.plural("and {n} more", "and {n} more", len(texts) - at_most)
        return f"{', '.join(texts[:at_most])} {more}"

    def moment(self, when: datetime | str) -> str:
        """Date and time in UTC, always marked as such."""
        if isinstance(when, str):
            when = datetime.fromisoformat(when)
        when = when.astimezone(UTC)
        shape = "%d.%m.%Y %H:%M" if self.language == "ru" else "%Y-%m-%d %H:%M"
        return f"{when.strftime(shape)}{NBSP}UTC"

    def seconds(self, value: float) -> str:
        """A length of time as people say it: `40 s`, `3 min`, `2 h 05 min`."""
        if value < 10:
            return self("{n} s", n=round(float(value), 1) if value % 1 else int(value))
        if value < 120:
            return self("{n} s", n=round(value))
        minutes = round(value / 60)
        if minutes < 120:
            return self("{n} min", n=minutes)
        return self("{hours} h {minutes} min", hours=minutes // 60, minutes=f"{minutes % 60:02d}")

    def _filled(self, template: str, values: Mapping[str, object]) -> str:
        if "{" not in template:
            return template
        return template.format_map(
            _Values({name: str(value) if name in _PLAIN else self._shown(value) for name, value in values.items()})
        )

    def _shown(self, value: object) -> str:
        if isinstance(value, bool) or value is None:
            return "—" if value is None else self("yes") if value else self("no")
        if isinstance(value, int | float):
            return self.number(value)
        if isinstance(value, list | tuple | set | frozenset):
            return self.listed(sorted(value, key=str) if isinstance(value, set | frozenset) else value)
        return str(value)
