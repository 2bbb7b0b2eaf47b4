"""Secrets: INTERFACE, section Secrets; incident T18."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from b24learn_gui.errors import SecretUnavailable, SyncError, WrongUsage
from b24learn_gui.storage.secrets import Backend, Secrets, open_backend, secret_names
from tests.storage import keyrings

POSIX = pytest.mark.skipif(os.name == "nt", reason="this system has no owner-only modes")
REPOSITORY = Path(__file__).parents[2]


def named(backend: str) -> dict[str, str]:
    return {"PYTHON_KEYRING_BACKEND": f"tests.storage.keyrings.{backend}"}


def secrets_of(
    environment: Mapping[str, str] | None = None,
    *,
    session: Mapping[str, str] | None = None,
    backend: Backend | None = None,
    deadline_seconds: float = 10,
) -> Secrets:
    environment = environment or {}
    if backend is None:
        return Secrets(
            account=lambda: "home-1", environment=environment, session=session, deadline_seconds=deadline_seconds
        )
    return Secrets(
        account=lambda: "home-1",
        environment=environment,
        session=session,
        opener=lambda _: backend,
        deadline_seconds=deadline_seconds,
    )


def code_of(error: pytest.ExceptionInfo[SyncError]) -> tuple[str, int]:
    return error.value.code, error.value.exit_code


@pytest.fixture(autouse=True)
def _empty_memory() -> Iterator[None]:
    keyrings.MemoryKeyring.values.clear()
    yield
    keyrings.MemoryKeyring.values.clear()


def test_names_are_the_documented_ones() -> None:
    assert secret_names(["main"]) == (
        "learn.password",
        "learn.client_secret",
        "learn.proxy",
        "portal.main.webhook",
        "portal.main.proxy",
    )


@pytest.mark.parametrize("name", ["learn.login", "portal.Main.webhook", "portal..proxy", "../learn.password", ""])
def test_an_unknown_name_is_wrong_usage_and_not_repeated(name: str) -> None:
    secrets = secrets_of(named("MemoryKeyring"))
    for ask in (secrets.get, secrets.find, secrets.clear, lambda name: secrets.set(name, "v")):
        with pytest.raises(WrongUsage) as caught:
            ask(name)
        assert (caught.value.code, caught.value.detail) == ("unknown_secret", {})


def test_a_secret_is_kept_under_the_documented_service_and_account() -> None:
    secrets = secrets_of(named("MemoryKeyring"))
    secrets.set("portal.main.webhook", "https://portal.example.com/rest/1/code/")
    assert list(keyrings.MemoryKeyring.values) == [("b24learn-gui/portal.main.webhook", "home-1")]
    again = secrets_of(named("MemoryKeyring"))
    assert again.get("portal.main.webhook") == "https://portal.example.com/rest/1/code/"
    assert again.clear("portal.main.webhook")
    assert not again.clear("portal.main.webhook")
    assert not again.is_set("portal.main.webhook")
    with pytest.raises(SecretUnavailable) as caught:
        again.get("portal.main.webhook")
    assert code_of(caught) == ("secret_missing", 41)
    assert caught.value.detail == {"name": "portal.main.webhook"}


def test_an_empty_secret_is_none() -> None:
    secrets = secrets_of(named("MemoryKeyring"), session={"learn.password": ""})
    with pytest.raises(WrongUsage):
        secrets.set("learn.proxy", "")
    with pytest.raises(SecretUnavailable):
        secrets.get("learn.password")


def test_the_session_wins_over_the_directory_and_that_over_the_store(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    for name in ("learn.password", "learn.client_secret"):
        (tmp_path / name).write_text("from the directory\n")
    environment = {**named("MemoryKeyring"), "B24LEARN_SECRETS_DIR": str(tmp_path)}
    secrets = secrets_of(environment, session={"learn.password": "from the session"})
    for name in ("learn.password", "learn.client_secret", "portal.main.webhook"):
        secrets.set(name, "from the store")
    assert secrets.get("learn.password") == "from the session"
    assert secrets.get("learn.client_secret") == "from the directory"
    assert secrets.get("portal.main.webhook") == "from the store"
    assert secrets.seen_values() == {"from the session", "from the directory", "from the store"}


def test_where_everything_is_handed_in_no_store_is_needed_and_the_home_has_no_need_of_an_id() -> None:
    def no_account() -> str:
        raise AssertionError("asked without need")

    environment = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    secrets = Secrets(account=no_account, environment=environment, session={"learn.password": "p"})
    assert secrets.get("learn.password") == "p"
    assert secrets.find("learn.proxy") is None


def test_with_a_directory_a_missing_file_is_a_missing_secret_and_no_missing_store(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    environment = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "B24LEARN_SECRETS_DIR": str(tmp_path)}
    with pytest.raises(SecretUnavailable) as caught:
        secrets_of(environment).get("learn.password")
    assert code_of(caught) == ("secret_missing", 41)
    assert secrets_of(environment).find("learn.proxy") is None


@POSIX
@pytest.mark.parametrize(
    ("directory_mode", "file_mode", "good"),
    [(0o700, 0o644, True), (0o755, 0o600, True), (0o755, 0o644, False), (0o755, 0o604, False), (0o701, 0o604, False)],
)
def test_files_others_can_read_are_refused(tmp_path: Path, directory_mode: int, file_mode: int, *, good: bool) -> None:
    (tmp_path / "learn.password").write_text("word\r\n")
    (tmp_path / "learn.password").chmod(file_mode)
    tmp_path.chmod(directory_mode)
    secrets = secrets_of({"B24LEARN_SECRETS_DIR": str(tmp_path)})
    if good:
        assert secrets.get("learn.password") == "word"
    else:
        with pytest.raises(SecretUnavailable) as caught:
            secrets.get("learn.password")
        assert code_of(caught) == ("secrets_dir_not_private", 41)


@POSIX
@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can make files of root's")
def test_roots_files_that_an_access_list_opens_to_one_user_are_private(tmp_path: Path) -> None:
    (tmp_path / "learn.password").write_text("word")
    (tmp_path / "learn.password").chmod(0o440)
    tmp_path.chmod(0o755)
    secrets = secrets_of({"B24LEARN_SECRETS_DIR": str(tmp_path)})
    assert secrets.get("learn.password") == "word"
    os.chown(tmp_path / "learn.password", 0, 65534)
    with pytest.raises(SecretUnavailable):
        secrets.get("learn.password")


def test_only_one_newline_is_taken_off_and_other_blanks_belong_to_the_secret(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "learn.password").write_bytes(" слово \n\n".encode())
    assert secrets_of({"B24LEARN_SECRETS_DIR": str(tmp_path)}).get("learn.password") == " слово \n"


def test_a_directory_that_is_not_there_and_a_file_that_is_no_text_are_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(SecretUnavailable) as caught:
        secrets_of({"B24LEARN_SECRETS_DIR": str(tmp_path / "none")}).find("learn.password")
    assert code_of(caught) == ("secrets_dir_missing", 41)
    (tmp_path / "learn.password").write_bytes(b"\xff\xfe")
    with pytest.raises(SecretUnavailable) as caught:
        secrets_of({"B24LEARN_SECRETS_DIR": str(tmp_path)}).get("learn.password")
    assert code_of(caught) == ("secret_unreadable", 41)


@pytest.mark.parametrize(
    "backend",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "tests.storage.keyrings.ForgetfulKeyring",
        "tests.storage.keyrings.StubbornKeyring",
        "no.such.Backend",
        "nonsense",
    ],
)
def test_a_back_end_that_gives_nothing_back_counts_as_no_store(backend: str) -> None:
    secrets = secrets_of({"PYTHON_KEYRING_BACKEND": backend})
    with pytest.raises(SecretUnavailable) as caught:
        secrets.get("learn.password")
    assert code_of(caught) == ("secret_store_missing", 41)
    with pytest.raises(SecretUnavailable):
        secrets.set("learn.password", "word")
    assert secrets.find("learn.proxy") is None


def test_a_plaintext_back_end_is_used_with_a_warning_and_the_probe_leaves_nothing() -> None:
    assert secrets_of(named("PlaintextKeyring")).warnings() == ("secret_store_plaintext",)
    assert secrets_of(named("MemoryKeyring")).warnings() == ()
    assert keyrings.MemoryKeyring.values == {}


@pytest.mark.parametrize(
    ("keyring", "code"),
    [
        (keyrings.LockedKeyring, "secret_store_locked"),
        (keyrings.VanishedKeyring, "secret_store_missing"),
        (keyrings.StubbornKeyring, "secret_store_refused"),
    ],
)
def test_t18_the_states_of_a_store_are_told_apart_without_quoting_it(
    keyring: type[keyrings.MemoryKeyring], code: str
) -> None:
    secrets = secrets_of(backend=Backend(keyring()))
    with pytest.raises(SecretUnavailable) as caught:  # noqa: PT012  # each back end fails at one of the two
        secrets.set("learn.password", "canary")
        secrets.get("learn.password")
    assert code_of(caught) == (code, 41)
    assert "canary" not in f"{caught.value!r} {caught.value.detail} {caught.value.__cause__}"


def test_a_value_too_large_for_the_store_is_refused_before_it_is_tried() -> None:
    secrets = secrets_of(backend=Backend(keyrings.MemoryKeyring(), max_units=1280))
    secrets.set("learn.password", "я" * 1280)
    for value in ("я" * 1281, "🙂" * 641):
        with pytest.raises(SecretUnavailable) as caught:
            secrets.set("learn.password", value)
        assert code_of(caught) == ("secret_too_large", 41)
        assert caught.value.detail == {"name": "learn.password", "limit": 1280}
    assert secrets.get("learn.password") == "я" * 1280


def test_a_store_that_hangs_is_given_up_once_and_for_all() -> None:
    released = threading.Event()

    class HangingKeyring(keyrings.MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            released.wait(60)
            return None

    secrets = secrets_of(backend=Backend(HangingKeyring()), deadline_seconds=0.2)
    started = time.monotonic()
    for _ in range(20):
        with pytest.raises(SecretUnavailable) as caught:
            secrets.get("learn.password")
        assert code_of(caught) == ("secret_store_locked", 41)
    assert time.monotonic() - started < 2
    released.set()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="this system's store does not use D-Bus")
def test_a_bus_that_accepts_and_never_answers_does_not_hang_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(f"{tmp_path}/bus")
        bus.listen()
        with pytest.raises(SecretUnavailable) as caught:
            secrets_of(deadline_seconds=0.5).get("learn.password")
    assert code_of(caught) == ("secret_store_refused", 41)
    assert caught.value.detail == {"reason": "timeout"}


# A real Secret Service

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon", "sh")
secret_service = pytest.mark.skipif(
    not all(map(shutil.which, PROGRAMS)), reason=f"a real Secret Service needs {', '.join(PROGRAMS)}"
)
STEPS = """
import json, os, sys
from b24learn_gui.errors import SyncError
from b24learn_gui.storage.secrets import Secrets

def lock():
    import secretstorage
    bus = secretstorage.dbus_init()
    secretstorage.get_default_collection(bus).lock()
    bus.close()

for step, *words in json.loads(sys.argv[1]):
    secrets = Secrets(account=lambda: words[-1], environment=os.environ, deadline_seconds=20)
    try:
        answer = lock() if step == "lock" else getattr(secrets, step)(*words[:-1])
    except SyncError as error:
        answer = error.code
    print(json.dumps(answer))
"""


def in_session(directory: Path, *steps: tuple[str, ...], unlocked: bool = True) -> list[object]:
    """Take the steps (method, words, account) in a session of their own with a home of its own."""
    runtime = directory / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    daemon = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; " if unlocked else ""
    finished = subprocess.run(
        [
            "dbus-run-session",
            "--",
            "sh",
            "-c",
            f'{daemon}exec "$@"',
            "sh",
            sys.executable,
            "-c",
            STEPS,
            json.dumps(steps),
        ],
        check=True,
        timeout=60,
        capture_output=True,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "XDG_RUNTIME_DIR": str(runtime),
            "PYTHONPATH": str(REPOSITORY),
        },
    )
    return [json.loads(line) for line in finished.stdout.splitlines()]


@secret_service
def test_t18_a_real_store_keeps_secrets_by_home_and_names_its_lock(tmp_path: Path) -> None:
    assert in_session(
        tmp_path,
        ("set", "learn.password", "пароль", "home-1"),
        ("get", "learn.password", "home-1"),
        ("get", "learn.password", "home-2"),
        ("lock", ""),
        ("get", "learn.password", "home-1"),
        ("set", "learn.password", "другой", "home-1"),
    ) == [None, "пароль", "secret_missing", None, "secret_store_locked", "secret_store_locked"]
    # Another session: the secret is still there, and may be removed.
    assert in_session(
        tmp_path,
        ("find", "learn.password", "home-1"),
        ("clear", "learn.password", "home-1"),
        ("clear", "learn.password", "home-1"),
        ("find", "learn.password", "home-1"),
    ) == ["пароль", True, False, None]


@secret_service
def test_t18_a_real_store_that_nobody_unlocked_is_locked(tmp_path: Path) -> None:
    untouched, used = tmp_path / "untouched", tmp_path / "used"
    for home in (untouched, used):
        home.mkdir()
    in_session(used, ("set", "learn.password", "p", "home-1"))
    for home in (untouched, used):
        (answer,) = in_session(home, ("get", "learn.password", "home-1"), unlocked=False)
        # Where the session does not know how to start the store by itself it has none at all.
        assert answer in {"secret_store_locked", "secret_store_missing"}


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="this system always has a store")
def test_t18_without_a_bus_there_is_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    with pytest.raises(SecretUnavailable) as caught:
        secrets_of().get("learn.password")
    assert code_of(caught) == ("secret_store_missing", 41)


def test_importing_the_secrets_does_not_import_the_keyring_library() -> None:
    code = "import sys, b24learn_gui.storage.secrets as s; s.Secrets(account=str, environment={}); sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=REPOSITORY).returncode == 0


def test_secrets_of_windows_stay_on_the_computer_as_the_settings_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would let them roam; a stand-in for its module shows what it is told."""

    class Vault(keyrings.MemoryKeyring):
        priority = 5.0
        persist = 3

    module = ModuleType("keyring.backends.Windows")
    module.WinVaultKeyring = Vault  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "platform", "win32")
    backend = open_backend({})
    assert isinstance(backend.keyring, Vault)
    assert backend.keyring.persist == 2
    assert backend.max_units == 1280
