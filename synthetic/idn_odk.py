"""The archive that ODK Central exports: a CSV of the form, one of its repeat, pinned clocks."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from synthetic.draw import Draw
from synthetic.files import NOTICE, Row

FORM, REPEAT = "survei_purna_pmi", "purna"


def write_odk_zip(
    file: Path, tables: Mapping[str, tuple[Sequence[str], Iterable[Row]]], made: datetime
) -> None:
    """Write the members with their columns in order; what is null is empty."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = NOTICE.encode("ascii")
        for name, (header, rows) in tables.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            entry = zipfile.ZipInfo(name, made.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.getvalue().encode())


def form_meta(draw: Draw, number: int, key: str, day: date, review: str) -> Row:
    """Write what the phone and the server add to a submission."""
    hour, minute = draw.whole(8, 17), draw.whole(0, 39)
    edits = draw.pick({0: 0.93, 1: 0.06, 2: 0.01})
    return {
        "SubmissionDate": f"{day.isoformat()}T{hour + 2:02}:{minute:02}:09.{draw.whole(100, 999)}Z",
        "start": f"{day.isoformat()}T{hour:02}:{minute:02}:11.000+07:00",
        "end": f"{day.isoformat()}T{hour:02}:{minute + 20}:48.000+07:00",
        "lokasi-gps-Latitude": round(draw.between(-0.5, 0.5), 6),  # the sea off West Africa
        "lokasi-gps-Longitude": round(draw.between(-0.5, 0.5), 6),
        "lokasi-gps-Altitude": 0,
        "lokasi-gps-Accuracy": round(draw.between(3, 20), 1),
        f"{REPEAT}@odata.navigationLink": f"Submissions('{key}')/{REPEAT}",
        "meta-instanceID": key,
        "meta-instanceName": f"Data sintetis {number:05}",
        "KEY": key,
        "SubmitterID": 100 + number % 24,
        "SubmitterName": f"Pewawancara Fiktif {number % 24 + 1}",
        "AttachmentsPresent": 0,
        "AttachmentsExpected": 0,
        "Status": None,
        "ReviewState": review or None,
        "DeviceID": f"synthetic:{number % 24:02}",
        "Edits": edits,
    }
