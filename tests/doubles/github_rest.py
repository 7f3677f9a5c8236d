"""GitHub's REST API over a real bare git repository, as far as the official MCP server calls it.

Answers have the fields that the server reads. Errors have GitHub's status and message.
"""

import base64
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from doubles.bare_repository import LINK, SUBMODULE, BareRepository, Entry, Moved
from doubles.faults import Fault

TOKEN = "github_pat_" + "11EXAMPLEEXAMPLEEXAMPLE"
READ_ONLY_TOKEN = "github_pat_" + "22EXAMPLEEXAMPLEEXAMPLE"
_MOST_PATCH = 200_000


class Refused(Exception):
    """An error of the API."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Pull(NamedTuple):
    """A pull request."""

    number: int
    title: str
    body: str
    head: str
    base: str


class GitHub:
    """One repository, `owner/name`, and everything that a test looks at or orders."""

    def __init__(self, repository: BareRepository, name: str = "acme/infra") -> None:
        self.repository = repository
        self.name = name
        self.protected: set[str] = set()
        self.pulls: list[Pull] = []
        self.faults: list[Fault] = []
        self.calls: list[str] = []
        """Method and path of every call, in order."""
        self.before_call: Callable[[str, str], object] = lambda method, path: None
        self.tree_limit = 100_000
        """How many entries a recursive tree has at most; more are cut off, and it says so."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def host(self) -> str:
        """What GITHUB_HOST must be."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, query: dict[str, str], sent: Any) -> tuple[int, Any]:
        """Status and body of a call below `/repos/OWNER/NAME`."""
        for pattern, known, act in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and known == method:
                return act(self, [unquote(part) for part in found.groups()], query, sent)
        raise Refused(404, "Not Found")

    def expect_content(self) -> None:
        """409 for a repository without a commit."""
        if not self.repository.branches():
            raise Refused(409, "Git Repository is empty.")


_Groups = list[str]
_Query = dict[str, str]
_Answer = tuple[int, Any]


def _about(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    return 200, {
        "id": 1,
        "name": hub.name.split("/")[1],
        "full_name": hub.name,
        "default_branch": hub.repository.default_branch,
        "private": True,
        "html_url": f"{hub.host}/{hub.name}",
    }


def _branches(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    listed = [
        {"name": name, "commit": {"sha": sha}, "protected": name in hub.protected}
        for name, sha in sorted(hub.repository.branches().items())
    ]
    return 200, _page(listed, query)


def _page(items: list[Any], query: _Query) -> list[Any]:
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    return items[(page - 1) * size : page * size]


def _reference(name: str, sha: str) -> dict[str, Any]:
    return {"ref": f"refs/{name}", "node_id": "x", "object": {"type": "commit", "sha": sha}}


def _get_ref(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    hub.expect_content()
    kind, _, name = found[0].partition("/")
    sha = hub.repository.head(name) if kind == "heads" else hub.repository.resolve(name)
    if sha is None:
        raise Refused(404, "Not Found")
    return 200, _reference(found[0], sha)


def _create_ref(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    name = sent["ref"].removeprefix("refs/heads/")
    if hub.repository.text("check-ref-format", "--branch", name, check=False) != name:
        raise Refused(422, f"refs/heads/{name} is not a valid ref name.")
    if not hub.repository.create(name, sent["sha"]):
        raise Refused(422, "Reference already exists")
    return 201, _reference(f"heads/{name}", sent["sha"])


def _move_ref(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    name = found[0].removeprefix("heads/")
    if name in hub.protected:
        raise Refused(
            422, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n"
        )
    try:
        hub.repository.move(name, sent["sha"], bool(sent.get("force")))
    except KeyError:
        raise Refused(422, "Reference does not exist") from None
    except Moved:
        raise Refused(422, "Update is not a fast forward") from None
    return 200, _reference(found[0], sent["sha"])


def _git_commit(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    return 200, _described(hub, found[0])


def _described(hub: GitHub, sha: str) -> dict[str, Any]:
    shown = hub.repository.text(
        "show", "--no-patch", "--format=%H%n%T%n%P%n%an%n%ae%n%aI%n%B", sha, check=False
    )
    if not shown:
        raise Refused(404, "Not Found")
    full, tree, parents, author, mail, date, message = shown.split("\n", 6)
    person = {"name": author, "email": mail, "date": date}
    return {
        "sha": full,
        "tree": {"sha": tree},
        "parents": [{"sha": parent} for parent in parents.split()],
        "message": message,
        "author": person,
        "committer": person,
    }


def _create_tree(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    changes: dict[str, tuple[str, str] | None] = {}
    present = {entry.path for entry in hub.repository.tree(sent["base_tree"])}
    for entry in sent["tree"]:
        if "content" in entry:
            changes[entry["path"]] = entry["mode"], hub.repository.write_blob(entry["content"].encode())
        elif entry.get("sha") is None:
            if entry["path"] not in present:
                raise Refused(422, "GitRPC::BadObjectState")
            changes[entry["path"]] = None
    sha = hub.repository.write_tree(sent["base_tree"], changes)
    return 201, {
        "sha": sha,
        "tree": [_entry(one) for one in hub.repository.tree(sha, False)],
        "truncated": False,
    }


def _create_commit(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    sha = hub.repository.write_commit(sent["tree"], list(sent.get("parents") or []), sent["message"])
    return 201, _described(hub, sha)


def _tree(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    hub.expect_content()
    name = found[0]
    tree = hub.repository.text(
        "rev-parse", "--verify", "--quiet", f"{hub.repository.resolve(name) or name}^{{tree}}", check=False
    )
    if not tree:
        raise Refused(404, "Not Found")
    entries = hub.repository.tree(tree, recursive=bool(query.get("recursive")))
    cut = bool(query.get("recursive")) and len(entries) > hub.tree_limit
    shown = entries[: hub.tree_limit] if cut else entries
    return 200, {"sha": tree, "tree": [_entry(entry) for entry in shown], "truncated": cut}


def _entry(entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"path": entry.path, "mode": entry.mode, "type": entry.type, "sha": entry.sha}
    return shown if entry.size is None else {**shown, "size": entry.size}


def _blob(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    return 200, hub.repository.blob(found[0])


def _contents(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    hub.expect_content()
    commit = hub.repository.resolve(query.get("ref") or hub.repository.default_branch)
    if commit is None:
        raise Refused(404, f"No commit found for the ref {query.get('ref')}")
    path = found[0].strip("/")
    entries = hub.repository.tree(commit)
    for entry in entries:
        if entry.path == path and entry.type != "tree":
            return 200, _content(hub, entry)
    inside = [entry for entry in entries if entry.path.rpartition("/")[0] == path and entry.path]
    if not inside:
        raise Refused(404, "Not Found")
    return 200, [{**_content(hub, entry), "content": None, "encoding": None} for entry in inside]


def _content(hub: GitHub, entry: Entry) -> dict[str, Any]:
    name = entry.path.rpartition("/")[2]
    shown: dict[str, Any] = {"name": name, "path": entry.path, "sha": entry.sha, "size": entry.size or 0}
    shown["download_url"] = f"{hub.host}/raw/{entry.path}"
    if entry.type == "tree":
        return {**shown, "type": "dir"}
    if entry.mode == SUBMODULE:
        return {**shown, "type": "submodule", "submodule_git_url": "https://example.com/other.git"}
    content = hub.repository.blob(entry.sha)
    if entry.mode == LINK:
        return {**shown, "type": "symlink", "target": content.decode()}
    if len(content) > 1024 * 1024:  # the API gives no content above one megabyte
        return {**shown, "type": "file", "encoding": "none", "content": ""}
    return {**shown, "type": "file", "encoding": "base64", "content": base64.encodebytes(content).decode()}


def _put_content(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    branch = sent.get("branch") or hub.repository.default_branch
    sha = hub.repository.commit({found[0]: base64.b64decode(sent["content"])}, sent["message"], branch)
    return 201, {"content": {"path": found[0]}, "commit": {"sha": sha}}


def _commits(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    hub.expect_content()
    start = hub.repository.resolve(query.get("sha") or hub.repository.default_branch)
    if start is None:
        raise Refused(404, "Not Found")
    listed = hub.repository.log(start)
    return 200, [_listed(hub, sha) for sha in _page(listed, query)]


def _listed(hub: GitHub, sha: str) -> dict[str, Any]:
    described = _described(hub, sha)
    return {
        "sha": sha,
        "html_url": f"{hub.host}/{hub.name}/commit/{sha}",
        "commit": {key: described[key] for key in ("message", "author", "committer", "tree")},
        "parents": described["parents"],
    }


def _commit(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    sha = hub.repository.resolve(found[0])
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {found[0]}")
    words = ["diff-tree", "-r", "--root", "--no-commit-id", "-z"]
    status = hub.repository.git(*words, "--name-status", sha).decode().split("\0")
    files = []
    for letter, name in zip(status[::2], status[1::2], strict=False):
        patch = hub.repository.git(*words[:-1], "-p", sha, "--", name).decode("utf-8", "replace")
        at = patch.find("\n@@")
        shown = patch[at + 1 :].removesuffix("\n") if at >= 0 and len(patch) < _MOST_PATCH else None
        changed = [line[:1] for line in (shown or "").split("\n")]
        file: dict[str, Any] = {
            "filename": name,
            "status": {"A": "added", "M": "modified", "D": "removed", "T": "changed"}[letter],
            "additions": changed.count("+"),
            "deletions": changed.count("-"),
            "changes": changed.count("+") + changed.count("-"),
        }
        files.append(file if shown is None else {**file, "patch": shown})
    return 200, {**_listed(hub, sha), "stats": {"total": 1}, "files": files}


def _create_pull(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    head, base = sent["head"].rpartition(":")[2], sent["base"]
    if any((pull.head, pull.base) == (head, base) for pull in hub.pulls):
        raise Refused(422, f"A pull request already exists for {hub.name.split('/')[0]}:{head}.")
    if not hub.repository.head(head) or not hub.repository.head(base):
        raise Refused(422, "Validation Failed")
    pull = Pull(len(hub.pulls) + 1, sent["title"], sent.get("body") or "", head, base)
    hub.pulls.append(pull)
    return 201, _shown_pull(hub, pull)


def _list_pulls(hub: GitHub, found: _Groups, query: _Query, sent: Any) -> _Answer:
    head = query.get("head", "").rpartition(":")[2]
    wanted = [pull for pull in hub.pulls if not head or pull.head == head]
    return 200, [_shown_pull(hub, pull) for pull in wanted if query.get("base", pull.base) == pull.base]


def _shown_pull(hub: GitHub, pull: Pull) -> dict[str, Any]:
    return {
        "id": pull.number,
        "number": pull.number,
        "state": "open",
        "title": pull.title,
        "body": pull.body,
        "html_url": f"{hub.host}/{hub.name}/pull/{pull.number}",
        "head": {"ref": pull.head},
        "base": {"ref": pull.base},
    }


_Act = Callable[[GitHub, _Groups, _Query, Any], _Answer]
_ROUTES: tuple[tuple[str, str, _Act], ...] = (
    (r"", "GET", _about),
    (r"/branches", "GET", _branches),
    (r"/git/ref/(.+)", "GET", _get_ref),
    (r"/git/refs", "POST", _create_ref),
    (r"/git/refs/(.+)", "PATCH", _move_ref),
    (r"/git/commits/(\w+)", "GET", _git_commit),
    (r"/git/trees", "POST", _create_tree),
    (r"/git/commits", "POST", _create_commit),
    (r"/git/trees/(.+)", "GET", _tree),
    (r"/git/blobs/(\w+)", "GET", _blob),
    (r"/contents/?(.*)", "GET", _contents),
    (r"/contents/(.+)", "PUT", _put_content),
    (r"/commits", "GET", _commits),
    (r"/commits/(.+)", "GET", _commit),
    (r"/pulls", "POST", _create_pull),
    (r"/pulls", "GET", _list_pulls),
)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    hub: GitHub

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def _call(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        split = urlsplit(self.path)
        prefix = f"/api/v3/repos/{self.hub.name}"
        path = split.path.removeprefix(prefix)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        if not split.path.startswith(prefix) or (path and not path.startswith("/")):
            self._send(404, {"message": "Not Found"})
            return
        self.hub.calls.append(f"{self.command} {path}")
        self.hub.before_call(self.command, path)
        fault = next((one for one in self.hub.faults if one.strikes(self.command, path)), None)
        if fault is not None and self._struck(fault):
            return
        status, body = self._answered(path, query, json.loads(raw) if raw else None)
        if fault is not None and fault.kind == "drop_after":
            self._hang_up()
            return
        self._send(status, body)

    def _answered(self, path: str, query: dict[str, str], sent: Any) -> tuple[int, Any]:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in (TOKEN, READ_ONLY_TOKEN):
            return 401, {"message": "Bad credentials"}
        if token == READ_ONLY_TOKEN and self.command != "GET":
            return 403, {"message": "Resource not accessible by personal access token"}
        try:
            return self.hub.answer(self.command, path, query, sent)
        except Refused as refused:
            return refused.status, {"message": refused.message}

    def _struck(self, fault: Fault) -> bool:
        """Whether that was the whole answer."""
        if fault.act is not None:
            fault.act()
        if fault.kind == "drop_before":
            self._hang_up()
        elif fault.kind == "status":
            self._send(fault.status, fault.body, fault.headers)
        elif fault.kind == "huge":
            self._send(200, {"message": "x" * 50_000_000})
        elif fault.kind == "endless":
            self._endless()
        else:
            time.sleep(fault.seconds)
            return False
        return True

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.close_connection = True
        end = time.monotonic() + 60
        while time.monotonic() < end:  # ends when the other side does: writing then fails
            self.wfile.write(b" " * 65_536)

    def _hang_up(self) -> None:
        self.close_connection = True

    def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PATCH = do_PUT = _call
