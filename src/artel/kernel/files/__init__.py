"""Files on any record: bytes stored once by their hash, versions, several owners, private ones; seen as their records are.

`receiving` takes a stream in, `commands` attach what was received, `stores` keep the bytes, `examining` finds words and
draws pictures in a process of its own, `sweeping` throws away what nothing can bring back.
"""
