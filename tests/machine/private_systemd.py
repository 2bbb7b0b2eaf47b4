"""A real systemd of its own for tests: the user's kind, in namespaces of its own, with no units but those of a test.

It needs root and the tools of Debian's systemd and util-linux. Nothing outside the given directory can be changed by
what runs in it: every other directory is read-only there, /tmp and /run are empty ones of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SYSTEMD = Path("/lib/systemd/systemd")
_TOOLS = ("unshare", "nsenter", "mount", "systemctl")
_HIERARCHIES = (Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup/systemd"), Path("/sys/fs/cgroup"))
_RUNTIME = "/run/user/0"
_UNITS = {
    "basic.target": "[Unit]\nDescription=Basic\n",
    "shutdown.target": "[Unit]\nDescription=Shutdown\nDefaultDependencies=no\n",
    "timers.target": "[Unit]\nDescription=Timers\n",
    "default.target": "[Unit]\nDescription=All\nWants=timers.target\n",
}


def why_not() -> str:
    """The reason why no such systemd can be had here; empty where it can."""
    if sys.platform != "linux":
        return "systemd is Linux's"
    if os.geteuid() != 0:
        return "namespaces for a private systemd need root"
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing or not SYSTEMD.exists():
        return f"not installed: {', '.join(missing) or 'systemd'}"
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/run"],
        capture_output=True,
        check=False,
    )
    if tried.returncode or not _hierarchies():
        return "namespaces or control groups are not allowed here"
    return ""


@dataclass(frozen=True)
class Inside:
    """Runs programs beside the private systemd."""

    pid: int
    environment: Mapping[str, str]

    def run(self, argv: Sequence[str], **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--", *argv],
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


@contextmanager
def private_systemd(directory: Path, environment: Mapping[str, str]) -> Iterator[Inside]:
    """A user's systemd whose HOME is `<directory>/user`; its services get `environment`, too."""
    units, user = directory / "units", directory / "user"
    units.mkdir()
    user.mkdir()
    for name, text in _UNITS.items():
        (units / name).write_text(text)
    whole = {
        **environment,
        "HOME": str(user),
        "XDG_RUNTIME_DIR": _RUNTIME,
        "SYSTEMD_UNIT_PATH": f"{user / '.config/systemd/user'}:{units}",
        "SYSTEMD_GENERATOR_PATH": str(directory / "no-generators"),
        "SYSTEMD_ENVIRONMENT_GENERATOR_PATH": str(directory / "no-generators"),
    }
    groups = [hierarchy / f"b24learn-test-{os.getpid()}" for hierarchy in _hierarchies()]
    kept = [directory, *{Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[2]}]
    for group in groups:
        group.mkdir()
    argv = [
        "unshare",
        "--mount",
        "--pid",
        "--uts",
        "--ipc",
        "--fork",
        "--kill-child",
        "--mount-proc",
        sys.executable,
        __file__,
    ]
    arguments = json.dumps({"kept": [str(path) for path in kept], "groups": [str(group) for group in groups]})
    with (directory / "systemd.log").open("wb") as log:
        process = subprocess.Popen([*argv, arguments], env=whole, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield _awaited(process, whole)
        finally:
            process.kill()
            process.wait(10)
            for group in groups:
                _emptied(group)


def _awaited(process: "subprocess.Popen[bytes]", environment: Mapping[str, str]) -> Inside:
    """The first process of the namespace, once its systemd answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if children:
            inside = Inside(int(children[0]), environment)
            if inside.run(["systemctl", "--user", "is-active", "default.target"]).stdout.strip() == "active":
                return inside
        time.sleep(0.05)
    raise TimeoutError("the private systemd does not answer")


def _hierarchies() -> list[Path]:
    return [path for path in _HIERARCHIES if (path / "cgroup.procs").exists() and os.access(path, os.W_OK)]


def _emptied(group: Path) -> None:
    """Control groups go from the leaves up, as soon as the killed processes in them are gone."""
    deadline = time.monotonic() + 10
    while group.exists() and time.monotonic() < deadline:
        for path, _, _ in os.walk(group, topdown=False):
            try:
                Path(path).rmdir()
            except OSError:
                time.sleep(0.02)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def _host_systemd(kept: Sequence[str], groups: Sequence[str]) -> None:
    """The first process of the new namespaces: hide and protect the disk, then start a user's systemd and wait."""
    for group in groups:
        Path(group, "cgroup.procs").write_text("0")
    _mount("-t", "tmpfs", "tmpfs", "/run")
    for index, path in enumerate(kept):
        holder = Path(f"/run/kept/{index}")
        holder.mkdir(parents=True)
        _mount("--bind", path, str(holder))
        if index:  # only the first one, the test's own directory, may be written to
            _mount("-o", "remount,bind,ro", str(holder))
    for top in sorted(Path("/").iterdir()):
        if top.is_dir() and not top.is_symlink() and top.name not in {"proc", "sys", "dev", "run", "tmp"}:
            _mount("--bind", str(top), str(top))
            _mount("-o", "remount,bind,ro", str(top))
    _mount("-t", "tmpfs", "tmpfs", "/tmp")
    for index, path in enumerate(kept):
        if path.startswith("/tmp/") or index == 0:
            Path(path).mkdir(parents=True, exist_ok=True)
            _mount("--bind", f"/run/kept/{index}", path)
    Path("/run/systemd/system").mkdir(parents=True)
    _mount("--bind", "/proc/sys", "/proc/sys")
    _mount("-o", "remount,bind,ro", "/proc/sys")
    Path(_RUNTIME).mkdir(parents=True, mode=0o700)
    # As the first process of its namespace systemd would take itself for the whole system's, and set that up.
    child = subprocess.Popen([str(SYSTEMD), "--user", "--unit=default.target"])
    while True:
        pid, _ = os.wait()  # orphans come to the first process
        if pid == child.pid:
            return


if __name__ == "__main__":
    _host_systemd(**json.loads(sys.argv[1]))
