"""What goes wrong on this computer: settings, journal, secrets, the system's scheduler."""

from collections.abc import Mapping

from b24learn_gui.text.saying import LATER, Saying
from b24learn_gui.text.words import mark

HOME: Mapping[str, Saying] = {
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
    "journal_busy": Saying((mark("Another program holds the journal {file}."),), LATER),
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
    "defect": Saying(
        (mark("This is a defect of this program ({kind})."),),
        (mark("The details are in {log}; send that file to support."), mark("The log has the details.")),
    ),
    "wait_scale_invalid": Saying(
        (mark("B24LEARN_WAIT_SCALE is not a number from 0 to 1."),), (mark("Correct or remove it."),)
    ),
}
