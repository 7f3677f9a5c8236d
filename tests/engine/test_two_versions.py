"""Modules on different versions of a provider: each keeps a warm worker, because a process can hold one version."""

from pathlib import Path

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.terraform.bundled import BundledEngine
from engine.conftest import VERSIONS, tree


async def test_two_versions_of_a_provider_stay_warm_side_by_side(tmp_path: Path) -> None:
    library = shipped_library()
    oldest, newest = library.versions("hashicorp/aws")[0], library.versions("hashicorp/aws")[-1]
    assert oldest != newest
    modules = [
        tree(version, versions_tf=VERSIONS.replace(b">= 5.0", version.encode()))
        for version in (oldest, newest)
    ]
    engine = BundledEngine(library, tmp_path / "scratch", cache=tmp_path / "cache", workers=2)
    try:
        seen = set()
        for _ in range(3):
            for module, version in zip(modules, (oldest, newest), strict=True):
                result = await engine.validate(module)
                assert (result.status, engine.provider_version) == ("passed", version)
                seen |= set(engine.worker_pids)
        assert len(seen) == 2, "a worker was replaced although both versions have one"
    finally:
        await engine.close()
