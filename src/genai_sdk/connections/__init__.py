"""Connections and their secrets, the sources that deliver them, and the registry that keeps them fresh."""

from typing import TYPE_CHECKING

from genai_sdk.connections.connection import Connection, ConnectionSet, Credentials, Project
from genai_sdk.connections.parse import parse, parse_result
from genai_sdk.connections.project import ProjectLookup
from genai_sdk.connections.record import ConnectionRecord, SourceResult
from genai_sdk.connections.refetch import RefetchResult
from genai_sdk.connections.registry import ConnectionRegistry
from genai_sdk.connections.secret import Secret
from genai_sdk.connections.sources import BrokerSource, ReadLimits, Source
from genai_sdk.deferred import deferred

if TYPE_CHECKING:
    from genai_sdk.connections.sources.database import DatabaseSource, LangfuseDatabase

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
    "RefetchResult",
    "Secret",
    "Source",
    "SourceResult",
    "parse",
    "parse_result",
]

__getattr__ = deferred(
    __name__, dict.fromkeys(("DatabaseSource", "LangfuseDatabase"), "genai_sdk.connections.sources.database")
)
