"""The broker: hands a project's connections to whoever holds its key pair, over a small protocol of storage."""

from genai_sdk.broker.storage import Storage
from genai_sdk.broker.wire import ACCEPT, PATH, BrokerAnswer, answer

__all__ = ["ACCEPT", "PATH", "BrokerAnswer", "Storage", "answer"]
