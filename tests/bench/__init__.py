"""Performance benchmarks: `make bench` for all of them, `make bench PARTS=pages` for one, AGAINST or PEER for a comparison.

Each benchmark is a module with `run()`, which returns a section of docs/benchmarks.md.
"""
