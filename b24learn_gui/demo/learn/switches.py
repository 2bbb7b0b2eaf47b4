"""What is uncertain about iSpring Learn, as named switches (contract of the Learn API, sections 13 and 15).

Every value that a real installation may have can be set, so that a client is tested against all of them.
"""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Switches:
    """One installation's habits. The defaults are the contract's."""

    # Addresses and sign-in (contract 1)
    prefixes: tuple[str, ...] = ("", "/api/v2", "/index.php/api/v2")
    """Path prefixes under which the resources are served; "" is the `api-learn` host's way."""
    token_auth: bool = True
    """False: an installation too old for API keys, `/api/v3/token` is unknown."""
    token_ttl: int = 1800
    """Seconds of the server's clock."""
    one_token: bool = False
    """True: a new token ends the one before it."""
    oauth_errors: bool = False
    """True: a refused token request answers `{"error": "invalid_client"}`."""
    require_bearer_word: bool = False
    password_auth: bool = True
    check_account_url: bool = True
    """False: `X-Auth-Account-Url` is not looked at (several names of one host)."""
    lockout_after: int | None = None
    """After so many wrong passwords in a row the right one is refused, too."""
    tariff_without_api: bool = False
    """True: every call is refused with 403 (subscription without access to the API)."""

    # Wire (contract 2)
    force_format: Literal["json", "xml"] | None = None
    envelope: Literal["bare", "response", "named"] = "bare"
    """Single objects in JSON: bare, `{"response": …}`, or `{"department": …}` / `{"userProfile": …}`."""
    department_list: Literal["list", "object"] = "list"
    """JSON of the unpaged `GET /department`."""
    created_id: Literal["object", "string", "response"] = "object"
    """JSON after a create with `X-Return-Object: true`; without that header always a bare string."""
    fields_shape: Literal["list", "map", "single"] = "list"
    """`single`: a list with one pair comes as that pair alone."""
    field_case: Literal["upper", "lower"] = "upper"
    """Case of the standard fields' names in answers about users."""
    field_info_case: Literal["upper", "lower"] = "lower"
    """Case of the standard names in `/user/profile/fields`."""
    case_sensitive_fields: bool = False
    """True: `fields` of a request must use the names of `/user/profile/fields` exactly."""
    unknown_field: Literal["400", "ignore"] = "400"
    numbers_as_text: bool = False
    flags_as_booleans: bool = False
    """`isUnique`, `isRequired` as true/false."""
    role_spelling: Literal["short", "plural"] = "short"
    """`learner`/`administrator` or `learners`/`account_administrators` in answers; both are read."""
    strict_role_spelling: bool = False
    """True: only the spelling of the answers is accepted in requests."""

    # Calls that older installations lack
    bulk_calls: bool = True
    """`/users/activate|deactivate|terminate`, `/department/{id}/user/move`, `…/department/move`."""
    v2_revisions: bool = True
    find_existing: bool = True
    user_list: bool = True
    """`POST /user/list`."""
    code_filter: bool = True
    """False: `?code=` of `GET /department` is not known and therefore ignored, everything comes."""
    paged_lists: bool = True
    """`GET /users`, `GET /departments`, `GET /groups`."""
    profile_fields_call: bool = True
    role_call: bool = True
    unknown_path_status: int = 404
    unknown_path_html: bool = False

    # Lists (contract 8)
    default_page_size: int = 1000
    page_cap: int = 1000
    unpaged_limit: int | None = None
    """More accounts than this refuse the unpaged lists with 400."""
    post_users_v2_paged: bool = True
    empty_next_token: bool = False
    """True: the last page says `"nextPageToken": ""` instead of leaving it out."""

    # Errors
    unknown_id_status: Literal[400, 404] = 400
    duplicate_mode: Literal[400, 409] = 400
    duplicate_text: Literal["english", "old", "russian", "id"] = "english"
    """`english` "Duplicate …", `old` "… must be unique", `russian`, `id` ends with the other account's id."""

    # Users (contract 4)
    require_fields_on_update: bool = False
    """True: an update without every required field is refused."""
    seat_mode: Literal["inactive", "error"] = "inactive"
    seat_activate: Literal["400", "stay"] = "400"
    allow_termination: bool = True
    """False: status 5 is refused."""
    termination_shown: bool = False
    """True: status 5 is shown in answers of the first revision, too."""
    send_login_email_default: bool = False
    phone_min_digits: int = 7
    normalise_phone: bool = True
    """A phone is kept as `+` and digits."""
    field_max_length: int | None = None
    password_min_length: int = 6
    bulk_unknown_id: Literal["refuse", "skip"] = "refuse"
    bulk_atomic: bool = True
    """False: a bulk call keeps what it did before the first refused id."""

    # Supervisors (contract 6)
    supervisor_check: bool = True
    """A `manual` supervisor must be an existing active user, and gets the supervisor role."""
    supervisor_leaves: Literal["keep", "clear", "refuse"] = "keep"
    """What deactivating a supervisor does to those who name him."""

    # Departments (contract 3)
    delete_cascades: bool = True
    """False: a department with departments below it is never deleted."""
    unique_codes: bool = False
    """True: a second department with the same code is refused."""
    root_can_be_renamed: bool = True
    name_max_length: int | None = None
    """Longer department names are refused with 400."""

    # Load
    rate_limit: int | None = None
    """Requests per `rate_window` seconds of the server's clock; above it 429 with Retry-After."""
    rate_window: float = 1.0
    retry_after_form: Literal["seconds", "date", "none"] = "seconds"
    latency: float = 0.0
    """Seconds every answer takes."""


CLOUD = Switches()
"""A current account in the cloud."""

ON_PREMISE = replace(CLOUD, prefixes=("/api/v2", "/index.php/api/v2"))
"""The server edition: one host, everything below `/api/v2`."""

OLD = replace(
    ON_PREMISE,
    token_auth=False,
    bulk_calls=False,
    v2_revisions=False,
    find_existing=False,
    user_list=False,
    code_filter=False,
    unknown_id_status=404,
    allow_termination=False,
    send_login_email_default=True,
)
"""A server edition from the time of password headers: no API keys, no bulk calls, no second revisions, 404s."""
