"""The bill of materials, `build/bom.cdx.json` (CycloneDX): every package of both locks with its version, licence and hashes.

Then one question to osv.dev: which of these versions have known vulnerabilities. One that is not excepted below fails the
check; when the service does not answer, that is said and fails nothing.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from artel import __version__
from licences import ROOT, javascript_lock, python_packages

BILL = ROOT / "build/bom.cdx.json"
SERVICE = "https://api.osv.dev/v1/querybatch"
SECONDS = 8
EXCEPTED: dict[str, str] = {}
"""Vulnerabilities that we live with, by the number osv.dev tells: why they cannot be reached, or until when."""

HASHED = re.compile(r"^([A-Za-z0-9_.-]+)==\S+.*\n((?: +--hash=sha256:[0-9a-f]{64}.*\n?)+)", re.MULTILINE)
ALGORITHMS = {"sha512": HashAlgorithm.SHA_512, "sha256": HashAlgorithm.SHA_256, "sha1": HashAlgorithm.SHA_1}


@dataclass(frozen=True)
class Package:
    """One package as a lock pins it; `is_tool` is one that builds the scripts and does not run with them."""

    where: PackageURL
    licence: str
    hashes: tuple[HashType, ...] = ()
    is_tool: bool = False


def packages() -> list[Package]:
    return [*_of_python(), *_of_javascript()]


def _of_python() -> Iterator[Package]:
    lock = (ROOT / "requirements.lock").read_text()
    hashes = {name: re.findall("[0-9a-f]{64}", block) for name, block in HASHED.findall(lock)}
    for name, version, licence in python_packages():
        known = tuple(HashType(alg=HashAlgorithm.SHA_256, content=each) for each in hashes[name])
        yield Package(PackageURL("pypi", None, name.lower(), version), licence, known)


def _of_javascript() -> Iterator[Package]:
    for path, each, licence in javascript_lock():
        namespace, _slash, name = path.rpartition("node_modules/")[2].rpartition("/")
        algorithm, _dash, told = each.get("integrity", "").partition("-")
        known = HashType(alg=ALGORITHMS[algorithm], content=base64.b64decode(told).hex()) if told else None
        where = PackageURL("npm", namespace or None, name, each["version"])
        yield Package(where, licence, (known,) if known else (), bool(each.get("dev")))


def bill(found: Sequence[Package]) -> str:
    """The bill as CycloneDX says it."""
    made = Bom(components=(_component(each) for each in found))
    made.metadata.component = Component(
        name="artel-crm",
        version=__version__,
        type=ComponentType.APPLICATION,
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
    )
    made.register_dependency(made.metadata.component, made.components)
    return make_outputter(made, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)


def _component(package: Package) -> Component:
    where = package.where
    return Component(
        name=where.name,
        group=where.namespace,
        version=where.version,
        type=ComponentType.LIBRARY,
        scope=ComponentScope.EXCLUDED if package.is_tool else ComponentScope.REQUIRED,
        purl=where,
        bom_ref=where.to_string(),
        licenses=[LicenseFactory().make_from_string(package.licence)],
        hashes=package.hashes,
    )


def known_vulnerabilities(found: Sequence[Package], service: str = SERVICE) -> dict[str, list[str]]:
    """Their numbers by package. Raises httpx.HTTPError or ValueError when the service gives no answer."""
    asked = {"queries": [{"package": {"purl": each.where.to_string()}} for each in found]}
    answer = httpx.post(service, json=asked, timeout=SECONDS)
    answer.raise_for_status()
    results: list[dict[str, Any]] = answer.json()["results"]
    if len(results) != len(found):
        raise ValueError("an answer to another question")
    return {
        each.where.to_string(): [one["id"] for one in result["vulns"]]
        for each, result in zip(found, results, strict=True)
        if result.get("vulns")
    }


def judge(found: Sequence[Package], service: str = SERVICE) -> tuple[list[str], bool]:
    """What is to be said, and whether all is well."""
    try:
        known = known_vulnerabilities(found, service)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return [f"not reached: {service} ({type(error).__name__}); vulnerabilities were not looked up"], True
    lines = [
        f"{package}: {number}{f', excepted: {EXCEPTED[number]}' if number in EXCEPTED else ''}"
        for package, numbers in known.items()
        for number in numbers
    ]
    open_ones = [number for numbers in known.values() for number in numbers if number not in EXCEPTED]
    stale = sorted(set(EXCEPTED) - {number for numbers in known.values() for number in numbers})
    lines += [f"excepted, but no longer known of any package: {number}" for number in stale]
    return [*lines, f"asked about {len(found)} packages: {len(open_ones)} vulnerabilities"], not open_ones


def main(path: Path = BILL) -> int:
    found = packages()
    path.parent.mkdir(exist_ok=True)
    path.write_text(bill(found))
    lines, is_well = judge(found)
    print("\n".join(lines))
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
