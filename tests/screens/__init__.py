"""The catalogue of screens: every registered page and window as pictures, from fixed data, with one command.

`python -m tests.screens [--out DIR] [--only WORD]` writes `<name>-<language>-<light|dark>-<percent>.png`.
A screen is registered by one line above the function that builds it, in any module of this package named `screens_*`:

    @screen("wizard-times")
    def times(words: Words) -> QWidget: ...
"""
