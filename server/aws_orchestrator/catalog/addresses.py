"""Source addresses of providers: `aws`, `hashicorp/aws` and `registry.terraform.io/hashicorp/aws` are one."""

DEFAULT_HOST = "registry.terraform.io"
# OpenTofu's registry hands out the same providers under its own host.
_SAME_HOSTS = (DEFAULT_HOST, "registry.opentofu.org")


def source_address(provider: str) -> str:
    """The full source address of a provider written in any of its forms."""
    parts = provider.strip().lower().split("/")
    if len(parts) == 1:
        parts = ["hashicorp", *parts]
    if len(parts) == 2 or parts[0] in _SAME_HOSTS:
        parts = [DEFAULT_HOST, *parts[-2:]]
    return "/".join(parts)


def short_name(provider: str) -> str:
    """The address as modules write it: without the host when that is the default one."""
    return source_address(provider).removeprefix(f"{DEFAULT_HOST}/")
