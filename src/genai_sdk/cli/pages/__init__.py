"""The pages of the documentation: what there are, in which order, and what they are called.

It needs nothing but Python's own library, since the site is built with it where this package is not installed.
"""

from genai_sdk.cli.pages.headings import Heading, headings, lines_in_sections, section_of, title_of
from genai_sdk.cli.pages.navigation import (
    KOREAN,
    NAVIGATION,
    Section,
    folder,
    korean_of,
    name_of,
    read_navigation,
    sources,
    unlisted,
)

__all__ = [
    "KOREAN",
    "NAVIGATION",
    "Heading",
    "Section",
    "folder",
    "headings",
    "korean_of",
    "lines_in_sections",
    "name_of",
    "read_navigation",
    "section_of",
    "sources",
    "title_of",
    "unlisted",
]
