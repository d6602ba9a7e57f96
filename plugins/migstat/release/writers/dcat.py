"""A DCAT record (JSON-LD) with which a catalogue takes the release in."""

import json
from pathlib import Path
from typing import Any

from migstat.release.about import description, title
from migstat.release.release import Release
from migstat.release.writers.files import Distribution, distributions

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
SPDX_LICENCES = "https://spdx.org/licenses/"


def write(release: Release, folder: Path) -> list[Path]:
    """Write the record of the files that lie in the folder.

    Returns:
        ``<stem>_dcat.jsonld``.
    """
    record = build_record(release, list(distributions(folder)))
    file = folder / f"{release.stem}_dcat.jsonld"
    file.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [file]


def build_record(release: Release, files: list[Distribution]) -> dict[str, Any]:
    """Build the record; files are named relative to it."""
    declared, stamp = release.declared, release.stamp
    periods = sorted(set(release.cells["time_period"]))
    notes = stamp.reason or ("First vintage." if stamp.kind == "first" else "New data.")
    return {
        "@context": CONTEXT,
        "@id": f"urn:migstat:{release.stem}",
        "@type": "dcat:Dataset",
        "dct:identifier": release.stem,
        "dct:title": _english(title(release)),
        "dct:description": _english(description(release)),
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": declared.publisher},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": declared.publisher,
            "vcard:hasEmail": {"@id": f"mailto:{declared.contact}"},
        },
        "dct:issued": {"@value": stamp.issued.isoformat(), "@type": "xsd:date"},
        "dct:language": list(declared.languages),
        "dct:spatial": {
            "@id": f"http://publications.europa.eu/resource/authority/country/{stamp.country}"
        },
        "dct:temporal": [{"@type": "dct:PeriodOfTime", "dct:identifier": p} for p in periods],
        "dct:license": {"@id": _licence(declared.licence)},
        "dct:accessRights": {"@id": PUBLIC},
        "dcat:version": stamp.label,
        "adms:versionNotes": _english(notes),
        "dcat:distribution": [_distribution(file) for file in files],
    }


def _distribution(file: Distribution) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:downloadURL": {"@id": file.name},
        "dcat:mediaType": file.media_type,
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _licence(licence: str) -> str:
    return licence if "://" in licence else f"{SPDX_LICENCES}{licence}"
