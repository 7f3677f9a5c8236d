"""A Terraform provider of protocol 6 with one resource and one data source, which checks some of their values."""

import json
import os
import re
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc

from aws_orchestrator.catalog.catalog import Catalog
from aws_orchestrator.catalog.plugin.messages import (
    Diagnostic,
    bytes_of,
    fields,
    write_bytes,
    write_diagnostic,
    write_number,
    write_path,
)
from aws_orchestrator.catalog.plugin.values import UNKNOWN, decode_dynamic, write_dynamic
from aws_orchestrator.catalog.source import build_catalog
from aws_orchestrator.terraform.wire import schema_bytes

ADDRESS = "registry.terraform.io/acme/cloud"
TEXT = {"type": "string", "optional": True}


def schema_json() -> bytes:
    attributes = dict.fromkeys(("size", "name", "role", "left", "right", "one", "other"), TEXT)
    attributes |= {"id": {"type": "string", "optional": True, "computed": True}, "crash": TEXT}
    attributes |= dict.fromkeys(("mode", "target"), TEXT)
    attributes |= {
        "days": {"type": "number", "optional": True},
        "label": {"type": "string", "required": True},
    }
    zone = {"nesting_mode": "list", "max_items": 1, "block": {"attributes": {"kind": TEXT}}}
    box = {"version": 0, "block": {"attributes": attributes, "block_types": {"zone": zone}}}
    find = {"version": 0, "block": {"attributes": {"size": TEXT, "id": attributes["id"]}}}
    schemas = {"provider": {"version": 0, "block": {}}, "resource_schemas": {"cloud_box": box}}
    schemas["data_source_schemas"] = {"cloud_box": find}
    return json.dumps({"format_version": "1.0", "provider_schemas": {ADDRESS: schemas}}).encode()


def complaints(config: dict[str, Any]) -> list[str]:
    said = []
    size = config.get("size")
    if size is not None and size not in ("small", "large"):
        said.append(f'expected size to be one of ["small" "large"], got {size}')
    for zone in config.get("zone") or []:
        if zone["kind"] is not None and zone["kind"].lower() not in ("hot", "very cold"):
            said.append(f"Attribute zone[0].kind Valid Values: [hot very cold], got: {zone['kind']}")
    name = config.get("name")
    if name is not None and not 1 <= len(name.encode()) <= 8:
        said.append(f"expected length of name to be in the range (1 - 8), got {name}")
    role = config.get("role")
    if role and not re.match(r"arn:aws(-[a-z]+)*:[^:]*:([a-z]{2}(-[a-z]+)+-\d{1,2})?:(aws|\d{12})?:.", role):
        said.append(f'"role" ({role}) is an invalid ARN: arn: invalid prefix')
    days = config.get("days")
    if days is not None and days != int(days):
        said.append(f"Attribute must be a whole number, got {days}")
    elif days is not None and not 1 <= days <= 30:
        said.append(f"expected days to be in the range (1 - 30), got {days}")
    if config.get("left") is not None and config.get("right") is not None:
        said += ['"left": conflicts with right', '"right": conflicts with left']
    both = [one for one in ("one", "other") if config.get(one) is not None]
    if "one" in config and len(both) != 1:
        rest = "can be specified, but `one,other` were specified." if both else "must be specified"
        said += [f'"{one}": {"only " if both else ""}one of `one,other` {rest}' for one in ("one", "other")]
    said += company(config)
    if config.get("id") is not None:
        said.append("Invalid or unknown key")
    return said


def company(config: dict[str, Any]) -> list[str]:
    said = []
    if config.get("mode") is not None and config.get("target") is None:
        said.append('"mode": all of `mode,target` must be specified')
    elif config.get("mode") not in (
        None,
        "fast",
        "slow",
    ):  # the SDK looks at a value only when its company is there
        said.append(f'expected mode to be one of ["fast" "slow"], got {config["mode"]}')
    if "label" in config and not config.get("zone"):
        said.append('"zone": one of `zone` must be specified')
    return said


def validate(request: bytes) -> bytes:
    found = dict(fields(request))
    config = decode_dynamic(bytes_of(found[2]))
    if not isinstance(config, dict):
        return write_diagnostic(1, Diagnostic("error", "an object is required"))
    if config.get("crash") == "now":
        os._exit(1)
    return b"".join(write_diagnostic(1, Diagnostic("error", one)) for one in complaints(config))


def plan(request: bytes) -> bytes:
    found = dict(fields(request))
    prior, proposed = decode_dynamic(bytes_of(found[2])), decode_dynamic(bytes_of(found[3]))
    if prior is not None and prior["crash"] != proposed["crash"]:
        os._exit(1)
    planned = dict(proposed)
    planned["days"] = 7 if planned["days"] is None else planned["days"]
    planned["id"] = UNKNOWN if prior is None else prior["id"]
    answer = write_dynamic(1, planned) + write_number(5, 1)
    for name in ("label", "role"):
        if prior is not None and prior[name] != planned[name]:
            answer += write_bytes(2, write_path((name,)))
    grown = prior is not None and prior["size"] == "small" and planned["size"] == "large"
    return answer + (write_bytes(2, write_path(("size",))) if grown else b"")


def main() -> None:
    if "TF_PLUGIN_MAGIC_COOKIE" not in os.environ:
        sys.exit("This is a provider; Terraform starts it.")
    schema = schema_bytes(Catalog(build_catalog(schema_json(), "1.2.3"), "invented"))
    answers = {
        "GetProviderSchema": lambda request, context: schema,
        "ValidateResourceConfig": lambda request, context: validate(request),
        "ValidateDataResourceConfig": lambda request, context: validate(request),
        "ValidateProviderConfig": lambda request, context: b"",
        "ConfigureProvider": lambda request, context: b"",
        "PlanResourceChange": lambda request, context: plan(request),
    }
    handlers = {name: grpc.unary_unary_rpc_method_handler(answer) for name, answer in answers.items()}
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("tfplugin6.Provider", handlers),))
    socket = Path(tempfile.mkdtemp()) / "s"
    server.add_insecure_port(f"unix:{socket}")
    server.start()
    print(f"1|6|unix|{socket}|grpc", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
