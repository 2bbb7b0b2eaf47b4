"""The edge of the process: parse, run, answer in the form asked for, and never show a traceback."""

import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from b24learn_gui.cli.asked import Asked, Job, Misread, glimpsed, without_command
from b24learn_gui.cli.output import Output, prepare_streams
from b24learn_gui.cli.progress import BarReporter, EventReporter, QuietReporter
from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.text import Words, chosen_language
from b24learn_gui.text.errors import error_sentence

if TYPE_CHECKING:  # heavy; help and wrong usage do without
    from b24learn_gui.cli.jobs import Answer
    from b24learn_gui.service.opening import Windows


def main(arguments: Sequence[str] | None = None, *, windows: "Windows | None" = None) -> int:
    """Run one command line and return its exit code. `windows` opens them where the command asks for any."""
    prepare_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    guess = glimpsed(given)
    words = Words(chosen_language(guess.lang))
    asked = Asked()
    output = Output(guess.mode)
    try:
        job, shown = _parsed(given, words, asked)
        asked.require_one_mode()
    except Misread as error:
        return _answer_error(error.command, error.usage, words, output)
    except SyncError as error:
        return _answer_error("", error, words, output)
    if job is None:
        if output.mode == "text":
            output.text(shown)
        else:
            _answer(output, {"command": "help", "exit_code": 0, "help": shown})
        return 0
    return _run(job, asked, words, output, windows)


def _parsed(given: list[str], words: Words, asked: Asked) -> tuple[Job | None, str]:
    """The job, or the text that was asked for. The parser is loaded only where a line needs it: it is heavy."""
    found = without_command(given, asked)
    if found is not None:
        return found, ""
    from b24learn_gui.cli.parsing import parse  # noqa: PLC0415 - see above

    return parse(given, words, asked)


def _run(job: Job, asked: Asked, words: Words, output: Output, windows: "Windows | None") -> int:
    reporter = _reporter(output, words)
    log_file: str | None = None
    try:
        from b24learn_gui.cli.jobs import Desk, perform  # noqa: PLC0415 - heavy; help and wrong usage do without

        stop = threading.Event()
        desk = Desk(asked=asked, words=words, output=output, reporter=reporter, stop=stop, windows=windows)
        try:
            answer = perform(job, desk)
        finally:
            _close(reporter)
            words, log_file = desk.words, str(desk.log_file) if desk.log_file else None
    except SyncError as error:
        return _answer_error(job.command, error, words, output)
    except (KeyboardInterrupt, EOFError):
        return _answer_error(job.command, StoppedOnRequest("stopped"), words, output)
    except Exception as defect:  # noqa: BLE001 - the edge: a defect is logged and named, never shown as a traceback
        found = SyncError("defect", kind=type(defect).__name__, log=log_file)
        return _answer_error(job.command, found, words, output)
    return _tell(job, answer, output)


def _tell(job: Job, answer: "Answer", output: Output) -> int:
    if output.mode == "text":
        if told := answer.told():
            output.text(told)
    else:
        if not job.arguments.get("serving"):  # its one line was printed when the servers were ready
            _answer(output, answer.value)
        if answer.value.get("error"):
            output.text(str(answer.value["error"]["message"]))
    return int(answer.value["exit_code"])


def _reporter(output: Output, words: Words) -> EventReporter | BarReporter | QuietReporter:
    if output.mode == "events":
        return EventReporter(output)
    if output.on_terminal and os.environ.get("TERM") != "dumb":
        return BarReporter(output, words)
    return QuietReporter(output, words)


def _close(reporter: object) -> None:
    if isinstance(reporter, BarReporter):
        reporter.close()


def _answer_error(command: str, error: SyncError, words: Words, output: Output) -> int:
    """The object or the sentence of a command that failed as a whole."""
    sentence = error_sentence(error, words)
    if output.mode == "text":
        output.aside(f"{sentence}\n")
    else:
        value = {
            "command": command or None,
            "exit_code": error.exit_code,
            "error": {"code": error.code, "message": sentence, "side": error.side, "portal": error.portal},
        }
        _answer(output, value)
        output.text(sentence)
    return error.exit_code


def _answer(output: Output, value: dict[str, Any]) -> None:
    if output.mode == "events":
        output.event("summary", value)
    else:
        output.object(value)
