"""How a table of people becomes rows: reading the file, cleaning, finding who is there, writing by COPY.

Services own the transactions and the permissions; nothing here commits.
"""
