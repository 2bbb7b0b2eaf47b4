"""What some tests need of the operating system, as marks that say so where it is missing."""

import sys

import pytest

WINDOWS = sys.platform == "win32"

posix_modes = pytest.mark.skipif(WINDOWS, reason="files have no modes for owner, group and others here")
posix_signals = pytest.mark.skipif(WINDOWS, reason="one process cannot stop, halt or kill another by a signal here")
posix_shell = pytest.mark.skipif(WINDOWS, reason="there is no POSIX shell here")
symbolic_links = pytest.mark.skipif(WINDOWS, reason="symbolic links are an administrator's business here")
short_sockets = pytest.mark.skipif(
    sys.platform != "linux", reason="a socket's name has to be shorter here than a test's own directory"
)
