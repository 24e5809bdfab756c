"""OpenAI's wire: at OpenAI, on Azure, and at every compatible server."""
