"""The wizard's pages, each with what it asks for, and the sentences the shell draws of them."""

from collections.abc import Callable, Mapping

from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard import flow_words
from b24learn_gui.gui.wizard.flow_state import Step, StepState
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.activation import ActivationPage
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
from b24learn_gui.service.context import Context
from b24learn_gui.text.words import Words


class Sayings:
    """What the shell says of a step, in the flow's own words."""

    def caption(self, state: StepState, words: Words) -> str:
        """What the step came to, in a few words."""
        return flow_words.caption(state, words)

    def why_not(self, state: StepState, words: Words) -> str:
        """Why the step cannot be left forwards."""
        return flow_words.why_not(state, words)


def build_pages(
    context: Context,
    tasks: Tasks,
    *,
    choose_language: Callable[[str], None],
    first_sync: Callable[[str, Mapping[str, str]], None],
    only_until_quit: bool,
) -> Mapping[Step, Page]:
    """All pages by their step. `first_sync` gets the hash of the plan to be run after saving, and the secrets that
    are kept nowhere.
    """
    welcome = WelcomePage()
    welcome.language_chosen.connect(choose_language)
    desk = Desk(context, tasks, only_until_quit)
    review = ReviewPage(desk)
    review.first_sync.connect(first_sync)
    pages: list[Page] = [
        welcome,
        Bitrix24Page(desk),
        LearnPage(desk),
        TimesPage(context.now),
        NotificationsPage(context, tasks),
        HeadsPage(),
        DepartmentsPage(desk),
        FieldsPage(desk),
        review,
        ActivationPage(context, tasks),
    ]
    return {page.step: page for page in pages}
