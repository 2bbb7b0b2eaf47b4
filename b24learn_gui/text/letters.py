"""The standard text of the letter to newly created people, where the settings have none of their own."""

from b24learn_gui.text.words import Words


def invitation(words: Words) -> str:
    return words("Your account for learning is ready. Your sign-in details are in this letter.")
