"""The flat style that stands in where the platform has none of its own, and how it is put on.

Native styles paint their controls themselves. Fusion alone is replaced: its default button writes white on a lightened
accent at a contrast of 2.5 to 3.4, and its fields lose their edge in the dark.
"""

from typing import cast

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QProxyStyle,
    QPushButton,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionFrame,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
    QWidget,
)

from b24learn_gui.gui import tone
from b24learn_gui.gui.tone import Tone

ERROR_PROPERTY = "has_error"
"""A field with this property set has the edge of an error."""

_RADIUS, _BOX_RADIUS = 6.0, 4.0
_BOX = 18
_SCROLL_BAR = 12
_LEAST_HANDLE = 32
_LEAST_HEIGHT = 32
_TALL = frozenset(
    {
        QStyle.ContentsType.CT_PushButton,
        QStyle.ContentsType.CT_LineEdit,
        QStyle.ContentsType.CT_ComboBox,
        QStyle.ContentsType.CT_SpinBox,
    }
)
_FILLING_STYLES = ("flat", "windows11", "macos")


class FlatStyle(QProxyStyle):
    """Fusion with buttons, fields, marks and focus drawn flat from the palette's tone."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.setObjectName("flat")

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        part = QStyle.PrimitiveElement
        if element == part.PE_PanelButtonCommand and isinstance(option, QStyleOptionButton):
            _button(painter, option)
        elif element == part.PE_PanelLineEdit and isinstance(option, QStyleOptionFrame):
            if option.lineWidth > 0:
                _edge(painter, option, error=_has_error(widget))
        elif element in {part.PE_IndicatorCheckBox, part.PE_IndicatorItemViewItemCheck}:
            _check_box(painter, option)
        elif element == part.PE_IndicatorRadioButton:
            _radio_button(painter, option)
        elif element == part.PE_PanelButtonTool:
            _hover(painter, option)
        elif element == part.PE_FrameFocusRect:
            if option.state & QStyle.StateFlag.State_KeyboardFocusChange and not isinstance(widget, QPushButton):
                _ring(painter, QRectF(option.rect), tone.current().accent)
        else:
            super().drawPrimitive(element, option, painter, widget)

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        bevel = element == QStyle.ControlElement.CE_PushButtonBevel
        if bevel and isinstance(option, QStyleOptionButton) and _is_flat(option):
            _hover(painter, option)
            if _has_keyboard(option):
                _ring(painter, QRectF(option.rect), tone.current().accent)
            return
        if isinstance(option, QStyleOptionButton) and is_filled(option) and not _is_flat(option):
            palette = QPalette(option.palette)
            palette.setColor(QPalette.ColorRole.ButtonText, tone.current().on_accent)
            option.palette = palette
        super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if isinstance(option, QStyleOptionSpinBox) and control == QStyle.ComplexControl.CC_SpinBox:
            _edge(painter, option, error=_has_error(widget))
            _spin_arrows(painter, option)
        elif isinstance(option, QStyleOptionComboBox) and control == QStyle.ComplexControl.CC_ComboBox:
            if option.frame:
                _edge(painter, option, error=_has_error(widget))
            arrow = self.subControlRect(control, option, QStyle.SubControl.SC_ComboBoxArrow, widget)
            _chevron(painter, option, QRectF(arrow).center(), up=False)
        elif isinstance(option, QStyleOptionSlider) and control == QStyle.ComplexControl.CC_ScrollBar:
            slider = self.subControlRect(control, option, QStyle.SubControl.SC_ScrollBarSlider, widget)
            painter.fillRect(option.rect, option.palette.color(_ground_of_bar(widget)))
            _scroll_handle(painter, option, slider)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        measure = QStyle.PixelMetric
        if metric in {
            measure.PM_IndicatorWidth,
            measure.PM_IndicatorHeight,
            measure.PM_ExclusiveIndicatorWidth,
            measure.PM_ExclusiveIndicatorHeight,
        }:
            return _BOX
        if metric in {measure.PM_CheckBoxLabelSpacing, measure.PM_RadioButtonLabelSpacing}:
            return 8
        if metric == measure.PM_ScrollBarExtent:
            return _SCROLL_BAR
        if metric in {measure.PM_ButtonShiftHorizontal, measure.PM_ButtonShiftVertical}:
            return 0
        return super().pixelMetric(metric, option, widget)

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        found = super().sizeFromContents(kind, option, size, _stated(widget))
        if kind in _TALL:
            found.setHeight(max(_LEAST_HEIGHT, option.fontMetrics.height() + 14))
        if kind == QStyle.ContentsType.CT_PushButton:
            flat = isinstance(option, QStyleOptionButton) and _is_flat(option)
            found.setWidth(size.width() + (12 if flat else 28))
        elif kind in {QStyle.ContentsType.CT_ComboBox, QStyle.ContentsType.CT_SpinBox}:
            found.setWidth(found.width() + 14)
        return found

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        found = super().subControlRect(control, option, part, _stated(widget))
        if isinstance(option, QStyleOptionSlider) and control == QStyle.ComplexControl.CC_ScrollBar:
            return _scroll_part(option, part, found)
        edits = {QStyle.SubControl.SC_ComboBoxEditField, QStyle.SubControl.SC_SpinBoxEditField}
        boxes = {QStyle.ComplexControl.CC_ComboBox, QStyle.ComplexControl.CC_SpinBox}
        return found.adjusted(5, 0, 0, 0) if control in boxes and part in edits else found

    def subElementRect(self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None) -> QRect:
        found = super().subElementRect(element, option, _stated(widget))
        if element == QStyle.SubElement.SE_LineEditContents and isinstance(option, QStyleOptionFrame):
            return found.adjusted(6, 0, -6, 0) if option.lineWidth > 0 else found
        if element == QStyle.SubElement.SE_PushButtonFocusRect:
            return option.rect
        return found


class Wardrobe(QObject):
    """Puts the flat style and a palette on where the platform has none, again whenever its colour scheme changes."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._flat = app.style().name().lower() == "fusion"
        if self._flat:
            app.setStyle(FlatStyle())
            self._dress()
            app.styleHints().colorSchemeChanged.connect(self._dress)

    def _dress(self) -> None:
        self._app.setPalette(QPalette())
        offered = self._app.palette()
        bare = tone.is_bare(offered)
        self._app.setPalette(tone.reference_palette(dark=tone.is_dark(offered)) if bare else tone.dressed(offered))


def fills_default(style: QStyle) -> bool:
    """Whether this style fills a default button with the accent, so that an icon on it needs the accent's own words."""
    return style.objectName() == "flat" or style.name().lower() in _FILLING_STYLES


def is_filled(option: QStyleOptionButton) -> bool:
    """Whether a button with this option is the one filled with the accent: the default one, if it can be used."""
    default = option.features & QStyleOptionButton.ButtonFeature.DefaultButton
    return bool(default and option.state & QStyle.StateFlag.State_Enabled)


def _stated(widget: QWidget | None) -> QWidget:
    """The widget as the toolkit's type stubs want it; the toolkit itself hands over none for what has no widget."""
    return cast("QWidget", widget)


def _is_flat(option: QStyleOptionButton) -> bool:
    return bool(option.features & QStyleOptionButton.ButtonFeature.Flat)


def _has_keyboard(option: QStyleOption) -> bool:
    """Whether somebody has come here by keys, which is to be seen."""
    state = QStyle.StateFlag
    return bool(option.state & state.State_HasFocus and option.state & state.State_KeyboardFocusChange)


def _has_error(widget: QWidget | None) -> bool:
    return widget is not None and bool(widget.property(ERROR_PROPERTY))


def _enabled(option: QStyleOption) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Enabled)


def _faint(shades: Tone) -> QColor:
    """Edges and marks of what cannot be used now."""
    return tone.mix(shades.card, shades.outline, 0.45)


def _box(rect: QRectF, width: float) -> QRectF:
    """The rectangle moved inwards so that a line of this width lies within it."""
    return rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)


def _ring(painter: QPainter, rect: QRectF, colour: QColor, radius: float = _RADIUS) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2))
    painter.drawRoundedRect(_box(rect, 2), radius, radius)
    painter.restore()


def _button(painter: QPainter, option: QStyleOptionButton) -> None:
    shades, state = tone.current(), QStyle.StateFlag
    pressed = bool(option.state & (state.State_Sunken | state.State_On))
    hovered = bool(option.state & state.State_MouseOver) and _enabled(option)
    rect = QRectF(option.rect)
    filled = is_filled(option)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if filled:
        fill, edge = tone.mix(shades.accent, shades.text, 0.22 if pressed else 0.10 if hovered else 0.0), shades.accent
    else:
        raised = tone.mix(shades.card, shades.text, 0.06) if shades.dark else shades.card
        fill = tone.mix(raised, shades.text, 0.10 if pressed else 0.05 if hovered else 0.0)
        edge = shades.line if not _enabled(option) else tone.mix(shades.line, shades.outline, 0.35)
    painter.setBrush(fill)
    painter.setPen(QPen(edge, 1))
    painter.drawRoundedRect(_box(rect, 1), _RADIUS, _RADIUS)
    painter.restore()
    if _has_keyboard(option):
        if filled:
            _ring(painter, rect.adjusted(3, 3, -3, -3), shades.on_accent, _RADIUS - 2)
        else:
            _ring(painter, rect, shades.accent)


def _hover(painter: QPainter, option: QStyleOption) -> None:
    """Buttons without a panel show one only below the pointer or while they are held or on."""
    shades, state = tone.current(), QStyle.StateFlag
    held = option.state & (state.State_Sunken | state.State_On)
    if not _enabled(option) or not (held or option.state & state.State_MouseOver):
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone.mix(shades.card, shades.text, 0.10 if held else 0.05))
    painter.drawRoundedRect(QRectF(option.rect), _RADIUS, _RADIUS)
    painter.restore()


def _edge(painter: QPainter, option: QStyleOption, *, error: bool) -> None:
    """The edge of a field: clear at rest, accent with the keyboard in it, red with an error."""
    shades = tone.current()
    focused = bool(option.state & QStyle.StateFlag.State_HasFocus) and _enabled(option)
    width = 2.0 if focused else 1.0
    colour = shades.danger if error else shades.accent if focused else shades.outline
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(shades.card if _enabled(option) else shades.sunken)
    painter.setPen(QPen(colour if _enabled(option) else _faint(shades), width))
    painter.drawRoundedRect(_box(QRectF(option.rect), width), _RADIUS, _RADIUS)
    painter.restore()


def _check_box(painter: QPainter, option: QStyleOption) -> None:
    state = QStyle.StateFlag
    some = option.state & state.State_NoChange
    check_box(painter, QRectF(option.rect), "some" if some else bool(option.state & state.State_On), _enabled(option))


def check_box(painter: QPainter, place: QRectF, checked: bool | str, enabled: bool = True) -> None:
    """A box with a tick, with a square ("some") or empty, centred in `place`; delegates paint theirs with it."""
    shades = tone.current()
    side = min(float(_BOX), place.width(), place.height())
    rect = QRectF(0, 0, side, side)
    rect.moveCenter(QPointF(round(place.center().x() * 2) / 2, round(place.center().y() * 2) / 2))
    accent = shades.accent if enabled else _faint(shades)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(accent if checked is True else shades.card)
    painter.setPen(QPen(accent if checked else shades.outline if enabled else accent, 1.5))
    painter.drawRoundedRect(_box(rect, 1.5), _BOX_RADIUS, _BOX_RADIUS)
    if checked is True:
        unit = side / 18
        points = ((4.6, 9.4), (7.7, 12.4), (13.4, 6.0))
        pen = QPen(shades.on_accent if enabled else shades.card, 1.9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([rect.topLeft() + QPointF(x, y) * unit for x, y in points]))
    elif checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        quarter = side * 0.28
        painter.drawRoundedRect(rect.adjusted(quarter, quarter, -quarter, -quarter), 1.5, 1.5)
    painter.restore()


def _radio_button(painter: QPainter, option: QStyleOption) -> None:
    shades = tone.current()
    on = bool(option.state & QStyle.StateFlag.State_On)
    accent = shades.accent if _enabled(option) else _faint(shades)
    rect = QRectF(option.rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(shades.card)
    painter.setPen(QPen(accent if on else shades.outline if _enabled(option) else accent, 1.5))
    painter.drawEllipse(_box(rect, 1.5))
    if on:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(rect.center(), rect.width() / 4, rect.height() / 4)
    painter.restore()


def _scroll_part(option: QStyleOptionSlider, part: QStyle.SubControl, found: QRect) -> QRect:
    """The parts of a scroll bar without arrows: its whole length is groove."""
    parts = QStyle.SubControl
    if part in {parts.SC_ScrollBarAddLine, parts.SC_ScrollBarSubLine}:
        return QRect()
    whole, upright = option.rect, option.orientation == Qt.Orientation.Vertical
    length = whole.height() if upright else whole.width()
    span = option.maximum - option.minimum
    handle = length
    if span > 0:
        share = option.pageStep / (span + option.pageStep)
        handle = min(length, max(_LEAST_HANDLE, round(length * share)))
    start = QStyle.sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - handle, option.upsideDown
    )

    def stretch(begin: int, end: int) -> QRect:
        if upright:
            return QRect(whole.left(), whole.top() + begin, whole.width(), end - begin)
        return QRect(whole.left() + begin, whole.top(), end - begin, whole.height())

    match part:
        case parts.SC_ScrollBarSlider:
            return stretch(start, start + handle)
        case parts.SC_ScrollBarSubPage:
            return stretch(0, start)
        case parts.SC_ScrollBarAddPage:
            return stretch(start + handle, length)
        case parts.SC_ScrollBarGroove:
            return QRect(whole)
        case _:
            return found


def _ground_of_bar(bar: QWidget | None) -> QPalette.ColorRole:
    """What a list stands on that lets its ground show through, its scroll bar stands on as well."""
    area = bar.parentWidget() if bar is not None else None
    while area is not None and not isinstance(area, QAbstractScrollArea):
        area = area.parentWidget()
    clear = area is not None and not area.viewport().autoFillBackground()
    return QPalette.ColorRole.Window if clear else QPalette.ColorRole.Base


def _scroll_handle(painter: QPainter, option: QStyleOptionSlider, slider: QRect) -> None:
    shades, state = tone.current(), QStyle.StateFlag
    strong = bool(option.state & (state.State_MouseOver | state.State_Sunken))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades.outline if strong else tone.mix(shades.line, shades.outline, 0.55))
    painter.drawRoundedRect(QRectF(slider).adjusted(3, 3, -3, -3), 3, 3)
    painter.restore()


def _spin_arrows(painter: QPainter, option: QStyleOptionSpinBox) -> None:
    rect = QRectF(option.rect)
    for up in (True, False):
        _chevron(painter, option, QPointF(rect.right() - 14, rect.center().y() + (-5 if up else 5)), up=up)


def _chevron(painter: QPainter, option: QStyleOption, centre: QPointF, *, up: bool) -> None:
    shades = tone.current()
    height = -2.0 if up else 2.0
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(shades.text_2 if _enabled(option) else _faint(shades), 1.5))
    points = (QPointF(-4, -height), QPointF(0, height), QPointF(4, -height))
    painter.drawPolyline(QPolygonF([centre + point for point in points]))
    painter.restore()
