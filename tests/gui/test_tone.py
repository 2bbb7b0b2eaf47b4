"""Every colour can be read, whatever palette the platform hands over."""

import dataclasses

import pytest
from PySide6.QtGui import QColor, QPalette

from b24learn_gui.gui import tone
from b24learn_gui.gui.tone import MARK_RATIO, TEXT_RATIO, Tone, contrast, legible

_TABLE_LIGHT = {
    "window": "#F4F5F7", "card": "#FFFFFF", "sunken": "#ECEEF1", "line": "#DCDFE4", "outline": "#7E848E",
    "text": "#1B1D21", "text_2": "#555B65", "accent": "#2457C5", "on_accent": "#FFFFFF", "selection": "#E7EEFC",
    "ok": "#15703F", "ok_tint": "#E3F3E9", "warn": "#865000", "warn_tint": "#FFF1D6", "warn_mark": "#B46A00",
    "danger": "#B3261E", "danger_tint": "#FCE9E7",
}  # fmt: skip
_TABLE_DARK = {
    "window": "#1D1E21", "card": "#27292D", "sunken": "#18191B", "line": "#3A3D43", "outline": "#81868F",
    "text": "#F1F2F4", "text_2": "#ADB2BB", "accent": "#8FB4FF", "on_accent": "#0B1E45", "selection": "#26334D",
    "ok": "#78D09B", "ok_tint": "#1F3428", "warn": "#F0BC5E", "warn_tint": "#3A2E19", "warn_mark": "#F0BC5E",
    "danger": "#FF9C92", "danger_tint": "#452724",
}  # fmt: skip

# window, base, text, mid, accent: desktops' own light and dark, each with accents people choose, and high contrast
_GROUNDS = {
    "windows-light": ("#F3F3F3", "#FFFFFF", "#000000", "#A0A0A0"),
    "windows-dark": ("#202020", "#2B2B2B", "#FFFFFF", "#777777"),
    "breeze-light": ("#EFF0F1", "#FCFCFC", "#232629", "#C0C1C3"),
    "breeze-dark": ("#2A2E32", "#1B1E20", "#FCFCFC", "#1E2124"),
    "adwaita-light": ("#FAFAFA", "#FFFFFF", "#2E3436", "#CDC7C2"),
    "adwaita-dark": ("#353535", "#2D2D2D", "#EEEEEC", "#1B1B1B"),
    "sepia": ("#EEE8D5", "#FDF6E3", "#586E75", "#93A1A1"),
    "deep-blue": ("#002B36", "#073642", "#93A1A1", "#586E75"),
    "fusion": ("#EFEFEF", "#FFFFFF", "#000000", "#B8B8B8"),
}
_ACCENTS = ("#0078D4", "#FFB900", "#E81123", "#3DAEE9")
_CONTRAST = {
    "black": ("#000000", "#000000", "#FFFFFF", "#FFFFFF", "#1AEBFF"),
    "white": ("#FFFFFF", "#FFFFFF", "#000000", "#000000", "#37006E"),
}
PALETTES = {
    **{f"{name}-{accent}": (*ground, accent) for name, ground in _GROUNDS.items() for accent in _ACCENTS},
    **_CONTRAST,
}


def _palette(window: str, base: str, text: str, mid: str, accent: str) -> QPalette:
    palette, role = QPalette(), QPalette.ColorRole
    for each, colour in (
        (role.Window, window), (role.Base, base), (role.WindowText, text), (role.Text, text),
        (role.ButtonText, text), (role.Mid, mid), (role.Highlight, accent), (role.Accent, accent),
    ):  # fmt: skip
        palette.setColor(each, QColor(colour))
    return palette


def _named(name: str) -> Tone:
    return Tone.of(_palette(*PALETTES[name]))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("dark", [False, True])
def test_the_reference_palettes_give_the_colours_of_the_table(dark: bool) -> None:
    made = Tone.of(tone.reference_palette(dark=dark), high_contrast=False)
    for role, colour in (_TABLE_DARK if dark else _TABLE_LIGHT).items():
        found, wanted = getattr(made, role), QColor(colour)
        far = max(
            abs(found.red() - wanted.red()), abs(found.green() - wanted.green()), abs(found.blue() - wanted.blue())
        )
        assert far <= 14, f"{role}: {found.name()} instead of {colour}"


def test_there_are_some_thirty_palettes() -> None:
    assert len(PALETTES) >= 30


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", PALETTES)
def test_words_keep_their_contrast_on_everything_they_are_put_on(name: str) -> None:
    made = _named(name)
    for ground in made.surfaces:
        assert contrast(made.text, ground) >= TEXT_RATIO
        assert contrast(made.text_2, ground) >= TEXT_RATIO
    for ground in (made.window, made.card, made.selection):
        assert contrast(made.accent, ground) >= TEXT_RATIO
    assert contrast(made.on_accent, made.accent) >= TEXT_RATIO


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", PALETTES)
def test_states_and_edges_can_be_seen_on_card_and_tint(name: str) -> None:
    made = _named(name)
    for state in ("ok", "warn", "danger"):
        for ground in (made.card, made.window, getattr(made, f"{state}_tint")):
            assert contrast(getattr(made, state), ground) >= TEXT_RATIO
    assert contrast(made.warn_mark, made.warn_tint) >= MARK_RATIO
    for ground in (made.window, made.card, made.selection):
        assert contrast(made.outline, ground) >= MARK_RATIO


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", _CONTRAST)
def test_high_contrast_has_no_tints_and_lines_like_words(name: str) -> None:
    made = _named(name)
    assert made.high_contrast
    assert {ground.name() for ground in made.surfaces} == {made.card.name()}
    assert made.line == made.text


@pytest.mark.usefixtures("qapp")
def test_dark_is_told_by_the_palette_not_by_the_scheme() -> None:
    assert _named("breeze-dark-#0078D4").dark
    assert not _named("sepia-#FFB900").dark


@pytest.mark.usefixtures("qapp")
def test_a_base_darker_than_the_window_is_no_card() -> None:
    made = _named("breeze-dark-#0078D4")
    assert made.card.name() != "#1b1e20"
    assert made.card.lightness() > made.window.lightness()


def test_legible_moves_lightness_only_and_no_further_than_it_takes() -> None:
    blue, white = QColor("#308CC6"), QColor("#FFFFFF")
    made = legible(blue, white, TEXT_RATIO)
    assert TEXT_RATIO <= contrast(made, white) < TEXT_RATIO + 0.15
    assert abs(made.hslHueF() - blue.hslHueF()) < 0.01
    assert legible(made, white, TEXT_RATIO) == made


def test_legible_without_a_solution_takes_the_better_of_black_and_white() -> None:
    assert legible(QColor("#777777"), [QColor("#000000"), QColor("#FFFFFF")], 7).name() in {"#000000", "#ffffff"}


@pytest.mark.usefixtures("qapp")
def test_a_tone_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Tone.of(tone.reference_palette(dark=False)).dark = True  # type: ignore[misc]
