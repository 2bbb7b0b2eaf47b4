"""Fixed standings for pictures and tests of the status window: the design's day, 23 November 2026 in Moscow."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.gui.models.run_progress import RunProgress, Stage
from b24learn_gui.service.explain import Explanation
from b24learn_gui.service.explain_person import Explained
from b24learn_gui.service.standing import Cause, Day, Standing, Success
from b24learn_gui.storage.journal import RunRecord
from b24learn_gui.text.words import Words
from b24learn_gui.timetable.plan import Pause

MOSCOW = timezone(timedelta(hours=3))
NOW = datetime(2026, 11, 23, 9, 48, tzinfo=UTC)
TODAY = date(2026, 11, 23)

_CHANGED = (1, 18, 24, 9, 17, 26, 1, 0, 19, 12, 31, 5, -1, -1, 0, 22, 16, 28, 0, 24, 8, 1, 0, 18, 27, 0, 15, 10, 14, 0)
_DEACTIVATED = {4: 3, 10: 2, 16: 1, 19: 2, 24: 4}
_FAILED = (18, 25)


def local(moment: datetime) -> datetime:
    """Moscow's clock, wherever this runs."""
    return moment.astimezone(MOSCOW)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """A moment of Moscow's clock, so many days from the fixed today."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=MOSCOW).astimezone(UTC) + timedelta(days=days)


def thirty_days(*, waiting: bool = True) -> tuple[Day, ...]:
    """The chart of the design's picture."""
    return tuple(
        Day(TODAY - timedelta(days=29 - place))
        if changed < 0
        else Day(
            TODAY - timedelta(days=29 - place),
            runs=1 if place == 29 else 2,
            changed=changed,
            deactivated=_DEACTIVATED.get(place, 0),
            failed=int(place in _FAILED),
            waiting=waiting and place == 29,
            last=f"202611{place:02}T030000Z-3f9c",
        )
        for place, changed in enumerate(_CHANGED)
    )


def a_run(
    code: int | None,
    *,
    ended: datetime | None = None,
    trigger: str = "schedule",
    counts: Mapping[str, int] | None = None,
    read: int | None = 1012,
) -> RunRecord:
    """A run that ended so, or (None) has not ended."""
    started = ended or at(12, 44)
    summary = None if read is None else {"people": {"read": read}}
    return RunRecord(
        "20261123T030000Z-3f9c", "sync", trigger, False, None, started, ended, code, None, counts or {}, summary
    )


FINE = Standing(
    "ok",
    last_success=Success("20261123T030000Z-3f9c", at(6), 0),
    last_run=a_run(0, ended=at(6)),
    next_run=at(18),
    days=thirty_days(waiting=False),
)

PLAN_WAITS = Cause(
    "plan_waits",
    1,
    "20261123T030000Z-3f9c",
    at(6),
    {
        "plan_hash": "ab" * 32,
        "limits": [{"kind": "user.deactivate", "planned": 37, "allowed": 12}],
        "causes": [
            {"cause": "department not ticked", "origin": ["unticked", "Склад", ""], "count": 34},
            {"cause": "dismissed in Bitrix24", "count": 3},
        ],
        "total": 37,
    },
)
SKIPPED = Cause(
    "people_skipped", 9, "20261122T150000Z-77aa", at(18, days=-1), {"by_code": {"email_invalid": 8, "match_taken": 1}}
)
LOCKED = Cause("secret_store_locked", 1, "20261123T030000Z-3f9c", at(6), {})
OVERDUE = Cause("overdue", 1, None, at(18, days=-3), {"days": 3})
INTERRUPTED = Cause("interrupted", 1, "20261122T150000Z-77aa", at(18, days=-1), {"changes": 30})
DOUBT = Cause(
    "portal_doubt",
    1,
    "20261123T030000Z-3f9c",
    at(6),
    {
        "portals": [
            {
                "portal": "main",
                "doubts": [
                    {
                        "code": "source_incomplete",
                        "detail": {"reason": "total_differs", "received": 1250, "total": 1284},
                    }
                ],
            }
        ]
    },
)


IMPORTED = Cause("settings_imported", 1, None, at(9, 30), mark="imported")


def failed(words_language: str) -> Cause:
    """The last run failed; its message came in the language of the run."""
    message = (
        "Learn не принял пароль для admin@example.com. Ничего не записано. Введите пароль снова или войдите по ключу API."
        if words_language == "ru"
        else "Learn refused the password for admin@example.com. Nothing was written. Enter it again or sign in with an "
        "API key."
    )
    detail = {"message": message, "side": "learn", "portal": None}
    return Cause("sign_in_refused", 1, "20261123T030000Z-3f9c", at(6), detail)


def waits(*causes: Cause, code: int = 20, **more: Any) -> Standing:
    """Something waits for a person."""
    return replace(
        FINE,
        state="attention",
        last_success=Success("20261122T150000Z-77aa", at(18, days=-1), 12),
        last_run=a_run(code, ended=at(6)),
        causes=causes,
        days=thirty_days(),
        **more,
    )


def writing(done: int = 30) -> RunProgress:
    """The design's running sync."""
    return RunProgress(
        stages=(
            Stage("bitrix24", "done", 1284),
            Stage("learn", "done", 1067),
            Stage("plan", "done", 51),
            Stage("write", "busy"),
        ),
        done=done,
        total=51,
        per_minute=9.0,
        seconds_left=140.0,
        now_touching="Ким Ольга",
        touching_kind="user.update",
        touching_fields=("job_title",),
    )


READING = RunProgress(
    stages=(Stage("bitrix24", "busy", 600), Stage("learn"), Stage("plan"), Stage("write")), done=600, total=1284
)
OPENING = RunProgress(stages=(Stage("bitrix24", "busy"), Stage("learn"), Stage("plan"), Stage("write")))

RUNNING = replace(
    waits(PLAN_WAITS, SKIPPED),
    running="20261123T094400Z-3f9c",
)
PAUSED = replace(FINE, state="paused", paused=Pause(at(12), at(6, days=1)), next_run=at(6, days=1))
PAUSED_FOR_GOOD = replace(FINE, state="paused", paused=Pause(at(12), None), next_run=None)
OFF = replace(FINE, state="off", next_run=None)
SETUP = Standing("setup")
FAULT = Standing(
    "fault", fault=SettingsInvalid([Fault("limits.deactivate_count", "wrong_type", {"expected": "integer"})])
)
FRESH = Standing(
    "ok",
    next_run=at(18),
    days=tuple(Day(TODAY - timedelta(days=29 - place)) for place in range(30)),
)


def person_found(language: str = "en", **more: Any) -> Explained:
    """One person as `explain` finds them: an e-mail that is none keeps her out."""
    ru = language == "ru"
    words = Words("ru" if ru else "en")
    return replace(
        Explained(
            key=("main", 27),
            name="Ким Ольга",
            state="stopped",
            headline=words("Left out."),
            found=words(
                "Found in Bitrix24: {details}.",
                details=", ".join(
                    [
                        words("portal {portal}, ID {id}", portal="main", id=27),
                        "kim@",
                        words("department “{name}”", name="Продажи"),
                    ]
                ),
            ),
            scope=words(
                "To study in Learn: the department “{name}” lies below “{above}”, which is ticked.",
                name="Продажи",
                above="Коммерческий блок",
            ),
            account=words("No account yet."),
            blocked=("E-mail неверный: kim@." if ru else "The e-mail is not valid: kim@.",),
            notes=(),
            heads=(),
            past="",
            next=(words("Next run: nothing."),),
            place="Продажи",
            in_scope=True,
            mark=("include", 7),
            problems=({"code": "email_invalid", "detail": {"value": "kim@"}, "note": False},),
        ),
        **more,
    )


def person_in_order(language: str = "en", **more: Any) -> Explained:
    """Another one, who studies."""
    words = Words("ru" if language == "ru" else "en")
    about = "kim.r@example.com (Ким Роман, " + ("активна)" if language == "ru" else "active)")
    moment = words.moment(at(6, days=-31))
    return person_found(
        language,
        **{
            "key": ("main", 412),
            "name": "Ким Роман",
            "state": "ok",
            "headline": words("Studies in Learn, and everything matches."),
            "found": words(
                "Found in Bitrix24: {details}.",
                details=", ".join(
                    [
                        words("portal {portal}, ID {id}", portal="main", id=412),
                        "kim.r@example.com",
                        words("department “{name}”", name="Склад"),
                    ]
                ),
            ),
            "scope": words("To study in Learn: the department “{name}” is ticked.", name="Склад"),
            "account": words(
                "Linked to the account {account}, which the run of {moment} created.", account=about, moment=moment
            ),
            "blocked": (),
            "heads": (words("Head of “{name}”, and supervisor in Learn.", name="Склад"),),
            "past": words(
                "Last changed by the run of {moment} ({run}): {done}.",
                moment=words.moment(at(18, days=-4)),
                run="20261119T150000Z-77aa",
                done=words("change") + f" ({words('Job title')})",
            ),
            "next": (words("Next run: nothing, Learn and Bitrix24 say the same."),),
            "place": "Склад",
            "learn_id": "a81b",
            "problems": (),
            **more,
        },
    )


def explained(*found: Explained, who: str = "Ким", **more: Any) -> Explanation:
    """What `explain` answers."""
    return Explanation(who, found, NOW, 0, **more)
