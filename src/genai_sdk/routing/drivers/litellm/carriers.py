"""What waits: for tokens, and for the answers to litellm's questions."""

from functools import partial
from typing import TypeVar

from genai_sdk.http import AsyncTransport, Budget, SyncTransport
from genai_sdk.lifecycle.ending import on_thread
from genai_sdk.routing.drivers.carriers import AsyncCarrier, Carrier
from genai_sdk.routing.drivers.driver import Deployment, Reply
from genai_sdk.routing.drivers.identity import Identity, bearer_identity, key_file_of, own_identity
from genai_sdk.routing.drivers.litellm.conversation import Conversation
from genai_sdk.routing.drivers.litellm.google import project_of
from genai_sdk.routing.drivers.litellm.host import Host
from genai_sdk.routing.drivers.litellm.tokens import Tokens

T = TypeVar("T")


class Messenger(Carrier):
    """Carries litellm's questions over the sync transport."""

    def __init__(self, transport: SyncTransport, tokens: Tokens, host: Host) -> None:
        super().__init__(transport)
        self._tokens = tokens
        self._host = host

    def identify(self, deployment: Deployment, budget: Budget) -> Identity:
        """Return what the deployment's requests are authenticated with."""
        found = own_identity(deployment.connection)
        if found is not None:
            return found
        key_file = key_file_of(deployment.connection)
        if key_file is None:
            return self._host.identity(deployment.connection.view.adapter, budget)
        token = self._tokens.get(deployment, key_file, budget)
        return bearer_identity(token, project_of(key_file), partial(self._tokens.drop, key_file, token))

    def converse(self, talk: Conversation[T], budget: Budget) -> Reply[T]:
        """Carry a conversation to its end."""
        attempt, answer = talk.attempt, None
        while (question := talk.turn(answer)) is not None:
            response = self.open(attempt.deployment, attempt.request(question), budget)
            answer = self.read(attempt.deployment, response)
            attempt.accept(answer)
        return Reply(talk.value, attempt.request_id)


class AsyncMessenger(AsyncCarrier):
    """Carries litellm's questions over the async transport; the twin of `Messenger`."""

    def __init__(self, transport: AsyncTransport, tokens: Tokens, host: Host) -> None:
        super().__init__(transport)
        self._tokens = tokens
        self._host = host

    async def identify(self, deployment: Deployment, budget: Budget) -> Identity:
        """Return what the deployment's requests are authenticated with."""
        found = own_identity(deployment.connection)
        if found is not None:
            return found
        key_file = key_file_of(deployment.connection)
        if key_file is None:
            return await on_thread(self._host.identity, deployment.connection.view.adapter, budget)
        token = await self._tokens.aget(deployment, key_file, budget)
        return bearer_identity(token, project_of(key_file), partial(self._tokens.drop, key_file, token))

    async def converse(self, talk: Conversation[T], budget: Budget, *, aside: bool = False) -> Reply[T]:
        """Carry a conversation to its end; with `aside` litellm's turns are taken on a thread."""
        attempt, answer = talk.attempt, None
        while (question := await on_thread(talk.turn, answer) if aside else talk.turn(answer)) is not None:
            response = await self.open(attempt.deployment, attempt.request(question), budget)
            answer = await self.read(attempt.deployment, response)
            attempt.accept(answer)
        return Reply(talk.value, attempt.request_id)
