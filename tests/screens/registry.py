"""Which screens there are."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

import tests.screens
from b24learn_gui.text.words import Words

Build = Callable[[Words], QWidget]


@dataclass(frozen=True)
class Screen:
    """A screen's name, how it is built, its logical size, and what is done once it is shown."""

    name: str
    build: Build
    size: tuple[int, int]


_SCREENS: dict[str, Screen] = {}


def screen(name: str, size: tuple[int, int] = (1100, 760)) -> Callable[[Build], Build]:
    """Registers the function below as the builder of a screen of this logical size."""

    def register(build: Build) -> Build:
        if name in _SCREENS:
            raise ValueError(name)
        _SCREENS[name] = Screen(name, build, size)
        return build

    return register


def every_screen() -> tuple[Screen, ...]:
    """All registered screens; imports the modules that register them."""
    for module in pkgutil.iter_modules(tests.screens.__path__):
        if module.name.startswith("screens_"):
            importlib.import_module(f"{tests.screens.__name__}.{module.name}")
    return tuple(_SCREENS[name] for name in sorted(_SCREENS))
