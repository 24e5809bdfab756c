"""The balancer passes over a replica that is away or silent."""

import asyncio
import threading
from contextlib import AsyncExitStack

import pytest
from chaos.balancer import Balancer
from chaos.stage import free_ports


async def play(kinds):
    """Return who answers ten connections through a balancer, after it found out who is ready."""
    ports = free_ports(len(kinds) + 1)
    balanced, replicas = ports[-1], ports[:-1]
    listening, checked = threading.Event(), asyncio.Event()

    def replica(kind, name):
        async def serve(reader, writer):
            if kind == "silent":
                await checked.wait()
            else:
                await reader.readline()
                writer.write(f"HTTP/1.1 200 {name}\r\n".encode())
            writer.close()

        return serve

    balancer = Balancer(replicas)
    async with AsyncExitStack() as stack, asyncio.timeout(20):
        for number, (kind, port) in enumerate(zip(kinds, replicas, strict=True)):
            if kind != "away":
                server = await asyncio.start_server(replica(kind, number), "127.0.0.1", port)
                stack.callback(server.close)
        serving = asyncio.create_task(balancer.serve(balanced, listening))
        await asyncio.to_thread(listening.wait, 10)
        well = {port for kind, port in zip(kinds, replicas, strict=True) if kind == "well"}
        while balancer.ready != well:  # noqa: ASYNC110 - the balancer has no event for it
            await asyncio.sleep(0.01)
        answers = []
        for _ in range(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", balanced)
            writer.write(b"GET / HTTP/1.1\r\n")
            answers.append(int((await reader.readline()).split()[-1]))
            writer.close()
        checked.set()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    return answers


def test_replicas_that_are_well_take_turns():
    answers = asyncio.run(play(["well", "well"]))
    assert sorted(answers) == [0] * 5 + [1] * 5


@pytest.mark.parametrize("fault", ["away", "silent"])
def test_a_replica_that_is_away_or_silent_gets_no_new_connection(fault):
    assert asyncio.run(play([fault, "well"])) == [1] * 10
