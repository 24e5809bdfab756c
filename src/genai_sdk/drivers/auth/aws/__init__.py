"""The identity of the calling host on AWS, without AWS's libraries where none is needed."""

from genai_sdk.drivers.auth.aws.chain import AwsChain, HostCredentials

__all__ = ["AwsChain", "HostCredentials"]
