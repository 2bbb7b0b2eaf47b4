"""The program that stays keeps nothing it does not need."""

import subprocess
import sys

ASK = """
import linecache, os, sys
from b24learn_gui.gui import lean
lean.load()
print(len(linecache.cache))
known = set(sys.modules)
import b24learn_gui.gui.main
print([name for name in sys.modules if name not in known])
print([name for name in ("filelock", "hashlib", "_hashlib", "click", "plistlib", "PySide6.QtNetwork", "requests",
       "ssl", "keyring") if name in sys.modules])
import textwrap, b24learn_gui.gui.message
print(len(linecache.cache) > 0)
lean.give_back()
print(len(linecache.cache))
"""


def test_loading_keeps_no_source_lines_and_nothing_heavy() -> None:
    shown = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True).stdout.split("\n")
    kept, more, heavy, reads, afterwards, _end = shown
    assert kept == "0"
    assert more == "[]"
    assert heavy == "[]"
    assert reads == "True", "the toolkit reads sources no more: all this has become needless"
    assert afterwards == "0"
