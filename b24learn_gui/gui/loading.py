"""Loads what a window is made of, one module a turn of the event loop.

Modules that make classes of the toolkit can only be loaded on the windows' thread; a whole window's worth of them in
one turn would hold that thread for longer than a person's typing can bear.
"""

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from b24learn_gui.gui.lean import forget_lines


def load_in_turns(packages: Iterable[str], then: Callable[[], None], parent: QObject) -> None:
    """Load every module of these packages, in this order, then call `then`; never if `parent` goes before."""
    _next(_names(packages), then, parent)


def _next(names: Iterator[str], then: Callable[[], None], parent: QObject) -> None:
    name = next(names, None)
    if name is None:
        then()
        return
    import_module(name)
    forget_lines()
    QTimer.singleShot(0, parent, lambda: _next(names, then, parent))


def _names(packages: Iterable[str]) -> Iterator[str]:
    for package in packages:
        yield package
        for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
            if not module.ispkg:
                yield module.name
