"""Papers: intake in a cage, a store by content hash, chunks for the wire.

PDF files come from strangers and the engine that reads them is written in C, so nothing in this
process ever opens one: :mod:`server.papers.child` does, in a process that can be killed.
"""
