"""The project's own checks: each takes a folder and returns its problems, one line each.

`./run check` runs them on the project; test_checkers.py proves on bad samples that each one bites.
"""
