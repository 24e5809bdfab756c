"""A campaign of faults against everything that a call passes through: `make chaos`."""
