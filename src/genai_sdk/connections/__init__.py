"""Connections and their secrets, the sources that deliver them, and the registry that keeps them fresh."""

from genai_sdk.connections.connection import Connection, ConnectionSet, Credentials, Project
from genai_sdk.connections.parse import parse, parse_result
from genai_sdk.connections.project import ProjectLookup
from genai_sdk.connections.record import ConnectionRecord, SourceResult, encode_result
from genai_sdk.connections.registry import ConnectionRegistry
from genai_sdk.connections.sources import BrokerSource, DatabaseSource, LangfuseDatabase, ReadLimits, Source
from genai_sdk.secret import Secret

__all__ = [
    "BrokerSource",
    "Connection",
    "ConnectionRecord",
    "ConnectionRegistry",
    "ConnectionSet",
    "Credentials",
    "DatabaseSource",
    "LangfuseDatabase",
    "Project",
    "ProjectLookup",
    "ReadLimits",
    "Secret",
    "Source",
    "SourceResult",
    "encode_result",
    "parse",
    "parse_result",
]
