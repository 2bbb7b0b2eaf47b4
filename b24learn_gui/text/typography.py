"""No-break spaces of Russian sentences, put in by rule, because nobody sees them in a catalogue (STYLE, Words)."""

import re

NBSP = "\u00a0"

_AFTER_ONE_LETTER = re.compile(r"(?<![^\s«„(—])([АВИКОСУЯавикосуя]) (?=\S)")
_NUMBER_AND_UNIT = re.compile(r"(\d|\{[a-z_]+\}) (?=(?:с|мин|ч|дн|КБ|МБ|ГБ|%)(?![а-яёА-ЯЁ]))")
_BEFORE_DASH = re.compile(r" (?=— )")
_COUNTED = re.compile(r"(\{n\}) (?=[а-яё])")


def russian(text: str) -> str:
    """The text with U+00A0 after one-letter words, before dashes, and between a number and what it counts."""
    text = _AFTER_ONE_LETTER.sub(rf"\1{NBSP}", text)
    text = _AFTER_ONE_LETTER.sub(rf"\1{NBSP}", text)  # "и в" : the second letter follows a space just replaced
    text = _NUMBER_AND_UNIT.sub(rf"\1{NBSP}", text)
    text = _COUNTED.sub(rf"\1{NBSP}", text)
    return _BEFORE_DASH.sub(NBSP, text)
