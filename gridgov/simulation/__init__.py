"""A city played through the real services on a simulated clock, by people who are as people are.

Nothing here is a rule of the system: `data/` holds how people behave, the services decide what comes of it.
"""
