"""A node in a network of its own, whose only way out can be cut without closing a connection.

  relay.py outside FOLDER PORT...                      on the host: takes what comes by FOLDER/PORT
  unshare -n relay.py inside FOLDER PORT... -- PROGRAM...   in the node's network, then the node

Both sides meet at Unix sockets, which name spaces of networks do not part. Stop the one outside
(SIGSTOP) and everything is silent; continue it and what was under way arrives late.
"""

import asyncio
import fcntl
import os
import pathlib
import signal
import socket
import struct
import sys

PIECE_BYTES = 1 << 16
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


async def _copy(reader, writer):
    try:
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


def _passing_on(connect):
    async def pass_on(reader, writer):
        try:
            far_reader, far_writer = await connect()
        except OSError:  # nobody there: the caller learns it as of a broker that is down
            writer.close()
            return
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    return pass_on


async def _serve(starting):
    servers = [await start for start in starting]
    await asyncio.gather(*(server.serve_forever() for server in servers))


def outside(folder, ports):
    """Until it is killed."""
    starting = []
    for port in ports:
        path = folder / str(port)
        path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(path))
        listening.listen()
        starting.append(asyncio.start_unix_server(
            _passing_on(lambda port=port: asyncio.open_connection("127.0.0.1", port)),
            sock=listening))
    asyncio.run(_serve(starting))


def raise_loopback():
    """A new network has a loopback device that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asked = struct.pack("16sH14x", b"lo", 0)
        flags, = struct.unpack_from("H", fcntl.ioctl(asking, SIOCGIFFLAGS, asked), 16)
        fcntl.ioctl(asking, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def inside(folder, ports, program):
    """Becomes the program; its connections are served by a child, which ends with it."""
    raise_loopback()
    listening = []
    for port in ports:
        listening.append(socket.create_server(("127.0.0.1", port)))
    node = os.getpid()
    if os.fork() != 0:
        for each in listening:
            each.close()
        os.execvp(program[0], program)

    async def serve():
        serving = asyncio.ensure_future(_serve([asyncio.start_server(
            _passing_on(lambda port=port: asyncio.open_unix_connection(folder / str(port))),
            sock=each) for port, each in zip(ports, listening)]))
        while os.getppid() == node and not serving.done():
            await asyncio.sleep(0.2)
        os._exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the node says when it is over
    sys.stdout = open(os.devnull, "w", encoding="ascii")
    os.dup2(sys.stdout.fileno(), 1)
    asyncio.run(serve())


def main(side, folder, *words):
    ports = [int(word) for word in words[:words.index("--") if "--" in words else len(words)]]
    if side == "outside":
        outside(pathlib.Path(folder), ports)
    else:
        inside(pathlib.Path(folder), ports, words[words.index("--") + 1:])


if __name__ == "__main__":
    main(*sys.argv[1:])
