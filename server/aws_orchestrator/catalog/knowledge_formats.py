"""The formats of texts that a provider's code asks for, each as a function that says whether a text has it.

They were shaped after the verdicts of hashicorp/aws 5.100.0 on the texts in `probe/battery.py`; a harvest keeps a format for an
argument only when function and provider agree on every one of those texts.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime

_ARN_PARTITION = re.compile(r"aws(-[a-z]+)*", re.ASCII)
_ARN_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}", re.ASCII)
_ARN_ACCOUNT = re.compile(r"aws|aws-managed|third-party|aws-marketplace|\d{12}|cw.{10}", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DAILY_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_WEEKLY_WINDOW = re.compile(rf"({_DAYS}):([01]\d|2[0-3]):[0-5]\d-({_DAYS}):([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_DURATION = re.compile(r"[+-]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+", re.ASCII)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}", re.ASCII)
_FLOAT = re.compile(
    r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity|nan)", re.ASCII | re.IGNORECASE
)
# Go's strconv.ParseBool takes these.
_BOOLEANS = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})
_BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)


def _arn_parses(text: str) -> bool:
    return text.startswith("arn:") and text.count(":") >= 5


def _arn(text: str) -> bool:
    if not _arn_parses(text):
        return False
    _, partition, _, region, account, resource = text.split(":", 5)
    return (
        _ARN_PARTITION.fullmatch(partition) is not None
        and (not region or _ARN_REGION.fullmatch(region) is not None)
        and (not account or _ARN_ACCOUNT.fullmatch(account) is not None)
        and bool(resource)
    )


def _json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is Python's, not JSON's")


def _json_object(text: str) -> bool:
    return text.startswith("{") and _json(text)


def _spaced_json_object(text: str) -> bool:
    return _json_object(text.lstrip())


def _network(text: str) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface | None:
    address, slash, bits = text.partition("/")
    if not slash or not (bits.isascii() and bits.isdigit()) or (len(bits) > 1 and bits[0] == "0"):
        return None
    try:
        return ipaddress.ip_interface(f"{address}/{bits}")
    except ValueError:
        return None


def _cidr(text: str) -> bool:
    return _network(text) is not None


def _canonical_cidr(text: str, version: int | None = None) -> bool:
    network = _network(text)
    return (
        network is not None
        and (version is None or network.version == version)
        and text == str(network.network)
    )


def _network_cidr(text: str, version: int | None = None) -> bool:
    """As canonical, but letters may be of either case."""
    network = _network(text)
    return (
        network is not None
        and (version is None or network.version == version)
        and network.ip == network.network.network_address
    )


def _cidr_of(version: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        network = _network(text)
        return network is not None and network.version == version

    return check


def _address(version: int | None) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            found = ipaddress.ip_address(text)
        except ValueError:
            return False
        return version in {None, found.version} and "%" not in text

    return check


def _rfc3339(text: str) -> bool:
    if not _RFC3339.fullmatch(text):
        return False
    try:
        # Go takes any number of digits of a second, Python six.
        datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def _duration(text: str) -> bool:
    return text in {"0", "+0", "-0"} or _DURATION.fullmatch(text) is not None


def _integer(text: str, bits: int) -> bool:
    # Python refuses to make an int of thousands of digits; these do not fit anyway.
    if _INTEGER.fullmatch(text) is None or len(text.lstrip("+-0")) > bits:
        return False
    size = int(text.lstrip("+-0") or "0")
    most = 1 << (bits - 1)
    return -most <= (-size if text.startswith("-") else size) < most


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "arn": _arn,
    "arn_loose": _arn_parses,
    "json_object": _json_object,
    "spaced_json_object": _spaced_json_object,
    "json": _json,
    "account_id": _matches(re.compile(r"\d{12}", re.ASCII)),
    "canonical_cidr": _canonical_cidr,
    "canonical_ipv4_cidr": lambda text: _canonical_cidr(text, 4),
    "canonical_ipv6_cidr": lambda text: _canonical_cidr(text, 6),
    "network_cidr": _network_cidr,
    "network_ipv6_cidr": lambda text: _network_cidr(text, 6),
    "cidr": _cidr,
    "ipv4_cidr": _cidr_of(4),
    "ipv6_cidr": _cidr_of(6),
    "ip": _address(None),
    "ipv4": _address(4),
    "ipv6": _address(6),
    "rfc3339": _rfc3339,
    "time_of_day": _matches(_TIME_OF_DAY),
    "daily_window": _matches(_DAILY_WINDOW),
    "weekly_window": lambda text: _WEEKLY_WINDOW.fullmatch(text.lower()) is not None,
    "boolean": lambda text: text in _BOOLEANS,
    "integer_32": lambda text: _integer(text, 32),
    "integer": lambda text: _integer(text, 64),
    "float": lambda text: _FLOAT.fullmatch(text) is not None,
    "duration": _duration,
    "region": _matches(_REGION),
    "uuid": _matches(_UUID),
    "base64": _matches(_BASE64),
}
"""Every format by its name, the stricter before the looser."""

DESCRIPTIONS: Mapping[str, str] = {
    "arn": "an ARN, such as arn:aws:iam::123456789012:role/name",
    "arn_loose": "an ARN, such as arn:aws:iam::123456789012:role/name",
    "json": "valid JSON",
    "json_object": "a JSON object",
    "spaced_json_object": "a JSON object",
    "account_id": "an AWS account id of 12 digits",
    "canonical_cidr": "a CIDR block written by its first address, such as 10.0.0.0/16",
    "canonical_ipv4_cidr": "an IPv4 CIDR block written by its first address, such as 10.0.0.0/16",
    "canonical_ipv6_cidr": "an IPv6 CIDR block written by its first address, such as 2001:db8::/56",
    "cidr": "a CIDR block, such as 10.0.0.0/16",
    "ipv4_cidr": "an IPv4 CIDR block, such as 10.0.0.0/16",
    "ipv6_cidr": "an IPv6 CIDR block, such as 2001:db8::/56",
    "network_cidr": "a CIDR block written by its first address, such as 10.0.0.0/16",
    "network_ipv6_cidr": "an IPv6 CIDR block written by its first address, such as 2001:db8::/56",
    "ip": "an IP address",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "rfc3339": "an RFC 3339 time, such as 2030-01-02T03:04:05Z",
    "time_of_day": "a time of day, such as 03:30",
    "daily_window": "a daily window, such as 03:00-04:00",
    "weekly_window": "a weekly window, such as sun:03:00-sun:04:00",
    "boolean": "true or false",
    "integer_32": "a whole number",
    "integer": "a whole number",
    "float": "a number",
    "duration": "a duration, such as 30s or 1h30m",
    "region": "an AWS region, such as us-east-1",
    "uuid": "a UUID",
    "base64": "base64",
}
"""What a person is told that the text must be."""
