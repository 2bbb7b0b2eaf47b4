"""The lists of a plan, whichever it is: those of a preview or a sync, and those of an undo. No Qt."""

from collections.abc import Iterator, Mapping

from b24learn_gui.gui.models import plan_rows, undo_rows
from b24learn_gui.gui.models.plan_rows import DEPARTMENTS, HEADS, TILES, PlanData, PlanRow
from b24learn_gui.gui.models.plan_table import Shape
from b24learn_gui.text.words import Words

_DEEDS = frozenset({DEPARTMENTS, HEADS})
_STATES = frozenset({"user.deactivate", "user.reactivate"})
_OF_UNDO: Mapping[str, Shape] = {undo_rows.UNLINK: "links", undo_rows.STAYS: "since"}


def is_way_back(data: PlanData) -> bool:
    """Whether it is the plan of an undo, with everything that it tells besides."""
    return "way_back" in data.summary


def tiles(data: PlanData) -> Mapping[str, tuple[str, str]]:
    """Key → icon and name, in the order of the tiles."""
    return undo_rows.UNDO_TILES if is_way_back(data) else TILES


def count(data: PlanData, tile: str) -> int:
    """How many a list is about."""
    whole = is_way_back(data) and tile not in _DEEDS
    return undo_rows.count(data.summary, tile) if whole else data.count(tile)


def rows(data: PlanData, tile: str, words: Words) -> Iterator[PlanRow]:
    """The lines of one list by name, made one by one as they are asked for."""
    if is_way_back(data) and "." not in tile and tile not in _DEEDS:
        return undo_rows.undo_rows(data.summary, tile, data.labels, words)
    return plan_rows.rows(data, tile, words)


def shape(data: PlanData, tile: str) -> Shape:
    """What the lines of a list tell."""
    if tile in _DEEDS:
        return "deeds"
    if is_way_back(data) and tile in _OF_UNDO:
        return _OF_UNDO[tile]
    if data.knows_places(tile):
        return "states" if tile in _STATES else "accounts"
    return "fields" if "." in tile else "causes"
