"""In which bytes an export's text is written, and what Python's codecs make of any bytes."""
import dataclasses
import re

NAMES = {"utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "windows-1252": "cp1252", "iso-8859-1": "latin-1"}


@dataclasses.dataclass(frozen=True)
class Encoding:
    name: str
    given: bool  # by --encoding; else its byte order mark must tell, or it is UTF-8

    @property
    def options(self):
        return ["--encoding", self.name] if self.given else []

    def bom(self, random):
        if self.name in ("windows-1252", "iso-8859-1"):
            return ""
        return "\ufeff" if self.name != "utf-8" and not self.given else random.choice(["", "", "\ufeff"])

    def can_write(self, text):
        return self.bytes_of(text).decode(NAMES[self.name]) == text

    def bytes_of(self, text):
        return text.encode(NAMES[self.name], "replace")

    def text_of(self, content):
        """With its byte order mark; UnicodeDecodeError where the bytes are no text."""
        text = content.decode(NAMES[self.name])
        control = re.search("[\x80-\x9f]", text) if self.name == "iso-8859-1" else None
        if control:
            raise UnicodeDecodeError(self.name, content, control.start(), control.end(), "a control character")
        return text


def any_encoding(random):
    if random.random() < 0.7:
        return Encoding("utf-8", random.random() < 0.1)
    name = random.choice(list(NAMES))
    return Encoding(name, name in ("windows-1252", "iso-8859-1") or random.random() < 0.5)
