"""Records on disk while Langfuse is away, or until a killed process's are sent by another."""
