"""Exports made by chance from a seed: clean ones, hurt ones, and ones larger than the reader's buffers."""
import dataclasses
from decimal import Decimal

import amounts

LINE_BREAKS = ["\n", "\r\n", "\r"]
EXTRA_COLUMNS = ["Memo", "Customer No.", "Ort", "Description", "Datum", "Gr\u00f6\u00dfe"]
KNOWN_NAMES = {"installation": ["InstalledAddOnSid", "InstallationSid", "installed_add_on_sid", "INSTALLATION SID", "Installation-Sid"],
               "billing_sid": ["BillingSid", "BillableItemSid", "billing_sid", "billable item sid"],
               "quantity": ["Quantity", "Amount", "AMOUNT", "quantity"],
               "reference": ["InvoiceLineId", "invoice line id"],
               "currency": ["Currency", "CURRENCY"]}
ODD_NAMES = ["Betrag (EUR)", "Net, sum", "Konto;Nr", "a|b", 'Say "x"', "\u5217", "=SUM", "x'y"]


@dataclasses.dataclass
class Export:
    content: bytes = b""
    options: list = dataclasses.field(default_factory=list)
    delimiter: str = ","
    columns: dict = dataclasses.field(default_factory=dict)  # role -> index
    decimal_comma: bool = False
    max_amount: Decimal = None
    hurt: bool = False  # where False, the program must read it


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


def sid(random, prefix, few):
    text = f"{random.randrange(few):032x}"
    return prefix + (text.upper() if random.random() < 0.1 else text)


def memo(random):
    pieces = ["x", "Line", ",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\r", " ", "\u00fc", "\u20ac", "\U0001f600", "7", "XE" + "9" * 32, "=1+1"]
    return "".join(random.choice(pieces) for _ in range(random.choice([0, 1, 3, 12])))


def cell_of(random, role, export):
    odd = random.random() < 0.03
    if role == "installation":
        return random.choice(["", "XE12", "XE" + "g" * 32, "AC" + "0" * 32, memo(random)]) if odd else sid(random, "XE", 6)
    if role == "billing_sid":
        return random.choice(["", "two words", "\u00fc", "x" * 257, memo(random)]) if odd else random.choice([sid(random, "BI", 5), "plan-7"])
    if role == "quantity":
        return amounts.amount(random, export.decimal_comma)
    if role == "reference":
        return random.choice(["", "r" * 257, "a\u200bb", memo(random)]) if odd else f"INV-{random.randrange(100000)}"
    if role == "currency":
        return random.choice(["x" * 17, "\u20ac" * 16, "E\u00adUR", memo(random)]) if odd else random.choice(["EUR", "usd", "", "Eur"])
    return memo(random)


def choose_columns(random, export):
    roles = ["installation", "billing_sid", "quantity"] + [r for r in ("reference", "currency") if random.random() < 0.6]
    slots = roles + [None] * random.choice([0, 1, 2, 5])
    random.shuffle(slots)
    names = []
    odd_names = random.sample(ODD_NAMES, len(ODD_NAMES))
    for slot in slots:
        if slot is None:
            names.append(random.choice(EXTRA_COLUMNS))
        elif random.random() < 0.2:
            names.append(odd_names.pop())
            export.options += ["--column", f"{slot}={names[-1]}"]
        else:
            names.append(random.choice(KNOWN_NAMES[slot]))
    export.columns = {slot: i for i, slot in enumerate(slots) if slot}
    return slots, names


def choose_options(random, export, names):
    unclear = any(c in name for name in names for c in ",;\t|")
    if unclear or random.random() < 0.3:
        spelled = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
        export.options += ["--delimiter", random.choice([export.delimiter, spelled[export.delimiter]])]
    if export.decimal_comma:
        export.options += ["--decimal-comma"]
    if random.random() < 0.1:
        export.max_amount = Decimal(random.choice(["100", "0.5", "99999"]))
        export.options += ["--max-amount", str(export.max_amount)]


def row_of(random, slots, export):
    cells = [cell_of(random, slot, export) for slot in slots]
    if random.random() < 0.02:
        cells.pop()
    elif random.random() < 0.02:
        cells.append(memo(random))
    return cells


def records_of(random, slots, export, writer):
    records = [writer.record(row_of(random, slots, export)) for _ in range(random.choice([0, 1, 1, 2, 3, 5, 5, 10, 10, 30]))]
    if random.random() < 0.006:
        records += enlarge(random, slots, export, writer)
    return records


def enlarge(random, slots, export, writer):
    """More than a reader's buffer or block (1 MiB each): by many rows, or by a long cell."""
    if random.random() < 0.5:
        pattern = [writer.record(row_of(random, slots, export)) for _ in range(50)]
        times = random.randint(1_000_000, 2_300_000) // sum(map(len, pattern))
        return [record.replace("INV-", f"INV-{i}.") for i in range(times) for record in pattern]
    long = "".join(memo(random) for _ in range(500)) or "x"
    cells = row_of(random, slots, export) + [long * (random.randint(900_000, 2_200_000) // len(long))]
    return [writer.record(cells), writer.record(row_of(random, slots, export))]


def join(random, records, writer):
    parts = []
    for record in records:
        if random.random() < 0.04:
            parts.append(random.choice(["", " ", "  ", "\t" if writer.delimiter != "\t" else ""]) + writer.end())
        parts.append(record + writer.end())
    text = "".join(parts)
    if random.random() < 0.25:
        text = text.rstrip("\r\n") + random.choice(["", "", "\r"])
    return text


def hurt_record(random, record):
    at = random.randint(0, len(record))
    kind = random.randrange(5)
    if kind == 0:
        return record[:at] + '"' + record[at:]
    if kind == 1:
        return record.replace('"', "", 1)
    if kind == 2:
        return record[:at] + random.choice([' "', '" ', '"x"junk', '"\n', '\n"', '""', '""""', "\r", '",', ',"', '"\r\n'] ) + record[at:]
    if kind == 3:
        return record[:at] + record[at + 1:]
    return record[at:] + record[:at]


def hard_text(random, delimiter):
    pieces = ['"', '"', '""', delimiter, delimiter, delimiter, "\n", "\n", "\r\n", " ", "a", "bc", ";", "\t", "\r", delimiter + '"', '"' + delimiter,
              '"\n', '\n"', "\u00fc", "XE" + "0" * 32, "BI" + "1" * 32, "5.00"]
    return "".join(random.choice(pieces) for _ in range(random.randint(1, 60)))


def hurt_bytes(random, content, body_offset):
    broken = [b"\0", b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\r", b'"', b"\n", b"\x0b", b"\x1a", b"\x80"]
    for _ in range(random.randint(1, 3)):
        at = random.randint(body_offset, len(content))
        content = content[:at] + random.choice(broken) + content[at + random.randint(0, 1):]
    return content


def generate(random):
    export = Export(delimiter=random.choice(",,,;;\t|"), decimal_comma=random.random() < 0.3)
    writer = Writer(random, export.delimiter)
    slots, names = choose_columns(random, export)
    choose_options(random, export, names)
    records = records_of(random, slots, export, writer)
    kind = random.choices(["clean", "hurt records", "hard text", "hurt bytes"], [5, 3, 2, 2])[0]
    export.hurt = kind != "clean"
    if kind == "hurt records" and records:
        for at in random.choices(range(len(records)), k=random.randint(1, 3)):
            records[at] = hurt_record(random, records[at])
    head = random.choice(["", "", "\n", "  \r\n\n"]) + writer.record(names) + writer.end()
    body = join(random, records, writer)
    if kind == "hard text":
        body = body[:random.randint(0, len(body))] + hard_text(random, export.delimiter)
    bom = random.choice(["", "", "\ufeff"])
    export.content = (bom + head + body).encode()
    if kind == "hurt bytes":
        export.content = hurt_bytes(random, export.content, len((bom + head).encode()))
    return export
