"""A bare Debian 12 that may be written in, and is gone with the test: packages are installed in it as on a computer.

What is written lies over the bare Debian in a folder of the test's. Mounts and processes are in namespaces of their own
and end with their first process, which ends when this one does.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.release.built import bare_debian, missing

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
_BEGIN = """
root=$1 over=$2 brought=$3
mount -t overlay overlay -o "lowerdir=$root,upperdir=$over/upper,workdir=$over/work" "$over/root"
mount -t tmpfs tmpfs "$over/root/tmp"
mount -t tmpfs tmpfs "$over/root/run"
mount --bind /dev "$over/root/dev"
mount -t proc proc "$over/root/proc"
mkdir -p "$over/root/media/brought"
mount --bind "$brought" "$over/root/media/brought"
mount -o remount,bind,ro "$over/root/media/brought"
echo ready
exec cat
"""


@dataclass(frozen=True)
class Guest:
    """`first`: its first process, by this machine's number. What was brought is read-only in it as `/media/brought`."""

    first: int
    inside: Path

    @property
    def root(self) -> Path:
        """Its files as they are seen from here, while it lives."""
        return Path(f"/proc/{self.first}/root{self.inside}")

    def line(self, *words: str) -> list[str]:
        """A command line of this machine that runs `words` in there, as its administrator."""
        entering = ["nsenter", f"--target={self.first}", "--mount", "--pid", "--", "chroot", str(self.inside)]
        return [*entering, *words]

    def run(
        self, *words: str, environment: Mapping[str, str] | None = None, code: int | None = 0, seconds: float = 180
    ) -> "subprocess.CompletedProcess[str]":
        """Run to its end; anything but the exit code `code` is a failure, None allows each."""
        done = subprocess.run(
            self.line(*words),
            env={**ENVIRONMENT, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert code is None or done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def apt(self, *words: str) -> str:
        """Debian's own way to install and remove. It knows of no other packages: what one needs has to be there."""
        options = ("DPkg::Options::=--force-unsafe-io", "DPkg::Use-Pty=0", "APT::Sandbox::User=root")
        return self.run("apt-get", "--yes", *(word for each in options for word in ("-o", each)), *words).stdout

    def files(self, *without: str) -> set[str]:
        """Every file and folder, except below those named."""
        skipped = [word for each in ("/proc", "/dev", "/tmp", "/run", *without) for word in ("-path", each, "-o")]
        found = self.run("find", "/", "(", *skipped[:-1], ")", "-prune", "-o", "-print").stdout
        return set(found.splitlines())


@contextmanager
def guest(directory: Path, brought: Path) -> Iterator[Guest]:
    """`directory`: where it may lie; `brought`: a folder it can read."""
    root = bare_debian().root
    over = directory / "guest"
    for name in ("upper", "work", "root"):
        (over / name).mkdir(parents=True)
    entering = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--propagation",
        "private",
        "sh",
        "-ec",
        _BEGIN,
    ]
    line = [*entering, "sh", str(root), str(over), str(brought)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if process.stdout.readline() != "ready\n":
                missing("nothing can be mounted over a bare Debian here")
            yield Guest(_child(process.pid), over / "root")
        finally:
            process.stdin.close()  # its first process ends, and with it every other one and the mounts
            process.wait(timeout=30)


def _child(parent: int) -> int:
    """`unshare` stays outside of the namespace; its child is the first process in there."""
    return int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])


def installed_version(there: Guest) -> str:
    asked: Sequence[str] = ("dpkg-query", "-W", "-f", "${Version} ${db:Status-Status}", "b24learn-gui")
    return there.run(*asked, code=None).stdout
