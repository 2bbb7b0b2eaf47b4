"""The vendor's OpenAPI as a judge of requests and answers, with the known departures of real servers named.

The description is read from `B24LEARN_OPENAPI`, or from `../shared/contracts/ispring-learn-openapi.yaml` beside the
repository. Where neither exists `load()` gives None, and tests say that they were skipped for want of it.
"""

import os
import re
from collections.abc import Mapping, MutableSet, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

FILE_NAME = "ispring-learn-openapi.yaml"
MISSING = f"the vendor's OpenAPI is not here: set B24LEARN_OPENAPI or provide ../shared/contracts/{FILE_NAME}"
"""The reason to skip with."""

KNOWN_DEPARTURES: Mapping[str, str] = {
    "bare_object": 'single objects come bare, not in {"response": …} (contract 2.3)',
    "bare_department_list": "GET /department answers a bare list (contract 2.3)",
    "created_object": "a create with X-Return-Object answers an object with the id (contract 2.3)",
    "fields_as_pairs": "fields of answers are a list of name and value, names in any case (contract 2.2)",
    "field_values_as_pairs": "values of a profile field are a list of name and value (contract 5)",
    "email_missing": "accounts and requests without e-mail where it is not required (contract 4.4)",
    "never_logged_in": "lastLoginDate is missing for who never logged in (contract 2.2)",
    "role_names": "roles that the enumeration lacks: owner, supervisor, plural spellings (contract 6)",
    "json_filter_body": "POST /users/v2 is described for XML only (contract 4.3)",
    "department_ids_misspelt": "the required property departmentIds is misspelt (contract 3.2)",
    "undocumented_status": "404 for unknown ids, 409 for duplicates, 429 and 5xx are not listed (contract 8)",
}
"""What real servers and working clients do otherwise than the description says, by name."""

_UNDOCUMENTED = (404, 405, 409, 429, 500, 502, 503, 504)
_METHODS = ("get", "post", "delete", "put", "patch")
_ROLE_NAMES = frozenset(
    [
        "owner",
        "account_owners",
        "supervisor",
        "learners",
        "account_administrators",
        "department_administrators",
        "course_authors",
    ]
)
_SENT_BY_SIGN_IN = ("x-auth-account-url", "x-auth-email", "x-auth-password")


@dataclass(frozen=True, slots=True)
class Spec:
    """The description and its paths as patterns, literal ones first."""

    document: Mapping[str, Any]
    paths: Sequence[tuple[re.Pattern[str], str]]


@cache
def load() -> Spec | None:
    """The description, or None where this machine has none."""
    for path in _places():
        if path.is_file():
            document = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            return Spec(document, [(_pattern(name), name) for name in sorted(document["paths"], key=_generality)])
    return None


def _places() -> list[Path]:
    named = os.environ.get("B24LEARN_OPENAPI")
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "contracts" / FILE_NAME
    return [Path(named)] if named else [beside]


def _generality(path: str) -> tuple[int, str]:
    return path.count("{"), path


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))


def check_request(
    method: str,
    path: str,
    headers: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    body: Any,
    *,
    seen: MutableSet[str] | None = None,
) -> list[str]:
    """What is wrong with a request; nothing: an empty list.

    `path` is without prefix, `query` maps names to their values, `body` is the decoded JSON (or form, for the
    token), None or empty where none was sent. Names of departures that were needed are added to `seen`.
    """
    used = set() if seen is None else seen
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path}: no such call"]
    where = f"{method} {path}"
    return [
        *_query_problems(operation, where, query),
        *_header_problems(operation, where, headers),
        *_body_problems(operation, where, headers, body, used),
    ]


def check_response(method: str, path: str, status: int, body: Any, *, seen: MutableSet[str] | None = None) -> list[str]:
    """What is wrong with an answer in JSON; nothing: an empty list. `body` is decoded, None for an empty one."""
    used = set() if seen is None else seen
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path}: no such call"]
    where = f"{method} {path} -> {status}"
    answer = operation["responses"].get(str(status))
    if answer is None and status in _UNDOCUMENTED:
        used.add("undocumented_status")
        answer = {"$ref": "#/components/responses/BadRequest"}
    if answer is None:
        return [f"{where}: the status is not listed"]
    content = _resolved(answer).get("content", {}).get("application/json")
    if content is None:
        return [f"{where}: a body where none is described"] if body is not None else []
    schema, value = _as_described(content["schema"], body, method, used)
    return _problems(schema, value, where, used)


def _operation(method: str, path: str) -> Mapping[str, Any] | None:
    spec = _spec()
    for pattern, name in spec.paths:
        if pattern.fullmatch(path) and method.lower() in spec.document["paths"][name]:
            found: Mapping[str, Any] = spec.document["paths"][name][method.lower()]
            return found
    return None


def _spec() -> Spec:
    spec = load()
    if spec is None:
        raise RuntimeError(MISSING)
    return spec


def _resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object itself where it is only referred to."""
    while "$ref" in value:
        target: Any = _spec().document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


# Requests


def _query_problems(operation: Mapping[str, Any], where: str, query: Mapping[str, Sequence[str]]) -> list[str]:
    known = _parameters(operation, "query")
    problems: list[str] = []
    for name, values in query.items():
        if name not in known:
            problems.append(f"{where}: unknown query parameter {name}")
            continue
        schema = known[name]["schema"]
        value: Any = list(values) if schema.get("type") == "array" else values[-1]
        if schema.get("type") == "integer" and str(value).isdecimal():
            value = int(value)
        problems += _problems(schema, value, f"{where} ?{name}", set())
    return problems


def _header_problems(operation: Mapping[str, Any], where: str, headers: Mapping[str, str]) -> list[str]:
    """Headers of the program's own sign-in are not in the description (contract 1.3), others with X- must be."""
    known = {name.lower() for name in _parameters(operation, "header")}
    lower = {name.lower(): value for name, value in headers.items()}
    problems = [
        f"{where}: unknown header {name}"
        for name in lower
        if name.startswith("x-") and name not in known and name not in _SENT_BY_SIGN_IN
    ]
    if "json" not in lower.get("accept", ""):
        problems.append(f"{where}: JSON is not asked for")
    return problems


def _parameters(operation: Mapping[str, Any], place: str) -> dict[str, Mapping[str, Any]]:
    listed = (_resolved(parameter) for parameter in operation.get("parameters") or ())
    return {parameter["name"]: parameter for parameter in listed if parameter["in"] == place}


def _body_problems(
    operation: Mapping[str, Any],
    where: str,
    headers: Mapping[str, str],
    body: Any,
    used: MutableSet[str],
) -> list[str]:
    described = operation.get("requestBody")
    if described is None:
        return [f"{where}: a body where none is described"] if body else []
    content = _resolved(described)["content"]
    lower = {name.lower(): value for name, value in headers.items()}
    kind = lower.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind == "application/json" and kind not in content and "application/xml" in content:
        used.add("json_filter_body")
        kind = "application/xml"
    if kind not in content:
        return [f"{where}: content type {kind} is not described"]
    schema = content[kind]["schema"]
    problems = _problems(schema, body, where, used)
    known = set(_resolved(schema).get("properties", {}))
    if isinstance(body, Mapping):
        problems += [f"{where}: unknown property {name}" for name in body if name not in known]
    return problems


# Answers


def _as_described(
    schema: Mapping[str, Any], body: Any, method: str, used: MutableSet[str]
) -> tuple[Mapping[str, Any], Any]:
    """Brings an answer's outermost shape into the one described, naming the departure that this takes."""
    schema = _resolved(schema)
    properties = schema.get("properties", {})
    if set(properties) == {"response"} and isinstance(body, Mapping):
        if "response" in body:
            return properties["response"], body["response"]
        used.add("bare_object")
        return properties["response"], body
    if set(properties) == {"departments"} and isinstance(body, list):
        used.add("bare_department_list")
        return schema, {"departments": body}
    if schema.get("type") == "string" and method == "POST" and isinstance(body, Mapping) and len(body) == 1:
        used.add("created_object")
        return schema, next(iter(body.values()))
    return schema, body


# Validation


def _problems(schema: Mapping[str, Any], value: Any, where: str, used: MutableSet[str]) -> list[str]:
    whole = {**schema, "components": _spec().document["components"]}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    found: list[str] = []
    for error in validator.iter_errors(value):
        departure = _departure(error)
        if departure is None:
            found.append(f"{where}: {error.json_path}: {error.message[:200]}")
        else:
            used.add(departure)
            found += _nested_problems(departure, error, where, used)
    return found


def _departure(error: ValidationError) -> str | None:
    """The known departure that explains an error, if one does."""
    place = error.absolute_path[-1] if error.absolute_path else None
    if error.validator == "type" and _is_pairs(error.instance):
        return {"fields": "fields_as_pairs", "values": "field_values_as_pairs"}.get(str(place))
    if error.validator == "required" and isinstance(error.instance, Mapping):
        missing = {name for name in _names(error.validator_value) if name not in error.instance}
        if place == "fields" and missing == {"email"}:
            return "email_missing"
        if missing == {"lastLoginDate"} or ("lastLoginDate" in missing and "'lastLoginDate' is" in error.message):
            return "never_logged_in"
        if missing == {"departmnetIds"} and "departmentIds" in error.instance:
            return "department_ids_misspelt"
    if error.validator == "enum" and place in ("role", "roleType") and error.instance in _ROLE_NAMES:
        return "role_names"
    return None


def _names(value: Any) -> list[str]:
    return [str(name) for name in value]


def _is_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, Mapping)
        and set(pair) == {"name", "value"}
        and all(isinstance(part, str) for part in pair.values())
        for pair in value
    )


def _nested_problems(departure: str, error: ValidationError, where: str, used: MutableSet[str]) -> list[str]:
    """What is described inside `fields` holds for pairs as well."""
    if departure != "fields_as_pairs":
        return []
    pairs: Any = error.instance
    as_object = {pair["name"].lower(): pair["value"] for pair in pairs}
    missing = {"login", "email"} - set(as_object)
    if missing == {"email"}:
        used.add("email_missing")
        missing = set()
    return [f"{where}: {error.json_path}: no {name}" for name in sorted(missing)]
