"""What a person's Learn profile should say, and what differs from what it says (rules P2 to P4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from b24learn_gui.company.model import Employee, person_label
from b24learn_gui.company.phones import to_e164
from b24learn_gui.company.text import clean, clean_email, fold, look_alike, valid_email
from b24learn_gui.sync.learn_side import Account, ProfileField
from b24learn_gui.sync.policy import Policy

STANDARD_FIELDS = frozenset({"login", "email", "first_name", "last_name", "job_title", "phone"})
IDENTIFIERS = ("login", "email")
INTERIM_DOMAIN = "@swap.invalid"
"""The domain of a swap's interim value (rule P7); `.invalid` never resolves."""


@dataclass(frozen=True, slots=True)
class FieldRules:
    """How Bitrix24 fields become Learn fields in this account; Learn names are in lower case."""

    policy: Policy
    mapping: tuple[tuple[str, str], ...]
    phones: frozenset[str]
    required: frozenset[str]
    spelling: Mapping[str, str]
    definitions: str

    @property
    def login_phone(self) -> str:
        """The Bitrix24 field a login from the phone is taken from."""
        return next((source for name, source in self.mapping if name in self.phones), "PERSONAL_MOBILE")


def field_rules(policy: Policy, fields: Sequence[ProfileField]) -> FieldRules:
    by_name = {each.name.lower(): each for each in fields}
    phones = {name for name, each in by_name.items() if each.type == "phone"} | {"phone"}
    return FieldRules(
        policy=policy,
        mapping=tuple((name.lower(), source.upper()) for name, source in policy.fields.items()),
        phones=frozenset(phones),
        required=frozenset(name for name, each in by_name.items() if each.required),
        spelling={name: each.name for name, each in by_name.items()},
        definitions=repr(sorted((name, each.type, each.required, each.unique) for name, each in by_name.items())),
    )


def unknown_fields(policy: Policy, fields: Sequence[ProfileField]) -> tuple[str, ...]:
    """Mapped Learn fields that this account does not have; standard ones are never missed."""
    present = {each.name.lower() for each in fields} | STANDARD_FIELDS
    return tuple(name for name in policy.fields if name.lower() not in present)


@dataclass(slots=True)
class Wanted:
    """What a person's profile should say: only values that are there, by lower-case Learn name.

    `login_fault` says why there is no login (`login_missing`, `email_invalid`); `notes` what was left out.
    """

    values: dict[str, str] = field(default_factory=dict)
    login_fault: str = ""
    notes: list[str] = field(default_factory=list)


def wanted_profile(employee: Employee, portal: str, rules: FieldRules) -> Wanted:
    """The profile a person should have in Learn. Empty values are left out: they never clear anything (rule P3)."""
    wanted = Wanted()
    raw = employee.values
    email = clean_email(raw.get("EMAIL", ""))
    if email and valid_email(email):
        wanted.values["email"] = email
    elif email and rules.policy.login_from != "email":
        wanted.notes.append("email_invalid")
    for name, source in rules.mapping:
        value = raw.get(source, "")
        if value and name not in IDENTIFIERS:
            _take(name, value, rules, wanted)
    login = _login(employee, portal, rules, email, wanted)
    if login:
        wanted.values["login"] = login
    if look_alike(email) or look_alike(raw.get("NAME", "")) or look_alike(raw.get("LAST_NAME", "")):
        wanted.notes.append("look_alike_letters")
    return wanted


def _take(name: str, value: str, rules: FieldRules, wanted: Wanted) -> None:
    if name not in rules.phones:
        cleaned = clean(value)
        if cleaned:
            wanted.values[name] = cleaned
        return
    number = to_e164(value, rules.policy.phone_region)
    if number:
        wanted.values[name] = number
    elif clean(value):
        wanted.notes.append("phone_invalid")


def _login(employee: Employee, portal: str, rules: FieldRules, email: str, wanted: Wanted) -> str:
    if rules.policy.login_from == "bitrix24_id":
        return person_label((portal, employee.id)).replace(":", "-")
    if rules.policy.login_from == "phone":
        login = to_e164(employee.values.get(rules.login_phone, ""), rules.policy.phone_region) or ""
    else:
        login = wanted.values.get("email", "")
    if not login:
        wanted.login_fault = "email_invalid" if rules.policy.login_from == "email" and email else "login_missing"
    return login


def missing_required(wanted: Wanted, rules: FieldRules) -> tuple[str, ...]:
    """Fields Learn requires of a new account that this person does not have (rule P4, contract 4.4)."""
    return tuple(sorted(rules.spelling.get(name, name) for name in rules.required if name not in wanted.values))


def differences(account: Account, wanted: Mapping[str, str], rules: FieldRules) -> dict[str, str]:
    """What has to be written: wanted values that differ from the account's by more than rule P3 allows."""
    different: dict[str, str] = {}
    for name, value in wanted.items():
        present = account.fields.get(name, "")
        if present == value:
            continue
        if name in IDENTIFIERS:
            same = fold(present) == fold(value)
        elif name in rules.phones:
            same = bool(present) and to_e164(present, rules.policy.phone_region) == value
        else:
            same = clean(present) == value
        if not same:
            different[name] = value
    return different


def whole_update(account: Account, different: Mapping[str, str], rules: FieldRules) -> dict[str, str]:
    """The field map of an update: what differs, and always login, e-mail and required fields (contract 4.5)."""
    names = {*different, *IDENTIFIERS, *rules.required}
    values = ((name, different.get(name) or account.fields.get(name, "")) for name in sorted(names))
    return {rules.spelling.get(name, name): value for name, value in values if value}
