"""Secrets, wherever they come from: handed in for this process, a directory of files, or the system's store."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from b24learn_gui.errors import SecretUnavailable, WrongUsage
from b24learn_gui.storage.secrets.backends import Backend, open_backend
from b24learn_gui.storage.secrets.deadline import DeadlineExceeded, call_with_deadline
from b24learn_gui.storage.secrets.directory import read_secret_file
from b24learn_gui.storage.secrets.names import check_name

DIRECTORY_VARIABLE = "B24LEARN_SECRETS_DIR"
DEADLINE_SECONDS = 30.0
"""Long enough for a person to answer the store's own question, short enough for a run nobody watches."""

T = TypeVar("T")


class Secrets:
    """One home's secrets. Its methods may take as long as the deadline: not for a window's thread.

    `account` gives the account name in the store and is asked only when the store is (`Places.home_id`). `session`:
    secrets kept only until quit, which win over everything. Methods raise `SecretUnavailable` (41) with one of
    `secret_missing` (`name`), `secret_store_missing`, `secret_store_locked`, `secret_store_refused` (`reason`),
    `secret_too_large` (`name`, `limit`), those of `read_secret_file`; and `WrongUsage("unknown_secret")` (2).
    """

    def __init__(
        self,
        *,
        account: Callable[[], str],
        environment: Mapping[str, str],
        session: Mapping[str, str] | None = None,
        opener: Callable[[Mapping[str, str]], Backend] = open_backend,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._account = account
        self._environment = environment
        self._session = {check_name(name): value for name, value in (session or {}).items()}
        self._opener = opener
        self._deadline = deadline_seconds
        self._backend: Backend | None = None
        self._gave_up: SecretUnavailable | None = None
        self._seen: set[str] = set(self._session.values())
        directory = environment.get(DIRECTORY_VARIABLE, "")
        self._directory = Path(directory) if directory else None

    def get(self, name: str) -> str:
        """A secret that is needed."""
        found = self._from_outside(name)
        if found is None:
            try:
                found = self._from_store(name)
            except SecretUnavailable as error:
                if error.code == "secret_store_missing" and self._directory is not None:
                    # Where a directory is given nobody expects a store: what is missing is the file.
                    raise SecretUnavailable("secret_missing", name=name) from None
                raise
        if not found:
            raise SecretUnavailable("secret_missing", name=name)
        return found

    def find(self, name: str) -> str | None:
        """A secret that need not be: a proxy's user and password. Without any store there is none.

        Nor does a store that fails matter where the needed secrets come from elsewhere.
        """
        found = self._from_outside(name)
        if found is not None:
            return found or None
        try:
            return self._from_store(name) or None
        except SecretUnavailable as error:
            if error.code == "secret_store_missing" or self._session or self._directory is not None:
                return None
            raise

    def is_set(self, name: str) -> bool:
        return self.find(name) is not None

    def keep_until_quit(self, values: Mapping[str, str]) -> None:
        """Keep these in this process alone; they win over everything from now on. Asks no store."""
        self._session.update({check_name(name): value for name, value in values.items()})
        self._seen.update(values.values())

    def forget(self, names: Iterable[str]) -> None:
        """These are kept elsewhere from now on: what this process alone held of them is dropped."""
        for name in names:
            self._session.pop(name, None)

    def ask_again(self) -> None:
        """A store that did not answer once is asked anew: somebody may have unlocked it since."""
        self._gave_up = self._backend = None

    def until_quit(self) -> dict[str, str]:
        """The secrets that live in this process alone, to be handed to one that it starts. Asks no store."""
        return dict(self._session)

    def set(self, name: str, value: str) -> None:
        """Put a secret into the system's store; `WrongUsage("secret_empty")` (2) for an empty one."""
        check_name(name)
        if not value:
            raise WrongUsage("secret_empty")
        backend = self._open()
        units = len(value.encode("utf-16-le", "surrogatepass")) // 2
        if backend.max_units is not None and units > backend.max_units:
            raise SecretUnavailable("secret_too_large", name=name, limit=backend.max_units)
        account = self._account()
        self._ask(lambda: backend.keyring.set_password(_service(name), account, value))
        self._seen.add(value)

    def clear(self, name: str) -> bool:
        """Remove a secret from the system's store; False if it was not there."""
        if self._from_store(check_name(name)) is None:
            return False
        backend, account = self._open(), self._account()
        self._ask(lambda: backend.keyring.delete_password(_service(name), account))
        return True

    def warnings(self) -> tuple[str, ...]:
        """`secret_store_plaintext` where the store chosen by the environment keeps secrets readable."""
        return ("secret_store_plaintext",) if self._open().plaintext else ()

    def seen_values(self) -> frozenset[str]:
        """Every secret that has passed through here, for scrubbing logs of them."""
        return frozenset(self._seen)

    def _from_outside(self, name: str) -> str | None:
        """From the session, else from the directory; None where both have no say."""
        check_name(name)
        found = self._session.get(name)
        if found is None and self._directory is not None:
            found = read_secret_file(self._directory, name)
        if found:
            self._seen.add(found)
        return found

    def _from_store(self, name: str) -> str | None:
        backend, account = self._open(), self._account()
        found = self._ask(lambda: backend.keyring.get_password(_service(name), account))
        if found:
            self._seen.add(found)
        return found

    def _open(self) -> Backend:
        if self._backend is None:
            self._backend = self._ask(lambda: self._opener(self._environment), timeout_code="secret_store_refused")
        return self._backend

    def _ask(self, question: Callable[[], T], timeout_code: str = "secret_store_locked") -> T:
        """The store's answer. One that once did not answer in time is not asked again.

        A store that opened and then does not answer waits for somebody to unlock it.
        """
        if self._gave_up is not None:
            raise self._gave_up
        try:
            return call_with_deadline(question, self._deadline)
        except DeadlineExceeded:
            self._gave_up = SecretUnavailable(timeout_code, reason="timeout")
            raise self._gave_up from None
        except SecretUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # back ends raise what they like
            raise _converted(error) from None


def _service(name: str) -> str:
    return f"b24learn-gui/{name}"


def _converted(error: Exception) -> SecretUnavailable:
    """The state behind a back end's exception; its text is not repeated, because nobody knows what it quotes."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError  # noqa: PLC0415  # late: start-up counts

    # A store that could not be initialised was never unlocked: its first wallet waits for a person to make it.
    if isinstance(error, KeyringLocked | InitError):
        return SecretUnavailable("secret_store_locked")
    if isinstance(error, NoKeyringError):
        return SecretUnavailable("secret_store_missing")
    return SecretUnavailable("secret_store_refused", reason=type(error).__name__)
