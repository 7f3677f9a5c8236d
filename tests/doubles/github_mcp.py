"""The official GitHub MCP server as a process, in front of the double of the REST API: names, schemas, errors, traps.

`github_mcp.py stdio` or `github_mcp.py http` (any free port; the first line of its output names the URL). Host and token
come from GITHUB_HOST and GITHUB_PERSONAL_ACCESS_TOKEN, over HTTP the token from the Authorization header. It speaks the
protocol by hand and with the standard library alone: a process of the tests must start quickly.
"""

import base64
import hashlib
import http.client
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

FACTS = json.loads(Path(__file__).with_name("github-tools.json").read_text(encoding="utf-8"))
_MEGABYTE = 1024 * 1024
_ONE_CLIENT = sys.argv[1:2] != ["http"]


class ToolError(Exception):
    """A result that is flagged as error."""


class Status(Exception):
    """An error that the API answered with."""

    def __init__(self, method: str, url: str, status: int, reason: str, message: str, headers: Any) -> None:
        super().__init__(f"{method} {url}: {status} {message} []")
        self.status = status
        self.message = message
        self.headers = headers


class Lost(Exception):
    """The connection to the API ended."""


class Session:
    """What one process of the server keeps: the token, and how long it asks nothing after a rate limit."""

    def __init__(self, host: str, token: str) -> None:
        self.host = host
        self.token = token
        self.blocked_until = 0.0

    def rest(self, method: str, path: str, sent: Any = None, query: dict[str, Any] | None = None) -> Any:
        """The body of the API's answer."""
        address = urlsplit(self.host)
        wanted = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        url = f"/api/v3{path}" + (f"?{urlencode(wanted)}" if wanted else "")
        if time.time() < self.blocked_until:
            raise self._limited()
        # What only reads is asked again without a word, as the official server's library does.
        for left in (1, 0) if method == "GET" else (0,):
            connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=60)
            try:
                headers = {"Authorization": f"Bearer {self.token}"}
                body = None if sent is None else json.dumps(sent)
                connection.request(method, url, body, headers)
                answer = connection.getresponse()
                return self._read(method, url, answer)
            except (http.client.HTTPException, OSError) as error:
                if not left:
                    raise Lost(f'{method} "{self.host}{url}": EOF') from error
            finally:
                connection.close()
        raise AssertionError

    def _read(self, method: str, url: str, answer: http.client.HTTPResponse) -> Any:
        raw = answer.read()
        if answer.status < 300:
            return json.loads(raw) if "json" in answer.headers.get("Content-Type", "") else raw
        message = json.loads(raw).get("message", "") if raw else ""
        if answer.status in (403, 429) and answer.headers.get("X-RateLimit-Remaining") == "0":
            self.blocked_until = float(answer.headers["X-RateLimit-Reset"])
            raise self._limited()
        raise Status(method, self.host + url, answer.status, answer.reason, message, answer.headers)

    def _limited(self) -> ToolError:
        left = int(self.blocked_until - time.time())
        return ToolError(f"GitHub API rate limit exceeded. Retry after {left // 60}m{left % 60}s.")


def attempt(
    what: str,
    session: Session,
    method: str,
    path: str,
    sent: Any = None,
    query: dict[str, Any] | None = None,
) -> Any:
    """The API's answer; its errors worded as the official server words them."""
    try:
        return session.rest(method, path, sent, query)
    except Status as error:
        # 422 loses address and status on the way.
        raise ToolError(f"{what}: {error.message if error.status == 422 else error}") from error
    except ToolError as error:
        raise ToolError(f"{what}: {error}") from error
    except Lost as error:
        raise ToolError(f"{what}: {error}") from error


def fragile(what: str, session: Session, method: str, path: str, sent: Any) -> Any:
    """As `attempt`, but a lost connection ends the process, as it ends the official one (a nil pointer in 1.10.1)."""
    try:
        return session.rest(method, path, sent)
    except Status as error:
        raise ToolError(f"{what}: {error.message if error.status == 422 else error}") from error
    except ToolError as error:
        raise ToolError(f"{what}: {error}") from error
    except Lost as error:
        if not _ONE_CLIENT:
            raise ToolError(f"{what}: {error}") from error
        sys.stderr.write("panic: runtime error: invalid memory address or nil pointer dereference\n")
        sys.stderr.flush()
        os._exit(2)


def of(asked: dict[str, Any], *names: str) -> list[Any]:
    """The required arguments."""
    for name in names:
        if asked.get(name) in (None, ""):
            raise ToolError(f"missing required parameter: {name}")
    return [asked[name] for name in names]


def base(asked: dict[str, Any]) -> str:
    owner, repo = of(asked, "owner", "repo")
    return f"/repos/{quote(owner, safe='')}/{quote(repo, safe='')}"


def list_branches(session: Session, asked: dict[str, Any]) -> Any:
    found = attempt(
        "failed to list branches",
        session,
        "GET",
        f"{base(asked)}/branches",
        query={"page": asked.get("page", 1), "per_page": asked.get("perPage", 30)},
    )
    return [
        {"name": one["name"], "sha": one["commit"]["sha"], "protected": one["protected"]} for one in found
    ]


def create_branch(session: Session, asked: dict[str, Any]) -> Any:
    (branch,) = of(asked, "branch")
    root, start = base(asked), asked.get("from_branch")
    if not start:
        start = attempt("failed to get repository", session, "GET", root)["default_branch"]
    ref = attempt("failed to get reference", session, "GET", f"{root}/git/ref/heads/{quote(start)}")
    made = {"ref": f"refs/heads/{branch}", "sha": ref["object"]["sha"]}
    return fragile("failed to create branch", session, "POST", f"{root}/git/refs", made)


def push_files(session: Session, asked: dict[str, Any]) -> Any:
    branch, files, message = of(asked, "branch", "files", "message")
    root = base(asked)
    ref = _ref_to_push(session, root, branch)
    entries = [
        {"path": file["path"], "mode": "100644", "type": "blob", "content": file["content"]} for file in files
    ]
    _, moved = commit_on(session, root, ref, entries, message)
    return moved


def _ref_to_push(session: Session, root: str, branch: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = session.rest("GET", f"{root}/git/ref/heads/{quote(branch)}")
        return found
    except Status as error:
        if error.status == 409 and error.message == "Git Repository is empty.":
            default = attempt("failed to initialize repository", session, "GET", root)["default_branch"]
            first = {"message": "Initial commit", "content": "", "branch": default}
            attempt("failed to initialize repository", session, "PUT", f"{root}/contents/README.md", first)
        elif error.status != 404:
            raise ToolError(f"failed to get branch reference: {error}") from error
    except Lost as error:
        raise ToolError(f"failed to get branch reference: {error}") from error
    except ToolError as error:
        raise ToolError(f"failed to get branch reference: {error}") from error
    default = attempt("failed to create branch from default", session, "GET", root)["default_branch"]
    ref: dict[str, Any] = attempt(
        "failed to create branch from default", session, "GET", f"{root}/git/ref/heads/{quote(default)}"
    )
    if default == branch:
        return ref
    made = {"ref": f"refs/heads/{branch}", "sha": ref["object"]["sha"]}
    new: dict[str, Any] = fragile(
        "failed to create branch from default", session, "POST", f"{root}/git/refs", made
    )
    return new


def commit_on(
    session: Session, root: str, ref: dict[str, Any], entries: list[Any], message: str
) -> tuple[Any, Any]:
    """The commit on top of a reference, and the reference afterwards."""
    parent = ref["object"]["sha"]
    commit = attempt("failed to get base commit", session, "GET", f"{root}/git/commits/{parent}")
    sent: dict[str, Any] = {"base_tree": commit["tree"]["sha"], "tree": entries}
    tree = fragile("failed to create tree", session, "POST", f"{root}/git/trees", sent)
    sent = {"message": message, "tree": tree["sha"], "parents": [parent]}
    made = fragile("failed to create commit", session, "POST", f"{root}/git/commits", sent)
    name = quote(ref["ref"].removeprefix("refs/"))
    sent = {"sha": made["sha"], "force": False}
    return made, fragile("failed to update reference", session, "PATCH", f"{root}/git/refs/{name}", sent)


def delete_file(session: Session, asked: dict[str, Any]) -> Any:
    path, message, branch = of(asked, "path", "message", "branch")
    root = base(asked)
    try:
        ref = session.rest("GET", f"{root}/git/ref/heads/{quote(branch)}")
    except (Status, Lost) as error:
        raise ProtocolError(f"failed to get branch reference: {error}") from error
    entries = [{"path": path, "mode": "100644", "type": "blob", "sha": None}]
    made, _ = commit_on(session, root, ref, entries, message)
    return {"commit": made, "content": None}


class ProtocolError(Exception):
    """An error of the protocol instead of a result."""


def get_repository_tree(session: Session, asked: dict[str, Any]) -> Any:
    root, name = base(asked), asked.get("tree_sha")
    if not name:
        name = attempt("failed to get repository info", session, "GET", root)["default_branch"]
    found = attempt(
        "failed to get repository tree",
        session,
        "GET",
        f"{root}/git/trees/{quote(name, safe='')}",
        query={"recursive": 1 if asked.get("recursive") else None},
    )
    entries = [one for one in found["tree"] if one["path"].startswith(asked.get("path_filter") or "")]
    return {
        "sha": found["sha"],
        "truncated": found["truncated"],
        "tree": [{**one, "url": ""} for one in entries],
        "tree_sha": name,
        "owner": asked["owner"],
        "repo": asked["repo"],
        "recursive": bool(asked.get("recursive")),
        "count": len(entries),
    }


def list_commits(session: Session, asked: dict[str, Any]) -> Any:
    found = attempt(
        f"failed to list commits: {asked.get('sha', '')}",
        session,
        "GET",
        f"{base(asked)}/commits",
        query={
            "sha": asked.get("sha"),
            "path": asked.get("path"),
            "page": asked.get("page"),
            "per_page": asked.get("perPage", 30),
        },
    )
    wanted = asked.get("fields")
    commits = [_minimal(one) for one in found]
    return [{key: one[key] for key in one if key in wanted} for one in commits] if wanted else commits


def get_commit(session: Session, asked: dict[str, Any]) -> Any:
    (sha,) = of(asked, "sha")
    detail = asked.get("detail", "stats")
    found = attempt(
        f"failed to get commit: {sha}", session, "GET", f"{base(asked)}/commits/{quote(sha, safe='')}"
    )
    shown = _minimal(found)
    if detail != "none":
        shown["stats"] = found["stats"]
        dropped = () if detail == "full_patch" else ("patch",)
        shown["files"] = [{key: file[key] for key in file if key not in dropped} for file in found["files"]]
    return shown


def _minimal(commit: dict[str, Any]) -> dict[str, Any]:
    info = commit["commit"]
    return {
        "sha": commit["sha"],
        "html_url": commit["html_url"],
        "commit": {key: info[key] for key in ("message", "author", "committer")},
    }


def create_pull_request(session: Session, asked: dict[str, Any]) -> Any:
    title, head, into = of(asked, "title", "head", "base")
    sent = {"title": title, "head": head, "base": into, "body": asked.get("body"), "draft": False}
    made = attempt("failed to create pull request", session, "POST", f"{base(asked)}/pulls", sent)
    return {"id": str(made["id"]), "url": made["html_url"]}


def list_pull_requests(session: Session, asked: dict[str, Any]) -> Any:
    query = {name: asked.get(name) for name in ("state", "head", "base")}
    found = attempt("failed to list pull requests", session, "GET", f"{base(asked)}/pulls", query=query)
    return [
        {**one, "head": {"ref": one["head"]["ref"]}, "base": {"ref": one["base"]["ref"]}} for one in found
    ]


def get_file_contents(session: Session, asked: dict[str, Any]) -> Any:
    root, path = base(asked), str(asked.get("path", "")).lstrip("/")
    sha, note = asked.get("sha"), ""
    if not sha:
        sha, note = _resolved(session, root, asked.get("ref") or "")
    try:
        found = session.rest("GET", f"{root}/contents/{quote(path)}", query={"ref": sha})
    except Status as error:
        raise ToolError(
            "Failed to get file contents. The path does not point to a file or directory, or the file does not exist "
            "in the repository."
        ) from error
    except Lost as error:
        raise ToolError(f"failed to get file contents: {error}") from error
    if isinstance(found, list):
        return found
    return file_answer(asked, path, found, note)


def _resolved(session: Session, root: str, ref: str) -> tuple[str, str]:
    default = attempt("failed to get repository info", session, "GET", root)["default_branch"]
    name = ref.removeprefix("refs/heads/") or default
    try:
        return session.rest("GET", f"{root}/git/ref/heads/{quote(name)}")["object"]["sha"], ""
    except (Status, Lost) as error:
        if name != "main":
            raise ToolError(
                f"failed to resolve git reference: could not resolve ref {ref!r} as a branch or a tag"
            ) from error
    found = attempt(
        "failed to resolve git reference", session, "GET", f"{root}/git/ref/heads/{quote(default)}"
    )
    note = f" Note: the provided ref '{ref}' does not exist, default branch 'refs/heads/{default}' was used instead."
    return found["object"]["sha"], note


def file_answer(asked: dict[str, Any], path: str, found: dict[str, Any], note: str) -> Any:
    """The content blocks of a file."""
    uri = f"repo://{asked['owner']}/{asked['repo']}/sha/x/contents/{quote(path)}"
    if found["type"] in ("submodule", "symlink"):
        return {"type": found["type"], "path": path, "sha": found["sha"]}
    if found["encoding"] == "none":
        raise ToolError("failed to inspect repository file: unsupported content encoding: none")
    content = base64.b64decode(found["content"])
    if not content:
        # The official server leaves `text` out, because it is empty.
        return blocks(f"successfully downloaded empty file (SHA: {found['sha']}){note}", {"uri": uri})
    if found["size"] >= _MEGABYTE:
        link = {"type": "resource_link", "uri": uri, "name": found["name"], "size": found["size"]}
        said = f"File {path} is too large to display ({found['size']} bytes). (SHA: {found['sha']}){note}"
        return [{"type": "text", "text": said}, link]
    assert hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest() == found["sha"]
    binary = any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in content[:512])
    kind = "binary" if binary else "text"
    resource = {"uri": uri, "mimeType": "application/octet-stream" if binary else "text/plain; charset=utf-8"}
    if binary:
        resource["blob"] = base64.b64encode(content).decode()
    else:
        # What is not UTF-8 is replaced without a word.
        resource["text"] = content.decode("utf-8", "replace")
    return blocks(f"successfully downloaded {kind} file (SHA: {found['sha']}){note}", resource)


def blocks(text: str, resource: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}, {"type": "resource", "resource": resource}]


TOOLS = {
    "list_branches": list_branches,
    "create_branch": create_branch,
    "push_files": push_files,
    "delete_file": delete_file,
    "get_repository_tree": get_repository_tree,
    "get_file_contents": get_file_contents,
    "list_commits": list_commits,
    "get_commit": get_commit,
    "create_pull_request": create_pull_request,
    "list_pull_requests": list_pull_requests,
}


def answer(session: Session, message: dict[str, Any]) -> dict[str, Any] | None:
    """The answer to a message of the protocol; None for a notification."""
    if "id" not in message:
        return None
    head = {"jsonrpc": "2.0", "id": message["id"]}
    method, given = message["method"], message.get("params") or {}
    if method == "initialize":
        about = {"name": "github-mcp-server", "version": "double"}
        said = "Look for a pull request template before a pull request is made."
        result: Any = {
            "protocolVersion": FACTS["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": about,
            "instructions": said,
        }
    elif method == "tools/list":
        result = {"tools": FACTS["tools"]}
    elif method == "tools/call":
        tool = TOOLS.get(given["name"])
        if tool is None:
            return {**head, "error": {"code": -32602, "message": f'unknown tool "{given["name"]}"'}}
        try:
            result = called(tool(session, given.get("arguments") or {}))
        except ToolError as error:
            result = {"content": [{"type": "text", "text": str(error)}], "isError": True}
        except ProtocolError as error:
            return {**head, "error": {"code": 0, "message": str(error)}}
    elif method == "ping":
        result = {}
    else:
        return {**head, "error": {"code": -32601, "message": "method not found"}}
    return {**head, "result": result}


def called(result: Any) -> dict[str, Any]:
    if isinstance(result, list) and result and "text" in result[0]:
        return {"content": result}
    return {"content": [{"type": "text", "text": json.dumps(result)}]}


def over_stdio() -> None:
    log = os.environ.get("GITHUB_MCP_CALLS")
    session = Session(os.environ["GITHUB_HOST"], os.environ.get("GITHUB_PERSONAL_ACCESS_TOKEN", ""))
    for line in sys.stdin:
        message = json.loads(line)
        if log and message.get("method") == "tools/call":
            with Path(log).open("a", encoding="utf-8") as stream:
                stream.write(message["params"]["name"] + "\n")
        reply = answer(session, message)
        if reply is not None:
            sys.stdout.write(json.dumps(reply) + "\n")
            sys.stdout.flush()


def over_http() -> None:
    sessions: dict[str, Session] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not token:
                self._send(401, {"error": "missing bearer token"})
                return
            session = sessions.setdefault(token, Session(os.environ["GITHUB_HOST"], token))
            reply = answer(session, message)
            self._send(202 if reply is None else 200, reply)

        def do_GET(self) -> None:
            self._send(405, None)

        do_DELETE = do_GET

        def _send(self, status: int, body: Any) -> None:
            raw = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}/mcp\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    over_http() if sys.argv[1] == "http" else over_stdio()
