"""Modules with seeded errors, made by code: every class is a module of many files with one mistake in each."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, islice

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.model import TypeSchema

VERSIONS = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "= %s"
    }
  }
}
"""
_TRUST = 'jsonencode({ Version = "2012-10-17", Statement = [] })'
_RESOURCES: Mapping[str, str] = {
    "aws_sqs_queue": 'name = "q"\nmessage_retention_seconds = 345600\nsqs_managed_sse_enabled = true',
    "aws_sns_topic": 'name = "t"\nfifo_topic = false',
    "aws_sns_topic_subscription": 'topic_arn = "arn:aws:sns:eu-west-1:123456789012:t"\nprotocol = "sqs"\nendpoint = "x"',
    "aws_s3_bucket": 'bucket = "some-bucket"\nforce_destroy = true',
    "aws_s3_bucket_public_access_block": 'bucket = "some-bucket"\nblock_public_acls = true',
    "aws_s3_bucket_versioning": 'bucket = "some-bucket"\nversioning_configuration {\n  status = "Enabled"\n}',
    "aws_dynamodb_table": 'name = "t"\nbilling_mode = "PAY_PER_REQUEST"\nhash_key = "id"\n'
    'attribute {\n  name = "id"\n  type = "S"\n}',
    "aws_kms_key": 'description = "k"\ndeletion_window_in_days = 10',
    "aws_kms_alias": 'name = "alias/k"\ntarget_key_id = "k"',
    "aws_cloudwatch_log_group": 'name = "l"\nretention_in_days = 14',
    "aws_iam_role": f'name = "r"\nassume_role_policy = {_TRUST}\nmax_session_duration = 3600',
    "aws_iam_role_policy_attachment": 'role = "r"\npolicy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"',
    "aws_lambda_function": 'function_name = "f"\nrole = "arn:aws:iam::123456789012:role/r"\nhandler = "a.b"\n'
    'runtime = "python3.12"\nfilename = "f.zip"\ntimeout = 10\nmemory_size = 128',
    "aws_vpc": 'cidr_block = "10.0.0.0/16"\ninstance_tenancy = "default"\nenable_dns_support = true',
    "aws_subnet": 'vpc_id = "vpc-1"\ncidr_block = "10.0.0.0/24"\nmap_public_ip_on_launch = false',
    "aws_security_group": 'name = "s"\nvpc_id = "vpc-1"\nrevoke_rules_on_delete = true',
    "aws_vpc_security_group_ingress_rule": 'security_group_id = "sg-1"\nip_protocol = "tcp"\nfrom_port = 443\nto_port = 443\n'
    'cidr_ipv4 = "10.0.0.0/8"',
    "aws_instance": 'ami = "ami-1"\ninstance_type = "t3.micro"\nmonitoring = true',
    "aws_ecr_repository": 'name = "r"\nimage_tag_mutability = "MUTABLE"\nforce_delete = true',
    "aws_ecs_cluster": 'name = "c"',
    "aws_cloudwatch_metric_alarm": 'alarm_name = "a"\ncomparison_operator = "GreaterThanThreshold"\nevaluation_periods = 1\n'
    'metric_name = "m"\nnamespace = "n"\nstatistic = "Sum"\nperiod = 60\nthreshold = 1',
    "aws_secretsmanager_secret": 'name = "s"\nrecovery_window_in_days = 7',
    "aws_ssm_parameter": 'name = "p"\ntype = "String"\nvalue = "v"',
    "aws_route53_zone": 'name = "example.com"\nforce_destroy = true',
    "aws_lb": 'name = "l"\nload_balancer_type = "application"\ninternal = true\nidle_timeout = 60\nsubnets = ["subnet-1"]',
    "aws_lb_target_group": 'name = "g"\nport = 80\nprotocol = "HTTP"\nvpc_id = "vpc-1"',
    "aws_efs_file_system": 'creation_token = "e"\nperformance_mode = "generalPurpose"\nencrypted = true',
    "aws_eip": 'domain = "vpc"',
    "aws_route_table": 'vpc_id = "vpc-1"',
    "aws_kinesis_stream": 'name = "k"\nshard_count = 1\nretention_period = 24',
}
"""Valid blocks: type and body."""

# Values that the provider's code refuses, and the schema does not.
_BAD_VALUES: Mapping[str, Mapping[str, str]] = {
    "aws_sqs_queue": {"message_retention_seconds": "3"},
    "aws_sns_topic_subscription": {"protocol": '"pigeon"'},
    "aws_s3_bucket_versioning": {"status": '"On"'},
    "aws_dynamodb_table": {"billing_mode": '"FREE"', "type": '"Z"'},
    "aws_kms_key": {"deletion_window_in_days": "3"},
    "aws_kms_alias": {"name": '"k"'},
    "aws_cloudwatch_log_group": {"retention_in_days": "13"},
    "aws_iam_role": {"max_session_duration": "1", "assume_role_policy": '"no JSON"'},
    "aws_iam_role_policy_attachment": {"policy_arn": '"no-arn"'},
    "aws_lambda_function": {"runtime": '"cobol"', "memory_size": "1", "role": '"no-arn"'},
    "aws_vpc": {"cidr_block": '"10.0.0.0"', "instance_tenancy": '"alone"'},
    "aws_subnet": {"cidr_block": '"nowhere"'},
    "aws_ecr_repository": {"image_tag_mutability": '"SOMETIMES"'},
    "aws_cloudwatch_metric_alarm": {"comparison_operator": '"More"', "statistic": '"Mode"'},
    "aws_secretsmanager_secret": {"recovery_window_in_days": "3"},
    "aws_ssm_parameter": {"type": '"Text"'},
    "aws_lb": {"load_balancer_type": '"heavy"'},
    "aws_lb_target_group": {"protocol": '"GOPHER"', "port": "99999"},
    "aws_efs_file_system": {"performance_mode": '"fast"'},
    "aws_eip": {"domain": '"moon"'},
    "aws_kinesis_stream": {"retention_period": "1"},
}
_REFERENCES = (
    *("var.missing", "local.missing", "aws_nothing.x.id", "data.aws_region.none.name", "module.none.x"),
    *(
        "aws_vpc.none.id",
        "each.value",
        "count.index",
        "random_id.none.hex",
        "var.missing.deep",
        "path.nowhere",
    ),
    *("terraform.nothing", "data.none", "aws_vpc", "nothing"),
)
_CALLS = (
    *(
        'nosuch("x")',
        "length()",
        'length("a", "b")',
        "upper([])",
        "jsonencode()",
        'cidrsubnet("x", 8)',
        "max()",
    ),
    *(
        'element("a", 0)',
        'lookup({}, "a")',
        'file("no-such-file")',
        'regex("(", "a")',
        "flatten(1)",
        'tonumber("x")',
    ),
    *(
        'cidrhost("x", 1)',
        "keys([])",
        'join("a", "b")',
        'format("%d", "x")',
        'one(["a", "b"])',
        "provider::aws::none(1)",
    ),
)


def seeded(catalog: Catalog) -> Iterator[tuple[str, dict[str, str]]]:
    """The classes: the name and the files of a module that is valid but for its seeded errors."""
    shared = {"versions.tf": VERSIONS % catalog.version}
    for name, make in _CLASSES.items():
        cases = [case for case in make(catalog) if case]
        yield name, {**shared, **{f"case_{number:03}.tf": text for number, text in enumerate(cases)}}


def _block(type_: str, body: str, label: str) -> str:
    lines = "\n".join(f"  {line}" for line in body.splitlines())
    return f'resource "{type_}" "{label}" {{\n{lines}\n}}\n'


def _labelled(cases: Iterator[tuple[str, str]]) -> Iterator[str]:
    for number, (type_, body) in enumerate(cases):
        yield _block(type_, body, f"x{number}")


def _argument_lines(body: str) -> list[tuple[int, str, str]]:
    """The arguments at the top of a body: line, name, value."""
    return [
        (number, found[1], found[2])
        for number, line in enumerate(body.splitlines())
        if (found := re.match(r"(\w+) = (.*)$", line))
    ]


def _with_line(body: str, number: int, line: str | None) -> str:
    lines = body.splitlines()
    lines[number : number + 1] = [] if line is None else [line]
    return "\n".join(lines)


def _schema(catalog: Catalog, type_: str) -> TypeSchema:
    schema = catalog.resource(type_)
    assert schema is not None, type_
    return schema


def _unknown_arguments(catalog: Catalog) -> Iterator[str]:
    def cases() -> Iterator[tuple[str, str]]:
        for type_, body in _RESOURCES.items():
            yield type_, f"{body}\nno_such_argument = 1"
            _, name, value = _argument_lines(body)[0]
            yield type_, f"{body}\n{name}x = {value}"
        yield "aws_vpc", 'cidr_block = "10.0.0.0/16"\nno_such_block {\n}'
        yield "aws_no_such_type", 'name = "x"'

    return _labelled(cases())


def _missing_arguments(catalog: Catalog) -> Iterator[str]:
    def cases() -> Iterator[tuple[str, str]]:
        for type_, body in _RESOURCES.items():
            required = {
                name for name, one in _schema(catalog, type_).block.attributes.items() if one.required
            }
            for number, name, _ in _argument_lines(body):
                if name in required:
                    yield type_, _with_line(body, number, None)
        yield "aws_s3_bucket_versioning", 'bucket = "some-bucket"'
        yield "aws_dynamodb_table", 'name = "t"\nhash_key = "id"\nattribute {\n  name = "id"\n}'

    return _labelled(cases())


def _wrong_types(catalog: Catalog) -> Iterator[str]:
    wrong = {"string": '["x"]', "number": '"abc"', "bool": '"maybe"'}

    def cases() -> Iterator[tuple[str, str]]:
        for type_, body in _RESOURCES.items():
            for number, name, _ in _argument_lines(body):
                kind = _schema(catalog, type_).block.attributes[name].type
                if isinstance(kind, str):
                    yield type_, _with_line(body, number, f"{name} = {wrong[kind]}")
            yield (
                type_,
                f"{body}\ntags = 1"
                if "tags" in _schema(catalog, type_).block.attributes
                else f"{body}\ncount = []",
            )

    return _labelled(cases())


def _bad_values(catalog: Catalog) -> Iterator[str]:
    def cases() -> Iterator[tuple[str, str]]:
        for type_, values in _BAD_VALUES.items():
            for name, bad in values.items():
                yield type_, re.sub(rf"(?m)^( *){name} = .*$", rf"\g<1>{name} = {bad}", _RESOURCES[type_])

    return _labelled(cases())


def _with_values(values: tuple[str, ...], most: int) -> Iterator[str]:
    """One argument of each resource with a value from the list, in turns."""

    def cases() -> Iterator[tuple[str, str]]:
        for (type_, body), value in zip(islice(cycle(_RESOURCES.items()), most), cycle(values), strict=False):
            number, name, _ = _argument_lines(body)[0]
            yield type_, _with_line(body, number, f"{name} = {value}")

    return _labelled(cases())


def _bad_references(catalog: Catalog) -> Iterator[str]:
    yield from _with_values(_REFERENCES, 45)
    for number, reference in enumerate(_REFERENCES):
        yield f'output "o{number}" {{\n  value = "${{{reference}}}"\n}}\n'


def _bad_calls(catalog: Catalog) -> Iterator[str]:
    yield from _with_values(_CALLS, 40)
    for number, called in enumerate(_CALLS):
        yield f"locals {{\n  l{number} = {called}\n}}\n"


def _duplicates(catalog: Catalog) -> Iterator[str]:
    for number, (type_, body) in enumerate(_RESOURCES.items()):
        block = _block(type_, body, f"twice{number}")
        yield f"{block}\n{block}"
    yield 'variable "v" {\n}\n\nvariable "v" {\n}\n'
    yield 'output "o" {\n  value = 1\n}\n\noutput "o" {\n  value = 2\n}\n'
    yield "locals {\n  a = 1\n}\n\nlocals {\n  a = 2\n}\n"
    yield 'data "aws_region" "r" {\n}\n\ndata "aws_region" "r" {\n}\n'


def _cycles(catalog: Catalog) -> Iterator[str]:
    for number in range(12):
        yield f"locals {{\n  a{number} = local.b{number}\n  b{number} = local.a{number}\n}}\n"
    for number, (type_, body) in enumerate(islice(_RESOURCES.items(), 12)):
        line, name, _ = _argument_lines(body)[0]
        blocks = [
            _block(type_, _with_line(body, line, f"{name} = {type_}.{other}{number}.id"), f"{one}{number}")
            for one, other in (("a", "b"), ("b", "a"))
        ]
        yield "\n".join(blocks)


_SPOILERS: tuple[Callable[[str], str], ...] = (
    lambda text: text.rstrip().removesuffix("}"),
    lambda text: text + "}\n",
    lambda text: text.replace(" = ", " ", 1),
    lambda text: text.replace(" = ", " = = ", 1),
    lambda text: re.sub(r' = "[^"]*"', ' = "open', text, count=1),
    lambda text: text.replace(" = ", " = @", 1),
    lambda text: text.replace(" = ", " = [", 1),
    lambda text: text.replace(" = ", " = (", 1),
    lambda text: text.replace("{", "", 1),
    lambda text: text.replace('" "', '" = "', 1),
    lambda text: re.sub(r' = "[^"]*"', " =", text, count=1),
    lambda text: re.sub(r' = "[^"]*"', ' = "${"', text, count=1),
    lambda text: re.sub(r' = "[^"]*"', " = <<EOT", text, count=1),
    lambda text: re.sub(r' = "[^"]*"', " = a ? b", text, count=1),
    lambda text: text + "stray\n",
    lambda text: re.sub(r' = "[^"]*"\n', ' = "a" b = "c"\n', text, count=1),
    lambda text: re.sub(r'\n  (\w+) = "([^"]*)"\n', r'\n  \1 = "\2"\n  \1 = "\2"\n', text, count=1),
)


def _syntax_errors(catalog: Catalog) -> Iterator[str]:
    for number, ((type_, body), spoil) in enumerate(
        zip(islice(cycle(_RESOURCES.items()), 51), cycle(_SPOILERS), strict=False)
    ):
        block = _block(type_, body, f"x{number}")
        spoilt = spoil(block)
        yield spoilt if spoilt != block else ""


def _nothing(catalog: Catalog) -> Iterator[str]:
    return _labelled(iter(_RESOURCES.items()))


_CLASSES: Mapping[str, Callable[[Catalog], Iterator[str]]] = {
    "nothing": _nothing,
    "unknown argument": _unknown_arguments,
    "missing argument": _missing_arguments,
    "wrong type": _wrong_types,
    "bad value": _bad_values,
    "bad reference": _bad_references,
    "duplicate": _duplicates,
    "cycle": _cycles,
    "bad function call": _bad_calls,
    "syntax error": _syntax_errors,
}
