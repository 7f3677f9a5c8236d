"""A provider's process, asked over the plugin protocol: no Terraform, no credentials, no network."""

import os
import queue
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

import grpc

from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.catalog.plugin.messages import (
    Diagnostic,
    attribute_path,
    bytes_of,
    diagnostics_in,
    fields,
    first,
    write_bytes,
    write_number,
    write_text,
)
from aws_orchestrator.catalog.plugin.messages import (
    Path as AttributePath,
)
from aws_orchestrator.catalog.plugin.values import decode_dynamic, write_dynamic
from aws_orchestrator.catalog.probe.watched import NOT_STARTED, end_watched, start_watched
from aws_orchestrator.errors import EngineError, UsageError

# The public handshake of go-plugin for Terraform's providers; without it a provider only prints a sentence.
_COOKIE = {"TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"}
_CLOSED_PROXY = "http://127.0.0.1:9"
_START_SECONDS = 60.0
_CALL_SECONDS = 30.0
# The AWS provider takes four seconds for a configuration with one block of its 303 endpoints, ten times that for two.
_OWN_CALL_SECONDS = 300.0
_LARGEST_MESSAGE = 512 << 20
# ClientCapabilities.write_only_attributes_allowed, as Terraform 1.11 says it: a provider refuses such arguments otherwise.
_CAPABILITIES = write_number(2, 1)
_METHODS = {
    5: {
        "schema": "GetSchema",
        "resource": "ValidateResourceTypeConfig",
        "data": "ValidateDataSourceConfig",
        "provider": "PrepareProviderConfig",
        "ephemeral": "ValidateEphemeralResourceConfig",
        "configure": "Configure",
        "plan": "PlanResourceChange",
    },
    6: {
        "schema": "GetProviderSchema",
        "resource": "ValidateResourceConfig",
        "data": "ValidateDataResourceConfig",
        "provider": "ValidateProviderConfig",
        "ephemeral": "ValidateEphemeralResourceConfig",
        "configure": "ConfigureProvider",
        "plan": "PlanResourceChange",
    },
}


class Planned(NamedTuple):
    """The answer to a plan."""

    state: object
    replaces: tuple[AttributePath, ...]
    diagnostics: tuple[Diagnostic, ...]
    legacy: bool
    """Whether the type is of the SDK (it asks Terraform to overlook what its type system cannot say)."""
    private: bytes


class ProviderLost(EngineError):
    """The provider's process crashed or stopped answering; a new one may be started."""


class ProviderClient:
    """One running provider. Not for use by two threads at once."""

    def __init__(
        self, binary: Path, call_seconds: float = _CALL_SECONDS, start_seconds: float = _START_SECONDS
    ) -> None:
        """Start the provider; UsageError when the file is none, ProviderLost when it does not answer."""
        self.binary = binary
        self._call_seconds = call_seconds
        self._start_seconds = start_seconds
        self._calls: dict[str, grpc.UnaryUnaryMultiCallable] = {}
        self._configuration: object = None
        self._ended = False
        self._folder = tempfile.TemporaryDirectory(prefix="provider-")
        try:
            self._open()
        except BaseException:
            self._folder.cleanup()
            raise

    def restart(self) -> None:
        """Start the process again, configured as it was, after a question at which it crashed or hung."""
        if self._ended:
            raise ProviderLost(f"The provider {self.binary.name} was ended.")
        self._channel.close()
        self._end_process()
        self._calls.clear()
        self._open()
        if self._configuration is not None:
            self.configure(self._configuration)

    def close(self) -> None:
        """End the process and remove what it left."""
        self._channel.close()
        self._end_process()
        self._folder.cleanup()

    def kill(self) -> None:
        """End the process only: a call that another thread waits for fails with ProviderLost."""
        self._ended = True
        self._end_process()

    def schema(self) -> bytes:
        """The response to the question for the whole schema."""
        return self._ask("schema", b"", seconds=max(self._call_seconds, 60.0))

    def validate(self, kind: TypeKind, name: str, configuration: object) -> tuple[Diagnostic, ...]:
        """What the provider says about one configuration."""
        if kind == "provider":
            seconds = max(self._call_seconds, _OWN_CALL_SECONDS)
            answer = self._ask("provider", write_dynamic(1, configuration), seconds)
            return diagnostics_in(answer, 2)
        request = write_text(1, name) + write_dynamic(2, configuration)
        if kind == "resource":
            request += write_bytes(3, _CAPABILITIES)
        return diagnostics_in(self._ask(kind, request), 1)

    def configure(self, configuration: object) -> tuple[Diagnostic, ...]:
        """Give the provider its configuration; the complaints, if any."""
        self._configuration = configuration
        answer = self._ask("configure", write_text(1, "1.9.0") + write_dynamic(2, configuration))
        return diagnostics_in(answer, 1)

    def plan(
        self, name: str, prior: object, proposed: object, configuration: object, private: bytes = b""
    ) -> Planned:
        """The provider's plan for one resource."""
        request = (
            write_text(1, name)
            + write_dynamic(2, prior)
            + write_dynamic(3, proposed)
            + write_dynamic(4, configuration)
            + (write_bytes(5, private) if private else b"")
        )
        answer = self._ask("plan", request)
        replaces = tuple(attribute_path(bytes_of(value)) for number, value in fields(answer) if number == 2)
        legacy = any(number == 5 and value == 1 for number, value in fields(answer))
        state = decode_dynamic(first(answer, 1))
        return Planned(state, replaces, diagnostics_in(answer, 4), legacy, first(answer, 3))

    def _open(self) -> None:
        self._process = self._start()
        try:
            self._channel = grpc.insecure_channel(
                self._shake_hands(self._start_seconds),
                options=[
                    ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
                    ("grpc.max_send_message_length", _LARGEST_MESSAGE),
                    ("grpc.enable_http_proxy", 0),
                ],
            )
        except BaseException:
            self._end_process()
            raise

    def _start(self) -> "subprocess.Popen[bytes]":
        # The environment is built, not inherited: a probe must not find anybody's credentials.
        environment = _COOKIE | {
            "PLUGIN_PROTOCOL_VERSIONS": "5,6",
            "HOME": self._folder.name,
            "TMPDIR": self._folder.name,
            "PATH": os.defpath,
            "HTTP_PROXY": _CLOSED_PROXY,
            "HTTPS_PROXY": _CLOSED_PROXY,
            "AWS_EC2_METADATA_DISABLED": "true",
            "TF_LOG": "",
        }
        if os.name == "nt":
            environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
        return start_watched(self.binary, environment, self._folder.name)

    def _shake_hands(self, seconds: float) -> str:
        line = self._first_line(seconds)
        if line.startswith(NOT_STARTED):
            raise UsageError(
                f"{self.binary} cannot be started ({line.removeprefix(NOT_STARTED)}): name the executable of a "
                "Terraform provider, as in terraform-provider-aws_v5.100.0_x5."
            )
        parts = line.split("|")
        if len(parts) < 5 or parts[0] != "1" or parts[1] not in {"5", "6"} or parts[4] != "grpc":
            said = f"it said {line[:80]!r}" if line else "it ended without a word"
            raise UsageError(
                f"{self.binary} is not a Terraform provider that speaks plugin protocol 5 or 6 ({said}): "
                "name a provider's executable."
            )
        self.protocol = int(parts[1])
        return f"unix:{parts[3]}" if parts[2] == "unix" else parts[3]

    def _first_line(self, seconds: float) -> str:
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        output = self._process.stdout
        assert output is not None

        def read() -> None:
            lines.put(output.readline(4096))
            # A provider that prints more must not stand still because nobody reads.
            while output.read(65536):
                pass

        threading.Thread(target=read, daemon=True, name="provider-output").start()
        try:
            return lines.get(timeout=seconds).decode(errors="replace").strip()
        except queue.Empty:
            raise UsageError(
                f"{self.binary} said nothing for {seconds:g} seconds, so it is not a Terraform provider "
                "(or this machine is too busy): name a provider's executable, or try again."
            ) from None

    def _ask(self, question: str, request: bytes, seconds: float | None = None) -> bytes:
        call = self._calls.get(question)
        if call is None:
            path = f"/tfplugin{self.protocol}.Provider/{_METHODS[self.protocol][question]}"
            # Without serialisers gRPC takes and gives bytes as they are.
            call = self._calls[question] = self._channel.unary_unary(path)
        try:
            return bytes(call(request, timeout=seconds or self._call_seconds))
        except grpc.RpcError as error:
            code = error.code() if isinstance(error, grpc.Call) else None
            raise ProviderLost(
                f"The provider {self.binary.name} did not answer {question} ({getattr(code, 'name', 'unknown')}): "
                "it crashed or hangs. Run the command again to go on where it stopped."
            ) from error

    def _end_process(self) -> None:
        end_watched(self._process)
