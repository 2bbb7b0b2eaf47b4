"""From settings and secrets to a transport: the one place where address, sign-in and session meet."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from b24learn_gui.http import Patience, Timeouts, open_session
from b24learn_gui.learn.address import AccountAddress, api_candidates, parse_address
from b24learn_gui.learn.sign_in import ApiKey, Password, SignIn
from b24learn_gui.learn.transport import TIMEOUTS, Transport


@dataclass(frozen=True, slots=True)
class Access:
    """The `[learn]` settings with their secrets. `proxy_login` is `user:password`."""

    url: str
    sign_in: Literal["password", "api_key"] = "password"
    login: str = ""
    client_id: str = ""
    api_url: str = ""
    ca_file: Path | None = None
    proxy: str = ""
    password: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    proxy_login: str | None = field(default=None, repr=False)

    @property
    def address(self) -> AccountAddress:
        """Scheme and host. Raises as `parse_address`."""
        return parse_address(self.url)


def connect(
    access: Access,
    *,
    patience: Patience,
    parallel: int = 4,
    api_base: str | None = None,
    clock: Callable[[], float] = time.monotonic,
    timeouts: Timeouts = TIMEOUTS,
) -> Transport:
    """A transport that has sent nothing yet. `api_base` is the one found by an earlier run (`Transport.base`).

    Raises `SettingsInvalid` for the address, `Refused("secret_not_sendable")` for a password no header can carry.
    """
    address = access.address
    secrets = (
        Password(account_url=address.origin, login=access.login, password=access.password)
        if access.sign_in == "password"
        else ApiKey(client_id=access.client_id, client_secret=access.client_secret, clock=clock)
    )
    bases = api_candidates(address, api_url=access.api_url, known=api_base)
    session = open_session(
        ca_file=access.ca_file, proxy=access.proxy, proxy_login=access.proxy_login, pool_size=parallel
    )
    return Transport(session, SignIn(secrets), bases=bases, patience=patience, parallel=parallel, timeouts=timeouts)
