"""What outlives a call: batches of requests, answered within a day at a lower price, and files that a vendor keeps."""

from genai_sdk.jobs.batch import Batch, BatchCounts, BatchResult, BatchStatus
from genai_sdk.jobs.file import FileObject, FileStatus

__all__ = ["Batch", "BatchCounts", "BatchResult", "BatchStatus", "FileObject", "FileStatus"]
