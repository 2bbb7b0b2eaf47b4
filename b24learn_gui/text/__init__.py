"""Sentences for people, in Russian and English: the only room that turns codes and numbers into prose."""

from b24learn_gui.text.language import LANGUAGES, Language, chosen_language
from b24learn_gui.text.words import Words

__all__ = ["LANGUAGES", "Language", "Words", "chosen_language"]
