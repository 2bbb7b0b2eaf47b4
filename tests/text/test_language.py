"""Which language is spoken (INTERFACE: `--lang`, `language`)."""

import pytest

from b24learn_gui.text import chosen_language


@pytest.mark.parametrize(
    ("asked", "setting", "environment", "language"),
    [
        ("ru", "en", {"LANG": "en_US.UTF-8"}, "ru"),
        (None, "ru", {"LANG": "en_US.UTF-8"}, "ru"),
        (None, "system", {"LANG": "ru_RU.UTF-8"}, "ru"),
        (None, "system", {"LC_ALL": "en_GB.UTF-8", "LANG": "ru_RU.UTF-8"}, "en"),
        (None, "system", {"LC_ALL": "", "LANG": "ru"}, "ru"),
        (None, "system", {"LANG": "C.UTF-8"}, "en"),
        (None, "system", {"LANG": "de_DE.UTF-8"}, "en"),
        (None, "nonsense", {"LANG": "ru_RU"}, "ru"),
    ],
)
def test_the_option_wins_then_the_setting_then_the_system(
    asked: str | None, setting: str, environment: dict[str, str], language: str
) -> None:
    assert chosen_language(asked, setting, environment=environment) == language
