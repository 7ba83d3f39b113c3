"""The audit log: what was changed of a company's settings, written down in the transaction of the change itself."""

from tenants.audit.changes import Changes, changes, changes_of, snapshot
from tenants.audit.recording import record, record_changes, record_for_places

__all__ = ["Changes", "changes", "changes_of", "record", "record_changes", "record_for_places", "snapshot"]
