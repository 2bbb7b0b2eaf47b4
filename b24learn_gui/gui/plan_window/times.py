"""Moments as the window of a plan tells them."""

from datetime import datetime

from PySide6.QtCore import QDate, QLocale

from b24learn_gui.text.typography import NBSP
from b24learn_gui.text.words import Words


def day_and_time(moment: datetime, words: Words) -> str:
    """`22 November, 06:00` on this computer's clock."""
    here = moment.astimezone()
    day = QDate(here.year, here.month, here.day)
    locale = QLocale("ru_RU" if words.language == "ru" else "en_US")
    return f"{locale.toString(day, 'd MMMM').replace(' ', NBSP)}, {here:%H:%M}"
