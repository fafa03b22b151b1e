"""What goes wrong with files: in a record, in the text, in the bytes."""


def hurt_record(random, record):
    at = random.randint(0, len(record))
    kind = random.randrange(5)
    if kind == 0:
        return record[:at] + '"' + record[at:]
    if kind == 1:
        return record.replace('"', "", 1)
    if kind == 2:
        return record[:at] + random.choice([' "', '" ', '"x"junk', '"\n', '\n"', '""', '""""', "\r", '",', ',"', '"\r\n']) + record[at:]
    if kind == 3:
        return record[:at] + record[at + 1:]
    return record[at:] + record[:at]


def hard_text(random, delimiter):
    pieces = ['"', '"', '""', delimiter, delimiter, delimiter, "\n", "\n", "\r\n", " ", "a", "bc", ";", "\t", "\r", delimiter + '"', '"' + delimiter,
              '"\n', '\n"', "\u00fc", "XE" + "0" * 32, "BI" + "1" * 32, "5.00"]
    return "".join(random.choice(pieces) for _ in range(random.randint(1, 60)))


def hurt_bytes(random, content, body_offset):
    broken = [b"\0", b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\r", b'"', b"\n", b"\x0b", b"\x1a", b"\x80",
              b"\x81", b"\x00\xd8", b"\xd8\x00", b"\xdc\x00", b"\xfe\xff", b"\xff\xfe", b"\x0d\x0a", b"\x0a\x00"]
    for _ in range(random.randint(1, 3)):
        at = random.randint(body_offset, len(content))
        content = content[:at] + random.choice(broken) + content[at + random.randint(0, 1):]
    return content
