"""Files on the network, fetched only where the user allows it."""

from __future__ import annotations

from pathlib import Path

MOST = 2**30
"""Bytes that are read of one file."""

PATIENCE = 30
"""Seconds for which a server may be silent."""

_CHUNK = 1 << 20


def fetch(url: str, file: Path) -> None:
    """Copy what is at a URL into a file.

    Raises OSError if the server does not send it, or sends more than is good.
    """
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    size = 0
    try:
        request = Request(url, headers={"User-Agent": "copydesk", "Accept-Encoding": "identity"})
        with urlopen(request, timeout=PATIENCE) as source, file.open("wb") as stream:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > MOST:
                    raise OSError(f"it is larger than {MOST:,} bytes")
                stream.write(chunk)
    except (HTTPException, ValueError) as error:
        raise OSError(str(error) or type(error).__name__) from error
