"""The mail that carries an extract: the country's words, the English ones below, and one zip."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate

from migstat.declarations import Country, Translation, load_country, load_translations
from migstat.declarations.catalogue import Language
from migstat.declarations.country_names import names_of
from migstat.declarations.translations import MASTER
from migstat.release.delivery.parcel import Parcel
from migstat.release.release import release_of

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip: the same extract makes the same bytes
FILE_MODE = 0o100644
RULE = "\n\n-- \n\n"
ID_DIGITS = 32
PHRASES = ("mail_subject", "mail_text", "mail_correction", "mail_check")


def write_letter(parcel: Parcel, sender: str, to: str) -> EmailMessage:
    """Write the mail.

    Its Message-ID follows from the extract and the address, so that a mail server which gets it a
    second time (from a process that was killed before it could write down the first) knows it.

    Raises:
        DeclarationError: The country or the translations can't be read.
    """
    country, translations = load_country(parcel.stamp.country), load_translations()
    own = release_of(country).languages[0]
    languages = dict.fromkeys((own, MASTER))
    said = [_said(language, translations, country, parcel) for language in languages]
    letter = EmailMessage()
    letter["Subject"] = said[0]["mail_subject"]
    letter["From"], letter["To"] = sender, to
    letter["Date"] = formatdate(localtime=False)
    letter["Message-ID"] = message_id(parcel, sender, to)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers
    keys = ("mail_text", *(["mail_correction"] if parcel.stamp.reason else []), "mail_check")
    letter.set_content(RULE.join("\n\n".join(words[key] for key in keys) for words in said))
    letter.add_attachment(
        zip_of(parcel), maintype="application", subtype="zip", filename=_file_name(parcel)
    )
    return letter


def message_id(parcel: Parcel, sender: str, to: str) -> str:
    """Name the mail of an extract to an address."""
    digest = hashlib.sha256(f"{parcel.sums_sha256} {to}".encode()).hexdigest()[:ID_DIGITS]
    return f"<{parcel.home}.{parcel.stamp.label}.{digest}@{sender.rpartition('@')[2]}>"


def zip_of(parcel: Parcel) -> bytes:
    """Pack the files of an extract, in a folder of its name; the same ones make the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parcel.files:
            entry = zipfile.ZipInfo(f"{parcel.home}_{parcel.stamp.label}/{name}", FIRST_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, FILE_MODE << 16
            archive.writestr(entry, (parcel.folder / name).read_bytes())
    return packed.getvalue()


def _said(
    language: Language,
    translations: Mapping[Language, Translation],
    country: Country,
    parcel: Parcel,
) -> dict[str, str]:
    """Say each phrase of the mail in a language; in English where it has none."""
    master, release = translations[MASTER].phrases, release_of(country)
    own = translations[language].phrases if language in translations else {}
    places = {
        "country": names_of(country).get(language, country.name),
        "vintage": parcel.stamp.label,
        "day": parcel.stamp.issued.isoformat(),
        "file": _file_name(parcel),
        "publisher": release.publisher_in(language),
        "contact": release.contact,
        "reason": parcel.stamp.reason,
    }
    return {key: own.get(key, master[key]).format(**places) for key in PHRASES}


def _file_name(parcel: Parcel) -> str:
    return f"{parcel.home}_{parcel.stamp.label}.zip"
