"""Moments as text: UTC, to the second, sorting like the moments themselves."""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """`2026-11-22T03:00:41Z` of an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def from_optional_text(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)
