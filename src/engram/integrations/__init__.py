"""Adapters of structured memory to frameworks of agents. Each imports its framework itself, and only when it is used."""
