"""A rule that is broken goes in; Telegram's status, description and parameters come out."""

from typing import Any

Json = dict[str, Any]
"""One JSON object as Telegram sends or receives it."""


class RefusedError(Exception):
    """The answer is `ok: false` with this status and these words."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(words: str, **parameters: int) -> RefusedError:
    return RefusedError(400, f"Bad Request: {words}", **parameters)


def forbidden(words: str) -> RefusedError:
    return RefusedError(403, f"Forbidden: {words}")


def conflict(words: str) -> RefusedError:
    return RefusedError(409, f"Conflict: {words}")


def too_many_requests(retry_after: int) -> RefusedError:
    words = f"Too Many Requests: retry after {retry_after}"
    return RefusedError(429, words, retry_after=retry_after)


def too_large() -> RefusedError:
    return RefusedError(413, "Request Entity Too Large")
