"""Look-up tables, in order and not."""
import dataclasses

from cells import Writer, sid

KEYS = ["0815", "815", "C-1", "Kunde \u00dc", "10,5", 'Say "x"', "a;b", "=7", "x y"]
SID_NAMES = {"installation": "InstalledAddOnSid", "billing_sid": "billing sid"}
PREFIXES = {"installation": "XE", "billing_sid": "BI"}


@dataclasses.dataclass
class Table:
    role: str
    column: str             # of the key, in the table and in the export
    content: bytes = b""
    sids: dict = None       # by key; None where nobody may use the table


def any_table(random, role, column):
    writer = Writer(random, random.choice(",;\t|"))
    writer.padding = 0  # a tab beside a name may be taken for the delimiter, and no option says which it is in a table
    sids = {key: sid(random, PREFIXES[role], 6) for key in random.sample(KEYS, random.randint(1, len(KEYS)))}
    if random.random() < 0.2:
        sids[random.choice(list(sids))] = ""  # as of a customer without the add-on
    rows = [[key, value] for key, value in sids.items()]
    if random.random() < 0.05:
        key, value = random.choice(rows)
        rows.append(random.choice([[key, sid(random, PREFIXES[role], 6)], ["", sid(random, PREFIXES[role], 6)], [key, ""], ["new", "X1 2"], [key, value], ["new"]]))
        sids = None
    columns = [0, 1, 2] if random.random() < 0.4 else [0, 1]
    random.shuffle(columns)
    names = [column, SID_NAMES[role], "Note"]
    records = [[(row + ["a, note"])[i] if len(row) == 2 else row[0] for i in columns][:len(columns) if len(row) == 2 else 1] for row in rows]
    text = writer.join([writer.record(record) for record in [[names[i] for i in columns]] + records])
    marked = ("\ufeff" + text).encode(random.choice(["utf-8", "utf-16-le", "utf-16-be"]))
    return Table(role, column, random.choice([text.encode(), marked]), sids)
