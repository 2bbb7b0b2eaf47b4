"""Phone numbers as Learn wants them: E.164 (contract ispring-learn-api.md 4.6), from texts of any form."""

import re

from b24learn_gui.company.text import clean

# Numbers of Russian mobile networks in the usual writings. The library needs some twenty microseconds a number; this
# pattern accepts only what the library accepts, too (proved in the tests), and leaves every doubt to it.
_PLAIN_RUSSIAN = re.compile(r"(?:(\+7)|[78])? ?-?(?:\((9\d\d)\)|(9\d\d)) ?-?(\d{3})[ -]?(\d\d)[ -]?(\d\d)", re.ASCII)
_UNCERTAIN_PREFIX = "930"

# What stands between a number and something else: a second number, or words («доб. 12», «вн.», a name in brackets).
_SEPARATOR = re.compile(r"[,;/|\n\r]|[А-Яа-яЁё]{2,}")


def to_e164(text: str, region: str) -> str | None:
    """`+79123456789` for `8 (912) 345-67-89 доб. 5`; None where no valid number is found.

    `region` is the country (two letters) of numbers written without one. Extensions are dropped: E.164 has none.
    Of several numbers in one text the first valid one is taken.
    """
    plain = _PLAIN_RUSSIAN.fullmatch(text)
    if plain is not None and (plain[1] or region == "RU"):
        code = plain[2] or plain[3]
        if code != _UNCERTAIN_PREFIX:
            return f"+7{code}{plain[4]}{plain[5]}{plain[6]}"
    whole = clean(text)
    if not whole:
        return None
    number = by_library(whole, region)
    if number is not None:
        return number
    parts = (clean(part) for part in _SEPARATOR.split(text))
    return next((found for part in parts if part and (found := by_library(part, region))), None)


def same_phone(a: str, b: str, region: str) -> bool:
    """Whether two texts name one number; texts without a valid number are compared as texts."""
    if a == b:
        return True
    first, second = to_e164(a, region), to_e164(b, region)
    if first is None and second is None:
        return clean(a) == clean(b)
    return first == second


def by_library(text: str, region: str) -> str | None:
    """What the phonenumbers library makes of one number: E.164 if it is valid, otherwise None."""
    import phonenumbers  # noqa: PLC0415 - its metadata cost start-up time, and most numbers never need it

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
