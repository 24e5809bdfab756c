#!/usr/bin/env bash
# boto3 1.44.8: a client of Bedrock is made with keys in the code, while AWS_BEARER_TOKEN_BEDROCK is in the environment.
# Expected: what stands in the code beats the environment, as with every other credential, and the call is signed.
# Seen: the token goes out in place of the signature, and the call counts for the account that the token belongs to.
exec "$(dirname "$0")/lib/run.sh" boto3==1.44.8 << 'PLAY'
import os

import boto3
from served import finish


class Seen(Exception):
    pass


def show(request, **_):
    raise Seen(bytes(request.headers["Authorization"]).decode().partition(" ")[0])


def scheme():
    session = boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", region_name="us-east-1")
    client = session.client("bedrock-runtime")
    client.meta.events.register("before-send.bedrock-runtime.*", show)
    try:
        client.converse(modelId="m", messages=[{"role": "user", "content": [{"text": "hi"}]}])
    except Seen as seen:
        return str(seen)


os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)
without = scheme()
os.environ["AWS_BEARER_TOKEN_BEDROCK"] = "token"
within = scheme()
finish(
    "boto3", expected=f"{without}, whatever the environment holds", seen=f"{within} with the token in the environment",
    still=(without, within) == ("AWS4-HMAC-SHA256", "Bearer"),
)
PLAY
