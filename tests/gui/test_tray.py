"""What the icon beside the clock shows and says, in every state and both languages."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.gui import tone
from b24learn_gui.gui.models.run_progress import STAGES, RunProgress, Stage
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.gui.tray.icon import SIZES, panel_is_dark, tray_icon
from b24learn_gui.gui.tray.menu import MenuState, TrayMenu
from b24learn_gui.gui.tray.news import announced_now, crashed, joined, news
from b24learn_gui.gui.tray.sentences import WINDOWS_HINT, Sign, hint, mood_of, sign_of, state_line
from b24learn_gui.service.standing import Cause, Standing, Success
from b24learn_gui.text.words import Words
from b24learn_gui.timetable.plan import Pause

NOW = datetime(2026, 11, 23, 9, 48, tzinfo=UTC)
MOSCOW = timezone(timedelta(hours=3))
CLOCK = Clock(NOW, lambda moment: moment.astimezone(MOSCOW))
EN, RU = Words("en"), Words("ru")
SIGNS: tuple[Sign, ...] = ("idle", "working", "attention", "paused")

GOOD = Standing(
    "ok",
    last_success=Success("r1", NOW.replace(hour=3, minute=0), 12),
    next_run=NOW.replace(hour=15, minute=0),
    language="ru",
)
PLAN = Cause(
    "plan_waits",
    1,
    "r2",
    NOW,
    {
        "plan_hash": "abc",
        "limits": [{"kind": "user.deactivate", "planned": 37, "allowed": 12}],
        "causes": [{"cause": "department not ticked", "count": 34}],
        "total": 37,
    },
)
SKIPPED = Cause("people_skipped", 9, "r2", NOW, {"by_code": {"email_invalid": 8, "match_taken": 1}})
REFUSED = Cause("password_refused", 1, "r3", NOW, {"message": "Learn refused the password.", "side": "learn"})


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def writing(done: int = 30, total: int = 51, left: float | None = 120.0, **more: Any) -> RunProgress:
    stages = tuple(Stage(name, "busy" if name == "write" else "done") for name in STAGES)
    return RunProgress(stages, done=done, total=total, seconds_left=left, **more)


# The picture


def picture(sign: Sign, size: int, *, dark: bool, one_colour: bool = False) -> QImage:
    return (
        tray_icon(sign, dark_panel=dark, one_colour=one_colour)
        .pixmap(
            size,
            size,
        )
        .toImage()
    )


def silhouette(image: QImage) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if QColor(image.pixelColor(x, y)).alpha() > 127
    }


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("size", SIZES)
def test_the_states_differ_by_their_outline_alone(size: int) -> None:
    outlines = {sign: silhouette(picture(sign, size, dark=False)) for sign in SIGNS}
    assert all(outlines.values())
    for place, sign in enumerate(SIGNS):
        for other in SIGNS[place + 1 :]:
            differing = len(outlines[sign] ^ outlines[other])
            assert differing >= size * size * 0.03, (sign, other)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("sign", SIGNS)
def test_every_state_can_be_seen_on_its_panel(sign: Sign, dark: bool) -> None:
    ground = tone.Tone.of(tone.reference_palette(dark=dark)).window
    image = picture(sign, 24, dark=dark)
    inks = {image.pixelColor(x, y).name() for x, y in silhouette(image) if image.pixelColor(x, y).alpha() == 255}
    assert min(tone.contrast(QColor(ink), ground) for ink in inks) >= tone.MARK_RATIO


@pytest.mark.usefixtures("qapp")
def test_where_the_platform_colours_the_icon_itself_it_has_one_colour() -> None:
    icon = tray_icon("attention", dark_panel=False, one_colour=True)
    assert icon.isMask()
    image = picture("attention", 24, dark=False, one_colour=True)
    inks = {image.pixelColor(x, y).name() for x, y in silhouette(image) if image.pixelColor(x, y).alpha() == 255}
    assert len(inks) == 1


def test_panels_follow_the_windows_colours_but_where_they_never_do(palette: str) -> None:
    assert panel_is_dark({}, "linux") == (palette == "dark")
    assert panel_is_dark({"XDG_CURRENT_DESKTOP": "KDE"}, "linux") == (palette == "dark")
    assert panel_is_dark({"XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}, "linux")


# What it says

STATES: Mapping[str, tuple[Standing, RunProgress | None, bool, Sign, str, str, str]] = {
    "ok": (
        *(GOOD, None, False, "idle", "ok"),
        *("Everything is in order, last success today at 06:00", "Всё в порядке, последний успех сегодня в 06:00"),
    ),
    "new": (replace(GOOD, last_success=None), None, False, "idle", "ok", "Everything is in order", "Всё в порядке"),
    "plan": (
        *(replace(GOOD, state="attention", causes=(PLAN, SKIPPED)), None, False, "attention", "warning"),
        *("37 deactivations wait for a decision", "37 деактиваций ждут решения"),
    ),
    "running": (
        *(GOOD, writing(), False, "working", "busy"),
        *("Running: 30 of 51, about 2 min", "Идёт: 30 из 51, около 2 мин"),
    ),
    "running without estimate": (
        *(GOOD, writing(left=None), False, "working", "busy", "Running: 30 of 51", "Идёт: 30 из 51"),
    ),
    "stopping": (
        *(GOOD, writing(stopping=True), False, "working", "busy"),
        *("Stopping: the write in flight is finished", "Останавливается: завершается начатая запись"),
    ),
    "hung": (
        *(GOOD, writing(), True, "attention", "warning"),
        *("The sync does not answer any more", "Синхронизация не отвечает"),
    ),
    "elsewhere": (
        *(replace(GOOD, running="r9"), None, False, "working", "busy", "A sync is running", "Идёт синхронизация"),
    ),
    "paused": (
        *(replace(GOOD, state="paused", paused=Pause(NOW, NOW.replace(hour=10, minute=48))), None, False, "paused"),
        *("info", "Paused, goes on today at 13:48", "Приостановлено, продолжится сегодня в 13:48"),
    ),
    "paused for good": (
        *(replace(GOOD, state="paused", paused=Pause(NOW)), None, False, "paused", "info"),
        *("Paused until you resume", "Приостановлено, пока не возобновите"),
    ),
    "off": (replace(GOOD, state="off"), None, False, "paused", "info", "The schedule is off", "Расписание выключено"),
    "fault": (
        *(Standing("fault"), None, False, "attention", "failed"),
        *("Settings or journal cannot be read", "Настройки или журнал не читаются"),
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_every_state_has_its_picture_its_mark_and_one_line(name: str) -> None:
    standing, progress, hangs, sign, mood, english, russian = STATES[name]
    running = progress is not None
    assert sign_of(standing, running=running, hangs=hangs) == sign
    assert mood_of(standing, running=running, hangs=hangs) == mood
    assert plain(state_line(standing, progress, CLOCK, EN, hangs=hangs)) == english
    assert plain(state_line(standing, progress, CLOCK, RU, hangs=hangs)) == russian


def test_the_hint_has_three_lines_with_numbers() -> None:
    assert plain(hint(GOOD, None, CLOCK, RU)).splitlines() == [
        "Всё в порядке: Битрикс24 → iSpring Learn",
        "Последний успех: сегодня в 06:00, 12 изменений",
        "Следующий запуск: сегодня в 18:00, через 5 ч 12 мин",
    ]
    bare = replace(GOOD, last_success=None, next_run=None, state="off")
    assert plain(hint(bare, None, CLOCK, EN)).splitlines() == [
        "The schedule is off",
        "No successful run yet",
        "Next run: none is planned",
    ]


@pytest.mark.parametrize("words", [EN, RU], ids=["en", "ru"])
@pytest.mark.parametrize("name", STATES)
def test_windows_shows_the_whole_hint(name: str, words: Words) -> None:
    standing, progress, hangs, *_ = STATES[name]
    whole = hint(standing, progress, CLOCK, words, hangs=hangs)
    shown = hint(standing, progress, CLOCK, words, hangs=hangs, longest=WINDOWS_HINT)
    assert len(shown) <= WINDOWS_HINT
    assert shown.splitlines()[1:] == whole.splitlines()[1:] or shown.endswith("…")


# The menu


@pytest.fixture
def menu(qtbot: QtBot, dressed: QApplication) -> TrayMenu:
    made = TrayMenu()
    qtbot.addWidget(made)
    return made


def labels(menu: TrayMenu) -> list[str]:
    return [plain(each.text()) for each in menu.actions() if each.isVisible() and not each.isSeparator()]


def test_the_menu_of_the_picture(menu: TrayMenu) -> None:
    menu.show_state(MenuState("Всё в порядке", "ok", hour="13:48", tomorrow="06:00"), RU)
    assert labels(menu) == [
        *("Всё в порядке", "Синхронизировать сейчас", "Предпросмотр…", "Приостановить"),
        *("Открыть", "Журнал", "Настройки…", "Запросить активацию…", "Выход"),
    ]
    paused = [plain(each.text()) for each in menu.pause.actions() if each.isVisible()]
    assert paused == ["На час, до 13:48", "До завтра, 06:00", "Пока не возобновлю"]
    assert all(not each.icon().isNull() for each in (menu.state, menu.sync, menu.preview, menu.quit))


def test_while_a_run_is_at_work_it_can_be_stopped_and_no_other_begun(menu: TrayMenu) -> None:
    menu.show_state(MenuState("Running", "busy", runs=True, busy=True), EN)
    assert labels(menu)[:3] == ["Running", "Stop", "Preview…"]
    menu.show_state(MenuState("Running", "warning", runs=True, busy=True, hangs=True), EN)
    assert labels(menu)[:3] == ["Running", "Stop", "End it at once"]
    menu.show_state(MenuState("A sync is running", "busy", busy=True), EN)
    assert labels(menu)[1] == "Sync now"
    assert not menu.sync.isEnabled()  # the line above says why


def test_a_pause_can_be_ended_and_without_a_schedule_there_is_none(menu: TrayMenu) -> None:
    menu.show_state(MenuState("Paused", "info", paused=True), EN)
    assert "Resume" in labels(menu)
    assert "Pause" not in labels(menu)
    menu.show_state(MenuState("The schedule is off", "info", scheduled=False), EN)
    assert not menu.pause.isEnabled()


def test_every_entry_tells_its_verb(qtbot: QtBot, menu: TrayMenu) -> None:
    told: list[str] = []
    menu.chosen.connect(told.append)
    for each in (*menu.actions(), *menu.pause.actions()):
        each.trigger()
    assert told == [
        *("open", "sync", "stop", "end", "preview", "resume", "open", "log", "settings", "activation", "quit"),
        *("pause_hour", "pause_tomorrow", "pause"),
    ]


def test_an_ampersand_in_the_line_stays_one(menu: TrayMenu) -> None:
    menu.show_state(MenuState("R&D", "ok"), EN)
    assert menu.state.text() == "R&&D"


# What is told unasked


def told(
    standing: Standing, announced: frozenset[str] = frozenset(), ended: Mapping[str, Any] | None = None
) -> list[str]:
    return [plain(note.title) for note in news(announced, standing, ended, CLOCK, EN)]


def ended(**counts: int) -> dict[str, Any]:
    return {"command": "sync", "counts": {name.replace("_", ".", 1): count for name, count in counts.items()}}


def test_nothing_is_told_while_nothing_changes_and_nothing_waits() -> None:
    assert told(GOOD) == []
    assert told(GOOD, ended=ended(user_create=0, user_deactivate=0)) == []
    assert told(GOOD, ended=None) == []


def test_a_cause_is_told_once_until_it_changes() -> None:
    waits = replace(GOOD, state="attention", causes=(PLAN, SKIPPED))
    assert told(waits) == ["37 deactivations wait for a decision", "9 people were skipped"]
    known = announced_now(waits)
    assert told(waits, known) == []
    changed = replace(PLAN, detail={**PLAN.detail, "plan_hash": "def"})
    other = told(replace(waits, causes=(changed, SKIPPED)), known)
    assert other == ([] if changed.key == PLAN.key else ["37 deactivations wait for a decision"])
    gone = announced_now(GOOD)
    assert told(waits, gone) == told(waits)  # it came back


def test_what_waits_is_told_with_what_did_not_happen_and_the_likely_cause() -> None:
    (note,) = news(frozenset(), replace(GOOD, state="attention", causes=(PLAN,)), None, CLOCK, EN)
    assert "nothing was changed" in note.text
    assert "department not ticked" in note.text
    assert note.waits


def test_an_error_is_told_in_its_own_sentence() -> None:
    (note,) = news(frozenset(), replace(GOOD, state="attention", causes=(REFUSED,)), None, CLOCK, EN)
    assert "Learn refused the password." in note.text


def test_changes_are_told_as_a_number_and_whom_they_cost_something() -> None:
    (note,) = news(frozenset(), GOOD, ended(user_create=10, user_deactivate=2), CLOCK, RU)
    assert (plain(note.title), plain(note.text)) == ("12 изменений записано в Learn", "2 человека деактивированы.")
    assert not note.waits
    (note,) = news(frozenset(), GOOD, ended(user_create=1), CLOCK, EN)
    assert (note.title, note.text) == ("1 change is written to Learn", "Nobody was deactivated.")


def test_several_are_one_message() -> None:
    notes = news(frozenset(), replace(GOOD, state="attention", causes=(PLAN, SKIPPED)), ended(user_move=3), CLOCK, EN)
    title, text = joined(notes)
    assert plain(title) == "37 deactivations wait for a decision"
    assert plain(text).splitlines()[-2:] == ["9 people were skipped.", "3 changes are written to Learn."]


def test_a_run_that_broke_off_is_told_with_what_stays() -> None:
    assert "30 changes were written and stay." in plain(crashed(30, EN).text)
    assert "stays" in crashed(0, EN).text
