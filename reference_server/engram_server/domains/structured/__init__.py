"""The rules of structured agent memory: records of a scope, and the packets that are built of them."""
