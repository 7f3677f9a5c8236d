"""Formats, patterns and lengths of texts as conditions that Terraform evaluates, each with its sentence."""

import re
from collections.abc import Iterator

from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts
from aws_orchestrator.minds.builtin.planner.wording import listed

_DAYS = "(mon|tue|wed|thu|fri|sat|sun)"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
# What a text of the format matches, and what a person is told. Looser than the provider where it is intricate: a value
# that comes from another resource must never be refused here and accepted there.
_MATCHES: dict[str, tuple[str, str]] = {
    "arn": (
        "^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+",
        "an ARN (arn:<partition>:<service>:<region>:<account>:<resource>)",
    ),
    "account_id": ("^[0-9]{12}$", "an account id of 12 digits"),
    "rfc3339": (
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
        "a time as in 2030-01-01T00:00:00Z",
    ),
    "time_of_day": (f"^{_TIME}$", "a time of day, as 03:30"),
    "daily_window": (f"^{_TIME}-{_TIME}$", "a daily window in UTC, as 03:00-04:00"),
    "weekly_window": (
        f"(?i)^{_DAYS}:{_TIME}-{_DAYS}:{_TIME}$",
        "a weekly window in UTC, as sun:05:00-sun:06:00",
    ),
    "integer": ("^[+-]?[0-9]+$", "a whole number"),
    "duration": ("^[+-]?([0-9.]+(ns|us|µs|μs|ms|s|m|h))+$", "a duration, as 30s or 1h30m"),
    "region": ("^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$", "the name of an AWS region"),
    "boolean": ("(?i)^(true|false|t|f|1|0)$", "`true` or `false`, as a text"),
    "uuid": ("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "a UUID"),
    "base64": ("^[A-Za-z0-9+/=]*$", "base64"),
    "ip": ("^[0-9a-fA-F:.]+$", "an IP address"),
    "ipv4": ("^[0-9]{1,3}(\\.[0-9]{1,3}){3}$", "an IPv4 address"),
    "ipv6": ("^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$", "an IPv6 address"),
}
_NO_DOUBLE_HYPHEN = "^(?!.*--)"


def text_checks(facts: ArgumentFacts, value: str, label: str) -> Iterator[tuple[str, str]]:
    """The conditions over a text, as far as Terraform's functions can say them."""
    # Some arguments take an empty text for "none".
    unless = [""] if facts.complaint and facts.accepts("") and "" not in facts.besides else []
    unless_other = "".join(f"{value} == {quote(text)} ? true : " for text in (*unless, *facts.texts_besides))
    named = [quote(text) for text in facts.texts_besides if text]
    besides = f", or {listed(named)}" if named else ""
    found = _format(facts.format, value) or _pattern(facts.pattern, value)
    if found is not None:
        condition, sentence = found
        yield f"{unless_other}{condition}", f"{label} must {sentence}{besides}."
    if facts.max_length is not None or (facts.min_length or 0) > 1:
        limits = [f"length({value}) >= {facts.min_length}"] if facts.min_length else []
        limits += [f"length({value}) <= {facts.max_length}"] if facts.max_length is not None else []
        size = (
            f"{facts.min_length or 0} to {facts.max_length}"
            if facts.max_length is not None
            else f"at least {facts.min_length}"
        )
        yield f"{unless_other}{' && '.join(limits)}", f"{label} must have {size} characters{besides}."


def _format(name: str, value: str) -> tuple[str, str] | None:
    if name.endswith("cidr"):
        return f"can(cidrhost({value}, 0))", "be a CIDR block, as 10.0.0.0/16"
    if "json" in name:
        return f"can(jsondecode({value}))", "be JSON; jsonencode() or a policy document makes it"
    # `arn_loose`, `integer_32`: what is looser or narrower is told the same way.
    known = _MATCHES.get(name) or _MATCHES.get(name.partition("_")[0])
    return (f"can(regex({quote(known[0])}, {value}))", f"be {known[1]}") if known else None


def _pattern(pattern: str, value: str) -> tuple[str, str] | None:
    """The condition of a pattern, which is Python's and has to be said in Terraform's regular expressions (RE2)."""
    if not pattern:
        return None
    conditions = []
    rest = pattern
    if rest.startswith(_NO_DOUBLE_HYPHEN):
        # RE2 cannot look ahead.
        conditions.append(f'!can(regex("--", {value}))')
        rest = f"^{rest.removeprefix(_NO_DOUBLE_HYPHEN)}"
    rest = rest.replace("\\Z", "$")
    if "(?" in rest.replace("(?:", "").replace("(?i)", "") or re.search(r"\\[1-9uAB]|[*+?}]\+", rest):
        return None
    conditions.append(f"can(regex({quote(rest)}, {value}))")
    return " && ".join(conditions), f"match {rest}"
