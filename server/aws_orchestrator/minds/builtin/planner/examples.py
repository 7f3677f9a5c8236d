"""Values that satisfy type, format and range, for the example, the tests and the README; invented, and always the same."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.minds.builtin.planner.choice import chosen, level_groups
from aws_orchestrator.minds.builtin.planner.facts import NOTHING, ArgumentFacts, GroupFacts
from aws_orchestrator.minds.builtin.planner.pattern_sample import sample
from aws_orchestrator.minds.builtin.planner.shape import Field

ACCOUNT = "123456789012"
_HEX = "0123456789abcdef0"
_FORMATS = {
    "json": "{}",
    "cidr": "10.0.0.0/16",
    "cidr4": "10.0.0.0/16",
    "cidr_ipv4": "10.0.0.0/16",
    "ipv4_cidr": "10.0.0.0/16",
    "cidr6": "2001:db8::/56",
    "cidr_ipv6": "2001:db8::/56",
    "ipv6_cidr": "2001:db8::/56",
    "ip": "192.0.2.10",
    "ip_address": "192.0.2.10",
    "ipv4": "192.0.2.10",
    "ipv4_address": "192.0.2.10",
    "ipv6": "2001:db8::10",
    "ipv6_address": "2001:db8::10",
    "account_id": ACCOUNT,
    "rfc3339": "2030-01-01T00:00:00Z",
    "rfc_3339": "2030-01-01T00:00:00Z",
    "date": "2030-01-01",
    "duration": "1h",
    "go_duration": "1h",
    "json_object": "{}",
    "spaced_json_object": "{}",
    "canonical_cidr": "10.0.0.0/16",
    "canonical_ipv4_cidr": "10.0.0.0/16",
    "canonical_ipv6_cidr": "2001:db8::/56",
    "integer": "1",
    "daily_window": "03:00-04:00",
    "weekly_window": "sun:05:00-sun:06:00",
    "uuid": "01234567-89ab-4cde-8f01-23456789abcd",
    "base64": "ZXhhbXBsZQ==",
    "url": "https://example.com/",
    "https_url": "https://example.com/",
    "email": "somebody@example.com",
    "region": "us-east-1",
    "hex": "0123456789abcdef",
    "int_string": "1",
    "bool_string": "true",
    "time_of_day": "03:00",
}
# Tried one after the other where a pattern asks for something special.
_CANDIDATES = (
    "example",
    "Example",
    "EXAMPLE",
    "example-1",
    "example1",
    "a",
    "1",
    "10",
    "1.0",
    "01234567",
    "0123456789ab",
    "0123456789abcdef",
    "0123456789abcdef0123456789abcdef",
    "example.com",
    "example_1",
    "/example",
    "/example/",
    "example/example",
    "s3://example-bucket/example",
    "https://example.com/",
    "https://example.com",
    "rate(1 day)",
    "cron(0 12 * * ? *)",
    "30m",
    "1h",
    "PT1H",
    "P1D",
    "03:00",
    "03:00-04:00",
    "sun:03:00",
    "sun:05:00-sun:06:00",
    "somebody@example.com",
    "+15555550100",
    "i-0123456789abcdef0",
    "vpc-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "sg-0123456789abcdef0",
    "192.0.2.10",
    "10.0.0.0/16",
    "2001:db8::/56",
    "Europe/Berlin",
    "en-US",
    "t3.micro",
    "ml.m5.large",
    "{}",
    "*",
    "AWS::S3::Bucket",
    "ecs:service:DesiredCount",
    "service/example/example",
    "#336699",
    "1-1000",
    "2030-01-01T00:00:00Z",
    "arn:aws:iam::123456789012:role/example",
    "arn:aws:s3:::example-bucket",
    "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-4cde-8f01-23456789abcd",
    "arn:aws:lambda:us-east-1:123456789012:function:example",
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/example/0123456789abcdef",
    "alias/example",
    "aws-waf-logs-example",
    "com.amazonaws.example",
    "ou-0123-01234567",
    "o-0123456789",
    "r-0123",
    "p-01234567",
    "d-0123456789",
)
# What ids begin with; the longest ending that fits decides.
_IDS = {
    "vpc_id": "vpc",
    "subnet_id": "subnet",
    "subnet_ids": "subnet",
    "subnets": "subnet",
    "security_group_id": "sg",
    "security_group_ids": "sg",
    "security_groups": "sg",
    "route_table_id": "rtb",
    "instance_id": "i",
    "volume_id": "vol",
    "snapshot_id": "snap",
    "image_id": "ami",
    "ami": "ami",
    "allocation_id": "eipalloc",
    "network_interface_id": "eni",
    "internet_gateway_id": "igw",
    "nat_gateway_id": "nat",
    "transit_gateway_id": "tgw",
    "vpn_gateway_id": "vgw",
    "vpc_endpoint_id": "vpce",
    "file_system_id": "fs",
    "hosted_zone_id": "Z",
    "zone_id": "Z",
}
_KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/01234567-89ab-4cde-8f01-23456789abcd"
_NAMED = (
    (r"kms_(master_)?key(_id|_identifier)?$", _KEY),
    (
        r"policy|assume_role|document|definition|_json$|template_body|schema$|pattern$|dashboard_body",
        '{"Version":"2012-10-17","Statement":[]}',
    ),
    (r"cidr", "10.0.0.0/16"),
    (r"ipv6", "2001:db8::10"),
    (r"(^|_)ip(_address)?(es|s)?$", "192.0.2.10"),
    (r"email", "somebody@example.com"),
    (r"(domain|host)_name|^domain|fqdn|hostname", "example.com"),
    (r"ur[il]s?$|endpoint", "https://example.com/"),
    (r"account(_id)?s?$", ACCOUNT),
    (r"(availability_zone|^az)s?", "us-east-1a"),
    (r"region", "us-east-1"),
    (r"schedule_expression|^schedule$", "rate(1 day)"),
    (r"instance_(type|class)|node_type", "t3.micro"),
    (r"description|comment", "Made by an example"),
    (r"password|secret|token", "Correct-Horse-7-Battery"),
    (r"version", "1.0"),
    (r"protocol", "tcp"),
)


def example_of(field: Field, groups: GroupFacts, elements: int = 1, *, everything: bool = False) -> Value:
    """An invented value for a field: what it needs, or everything; with so many elements where it takes several."""
    if field.sample is not None:
        return field.sample
    if field.type is not None:
        return _typed(field.type, field.name, field.facts, elements, dict(field.members))
    if field.is_switch:
        return True
    if field.name == "timeouts":
        return {item.name: quote("30m") for item in field.fields}
    level = level_groups(groups, field.path, (item.name for item in field.fields))
    inner: dict[str, Value] = {
        item.name: example_of(item, groups, everything=everything)
        for item in chosen(field.fields, level, everything=everything)
        if item.has_input
    }
    if not field.many:
        return inner
    count = max(field.min_items, min(elements, field.max_items or elements), 1)
    return [inner] * count


def _typed(
    cty: CtyType,
    name: str,
    facts: ArgumentFacts,
    elements: int,
    members: Mapping[str, ArgumentFacts] = MappingProxyType({}),
) -> Value:
    if cty == "bool":
        return True
    if cty == "number":
        return _number(name, facts)
    if isinstance(cty, str):
        return quote(text_for(name, facts))
    if cty[0] == "object":
        return {key: _typed(inner, key, members.get(key, NOTHING), 1) for key, inner in cty[1].items()}
    if cty[0] == "map":
        return {"example": _typed(cty[1], name, facts, 1, members)}
    element = _typed(cty[1] if cty[0] != "tuple" else "string", name, facts, 1, members)
    if facts.fewest and facts.fewest > 1:
        return (
            [element] * facts.fewest
            if not facts.allowed
            else [quote(value) for value in facts.allowed[: facts.fewest]]
        )
    if cty[0] == "set" or elements == 1 or not isinstance(element, str):
        return [element]
    return [element, *[quote(value) for value in facts.allowed[1:elements]]]


def _number(name: str, facts: ArgumentFacts) -> int | float:
    if facts.allowed:
        return float(facts.allowed[0]) if "." in facts.allowed[0] else int(facts.allowed[0])
    if isinstance(facts.default, int | float) and not isinstance(facts.default, bool) and facts.default > 0:
        return facts.default
    low, high = facts.minimum, facts.maximum
    wanted = 443.0 if name.endswith("port") else 1.0
    if low is not None:
        wanted = max(wanted, low)
    if high is not None:
        wanted = min(wanted, high)
    if facts.multiple:
        wanted = next((one for one in (facts.multiple, *facts.numbers_besides) if facts.accepts(one)), wanted)
    return int(wanted) if wanted == int(wanted) else wanted


def text_for(name: str, facts: ArgumentFacts) -> str:
    """An invented text for an argument of that name."""
    if facts.allowed:
        return next((value for value in facts.allowed if value), "")
    if isinstance(facts.example, str) and not facts.format and facts.accepts(facts.example):
        # What a provider took as `abc` or `xxxx` is a word, and there is a better one.
        word = re.fullmatch("[a-z]+", facts.example) and _fits_word(facts)
        return "example" if word else facts.example
    if (
        isinstance(facts.default, str)
        and (default := string_literal(facts.default))
        and facts.accepts(default)
    ):
        return default
    if facts.format in ("arn", "arn_loose") or (
        not facts.format and not facts.pattern and name.endswith(("arn", "arns"))
    ):
        return arn_for(name)
    if facts.format in _FORMATS:
        return _FORMATS[facts.format]
    text = _by_name(name)
    if facts.min_length and len(text) < facts.min_length:
        text += "0" * (facts.min_length - len(text))
    text = text[: facts.max_length] if facts.max_length else text
    if facts.accepts(text):
        return text
    if isinstance(facts.example, str):
        return facts.example
    made = sample(facts.pattern)
    candidates = (made, made.ljust(facts.min_length or 0, "0"), *_CANDIDATES)
    return next((candidate for candidate in candidates if candidate and facts.accepts(candidate)), text)


def _fits_word(facts: ArgumentFacts) -> bool:
    return (facts.min_length or 0) <= len("example") <= (facts.max_length or 99) and facts.accepts("example")


def arn_for(name: str) -> str:
    """An invented ARN that fits what the argument's name speaks of."""
    if "role" in name:
        return f"arn:aws:iam::{ACCOUNT}:role/example"
    if "policy" in name:
        return f"arn:aws:iam::{ACCOUNT}:policy/example"
    if "kms" in name or "key" in name:
        return _KEY
    if "bucket" in name or "s3" in name:
        return "arn:aws:s3:::example-bucket"
    if "topic" in name or "sns" in name:
        return f"arn:aws:sns:us-east-1:{ACCOUNT}:example"
    if "queue" in name or "sqs" in name or "dead_letter" in name:
        return f"arn:aws:sqs:us-east-1:{ACCOUNT}:example"
    if "function" in name or "lambda" in name:
        return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:example"
    if "log" in name:
        return f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:example"
    if "certificate" in name:
        return f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/01234567-89ab-4cde-8f01-23456789abcd"
    return f"arn:aws:ec2:us-east-1:{ACCOUNT}:example/example"


def _by_name(name: str) -> str:
    prefixes = [prefix for ending, prefix in _IDS.items() if name.endswith(ending)]
    if prefixes:
        return f"{prefixes[-1]}{'' if prefixes[-1] == 'Z' else '-'}{_HEX}"
    for pattern, value in _NAMED:
        if re.search(pattern, name):
            return value
    return "example"
