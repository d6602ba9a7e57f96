"""The SDMX structure of a country's tables: concepts, code lists, ``DSD_MIGDIS``, dataflow.

Made with pysdmx, which writes names in one language and no parents; both are added to its message
afterwards. Traps it has are in the tests.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from lxml import etree
from pysdmx.io import write_sdmx
from pysdmx.io.format import Format
from pysdmx.model import (
    Agency,
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructureDefinition,
    DataType,
    ItemReference,
    Organisation,
    Role,
)
from pysdmx.model.message import Header

from migstat.release.components import COMPONENTS, CONCEPTS, Type
from migstat.release.release import Release
from migstat.release.writers.labels import ENGLISH, LIST_NAMES, CodeList, Labels, code_lists

AGENCY = "MIGSTAT"
VERSION = "1.0.0"
STRUCTURE = "DSD_MIGDIS"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TYPES: Mapping[Type, DataType] = {
    "string": DataType.STRING,
    "number": DataType.DOUBLE,
    "integer": DataType.INTEGER,
    "boolean": DataType.BOOLEAN,
}
ROLES = {"dimension": Role.DIMENSION, "measure": Role.MEASURE, "attribute": Role.ATTRIBUTE}


@dataclass(frozen=True)
class Field:
    """A component of the structure; ``codes`` None for free values."""

    concept: str
    role: Role
    codes: str | None = None
    type: DataType = DataType.STRING
    required: bool = True


def fields() -> list[Field]:
    """The components in the order of a data message: key, value, attributes (domain.md §4.1)."""
    named = [
        Field(c.concept, ROLES[c.role], c.codes, TYPES[c.type], c.required)
        for c in COMPONENTS
        if c.role is not None
    ]
    period = Field("TIME_PERIOD", Role.DIMENSION, type=DataType.PERIOD)
    of_key = [f for f in named if f.role == Role.DIMENSION and f.concept != period.concept]
    first = ("REF_AREA", "SURVEY", "INDICATOR", "UNIT_OBS")
    of_key.sort(key=lambda f: first.index(f.concept) if f.concept in first else len(first))
    added = [
        Field("UNIT_MULT", Role.ATTRIBUTE, "CL_UNIT_MULT"),
        Field("SOURCE_DETAIL", Role.ATTRIBUTE),
        Field("VINTAGE", Role.ATTRIBUTE),
    ]
    rest = [f for f in named if f.role != Role.DIMENSION]
    rest.sort(key=lambda f: f.role != Role.MEASURE)
    return [Field("FREQ", Role.DIMENSION, "CL_FREQ"), *of_key, period, *rest, *added]


def dataflow_id(release: Release) -> str:
    """``DF_MIGDIS_SLV``."""
    return f"DF_MIGDIS_{release.stamp.country}"


def structure_id(release: Release) -> str:
    """``MIGSTAT:DF_MIGDIS_SLV(1.0.0)``, as a data message names it."""
    return f"{AGENCY}:{dataflow_id(release)}({VERSION})"


def write_structure(release: Release) -> bytes:
    """Write the structure message (SDMX-ML 3.0) with the labels of all languages.

    Its date is that of the vintage, not of the clock.
    """
    lists = code_lists(release)
    used = {field.codes for field in fields() if field.codes} | {"CL_NOTE"}
    dsd = _structure(lists)
    dataflow = Dataflow(
        id=dataflow_id(release),
        name=f"Indicators by migratory status, {release.country.name}",
        agency=AGENCY,
        version=VERSION,
        structure=dsd,
    )
    message = write_sdmx(
        [*(_codelist(lists[name]) for name in sorted(used)), _concepts(lists), dsd, dataflow],
        Format.STRUCTURE_SDMX_ML_3_0,
        header=Header(
            id=release.stem.upper(),
            test=release.is_synthetic,
            prepared=datetime.combine(release.stamp.issued, time(), UTC),
            sender=Organisation(id=AGENCY),
        ),
    )
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False)
    root = etree.fromstring((message or "").encode(), parser)
    for item, labels, parent in _items(root, lists):
        _complete(item, labels, parent)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _structure(lists: Mapping[str, CodeList]) -> DataStructureDefinition:
    components = [
        Component(
            id=field.concept,
            required=field.required,
            role=field.role,
            concept=ItemReference("Concept", AGENCY, CONCEPTS, VERSION, field.concept),
            local_dtype=field.type,
            local_codes=_codelist(lists[field.codes]) if field.codes else None,
            attachment_level="O" if field.role == Role.ATTRIBUTE else None,
        )
        for field in fields()
    ]
    return DataStructureDefinition(
        id=STRUCTURE,
        name="Indicators by migratory status",
        agency=AGENCY,
        version=VERSION,
        components=Components(components),
    )


def _concepts(lists: Mapping[str, CodeList]) -> ConceptScheme:
    scheme = lists[CONCEPTS]
    concepts = [Concept(id=code, name=scheme.label(code, ENGLISH)) for code in scheme.labels]
    return ConceptScheme(
        id=CONCEPTS,
        name="Concepts of the tables by migratory status",
        agency=Agency(id=AGENCY),
        version=VERSION,
        items=concepts,
    )


def _codelist(codes: CodeList) -> Codelist:
    return Codelist(
        id=codes.name,
        name=LIST_NAMES.get(codes.name, codes.name),
        agency=AGENCY,
        version=VERSION,
        items=[Code(id=code, name=codes.label(code, ENGLISH)) for code in codes.labels],
    )


def _items(
    root: etree._Element, lists: Mapping[str, CodeList]
) -> Iterator[tuple[etree._Element, Labels, str | None]]:
    """Find every code and concept of a message, with its labels and the code it lies under."""
    for kind, item in (("Codelist", "Code"), ("ConceptScheme", "Concept")):
        for scheme in root.iterfind(f".//{{*}}{kind}[@id]"):
            codes = lists[scheme.get("id", "")]
            for element in scheme.iterfind(f"{{*}}{item}"):
                code = element.get("id", "")
                yield element, codes.labels[code], codes.parents.get(code)


def _complete(item: etree._Element, labels: Labels, parent: str | None) -> None:
    """Add the names of the other languages, and the parent behind them, as the schema wants."""
    name = item.find("{*}Name")
    if name is None:
        return
    for language, label in sorted(labels.items(), reverse=True):
        if language != ENGLISH:
            other = etree.Element(name.tag, {XML_LANG: language})
            other.text = label
            name.addnext(other)
    if parent is not None:
        namespace = etree.QName(item).namespace
        etree.SubElement(item, f"{{{namespace}}}Parent").text = parent
