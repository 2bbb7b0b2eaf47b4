"""How the embedded Learn says no: a status and the message of the error body (contract section 8)."""


class Refusal(Exception):
    """Ends a call; nothing of it is done unless the rule says otherwise."""

    def __init__(self, status: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


def bad(message: str) -> Refusal:
    return Refusal(400, message)


def denied(message: str = "Permission denied") -> Refusal:
    return Refusal(403, message)
