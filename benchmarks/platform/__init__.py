"""The local platform's store, measured: how fast it takes spans in, and whether reads stay quick as it grows."""
