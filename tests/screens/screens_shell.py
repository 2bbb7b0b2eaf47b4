"""The wizard's window around pages that are only a title."""

from PySide6.QtWidgets import QCheckBox, QWidget

from b24learn_gui.gui.kit.buttons import Action
from b24learn_gui.gui.kit.chip import Chip
from b24learn_gui.gui.kit.field import LineField
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.fold import FoldCard
from b24learn_gui.gui.kit.ledger import LedgerRow, Part
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.kit.tile import TileGroup, TileView
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import STEPS, StepState
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.gui.wizard.step_words import TITLES
from b24learn_gui.text.words import Words
from tests.screens.registry import screen


class TitlePage(Page):
    """A page with a field and nothing to say."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step  # type: ignore[assignment]
        self.field = LineField()
        self.content.addWidget(self.field)

    def retranslate(self, words: Words) -> None:
        self.set_texts(words(TITLES[self.step]))
        self.field.set_texts(words(TITLES[self.step]))


class Sayings:
    """Sentences of no interest."""

    def caption(self, state: StepState, words: Words) -> str:
        return words("done") if state.done else ""

    def why_not(self, state: StepState, words: Words) -> str:
        return words("not done yet") if not state.can_continue else ""


class ReviewPage(TitlePage):
    """The elements a plan is shown with."""

    def __init__(self) -> None:
        super().__init__("welcome")
        self.field.hide()
        self.extra = QCheckBox()
        self.ledger, self.tiles, self.notice, self.chips, self.fold = (
            LedgerRow(),
            TileGroup(),
            Notice(),
            FlowRow(),
            FoldCard(),
        )
        for each in (self.ledger, self.tiles, self.notice, self.chips, self.fold):
            self.content.addWidget(each)

    def foot_extra(self) -> QWidget:
        return self.extra

    def retranslate(self, words: Words) -> None:
        ru = words.language == "ru"
        self.set_texts(
            "Вот что произойдёт" if ru else "This is what will happen",
            "Это план, пока ничего не записано." if ru else "This is a plan, nothing is written yet.",
        )
        self.extra.setText("и сразу выполнить первую синхронизацию" if ru else "and run the first sync now")
        nouns = (
            ("вне выбора", "изменения", "без изменений", "не трогаем", "конфликты", "пропущены")
            if ru
            else ("left out", "changes", "unchanged", "protected", "conflicts", "skipped")
        )
        meanings = ("plain", "changed", "unchanged", "protected", "conflict", "skipped")
        counts = (272, 525, 470, 2, 6, 9)
        self.ledger.show_sum(
            words.number(1284),
            [
                Part(count, words.number(count), noun, meaning)
                for count, noun, meaning in zip(counts, nouns, meanings, strict=True)
            ],
        )
        names = (
            (
                "Создать",
                "Изменить",
                "Переместить",
                "Вернуть",
                "Деактивировать",
                "Связать",
                "Без изменений",
                "Не трогаем",
                "Конфликты",
                "Пропущены",
            )
            if ru
            else (
                "Create",
                "Change",
                "Move",
                "Reactivate",
                "Deactivate",
                "Adopt",
                "Unchanged",
                "Protected",
                "Conflicts",
                "Skipped",
            )
        )
        signs = (
            "person-create",
            "person-change",
            "move",
            "person-reactivate",
            "person-deactivate",
            "person-adopt",
            "unchanged",
            "protected",
            "conflict",
            "state-skipped",
        )
        numbers = (393, 118, 52, 0, 0, 602, 470, 2, 6, 9)
        self.tiles.show_tiles(
            [
                TileView(
                    sign,
                    sign,
                    name,
                    words.number(number),
                    zero=not number,
                    attention=sign in {"conflict", "state-skipped"},
                )
                for sign, name, number in zip(signs, names, numbers, strict=True)
            ]
        )
        self.tiles.choose("person-change")
        self.notice.show_view(
            NoticeView(
                "Ничего не записано: план деактивирует 37 человек при пределе 12."
                if ru
                else "Nothing was written: the plan deactivates 37 people, the limit is 12.",
                "Вероятная причина: отдел «Склад» больше не отмечен (34 из 37)."
                if ru
                else 'Likely cause: the department "Warehouse" is no longer ticked (34 of 37).',
                buttons=(Action("Показать список" if ru else "Show the list", lambda: None),),
            )
        )
        self.chips.clear()
        for text in ("user_basic", "department"):
            self.chips.add(Chip(text))
        self.chips.add(Chip("снято сейчас" if ru else "just unticked", "warn_tint", "warn"))
        self.fold.set_texts(
            "portal.example.com",
            "1 284 сотрудника, 96 отделов" if ru else "1,284 employees, 96 departments",
            "Убрать" if ru else "Remove",
            "ok",
        )
        self.fold.set_open(open_=False)


def _shell(words: Words, first: Page) -> WizardShell:
    pages = {step: first if step == STEPS[0] else TitlePage(step) for step in STEPS}
    return WizardShell(Flow(), pages, Sayings(), words)


@screen("shell")
def shell(words: Words) -> QWidget:
    return _shell(words, TitlePage("welcome"))


@screen("shell-elements")
def elements(words: Words) -> QWidget:
    return _shell(words, ReviewPage())


@screen("shell-narrow", (900, 600))
def narrow(words: Words) -> QWidget:
    return _shell(words, ReviewPage())
