"""Collects from the package's syntax trees which codes it raises and which messages it asks a translation for."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "b24learn_gui"


@cache
def _trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text("utf-8"))) for path in sorted(PACKAGE.rglob("*.py")))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def error_classes() -> set[str]:
    """Names of all classes below `SyncError`, wherever they are defined."""
    known = {"SyncError"}
    while True:
        found = {
            node.name
            for _, tree in _trees()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            and any(getattr(base, "id", getattr(base, "attr", "")) in known for base in node.bases)
        }
        if found <= known:
            return known
        known |= found


def _makers() -> dict[str, int]:
    """Functions with a parameter `code` that return an error (or never return): name → the parameter's position."""
    makers: dict[str, int] = {}
    errors = error_classes() | {"NoReturn", "Never"}
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg not in {"self", "cls"}]
                answer = getattr(node.returns, "id", "") or _text(node.returns)
                if "code" in names and answer in errors:
                    makers[node.name] = names.index("code")
    return makers


def raised_codes() -> dict[str, str]:
    """Every code an error is made with → the file it is made in."""
    found: dict[str, str] = {}
    classes, makers = error_classes(), _makers()
    for path, tree in _trees():
        if path.is_relative_to(PACKAGE / "demo"):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = _called(node)
            keyword = next((_text(item.value) for item in node.keywords if item.arg == "code"), None)
            if name in classes:
                code = keyword or (_text(node.args[0]) if node.args else None)
            elif name in makers:
                code = keyword or (_text(node.args[makers[name]]) if len(node.args) > makers[name] else None)
            else:
                continue
            if code:
                found.setdefault(code, path.name)
    return found


def codes_of(constructor: str, position: int, keyword: str = "code") -> dict[str, str]:
    """Literal codes handed to `Fault`, `Doubt`, `Problem` …: by position or by keyword."""
    found: dict[str, str] = {}
    for path, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == constructor:
                code = next((_text(item.value) for item in node.keywords if item.arg == keyword), None)
                if code is None and len(node.args) > position:
                    code = _text(node.args[position])
                if code:
                    found.setdefault(code, path.name)
    return found


def messages() -> Iterator[tuple[str, str]]:
    """(singular, plural or "") of every literal message asked for by `mark`, `words` or `plural`."""
    for _, tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = _called(node)
            owner = _called_on(node)
            if name in {"plural", "mark_plural"} and len(node.args) >= 2 and (one := _text(node.args[0])):
                yield one, _text(node.args[1]) or ""
            elif (name in {"mark", "words", "_words"} or (name == "self" and owner == "self")) and node.args:
                message = _text(node.args[0])
                if message:
                    yield message, ""


def _called_on(node: ast.Call) -> str:
    return getattr(node.func, "id", "")
