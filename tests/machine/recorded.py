"""A port for the system's programs that records every call and answers as it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from b24learn_gui.machine.programs import Ran
from b24learn_gui.machine.scheduler import Task

GOLDEN = Path(__file__).parent / "golden"

Answer = Callable[[Sequence[str]], Ran | None]


def nothing(argv: Sequence[str]) -> Ran | None:
    del argv
    return None


@dataclass
class Recorded:
    """What was called; `answer` may say how a call ends, everything else ends well and says nothing."""

    answer: Answer = nothing
    calls: list[list[str]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __call__(self, argv: Sequence[str], *, asking: bool = False) -> Ran:
        words = list(argv)
        if "/XML" in words and words[words.index("/XML") + 1] != "ONE":
            place = words.index("/XML") + 1
            self.files.append(Path(words[place]).read_text("utf-16"))
            words[place] = "task.xml"
        self.calls.append(words)
        if asking:
            self.asked.append(words)
        return self.answer(words) or Ran(0)


def a_task(**changes: str | None) -> Task:
    """A registration with everything that has to be escaped in its paths."""
    values: dict[str, str | None] = {"home": "/srv/b24 & 100% $HOME", "account": None, "secrets_dir": None, **changes}
    return Task("b24learn-gui-0a1b2c3d", ("/opt/b24 learn/bin/b24learn-gui",), **values)  # type: ignore[arg-type]  # three keys


def golden(name: str, text: str) -> None:
    """Compare with the file kept under this name."""
    assert text == (GOLDEN / name).read_text("utf-8")
