"""Our schema provider as an executable that `ProviderClient` can start: the same wire for ours and the real one."""

import sys
from pathlib import Path

_PROGRAM = """#!{python}
import sys, tempfile, threading
sys.path[:0] = {path!r}
from pathlib import Path
from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.terraform.provider_server import serve_schema
from aws_orchestrator.terraform.schema_store import SchemaStore, load_schema

catalog = shipped_library().choose("hashicorp/aws", "= {version}")
folder = Path(tempfile.mkdtemp())
schema = load_schema(SchemaStore(folder).path_of(catalog, folder))
server = serve_schema("aws", schema, f"unix:{{folder}}/s")
print(f"1|6|unix|{{folder}}/s|grpc", flush=True)
threading.Event().wait()
"""


def schema_provider(path: Path, version: str) -> Path:
    """The executable, written there."""
    path.write_text(_PROGRAM.format(python=sys.executable, path=sys.path, version=version), encoding="utf-8")
    path.chmod(0o755)
    return path
