"""One file looked at alone, before it is received: `cleanup check` and `cleanup new-source`. Writes no table.

It reads and standardises the file with the same functions as a run, so that it finds what the run would find.
"""
