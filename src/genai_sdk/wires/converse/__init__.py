"""Amazon Bedrock's Converse, and the embedding models behind its InvokeModel. Pure."""
