"""Our own adb engine: one connection, many streams, files and commands over them.

From the socket up: `tcp` moves bytes, `wire` packets, `streams` what belongs together; `handshake`
agrees on what both ends can do. What it is for, `commands`, `sending` and `receiving`, needs only a
`channel`, and works over whatever else carries one.
"""
