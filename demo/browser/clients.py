"""WebSockets with Python's websockets: clients.py ws://HOST:PORT wss://HOST:PORT

Prints what it has tried, and "all N passed" at the end; started by clients.test.js.
"""
import asyncio
import json
import os
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

TEXT = json.dumps([{"id": i, "name": f"user {i}"} for i in range(500)])


async def echo(connect):
    async with connect("/echo") as socket:
        for message in ["Hello", "", "Grüße, 世界 🌍", b"\x00\x01\xff", b"", "x" * 65536, os.urandom(1 << 20)]:
            await socket.send(message)
            assert await socket.recv() == message


async def fragments(connect):
    async with connect("/echo") as socket:
        await socket.send(["Hel", "", "lo, ", "world"])
        assert await socket.recv() == "Hello, world"
        await socket.send([b"\x00" * 70000, b"\x01" * 70000])
        assert await socket.recv() == b"\x00" * 70000 + b"\x01" * 70000


async def in_flight(connect):
    async with connect("/echo") as socket:
        for i in range(1000):
            await socket.send(f"message {i}")
        for i in range(1000):
            assert await socket.recv() == f"message {i}"


async def pings(connect):
    async with connect("/ping") as socket:
        for payload in [b"", b"ping", b"*" * 125]:
            await (await socket.ping(payload))
        await socket.send("are you there")
        assert await socket.recv() == "are you there"


async def closes(connect):
    for code in [1000, 1001, 1011, 3000, 4999]:
        socket = await connect("/echo")
        await socket.close(code, "because")
        assert socket.close_code == code, socket.close_code
    socket = await connect("/close")
    await socket.send("because")
    await socket.wait_closed()
    assert (socket.close_code, socket.close_reason) == (4321, "because")
    socket = await connect("/broken")
    await socket.send("go")
    await socket.wait_closed()
    assert (socket.close_code, socket.close_reason) == (1011, "internal error")


async def subprotocols(connect):
    async with connect("/chat", subprotocols=["chat.v1", "chat.v2"]) as socket:
        assert socket.subprotocol == "chat.v2", socket.subprotocol


async def refusals(connect):
    for path, origin, status in [("/nowhere", None, 404), ("/echo", "https://evil.example", 403)]:
        try:
            # Over TLS it waits for the server to end the connection, which it need not.
            await connect(path, origin=origin, close_timeout=1)
            raise AssertionError("not refused")
        except websockets.exceptions.InvalidStatusCode as e:
            assert e.status_code == status, e


def compression(path, **offer):
    async def run(connect):
        factory = ClientPerMessageDeflateFactory(**offer)
        async with connect(path, extensions=[factory]) as socket:
            assert [extension.name for extension in socket.extensions] == ["permessage-deflate"]
            for i in range(50):
                for message in [f"short {i}", TEXT, "", TEXT.encode(), os.urandom(20_000)]:
                    await socket.send(message)
                    assert await socket.recv() == message
    run.__name__ = f"compression {path} {offer}"
    return run


CASES = [
    echo, fragments, in_flight, pings, closes, subprotocols, refusals,
    compression("/deflate"),
    compression("/deflate", client_max_window_bits=True),
    compression("/context"),
    compression("/context", server_no_context_takeover=True, client_no_context_takeover=True),
    compression("/context", server_max_window_bits=9, client_max_window_bits=9),
    compression("/context", server_max_window_bits=12, client_max_window_bits=10),
    compression("/small", client_max_window_bits=True),
]


async def main():
    insecure = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    insecure.check_hostname = False
    insecure.verify_mode = ssl.CERT_NONE
    for base in sys.argv[1:]:
        def connect(path, **options):
            options.setdefault("compression", None)
            if base.startswith("wss:"):
                options["ssl"] = insecure
            return websockets.connect(base + path, max_size=1 << 25, **options)
        for case in CASES:
            print(base, case.__name__, flush=True)
            await asyncio.wait_for(case(connect), 20)
    print(f"all {len(CASES) * len(sys.argv[1:])} passed")


asyncio.run(main())
