"""Amazon Bedrock's wire: who calls, and what an error looks like.

docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html; AWS's common errors; texts as seen
in public bug reports. AWS does not send `Retry-After` by itself; it is sent here when a step asks for it.
"""

from typing import ClassVar

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.formats.codec import Words
from genai_sdk.testing.formats.converse import CONVERSE
from genai_sdk.testing.formats.invoke import INVOKE, INVOKE_STREAM
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.sigv4 import is_timely, signature_of, verifies
from genai_sdk.testing.wires.openai import bearer
from genai_sdk.testing.wires.wire import DeniedError, Failure, Wire, retry_after, route


class Bedrock(Wire):
    """The runtime of Amazon Bedrock."""

    name = "bedrock"
    id_headers = ("x-amzn-requestid",)
    errors: ClassVar = {
        "no_key": Words(403, "Missing Authentication Token", "MissingAuthenticationTokenException"),
        "unauthorized": Words(
            403, "The security token included in the request is invalid.", "UnrecognizedClientException"
        ),
        "signature": Words(
            403,
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.",
            "InvalidSignatureException",
        ),
        "stale": Words(403, "Signature expired: it is not within 5 min. of now", "InvalidSignatureException"),
        "bearer": Words(403, "Authentication failed: Please make sure your API Key is valid.", "AccessDeniedException"),
        "forbidden": Words(
            403, "You don't have access to the model with the specified model ID.", "AccessDeniedException"
        ),
        "not_found": Words(
            404,
            "Could not resolve the foundation model from the model identifier: {model}",
            "ResourceNotFoundException",
        ),
        "bad_request": Words(
            400, "Malformed input request, please reformat your input and try again.", "ValidationException"
        ),
        "context_window": Words(400, "Input is too long for requested model.", "ValidationException"),
        "content_filter": Words(
            400,
            "The model returned the following errors: Output blocked by content filtering policy",
            "ValidationException",
        ),
        "timeout": Words(
            408,
            "The request took too long to process. Processing time exceeded the model timeout length.",
            "ModelTimeoutException",
        ),
        "rate_limit": Words(429, "Too many requests, please wait before trying again.", "ThrottlingException"),
        "server_error": Words(
            500,
            "The system encountered an unexpected error during processing. Try your request again.",
            "InternalServerException",
        ),
        "overloaded": Words(503, "Bedrock is unable to process your request.", "ServiceUnavailableException"),
    }

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take a bearer key, or a signature (which is verified if the fake was told its secrets)."""
        key = bearer(request)
        if key:
            if not keyring.has(key):
                raise DeniedError("bearer", key)
            return "bearer", key
        signature = signature_of(request)
        if signature is None:
            raise DeniedError("no_key")
        if keyring.aws_keys is not None:
            secret = keyring.aws_keys.get(signature.access_key_id)
            if secret is None:
                raise DeniedError("unauthorized", signature.access_key_id)
            if not verifies(request, signature, secret):
                raise DeniedError("signature")
            if not is_timely(request):
                raise DeniedError("stale")
        return "sigv4", signature.access_key_id

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error in AWS's shape: its name is in a header."""
        words = self.words(failure, call)
        name = {"x-amzn-errortype": f"{words.code}:http://internal.amazon.com/coral/com.amazon.bedrock/"}
        return json_answer({"message": words.message}, words.status, {**name, **retry_after(failure)})


WIRE = Bedrock()

_MODEL = "/model/(?P<model>[^/]+)"

ROUTES = (
    route(_MODEL + "/(?P<verb>converse|converse-stream)", WIRE, CONVERSE),
    route(_MODEL + "/invoke", WIRE, INVOKE),
    route(_MODEL + "/invoke-with-response-stream", WIRE, INVOKE_STREAM),
)
