"""What goes wrong on the way to the servers, and what Bitrix24 and Learn refuse."""

from collections.abc import Mapping

from b24learn_gui.text.saying import LATER, Saying
from b24learn_gui.text.words import mark

_CHECK_NETWORK = (mark("Check the address and this computer's connection, then run again."),)
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
        LATER,
    ),
    "dropped": Saying(
        (mark("{host} closed the connection before it answered."), mark("The server closed the connection.")), LATER
    ),
    "truncated": Saying(
        (mark("The answer of {host} broke off in the middle."), mark("The server's answer broke off.")), LATER
    ),
    "too_large": Saying(
        (mark("The answer of {host} is larger than any this program expects."), mark("The answer is too large.")),
        (mark("Check that the address is that of the right server."),),
    ),
    "empty": Saying((mark("{host} answered with nothing."), mark("The server answered with nothing.")), LATER),
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
        (mark("{host} reports a fault of its own."), mark("The server reports a fault of its own.")), LATER
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
    "connection_error": Saying((mark("Bitrix24 could not check the webhook."),), LATER),
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
    "learn_list_empty": Saying((mark("Learn sent an empty list."),), LATER),
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
        LATER,
    ),
    "page_repeated": Saying((mark("Learn sent the same page of a list twice."),), LATER),
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
