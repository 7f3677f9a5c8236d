"""Our MCP server: a tool set behind the protocol, whatever carries it."""

import logging
from typing import TYPE_CHECKING, Any

from aws_orchestrator import __version__
from aws_orchestrator.mcp.tool import Tool, ToolSet, failure

if TYPE_CHECKING:
    import mcp_types
    from mcp.server import Server, ServerRequestContext

NAME = "aws-orchestrator"
INSTRUCTIONS = (
    "Facts about the Terraform AWS provider from its own schema, checks that really run Terraform, and generation of "
    "verified modules. Look a type up with get_resource_schema before writing it; validate_module judges what you wrote."
)
logger = logging.getLogger(__name__)


def build_server(tools: ToolSet) -> "Server[Any]":
    """The server of the tools; it says nothing until it is served."""
    import mcp_types as types
    from mcp.server import Server

    async def list_tools(
        context: "ServerRequestContext[Any]", asked: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in tools.tools.values()])

    async def call_tool(
        context: "ServerRequestContext[Any]", asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            # report_progress does nothing when the request did not ask for progress.
            answer = await tools.call(asked.name, asked.arguments or {}, context.session.report_progress)
        except Exception:
            # A defect of ours: the caller learns that much, the traceback goes to stderr and not into a model.
            logger.exception("The tool %r failed", asked.name)
            answer = failure(f"{asked.name} failed unexpectedly; the server's log (its stderr) says how.")
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=answer.text)],
            structured_content=dict(answer.data),
            is_error=answer.failed,
        )

    return Server(
        NAME,
        version=__version__,
        title="AWS Orchestrator",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _described(tool: Tool[Any]) -> "mcp_types.Tool":
    import mcp_types as types

    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        annotations=types.ToolAnnotations(
            read_only_hint=tool.read_only,
            destructive_hint=False,
            idempotent_hint=tool.read_only,
            open_world_hint=False,
        ),
    )
