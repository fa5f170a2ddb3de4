"""A pytest plugin: a live reference server and a client that talks to it."""
