"""The workflows call nothing that is not there, take nothing that could change under their feet, and may do little."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
COMMAND = re.compile(r"\bpython3? run\.py (\w+)")
MODULE = re.compile(r"python(?:3|\.exe)? -m (release\.\w+)")
CONTEXTS = ("github", "matrix", "env", "secrets", "runner")


def loaded(path: Path) -> dict[Any, Any]:
    found = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in FILES:
        for name, job in loaded(path)["jobs"].items():
            yield f"{path.stem}.{name}", job


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in jobs():
        for step in job["steps"]:
            yield name, step


def texts() -> Iterator[tuple[str, str]]:
    """Everything that is run, the commands of the matrix as well."""
    for name, step in steps():
        if "run" in step:
            yield name, step["run"]
    for name, job in jobs():
        for row in job.get("strategy", {}).get("matrix", {}).get("include", ()):
            yield name, row["command"]


def known_commands() -> set[str]:
    """The words that `run.py` compares its first argument with."""
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"))
    return {
        node.comparators[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and isinstance(node.left, ast.Name)
        and node.left.id == "command"
        and isinstance(node.comparators[0], ast.Constant)
        and isinstance(node.comparators[0].value, str)
    }


def test_there_are_two() -> None:
    assert [path.name for path in FILES] == ["release.yml", "tests.yml"]


def test_every_command_is_one_of_ours_and_every_module_is_there() -> None:
    commands = [(name, found) for name, text in texts() for found in COMMAND.findall(text)]
    assert {found for _, found in commands} <= known_commands()
    assert {"test", "check", "bundle", "installer"} <= {found for _, found in commands}
    modules = {found for _, text in texts() for found in MODULE.findall(text)}
    assert {"release.sbom", "release.checksums", "release.try_windows"} <= modules
    for module in modules:
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module


def test_every_path_of_the_repository_that_is_named_is_there() -> None:
    named = {
        found
        for path in FILES
        for found in re.findall(r"\b(?:docs|b24learn_gui|resources)/[\w./-]+\w", path.read_text("utf-8"))
    }
    assert named
    for path in named:
        assert (ROOT / path).exists(), path
    assert "dist/" in (ROOT / ".gitignore").read_text("utf-8")


def test_the_tests_are_the_readmes_own_command_on_every_system_and_the_oldest_and_newest_python() -> None:
    rows = loaded(ROOT / ".github/workflows/tests.yml")["jobs"]["tests"]["strategy"]["matrix"]["include"]
    assert "python3 run.py test" in (ROOT / "README.md").read_text("utf-8")
    for row in rows:
        assert re.search(r"(?:^| )python3? run\.py test$", row["command"]), row
        assert row.keys() == {"system", "runner", "container", "python", "command"}
    oldest = re.search(r'requires-python = ">=(3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert oldest
    for runner in ("ubuntu", "windows", "macos"):
        found = {row["python"] for row in rows if row["runner"].startswith(runner)}
        assert {oldest[1], "3.14"} <= found, runner


def test_actions_are_pinned_by_commit_and_say_which_version_that_is() -> None:
    for path in FILES:
        for line in path.read_text("utf-8").splitlines():
            if "uses:" in line:
                assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line
    assert {step["uses"].partition("/")[0] for _, step in steps() if "uses" in step} == {"actions"}


def test_nothing_may_be_written_but_by_the_job_that_offers_the_release() -> None:
    for path in FILES:
        assert loaded(path)["permissions"] == {"contents": "read"}, path.name
    written = {name: job["permissions"] for name, job in jobs() if "permissions" in job}
    assert written == {"release.publish": {"contents": "write"}}
    for name, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": False}, name


def test_secrets_are_handed_to_single_steps_and_never_stand_in_a_command() -> None:
    for name, job in jobs():
        for key, value in job.get("env", {}).items():
            assert not re.search(r"secrets\.", value) or re.fullmatch(r"\$\{\{ secrets\.\w+ != '' \}\}", value), (
                name,
                key,
            )
        for step in job["steps"]:
            assert "secrets." not in step.get("run", ""), name
            for value in step.get("env", {}).values():
                if "secrets." in value:
                    assert re.search(r"_CONFIGURED == 'true'", step["if"]), (name, step["name"])


def test_what_comes_from_outside_is_no_part_of_a_command() -> None:
    """An expression within a command is put into its text before any shell quotes it."""
    for name, step in steps():
        inside = re.findall(r"\$\{\{(.*?)\}\}", step.get("run", ""))
        assert all(each.strip() == "matrix.command" for each in inside), name


def test_every_expression_reads_something_that_exists() -> None:
    for path in FILES:
        text = path.read_text("utf-8")
        for expression in re.findall(r"\$\{\{(.*?)\}\}", text):
            assert re.match(rf"\s*(?:{'|'.join(CONTEXTS)})\.\w+", expression), expression
        for name, job in loaded(path)["jobs"].items():
            keys = _matrix_keys(job)
            for key in re.findall(r"matrix\.(\w+)", yaml.safe_dump(job)):
                assert key in keys, (name, key)
            for needed in _needs(job):
                assert needed in loaded(path)["jobs"]


def _matrix_keys(job: Mapping[str, Any]) -> set[str]:
    matrix = job.get("strategy", {}).get("matrix", {})
    names: list[str] = [*matrix, *(key for row in matrix.get("include", ()) for key in row)]
    return set(names) - {"include"}


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def test_a_release_is_drafted_for_somebody_to_publish_and_never_replaced_once_it_is() -> None:
    (run,) = [
        step["run"] for name, step in steps() if name == "release.publish" and "gh release" in step.get("run", "")
    ]
    create = next(line for line in run.splitlines() if "gh release create" in line)
    assert "--draft" in create
    assert "--verify-tag" in create
    before, _, _ = run.partition("gh release upload")
    assert "isDraft" in before, "only a draft is filled anew"


def test_one_of_a_kind_runs_at_a_time_and_a_release_is_never_broken_off() -> None:
    found = {path.stem: loaded(path)["concurrency"] for path in FILES}
    assert all("github.ref" in each["group"] for each in found.values())
    assert {name: each["cancel-in-progress"] for name, each in found.items()} == {"release": False, "tests": True}


def test_everything_that_is_made_is_tried_and_offered() -> None:
    release = loaded(ROOT / ".github/workflows/release.yml")["jobs"]
    makers = set(release) - {"version", "publish"}
    assert set(release["publish"]["needs"]) == makers
    for name in makers:
        run = "\n".join(step.get("run", "") for step in release[name]["steps"])
        assert "demo --headless" in run or "release.try_windows" in run, f"{name} tries nothing"
        assert any(step.get("uses", "").startswith("actions/upload-artifact@") for step in release[name]["steps"])
        if name != "python":
            assert "release.sbom" in run, name
    names = [
        step["with"]["name"]
        for name in makers
        for step in release[name]["steps"]
        if "upload-artifact" in step.get("uses", "")
    ]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_job_ends_by_itself(path: Path) -> None:
    for name, job in loaded(path)["jobs"].items():
        assert 0 < job["timeout-minutes"] <= 90, name
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step), name
