"""The settings file: INTERFACE, section settings.toml."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.errors import SettingsInvalid
from b24learn_gui.storage import files
from b24learn_gui.storage.settings import (
    LearnSettings,
    LimitSettings,
    PortalSettings,
    Settings,
    SyncSettings,
    check_ca_files,
    load_settings,
    parse_settings,
    read_settings,
    save_settings,
    to_plain,
    to_policy,
    to_scopes,
    to_toml,
)
from b24learn_gui.storage.settings.migrations import Migrations, Table
from b24learn_gui.sync.policy import Limits, Policy
from tests.storage.disk import no_file_larger_than
from tests.systems import posix_modes, symbolic_links

DOCUMENTED = """
schema = 1
language = "system"

[learn]
url = "https://learn.example.com"
sign_in = "password"
login = "admin@example.com"
client_id = ""
api_url = ""
ca_file = ""
proxy = ""

[[portals]]
key = "main"
address = "https://portal.example.com"
name = ""
ca_file = ""
proxy = ""
allow_http = false
include = [1]
exclude = [17]

[schedule]
enabled = true
first_run_utc = "03:00"
second_run_utc = ""

[sync]
notify_users = false
invitation_message = ""
sync_heads = true
login_from = "email"
phone_region = "RU"
leavers = "deactivate"
out_of_scope = "deactivate"
empty_departments = "keep"
protect = []
hold = []

[sync.fields]
first_name = "NAME"
last_name = "LAST_NAME"
job_title = "WORK_POSITION"
phone = "PERSONAL_MOBILE"

[limits]
deactivate_count = 50
deactivate_percent = 20
always_allowed = 5
update_percent = 50
move_percent = 30
create_percent = 30
adoptions = 5
login_changes = 10
letters = 25

[network]
patience_seconds = 900
parallel_writes = 4

[activation]
url = ""
email = "support@ispring.ru"

[alerts]
overdue_hours = 26
webhook_url = ""
"""
SHORT = """
[learn]
url = "learn.example.com/dashboard"
login = "admin@example.com"
[[portals]]
key = "main"
address = "portal.example.com"
include = [1]
exclude = [17]
"""


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(text: str) -> dict[str, str]:
    with pytest.raises(SettingsInvalid) as caught:
        parse_settings(tomllib.loads(text))
    assert caught.value.exit_code == 70
    return {fault.path: fault.code for fault in caught.value.faults}


def test_the_documented_file_is_the_defaults_and_every_key_of_it_is_known(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path / "settings.toml", DOCUMENTED))

    expected = Settings(
        learn=LearnSettings(url="https://learn.example.com", login="admin@example.com"),
        portals=(PortalSettings(key="main", address="https://portal.example.com", include=(1,), exclude=(17,)),),
    )
    assert settings == expected
    assert to_plain(settings) == tomllib.loads(DOCUMENTED)


def test_keys_left_out_have_their_defaults_and_pasted_addresses_need_no_scheme(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path / "settings.toml", SHORT))

    assert settings.limits == LimitSettings()
    assert settings.learn.url == "learn.example.com/dashboard"


def test_every_fault_is_named_with_its_path_in_one_go() -> None:
    assert faults_of(
        """
        colour = "red"
        language = "de"
        [learn]
        url = "http://learn.example.com"
        login = "admin"
        proxy = "http://user:word@proxy.example.com:3128"
        api_url = "https://user:word@learn.example.com/api/v2"
        [[portals]]
        key = "Main"
        address = "http://portal.example.com"
        include = []
        [[portals]]
        key = "b"
        address = "https://b.example.com/rest/1/abcdef/"
        allow_http = "yes"
        include = [1, 2, "3", 0]
        exclude = [2]
        [[portals]]
        key = "b"
        address = "https://c.example.com"
        include = [5, 5]
        [schedule]
        first_run_utc = "24:00"
        second_run_utc = "3:00"
        [sync]
        notify_users = 1
        login_from = "name"
        phone_region = "ru"
        protect = ["", 5]
        hold = ["27", "b:27", "gone:1"]
        [sync.fields]
        Login = "NAME"
        "job title" = "WORK_POSITION"
        phone = "personal mobile"
        [limits]
        deactivate_percent = 101
        adoptions = -1
        letters = true
        [network]
        parallel_writes = 9
        patience_seconds = 0
        [activation]
        email = "nobody"
        [alerts]
        overdue_hours = 1.5
        webhook_url = "ftp://example.com"
        [extra]
        """
    ) == {
        "colour": "unknown_key",
        "extra": "unknown_key",
        "language": "bad_choice",
        "learn.url": "plain_http",
        "learn.login": "bad_email",
        "learn.proxy": "credentials_in_proxy",
        "learn.api_url": "credentials_in_url",
        "portals[0].key": "bad_portal_key",
        "portals[0].address": "plain_http",
        "portals[0].include": "required",
        "portals[1].address": "secret_in_settings",
        "portals[1].allow_http": "wrong_type",
        "portals[1].include[2]": "wrong_type",
        "portals[1].include[3]": "out_of_range",
        "portals[1].exclude": "included_and_excluded",
        "portals[2].key": "duplicate_portal_key",
        "portals[2].include": "duplicate",
        "schedule.first_run_utc": "bad_time",
        "schedule.second_run_utc": "bad_time",
        "sync.notify_users": "wrong_type",
        "sync.login_from": "bad_choice",
        "sync.phone_region": "bad_region",
        "sync.protect[0]": "bad_login",
        "sync.protect[1]": "wrong_type",
        "sync.hold[0]": "bad_hold",
        "sync.hold": "unknown_portal",
        "sync.fields.Login": "field_not_mappable",
        "sync.fields.'job title'": "bad_learn_field",
        "sync.fields.phone": "bad_bitrix24_field",
        "limits.deactivate_percent": "out_of_range",
        "limits.adoptions": "out_of_range",
        "limits.letters": "wrong_type",
        "network.parallel_writes": "out_of_range",
        "network.patience_seconds": "out_of_range",
        "activation.email": "bad_email",
        "alerts.overdue_hours": "wrong_type",
        "alerts.webhook_url": "bad_url",
    }


def test_an_empty_file_lacks_exactly_what_nobody_can_guess() -> None:
    assert faults_of("") == {"learn.url": "required", "learn.login": "required", "portals": "required"}


def test_a_table_in_the_wrong_shape_is_one_fault_without_followers() -> None:
    assert faults_of('learn = 5\nportals = "x"\nschedule = []\n[sync]\nfields = 1') == {
        "learn": "wrong_type",
        "portals": "wrong_type",
        "schedule": "wrong_type",
        "sync.fields": "wrong_type",
    }
    assert faults_of(
        SHORT.replace("[[portals]]", "[[portals]]\nname = 5").replace("include = [1]", "include = ['a']")
    ) == {
        "portals[0].name": "wrong_type",
        "portals[0].include[0]": "wrong_type",
    }


def test_signing_in_by_key_needs_the_client_id_and_no_login() -> None:
    table = tomllib.loads(SHORT.replace("login =", "sign_in = 'api_key'\nclient_id ="))
    assert parse_settings(table).learn.login == ""
    assert faults_of(SHORT.replace("[learn]", "[learn]\nsign_in = 'api_key'")) == {"learn.client_id": "required"}


def test_equal_times_are_a_fault() -> None:
    assert faults_of(SHORT + '[schedule]\nsecond_run_utc = "03:00"') == {"schedule.second_run_utc": "equal_times"}


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8080", "http://127.8.9.1", "http://localhost:1", "http://[::1]:99/", "http://b24.localhost"],
)
def test_plain_http_to_this_machine_needs_no_leave(address: str) -> None:
    table = tomllib.loads(SHORT)
    table["learn"]["url"] = table["learn"]["api_url"] = table["portals"][0]["address"] = address
    assert parse_settings(table).learn.url == address


@pytest.mark.parametrize("address", ["http://127.0.0.1.example.com", "http://localhost.example.com", "http://10.0.0.1"])
def test_plain_http_to_elsewhere_is_refused_except_for_a_portal_allowed_to(address: str) -> None:
    table = tomllib.loads(SHORT)
    table["portals"][0] |= {"address": address, "allow_http": True}
    assert parse_settings(table).portals[0].address == address
    table["learn"]["url"] = address
    with pytest.raises(SettingsInvalid) as caught:
        parse_settings(table)
    assert [(fault.path, fault.code) for fault in caught.value.faults] == [("learn.url", "plain_http")]


@pytest.mark.parametrize(
    "address",
    ["https://", "https://a b", "://x", "https://x:99999", "https://x:0", "file:///etc", "https://[::1", "a,b"],
)
def test_what_no_server_can_be_reached_by_is_refused(address: str) -> None:
    assert faults_of(SHORT.replace("portal.example.com", address)) == {"portals[0].address": "bad_url"}


@pytest.mark.parametrize(
    ("proxy", "code"),
    [
        ("proxy.example.com:3128", None),
        ("http://10.0.0.1:3128/", None),
        ("https://proxy.example.com", None),
        ("user:word@proxy.example.com:3128", "credentials_in_proxy"),
        ("http://user@proxy.example.com", "credentials_in_proxy"),
        ("socks5://proxy.example.com", "bad_url"),
        ("http://proxy.example.com/path", "bad_url"),
        ("proxy.example.com:port", "bad_url"),
    ],
)
def test_a_proxy_is_a_host_with_a_port_and_never_holds_a_password(proxy: str, code: str | None) -> None:
    text = SHORT.replace("[learn]", f'[learn]\nproxy = "{proxy}"')
    if code is None:
        assert parse_settings(tomllib.loads(text)).learn.proxy == proxy
    else:
        assert faults_of(text) == {"learn.proxy": code}


def test_addresses_with_cyrillic_names_and_ports_are_good() -> None:
    table = tomllib.loads(SHORT.replace("portal.example.com", "https://портал.example:8443/company"))
    assert parse_settings(table).portals[0].address == "https://портал.example:8443/company"


def test_t24_no_fault_repeats_a_value_that_may_hold_a_secret() -> None:
    canary = "canary0secret"
    with pytest.raises(SettingsInvalid) as caught:
        parse_settings(
            tomllib.loads(
                f"""
                [learn]
                url = "https://u:{canary}@learn.example.com"
                login = "{canary}"
                proxy = "http://u:{canary}@proxy"
                [[portals]]
                key = "{canary}A"
                address = "https://portal.example.com/rest/1/{canary}/"
                include = ["{canary}"]
                [sync.fields]
                phone = "{canary}"
                """
            )
        )
    assert len(caught.value.faults) == 7
    assert canary not in repr(caught.value.faults)


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (b'[learn]\nurl = "a\nb"', "not_toml", {"line": 2, "column": 9}),
        (b"[learn]\nurl = ", "not_toml", {"line": 2, "column": 1}),
        (DOCUMENTED.encode("utf-16"), "not_utf8", {"encoding": "UTF-16"}),
        (DOCUMENTED.encode("utf-16-le"), "not_utf8", {"encoding": "UTF-16"}),
        ('[learn]\nlogin = "админ"'.encode("cp1251"), "not_utf8", {"encoding": ""}),
    ],
)
def test_a_file_that_cannot_be_read_as_toml_says_why(
    tmp_path: Path, data: bytes, code: str, detail: dict[str, object]
) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(write(tmp_path / "settings.toml", data))
    (fault,) = caught.value.faults
    assert (fault.path, fault.code, fault.detail) == ("settings.toml", code, detail)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    data = DOCUMENTED.replace("\n", "\r\n").encode("utf-8-sig")
    assert to_plain(load_settings(write(tmp_path / "settings.toml", data))) == tomllib.loads(DOCUMENTED)


def test_no_file_has_a_code_of_its_own_and_a_directory_is_not_readable(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(tmp_path / "settings.toml")
    assert (caught.value.code, caught.value.exit_code) == ("settings_missing", 70)

    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(tmp_path / "settings.toml")
    assert caught.value.faults[0].code == "not_readable"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.lists(st.integers(1, 2**63 - 1), min_size=1, max_size=4, unique=True).map(tuple)


@given(
    name=TEXT,
    message=TEXT,
    include=IDS,
    flags=st.tuples(st.booleans(), st.booleans()),
    protect=st.lists(TEXT.filter(str.strip), max_size=3).map(tuple),
    fields=st.dictionaries(
        st.from_regex(r"\Auser_[a-z0-9]{1,5}\Z"), st.from_regex(r"\AUF_USR_[0-9]{1,9}\Z"), max_size=3
    ),
    percent=st.integers(0, 100),
)
def test_what_is_written_loads_back_equal(
    *,
    name: str,
    message: str,
    include: tuple[int, ...],
    flags: tuple[bool, bool],
    protect: tuple[str, ...],
    fields: dict[str, str],
    percent: int,
) -> None:
    settings = Settings(
        learn=LearnSettings(url="https://learn.example.com", login="admin@example.com"),
        portals=(
            PortalSettings(key="a", address="https://a.example.com", name=name, include=include),
            PortalSettings(key="b2", address="b.example.com", allow_http=flags[0], include=(3,), exclude=(1, 2)),
        ),
        sync=SyncSettings(
            notify_users=flags[1], invitation_message=message, protect=protect, fields=fields, hold=("a:1",)
        ),
        limits=LimitSettings(update_percent=percent),
    )
    assert parse_settings(tomllib.loads(to_toml(settings))) == settings


def test_a_mapping_given_replaces_the_standard_one_so_that_a_field_can_be_left_out() -> None:
    settings = parse_settings(tomllib.loads(SHORT + '[sync.fields]\nFirst_Name = "NAME"'))
    assert to_policy(settings).fields == {"first_name": "NAME"}


def test_the_policy_and_scopes_say_what_the_file_says() -> None:
    settings = parse_settings(
        tomllib.loads(SHORT + '[sync]\nprotect = [" Boss@Example.com "]\nhold = ["main:27"]\n[limits]\nletters = 3')
    )
    assert to_policy(settings) == Policy(
        protect=frozenset({"boss@example.com"}), hold=frozenset({("main", 27)}), limits=Limits(letters=3)
    )
    (scope,) = to_scopes(settings)
    assert (scope.key, scope.include, scope.exclude, scope.name) == ("main", frozenset({1}), frozenset({17}), "")
    assert to_policy(replace(settings, sync=SyncSettings(), limits=LimitSettings())) == Policy()


def test_saving_refuses_faults_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = write(tmp_path / "settings.toml", DOCUMENTED)
    settings = load_settings(path)
    with pytest.raises(SettingsInvalid) as caught:
        save_settings(path, replace(settings, portals=()))
    assert caught.value.faults[0].path == "portals"
    assert path.read_text() == DOCUMENTED


def test_a_full_disk_leaves_the_old_file_whole_and_no_rubbish(tmp_path: Path) -> None:
    path = write(tmp_path / "settings.toml", DOCUMENTED)
    settings = load_settings(path)
    with no_file_larger_than(100), pytest.raises(SettingsInvalid) as caught:
        save_settings(path, settings)
    assert caught.value.code == "settings_not_written"
    assert path.read_text() == DOCUMENTED
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


@posix_modes
def test_saving_keeps_the_mode_of_a_file_and_a_new_one_is_private(tmp_path: Path) -> None:
    settings = parse_settings(tomllib.loads(DOCUMENTED))
    path = tmp_path / "new" / "settings.toml"
    save_settings(path, settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.chmod(0o640)
    save_settings(path, settings)
    assert path.stat().st_mode & 0o777 == 0o640


@symbolic_links
def test_a_linked_file_is_replaced_behind_its_link(tmp_path: Path) -> None:
    write(tmp_path / "real.toml", DOCUMENTED)
    (tmp_path / "settings.toml").symlink_to("real.toml")
    files.write_atomically(tmp_path / "settings.toml", b"new")
    assert (tmp_path / "settings.toml").is_symlink()
    assert (tmp_path / "real.toml").read_bytes() == b"new"


def two_steps() -> Migrations:
    migrations = Migrations(current=1)
    future = Migrations(current=3, steps=migrations.steps)

    @future.step(1)
    def split_language(table: Table) -> Table:
        return {"language": table.pop("tongue"), **table}

    @future.step(2)
    def rename_learn(table: Table) -> Table:
        return {"learn": table.pop("academy"), **table}

    return future


def test_an_older_schema_is_migrated_step_by_step_and_the_old_file_kept(tmp_path: Path) -> None:
    old = DOCUMENTED.replace("language", "tongue").replace("[learn]", "[academy]").replace('"system"', '"en"')
    path = write(tmp_path / "settings.toml", old)

    settings = read_settings(path, two_steps())
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"], "reading somebody's file leaves it alone"
    assert load_settings(path, two_steps()) == settings

    assert (settings.schema, settings.language, settings.learn.login) == (3, "en", "admin@example.com")
    assert (tmp_path / "settings.toml.schema-1").read_text() == old
    assert load_settings(path, two_steps()) == settings
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(path)
    assert caught.value.code == "settings_newer"
    assert caught.value.faults[0].detail == {"found": 3, "known": 1}


def test_a_schema_that_never_was_is_a_fault() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Migrations(current=1).migrate({"schema": 0})
    assert caught.value.faults[0].code == "out_of_range"
    assert faults_of('schema = "1"\n' + SHORT) == {"schema": "wrong_type"}


def test_certificate_files_are_looked_at_before_a_run(tmp_path: Path) -> None:
    good, empty = tmp_path / "ca.pem", write(tmp_path / "empty.pem", "")
    trustme.CA().cert_pem.write_to_path(good)
    broken = write(tmp_path / "broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    base = parse_settings(tomllib.loads(SHORT))
    (portal,) = base.portals

    def settings(learn: object, *portals: object) -> Settings:
        return replace(
            base,
            learn=replace(base.learn, ca_file=str(learn)),
            portals=tuple(replace(portal, ca_file=str(file)) for file in portals),
        )

    check_ca_files(settings("", ""))
    check_ca_files(settings(good, good))
    with pytest.raises(SettingsInvalid) as caught:
        check_ca_files(settings(tmp_path / "none.pem", empty, broken, tmp_path, "ca.pem"))
    assert [(fault.path, fault.code) for fault in caught.value.faults] == [
        ("learn.ca_file", "ca_file_missing"),
        ("portals[0].ca_file", "ca_file_not_pem"),
        ("portals[1].ca_file", "ca_file_not_pem"),
        ("portals[2].ca_file", "ca_file_unreadable"),
        ("portals[3].ca_file", "path_not_absolute"),
    ]


def test_what_is_needed_to_reach_somebody_is_required() -> None:
    assert faults_of(SHORT.replace('address = "portal.example.com"', "") + '[activation]\nemail = ""') == {
        "portals[0].address": "required",
        "activation.email": "required",
    }
    table = tomllib.loads(SHORT + '[activation]\nemail = ""\nurl = "https://example.com/form"')
    assert parse_settings(table).activation.email == ""


def test_a_place_that_cannot_be_written_is_migrated_in_memory_at_each_start(tmp_path: Path) -> None:
    old = DOCUMENTED.replace("language", "tongue").replace("[learn]", "[academy]")
    path = write(tmp_path / "settings.toml", old)
    for _ in range(2):
        with no_file_larger_than(100):
            assert load_settings(path, two_steps()).learn.login == "admin@example.com"
    assert path.read_text() == old
