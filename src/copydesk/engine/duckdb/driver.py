"""DuckDB itself.

Its compiled half does all that is needed here and is imported in a quarter of the time of the
package around it, which a command that runs for less than half a second notices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
else:
    try:
        import _duckdb as duckdb
    except ImportError:
        import duckdb

__all__ = ["duckdb"]
