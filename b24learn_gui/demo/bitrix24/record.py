"""What the embedded portal was asked, for tests to read (section 11, point 14)."""

from __future__ import annotations

from dataclasses import dataclass, field

from b24learn_gui.demo.bitrix24.php import Array
from b24learn_gui.demo.bitrix24.routing import Kind


@dataclass(slots=True)
class Call:
    """One call. ``part`` is the key of a command inside a batch, None for the HTTP request itself.

    ``parameters`` are as parsed, references resolved, without credentials. ``request`` counts HTTP requests from 1.
    ``outcome``: "" when it went well, else an error code or the name of an arranged effect. ``sent_cookie``: the
    client returned a cookie, which it must not.
    """

    method: str
    parameters: Array
    kind: Kind
    http_method: str
    request: int
    part: str | None = None
    outcome: str = ""
    sent_cookie: bool = False
    writes: bool = False
    headers: dict[str, str] = field(default_factory=dict, repr=False)
