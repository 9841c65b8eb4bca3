"""What both ends of the wire share: pure values, one codec, one fold.

The only part of `server` that the client may import. No I/O, no clock, no randomness. `SPEC.md`
beside this file numbers the rules of the wire; tests quote the numbers.
"""
