"""What runs in the vendors' environment: boto3, told by lines of JSON what to call, answering with what it saw."""

import base64
import json
import sys
from typing import Any

import boto3
from botocore.config import Config


def plain(item: Any) -> Any:
    """Return what boto3 gives as JSON: bytes in base64, as they were on the wire."""
    if isinstance(item, dict):
        return {key: plain(part) for key, part in item.items() if key != "ResponseMetadata"}
    if isinstance(item, list):
        return [plain(part) for part in item]
    return base64.b64encode(item).decode() if isinstance(item, bytes) else item


def answer(order: dict[str, Any]) -> Any:
    """Make one call."""
    keys = order["keys"]
    client = boto3.client(
        "bedrock-runtime",
        endpoint_url=order["url"],
        region_name=order.get("region", "us-east-1"),
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        aws_session_token=keys[2] if len(keys) > 2 else None,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=20, connect_timeout=5),
    )
    arguments = order["arguments"]
    if order["call"] == "invoke_model":
        arguments = {**arguments, "body": json.dumps(arguments["body"])}
    made = getattr(client, order["call"])(**arguments)
    if order["call"] == "invoke_model":
        return json.loads(made["body"].read())
    if order["call"] == "converse_stream":
        return [plain(event) for event in made["stream"]]
    return plain(made)


for line in sys.stdin:
    try:
        said = {"value": answer(json.loads(line))}
    except Exception as error:
        said = {
            "error": type(error).__name__,
            "text": str(error),
            "code": getattr(error, "response", {}).get("Error", {}).get("Code"),
        }
    print(json.dumps(said), flush=True)
