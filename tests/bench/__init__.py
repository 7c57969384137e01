"""What the budgets measure: `make bench`, or one part of it, `python -m tests.bench pages`.

Each part is a module with `run()`, which prints its figures and returns how many are over their budget.
"""
