"""What the windows are handed when they open, by whoever picked the command (INTERFACE: One program)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from b24learn_gui.service.context import Context
from b24learn_gui.storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Opening:
    """`proposal` and `secrets` fill in the wizard of the demonstration, which keeps its secrets in memory alone.

    `hidden`: nobody asked for a window, the session only began; the program waits in the tray.
    """

    proposal: Settings | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    hidden: bool = False

    @property
    def demonstrates(self) -> bool:
        """Whether nothing of this outlives the windows."""
        return self.proposal is not None


Windows = Callable[[Context, Opening], int]
"""Opens the windows, stays until the last one is closed and gives the exit code.

Raises `WrongUsage("no_window")` where no window can be opened, with the `reason`.
"""
