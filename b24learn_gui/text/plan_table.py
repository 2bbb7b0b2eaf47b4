"""Words of a plan: kinds of changes, columns of the ledger, problem codes, causes, doubts and rungs of the check."""

from collections.abc import Mapping

from b24learn_gui.text.words import mark

Forms = tuple[str, str]


def mark_plural(one: str, many: str) -> Forms:
    """Marks a message with number forms that stands in a table."""
    return one, many


KINDS: Mapping[str, str] = {
    "user.create": mark("people: new accounts"),
    "user.adopt": mark("people: existing accounts linked"),
    "user.update": mark("people: profiles changed"),
    "user.move": mark("people: moved to another department"),
    "user.deactivate": mark("people: deactivated"),
    "user.reactivate": mark("people: reactivated"),
    "department.create": mark("departments: new"),
    "department.update": mark("departments: renamed"),
    "department.move": mark("departments: moved"),
    "department.delete": mark("departments: deleted"),
    "head.set": mark("heads: set"),
    "head.clear": mark("heads: cleared"),
}
"""One line of a list of counts, in the order in which people ask for them."""

VERBS: Mapping[str, str] = {
    "user.create": mark("create"),
    "user.adopt": mark("link"),
    "user.update": mark("change"),
    "user.move": mark("move"),
    "user.deactivate": mark("deactivate"),
    "user.reactivate": mark("reactivate"),
    "department.create": mark("create department"),
    "department.update": mark("rename department"),
    "department.move": mark("move department"),
    "department.delete": mark("delete department"),
    "head.set": mark("set head"),
    "head.clear": mark("clear head"),
}

COLUMNS: Mapping[str, str] = {
    "read": mark("read from Bitrix24"),
    "unchanged": mark("unchanged"),
    "changed": mark("changed"),
    "out_of_scope": mark("not to study in Learn"),
    "protected": mark("protected"),
    "skipped": mark("skipped"),
    "conflict": mark("conflict"),
    "failed": mark("failed"),
}

PROBLEMS: Mapping[str, str] = {
    "duplicate_in_source": mark("the same login or e-mail stands on several cards in Bitrix24"),
    "match_ambiguous": mark("an account in Learn may be this person's, but not for certain"),
    "match_taken": mark("the login or e-mail belongs to another account in Learn"),
    "identity_changed": mark("name and e-mail changed together: perhaps another person"),
    "login_missing": mark("there is nothing to make a login of"),
    "email_invalid": mark("the e-mail is not valid"),
    "required_field_missing": mark("Learn requires fields that are empty in Bitrix24"),
    "rejected_by_learn": mark("Learn refused the change"),
    "department_missing": mark("the department could not be created in Learn"),
    "seats_exhausted": mark("Learn has no free seat: the account is inactive and waits"),
    "department_rejected": mark("Learn refused the department"),
    "department_vanished": mark("a marked department no longer exists in Bitrix24"),
    "source_incomplete": mark("the list from Bitrix24 is not proven complete"),
    "rights_lost": mark("the webhook may see less than at the last good run"),
    "portal_changed": mark("many people changed name and e-mail together: perhaps another portal"),
    "journal_rebuilt": mark("departments of ours exist in Learn, but the journal knows no links of this portal"),
    "settings_imported": mark("the settings were imported, and no preview has shown yet what they do"),
    "phone_invalid": mark("the phone number is not valid and was left out"),
    "deactivated_by_hand": mark("deactivated by hand in Learn and left so"),
    "head_not_synced": mark("the head has no active account in Learn, so none is set"),
    "match_protected": mark("the matching account is protected"),
    "held_by_undo": mark("held since an undo"),
    "look_alike_letters": mark("Cyrillic and Latin letters are mixed"),
    "portal_not_configured": mark("the portal is no longer in the settings; its people stay as they are"),
    "address_differs": mark("the webhook leads to another host than the settings say"),
    "plain_http": mark("the connection is not protected (plain http)"),
    "secret_store_plaintext": mark("the secret store keeps secrets unencrypted"),
    "unknown_bitrix24_field": mark("Bitrix24 has no such field"),
    "unknown_learn_field": mark("Learn has no such profile field"),
    "source_failed": mark("the portal could not be read"),
    "run_interrupted": mark("the last run was interrupted; this one goes on from there"),
    "changed_since": mark("changed since that run and therefore left as it is"),
    "protected_since": mark("protected by now and therefore left as it is"),
    "required_in_learn": mark("Learn requires a value there, so what was empty before stays filled"),
    "plan_waits": mark("a plan above the limits waits for approval"),
}

COUNTED_PROBLEMS: Mapping[str, Forms] = {
    "duplicate_in_source": mark_plural(
        "{n} person shares a login or e-mail with somebody else in Bitrix24",
        "{n} people share a login or e-mail with somebody else in Bitrix24",
    ),
    "match_ambiguous": mark_plural(
        "{n} person may have an account in Learn already", "{n} people may have an account in Learn already"
    ),
    "match_taken": mark_plural(
        "for {n} person the login or e-mail belongs to another account",
        "for {n} people the login or e-mail belongs to another account",
    ),
    "identity_changed": mark_plural(
        "{n} person changed name and e-mail at once", "{n} people changed name and e-mail at once"
    ),
    "login_missing": mark_plural(
        "{n} person has nothing to make a login of", "{n} people have nothing to make a login of"
    ),
    "email_invalid": mark_plural("{n} person has an invalid e-mail", "{n} people have an invalid e-mail"),
    "required_field_missing": mark_plural(
        "{n} person lacks fields that Learn requires", "{n} people lack fields that Learn requires"
    ),
    "rejected_by_learn": mark_plural("{n} change was refused by Learn", "{n} changes were refused by Learn"),
    "department_missing": mark_plural(
        "{n} person has no department in Learn to go to", "{n} people have no department in Learn to go to"
    ),
    "seats_exhausted": mark_plural("{n} person waits for a free seat", "{n} people wait for a free seat"),
}

CAUSES: Mapping[str, str] = {
    "undo of user.create": mark("created by that run"),
    "undo of user.update": mark("changed by that run"),
    "undo of user.move": mark("moved by that run"),
    "undo of user.deactivate": mark("deactivated by that run"),
    "undo of user.reactivate": mark("reactivated by that run"),
    "undo of department.update": mark("renamed by that run"),
    "undo of department.move": mark("moved by that run"),
    "undo of department.delete": mark("deleted by that run"),
    "undo of head.set": mark("set by that run"),
    "undo of head.clear": mark("cleared by that run"),
    "deleted in Learn": mark("deleted in Learn"),
    "same email": mark("same e-mail"),
    "head named in Bitrix24": mark("head named in Bitrix24"),
    "no head in Bitrix24": mark("no head in Bitrix24"),
    "same login": mark("same login"),
    "same email and name": mark("same e-mail and name"),
    "department differs from Bitrix24": mark("department differs from Bitrix24"),
    "department not ticked": mark("department not ticked"),
    "active again in Bitrix24": mark("active again in Bitrix24"),
    "deactivated by this program": mark("deactivated by this program"),
    "head leaves": mark("the head leaves"),
    "new in Bitrix24": mark("new in Bitrix24"),
    "differs from Bitrix24": mark("differs from Bitrix24"),
    "changed in Bitrix24": mark("changed in Bitrix24"),
    "gone from Bitrix24": mark("gone from Bitrix24"),
    "dismissed in Bitrix24": mark("dismissed in Bitrix24"),
    "its creation was interrupted": mark("its creation was interrupted"),
    "waits for a seat": mark("waits for a seat"),
}

FIELDS: Mapping[str, str] = {
    "login": mark("Login"),
    "email": mark("E-mail"),
    "first_name": mark("First name"),
    "last_name": mark("Last name"),
    "job_title": mark("Job title"),
    "phone": mark("Phone"),
}
"""The fields every account has, by their lower-case name."""

ORIGINS: Mapping[str, str] = {
    "unticked": mark("the department “{name}” is no longer ticked"),
    "not_ticked": mark("the department “{name}” is not ticked"),
    "ticked": mark("the department “{name}” is ticked now"),
    "moved": mark("the department “{name}” stands below “{other}” now"),
    "vanished": mark("the department “{name}” is gone from Bitrix24"),
    "elsewhere": mark("in the department “{name}” now"),
    "elsewhere_not_ticked": mark("in the department “{name}” now, which is not ticked"),
    "placeless": mark("in no department any more"),
    "guest": mark("a guest in Bitrix24 now, no employee"),
    "mapping": mark("the mapping was changed: “{name}” comes from {other} now"),
    "login_from": mark("the settings make logins in another way now"),
    "phone_region": mark("the settings read phone numbers as of another country now"),
    "domain": mark("e-mails moved from {name} to {other}"),
    "renamed": mark("renamed in Bitrix24"),
    "placed": mark("moved in Bitrix24"),
    "portal_name": mark("the portal has another name in the settings"),
    "edited_in_learn": mark("changed by hand in Learn"),
}
"""Where changes come from (`sync.origins`): with a name, a department, a field or a domain."""

LIMITS: Mapping[str, Forms] = {
    "user.create": mark_plural(
        "the plan creates {n} person, the limit is {allowed}", "the plan creates {n} people, the limit is {allowed}"
    ),
    "user.adopt": mark_plural(
        "the plan links {n} existing account, the limit is {allowed}",
        "the plan links {n} existing accounts, the limit is {allowed}",
    ),
    "user.update": mark_plural(
        "the plan changes {n} profile, the limit is {allowed}", "the plan changes {n} profiles, the limit is {allowed}"
    ),
    "user.move": mark_plural(
        "the plan moves {n} person, the limit is {allowed}", "the plan moves {n} people, the limit is {allowed}"
    ),
    "user.deactivate": mark_plural(
        "the plan deactivates {n} person, the limit is {allowed}",
        "the plan deactivates {n} people, the limit is {allowed}",
    ),
    "user.reactivate": mark_plural(
        "the plan reactivates {n} person, the limit is {allowed}",
        "the plan reactivates {n} people, the limit is {allowed}",
    ),
    "login_changes": mark_plural(
        "the plan changes {n} login, the limit is {allowed}", "the plan changes {n} logins, the limit is {allowed}"
    ),
    "letters": mark_plural(
        "the plan sends {n} letter, the limit is {allowed}", "the plan sends {n} letters, the limit is {allowed}"
    ),
}

DOUBT_REASONS: Mapping[str, tuple[str, ...]] = {
    "total_differs": (
        mark("the list from Bitrix24 is incomplete: {received} of {total} received"),
        mark("the list from Bitrix24 is incomplete"),
    ),
    "total_missing": (mark("Bitrix24 did not say how long its list is"),),
    "order_broken": (mark("the list from Bitrix24 came out of order"),),
    "page_repeated": (mark("a page of the list from Bitrix24 came twice"),),
    "batch_part_failed": (
        mark("a part of the list from Bitrix24 failed ({error})"),
        mark("a part of the list from Bitrix24 failed"),
    ),
    "empty": (mark("the list from Bitrix24 is empty"),),
    "row_without_id": (mark("a row of the list from Bitrix24 has no id"),),
    "row_malformed": (mark("a row of the list from Bitrix24 cannot be read ({id})"), mark("a row cannot be read")),
    "list_changing": (mark("the list from Bitrix24 kept changing while it was read"),),
    "rights_unknown": (mark("Bitrix24 did not say what the webhook may see"),),
}

DOUBTS: Mapping[str, tuple[str, ...]] = {
    "source_incomplete": (mark("the list from Bitrix24 is not proven complete"),),
    "rights_lost": (mark("the webhook may see less than at the last good run"),),
    "portal_changed": (
        mark("{changed} of {read} linked people changed name and e-mail together: perhaps another portal"),
        mark("many people changed name and e-mail together: perhaps another portal"),
    ),
    "department_vanished": (
        mark("the marked department {department} no longer exists in Bitrix24"),
        mark("a marked department no longer exists in Bitrix24"),
    ),
}

DOUBT_ADVICE: Mapping[str, str] = {
    "source_incomplete": mark("Run again in a few minutes."),
    "rights_lost": mark(
        "Give the webhook its rights back, or accept the present ones: b24learn-gui check --accept-rights {key}"
    ),
    "department_vanished": mark("Correct the ticked departments in the settings, then run again."),
    "portal_changed": mark("If it is the right portal, approve the plan; otherwise correct the webhook."),
}
"""What lifts a doubt."""

RUNGS: Mapping[str, str] = {
    "address": mark("Address"),
    "network": mark("Network"),
    "certificate": mark("Certificate"),
    "sign_in": mark("Sign-in"),
    "permissions": mark("Permissions"),
    "data": mark("Data"),
}

PHASES: Mapping[str, str] = {
    "settings": mark("Settings"),
    "bitrix24": mark("Reading Bitrix24"),
    "learn": mark("Reading Learn"),
    "plan": mark("Planning"),
    "apply": mark("Writing to Learn"),
    "departments": mark("Departments in Learn"),
    "people": mark("People"),
    "heads": mark("Heads"),
    "leavers": mark("Leavers"),
    "deletions": mark("Empty departments"),
    "wait": mark("Waiting"),
}

TRIGGERS: Mapping[str, str] = {
    "manual": mark("by hand"),
    "schedule": mark("schedule"),
    "catch-up": mark("catch-up"),
}

COMMANDS: Mapping[str, str] = {"sync": mark("sync"), "preview": mark("preview"), "undo": mark("undo")}

RESULTS: Mapping[int, str] = {
    0: mark("done, nothing left out"),
    10: mark("done, some people or departments were left out"),
    20: mark("the plan waits for a decision, nothing was written"),
    30: mark("a portal is in doubt: only what adds was done"),
    40: mark("one side refuses us"),
    41: mark("a secret is not available"),
    50: mark("another run is active"),
    51: mark("stopped on request"),
    60: mark("a server cannot be reached"),
    70: mark("the settings cannot be used"),
    90: mark("overdue: no successful run for too long"),
    1: mark("a defect of this program"),
    2: mark("wrong usage"),
}
