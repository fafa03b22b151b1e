"""Exports made by chance from a seed: clean ones, hurt ones, and ones larger than the reader's buffers."""
import dataclasses
from decimal import Decimal

import amounts
import encodings_of_exports as encodings
import harm
import tables
from cells import Writer, memo, sid

EXTRA_COLUMNS = ["Memo", "Ort", "Description", "Datum", "Gr\u00f6\u00dfe"]
KNOWN_NAMES = {"installation": ["InstalledAddOnSid", "InstallationSid", "installed_add_on_sid", "INSTALLATION SID", "Installation-Sid"],
               "billing_sid": ["BillingSid", "BillableItemSid", "billing_sid", "billable item sid"],
               "quantity": ["Quantity", "Amount", "AMOUNT", "quantity"],
               "reference": ["InvoiceLineId", "invoice line id"],
               "currency": ["Currency", "CURRENCY"]}
KEY_NAMES = {"installation": "CustomerNo", "billing_sid": "ItemCode"}
ODD_NAMES = ["Betrag (EUR)", "Net, sum", "Konto;Nr", "a|b", 'Say "x"', "\u5217", "=SUM", "x'y"]
STATES = ["Final", "Draft", "final", "Paid", "", "Fin,al", "\u00fcber"]
PARTED = [("1", "234.50"), ("12", "345"), ("999", "000"), ("0", "50"), ("0", "250"), ("12", "50"), ("1000", "000"), ("7", "100x")]
TITLES = ["Sales by product", "Company, Inc", '"Company; Inc"', "From\t1 October", "x|y", "InstalledAddOnSid", '"two\nlines"', " "]


@dataclasses.dataclass
class Part:
    """One of the files of an upload."""
    content: bytes
    delimiter: str
    above: str    # the text above the header


@dataclasses.dataclass
class Export:
    parts: list = dataclasses.field(default_factory=list)
    options: list = dataclasses.field(default_factory=list)  # @0@ stands for the first table's path
    tables: list = dataclasses.field(default_factory=list)
    names: list = None                                       # the header
    columns: dict = None                                     # role, key or "status" -> index
    constants: dict = dataclasses.field(default_factory=dict)
    form: amounts.Form = None
    where: list = dataclasses.field(default_factory=list)    # ("=" or "!=", value)
    zero_skip: bool = False
    total_row: bool = False
    header_line: int = None
    max_amount: Decimal = None
    encoding: encodings.Encoding = None
    hurt: bool = False                                       # where False, the program must read it


def choose_sources(random, export):
    """Where each role comes from: a column, a table by a key, or a constant. The slots of the header."""
    slots = ["quantity"] + (["reference"] if random.random() < 0.6 else [])
    for role, prefix in (("installation", "XE"), ("billing_sid", "BI")):
        source = random.choices(["column", "table", "constant"], [14, 4, 2])[0]
        if source == "table":
            export.options += ["--lookup", f"{role}=@{len(export.tables)}@:{KEY_NAMES[role]}"]
            export.tables.append(tables.any_table(random, role, KEY_NAMES[role]))
        elif source == "constant":
            export.constants[role] = sid(random, prefix, 3)
        slots.append({"column": role, "table": role + "_key", "constant": None}[source])
    currency = random.choices(["column", "constant", "none"], [6, 1, 4])[0]
    if currency == "constant":
        export.constants["currency"] = random.choice(["EUR", "usd"])
    slots.append("currency" if currency == "column" else None)
    for role, value in export.constants.items():
        export.options += ["--constant", f"{role}={value}"]
    return slots


def choose_filters(random, export):
    if random.random() >= 0.15:
        return []
    export.where = [(random.choice(["=", "!="]), random.choice(STATES)) for _ in range(random.randint(1, 3))]
    for test, value in export.where:
        export.options += ["--where", f"Status{test}{value}"]
    return ["status"]


def choose_columns(random, export):
    slots = choose_sources(random, export) + choose_filters(random, export) + [None] * random.choice([0, 0, 1, 4])
    random.shuffle(slots)
    names = []
    odd_names = random.sample([name for name in ODD_NAMES if export.encoding.can_write(name)], 6)
    for slot in slots:
        if slot is None:
            names.append(random.choice([*EXTRA_COLUMNS, "", ""]))
        elif slot.endswith("_key"):
            names.append(KEY_NAMES[slot.removesuffix("_key")])
        elif slot == "status":
            names.append("Status")
        elif random.random() < 0.2:
            names.append(odd_names.pop())
            export.options += ["--column", f"{slot}={names[-1]}"]
        else:
            names.append(random.choice(KNOWN_NAMES[slot]))
    export.names = names
    export.columns = {slot: i for i, slot in enumerate(slots) if slot}
    return slots


def choose_options(random, export, delimiter):
    unclear = any(c in name for name in export.names for c in ",;\t|")
    if unclear or random.random() < 0.3:
        spelled = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
        export.options += ["--delimiter", random.choice([delimiter, spelled[delimiter]])]
    export.options += export.form.options() + export.encoding.options
    if random.random() < 0.15:
        export.zero_skip = True
        export.options += ["--zero", "skip"]
    if random.random() < 0.1:
        export.max_amount = Decimal(random.choice(["100", "0.5", "99999"]))
        export.options += ["--max-amount", str(export.max_amount)]
    if export.total_row:
        export.options += ["--total-row"]


def cell_of(random, slot, export):
    odd = random.random() < 0.03
    if slot == "installation":
        return random.choice(["", "XE12", "XE" + "g" * 32, "AC" + "0" * 32, memo(random)]) if odd else sid(random, "XE", 6)
    if slot == "billing_sid":
        return random.choice(["", "two words", "\u00fc", "x" * 257, memo(random)]) if odd else random.choice([sid(random, "BI", 5), "plan-7"])
    if slot in ("installation_key", "billing_sid_key"):
        return random.choice(["", "1" * 300, memo(random), "C-1 ", "c-1"]) if odd else random.choice(tables.KEYS)
    if slot == "quantity":
        return amounts.amount(random, export.form)
    if slot == "reference":
        return random.choice(["", "r" * 257, "a\u200bb", memo(random)]) if odd else f"INV-{random.randrange(100000)}"
    if slot == "currency":
        return random.choice(["x" * 17, "\u20ac" * 16, "E\u00adUR", memo(random)]) if odd else random.choice(["EUR", "usd", "", "Eur"])
    if slot == "status":
        return random.choice(STATES)
    return memo(random)


def part_amount(random, slots, cells):
    """As a thousands sign or a decimal comma that nobody quoted does, whether or not what stands behind has room."""
    at = slots.index("quantity")
    first, rest = random.choice(PARTED)
    return (cells[:at] + [first, rest] + cells[at + 1:])[:len(slots)]


def row_of(random, slots, export, may_be_parted=True):
    if random.random() < 0.03:
        return [""] * (len(slots) if random.random() < 0.7 else random.randint(1, 5))  # as a spreadsheet leaves behind
    cells = [cell_of(random, slot, export) for slot in slots]
    if random.random() < 0.9:  # else a column without a name has text, which a delimiter may have moved there
        cells = [cell if name else "" for name, cell in zip(export.names, cells)]
    if may_be_parted and "" in export.names and random.random() < 0.2:
        cells = part_amount(random, slots, cells)
    if random.random() < 0.02:
        del cells[random.randint(0, 3) - 4:]
    elif random.random() < 0.02:
        cells.append(memo(random))
    return cells


def records_of(random, slots, export, writer):
    records = [writer.record(row_of(random, slots, export)) for _ in range(random.choice([0, 1, 1, 2, 3, 5, 5, 10, 10, 30]))]
    return records + (enlarge(random, slots, export, writer) if random.random() < 0.004 else [])


def enlarge(random, slots, export, writer):
    """More than a reader's buffer or block (1 MiB each): by many rows, or by a long cell."""
    if random.random() < 0.3:
        pattern = [writer.record(row_of(random, slots, export, may_be_parted=False)) for _ in range(50)]  # else references may become currencies
        times = random.randint(1_000_000, 1_700_000) // sum(map(len, pattern))
        return [record.replace("INV-", f"INV-{i}.") for i in range(times) for record in pattern]
    long = "".join(memo(random) for _ in range(500)) or "x"
    cells = row_of(random, slots, export) + [long * (random.randint(900_000, 2_200_000) // len(long))]
    return [writer.record(cells), writer.record(row_of(random, slots, export))]


def total_lines(random, slots, export, writer):
    """The total line below the rows, with lines below it now and then."""
    at = slots.index("quantity")
    cells = [""] * len(slots)
    cells[at - 1] = random.choice(["Total", "Summe", ""])
    plain = random.choice(["1234.50", "0.00", "7", "99999999999.99"])
    cells[at] = random.choice([amounts.written(random, plain, export.form), amounts.amount(random, export.form)])
    footer = random.choice([[], [], [["Printed by x"]], [["", "two", ""], ["end"]]])
    return [writer.record(line) for line in [cells] + footer]


def lines_above(random, export, writer):
    """Lines above the header, and perhaps the option that names its line."""
    lines = [random.choice(TITLES) for _ in range(random.randint(1, 3))] if random.random() < 0.15 else []
    text = random.choice(["", "", "\n", "  \r\n\n"]) + "".join(line + writer.end() for line in lines)
    if lines and random.random() < 0.5 or random.random() < 0.02:
        export.header_line = 1 + text.count("\n")
        export.options += ["--header-line", str(export.header_line)]
    return text


def part_of(random, slots, export, writer, above, kind):
    records = records_of(random, slots, export, writer)
    if kind == "hurt records" and records:
        for at in random.choices(range(len(records)), k=random.randint(1, 3)):
            records[at] = harm.hurt_record(random, records[at])
    body = writer.join(records + (total_lines(random, slots, export, writer) if export.total_row else []))
    if kind == "hard text":
        body = body[:random.randint(0, len(body))] + harm.hard_text(random, writer.delimiter)
    head = export.encoding.bom(random) + above + writer.record(export.names) + writer.end()
    content = export.encoding.bytes_of(head + body)
    if kind == "hurt bytes":
        content = harm.hurt_bytes(random, content, len(export.encoding.bytes_of(head)))
    return Part(content, writer.delimiter, above)


def generate(random):
    kind = random.choices(["clean", "hurt records", "hard text", "hurt bytes"], [8, 4, 2, 2])[0]
    export = Export(form=amounts.any_form(random), encoding=encodings.any_encoding(random), hurt=kind != "clean")
    export.total_row = kind in ("clean", "hurt records") and random.random() < 0.12
    writer = Writer(random, random.choice(",,,;;\t|"))
    slots = choose_columns(random, export)
    choose_options(random, export, writer.delimiter)
    above = lines_above(random, export, writer)
    for _ in range(random.choices([1, 2, 3], [24, 1, 1])[0]):
        export.parts.append(part_of(random, slots, export, writer, above, kind))
    return export
