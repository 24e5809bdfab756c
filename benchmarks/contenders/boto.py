"""AWS's own SDK, on Bedrock's Converse; it has no async side."""

from typing import Any

import boto3
from botocore.config import Config

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, Count, NoEmbeddings, Streamed, check_text

_ASKED: dict[str, Any] = {
    "modelId": canned.MODELS["bedrock"],
    "messages": [{"role": "user", "content": [{"text": MESSAGES[0]["content"]}]}],
}


class Boto(NoEmbeddings):
    """One client for each speed.

    Args:
        url: The server's address.
    """

    def __init__(self, url: str) -> None:
        self._clients = {paced: _client(f"{url}/{speed}") for paced, speed in ((False, "burst"), (True, "paced"))}

    def chat(self) -> None:
        content = self._clients[False].converse(**_ASKED)["output"]["message"]["content"]
        check_text("".join(block["text"] for block in content))

    async def achat(self) -> None:
        raise NotImplementedError("boto3 has no async client")

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        for event in self._clients[paced].converse_stream(**_ASKED)["stream"]:
            if "contentBlockDelta" in event:
                count.add(event["contentBlockDelta"]["delta"]["text"])
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        raise NotImplementedError("boto3 has no async client")


def _client(url: str) -> Any:
    return boto3.client(
        "bedrock-runtime",
        endpoint_url=url,
        region_name=canned.AWS_REGION,
        aws_access_key_id=canned.AWS_KEY_ID,
        aws_secret_access_key=canned.KEY,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=60, read_timeout=60),
    )
