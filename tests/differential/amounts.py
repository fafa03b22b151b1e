"""Amounts as exports write them, valid and not, and what they are worth by Python's decimal."""
import dataclasses
import re
from decimal import Decimal

MAX_DIGITS = 15
GROUPING_SIGNS = {"comma": [","], "point": ["."], "space": [" ", "\u00a0", "\u202f"], "apostrophe": ["'", "\u2019"]}

ODD = ["", "0", "0.00", "0,00", "-0", "-5", "5-", "-5.5-", "-1,234.50", "12,50-", "(3.00)", "+5", "$5", "5 EUR", "\u20ac5", "1e3", "2.5E-7", "1.2.3", ".", ",",
       "..", "abc", "1_000", "1'000", "NaN", "Infinity", "0x10", "12..5", "\uff11\uff12", "\u0663", "\u00bd", "1\u00a0000", "1 234", "--1", "1.",
       ".5", "1,234", "1.234", "1,234.50", "1.234,50", "1,2,3", "12,5", "0,001", "0.001", "01,234", "1,2345", "12,34,567", "1,234,567.1,2",
       "1234,567", ",123", "1234567890123456", "0.0000000000000001", "1234567890.1234567", "9" * 129, "5\u200b", "-99999999999999999999999",
       "-999999999999999999999999", "-0.0000000000000001", "1 234\u00a0567", "1\u2019234'567"]


@dataclasses.dataclass(frozen=True)
class Form:
    """How an export writes its amounts."""
    decimal_comma: bool = False
    grouping: str = ""

    @property
    def point(self):
        return "," if self.decimal_comma else "."

    def options(self):
        return (["--decimal-comma"] if self.decimal_comma else []) + (["--grouping", self.grouping] if self.grouping else [])


def any_form(random):
    decimal_comma = random.random() < 0.3
    possible = [name for name in GROUPING_SIGNS if name != ("comma" if decimal_comma else "point")]
    return Form(decimal_comma, random.choice(possible) if random.random() < 0.3 else "")


def digits(random, most):
    return "".join(random.choice("0000123456789999") for _ in range(random.randint(1, most)))


def well_formed(random):
    kind = random.randrange(7)
    if kind == 0:
        return str(random.randint(1, 99999))
    if kind == 1:
        return f"{random.randint(0, 9999)}.{digits(random, 12)}"
    if kind == 2:
        return "0" * random.randint(1, 20) + digits(random, 9) + "." + digits(random, 5)
    if kind == 3:
        return digits(random, 5) + "." + digits(random, 3) + "0" * random.randint(1, 80)
    if kind == 4:
        return random.choice(["", "0"]) + "." + digits(random, 15)
    if kind == 5:
        return f"{random.randint(1000, 10 ** 12)}.{random.randint(0, 99):02}"
    return f"{random.randint(1, 500)}.{random.randint(0, 99):02}"


def written(random, plain, form):
    integer, point, fraction = plain.partition(".")
    if form.grouping and random.random() < 0.7 and integer and integer[0] != "0":
        signs = GROUPING_SIGNS[form.grouping]
        groups = []
        while integer:
            groups.insert(0, integer[-3:])
            integer = integer[:-3]
        integer = groups[0] + "".join(random.choice(signs) + group for group in groups[1:])
    return integer + (form.point if point else "") + fraction


def amount(random, form):
    return random.choice(ODD) if random.random() < 0.08 else written(random, well_formed(random), form)


def exact(text, form):
    """The number in a text of digits, declared grouping signs and one decimal sign; None for anything else."""
    if len(text.encode()) > 128:
        return None
    integer, point, fraction = text.partition(form.point)
    signs = "".join(GROUPING_SIGNS.get(form.grouping, []))
    if signs and re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:[{re.escape(signs)}][0-9]{{3}})+", integer):
        integer = re.sub(f"[{re.escape(signs)}]", "", integer)
    if not re.fullmatch("[0-9]*", integer) or not re.fullmatch("[0-9]*", fraction) or not integer + fraction:
        return None
    return Decimal(f"{integer or '0'}.{fraction or '0'}")


def lengths(value):
    """How many digits it has without zeros at its ends, before and behind the point."""
    whole, fraction = f"{value:f}".lstrip("-").split(".")
    return len(whole.lstrip("0")), len(fraction.rstrip("0"))


def charge_of(text, form):
    """The exact amount of a charge, or None where the text is not one that the README allows."""
    value = exact(text, form)
    if value is None or value == 0:
        return None
    whole, fraction = lengths(value)
    return value if whole <= MAX_DIGITS and fraction <= MAX_DIGITS and whole + fraction <= MAX_DIGITS else None


def amount_of_row(text, form):
    """Of a row that is no charge: nothing where no charge could say so much."""
    value = any_amount_of(text, form)
    return None if value is None or abs(value) >= 10**MAX_DIGITS else value


def any_amount_of(text, form):
    """Also 0, a credit, and more digits than a charge may have: what a total or a left-out row may say."""
    before, behind = text.startswith("-"), text.endswith("-")
    if before and behind:
        return None
    value = exact(text.removeprefix("-").removesuffix("-"), form)
    if value is None or len(text.encode()) - behind > 128:
        return None
    whole, fraction = lengths(value)
    if whole > 23 or fraction > MAX_DIGITS:
        return None
    return value.copy_negate() if before or behind else value
