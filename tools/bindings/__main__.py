"""Build the shipped catalogs from binding packages, or measure the reader: `python -m tools.bindings --help`.

Run it in the root of the repository. Wheels are fetched with pip into a cache folder, each checked against its pinned
SHA-256; the same wheels give the same catalogs.
"""

import argparse
import sys
from pathlib import Path

import platformdirs

from aws_orchestrator.catalog.addresses import source_address
from aws_orchestrator.catalog.library import SHIPPED_FOLDER, SUFFIX
from aws_orchestrator.catalog.model import ProviderSchema
from aws_orchestrator.catalog.writer import write_catalog
from aws_orchestrator.errors import OrchestratorError
from tools.bindings.calibrate import compare
from tools.bindings.carry import carry_over
from tools.bindings.documented import with_documented
from tools.bindings.exact import exact_schema
from tools.bindings.packages import CALIBRATION, SHIPPED, BindingPackage, wheel_of
from tools.bindings.provider import read_provider

_MOST_EXAMPLES = 5


def main(arguments: list[str] | None = None) -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.bindings", description=__doc__)
    parser.add_argument(
        "--cache",
        type=Path,
        default=platformdirs.user_cache_path("aws-orchestrator") / "bindings",
        help="where wheels are kept (default: %(default)s)",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    build = verbs.add_parser("build", help="write the catalogs that ship, or some of them")
    build.add_argument("providers", nargs="*", metavar="NAME[=VERSION]", help="aws, aws=6.62.0, random, …")
    build.add_argument("-o", "--output", type=Path, default=SHIPPED_FOLDER, metavar="DIR")
    verbs.add_parser("calibrate", help="compare the bindings of 5.100.0 with its exact schema")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.verb == "calibrate":
            return _calibrate(chosen.cache)
        return _build(chosen.cache, chosen.providers, chosen.output)
    except OrchestratorError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def catalog_of(package: BindingPackage, wheel: Path, exact: ProviderSchema) -> bytes:
    """The catalog file of a package, completed with the exact schema or the documented facts."""
    read, untyped = read_provider(package, wheel)
    complete = carry_over(read, untyped, exact) if read.source == exact.source else with_documented(read)
    return write_catalog(complete, origin="bindings")


def _build(cache: Path, wanted: list[str], output: Path) -> int:
    names = {name for one in SHIPPED for name in (one.provider, f"{one.provider}={one.version}")}
    if unknown := sorted({*wanted} - names):
        print(f"The table in tools/bindings/packages.py has no {', '.join(unknown)}.", file=sys.stderr)
        return 2
    packages = [
        one for one in SHIPPED if not wanted or {one.provider, f"{one.provider}={one.version}"} & {*wanted}
    ]
    exact = exact_schema()
    output.mkdir(parents=True, exist_ok=True)
    for package in packages:
        content = catalog_of(package, wheel_of(package, cache), exact)
        path = output / f"{source_address(package.provider).rpartition('/')[2]}-{package.version}{SUFFIX}"
        path.write_bytes(content)
        print(f"{path}: {len(content):,} bytes")
    return 0


def _calibrate(cache: Path) -> int:
    read, untyped = read_provider(CALIBRATION, wheel_of(CALIBRATION, cache))
    exact = exact_schema()
    for title, schema in (("As read", read), ("Completed", carry_over(read, untyped, exact))):
        agreement = compare(schema, exact)
        print(f"\n{title}:\n\n{agreement.table()}\n")
        for fact, places in agreement.different.items():
            more = f" and {len(places) - _MOST_EXAMPLES:,} more" if len(places) > _MOST_EXAMPLES else ""
            print(f"- {fact}: {', '.join(places[:_MOST_EXAMPLES])}{more}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
