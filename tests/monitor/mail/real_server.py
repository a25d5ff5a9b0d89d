"""Serves a real mail server of aiosmtpd on a loop and a thread of its own."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"


@contextmanager
def on_a_port(
    connection: Callable[[asyncio.AbstractEventLoop], SMTP], implicit: ssl.SSLContext | None = None
) -> Iterator[int]:
    """The port of a server. connection: makes one for each client; implicit: for TLS from the first byte."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: connection(loop), HOST, 0, ssl=implicit))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_finish(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _finish(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)
