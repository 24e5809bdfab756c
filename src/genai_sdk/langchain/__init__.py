"""LangChain's model classes on a client: `ChatGenAI` and `GenAIEmbeddings`; see docs/integrations/langchain.md."""

try:
    import langchain_core as _langchain_core
except ModuleNotFoundError as error:
    raise ImportError(
        "genai_sdk.langchain makes classes of LangChain's, which is not installed: pip install 'langchain-core>=1,<2'"
    ) from error

from genai_sdk.langchain.chat import ChatGenAI
from genai_sdk.langchain.embeddings import GenAIEmbeddings

__all__ = ["ChatGenAI", "GenAIEmbeddings"]
del _langchain_core
