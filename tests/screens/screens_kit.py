"""The elements on their own, from fixed figures."""

from PySide6.QtCore import QTime
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QRadioButton,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from b24learn_gui.gui.kit.buttons import Action, Link, PrimaryButton, SecondaryButton, TextButton
from b24learn_gui.gui.kit.field import LineField
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.ladder import Ladder, Remedy, ResultView, RungView
from b24learn_gui.gui.kit.page import PageFrame
from b24learn_gui.gui.kit.rail import RailStep, StepRail
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.text.words import Words
from tests.screens.registry import screen


def _pick(words: Words, ru: str, en: str) -> str:
    return ru if words.language == "ru" else en


def _nothing() -> None:
    return


@screen("kit-ladder-failed", (816, 720))
def ladder_failed(words: Words) -> QWidget:
    def t(ru: str, en: str) -> str:
        return _pick(words, ru, en)

    page = PageFrame()
    page.set_texts(
        t("Откуда брать сотрудников?", "Where do employees come from?"),
        t(
            "Структура компании читается через входящий вебхук. В Битрикс24 программа ничего не меняет.",
            "The company's structure is read through an inbound webhook. Nothing is changed in Bitrix24.",
        ),
    )
    secret = SecretField(dotted=False)
    secret.set_texts(
        t("Адрес вебхука Битрикс24", "Bitrix24 webhook address"),
        t(
            "Секретная часть скрыта и хранится в хранилище паролей.",
            "The secret part is hidden and kept in the password store.",
        ),
    )
    secret.set_replace_text(t("Заменить…", "Replace…"))
    secret.show_kept("https://portal.example.com/rest/1/••••••••••••••••/")
    page.content.addWidget(secret)
    ladder = Ladder()
    ladder.show_rungs(
        [
            RungView(
                t("Адрес", "Address"),
                "ok",
                t("portal.example.com, вебхук пользователя 1", "portal.example.com, webhook of user 1"),
            ),
            RungView(
                t("Сеть", "Network"),
                "ok",
                t("Сервер отвечает, прокси не нужен", "The server answers, no proxy needed"),
                t("38 мс", "38 ms"),
            ),
            RungView(
                t("Сертификат", "Certificate"),
                "ok",
                t("Доверенный, действует до 14 марта 2027 г.", "Trusted, valid until 14 March 2027"),
            ),
            RungView(
                t("Вход", "Sign-in"),
                "ok",
                t("Вебхук принят: Анна Ким, администратор", "Webhook accepted: Anna Kim, administrator"),
                t("112 мс", "112 ms"),
            ),
            RungView(
                t("Права", "Permissions"),
                "failed",
                remedy=Remedy(
                    t(
                        "Вебхуку не хватает права «Структура компании» (department).",
                        'The webhook lacks the right "Company structure" (department).',
                    ),
                    t(
                        "Отделы не прочитаны, поэтому выбрать, кто будет учиться, пока нельзя. Ни в Битрикс24, ни в Learn ничего не изменено.",
                        "Departments were not read, so nobody can be chosen yet. Nothing was changed in Bitrix24 or Learn.",
                    ),
                    t(
                        "Откройте вебхук в Битрикс24, добавьте право «Структура компании» и сохраните: адрес останется прежним.",
                        'Open the webhook in Bitrix24, add the right "Company structure" and save: the address stays the same.',
                    ),
                    (
                        Action(t("Открыть вебхук", "Open the webhook"), _nothing, "external", "primary"),
                        Action(t("Проверить снова", "Check again"), _nothing, "retry"),
                        Action(t("Копировать для коллеги", "Copy for a colleague"), _nothing, "copy", "text"),
                    ),
                ),
            ),
            RungView(
                t("Данные", "Data"), "waiting", t("Проверим, когда появится право", "Checked once the right is there")
            ),
        ]
    )
    page.content.addWidget(ladder)
    row = QHBoxLayout()
    row.addWidget(TextButton(t("Добавить ещё портал", "Add another portal"), "add"))
    row.addStretch(1)
    page.content.addLayout(row)
    return page


@screen("kit-ladder-done", (816, 560))
def ladder_done(words: Words) -> QWidget:
    def t(ru: str, en: str) -> str:
        return _pick(words, ru, en)

    page = PageFrame()
    page.set_texts(t("Откуда брать сотрудников?", "Where do employees come from?"))
    ladder = Ladder()
    names = [
        ("Адрес", "Address"),
        ("Сеть", "Network"),
        ("Сертификат", "Certificate"),
        ("Вход", "Sign-in"),
        ("Права", "Permissions"),
    ]
    rungs = [RungView(t(*name), "ok", "portal.example.com") for name in names]
    rungs.append(
        RungView(t("Данные", "Data"), "busy", t("Читаем список сотрудников", "Reading the list of employees"), "2,4 с")
    )
    ladder.show_rungs(rungs)
    ladder.show_result(
        ResultView(
            (("1 284", t("сотрудника", "employees")), ("96", t("отделов", "departments"))),
            t("без уволенных и гостей экстранета", "without dismissed people and extranet guests"),
            Action(t("Проверить снова", "Check again"), _nothing, "retry", "text"),
        )
    )
    page.content.addWidget(ladder)
    return page


@screen("kit-rail", (236, 700))
def rail(words: Words) -> QWidget:
    def t(ru: str, en: str) -> str:
        return _pick(words, ru, en)

    made = StepRail()
    made.show_steps(
        [
            RailStep(
                "welcome",
                t("Начало", "Welcome"),
                "done",
                t("Русский, новая настройка", "English, new setup"),
                reachable=True,
            ),
            RailStep(
                "bitrix24",
                t("Битрикс24", "Bitrix24"),
                "done",
                t("1 284 сотрудника, 96 отделов", "1,284 employees, 96 departments"),
                reachable=True,
            ),
            RailStep(
                "learn",
                "iSpring Learn",
                "done",
                t("640 человек, 460 мест свободно", "640 people, 460 free seats"),
                reachable=True,
            ),
            RailStep("times", t("Время запуска", "Start times"), reachable=True, current=True),
            RailStep(
                "fields",
                t("Поля и данные", "Fields and data"),
                "warning",
                t("У 9 человек есть пробелы", "9 people lack values"),
                reachable=True,
            ),
            RailStep("review", t("Проверка плана", "Review")),
            RailStep("activation", t("Активация", "Request activation")),
        ]
    )
    return made


@screen("kit-controls", (760, 420))
def controls(words: Words) -> QWidget:
    def t(ru: str, en: str) -> str:
        return _pick(words, ru, en)

    page = PageFrame()
    page.set_texts(t("Кнопки и поля", "Buttons and fields"))
    buttons = FlowRow()
    disabled = SecondaryButton(t("Нельзя", "Not now"))
    disabled.setEnabled(False)
    for each in (
        PrimaryButton(t("Применить 51 изменение", "Apply 51 changes")),
        SecondaryButton(t("Выгрузить…", "Export…"), "export"),
        TextButton(t("Проверить снова", "Check again"), "retry"),
        TextButton(t("Отмена", "Cancel"), plain=True),
        Link(t("Как создать вебхук", "How to create a webhook")),
        disabled,
    ):
        buttons.add(each)
    page.content.addWidget(buttons)
    wrong = LineField()
    wrong.set_texts(
        t("E-mail администратора", "Administrator email"),
        t("Этот адрес открывает Learn", "The address that opens Learn"),
    )
    wrong.set_text("admin@example")
    wrong.set_error(
        t(
            "В адресе нет точки после «@». Проверьте, как он записан в Learn.",
            'The address has no dot after "@". See how Learn writes it.',
        )
    )
    page.content.addWidget(wrong)
    row = QHBoxLayout()
    box, radio, combo, times, figure = (
        QCheckBox(t("Второй запуск (UTC)", "Second run (UTC)")),
        QRadioButton(t("Пароль", "Password")),
        QComboBox(),
        QTimeEdit(QTime(3, 0)),
        QSpinBox(),
    )
    box.setChecked(True)
    radio.setChecked(True)
    times.setDisplayFormat("HH:mm")
    combo.addItems([t("Телефон", "Phone"), "E-mail"])
    for part in (box, radio, combo, times, figure):
        row.addWidget(part)
    row.addStretch(1)
    page.content.addLayout(row)
    QApplication.processEvents()
    return page
