"""The sync face: blocking sockets under the one pool, each wait bounded by the deadline of its exchange."""
