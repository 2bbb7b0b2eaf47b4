"""The names of the steps and how their states are said to somebody who hears the rail."""

from collections.abc import Mapping

from b24learn_gui.gui.kit.rail import Mark, RailStep
from b24learn_gui.gui.wizard.flow_state import Step, StepState
from b24learn_gui.text.words import Words, mark

TITLES: Mapping[Step, str] = {
    "welcome": mark("Welcome"),
    "bitrix24": mark("Bitrix24"),
    "learn": mark("iSpring Learn"),
    "times": mark("Start times"),
    "notifications": mark("Notifications"),
    "heads": mark("Department heads"),
    "departments": mark("Departments"),
    "fields": mark("Fields and data"),
    "review": mark("Review"),
    "activation": mark("Request activation"),
}

_SPOKEN: Mapping[str, str] = {
    "current": mark("current step"),
    "done": mark("done"),
    "warning": mark("done, needs a look"),
    "todo": mark("not done yet"),
}


def rail_step(state: StepState, caption: str, words: Words, *, current: bool) -> RailStep:
    """The rail's row for a step; `caption` is what it came to, told once it is behind us: its page says more."""
    sign: Mark = "warning" if state.warning and state.done else "done" if state.done else "todo"
    return RailStep(
        key=state.step,
        title=words(TITLES[state.step]),
        mark=sign,
        result=caption if state.done and not current else "",
        reachable=state.reachable,
        current=current,
        spoken=words(_SPOKEN["current" if current else sign]),
    )
