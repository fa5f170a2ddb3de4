"""How requests travel: HTTP as bytes, connections, retries, event streams."""
