"""Currencies: their signs, and how many of the smallest units that Stripe counts make one.

After https://docs.stripe.com/currencies. ISK and UGX have no smaller unit, but Stripe goes on
counting them in hundredths, so they are not among the whole ones; nor are HUF and TWD, of which
only payouts are whole.
"""

SYMBOLS = {
    "usd": "$",
    "eur": "\N{EURO SIGN}",
    "gbp": "\N{POUND SIGN}",
    "jpy": "\N{YEN SIGN}",
    "inr": "\N{INDIAN RUPEE SIGN}",
    "cad": "CA$",
    "aud": "A$",
    "brl": "R$",
}
# Amounts come in the currency itself: yen, won, francs.
WHOLE = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"}
    | {"pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
)
# Amounts come in thousandths.
THOUSANDTHS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})


def decimals_of(currency: str) -> int:
    """How many digits of an amount in smallest units stand after the point: 0, 2 or 3."""
    name = currency.lower()
    if name in WHOLE:
        return 0
    return 3 if name in THOUSANDTHS else 2
