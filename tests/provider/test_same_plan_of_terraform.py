"""The same state and the same changed module, planned by Terraform with our provider and with the real one."""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.terraform.rehearsal import RehearsalEngine
from provider.conftest import MIRROR, VERSION

pytestmark = [
    pytest.mark.real_provider,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not shutil.which("terraform"), reason="no terraform on PATH"),
    pytest.mark.skipif(not os.environ.get(MIRROR), reason=f"{MIRROR} names no mirror with the real provider"),
]
VERSIONS = f"""terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{VERSION}"
    }}
  }}
}}
"""
OFFLINE = """
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "invented"
  secret_key                  = "invented"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = "true"
  skip_region_validation      = true
  max_retries                 = 1
  http_proxy                  = "http://127.0.0.1:9"
  https_proxy                 = "http://127.0.0.1:9"
}
"""
DATABASE = """
resource "aws_db_instance" "this" {
  identifier        = "main"
  engine            = "postgres"
  instance_class    = "db.t3.micro"
  allocated_storage = 20
  username          = "admin"
  password          = "not-a-secret"
  storage_encrypted = false
}
"""
QUEUE = """
resource "aws_sqs_queue" "this" {
  name                       = "orders"
  visibility_timeout_seconds = 30
}
"""
TABLE = """
resource "aws_dynamodb_table" "this" {
  name           = "orders"
  billing_mode   = "PROVISIONED"
  read_capacity  = 1
  write_capacity = 1
  hash_key       = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"""
NETWORK = """
resource "aws_vpc" "this" {
  cidr_block       = "10.0.0.0/16"
  instance_tenancy = "default"
}

resource "aws_subnet" "this" {
  vpc_id                  = aws_vpc.this.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = false
}
"""
GROUP = """
resource "aws_security_group" "this" {
  name        = "web"
  description = "what it is for"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/web"
  retention_in_days = 7
}
"""
MACHINE = """
resource "aws_instance" "this" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted   = false
    volume_size = 8
  }
}
"""
CHANGES = [
    (DATABASE, "storage_encrypted = false", "storage_encrypted = true", True),
    (DATABASE, '"db.t3.micro"', '"db.t3.small"', False),
    (DATABASE, 'username          = "admin"', 'username          = "root"', True),
    (QUEUE, '"orders"', '"payments"', True),
    (QUEUE, "= 30", "= 60", False),
    (TABLE, '"id"', '"key"', True),
    (TABLE, "read_capacity  = 1", "read_capacity  = 2", False),
    (NETWORK, '"10.0.1.0/24"', '"10.0.2.0/24"', True),
    (NETWORK, '"default"', '"dedicated"', True),
    (NETWORK, "= false", "= true", False),
    (GROUP, '"what it is for"', '"something else"', True),
    (GROUP, "= 7", "= 14", False),
    (MACHINE, "encrypted   = false", "encrypted   = true", True),
    (MACHINE, "volume_size = 8", "volume_size = 16", False),
]


class Keeping(RehearsalEngine):
    """The rehearsal, which keeps the state that it plans from."""

    state = b""

    async def _lay_out(self, tree: Tree) -> Path:
        folder = await super()._lay_out(tree)
        state = folder / "terraform.tfstate"
        if state.is_file():
            self.state = state.read_bytes()
        return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Keeping]:
    folder = tmp_path_factory.mktemp("rehearsal")
    running = Keeping(shipped_library(), folder / "scratch", cache=folder / "cache")
    yield running
    await running.close()


def terraform(folder: Path, *arguments: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(folder / "terraform.rc"),
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = subprocess.run(
        ["terraform", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def really_planned(folder: Path, state: bytes, main: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """What the real provider's plan does to each resource, and why it replaces it."""
    mirror = json.dumps(os.environ[MIRROR])
    files = {
        "terraform.rc": f"provider_installation {{\n  filesystem_mirror {{\n    path = {mirror}\n  }}\n}}\n",
        "versions.tf": VERSIONS,
        "provider.tf": OFFLINE,
        "main.tf": main,
        "terraform.tfstate": state.decode(),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    terraform(folder, "init", "-input=false")
    terraform(folder, "plan", "-input=false", "-refresh=false", "-out=planned")
    plan: dict[str, Any] = json.loads(terraform(folder, "show", "-json", "planned"))
    found = set()
    for one in plan["resource_changes"]:
        actions, before, after = (one["change"][name] for name in ("actions", "before", "after"))
        # An SDK resource that was never applied for real may be "updated" without any difference.
        if actions != ["no-op"] and said(before) != said(after):
            because = tuple(sorted(map(written, one["change"].get("replace_paths", ()))))
            found.add((one["address"], "replace" if len(actions) == 2 else actions[0], because))
    return found


def said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def written(path: list[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


@pytest.mark.parametrize(("main", "old", "new", "replaces"), CHANGES)
async def test_both_say_the_same_of_a_changed_argument(
    engine: Keeping, tmp_path: Path, main: str, old: str, new: str, replaces: bool
) -> None:
    assert old in main
    changed = main.replace(old, new)

    def tree(text: str) -> Tree:
        return Tree(key="planned", files={"versions.tf": VERSIONS.encode(), "main.tf": text.encode()})

    ours = await engine.rehearse(tree(main), tree(changed))
    assert ours.status == "planned", ours.note
    planned = {(one.address, one.action, one.because) for one in ours.changes}
    assert planned == really_planned(tmp_path, engine.state, changed)
    assert bool(ours.replaced) is replaces
