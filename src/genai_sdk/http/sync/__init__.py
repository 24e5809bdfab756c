"""The sync face: blocking sockets under the one pool, each wait bounded by the budget of its exchange."""
