"""Drivers: each makes one attempt of any operation on one deployment, and knows no policy."""

from genai_sdk.drivers.driver import AsyncStream, Deployment, Driver, DriverResponse, Stream

__all__ = ["AsyncStream", "Deployment", "Driver", "DriverResponse", "Stream"]
