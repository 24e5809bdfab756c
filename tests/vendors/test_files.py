"""The vendors' own SDKs as clients of our fakes' files."""

import pytest
from tests.vendors.conftest import open_vendor

from genai_sdk.testing import FakeProvider


@pytest.mark.parametrize("vendor", ["openai", "anthropic", "google"])
def test_the_sdk_uploads_and_finds_a_file_of_the_fake_s(vendor: str) -> None:
    with FakeProvider("fake") as fake, open_vendor("files_inside.py") as process:
        assert process.do(vendor, url=fake.url) == {"value": ["page.txt", 14, True, True, True]}
        assert len(fake.files) == 0
