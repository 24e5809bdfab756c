"""A team's own routing options against simulated regions with scripted faults, in simulated time."""
