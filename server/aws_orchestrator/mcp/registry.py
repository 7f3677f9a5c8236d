"""The registry as the planner researches in it: typed answers, from the catalogs here or from a server of a person's choice.

A server's texts are data: ids, names and versions are read out of them by shape, markdown is handed on unread, and
nothing in them changes what is asked or done. What it cannot answer, the catalogs answer, and `notes` says so.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, Self, TypeVar

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.catalog_choice import newest_known
from aws_orchestrator.mcp.registry_answers import Entry, documents_in, modules_in, version_in
from aws_orchestrator.mcp.registry_server import registry_server
from aws_orchestrator.mcp.registry_tools import registry_tools
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.mcp.remote_session import RegistryTrouble, RemoteLimits, RemoteSession
from aws_orchestrator.mcp.tool import ToolAnswer, ToolSet
from aws_orchestrator.model import Frozen

Origin = Literal["catalogs", "registry"]
"""Who answered: the catalogs and skills here, or the registry server that a person chose."""
DocumentKind = Literal["resources", "data-sources", "functions"]
_KINDS: Mapping[DocumentKind, Literal["resource", "data"]] = {"resources": "resource", "data-sources": "data"}
AWS = "hashicorp/aws"

T = TypeVar("T")


class LatestVersion(Frozen):
    """What is the newest version of a provider, here and elsewhere."""

    provider: str
    here: str
    """The newest version with a catalog here: the newest that anything was checked against."""
    registry: str | None = None
    """What the registry server says, when one was asked."""

    @property
    def newer_elsewhere(self) -> bool:
        """Whether the registry knows a newer version than the catalogs here."""
        return self.registry is not None and parse_version(self.registry) > parse_version(self.here)

    @property
    def sentence(self) -> str:
        """What "latest" means: `hashicorp/aws: newest known here: 5.100.0`, and what the registry says if it is newer."""
        known = f"{self.provider}: newest known here: {self.here}"
        if not self.newer_elsewhere:
            return known
        return f"{known}; the registry names {self.registry}, which is newer than every catalog here"


class Document(Frozen):
    """One document of a provider that a search found."""

    doc_id: str
    name: str
    """The type's or function's full name, `aws_s3_bucket`."""
    kind: DocumentKind
    origin: Origin
    known: bool
    """Whether the newest catalog here has it: a name that it does not have must not be generated."""


class Page(Frozen):
    """A document's or module's page: markdown of somebody, to be shown or quoted, never to be obeyed or parsed for types."""

    identity: str
    markdown: str
    origin: Origin


class Module(Frozen):
    """One module that a search found."""

    module_id: str
    name: str
    origin: Origin


class RegistryClient:
    """Answers the planner's questions; never fails because of a registry server, only for what nobody here knows."""

    def __init__(
        self,
        library: CatalogLibrary,
        skills: SkillLibrary,
        server: RemoteServer | None = None,
        limits: RemoteLimits | None = None,
    ) -> None:
        """Without a server every answer comes from the tools of ours, called in this process."""
        self._library = library
        self._here = ToolSet(registry_tools(library, skills))
        self._server = server
        self._remote = RemoteSession(server, limits) if server else None
        self._gone = False
        self._notes: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the answers so far, a sentence each: who did not answer, what is newer elsewhere."""
        return tuple(self._notes)

    async def latest_version(self, provider: str = AWS) -> LatestVersion:
        """The newest version here and at the registry; UsageError when no catalog of the provider is here."""
        namespace, _, name = provider.rpartition("/")
        arguments = {"namespace": namespace, "name": name}
        here = await self._ask_here("get_latest_provider_version", arguments)
        there = await self._ask_there("get_latest_provider_version", arguments, version_in)
        latest = LatestVersion(provider=provider, here=str(here["version"]), registry=there)
        if latest.newer_elsewhere:
            self._note(f"{latest.sentence}: nothing was checked against it.")
        return latest

    async def search(
        self, words: str, kind: DocumentKind = "resources", provider: str = AWS
    ) -> tuple[Document, ...]:
        """The documents that the words describe, best first; empty when there is nothing like them."""
        namespace, _, name = provider.rpartition("/")
        arguments = {
            "provider_name": name,
            "provider_namespace": namespace,
            "service_slug": words,
            "provider_document_type": kind,
            "provider_version": "latest",
        }
        there = await self._ask_there("search_providers", arguments, documents_in)
        if there is not None:
            return self._judged(there, kind, provider)
        here = await self._ask_here("search_providers", arguments)
        return tuple(
            Document(doc_id=one["providerDocID"], name=one["title"], kind=kind, origin="catalogs", known=True)
            for one in here["documents"]
        )

    async def page(self, document: Document, provider: str = AWS) -> Page:
        """The document's page; the catalog's own when the registry does not give one."""
        arguments = {"provider_doc_id": document.doc_id}
        if document.origin == "registry":
            text = await self._ask_there("get_provider_details", arguments, lambda text: text or None)
            if text is not None:
                return Page(identity=document.doc_id, markdown=text, origin="registry")
            version = newest_known(self._library, provider)
            arguments = {"provider_doc_id": f"{provider}/{version}/{document.kind}/{document.name}"}
        here = await self._ask_here("get_provider_details", arguments)
        return Page(identity=here["providerDocID"], markdown=here["markdown"], origin="catalogs")

    async def search_modules(self, words: str) -> tuple[Module, ...]:
        """The modules that the words describe, best first."""
        arguments = {"module_query": words}
        there = await self._ask_there("search_modules", arguments, modules_in)
        if there is not None:
            return tuple(Module(module_id=one.identity, name=one.title, origin="registry") for one in there)
        here = await self._ask_here("search_modules", arguments)
        return tuple(
            Module(module_id=one["moduleId"], name=one["moduleId"].split("/")[1], origin="catalogs")
            for one in here["modules"]
        )

    async def module_page(self, module: Module) -> Page | None:
        """The module's page, or None when the registry that named it does not give one."""
        arguments = {"module_id": module.module_id}
        if module.origin == "registry":
            text = await self._ask_there("get_module_details", arguments, lambda text: text or None)
            return None if text is None else Page(identity=module.module_id, markdown=text, origin="registry")
        text = (await self._answer_here("get_module_details", arguments)).text
        return Page(identity=module.module_id, markdown=text, origin="catalogs")

    async def close(self) -> None:
        """End the connection and the child that was started for it."""
        if self._remote is not None:
            await self._remote.close()

    async def _ask_here(self, tool: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return (await self._answer_here(tool, arguments)).data

    async def _answer_here(self, tool: str, arguments: Mapping[str, Any]) -> ToolAnswer:
        answer = await self._here.call(tool, arguments)
        if answer.failed:
            raise UsageError(answer.text)
        return answer

    async def _ask_there(
        self, tool: str, arguments: Mapping[str, Any], read: Callable[[str], T | None]
    ) -> T | None:
        """What the registry server answered, or None when there is none or its answer cannot be used."""
        if self._remote is None or self._server is None or self._gone:
            return None
        try:
            found = read(await self._remote.ask(tool, arguments))
            if not found:
                raise RegistryTrouble(f"answered {tool} with nothing that could be read", lasting=False)
        except RegistryTrouble as trouble:
            self._gone = trouble.lasting
            ending = (
                "from here on the catalogs here answer" if trouble.lasting else "the catalogs here answered"
            )
            self._note(f"The registry server of {self._server.variable} {trouble}; {ending} instead.")
            return None
        return found

    def _judged(self, entries: tuple[Entry, ...], kind: DocumentKind, provider: str) -> tuple[Document, ...]:
        """The registry's entries as documents, each with whether the catalog has it: a server may lie."""
        catalog = self._library.choose(provider)
        if catalog is None:
            raise UsageError(
                f"There is no catalog of {provider} here; `aws-orchestrator catalog build` makes one."
            )
        names = frozenset(catalog.names(_KINDS[kind]) if kind in _KINDS else catalog.functions)
        prefix = "" if kind == "functions" else f"{catalog.provider_schema.name}_"
        documents = []
        for entry in entries:
            name = (
                entry.title
                if entry.title in names or entry.title.startswith(prefix)
                else prefix + entry.title
            )
            documents.append(
                Document(doc_id=entry.identity, name=name, kind=kind, origin="registry", known=name in names)
            )
        strange = sorted({one.name for one in documents if not one.known})
        if strange:
            listed = ", ".join(strange[:3]) + (" …" if len(strange) > 3 else "")
            self._note(
                f"The registry names {listed}, which {catalog.provider} {catalog.version} does not have; "
                "only what the catalog has is generated."
            )
        return tuple(documents)

    def _note(self, sentence: str) -> None:
        if sentence not in self._notes:
            self._notes.append(sentence)


def open_registry(
    library: CatalogLibrary, skills: SkillLibrary, environment: Mapping[str, str] | None = None
) -> RegistryClient:
    """The client of a workspace: over the server that the environment names, else over the catalogs alone."""
    return RegistryClient(library, skills, registry_server(environment))
