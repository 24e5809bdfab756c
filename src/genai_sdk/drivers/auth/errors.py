"""What is raised where whoever gives access tokens answers with none."""

from genai_sdk.errors import GenAIError


class TokenError(GenAIError):
    """No access token was given.

    Attributes:
        status: The HTTP status.
        body: The answer.
    """

    def __init__(self, message: str, status: int = 0, body: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.body = body
