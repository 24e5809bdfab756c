"""Other people's APIs, answered by a client within the process: a request becomes a call, its answer a response."""
