"""What the page on unattended runs tells people to type and to apply can be typed and applied."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from b24learn_gui.cli.asked import Asked
from b24learn_gui.cli.tree import build
from b24learn_gui.storage.secrets import Secrets, check_name
from b24learn_gui.text import Words
from tests.systems import posix_shell

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "running-unattended.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(PAGE) if found == language]


def commands() -> Iterator[str]:
    """Lines to be typed, and those that containers run, as they stand after the program's name."""
    for block in (*blocks(""), *blocks("yaml")):
        for line in block.splitlines():
            for name in ("b24learn-gui ", " b24learn ", "sudo b24learn-gui "):
                begins = line.strip().startswith(name) or (name == " b24learn " and line.startswith("docker run"))
                if begins and name in line:
                    yield line.split(name, 1)[1]


def test_there_are_commands_to_try() -> None:
    assert len(list(commands())) > 8


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_every_command_on_the_page_is_one(line: str) -> None:
    words = shlex.split(line.replace("\\", "/"), comments=True)
    job = build(Words("en"), Asked()).main(args=words, standalone_mode=False)
    assert getattr(job, "command", None) in {
        "service install",
        "service self-test",
        "settings import",
        "preview",
        "sync",
        "health",
    }


@pytest.mark.parametrize("name", ["README.md", "docs/moving.md"])
def test_every_command_to_be_typed_on_the_other_pages_is_one(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    typed = [
        shlex.split(line, comments=True)[1:]
        for _, block in BLOCK.findall(text)
        for line in block.splitlines()
        if line.startswith("b24learn-gui ") and shlex.split(line, comments=True)[1:]
    ]
    assert len(typed) > 5
    for words in typed:
        assert build(Words("en"), Asked()).main(args=words, standalone_mode=False) is not None, words


def test_the_page_on_moving_names_the_places_where_files_are() -> None:
    text = (ROOT / "docs" / "moving.md").read_text("utf-8")
    home = Path.home()
    for kind in (MacOS, Unix):
        dirs = kind("b24learn-gui", appauthor=False)
        for folder, name in ((dirs.user_config_dir, "settings.toml"), (dirs.user_data_dir, "journal.db")):
            shown = f"~/{Path(folder).relative_to(home).as_posix()}/{name}"
            assert f"`{shown}`" in text


def test_a_command_that_is_none_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        build(Words("en"), Asked()).main(args=["service", "instal"], standalone_mode=False)


def test_the_cron_job_runs_one_at_a_time_in_a_home_that_outlives_it_as_nobody_special() -> None:
    claim, job = yaml.safe_load_all(blocks("yaml")[0])
    spec = job["spec"]
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    (run,), (first,) = pod["containers"], pod["initContainers"]
    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("*/10 * * * *", "Forbid")
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mounts = {mount["mountPath"]: mount["name"] for mount in run["volumeMounts"]}
    variables = {each["name"]: each["value"] for each in run["env"]}
    assert (
        volumes[mounts[variables["B24LEARN_HOME"]]]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    )
    assert "emptyDir" in volumes[mounts[variables["B24LEARN_SECRETS_DIR"]]]
    assert variables["B24LEARN_SECRETS_DIR"] in first["command"][-1]
    assert pod["securityContext"]["runAsNonRoot"] is True


@posix_shell
@pytest.mark.parametrize(("ended", "told"), [(0, 0), (10, 0), (41, 41), (50, 0), (51, 0), (60, 60), (70, 70)])
def test_the_cron_job_fails_only_where_somebody_has_to_act(tmp_path: Path, ended: int, told: int) -> None:
    _, job = yaml.safe_load_all(blocks("yaml")[0])
    shell, flag, script = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    (tmp_path / "b24learn-gui").write_text(f"#!/bin/sh\nexit {ended}\n")
    (tmp_path / "b24learn-gui").chmod(0o755)
    done = subprocess.run([shell, flag, script], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False)
    assert done.returncode == told


@posix_shell
def test_the_first_container_leaves_secrets_the_program_accepts(tmp_path: Path) -> None:
    """Shown to a group they are refused; copied as the page says they are read."""
    _, job = yaml.safe_load_all(blocks("yaml")[0])
    (first,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["initContainers"]
    source, target = tmp_path / "mnt", tmp_path / "own"
    for directory in (source, target):
        directory.mkdir()
        directory.chmod(0o2777)
    (source / check_name("learn.password")).write_text("value")
    script = first["command"][-1].replace("/mnt/secrets", str(source)).replace("/run/b24learn", str(target))
    subprocess.run(["sh", "-c", script], check=True)
    environment = {"B24LEARN_SECRETS_DIR": str(target)}
    assert Secrets(account=lambda: "", environment=environment).get("learn.password") == "value"
