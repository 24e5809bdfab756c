#!/usr/bin/env bash
# boto3 1.44.8: Bedrock throttles a call of ConverseStream, once before the stream and once within it.
# Expected: `client.exceptions.ThrottlingException` both times: the service's model lists it for the stream.
# Seen: within the stream botocore's EventStreamError, whose code begins in lower case; `except ThrottlingException`, and
# a comparison with the code "ThrottlingException", miss it.
exec "$(dirname "$0")/lib/run.sh" boto3==1.44.8 << 'PLAY'
import json
import struct
import zlib

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from served import Served, finish


def frame(body, **headers):
    listed = b"".join(
        bytes([len(name) + 1]) + b":" + name.encode() + b"\x07" + struct.pack("!H", len(item)) + item.encode()
        for name, item in ((name.replace("_", "-"), item) for name, item in headers.items())
    )
    data = json.dumps(body).encode()
    head = struct.pack("!II", 16 + len(listed) + len(data), len(listed))
    whole = head + struct.pack("!I", zlib.crc32(head)) + listed + data
    return whole + struct.pack("!I", zlib.crc32(whole))


server = Served()
client = boto3.client(
    "bedrock-runtime", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret", config=Config(retries={"total_max_attempts": 1}),
)


def caught():
    try:
        list(client.converse_stream(modelId="m", messages=[{"role": "user", "content": [{"text": "hi"}]}])["stream"])
    except ClientError as error:
        return isinstance(error, client.exceptions.ThrottlingException), error.response["Error"]["Code"]


server.answers({"message": "Too fast."}, status=429, x_amzn_ErrorType="ThrottlingException")
before = caught()
server.sends(
    frame({"role": "assistant"}, message_type="event", event_type="messageStart")
    + frame({"message": "Too fast."}, message_type="exception", exception_type="throttlingException"),
    "application/vnd.amazon.eventstream",
)
within = caught()
finish(
    "boto3", expected=f"{before}, twice", seen=f"{before}, {within}",
    still=before == (True, "ThrottlingException") and within == (False, "throttlingException"),
)
PLAY
