"""The vendors' own SDKs as clients of our fakes' batches."""

import pytest
from tests.vendors.conftest import open_vendor

from genai_sdk.testing import FakeProvider


@pytest.mark.parametrize(
    ("vendor", "status"), [("openai", "completed"), ("anthropic", "ended"), ("google", "JOB_STATE_SUCCEEDED")]
)
def test_the_sdk_makes_and_reads_a_batch_of_the_fake_s(vendor: str, status: str) -> None:
    with FakeProvider("fake") as fake, open_vendor("batches_inside.py") as process:
        assert process.do(vendor, url=fake.url) == {"value": [status, "fake: hi", True]}
