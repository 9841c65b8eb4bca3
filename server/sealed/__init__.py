"""Secret ballots, level 1 ("tin cậy máy chủ"): two openers, with processes and keys of their own.

No process and no file holds whose ballot it is together with what it says. What is promised, and
what is not, is in docs/sealed.md.
"""
