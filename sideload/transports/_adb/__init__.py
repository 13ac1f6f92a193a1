"""Our own adb engine: one connection, many streams, files and commands over them.

From the socket up: `tcp` moves bytes, `wire` packets, `streams` what belongs together; `handshake`
agrees on what both ends can do; `commands`, `sending`, `receiving` and `status` are what it is for.
"""
