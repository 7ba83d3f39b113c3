"""Static files under names that carry their content's hash, ES modules' imports included."""

from __future__ import annotations

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Compressed, hashed; `import` in our modules is rewritten to the hashed name."""

    support_js_module_import_aggregation = True
