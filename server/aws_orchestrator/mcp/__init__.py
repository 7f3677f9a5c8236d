"""MCP: our own registry server and its tools, and the client that the planner researches with.

The library of the same name is always meant by `import mcp` (imports are absolute), and is only loaded when a server
is served or somebody else's server is asked: it takes a second, which nobody should wait for who needs neither.
"""
