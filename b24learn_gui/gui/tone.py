"""Every colour of the windows, derived from the platform's current palette. All literal colours stand here.

`current()` is asked anew at every painting, so a changed palette needs no message of its own; the derivation itself is
kept per palette. Lightness alone is moved until a colour can be read (`legible`), hue and saturation stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

TEXT_RATIO = 4.5
"""Least contrast of words with what lies below them."""
MARK_RATIO = 3.0
"""Least contrast of marks, bars and edges of things one can operate."""

_FUSION_HIGHLIGHT = "#308cc6"
_LIGHT_REFERENCE = {"window": "#F4F5F7", "base": "#FFFFFF", "text": "#1B1D21", "mid": "#7E848E", "accent": "#2457C5"}
_DARK_REFERENCE = {"window": "#1D1E21", "base": "#27292D", "text": "#F1F2F4", "mid": "#81868F", "accent": "#8FB4FF"}
_LIGHT_STATES = {
    "ok": ("#15703F", "#E3F3E9"),
    "warn": ("#865000", "#FFF1D6"),
    "mark": ("#B46A00", "#FFF1D6"),
    "danger": ("#B3261E", "#FCE9E7"),
}
_DARK_STATES = {
    "ok": ("#78D09B", "#1F3428"),
    "warn": ("#F0BC5E", "#3A2E19"),
    "mark": ("#F0BC5E", "#3A2E19"),
    "danger": ("#FF9C92", "#452724"),
}
_ON_ACCENT_LIGHT, _ON_ACCENT_DARK = "#FFFFFF", "#0B1E45"
_BLACK, _WHITE = "#000000", "#FFFFFF"


@dataclass(frozen=True)
class Tone:
    """The roles a colour can play. Meaning is fixed: accent is selected, moving or to be clicked; green is proven;
    amber waits for a person or left somebody out; red failed, or is the part beyond a limit.
    """

    dark: bool
    high_contrast: bool
    window: QColor
    card: QColor
    sunken: QColor
    line: QColor
    outline: QColor
    text: QColor
    text_2: QColor
    accent: QColor
    on_accent: QColor
    selection: QColor
    ok: QColor
    ok_tint: QColor
    warn: QColor
    warn_tint: QColor
    warn_mark: QColor
    danger: QColor
    danger_tint: QColor

    @classmethod
    def of(cls, palette: QPalette, *, high_contrast: bool | None = None) -> "Tone":
        """The tone of this palette; `high_contrast` None asks the platform."""
        group, role = QPalette.ColorGroup.Active, QPalette.ColorRole
        roles = (role.Window, role.Base, role.WindowText, role.Text, role.Mid, role.Accent)
        wish = _asked_for_contrast() if high_contrast is None else high_contrast
        return _tone(*(palette.color(group, each).name() for each in roles), wish)

    @property
    def surfaces(self) -> tuple[QColor, ...]:
        """Everything that words and edges are put on."""
        return self.window, self.card, self.sunken, self.selection, self.ok_tint, self.warn_tint, self.danger_tint


def current() -> Tone:
    """The tone of the program's palette at this moment. Asked for by every cell that is painted."""
    return _tone_now(QGuiApplication.palette().cacheKey(), _asked_for_contrast())


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2 contrast ratio of two opaque colours, 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def legible(colour: QColor, grounds: QColor | Iterable[QColor], ratio: float) -> QColor:
    """The colour with its lightness moved, as little as it takes, until it keeps `ratio` on every ground.

    Where no lightness does, black or white, whichever reads better on the ground that is hardest for it.
    """
    on = [grounds] if isinstance(grounds, QColor) else list(grounds)

    def worst(candidate: QColor) -> float:
        return min(contrast(candidate, ground) for ground in on)

    if worst(colour) >= ratio:
        return QColor(colour)
    hue, saturation, lightness = colour.hslHueF(), colour.hslSaturationF(), colour.lightnessF()
    steps = sorted((step / 255 for step in range(256)), key=lambda step: abs(step - lightness))
    for step in steps:
        candidate = QColor(QColor.fromHslF(max(hue, 0.0), saturation, step).name())
        if worst(candidate) >= ratio:
            return candidate
    return max((QColor(_BLACK), QColor(_WHITE)), key=worst)


def mix(ground: QColor, other: QColor, share: float) -> QColor:
    """`share` (0 to 1) of the other colour laid over the ground."""

    def part(low: int, high: int) -> int:
        return round(low + (high - low) * share)

    return QColor(
        part(ground.red(), other.red()), part(ground.green(), other.green()), part(ground.blue(), other.blue())
    )


def reference_palette(*, dark: bool) -> QPalette:
    """The palette of the pictures, also used where the platform has none of its own."""
    named = {name: QColor(value) for name, value in (_DARK_REFERENCE if dark else _LIGHT_REFERENCE).items()}
    palette = QPalette(named["window"])
    role = QPalette.ColorRole
    for each in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        palette.setColor(each, named["text"])
    palette.setColor(role.Window, named["window"])
    palette.setColor(role.Base, named["base"])
    palette.setColor(role.ToolTipBase, named["base"])
    palette.setColor(role.AlternateBase, named["base"])
    palette.setColor(role.Button, named["base"] if not dark else mix(named["base"], named["text"], 0.06))
    palette.setColor(role.Mid, named["mid"])
    palette.setColor(role.Accent, named["accent"])
    return dressed(palette)


def dressed(palette: QPalette) -> QPalette:
    """The palette with the roles of which views, links and hints are painted taken from its own tone."""
    tone, role = Tone.of(palette), QPalette.ColorRole
    palette = QPalette(palette)
    palette.setColor(role.Accent, tone.accent)
    palette.setColor(role.Highlight, tone.selection)
    palette.setColor(role.HighlightedText, tone.text)
    palette.setColor(role.Link, tone.accent)
    palette.setColor(role.LinkVisited, tone.accent)
    palette.setColor(role.PlaceholderText, tone.text_2)
    faint = mix(tone.text_2, tone.card, 0.35)
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, faint)
    return palette


def is_bare(palette: QPalette) -> bool:
    """Whether this is the toolkit's own palette, because the platform offered none."""
    return palette.color(QPalette.ColorRole.Highlight).name() == _FUSION_HIGHLIGHT


def is_dark(palette: QPalette) -> bool:
    """Dark is a window darker than its words; the platform's colour scheme is often unknown."""
    window = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window)
    text = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)
    return _luminance(window) < _luminance(text)


def _luminance(colour: QColor) -> float:
    """WCAG 2 relative luminance, 0 to 1."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _asked_for_contrast() -> bool:
    """Whether the platform says that its user wants high contrast (Qt 6.10 and later know)."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    wish = hints.accessibility()
    return wish.contrastPreference() == Qt.ContrastPreference.HighContrast


@lru_cache(maxsize=4)
def _tone_now(_palette: int, wish: bool) -> Tone:
    """Of the program's palette, which its key names: another one has another key."""
    return Tone.of(QGuiApplication.palette(), high_contrast=wish)


@lru_cache(maxsize=16)
def _tone(window_: str, base: str, window_text: str, text_: str, mid: str, accent_: str, wish: bool) -> Tone:
    window, words = QColor(window_), QColor(window_text)
    dark = _luminance(window) < _luminance(words)
    high = wish or {window_, window_text} == {_BLACK, _WHITE.lower()}
    card = QColor(base)
    if _luminance(card) < _luminance(window):
        card = mix(window, words, 0.05)
    text = words if contrast(words, card) >= contrast(QColor(text_), card) else QColor(text_)
    text = legible(text, (card, window), TEXT_RATIO)
    sunken = mix(window, QColor(_BLACK), 0.2 if dark else 0.03)
    accent = legible(QColor(accent_), (card, window), TEXT_RATIO)
    selection = _selection(card, accent, dark=dark)
    states = _DARK_STATES if dark else _LIGHT_STATES

    def ground(colour: QColor) -> QColor:
        return card if high or contrast(text, colour) < TEXT_RATIO else colour

    sunken, selection = ground(sunken), ground(selection)
    tints = {name: ground(QColor(tint)) for name, (_colour, tint) in states.items()}
    plain = (window, card, sunken, selection)
    everywhere = (*plain, *tints.values())

    def state(name: str, ratio: float) -> QColor:
        return legible(QColor(states[name][0]), (card, window, tints[name]), ratio)

    return Tone(
        dark=dark,
        high_contrast=high,
        window=window,
        card=card,
        sunken=sunken,
        line=text if high else mix(card, text, 0.10 if dark else 0.15),
        outline=legible(QColor(mid), plain, MARK_RATIO),
        text=text,
        text_2=text if high else legible(mix(text, card, 0.34 if dark else 0.26), everywhere, TEXT_RATIO),
        accent=legible(accent, (card, window, selection), TEXT_RATIO),
        on_accent=_on(accent),
        selection=selection,
        ok=state("ok", TEXT_RATIO),
        ok_tint=tints["ok"],
        warn=state("warn", TEXT_RATIO),
        warn_tint=tints["warn"],
        warn_mark=state("mark", MARK_RATIO),
        danger=state("danger", TEXT_RATIO),
        danger_tint=tints["danger"],
    )


def _selection(card: QColor, accent: QColor, *, dark: bool) -> QColor:
    if not dark:
        return mix(card, accent, 0.11)
    strong = QColor.fromHslF(max(accent.hslHueF(), 0.0), min(accent.hslSaturationF(), 0.72), 0.45)
    return mix(card, strong, 0.20)


def _on(accent: QColor) -> QColor:
    """White words on the accent where they can be read, else words from the dark side."""
    light = QColor(_ON_ACCENT_LIGHT)
    if contrast(light, accent) >= TEXT_RATIO:
        return light
    return legible(QColor(_ON_ACCENT_DARK), accent, TEXT_RATIO)
