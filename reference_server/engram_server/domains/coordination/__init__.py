"""Coordination: what sessions do, who holds what, one world state, and the report of it all."""
