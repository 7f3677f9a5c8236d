"""The schema provider: a Terraform provider that knows every type, checks what the real one checks, and can do nothing.

It speaks plugin protocol 6 with raw bytes. Only configurations to validate and changes to plan are decoded, all other
answers are constants. One instance serves one provider address; a worker starts as many as its catalogs.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc

from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.terraform.provider_checks import ProviderChecks
from aws_orchestrator.terraform.provider_plan import plan, planned_type
from aws_orchestrator.terraform.provider_pretence import pretended_answers
from aws_orchestrator.terraform.schema_store import catalog_of, pretends
from aws_orchestrator.terraform.wire import call_function_unknown, error_diagnostic

_PROVIDER = "tfplugin6.Provider"
_OFFLINE_SUMMARY = "This provider holds only the schema"
_OFFLINE_DETAIL = (
    "AWS Orchestrator checks modules without a cloud: resources can be planned and applied only against mocks. "
    'Add mock_provider "{name}" {{}} to the test file.'
)

# The field of `diagnostics` in the response of each call that would need the real provider.
_NEEDS_CLOUD = {
    "UpgradeResourceState": 2,
    "ReadResource": 2,
    "PlanResourceChange": 4,
    "ApplyResourceChange": 3,
    "ImportResourceState": 2,
    "MoveResourceState": 2,
    "ReadDataSource": 2,
    "OpenEphemeralResource": 1,
    "RenewEphemeralResource": 1,
}
_SUCCEEDS = (
    "ValidateEphemeralResourceConfig",
    "ConfigureProvider",
    "CloseEphemeralResource",
    "GetResourceIdentitySchemas",
    "StopProvider",
)

_VALIDATES: dict[str, TypeKind] = {
    "ValidateProviderConfig": "provider",
    "ValidateResourceConfig": "resource",
    "ValidateDataResourceConfig": "data",
}

_OPTIONS = (
    ("grpc.max_receive_message_length", 256 << 20),
    ("grpc.max_send_message_length", -1),
)
_THREADS = 2


def serve_schema(name: str, schema: bytes, endpoint: str) -> grpc.Server:
    """A started server for one provider."""
    server = grpc.server(ThreadPoolExecutor(_THREADS, thread_name_prefix=f"schema-{name}"), options=_OPTIONS)
    server.add_generic_rpc_handlers((_provider(name, schema), *_plugin_services()))
    server.add_insecure_port(endpoint)
    server.start()
    return server


def _provider(name: str, schema: bytes) -> grpc.GenericRpcHandler:
    detail = _OFFLINE_DETAIL.format(name=name)
    answers = {"GetProviderSchema": schema, "CallFunction": call_function_unknown()}
    answers |= dict.fromkeys(_SUCCEEDS, b"")
    answers |= {
        method: error_diagnostic(field, _OFFLINE_SUMMARY, detail) for method, field in _NEEDS_CLOUD.items()
    }
    place = catalog_of(schema)
    if place is None:
        answers |= dict.fromkeys(_VALIDATES, b"")
        checks = None
    else:
        checks = ProviderChecks(place)
    # Methods that are not here (lists, actions, state stores) are answered by gRPC itself: unimplemented.
    handlers = {method: _unary(_always(answer)) for method, answer in answers.items()}
    if checks is not None:
        handlers |= {method: _unary(_validating(checks, kind)) for method, kind in _VALIDATES.items()}
        handlers["PlanResourceChange"] = _unary(_planning(checks, answers["PlanResourceChange"]))
        if pretends(schema):
            handlers |= {name: _unary(answer) for name, answer in pretended_answers(checks).items()}
    return grpc.method_handlers_generic_handler(_PROVIDER, handlers)


def _plugin_services() -> tuple[grpc.GenericRpcHandler, ...]:
    # go-plugin opens these beside every provider. A stream that stays open would hold one thread of the pool
    # for each Terraform command, and Terraform would hang when none is left: StreamStdio ends at once, and
    # the broker's StartStream is left unimplemented.
    stdio = grpc.unary_stream_rpc_method_handler(lambda request, context: iter(()))
    return (
        grpc.method_handlers_generic_handler("plugin.GRPCStdio", {"StreamStdio": stdio}),
        grpc.method_handlers_generic_handler("plugin.GRPCController", {"Shutdown": _unary(_always(b""))}),
    )


def _always(answer: bytes) -> Callable[[bytes, grpc.ServicerContext], bytes]:
    return lambda request, context: answer


def _validating(checks: ProviderChecks, kind: TypeKind) -> Callable[[bytes, grpc.ServicerContext], bytes]:
    return lambda request, context: checks.validate(kind, request)


def _planning(checks: ProviderChecks, refusal: bytes) -> Callable[[bytes, grpc.ServicerContext], bytes]:
    def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
        known = checks.known
        if known is None:
            return refusal
        catalog, knowledge = known
        schema = catalog.resource(planned_type(request))
        if schema is None:
            return refusal
        if knowledge is None:
            return plan(schema, None, request)
        checks_of_type = knowledge.checks("resource", schema.name)
        framework = checks_of_type is not None and checks_of_type.framework
        return plan(schema, knowledge.replacement(schema.name), request, framework)

    return answer


def _unary(answer: Callable[[bytes, grpc.ServicerContext], bytes]) -> grpc.RpcMethodHandler:
    # Without serialisers gRPC hands over the bytes as they are.
    return grpc.unary_unary_rpc_method_handler(answer)
