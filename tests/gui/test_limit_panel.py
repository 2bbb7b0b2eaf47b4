"""Limits a plan is above: the numbers, what counts towards them, the causes in order, and the way to the list."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.models.limit_causes import exceeded_limits
from b24learn_gui.gui.models.plan_rows import PlanData
from b24learn_gui.gui.models.plan_table import CAUSE, CHANGE, FIELD, NAME
from b24learn_gui.gui.preview.limit_bar import CauseBar, LimitBar
from b24learn_gui.gui.preview.limit_panel import LimitPanel
from b24learn_gui.sync.reasons import Origin, OriginKey
from b24learn_gui.text.plans import reason_phrase
from tests.gui.cutting import assert_nothing_cut
from tests.gui.test_preview_widget import EN, deactivated, plan, view_of
from tests.screens.looking import LongWords, untranslated_text
from tests.screens.screens_preview import change


def over_the_limit() -> PlanData:
    people = [deactivated(number, f"P{number:02}") for number in range(34)]
    people += [deactivated(number, f"P{number:02}", "dismissed in Bitrix24") for number in range(34, 37)]
    bare = plan(*people, limits=[{"kind": "user.deactivate", "planned": 37, "allowed": 12}])
    origins: dict[OriginKey, Origin] = {
        ("user.deactivate", "main", number): Origin("unticked", "Stock") for number in range(34)
    }
    return PlanData(bare.summary, places={("main", 0): "Stock"}, linked={"main": 1067}, origins=origins)


def test_a_limit_is_told_with_its_causes_the_most_frequent_first() -> None:
    (limit,) = exceeded_limits(over_the_limit())
    assert (limit.planned, limit.allowed, limit.tile, limit.linked) == (37, 12, "user.deactivate", 1067)
    said = [(number, reason_phrase(*reason, EN)) for number, reason in limit.causes]
    assert said == [(34, "the department “Stock” is no longer ticked"), (3, "dismissed in Bitrix24")]


def test_the_list_behind_a_limit_tells_department_and_cause_of_each(qtbot: QtBot) -> None:
    view = view_of(qtbot, over_the_limit())
    first = [view.rows.index(0, number).data() for number in (NAME, FIELD, CHANGE, CAUSE)]
    assert first == ["P00", "Stock", "active → inactive", "the department “Stock” is no longer ticked"]
    assert view.rows.headerData(FIELD, Qt.Orientation.Horizontal) == "Department"


def test_what_does_not_count_towards_a_limit_is_no_cause_of_it() -> None:
    adopt = change("user.adopt", 1, "A", {}, {"login": "a"}, "same email")
    moves = [
        change("user.move", number, "A", {"department": "x"}, {"department": "y"}, "department differs from Bitrix24")
        for number in range(1, 9)
    ]
    logins = [change("user.update", number, "A", {}, {"login": "b"}, "changed in Bitrix24") for number in range(1, 14)]
    letters = [
        change("user.create", number, "A", {}, {"login": "c", "letter": number < 30}, "new in Bitrix24")
        for number in range(40)
    ]
    hits = [
        {"kind": "user.move", "planned": 7, "allowed": 5},
        {"kind": "login_changes", "planned": 12, "allowed": 10},
        {"kind": "letters", "planned": 30, "allowed": 25},
    ]
    found = exceeded_limits(plan(adopt, *moves, *logins, *letters, limits=hits))
    assert [(each.kind, each.counted, each.tile) for each in found] == [
        ("letters", 30, "user.create"),
        ("user.move", 7, "user.move"),
        ("login_changes", 12, "user.update"),
    ]


def test_a_limit_of_one_portal_counts_that_portal_alone() -> None:
    changes = [deactivated(number, "A") for number in range(6)]
    changes += [{**deactivated(number, "B", "dismissed in Bitrix24"), "portal": "north"} for number in range(9)]
    data = plan(*changes, limits=[{"kind": "user.deactivate", "planned": 9, "allowed": 5}])
    (limit,) = exceeded_limits(PlanData(data.summary, linked={"main": 500, "north": 10}))
    assert (limit.counted, limit.linked) == (9, 10)
    assert [number for number, _ in limit.causes] == [9]


def test_the_panel_says_each_limit_and_leads_to_its_list(qtbot: QtBot) -> None:
    panel = LimitPanel()
    qtbot.addWidget(panel)
    panel.resize(760, 200)
    panel.show_limits(exceeded_limits(over_the_limit()), "Nothing was written", "37 people", EN)
    assert panel.isVisible()
    said = [label.text() for label in panel.findChildren(QLabel) if label.text()]
    assert said == [
        "Nothing was written", "37 people", "37", "people would be deactivated", "3.5 % of 1,067 linked",
        "34 of 37", "The department “Stock” is no longer ticked", "3 of 37", "Dismissed in Bitrix24",
    ]  # fmt: skip
    (bar,) = panel.findChildren(LimitBar)
    assert bar.accessibleName() == "limit 12, +25"
    wanted: list[str] = []
    panel.list_wanted.connect(wanted.append)
    QTest.keyClick(panel.findChildren(Link)[0], Qt.Key.Key_Space)
    assert wanted == ["user.deactivate"]
    panel.show_limits([], "", "", EN)
    assert not panel.isVisible()


def test_of_many_causes_the_rest_stands_in_one_line_and_the_parts_add_up(qtbot: QtBot) -> None:
    changes = [deactivated(number, "A", f"cause {number % 7}") for number in range(20)]
    data = plan(*changes, limits=[{"kind": "user.deactivate", "planned": 20, "allowed": 5}])
    panel = LimitPanel()
    qtbot.addWidget(panel)
    panel.show_limits(exceeded_limits(data), "Nothing was written", "", EN)
    told = [label.text() for label in panel.findChildren(QLabel) if " of 20" in label.text()]
    assert told == ["3 of 20", "3 of 20", "3 of 20", "11 of 20"]
    assert len(panel.findChildren(CauseBar)) == 4


@pytest.mark.usefixtures("dressed")
def test_nothing_of_a_limit_is_cut_off_or_untranslated(qtbot: QtBot) -> None:
    words, panel = LongWords(), LimitPanel()
    qtbot.addWidget(panel)
    said = words("Nothing is written without your approval: the plan is above a limit")
    panel.show_limits(exceeded_limits(over_the_limit()), said, said, words)
    for _ in range(2):  # how high it has to be is known once it was laid out
        panel.resize(760, panel.heightForWidth(760))
        QApplication.processEvents()
    assert_nothing_cut(qtbot, panel)
    assert untranslated_text(panel) == []
