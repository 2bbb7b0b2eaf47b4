"""Commands as processes of their own that need not load the program first: a process that has loaded it forks each.

Loading the program is two thirds of what a short command costs, and the tests start thousands. What is forked is a
process like any other, with its own pid, environment, standard streams and exit code; it can be killed at any moment.
What it cannot prove is that a fresh interpreter finds all that a command imports: `--long` starts fresh ones only, as
do everywhere the tests of the command line (`tests/cli`), of the windows and of what is released.

The process that forks is this module as a program. It has one thread and ends with whoever started it. All that it forks
put sets into the same order, as no two runs of a person's do: so there are two of them, asked in turn, and what a plan
was called by one command has to be found again by the next.
"""

import atexit
import functools
import gc
import importlib
import itertools
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.thorough import is_long

REPOSITORY = Path(__file__).parents[1]

_ENTRY = "b24learn_gui.__main__"
_LOADED = (
    _ENTRY, "b24learn_gui.cli.parsing", "b24learn_gui.cli.jobs", "b24learn_gui.cli.commands",
    "b24learn_gui.service.check", "b24learn_gui.service.decide", "b24learn_gui.service.explain",
    "b24learn_gui.service.likely", "b24learn_gui.service.logged", "b24learn_gui.service.run", "b24learn_gui.service.undo",
    "_strptime", "concurrent.futures.thread", "filelock", "requests", "truststore",
)  # fmt: skip


def start(
    words: Sequence[str], environment: Mapping[str, str], stdin: int = subprocess.DEVNULL, *, fresh: bool = False
) -> subprocess.Popen[str]:
    """`python -m b24learn_gui` with these words; what it says is to be read from the pipes.

    `fresh`: with an interpreter of its own, as where variables are given that are read while it starts.
    """
    line = [sys.executable, "-m", "b24learn_gui", *words]
    fresh = fresh or sys.platform != "linux" or is_long()
    kind: type[subprocess.Popen[str]] = subprocess.Popen if fresh else _Forked
    return kind(line, env=environment, encoding="utf-8", stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class _Forked(subprocess.Popen[str]):
    """How the child is made and what became of it; everything else is `Popen`'s."""

    def _execute_child(self, args: Sequence[str], *given: Any) -> None:
        """Instead of making a process. Of what is `given`, the last but three are always the ends of the pipes."""
        names = subprocess.Popen._execute_child.__code__.co_varnames  # type: ignore[attr-defined]
        known = dict(zip(names[2:], given, strict=False))
        streams = [known[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        self._end, theirs = socket.socketpair()
        asked = {"words": list(args[3:]), "environment": dict(known["env"]), "directory": str(Path.cwd())}
        try:
            _forker(next(_turns) % 2).ask(asked, [*streams, theirs.fileno()])
        finally:
            theirs.close()
            for stream in set(streams):
                os.close(stream)
        self._closed_child_pipe_fds = True
        self.pid = int(self._end.makefile("rb", buffering=0).readline())
        self._child_created = True

    def _try_wait(self, flags: int) -> tuple[int, int]:
        """As `os.waitpid` would say it: the process is another one's child."""
        try:
            told = self._end.recv(32, socket.MSG_DONTWAIT if flags & os.WNOHANG else 0)
        except BlockingIOError:
            return 0, 0
        self._end.close()
        return self.pid, int(told or signal.SIGKILL)  # nothing: the forking process itself has ended

    def _internal_poll(self, *_: object, **_words: object) -> int | None:
        guard: threading.Lock = self._waitpid_lock  # type: ignore[attr-defined]
        if guard.acquire(blocking=False):  # else somebody is waiting, and will know
            try:
                ended, status = self._try_wait(os.WNOHANG) if self.returncode is None else (0, 0)
                if ended:
                    self.returncode = os.waitstatus_to_exitcode(status)
            finally:
                guard.release()
        return self.returncode


class _Forker:
    """A process that forks, as seen from the tests: two a test process, each started when it is first needed."""

    def __init__(self, _number: int) -> None:
        self._guard = threading.Lock()
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                cwd=REPOSITORY, env={**os.environ, "PYTHONHASHSEED": "random"}, pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        atexit.register(self._leave)

    def ask(self, asked: dict[str, Any], files: list[int]) -> None:
        with self._guard:
            socket.send_fds(self._ours, [json.dumps(asked).encode()], files)

    def _leave(self) -> None:
        self._ours.close()
        self._process.wait(30)


_forker = functools.cache(_Forker)
_turns = itertools.count()


# The process that forks


def main(channel: int) -> int:
    """Fork until nobody asks any more. In each forked process this returns as well, with the exit code of its command."""
    for name in _LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is loaded is neither looked at nor copied by those that are forked
    with socket.socket(fileno=channel) as asking:
        asked = _forked(asking)
    return _run(asked) if asked is not None else 0


def _forked(asking: socket.socket) -> dict[str, Any] | None:
    """What to do, in a process that was forked for it; None in the one that forks, at its end."""
    with selectors.DefaultSelector() as selector:
        selector.register(asking, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.data is not None:
                    selector.unregister(key.fd)
                    _tell_end(key.fd, *key.data)
                    continue
                told, files, _, _ = socket.recv_fds(asking, 1 << 20, 4)
                if not told:
                    return None
                pid = os.fork()
                if not pid:
                    for place, file in enumerate(files[:3]):
                        os.dup2(file, place)
                    for file in files:
                        os.close(file)
                    return dict(json.loads(told))
                for file in files[:3]:
                    os.close(file)
                end = socket.socket(fileno=files[3])
                end.sendall(b"%d\n" % pid)
                selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, end))
    return None


def _tell_end(watched: int, pid: int, end: socket.socket) -> None:
    os.close(watched)
    _, status = os.waitpid(pid, 0)
    with end:
        try:
            end.sendall(str(status).encode())
        except OSError:
            return  # nobody waits for it


def _run(asked: dict[str, Any]) -> int:
    for name, file, mode, buffering in (("stdin", 0, "r", -1), ("stdout", 1, "w", -1), ("stderr", 2, "w", 1)):
        stream = open(file, mode, buffering, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    os.chdir(asked["directory"])
    entry: types.ModuleType = sys.modules[_ENTRY]
    sys.argv = [str(entry.__file__), *asked["words"]]
    return int(entry.main())


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
