"""Everything the setup wizard asks, to import from one place. What reads or keeps belongs on a worker thread."""

from datetime import datetime

from b24learn_gui.bitrix24.address import parse_webhook
from b24learn_gui.errors import Fault, SecretUnavailable, SettingsInvalid, SyncError
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder_found import LearnFound, PortalFound, Rung
from b24learn_gui.service.setup_consequences import (
    Deactivated,
    Ground,
    consequences,
    prepare_consequences,
    who_is_deactivated,
)
from b24learn_gui.service.setup_data import export_problems, field_report, problem_list
from b24learn_gui.service.setup_found import (
    Consequences,
    FieldReport,
    FieldRow,
    NextRun,
    Preview,
    ProblemRow,
    Saved,
    SecretPlace,
    World,
)
from b24learn_gui.service.setup_ladder import check_learn, check_portal
from b24learn_gui.service.setup_place import where_kept
from b24learn_gui.service.setup_plan import (
    keep_preview,
    letters_count,
    memory_of,
    plan_draft,
    preview_draft,
    read_world,
)
from b24learn_gui.service.setup_resume import forget_unfinished, keep_unfinished, load_unfinished
from b24learn_gui.service.setup_save import recover_setup, save
from b24learn_gui.storage.secrets import secret_names
from b24learn_gui.storage.settings import Settings, load_settings, validate
from b24learn_gui.timetable.plan import Schedule, look, run_time

__all__ = [
    "Consequences",
    "Deactivated",
    "FieldReport",
    "FieldRow",
    "Ground",
    "LearnFound",
    "NextRun",
    "PortalFound",
    "Preview",
    "ProblemRow",
    "Rung",
    "Saved",
    "SecretPlace",
    "World",
    "check_learn",
    "check_portal",
    "consequences",
    "export_problems",
    "faults_of",
    "field_report",
    "forget_unfinished",
    "keep_preview",
    "keep_unfinished",
    "letters_count",
    "load_unfinished",
    "memory_of",
    "next_runs",
    "plan_draft",
    "prepare_consequences",
    "preview_draft",
    "problem_list",
    "read_world",
    "recover_setup",
    "save",
    "saved_settings",
    "stored_secrets",
    "webhook_fault",
    "where_kept",
    "who_is_deactivated",
]


def saved_settings(context: Context) -> Settings | None:
    """The home's settings; None before the first saving. Raises `SettingsInvalid` for a file with faults."""
    try:
        return load_settings(context.places.settings_file)
    except SettingsInvalid as error:
        if error.code == "settings_missing":
            return None
        raise


def stored_secrets(context: Context, settings: Settings) -> frozenset[str]:
    """Names of the secrets that are kept already; none where the store does not tell (`where_kept` says why).

    Asks the store: not for the windows' thread.
    """
    found = set()
    for name in secret_names(portal.key for portal in settings.portals):
        try:
            if context.secrets.is_set(name):
                found.add(name)
        except SecretUnavailable:
            break  # a store that does not answer one question answers none
    return frozenset(found)


def faults_of(settings: Settings) -> tuple[Fault, ...]:
    """Everything the settings' rules find wrong; empty for settings that can be saved."""
    try:
        validate(settings)
    except SettingsInvalid as error:
        return error.faults
    return ()


def webhook_fault(text: str, *, allow_http: bool = False) -> SyncError | None:
    """What is wrong with a pasted webhook address, at once and without any network; None if it can be tried."""
    try:
        parse_webhook(text, allow_http=allow_http)
    except SyncError as error:
        return error
    return None


def next_runs(settings: Settings, now: datetime, count: int = 3) -> tuple[NextRun, ...]:
    """The coming runs in UTC; none while the schedule is off or a time is not `HH:MM`. `now` is an aware time."""
    times = settings.schedule
    if not times.enabled:
        return ()
    try:
        schedule = Schedule.of(times.first_run_utc, times.second_run_utc, now)
        first = run_time(times.first_run_utc)
    except ValueError:
        return ()
    runs: list[NextRun] = []
    moment = now
    while len(runs) < count:
        coming = look(schedule, (), moment).next
        if coming is None:
            break
        runs.append(NextRun(coming, 1 if coming.time() == first else 2))
        moment = coming
    return tuple(runs)
