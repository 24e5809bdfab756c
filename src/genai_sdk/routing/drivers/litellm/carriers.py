"""What waits: for tokens, for heads and for bodies, over our transports."""

from functools import partial
from typing import TypeVar

from genai_sdk.http import (
    AsyncResponse,
    AsyncTransport,
    Budget,
    SyncResponse,
    SyncTransport,
    TransportClosed,
    TransportError,
)
from genai_sdk.http.ending import on_thread
from genai_sdk.routing.drivers.driver import Deployment, Reply
from genai_sdk.routing.drivers.litellm import failures
from genai_sdk.routing.drivers.litellm.attempt import Attempt
from genai_sdk.routing.drivers.litellm.conversation import Conversation
from genai_sdk.routing.drivers.litellm.google import project_of
from genai_sdk.routing.drivers.litellm.headers import lowered
from genai_sdk.routing.drivers.litellm.host import Host
from genai_sdk.routing.drivers.litellm.identity import Identity, bearer_identity, key_file_of, own_identity
from genai_sdk.routing.drivers.litellm.question import Answer, Question
from genai_sdk.routing.drivers.litellm.tokens import Tokens

T = TypeVar("T")


class Carrier:
    """Carries over the sync transport."""

    def __init__(self, transport: SyncTransport, tokens: Tokens, host: Host) -> None:
        self._transport = transport
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
        answer = None
        while (question := talk.turn(answer)) is not None:
            answer = talk.attempt.accept(self.read(talk.attempt, self.open(talk.attempt, question, budget)))
        return Reply(talk.value, talk.attempt.request_id)

    def open(self, attempt: Attempt, question: Question, budget: Budget) -> SyncResponse:
        """Send a question and return the response once its head is there."""
        try:
            return self._transport.open(attempt.request(question), budget)
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(attempt.deployment, failed)

    def read(self, attempt: Attempt, response: SyncResponse) -> Answer:
        """Read a response to its end."""
        try:
            return Answer(response.status, lowered(response.headers), response.read())
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(attempt.deployment, failed)


class AsyncCarrier:
    """Carries over the async transport; the twin of `Carrier`."""

    def __init__(self, transport: AsyncTransport, tokens: Tokens, host: Host) -> None:
        self._transport = transport
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
        answer = None
        while (question := await on_thread(talk.turn, answer) if aside else talk.turn(answer)) is not None:
            response = await self.open(talk.attempt, question, budget)
            answer = talk.attempt.accept(await self.read(talk.attempt, response))
        return Reply(talk.value, talk.attempt.request_id)

    async def open(self, attempt: Attempt, question: Question, budget: Budget) -> AsyncResponse:
        """Send a question and return the response once its head is there."""
        try:
            return await self._transport.open(attempt.request(question), budget)
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(attempt.deployment, failed)

    async def read(self, attempt: Attempt, response: AsyncResponse) -> Answer:
        """Read a response to its end."""
        try:
            return Answer(response.status, lowered(response.headers), await response.read())
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(attempt.deployment, failed)
