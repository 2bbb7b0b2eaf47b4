"""The wizard's pages, each with what it asks for, and the sentences the shell draws of them."""

from collections.abc import Callable, Iterator, Mapping

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.language_switch import NAMES as LANGUAGE_NAMES
from b24learn_gui.gui.wizard import flow_words
from b24learn_gui.gui.wizard.flow_state import Step, StepState
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.activation import ActivationPage
from b24learn_gui.gui.wizard.pages.autostart_row import AutostartRow
from b24learn_gui.gui.wizard.pages.bitrix24 import Bitrix24Page
from b24learn_gui.gui.wizard.pages.departments import DepartmentsPage
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.fields import FieldsPage
from b24learn_gui.gui.wizard.pages.heads import HeadsPage
from b24learn_gui.gui.wizard.pages.learn import LearnPage
from b24learn_gui.gui.wizard.pages.notifications import NotificationsPage
from b24learn_gui.gui.wizard.pages.review import ReviewPage
from b24learn_gui.gui.wizard.pages.times import TimesPage
from b24learn_gui.gui.wizard.pages.welcome import WelcomePage
from b24learn_gui.text.words import Words


class Sayings:
    """What the shell says of a step, in the flow's own words."""

    def caption(self, state: StepState, words: Words) -> str:
        """What the step came to, in a few words."""
        if state.step == "welcome":
            return LANGUAGE_NAMES[words.language]
        return flow_words.caption(state, words)

    def why_not(self, state: StepState, words: Words) -> str:
        """Why the step cannot be left forwards."""
        return flow_words.why_not(state, words)


class Pages(Mapping[Step, Page]):
    """Pages by their step, each made when it is asked for first: a window with all of them opens late."""

    def __init__(self, makers: Mapping[Step, Callable[[], Page]]) -> None:
        self._makers, self._made = makers, dict[Step, Page]()

    def __getitem__(self, step: Step) -> Page:
        if step not in self._made:
            self._made[step] = self._makers[step]()
        return self._made[step]

    def __iter__(self) -> Iterator[Step]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __contains__(self, step: object) -> bool:
        return step in self._makers


def build_pages(
    desk: Desk,
    *,
    choose_language: Callable[[str], None],
    run_sync: Callable[[str, Mapping[str, str]], None],
    autostart_failed: Callable[[SyncError], None],
) -> Mapping[Step, Page]:
    """All pages by their step. `run_sync` gets the hash of the plan to be run after saving, and the secrets that
    are kept nowhere; `autostart_failed` why the start with the computer could not be switched, after a saving.
    """
    context, tasks = desk.context, desk.tasks

    def welcome() -> Page:
        page = WelcomePage()
        page.language_chosen.connect(choose_language)
        return page

    def review() -> Page:
        page = ReviewPage(desk)
        page.autostart_failed.connect(autostart_failed)
        page.sync_wanted.connect(run_sync)
        return page

    def times() -> Page:
        """The demonstration's home is gone tomorrow: nothing of it is to start by itself."""
        row = None if desk.demonstrates else AutostartRow(tasks, lambda: desk.autostart(context).state())
        return TimesPage(context.now, autostart=row)

    return Pages(
        {
            "welcome": welcome,
            "bitrix24": lambda: Bitrix24Page(desk),
            "learn": lambda: LearnPage(desk),
            "times": times,
            "notifications": lambda: NotificationsPage(context, tasks),
            "heads": lambda: HeadsPage(tasks),
            "departments": lambda: DepartmentsPage(desk),
            "fields": lambda: FieldsPage(desk),
            "review": review,
            "activation": lambda: ActivationPage(context, tasks),
        }
    )
