"""Batches: requests that a vendor answers within a day at a lower price, and that outlive their process."""

from genai_sdk.jobs.batch import Batch, BatchCounts, BatchResult, BatchStatus

__all__ = ["Batch", "BatchCounts", "BatchResult", "BatchStatus"]
