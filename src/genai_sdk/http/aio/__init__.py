"""The async face: asyncio's transports under a pool for each event loop, each wait bounded as in the sync face."""
