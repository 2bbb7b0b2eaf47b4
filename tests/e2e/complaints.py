"""What every failure of a whole command has to look like, whatever the cause (INTERFACE: JSON by command; STYLE: Words)."""

import contextlib
import io
import json
import re
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from b24learn_gui.cli.main import main
from tests.e2e.arena import Arena

_ONE_SENTENCE = re.compile(r"[.!?…](?:\s|$)")
_GLUED = re.compile(r"[^.!?…:;•\n] (?:Nothing|Enter|Check|Run|Ничего|Введите|Проверьте|Запустите) ")
_NO_WORDS = ("no word for", "нет слов", "{", "}", "Traceback", "None")
_ERROR_KEYS = {"code", "message", "side", "portal"}


def secrets_of(made: Arena) -> list[str]:
    """Everything nobody may ever read in an output, a log or the journal."""
    kept = [made.learn.password, made.learn.client_secret, *(portal.code for portal in made.portals.values())]
    files = [file.read_bytes() for file in made.secrets.iterdir()] if made.secrets.is_dir() else []
    texts = [text.decode("utf-8", errors="ignore").strip() for text in files]
    return [text for text in (*kept, *texts) if len(text) > 3]


def assert_no_secret(made: Arena, *texts: str) -> None:
    """Neither in what was printed nor in anything that was kept in the home."""
    kept = [file.read_bytes() for file in made.home.rglob("*") if file.is_file()] if made.home.is_dir() else []
    for secret in secrets_of(made):
        assert not any(secret in text for text in texts)
        assert not any(secret.encode() in data for data in kept)


def asked(made: Arena, *words: str, lang: str = "en", environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One command with `--json`: exactly one object, its exit code the process's, no traceback and no secret."""
    process = made.start(*words, "--json", "--lang", lang, environment=environment)
    output, errors = process.communicate(timeout=100)
    assert "Traceback" not in errors, errors
    assert_no_secret(made, output, errors)
    answer: dict[str, Any] = json.loads(output)
    assert answer["exit_code"] == process.returncode
    return answer


def asked_here(made: Arena, *words: str, lang: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The same within this process: what the command line says in another language is worth no second start."""
    variables = {name: value for name, value in {**made.environment(), **(environment or {})}.items() if value}
    output, errors = io.StringIO(), io.StringIO()
    with (
        patch.dict("os.environ", variables, clear=True),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        code = main([*words, "--json", "--lang", lang])
    assert_no_secret(made, output.getvalue(), errors.getvalue())
    answer: dict[str, Any] = json.loads(output.getvalue())
    assert answer["exit_code"] == code
    return answer


def assert_sentence(message: str, lang: str) -> None:
    """What happened, what did not, what to do (a command to be copied has no full stop): nothing unfilled or glued."""
    happened_and_not, _, advice = message.rstrip().rstrip(".").rpartition(". ")
    assert happened_and_not, message
    assert len(advice) > 10, message
    assert len(_ONE_SENTENCE.findall(message)) >= 2, message
    assert not any(odd in message for odd in _NO_WORDS), message
    assert not _GLUED.search(message), message
    cyrillic = len(re.findall("[а-яё]", message, re.IGNORECASE))
    if lang == "ru":
        assert cyrillic >= 10, message
    else:
        assert cyrillic == 0, message


def complains(
    made: Arena,
    exit_code: int,
    code: str,
    *,
    side: str = "here",
    portal: str | None = None,
    words: tuple[str, ...] | None = None,
    mentions: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    process: bool = True,
) -> None:
    """`sync` in English, as a `process`, and `preview` in Russian (or `words` in both) end in this error; nothing changed.

    `mentions`: what the sentence has to name in either language.
    """
    before = made.truth()
    english = (asked if process else asked_here)(made, *(words or ("sync",)), lang="en", environment=environment)
    russian = asked_here(made, *(words or ("preview",)), lang="ru", environment=environment)
    for lang, answer in (("en", english), ("ru", russian)):
        error = answer.get("error")
        assert error is not None, answer
        found = (answer["exit_code"], error["code"], error["side"], error["portal"])
        assert found == (exit_code, code, side, portal), error
        assert set(error) == _ERROR_KEYS
        assert_sentence(error["message"], lang)
        for each in mentions:
            assert each in error["message"], error["message"]
    assert made.truth() == before
    assert not made.learn.log.writes
