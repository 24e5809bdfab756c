"""What a piece of the API's work is done with."""

from collections.abc import Callable
from typing import Literal

import msgspec

from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.api.store import Store

Mode = Literal["legacy", "dual", "events_only"]
"""Which endpoints answer.

`dual` answers the old ones (v1) and the new ones; `events_only`, in which a bare 4.16 runs, refuses the old ones;
`legacy` is an older Langfuse, which has no others. The names are those of Langfuse's setting
`LANGFUSE_MIGRATION_V4_WRITE_MODE`.
"""


class Project(msgspec.Struct, frozen=True):
    """The project of the key pair.

    Attributes:
        id: Its id.
        name: Its name.
        organization: Id and name of the organisation that it belongs to.
    """

    id: str
    name: str
    organization: tuple[str, str]


class Context(msgspec.Struct, frozen=True):
    """What a piece of work may use.

    Attributes:
        store: What the project keeps.
        project: The project.
        mode: Which endpoints answer.
    """

    store: Store
    project: Project
    mode: Mode = "dual"


Work = Callable[[Context, ApiRequest], ApiResponse]
