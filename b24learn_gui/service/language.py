"""The language of the settings, for commands that have read nothing else of them yet."""

import tomllib

from b24learn_gui.storage.places import Places


def language_setting(places: Places) -> str:
    """The `language` of the settings, `system` where they cannot be read: it decides how that very fault is told."""
    try:
        value = tomllib.loads(places.settings_file.read_text("utf-8-sig")).get("language")
    except (OSError, ValueError):
        return "system"
    return value if isinstance(value, str) else "system"
