"""What Learn's words of refusal mean (contract 4.6): it has no machine-readable codes, only statuses and texts."""

import re

from b24learn_gui.errors import Rejected

_LENGTH = re.compile(r"character|symbol|length|too long|символ|длин", re.IGNORECASE)
_PHONE = re.compile(r"^\W*(?:invalid )?(?:the )?(?:phone|телефон|номер телефона)", re.IGNORECASE)
_DUPLICATE = re.compile(
    r"duplicate|unique|already|дублик|дублир|уникальн|уже (?:есть|занят|использ|существ|зарегистр)", re.IGNORECASE
)
_SEATS_WHAT = re.compile(
    r"user|account|seat|licen[cs]e|plan|subscription|tariff|пользовател|уч[её]тн|мест|лиценз|тариф|подписк",
    re.IGNORECASE,
)
_SEATS_HOW = re.compile(
    r"exceed|limit|exhaust|\bno\b.*\b(?:left|free|seats)|превыш|лимит|исчерп|нет свободн", re.IGNORECASE
)
_GONE = re.compile(
    r"(?:unknown|no such) (?:user|department|id)\b|(?:not found|does ?n[o']t exist)|не найден|не существует",
    re.IGNORECASE,
)


def classify(status: int, message: str) -> str:
    """One of `duplicate`, `phone`, `seats_exhausted`, `gone`, `rejected`."""
    if status == 409:
        return "duplicate"
    if status in (404, 410):
        return "gone"
    if _PHONE.search(message) and not _DUPLICATE.search(message):
        return "phone"
    if _SEATS_WHAT.search(message) and _SEATS_HOW.search(message) and not _LENGTH.search(message):
        return "seats_exhausted"
    if _DUPLICATE.search(message):
        return "duplicate"
    if _GONE.search(message):
        return "gone"
    return "rejected"


def rejected(status: int, message: str) -> Rejected:
    """The error of one refused write; `message` must be free of secrets already."""
    return Rejected(classify(status, message), side="learn", status=status, message=message)
