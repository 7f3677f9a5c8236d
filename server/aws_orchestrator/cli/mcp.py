"""`aws-orchestrator mcp`: our tools for any other agent, over stdio or over HTTP on this machine."""

import argparse
import logging
from pathlib import Path

from aws_orchestrator.cli.interruption import run_interruptible
from aws_orchestrator.errors import UsageError


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "mcp", help="serve schemas, checks and generation to other agents (Model Context Protocol)"
    )
    parser.add_argument(
        "--http",
        metavar="HOST:PORT",
        help="listen on this loopback address instead of using stdin and stdout",
    )
    parser.add_argument(
        "--workspace",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where relative paths start; over HTTP no path may leave it (default: this folder)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the client goes away (stdio) or a signal comes; 2 when the address or the folder is wrong."""
    # Here, not above: the parser of every other command would pay for these.
    from aws_orchestrator.blueprint.skill import SkillLibrary
    from aws_orchestrator.catalog import library_of
    from aws_orchestrator.cli.mcp_work import TerminalWork
    from aws_orchestrator.mcp.module_tools import module_tools
    from aws_orchestrator.mcp.over_http import loopback_address, serve_http
    from aws_orchestrator.mcp.over_stdio import serve_stdio
    from aws_orchestrator.mcp.registry_tools import registry_tools
    from aws_orchestrator.mcp.schema_tool import schema_tool
    from aws_orchestrator.mcp.server import build_server
    from aws_orchestrator.mcp.tool import ToolSet
    from aws_orchestrator.runs.store import STATE_FOLDER
    from aws_orchestrator.shipped import shipped_folder

    logging.basicConfig(level=logging.WARNING, format="aws-orchestrator mcp: %(message)s")
    address = loopback_address(arguments.http) if arguments.http else None
    root: Path = arguments.workspace.resolve()
    if not root.is_dir():
        raise UsageError(f"The workspace {arguments.workspace} is no folder; choose one that exists.")
    library = library_of(root)
    skills = SkillLibrary([root / STATE_FOLDER / "skills", shipped_folder("skills")])

    async def serve() -> int:
        work = TerminalWork(root, confined=address is not None)
        tools = ToolSet([*registry_tools(library, skills), schema_tool(library), *module_tools(work)])
        try:
            if address is None:
                await serve_stdio(build_server(tools))
            else:
                await serve_http(build_server(tools), *address, _announce)
        finally:
            await work.close()
        return 0

    return run_interruptible(serve(), lambda: None)


def _announce(url: str) -> None:
    print(f"Serving MCP on {url}", flush=True)
