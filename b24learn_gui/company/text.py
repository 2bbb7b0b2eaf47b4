"""How texts from two servers are cleaned and compared, so that a difference nobody can see is none (rule P3)."""

import re
import unicodedata

from b24learn_gui.company.model import Employee

_MAX_ADDRESS = 254
_MAX_LOCAL_PART = 64
_MAX_LABEL = 63

# Whatever is not obviously clean already: the letters below are NFC in any order, because none of them combines.
_UNUSUAL = re.compile(r"[^ !-~А-яЁё«»№–—…]|  |^ | $")

# Control characters that are no blanks, halves of surrogate pairs (JSON can carry them, UTF-8 cannot), and the
# characters without width: soft hyphen, zero-width blanks and marks of writing direction. The joiner U+200D and the
# tags of flags are judged by their neighbours below.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
_STRAY_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+")
_JOINER = "\u200d"
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]")
_CYRILLIC = re.compile("[Ѐ-ԯ]")
_TOKEN = re.compile(r"[^\W_]+")

_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_LOCAL_PUNCTUATION = frozenset("!#$%&'*+/=?^_`{|}~-")


def clean(text: str) -> str:
    """The text in NFC with ordinary single blanks, trimmed, without control and invisible characters; emoji stay.

    Cleaning twice changes nothing more.
    """
    if not _UNUSUAL.search(text):
        return text
    visible = _STRAY_TAGS.sub("", _INVISIBLE.sub("", text))
    if _JOINER in visible:
        # NFC first: it can replace the very neighbours by which a joiner is judged.
        visible = _without_stray_joiners(unicodedata.normalize("NFC", visible))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def same_text(a: str, b: str) -> bool:
    """Whether both read the same: Unicode form and blanks aside (rule P3)."""
    return a == b or clean(a) == clean(b)


def fold(text: str) -> str:
    """What e-mails and logins are compared by: clean, and without letter case (rules P3 and I2)."""
    if text.isascii():
        return clean(text).lower()
    decomposed = unicodedata.normalize("NFD", clean(text))
    return unicodedata.normalize("NFC", decomposed.casefold())


def clean_email(text: str) -> str:
    """An address as it is sent: clean, letter case kept. Nothing is repaired: `valid_email` judges the result."""
    return clean(text)


def valid_email(text: str) -> bool:
    """Whether a cleaned text can be an e-mail address; nothing is looked up.

    One `@`; a local part of at most 64 characters without quoting, whose dots stand between other characters; a
    dotted domain of valid labels, internationalised ones included. Letters of any script are allowed.
    """
    if len(text) > _MAX_ADDRESS:
        return False
    if _PLAIN_ADDRESS.fullmatch(text):
        return text.index("@") <= _MAX_LOCAL_PART
    local, at, domain = text.partition("@")
    return bool(at) and _valid_local_part(local) and _valid_domain(domain)


def look_alike(text: str) -> bool:
    """Whether Cyrillic and Latin letters are mixed inside one word, as in an address with a Cyrillic «а».

    Words are runs of letters and digits: `IT-отдел` and `ivan.ким@…` are unsuspicious, `ivаn2@…` is not.
    """
    if text.isascii() or not _LATIN.search(text):
        return False
    return any(
        _LATIN.search(token) and _CYRILLIC.search(token) for token in _TOKEN.findall(unicodedata.normalize("NFC", text))
    )


def display_name(employee: Employee) -> str:
    """`Фамилия Имя`, clean; failing both the e-mail, failing that the Bitrix24 id in digits."""
    values = employee.values
    name = clean(f"{values.get('LAST_NAME', '')} {values.get('NAME', '')}")
    return name or clean(values.get("EMAIL", "")) or str(employee.id)


def _without_stray_joiners(text: str) -> str:
    """Zero-width joiners stay only inside emoji («семья» is three people joined); elsewhere they are invisible."""
    kept = [
        character
        for place, character in enumerate(text)
        if character != _JOINER
        or (0 < place < len(text) - 1 and _emoji_part(text[place - 1]) and _emoji_part(text[place + 1]))
    ]
    return "".join(kept)


def _emoji_part(character: str) -> bool:
    """Pictures and arrows (So, Sm), skin tones (Sk) and the variation selector after them."""
    return character == "\ufe0f" or unicodedata.category(character) in {"So", "Sm", "Sk"}


def _valid_local_part(local: str) -> bool:
    if not 0 < len(local) <= _MAX_LOCAL_PART:
        return False
    return all(
        atom and all(_letter(character) or character in _LOCAL_PUNCTUATION for character in atom)
        for atom in local.split(".")
    )


def _valid_domain(domain: str) -> bool:
    labels = domain.split(".")
    if len(labels) < 2 or not all(_valid_label(label) for label in labels):
        return False
    top = labels[-1]
    return len(top) > 1 and not top.isdigit()


def _valid_label(label: str) -> bool:
    if not label or label.startswith("-") or label.endswith("-"):
        return False
    if not all(_letter(character) or character == "-" for character in label):
        return False
    if label.isascii():
        return len(label) <= _MAX_LABEL
    try:
        return len(label.encode("idna")) <= _MAX_LABEL
    except UnicodeError:
        return False


def _letter(character: str) -> bool:
    """Letters, digits and the marks that NFC could not compose with them."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"
