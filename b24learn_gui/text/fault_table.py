"""What each fault of the settings says, after its path; values stand in braces."""

from collections.abc import Mapping

from b24learn_gui.text.words import mark

FAULTS: Mapping[str, tuple[str, ...]] = {
    "unknown_key": (mark("the settings know no such key."),),
    "wrong_type": (mark("another type of value belongs here ({expected})."),),
    "bad_choice": (mark("possible are {choices}."),),
    "out_of_range": (mark("a number from {low} to {high} belongs here."),),
    "address_missing": (mark("an address is missing."),),
    "address_invalid": (mark("this is no address of a server."),),
    "address_has_credentials": (mark("user and password do not belong in the settings."),),
    "unknown_learn_field": (mark("Learn has no profile field {field}."),),
    "home_unusable": (mark("this place cannot be used: {reason}."),),
    "home_id_damaged": (mark("this file is damaged."),),
    "required": (mark("a value is missing."),),
    "bad_time": (mark("a time such as 03:00 belongs here (UTC)."),),
    "equal_times": (mark("both runs are at the same time."),),
    "bad_portal_key": (mark("a key of 1 to 12 small Latin letters and digits belongs here."),),
    "duplicate_portal_key": (mark("the key {key} is used twice."),),
    "bad_region": (mark("two capital letters of a country belong here, for example RU."),),
    "bad_login": (mark("a login of Learn belongs here."),),
    "bad_hold": (mark("a person belongs here as <portal key>:<Bitrix24 id>, for example main:27."),),
    "bad_learn_field": (mark("this is no name of a Learn profile field."),),
    "bad_bitrix24_field": (mark("this is no code of a Bitrix24 field."),),
    "bad_email": (mark("an e-mail address belongs here."),),
    "bad_url": (mark("a web address belongs here ({schemes})."), mark("a web address belongs here.")),
    "credentials_in_url": (mark("user and password do not belong in the settings."),),
    "credentials_in_proxy": (mark('user and password of the proxy are a secret: enter them with "secret set".'),),
    "secret_in_settings": (
        mark(
            'a webhook address is a secret: only the portal\'s address belongs here, the webhook goes to "secret set".'
        ),
    ),
    "plain_http": (mark("the address is not protected: https belongs here."),),
    "duplicate": (mark("{value} stands here twice."), mark("a value stands here twice.")),
    "included_and_excluded": (mark("department {id} is ticked and unticked at once."),),
    "unknown_portal": (mark("there is no portal {key} in the settings."),),
    "field_not_mappable": (mark("this field is not mapped: it follows the e-mail and login_from."),),
    "ca_file_unusable": (mark("the certificate file {file} cannot be used."),),
    "ca_file_missing": (mark("the certificate file {file} does not exist."),),
    "ca_file_unreadable": (mark("the certificate file {file} cannot be read: {reason}."),),
    "ca_file_not_pem": (mark("{file} holds no certificate in PEM form."),),
    "path_not_absolute": (mark("the whole path belongs here, not {file}."),),
    "not_readable": (mark("the file cannot be read: {reason}."),),
    "not_utf8": (mark("the file has to be stored as UTF-8."),),
    "not_toml": (mark("line {line}, column {column} is not TOML."),),
    "not_written": (mark("the file could not be written: {reason}."),),
    "settings_missing": (mark("the file does not exist."),),
    "schema_newer": (mark("schema {found} is later than the one this program knows ({known})."),),
}

VALUE_KINDS: Mapping[str, str] = {
    "text": mark("a text"),
    "integer": mark("a whole number"),
    "boolean": mark("true or false"),
    "list": mark("a list"),
    "table": mark("a table"),
}
"""What `wrong_type` expected, in words."""
