"""The store of a data room: checked records by file, what they make of each month, the ledger.

Rows of the store are about persons. Only the tables that `publish` writes leave it, and they go
through the disclosure gate of a release before anybody sees them.
"""

from geodata.swipes.store.aggregate import LoadReport, aggregate
from geodata.swipes.store.ingest import IngestOptions
from geodata.swipes.store.report import describe_load

__all__ = ["IngestOptions", "LoadReport", "aggregate", "describe_load"]
