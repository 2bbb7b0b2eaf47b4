"""What was asked for and cannot be done so: commands, people, decisions, files."""

from collections.abc import Mapping

from b24learn_gui.text.saying import Saying
from b24learn_gui.text.words import mark

USAGE: Mapping[str, Saying] = {
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
}
