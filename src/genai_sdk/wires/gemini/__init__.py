"""Google's generateContent and its embeddings, as Google AI Studio and Vertex AI serve them."""
