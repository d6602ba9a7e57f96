"""The mail that carries an extract: the country's words, the English ones below, and one zip."""

import hashlib
import io
import zipfile
from email.message import EmailMessage
from email.utils import formatdate

from migstat.declarations import Country, load_country, load_translations
from migstat.declarations.catalogue import Language
from migstat.declarations.translations import MASTER
from migstat.drafting.countries import country_names
from migstat.release.delivery.parcel import Parcel
from migstat.release.release import release_of

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip: the same extract makes the same bytes
FILE_MODE = 0o100644
RULE = "\n\n-- \n\n"
ID_DIGITS = 32


def write_letter(parcel: Parcel, sender: str, to: str) -> EmailMessage:
    """Write the mail.

    Its Message-ID follows from the extract and the address, so that a mail server which gets it a
    second time (from a process that was killed before it could write down the first) knows it.

    Raises:
        DeclarationError: The country or the translations can't be read.
    """
    country = load_country(parcel.stamp.country)
    own = release_of(country).languages[0]
    letter = EmailMessage()
    letter["Subject"] = _say("mail_subject", own, country, parcel)
    letter["From"], letter["To"] = sender, to
    letter["Date"] = formatdate(localtime=False)
    letter["Message-ID"] = message_id(parcel, sender, to)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers
    languages = dict.fromkeys((own, MASTER))
    letter.set_content(RULE.join(_text(language, country, parcel) for language in languages))
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


def _text(language: Language, country: Country, parcel: Parcel) -> str:
    keys = ["mail_text", "mail_check"]
    if parcel.stamp.reason:
        keys.insert(1, "mail_correction")
    return "\n\n".join(_say(key, language, country, parcel) for key in keys)


def _say(key: str, language: Language, country: Country, parcel: Parcel) -> str:
    """Say a phrase in a language; in English where it has none."""
    translations, release = load_translations(), release_of(country)
    master = translations[MASTER].phrases[key]
    phrase = translations[language].phrases.get(key, master) if language in translations else master
    names = {**country_names(country.iso3), **country.names}
    return phrase.format(
        country=names.get(language, country.name),
        vintage=parcel.stamp.label,
        day=parcel.stamp.issued.isoformat(),
        file=_file_name(parcel),
        publisher=release.publisher,
        contact=release.contact,
        reason=parcel.stamp.reason,
    )


def _file_name(parcel: Parcel) -> str:
    return f"{parcel.home}_{parcel.stamp.label}.zip"
