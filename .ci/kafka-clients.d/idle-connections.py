"""Opens idle connections, and checks on each that the broker answers while all of them are open."""

import socket
import struct
import sys

broker, count = sys.argv[1], int(sys.argv[2])
host, port = broker.rsplit(":", 1)

# ApiVersions version 0: key, version, correlation id, no client id.
request = struct.pack(">ihhih", 10, 18, 0, 7, -1)


def check(connection):
    connection.sendall(request)
    answer = b""
    while len(answer) < 4 or len(answer) < 4 + struct.unpack(">i", answer[:4])[0]:
        received = connection.recv(65536)
        assert received, "the broker has closed a connection"
        answer += received
    assert struct.unpack(">i", answer[4:8])[0] == 7


connections = []
for _ in range(count):
    connections.append(socket.create_connection((host, int(port)), timeout=30))
    check(connections[-1])
for connection in connections:
    check(connection)
print("%d connections are open, and each was answered twice" % len(connections))
