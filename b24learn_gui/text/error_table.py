"""What each error code says, most telling wording first; values stand in braces and come from the error's detail."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24learn_gui.text.words import mark


@dataclass(frozen=True, slots=True)
class Saying:
    """`what` happened, in several wordings: the first one whose values are all known is used; `advice`: what next."""

    what: tuple[str, ...]
    advice: tuple[str, ...] = ()


_CHECK_NETWORK = (mark("Check the address and this computer's connection, then run again."),)
_LATER = (mark("Run again in a few minutes."),)
_ADMINISTRATOR = (mark("Give the certificate to the person who looks after that server."),)
_NEW_WEBHOOK = (mark('Create a new incoming webhook in Bitrix24, then enter it with "secret set".'),)
_PASTE_WEBHOOK = (mark("Copy the whole address of the incoming webhook in Bitrix24 and enter it again."),)

NETWORK: Mapping[str, Saying] = {
    "dns": Saying(
        (mark("The name {host} is not known to this computer's name service."), mark("The server's name is unknown.")),
        (mark("Check the spelling of the address and this computer's connection, then run again."),),
    ),
    "connect": Saying(
        (mark("No connection to {host} could be made."), mark("No connection to the server could be made.")),
        _CHECK_NETWORK,
    ),
    "proxy": Saying(
        (
            mark("The proxy on the way to {host} could not be reached."),
            mark("The proxy on the way to the server could not be reached."),
        ),
        (mark("Check the proxy in the settings, then run again."),),
    ),
    "proxy_sign_in": Saying(
        (mark("The proxy on the way to {host} wants a sign-in."), mark("The proxy wants a sign-in.")),
        (mark('Enter user:password of the proxy with "secret set", then run again.'),),
    ),
    "tls": Saying(
        (
            mark("No protected connection to {host} could be made."),
            mark("No protected connection to the server could be made."),
        ),
        _CHECK_NETWORK,
    ),
    "tls_untrusted": Saying(
        (
            mark("This computer does not trust the certificate of {host}: it was issued by {issuer}."),
            mark("This computer does not trust the certificate of {host}."),
            mark("This computer does not trust the server's certificate."),
        ),
        (mark("Name the issuer's certificate file in the settings (ca_file), then check again."),),
    ),
    "tls_expired": Saying(
        (mark("The certificate of {host} is not valid today."), mark("The server's certificate is not valid today.")),
        (mark("Check this computer's date; if it is right, the server's certificate has to be renewed."),),
    ),
    "tls_hostname": Saying(
        (
            mark("The certificate shown by {host} belongs to another name."),
            mark("The server's certificate belongs to another name."),
        ),
        _ADMINISTRATOR,
    ),
    "timeout_connect": Saying(
        (
            mark("{host} did not accept a connection within {seconds} s, {attempts} attempts."),
            mark("{host} did not accept a connection within {seconds} s."),
            mark("The server did not accept a connection in time."),
        ),
        _CHECK_NETWORK,
    ),
    "timeout_read": Saying(
        (
            mark("{host} did not answer within {seconds} s, {attempts} attempts."),
            mark("{host} did not answer within {seconds} s."),
            mark("The server did not answer in time."),
        ),
        _LATER,
    ),
    "dropped": Saying(
        (mark("{host} closed the connection before it answered."), mark("The server closed the connection.")), _LATER
    ),
    "truncated": Saying(
        (mark("The answer of {host} broke off in the middle."), mark("The server's answer broke off.")), _LATER
    ),
    "too_large": Saying(
        (mark("The answer of {host} is larger than any this program expects."), mark("The answer is too large.")),
        (mark("Check that the address is that of the right server."),),
    ),
    "empty": Saying((mark("{host} answered with nothing."), mark("The server answered with nothing.")), _LATER),
    "html": Saying(
        (
            mark("{host} answered with a web page instead of data."),
            mark("The server answered with a web page instead of data."),
        ),
        (mark("Check the address; if a maintenance page is shown there, run again later."),),
    ),
    "not_json": Saying(
        (mark("The answer of {host} cannot be read."), mark("The server's answer cannot be read.")),
        (mark("Check the address, then run again."),),
    ),
    "wrong_shape": Saying(
        (mark("{host} answered with data of an unexpected shape."), mark("The data have an unexpected shape.")),
        (mark("Check the address, then run again; the log has the details."),),
    ),
    "server_error": Saying(
        (mark("{host} reports a fault of its own."), mark("The server reports a fault of its own.")), _LATER
    ),
    "patience_exhausted": Saying(
        (
            mark("{host} asked us to wait longer than the {patience} s that the settings allow."),
            mark("The server kept us waiting longer than the {patience} s that the settings allow."),
            mark("The server kept us waiting longer than the settings allow."),
        ),
        (mark("Run again later, or allow more time in the settings (network.patience_seconds)."),),
    ),
}

BITRIX24: Mapping[str, Saying] = {
    "invalid_credentials": Saying(
        (mark("Bitrix24 does not know this webhook: it was deleted, or its owner was dismissed."),),
        _NEW_WEBHOOK,
    ),
    "invalid_token": Saying((mark("Bitrix24 does not accept this webhook any more."),), _NEW_WEBHOOK),
    "expired_token": Saying((mark("This webhook of Bitrix24 has expired."),), _NEW_WEBHOOK),
    "no_auth_found": Saying((mark("Bitrix24 found no sign-in in the webhook address."),), _PASTE_WEBHOOK),
    "insufficient_scope": Saying(
        (
            mark("The webhook lacks the right {missing}."),
            mark("The webhook lacks the right {scope}."),
            mark("The webhook lacks a right: user_basic and department are needed."),
        ),
        (mark("Add the right, then check again: the address stays the same."),),
    ),
    "https_required": Saying(
        (mark("Bitrix24 answers over https only."),), (mark("Enter the webhook address with https://."),)
    ),
    "no_subscription": Saying(
        (mark("The subscription of this Bitrix24 does not include webhooks."),),
        (mark("Renew the subscription of Bitrix24, then run again."),),
    ),
    "overload_limit": Saying(
        (mark("Bitrix24 has blocked requests of this portal because of overload."),),
        (mark("Ask the support of Bitrix24 to lift the block; this program does not repeat requests meanwhile."),),
    ),
    "portal_deleted": Saying(
        (mark("This Bitrix24 portal has been deleted."),),
        (mark("Remove the portal from the settings or enter another one."),),
    ),
    "owner_inactive": Saying((mark("The owner of the webhook is dismissed in Bitrix24."),), _NEW_WEBHOOK),
    "access_denied": Saying(
        (mark("Bitrix24 refuses access."),),
        (mark("Check in Bitrix24 that webhooks are allowed and that their owner may see the employees."),),
    ),
    "redirect_refused": Saying(
        (
            mark("{host} sends us on to {to}, where the webhook may not be shown."),
            mark("The portal sends us on to another address, where the webhook may not be shown."),
        ),
        (mark("If the portal has moved, enter the webhook with its new address."),),
    ),
    "http_sign_in": Saying(
        (
            mark("The web server in front of {host} wants a sign-in of its own."),
            mark("The web server wants a sign-in."),
        ),
        (mark("Enter the webhook as https://user:password@host/rest/…"),),
    ),
    "user_access_error": Saying((mark("The owner of the webhook may not use it."),), _NEW_WEBHOOK),
    "application_not_found": Saying((mark("Bitrix24 does not know this webhook any more."),), _NEW_WEBHOOK),
    "payment_required": Saying(
        (mark("Bitrix24 wants a paid subscription for webhooks."),),
        (mark("Renew the subscription of Bitrix24, then run again."),),
    ),
    "wrong_license": Saying(
        (mark("The licence of this Bitrix24 is not valid."),),
        (mark("Renew the licence of Bitrix24, then run again."),),
    ),
    "wrong_auth_type": Saying((mark("Bitrix24 does not allow this request to a webhook."),), _NEW_WEBHOOK),
    "connection_error": Saying((mark("Bitrix24 could not check the webhook."),), _LATER),
    "method_confirm_waiting": Saying(
        (mark("Bitrix24 waits for an administrator to allow this request."),),
        (mark("Allow it in Bitrix24, then run again."),),
    ),
    "method_confirm_denied": Saying(
        (mark("An administrator of Bitrix24 has denied this request."),),
        (mark("Allow it in Bitrix24, then run again."),),
    ),
    "error_oauth": Saying((mark("Bitrix24 refuses the sign-in."),), _NEW_WEBHOOK),
    "invalid_request": Saying((mark("Bitrix24 does not accept the request."),), _PASTE_WEBHOOK),
    "refused": Saying(
        (mark("Bitrix24 refuses the request ({error})."), mark("Bitrix24 refuses the request.")),
        (mark("Check in Bitrix24 that webhooks are allowed and that their owner may see the employees."),),
    ),
    "method_not_found": Saying(
        (mark("This Bitrix24 does not know the request {method}."), mark("This Bitrix24 does not know a request.")),
        (mark("Check that the address is that of Bitrix24 and that the webhook has its rights."),),
    ),
}

WEBHOOK: Mapping[str, Saying] = {
    "empty": Saying((mark("The webhook address is empty."),), _PASTE_WEBHOOK),
    "not_url": Saying((mark("This is no webhook address."),), _PASTE_WEBHOOK),
    "scheme": Saying((mark("The webhook address begins with neither https:// nor http://."),), _PASTE_WEBHOOK),
    "no_rest": Saying(
        (mark("The address of {host} is not that of a webhook: /rest/ is missing."), mark("/rest/ is missing.")),
        _PASTE_WEBHOOK,
    ),
    "no_owner": Saying((mark("The webhook address lacks the number of its owner after /rest/."),), _PASTE_WEBHOOK),
    "no_code": Saying((mark("The webhook address lacks its secret code at the end."),), _PASTE_WEBHOOK),
    "bad_code": Saying((mark("The secret code in the webhook address holds impossible characters."),), _PASTE_WEBHOOK),
    "placeholder": Saying(
        (mark("The webhook address still holds a placeholder instead of the code."),), _PASTE_WEBHOOK
    ),
    "plain_http": Saying(
        (mark("The webhook address of {host} is not protected: https:// belongs in front."),),
        (mark("Enter it with https://. In a closed network without certificates allow_http may be set."),),
    ),
}
"""Faults of a webhook address; some codes mean something else on other sides."""

LEARN: Mapping[str, Saying] = {
    "sign_in_refused": Saying(
        (
            mark("Learn refused the password for {login}."),
            mark("Learn refused the sign-in: {message}"),
            mark("Learn refused the sign-in."),
        ),
        (mark("Enter the password or the key again, or sign in the other way."),),
    ),
    "forbidden": Saying(
        (mark("Learn refuses access: {message}"), mark("Learn refuses access.")),
        (mark("Check the rights of the account, the subscription, and that the API is switched on in Learn."),),
    ),
    "api_not_found": Saying(
        (mark("There is no API of Learn at {host}."), mark("There is no API of Learn at this address.")),
        (mark("Check the account's address, or name the API's in the settings (learn.api_url)."),),
    ),
    "learn_list_empty": Saying((mark("Learn sent an empty list."),), _LATER),
    "learn_root_missing": Saying(
        (mark("The list of departments from Learn has no single root ({roots})."),),
        (mark("Check that the sign-in may see the whole account, then run again."),),
    ),
    "learn_existence_unknown": Saying(
        (mark("Learn does not tell whether linked accounts still exist."),),
        (mark("Run again; if it happens again, the log has the details."),),
    ),
    "learn_not_administrator": Saying(
        (
            mark("{login} is neither the owner nor an administrator of the Learn account and sees only a part of it."),
            mark("The sign-in is neither the owner nor an administrator of the Learn account."),
        ),
        (mark("Sign in with the account of an administrator of Learn."),),
    ),
    "learn_list_incomplete": Saying(
        (
            mark("A list from Learn is incomplete: entries that exist are missing from it ({missing})."),
            mark("A list from Learn is incomplete."),
        ),
        _LATER,
    ),
    "page_repeated": Saying((mark("Learn sent the same page of a list twice."),), _LATER),
    "answer_unusable": Saying(
        (mark("Learn sent an answer that cannot be used ({what})."), mark("Learn sent an answer that cannot be used.")),
        (mark("Run again; if it happens again, the log has the details."),),
    ),
    "secret_not_sendable": Saying(
        (mark("{secret} holds a character or a blank that no sign-in can carry."),),
        (mark("Enter it again without blanks or line breaks around it."),),
    ),
    "duplicate": Saying(
        (mark("Learn says that the login or e-mail is taken: {message}"), mark("The login or e-mail is taken."))
    ),
    "phone": Saying(
        (mark("Learn did not accept the phone number: {message}"), mark("Learn did not accept the phone number."))
    ),
    "seats_exhausted": Saying((mark("Learn has no free seat: {message}"), mark("Learn has no free seat."))),
    "gone": Saying((mark("It no longer exists in Learn: {message}"), mark("It no longer exists in Learn."))),
    "rejected": Saying((mark("Learn refused it: {message}"), mark("Learn refused it."))),
}

HERE: Mapping[str, Saying] = {
    "settings_missing": Saying(
        (mark("There are no settings yet: {path} does not exist."), mark("There are no settings yet.")),
        (mark('"b24learn-gui" alone opens the setup wizard; "settings import FILE" brings a file of them in.'),),
    ),
    "settings_newer": Saying(
        (
            mark("The settings were written by a later version of this program (schema {found}, known {known})."),
            mark("The settings were written by a later version of this program."),
        ),
        (mark("Install that version, or export the settings from it again."),),
    ),
    "settings_not_written": Saying(
        (mark("The settings could not be written: {reason}."), mark("The settings could not be written.")),
        (mark("Make room or leave to write there; the old settings are whole."),),
    ),
    "home_unusable": Saying(
        (mark("The directory {path} cannot be used: {reason}."), mark("The program's directory cannot be used.")),
        (mark("Choose another with --home, or give leave to write there."),),
    ),
    "home_id_damaged": Saying(
        (mark("The file {path} is damaged: it says where this home's secrets are kept."), mark("home-id is damaged.")),
        (mark("Restore it from a backup, or remove it and enter the secrets again."),),
    ),
    "journal_newer": Saying(
        (
            mark("The journal was written by a later version of this program (version {found}, known {known})."),
            mark("The journal was written by a later version of this program."),
        ),
        (mark("Install that version."),),
    ),
    "journal_damaged": Saying(
        (mark("The journal {file} is damaged."), mark("The journal is damaged.")),
        (
            mark(
                "Restore it from a backup. Without it, move the file away: the next run rebuilds the links with review."
            ),
        ),
    ),
    "journal_busy": Saying((mark("Another program holds the journal {file}."),), _LATER),
    "journal_not_accessible": Saying(
        (mark("The journal {file} cannot be used: {reason}."), mark("The journal cannot be used.")),
        (mark("Make room or leave to write there, then run again."),),
    ),
    "secrets_dir_missing": Saying(
        (mark("The directory of secrets {file} does not exist."),), (mark("Correct B24LEARN_SECRETS_DIR."),)
    ),
    "secrets_dir_not_private": Saying(
        (mark("The file of a secret {file} can be read by others."),),
        (mark("Give it to its owner alone (chmod 600), then run again."),),
    ),
    "secret_unreadable": Saying(
        (mark("The file of a secret {file} cannot be read: {reason}."),), (mark("Check its owner and permissions."),)
    ),
    "unknown_secret": Saying(
        (mark("There is no secret of that name."),),
        (
            mark(
                "Known are learn.password, learn.client_secret, learn.proxy, portal.<key>.webhook, portal.<key>.proxy."
            ),
        ),
    ),
    "department_unknown": Saying(
        (mark("There is no department {who} in Bitrix24."),), (mark("Name it as department:<key>:<id>."),)
    ),
    "department_ambiguous": Saying(
        (mark("{who} means departments of {matches} portals."),),
        (mark("Name one of them by the key in front, for example {example}."),),
    ),
    "report_of_unfinished": Saying(
        (mark("Run {run} never came to its end, so there is nothing to report."),),
        (mark('"show" tells what is known.'),),
    ),
    "approve_without_apply": Saying(
        (mark("--approve approves what is written, and nothing is written without --apply."),),
        (mark("Give both, or neither."),),
    ),
    "undo_release_alone": Saying(
        (mark("--release gives people back to the syncs, --apply takes changes back: one at a time."),),
        (mark("Give one of them."),),
    ),
    "headless_and_serve": Saying((mark("--headless and --serve exclude each other."),), (mark("Give one of them."),)),
    "no_demo_window": Saying(
        (mark("No window can be opened here: {reason}."), mark("No window can be opened here.")),
        (mark('"demo --headless" shows the same worlds without one.'),),
    ),
    "secret_missing": Saying(
        (mark("The secret {name} has not been entered yet."), mark("A secret has not been entered yet.")),
        (mark("Enter it: b24learn-gui secret set {name}"),),
    ),
    "secret_store_missing": Saying(
        (mark("This computer has no store for secrets that could be used."),),
        (mark("Start one (for example GNOME Keyring), or name a directory with B24LEARN_SECRETS_DIR."),),
    ),
    "secret_store_locked": Saying(
        (mark("The password store is locked."),),
        (mark("Unlock it, then run again."),),
    ),
    "secret_store_refused": Saying(
        (mark("The password store refused: {reason}."), mark("The password store refused.")),
        (mark("Look into the store's own settings, then run again."),),
    ),
    "secret_too_large": Saying(
        (
            mark("The secret {name} is too long for this computer's password store (at most {limit} characters)."),
            mark("The secret {name} is too long for this computer's password store."),
            mark("The secret is too long for this computer's password store."),
        ),
        (mark("Check that nothing else was pasted with it."),),
    ),
    "autostart_foreign": Saying(
        (
            mark("{where} is an entry of another program's, and was left as it is."),
            mark("The entry for starting with the session is another program's."),
        ),
        (mark("Remove it if nothing needs it, then try again."),),
    ),
    "autostart_refused": Saying(
        (
            mark("The entry for starting with the session could not be changed: {reason} ({where})."),
            mark("The entry for starting with the session could not be changed."),
        ),
        (mark("Check who may write there, then try again."),),
    ),
    "registration_foreign": Saying(
        (
            mark("{where} was not made by this program, and was left as it is."),
            mark("Something of the same name is registered that this program did not make."),
        ),
        (mark("Remove it if nothing needs it, then try again."),),
    ),
    "scheduler_missing": Saying(
        (
            mark("This system's scheduler cannot be called: {reason}."),
            mark("This system's scheduler cannot be called."),
        ),
        (mark("Let another scheduler start this command every ten minutes: b24learn-gui sync --trigger schedule"),),
    ),
    "scheduler_refused": Saying(
        (
            mark("The scheduler ({program}) refused: {reason}."),
            mark("The scheduler refused."),
        ),
        (mark("Remove the obstacle, then run the same command again."),),
    ),
    "account_needs_home": Saying(
        (mark("An account of its own needs to know its home."),),
        (mark("Name the directory with --home, for example --home /var/lib/b24learn-gui."),),
    ),
    "account_unknown": Saying(
        (mark("This computer knows no account {account}."),),
        (mark("Create it, or name another one."),),
    ),
    "needs_administrator": Saying(
        (mark("Registrations for another account are the administrator's."),),
        (mark("Run the same command as administrator (on Linux and macOS with sudo)."),),
    ),
    "home_not_handed_over": Saying(
        (
            mark("The files in {path} could not be given to {account}: {reason}."),
            mark("The files of the home could not be given to the account."),
        ),
        (mark("Give them to the account yourself, then run the same command again."),),
    ),
    "another_run_active": Saying(
        (mark("Another run is active in this home."),), (mark("Wait until it has ended, then run again."),)
    ),
    "program_open": Saying(
        (mark("The program is open in this home."),),
        (mark("Quit it by its icon in the tray, then run the same command again."),),
    ),
    "stopped": Saying((mark("The run was stopped on request."),), (mark("Run again whenever it suits."),)),
    "run_unknown": Saying((mark("There is no run {run} in the journal."),), (mark('"history" lists the runs.'),)),
    "portal_unknown": Saying(
        (mark("There is no portal {key} in the settings."),), (mark('"settings show" lists the portals.'),)
    ),
    "who_unknown": Saying(
        (mark("Nobody is known by {who}."),), (mark("Try the Bitrix24 id, the e-mail or the full name."),)
    ),
    "who_ambiguous": Saying(
        (mark("{who} means {matches} people: {names}."),),
        (mark("Name one of them by the key in front, for example {example}."),),
    ),
    "decide_one_of": Saying(
        (mark("A decision is one of --link, --create, --leave and --forget."),), (mark("Name exactly one of them."),)
    ),
    "decide_department_forget": Saying(
        (mark("Nothing can be decided about the department {who}."),),
        (mark("--forget releases it, where an undo holds it."),),
    ),
    "learn_account_unknown": Saying(
        (mark("Learn has no account with the id {learn_id}."),),
        (mark('Take the id from the list of conflicts; "explain" names the accounts.'),),
    ),
    "learn_account_protected": Saying(
        (mark("The account {login} is protected and is never linked."),),
        (mark('Choose another account, or take its login out of "protect" in the settings.'),),
    ),
    "decide_create_taken": Saying(
        (mark("No new account can be created: {value} belongs to the account {login} ({learn_id})."),),
        (mark("Link to that account, or change the e-mail in Bitrix24 or in Learn first."),),
    ),
    "decide_create_twice": Saying(
        (mark("No new account can be created: several cards claim the same login or e-mail."),),
        (mark("Correct the cards in Bitrix24 first."),),
    ),
    "decide_own_account": Saying(
        (mark("This person has this account already."),),
        (mark("Choose another account, or leave things as they are."),),
    ),
    "reading_outdated": Saying(
        (
            mark(
                "What was read of both sides is out of date: a run, a decision, other settings or an hour have gone by."
            ),
        ),
        (mark("Nothing was decided. Read both sides again, then decide."),),
    ),
    "report_format_unknown": Saying(
        (mark("A report cannot be written as {name}."),), (mark("Choose a name that ends in .xlsx, .csv or .html."),)
    ),
    "report_not_written": Saying(
        (mark("The report {path} could not be written: {reason}."),),
        (mark("Close the file if it is open elsewhere, or choose another place."),),
    ),
    "file_not_readable": Saying(
        (mark("The file {path} cannot be read: {reason}."),), (mark("Check its name and its permissions."),)
    ),
    "file_not_written": Saying(
        (mark("The file {path} could not be written: {reason}."),), (mark("Choose another place."),)
    ),
    "undo_of_unapplied": Saying(
        (mark("Run {run} wrote nothing that could be taken back."),), (mark('"history" lists the runs.'),)
    ),
    "json_and_events": Saying((mark("--json and --events exclude each other."),), (mark("Give one of them."),)),
    "usage": Saying((mark("{message}"),), (mark('"b24learn-gui --help" tells what there is.'),)),
    "no_window": Saying(
        (mark("No window can be opened here: {reason}."), mark("No window can be opened here.")),
        (mark('"b24learn-gui --help" lists what can be done without one, "check" and "preview" first.'),),
    ),
    "control_not_json": Saying(
        (mark("Standard input did not carry the JSON lines that --control announces."),),
        (mark('The first line is {{"secrets": {{…}}}}.'),),
    ),
    "control_and_secret": Saying(
        (mark("--control lacks the line with the secrets."),),
    ),
    "activation_incomplete": Saying(
        (mark("The request lacks something: {fields}."), mark("The request lacks something.")),
        (mark("Fill in name, email and phone, then send again."),),
    ),
    "activation_address": Saying(
        (mark("The address for requests is not protected, so nothing was sent there."),),
        (mark("Enter an https address in the settings (activation.url), or leave it empty to send a letter."),),
    ),
    "activation_not_taken": Saying(
        (mark("{host} did not take the request."), mark("The request was not taken.")),
        (mark("Send it again later, or send the finished letter instead."),),
    ),
    "secret_empty": Saying((mark("No value was given."),), (mark("Give it on standard input."),)),
    "defect": Saying(
        (mark("This is a defect of this program ({kind})."),),
        (mark("The details are in {log}; send that file to support."), mark("The log has the details.")),
    ),
    "wait_scale_invalid": Saying(
        (mark("B24LEARN_WAIT_SCALE is not a number from 0 to 1."),), (mark("Correct or remove it."),)
    ),
}

SAYINGS: Mapping[str, Saying] = {**NETWORK, **BITRIX24, **LEARN, **HERE}
"""Every code an error can have → its words."""
