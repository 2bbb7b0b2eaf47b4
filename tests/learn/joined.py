"""Our client and the embedded Learn, joined over loopback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from b24learn_gui.demo.learn import CLOUD, Learn, LearnWorld, Switches
from b24learn_gui.errors import Unreachable
from b24learn_gui.http import Patience, Timeouts
from b24learn_gui.learn.connect import Access, connect
from b24learn_gui.learn.transport import Transport

SignInKind = Literal["password", "api_key"]
QUICK = Timeouts(connect=5.0, read=1.0, whole=10.0)


def no_wait(seconds: float = 900, on_wait: Callable[[float, str], None] | None = None) -> Patience:
    """Patience that is charged like any other, and sleeps not at all."""
    return Patience(seconds, side="learn", sleep=lambda _: None, on_wait=on_wait, jitter=lambda: 0.0)


def access_to(learn: Learn, sign_in: SignInKind = "password", *, password: str | None = None) -> Access:
    return Access(
        url=f"{learn.url}/dashboard",
        sign_in=sign_in,
        login=learn.login,
        client_id=learn.client_id,
        password=learn.password if password is None else password,
        client_secret=learn.client_secret,
    )


@contextmanager
def joined(
    learn: Learn,
    sign_in: SignInKind = "password",
    *,
    patience: Patience | None = None,
    parallel: int = 4,
    api_base: str | None = None,
    timeouts: Timeouts = QUICK,
    clock: Callable[[], float] | None = None,
) -> Iterator[Transport]:
    options = {} if clock is None else {"clock": clock}
    with connect(
        access_to(learn, sign_in),
        patience=patience or no_wait(),
        parallel=parallel,
        api_base=api_base,
        timeouts=timeouts,
        **options,
    ) as transport:
        yield transport


@contextmanager
def serving(switches: Switches = CLOUD, world: LearnWorld | None = None) -> Iterator[Learn]:
    with Learn(world or LearnWorld(), switches=switches) as learn:
        yield learn


@contextmanager
def pair(switches: Switches = CLOUD, sign_in: SignInKind = "password") -> Iterator[tuple[Learn, Transport]]:
    with serving(switches) as learn, joined(learn, sign_in) as transport:
        yield learn, transport


def code_of(error: BaseException) -> str:
    assert isinstance(error, Unreachable), repr(error)
    return error.code
