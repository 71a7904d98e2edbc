"""The rules of the ledger written a second time, in plain Python, from docs alone.

Start reading in world.py. It shares no code with the engine, so a scenario or a command file on
which both agree has been judged twice.
"""
