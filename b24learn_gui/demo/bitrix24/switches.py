"""Where no live portal has confirmed a behaviour, both variants exist; each is a named switch.

Section numbers are those of the contract bitrix24-rest.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta, timezone, tzinfo
from typing import Literal

MOSCOW = timezone(timedelta(hours=3), "MSK")


@dataclass(frozen=True, slots=True)
class LeakyBucket:
    """Rate limit per portal and source address (section 6): ``size`` requests, ``per_second`` of them leak away."""

    size: float = 50
    per_second: float = 2


@dataclass(frozen=True, slots=True)
class Switches:
    r"""How this portal behaves. The defaults are those of :data:`CLOUD`.

    Server
        ``https_required``: a webhook over plain HTTP is refused (§1.1). Off by default, because the embedded server
        speaks HTTP on the loopback interface. ``prefix``: path in front of ``/rest`` (§1.1). ``subscription_needed``:
        the gate exists at all (cloud). ``old_statuses``: HTTP statuses of the older documents (§7).
        ``escape_unicode``: Cyrillic printed as ``\u04xx`` (§2). ``reads_json``: old boxes may ignore JSON bodies (§2).
        ``license``: as ``app.info`` prints it. ``time_zone``: of the server, for calendar dates (§4.1).
        ``own_cookie``: sends a session cookie,
        ``refuses_cookies``: one that comes back counts as another person's (§1.1).
    Limits
        ``rate``: None on a box. ``operating_limit``: seconds per method and webhook in ten minutes, None for none.
        ``shows_operating``: ``operating`` keys in ``time``. ``call_seconds``: what one call is said to take.
    Departments
        ``past_end``: ``start`` beyond the last page (§2, §13.2). ``order_inside_filter``: with ``FILTER`` given,
        ``sort`` and ``order`` at top level are not read (§3.1). ``lower_case_filter``: ``filter`` is understood, too.
    Users
        ``three_user_scopes``: ``user_basic`` and ``user_brief`` exist (§1.2). ``select``: honoured (§4.3).
        ``default_order``: without ``sort`` by ID, or shuffled (§4.3, §13.3). ``empty_department``: how a person
        without departments is printed (§13.4). ``department_numbers``: ids inside ``UF_DEPARTMENT`` as numbers or
        texts. ``extranet_module``: only people with a department are seen without ``ADMIN_MODE`` (§4.2).
        ``iso_dates``: what an ISO value in a date filter does (§13.7). ``unresolved``: a batch reference
        that leads nowhere hands over what it reached, or stays as text (§5, §13.5).
    Both
        ``numeric_ids``: ``ID``, ``PARENT``, ``UF_HEAD`` as numbers (§3.1 unknown).
    v3
        ``v3``: ``/rest/api/`` is there. ``access_code``: prefix printed, members cut at ``v3_members`` (§3.4, §13.6).
    """

    name: str = "cloud"
    prefix: str = ""
    https_required: bool = False
    subscription_needed: bool = True
    old_statuses: bool = False
    escape_unicode: bool = False
    reads_json: bool = True
    license: str = "ru_pro"
    time_zone: tzinfo = MOSCOW
    own_cookie: bool = True
    refuses_cookies: bool = False
    rate: LeakyBucket | None = LeakyBucket()
    operating_limit: float | None = 480
    shows_operating: bool = True
    call_seconds: float = 0.02
    past_end: Literal["first_page", "empty"] = "first_page"
    order_inside_filter: bool = True
    lower_case_filter: bool = False
    three_user_scopes: bool = True
    select: bool = True
    default_order: Literal["id", "shuffled"] = "id"
    empty_department: Literal["empty", "absent", "false"] = "empty"
    department_numbers: bool = True
    extranet_module: bool = True
    iso_dates: Literal["read", "nothing", "error"] = "read"
    unresolved: Literal["last_reached", "text"] = "last_reached"
    numeric_ids: bool = False
    v3: bool = True
    access_code: Literal["D", "DR"] = "D"
    v3_members: int = 100

    def but(self, **changes: object) -> Switches:
        """The same portal with some switches turned."""
        return replace(self, **changes)  # type: ignore[arg-type]  # checked by the dataclass's own field names


CLOUD = Switches()
BOX_NEW = Switches(
    name="box-new",
    subscription_needed=False,
    license="ru_selfhosted",
    rate=None,
    operating_limit=None,
    shows_operating=False,
    v3=False,
    own_cookie=False,
)
BOX_OLD = BOX_NEW.but(
    name="box-old",
    old_statuses=True,
    escape_unicode=True,
    order_inside_filter=False,
    three_user_scopes=False,
    select=False,
    default_order="shuffled",
    empty_department="false",
    iso_dates="nothing",
)
