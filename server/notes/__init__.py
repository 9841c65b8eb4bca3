"""Private notes as the server has them: sealed entries, stored and relayed, never read.

In a database of their own, because they are nobody's record: they belong to their writers.
"""
