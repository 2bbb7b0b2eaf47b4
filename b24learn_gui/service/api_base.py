"""Where Learn's API was found, kept between runs and only for the very account it was found for."""

import json

from b24learn_gui.storage.journal import API_BASE, Journal
from b24learn_gui.storage.settings import Settings


def known_api_base(journal: Journal, settings: Settings) -> str | None:
    """The base found earlier. Sign-in data never go to a base that was found for another address."""
    try:
        found = json.loads(journal.fact(API_BASE) or "{}")
    except ValueError:
        return None
    return found.get("base") if isinstance(found, dict) and found.get("url") == settings.learn.url else None


def remember_api_base(journal: Journal, settings: Settings, base: str | None) -> None:
    if base is not None and base != known_api_base(journal, settings):
        journal.set_fact(API_BASE, json.dumps({"url": settings.learn.url, "base": base}))
