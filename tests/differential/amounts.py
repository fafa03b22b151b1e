"""Amounts as exports write them, valid and not, and what they are worth by Python's decimal."""
import re
from decimal import Decimal

MAX_DIGITS = 15

ODD = ["", "0", "0.00", "-5", "5-", "(3.00)", "+5", "$5", "5 EUR", "\u20ac5", "1e3", "2.5E-7", "1.2.3", ".", ",", "..", "abc", "1_000",
         "1'000", "NaN", "Infinity", "-0", "0x10", "12..5", "\uff11\uff12", "\u0663", "\u00bd", "1\u00a0000", "1 234", "--1", "1.", ".5",
         "1,234", "1.234", "1,234.50", "1.234,50", "1,2,3", "12,5", "1234567890123456", "0.0000000000000001",
         "1234567890.1234567", "9" * 129, "5\u200b"]


def digits(random, most):
    return "".join(random.choice("0000123456789999") for _ in range(random.randint(1, most)))


def well_formed(random):
    kind = random.randrange(6)
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
    return f"{random.randint(1, 500)}.{random.randint(0, 99):02}"


def amount(random, decimal_comma):
    if random.random() < 0.08:
        return random.choice(ODD)
    text = well_formed(random)
    return text.replace(".", ",") if decimal_comma else text


def value_of(text, decimal_comma):
    """The exact amount, or None where the text is not one of the plain decimals that the README allows."""
    sign = "," if decimal_comma else r"\."
    if len(text.encode()) > 128 or not re.fullmatch(rf"[0-9]+(?:{sign}[0-9]*)?|{sign}[0-9]+", text):
        return None
    value = Decimal(text.replace(",", "."))
    _, all_digits, exponent = value.as_tuple()
    significant = "".join(map(str, all_digits)).lstrip("0")
    decimals = -exponent
    while decimals > 0 and significant.endswith("0"):
        significant, decimals = significant[:-1], decimals - 1
    before_point = len(significant) - decimals
    if not significant or len(significant) > MAX_DIGITS or decimals > MAX_DIGITS or before_point > MAX_DIGITS:
        return None
    return value
