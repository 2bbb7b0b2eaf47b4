"""The wizard's preview as a plan to look at: everything the planner knows, by the names people know."""

from collections import Counter

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import PersonKey, department_code
from b24learn_gui.company.scope import Scope, main_department
from b24learn_gui.company.text import clean
from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.service.setup import Preview
from b24learn_gui.storage.settings import Settings, to_scopes


def plan_of(preview: Preview, settings: Settings) -> PlanData:
    """The preview of these settings. A department without a name is called by its number."""
    departments: dict[str, str] = {}
    places: dict[PersonKey, str] = {}
    marks = {each.key: each for each in to_scopes(settings)}
    for company in preview.world.companies:
        mark = marks.get(company.portal)
        if mark is None:
            continue
        names = {each.id: clean(each.name) or f"№ {each.id}" for each in company.departments}
        departments.update({department_code((company.portal, id_)): name for id_, name in names.items()})
        scope = Scope.of(Forest.of(company.departments), mark.include, mark.exclude)
        for employee in company.employees:
            place = main_department(employee, scope)
            where = employee.departments if place is None else (place,)
            places[company.portal, employee.id] = next((names[id_] for id_ in where if id_ in names), "")
    return PlanData(
        preview.summary,
        preview.plan.verdicts,
        {each.name: each.label for each in preview.world.learn.fields},
        departments,
        places,
        Counter(portal for portal, _ in preview.world.memory.people),
    )
