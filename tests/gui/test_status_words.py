"""What the status window says: states, causes, progress, days. No windows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.status.cause_words import cause_line, cause_view
from b24learn_gui.gui.status.words import (
    Clock,
    day_sentence,
    days_summary,
    headline,
    last_success,
    next_run,
    progress_line,
    stage_words,
    stop_question,
)
from b24learn_gui.service.standing import Cause, Day, Standing
from b24learn_gui.text.words import Words
from tests.screens import status_data as data

CLOCK = Clock(data.NOW, data.local)
EN, RU = Words("en"), Words("ru")

CAUSES = [
    data.PLAN_WAITS,
    data.SKIPPED,
    data.LOCKED,
    data.OVERDUE,
    data.INTERRUPTED,
    data.DOUBT,
    data.failed("en"),
    Cause("exit_60", 1, None, None),
    Cause("plan_waits", 1, None, None),
    Cause("overdue", 1, None, None),
    Cause("interrupted", 1, None, None),
    Cause("secret_store_locked", 1, None, None),
    Cause("portal_doubt", 1, None, None),
    Cause("people_skipped", 1, None, None),
    Cause("a_code_of_tomorrow", 1, None, None),
]


def plain(text: str) -> str:
    """With spaces that break, as one types them."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("standing", "title", "sentence"),
    [
        (data.FINE, "Всё в порядке", "Всё совпадает: сегодня в 06:00 проверено 1 012 человек, изменений нет."),
        (
            replace(data.FINE, last_run=data.a_run(0, ended=data.at(6), counts={"user.update": 12})),
            "Всё в порядке",
            "Последний запуск записал сегодня в 06:00 12 изменений.",
        ),
        (data.FRESH, "Всё в порядке", "Запусков ещё не было."),
        (
            data.waits(data.PLAN_WAITS),
            "Ждёт вашего решения",
            "Последний запуск закончился сегодня в 06:00: план ждёт решения, ничего не записано.",
        ),
        (data.waits(data.SKIPPED, code=10), "Работает, пропущены 9 человек", None),
        (
            data.waits(data.LOCKED, code=41),
            "Нужно ваше внимание",
            "Последний запуск закончился сегодня в 06:00: секрет недоступен.",
        ),
        (
            data.PAUSED,
            "Приостановлено",
            "Сами запуски не начинаются до завтра, 06:00. Вручную можно в любое время.",
        ),
        (
            data.PAUSED_FOR_GOOD,
            "Приостановлено",
            "Сами запуски не начинаются, пока вы не возобновите. Вручную можно в любое время.",
        ),
        (data.OFF, "Расписание выключено", "Сами запуски не начинаются. Вручную можно в любое время."),
        (data.SETUP, "Ещё не настроено", None),
        (data.FAULT, "Настройки не читаются", None),
    ],
)
def test_the_state_is_told_in_a_word_and_a_sentence(standing: Standing, title: str, sentence: str | None) -> None:
    said = headline(standing, None, CLOCK, RU)
    assert plain(said.title) == title
    assert said.sentence
    if sentence is not None:
        assert plain(said.sentence) == sentence


def test_a_pause_that_ends_today_is_told_by_its_time_alone() -> None:
    assert data.PAUSED.paused is not None
    standing = replace(data.PAUSED, paused=replace(data.PAUSED.paused, until=data.at(13, 48)))
    assert "until 13:48." in headline(standing, None, CLOCK, EN).sentence


def test_a_running_sync_goes_before_every_state_and_says_since_when() -> None:
    said = headline(data.RUNNING, data.writing(), CLOCK, RU)
    assert (said.mark, said.title) == ("working", "Идёт синхронизация")
    assert plain(said.sentence) == "Записывается 51 изменение, запуск начался сегодня в 12:44."


def test_a_run_of_another_process_is_told_without_progress() -> None:
    said = headline(data.RUNNING, None, CLOCK, EN)
    assert said.mark == "working"
    assert said.sentence == "Another process of this program is at work, the run began today at 12:44."
    unknown = replace(data.FINE, running="")
    assert headline(unknown, None, CLOCK, EN).sentence == "Another process of this program is at work."


def test_success_and_next_run_are_told_local_in_utc_and_with_the_time_left() -> None:
    assert plain(last_success(data.RUNNING, CLOCK, RU).line) == "Последний успех: вчера, 18:00 · 12 изменений"
    assert (
        plain(next_run(data.FINE, CLOCK, RU).line) == "Следующий запуск: сегодня, 18:00 (15:00 UTC), через 5 ч 12 мин"
    )
    assert last_success(data.FRESH, CLOCK, EN).line == "Last success: none yet"
    assert next_run(data.OFF, CLOCK, EN).line == "Next run: by hand only"
    assert next_run(data.PAUSED_FOR_GOOD, CLOCK, EN).line == "Next run: when you resume"
    late = replace(data.FINE, next_run=data.NOW - timedelta(minutes=1))
    assert plain(next_run(late, CLOCK, EN).line) == "Next run: today, 12:47 (09:47 UTC), due now"


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.code)
@pytest.mark.parametrize("words", [EN, RU], ids=lambda words: words.language)
def test_every_cause_says_what_happened_and_offers_a_way_on(cause: Cause, words: Words) -> None:
    view = cause_view(cause, CLOCK, words)
    assert view.key == cause.key
    assert view.title == cause_line(cause, CLOCK, words)
    assert not view.title[0].islower()
    assert view.lines
    assert view.text.endswith(".")
    assert view.verbs
    assert "—" not in view.title + view.text  # a value nobody handed over
    assert "{" not in view.title + view.text


def test_a_waiting_plan_names_number_limit_and_the_likeliest_causes() -> None:
    view = cause_view(data.PLAN_WAITS, CLOCK, RU)
    assert plain(view.title) == "Ждёт вашего решения: план деактивирует 37 человек при пределе 12"
    assert [plain(line) for line in view.lines] == [
        "Запуск сегодня в 06:00 остановился до первой записи: ничего не изменено.",
        "Вероятная причина: отдел «Склад» больше не отмечен (34 из 37), уволен в Битрикс24 (3 из 37).",
    ]
    assert [verb.do for verb in view.verbs] == ["review", "later"]


def test_further_limits_are_told_besides_the_first() -> None:
    limits = [
        {"kind": "user.deactivate", "planned": 37, "allowed": 12},
        {"kind": "letters", "planned": 40, "allowed": 25},
    ]
    view = cause_view(replace(data.PLAN_WAITS, detail={"limits": limits}), CLOCK, EN)
    assert "Besides, the plan sends 40 letters, the limit is 25." in view.lines


def test_skipped_people_are_counted_by_cause_the_largest_first() -> None:
    view = cause_view(data.SKIPPED, CLOCK, EN)
    assert view.title == "9 people were skipped"
    assert view.text == (
        "8 people have an invalid e-mail, for 1 person the login or e-mail belongs to another account. "
        "Nobody else was held up."
    )


def test_where_somebody_has_to_be_decided_about_the_card_leads_there_with_the_number() -> None:
    view = cause_view(data.SKIPPED, CLOCK, EN)
    assert [(verb.do, verb.text) for verb in view.verbs] == [
        ("decide", "Decide about 1 person…"),
        ("show", "Show and export for HR"),
    ]
    many = replace(
        data.SKIPPED, detail={"by_code": {"match_ambiguous": 2, "duplicate_in_source": 4, "email_invalid": 1}}
    )
    assert cause_view(many, CLOCK, EN).verbs[0].text == "Decide about 6 people…"
    none = replace(data.SKIPPED, detail={"by_code": {"email_invalid": 9}})
    assert [verb.do for verb in cause_view(none, CLOCK, EN).verbs] == ["show"]


def test_departments_left_out_are_not_counted_as_people() -> None:
    both = Cause("people_skipped", 3, None, None, {"by_code": {"email_invalid": 1, "department_rejected": 2}})
    assert cause_view(both, CLOCK, EN).title == "1 person was skipped"
    assert headline(data.waits(both, code=10), None, CLOCK, EN).title == "Works, 1 person left out"
    none = replace(both, count=2, detail={"by_code": {"department_rejected": 2}})
    assert cause_view(none, CLOCK, EN).title == "2 departments were skipped"
    assert headline(data.waits(none, code=10), None, CLOCK, EN).title == "Works, departments left out"


def test_a_doubted_portal_is_told_with_the_figures_and_what_lifts_the_doubt() -> None:
    view = cause_view(data.DOUBT, CLOCK, EN)
    assert view.title == "Portal main is in doubt"
    assert view.lines == (
        "Nobody of it was moved or deactivated; what only adds was done.",
        "The list from Bitrix24 is incomplete: 1,250 of 1,284 received. Run again in a few minutes.",
    )


def test_a_refusal_leads_to_the_settings_and_an_outage_to_another_try() -> None:
    refused = cause_view(data.failed("en"), CLOCK, EN)
    assert [verb.do for verb in refused.verbs] == ["settings", "log"]
    outage = Cause("timeout_read", 1, None, None, {"message": "No answer.", "side": "learn"})
    assert [verb.do for verb in cause_view(outage, CLOCK, EN).verbs] == ["sync", "log"]
    missing = Cause("secret_missing", 1, None, None, {"message": "No password is kept.", "side": "here"})
    assert [verb.do for verb in cause_view(missing, CLOCK, EN).verbs] == ["settings", "log"]


def test_one_portal_of_several_that_failed_is_not_told_as_the_whole_run() -> None:
    detail = {"message": "Portal west: no answer.", "side": "bitrix24", "portal": "west"}
    view = cause_view(Cause("timeout_read", 1, None, data.at(6), detail), CLOCK, EN)
    assert view.title == "Portal west could not be read today at 06:00"


def test_progress_is_told_with_rate_rest_and_whom_it_touches() -> None:
    count, now = progress_line(data.writing(), RU)
    assert (plain(count), plain(now)) == (
        "30 из 51",
        "9 в минуту · осталось около 2 минут · сейчас: Ким Ольга, должность",
    )
    early = replace(data.writing(), per_minute=None, seconds_left=None, now_touching="")
    assert progress_line(early, EN) == ("30 of 51", "")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (20.0, "less than a minute left"),
        (70.0, "about 1 minute left"),
        (600.0, "about 10 minutes left"),
        (7300.0, "about 2 hours left"),
    ],
)
def test_the_time_left_is_rough_on_purpose(seconds: float, said: str) -> None:
    assert said in progress_line(replace(data.writing(), seconds_left=seconds), EN)[1]


def test_waiting_and_stopping_take_the_place_of_an_estimate() -> None:
    waiting = replace(data.writing(), waiting="overload", waiting_seconds=40.0)
    assert progress_line(waiting, EN)[1] == "the server asks us to wait 40 s"
    assert progress_line(replace(data.writing(), stopping=True), EN)[1] == "the write in flight is being finished"


def test_a_stage_says_what_it_came_to() -> None:
    said = [plain(" ".join(stage_words(stage, RU)).strip()) for stage in data.writing().stages]
    assert said == ["Битрикс24 1 284 человека", "iSpring Learn 1 067 человек", "План 51 изменение", "Запись"]


def test_before_stopping_it_is_said_what_stays() -> None:
    assert "30 changes of 51 are written and stay" in stop_question(data.writing(), EN)
    assert stop_question(data.READING, EN) == "Stop the run? Nothing has been written yet."
    assert stop_question(RunProgress(), EN) == "Stop the run? Nothing has been written yet."


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (Day(data.TODAY, 2, 28, 3), "Понедельник, 23 ноября: 2 запуска, 28 изменений, 3 деактивации."),
        (Day(data.TODAY, 1), "Понедельник, 23 ноября: 1 запуск, без изменений."),
        (Day(data.TODAY), "Понедельник, 23 ноября: нет запуска."),
        (Day(data.TODAY, claimed_skipped=2), "Понедельник, 23 ноября: не было запусков, пропущено 2."),
        (
            Day(data.TODAY, 2, failed=1, waiting=True),
            "Понедельник, 23 ноября: 2 запуска, без изменений, 1 с ошибкой, план ждал решения.",
        ),
    ],
)
def test_a_day_is_told_in_a_sentence(day: Day, said: str) -> None:
    assert plain(day_sentence(day, RU)) == said


def test_thirty_days_are_summed_up() -> None:
    assert days_summary(data.thirty_days(), EN) == "55 runs, 2 failed"
    assert days_summary((Day(data.TODAY, 1),), EN) == "1 run"
