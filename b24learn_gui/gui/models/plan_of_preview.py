"""The wizard's preview as a plan to look at: everything the planner knows, by the names people know."""

from collections import Counter

from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.service.plan_names import names_of
from b24learn_gui.service.setup import Preview
from b24learn_gui.storage.settings import Settings


def plan_of(preview: Preview, settings: Settings) -> PlanData:
    """The preview of these settings. A department without a name is called by its number."""
    names = names_of(preview.world.companies, settings, preview.plan, preview.world.learn, preview.world.memory)
    return PlanData(
        preview.summary,
        preview.plan.verdicts,
        {each.name: each.label for each in preview.world.learn.fields},
        names.departments,
        names.places,
        Counter(portal for portal, _ in preview.world.memory.people),
        names.origins,
        preview.facts.called,
    )
