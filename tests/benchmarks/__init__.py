"""Benchmarks: `python -m tests.benchmarks [name ...]` prints ratios against a floor measured in the same run.

Nothing in here is a test: figures depend on the machine, ratios much less.
"""
