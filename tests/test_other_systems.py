"""The tests themselves have to load where the system lacks what they use: there they skip, and say why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LACKING = {
    "signal": {"SIGKILL", "SIGSTOP", "SIGCONT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD"},
    "os": {"fork", "killpg", "getpgid", "setsid", "mkfifo", "chown", "chroot", "getuid", "geteuid", "seteuid", "uname"},
    "socket": {"AF_UNIX"},
}
MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "pty", "tty"}
"""What Windows has not."""

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """What is looked up while a file is loaded: everything but what stands in functions, and after a look first."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            for part in [*child.args.defaults, *child.args.kw_defaults, *getattr(child, "decorator_list", [])]:
                if part is not None:
                    yield from evaluated(part)
        elif not (isinstance(child, ast.If | ast.Try) or _looks_first(child)):
            yield from evaluated(child)


def _looks_first(node: ast.AST) -> bool:
    """`not hasattr(os, "geteuid") or os.geteuid() …`."""
    return isinstance(node, ast.BoolOp) and "hasattr" in ast.unparse(node)


def lacked(text: str) -> list[str]:
    """What loading this file would stumble over on Windows."""
    found = []
    for node in evaluated(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in LACKING.get(node.value.id, ()):
                found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name in MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            found.append(str(node.module))
    return found


def test_every_test_loads_without_what_windows_lacks() -> None:
    """A signal, a call or a module named while a file is read would end the whole run before its first test."""
    stumbled = {
        str(path.relative_to(TESTS)): found
        for path in sorted(TESTS.rglob("*.py"))
        if (found := lacked(path.read_text("utf-8")))
    }
    assert stumbled == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import pwd", ["pwd"]),
        ("from resource import getrlimit", ["resource"]),
        ("def f(x=signal.SIGKILL): ...", ["signal.SIGKILL"]),
        ("class A:\n    def f(self, *, x=os.geteuid()): ...", ["os.geteuid"]),
        ("@mark(signal.SIGHUP)\ndef f(): ...", ["signal.SIGHUP"]),
        ("def f():\n    import pwd\n    os.kill(1, signal.SIGKILL)", []),
        ("if sys.platform != 'win32':\n    import fcntl", []),
        ("root = skip(not hasattr(os, 'geteuid') or os.geteuid() != 0)", []),
        ("KILL = getattr(signal, 'SIGKILL', signal.SIGTERM)", []),
    ],
)
def test_this_check_sees_what_is_looked_up_at_once_and_only_that(text: str, found: list[str]) -> None:
    assert lacked(text) == found
