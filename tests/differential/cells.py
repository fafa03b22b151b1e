"""Cells and records as exporters write them."""


class Writer:
    """Writes cells as a careful exporter does: quoted where needed, and by its own taste elsewhere."""

    def __init__(self, random, delimiter):
        self.random = random
        self.delimiter = delimiter
        self.taste = random.choice([0, 0, 0.2, 1])
        self.padding = random.choice([0, 0, 0.2])
        self.ends = random.choice([["\n"], ["\r\n"], ["\n", "\r\n"]])

    def blanks(self):
        if self.random.random() >= self.padding:
            return ""
        return self.random.choice([" ", "  ", " "] if self.delimiter == "\t" else [" ", "\t", " \t "])

    def cell(self, text):
        needs_quotes = any(c in text for c in (self.delimiter, "\n", "\r")) or text.strip(" \t").startswith('"')
        if needs_quotes or self.random.random() < self.taste:
            return '"' + text.replace('"', '""') + '"' + self.blanks()
        return self.blanks() + text + self.blanks()

    def record(self, cells):
        return self.delimiter.join(self.cell(cell) for cell in cells)

    def end(self):
        return self.random.choice(self.ends)

    def join(self, records):
        """One text, with blank lines now and then, and now and then no line's end at the end."""
        parts = []
        for record in records:
            if self.random.random() < 0.04:
                parts.append(self.random.choice(["", " ", "  ", "\t" if self.delimiter != "\t" else ""]) + self.end())
            parts.append(record + self.end())
        text = "".join(parts)
        return text.rstrip("\r\n") + self.random.choice(["", "", "\r"]) if self.random.random() < 0.25 else text


def sid(random, prefix, few):
    text = f"{random.randrange(few):032x}"
    return prefix + (text.upper() if random.random() < 0.1 else text)


def memo(random):
    pieces = ["x", "Line", ",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\r", " ", "\u00fc", "\u20ac", "\U0001f600", "7", "XE" + "9" * 32, "=1+1"]
    return "".join(random.choice(pieces) for _ in range(random.choice([0, 1, 3, 12])))
