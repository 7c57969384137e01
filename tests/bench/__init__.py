"""Performance benchmarks: `make bench` for all of them, `python -m tests.bench pages` for one.

Each benchmark is a module with `run()`, which prints its figures and returns the number of exceeded budgets.
"""
