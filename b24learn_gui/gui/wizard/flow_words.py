"""What the flow's codes and figures say: captions of the rail, why a step holds, what deserves a look."""

from collections.abc import Mapping

from b24learn_gui.gui.wizard.flow_state import StepState, WarningCode, WhyNot
from b24learn_gui.service.ladder_words import account, departments, employees
from b24learn_gui.service.setup_found import SecretPlace
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words, mark

_WHY_NOT: Mapping[WhyNot, str] = {
    "webhook_missing": mark("The webhook address is missing"),
    "portal_unchecked": mark("Check the connection to Bitrix24 first"),
    "portal_failed": mark("The connection to Bitrix24 does not work yet"),
    "checking": mark("The check is running"),
    "learn_url_missing": mark("The address of the Learn account is missing"),
    "login_missing": mark("The administrator's email is missing"),
    "password_missing": mark("The password is missing"),
    "client_id_missing": mark("The client id of the API key is missing"),
    "client_secret_missing": mark("The secret of the API key is missing"),
    "learn_unchecked": mark("Check the connection to Learn first"),
    "learn_failed": mark("The connection to Learn does not work yet"),
    "first_run_invalid": mark("The first run needs a time such as 03:00"),
    "second_run_invalid": mark("The second run needs a time such as 15:00, or none"),
    "equal_times": mark("Both runs are at the same time"),
    "nothing_ticked": mark("Tick at least one department of every portal"),
    "faults": mark("A value cannot be used; it is named beside its field"),
    "preview_missing": mark("The preview comes first"),
    "preview_failed": mark("The preview did not succeed"),
    "previewing": mark("The preview is being computed"),
    "saving": mark("The settings are being saved"),
    "sending": mark("The request is being sent"),
}

_WARNINGS: Mapping[WarningCode, str] = {
    "source_incomplete": mark("The list from Bitrix24 could not be proven complete: nobody would be deactivated."),
    "plain_http": mark("The webhook travels unprotected: the portal is reached over plain http."),
    "secret_place": mark("The secrets cannot be kept safely on this computer yet."),
    "many_letters": mark("More letters would go out than a run may send without approval."),
    "over_limit": mark("A limit is exceeded: nothing is written until somebody approves the plan."),
    "people_lack_values": mark("Some people lack a value that Learn requires."),
    "unknown_fields": mark("A portal does not offer a mapped field."),
    "left_out": mark("Some people would be left out; each is listed with the cause."),
}

_PORTAL_NOTES: Mapping[str, str] = {
    "address_differs": mark("The webhook leads to another host than the one that was saved."),
    "plain_http": _WARNINGS["plain_http"],
    "moved": mark("The portal answers under another address by now; create the webhook there when it suits."),
    "owner_not_admin": mark("The webhook's owner is no administrator: whom that person may not see is not read."),
    "source_incomplete": _WARNINGS["source_incomplete"],
}

_STORES: Mapping[str, str] = {
    "windows": mark("Windows Credential Manager"),
    "macos": mark("macOS Keychain"),
    "secret_service": mark("the desktop's password store (Secret Service)"),
    "kwallet": mark("KWallet"),
    "other": mark("the password store chosen for this computer"),
}

STORE_REMEDIES: Mapping[str, str] = {
    "start_store": mark("Install or start a password store, or keep the secrets only until you quit."),
    "unlock_store": mark("Unlock the password store, or keep the secrets only until you quit."),
    "check_store": mark("Check the password store, or keep the secrets only until you quit."),
}

_REQUEST_FAULTS: Mapping[str, str] = {
    "name_missing": mark("Your name is missing"),
    "name_too_long": mark("The name is too long"),
    "email_missing": mark("The email is missing"),
    "email_invalid": mark("This is no email address"),
    "phone_missing": mark("The phone number is missing"),
    "phone_invalid": mark("This is no phone number; write it as usual, for example 8 (495) 123-45-67"),
}


def caption(state: StepState, words: Words) -> str:
    """What a step came to, in a few words for the rail; empty for nothing yet."""
    result = state.result
    if result is None:
        return ""
    figures = result.figures
    match result.code:
        case "company":
            return words.listed((employees(figures["employees"], words), departments(figures["departments"], words)))
        case "learn":
            free = figures["free_seats"]  # where they are known they are what one wants to know
            return account(figures["people"], figures["departments"] if free is None else None, free, words)
        case "times":
            times = [time for time in (figures["first"], figures["second"]) if time]
            return words("{times} UTC", times=words.listed(times))
        case "schedule_off":
            return words("switched off")
        case "letters":
            return words.plural("{n} letter", "{n} letters", figures["letters"])
        case "letters_on":
            return words("with letters")
        case "no_letters":
            return words("without letters")
        case "heads_on":
            return words("are synced")
        case "heads_off":
            return words("are not synced")
        case "will_study":
            return words("{will_study} of {of} will study", **figures)
        case "people_unable":
            return words.plural("{n} person lacks a value", "{n} people lack a value", figures["people"])
        case "fields_complete":
            return words("everything is there")
        case "changes":
            return words.plural("{n} change", "{n} changes", figures["changes"])
        case "saved":
            return words("saved")
        case "request_sent":
            return words("sent {when}", when=words.moment(figures["sent_at"]))
    raise ValueError(result.code)


def why_not(state: StepState, words: Words) -> str:
    """Why the step cannot be left forwards, without a full stop, beside the button; empty if it can."""
    return words(_WHY_NOT[state.why_not]) if state.why_not else ""


def warning(state: StepState, words: Words) -> str:
    """What deserves a look although the step may be left; empty for nothing."""
    return words(_WARNINGS[state.warning]) if state.warning else ""


def portal_note(code: str, words: Words) -> str:
    """One of `PortalFound.notes`."""
    return words(_PORTAL_NOTES[code])


def request_fault(code: str, words: Words) -> str:
    """One of `service.activation.request_faults`."""
    return words(_REQUEST_FAULTS[code])


def place_sentence(place: SecretPlace, words: Words) -> str:
    """Where secrets will be kept, or why nowhere and what to do."""
    if place.state == "directory":
        return words("Secrets come from the files in {directory}.", directory=place.store)
    if not place.usable:
        trouble = error_sentence(place.error, words) if place.error is not None else ""
        return " ".join(text for text in (trouble, words(STORE_REMEDIES[place.remedy])) if text)
    where = words("It will be kept in: {store}.", store=words(_STORES[place.store]))
    if not place.plaintext:
        return where
    return f"{where} {words('This store keeps it readable for whoever can read your files.')}"
