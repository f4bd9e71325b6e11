"""Fingerprints: what a finding is called in every run, however its line shifts."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from copydesk.findings import Finding, identity


class Fingerprints:
    """Names for the findings of one report, each given once.

    Findings of one identity, such as those of the rows that repeat a key, are numbered in their
    order.
    """

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def of(self, finding: Finding) -> str:
        """Return the name of the next finding: 32 hexadecimal digits and its number."""
        text = "\0".join(identity(finding)).encode("utf-8", "surrogatepass")
        name = sha256(text).hexdigest()[:32]
        self._given[name] += 1
        return f"{name}:{self._given[name]}"
