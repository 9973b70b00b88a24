"""Makes the bundled fonts from Inter (Debian package fonts-inter, SIL OFL 1.1).

What it does: keeps Latin, Greek, Cyrillic, punctuation, arrows and mathematical
signs; puts the tabular figures in the place of the proportional ones; drops
kerning and ligatures, so that the width of a text is the sum of its advances in
every renderer; renames the family, as the licence asks of a changed font.

    pip install fonttools
    python3 assets/fonts/make.py /usr/share/fonts/opentype/inter assets/fonts
"""
import sys
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = [(0x20, 0x7E), (0xA0, 0x24F), (0x259, 0x259), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF),
          (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF),
          (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2713, 0x2717)]


def make(source: str, target: str, style: str) -> None:
    font = TTFont(source)
    tabular = {}
    for feature in font["GSUB"].table.FeatureList.FeatureRecord:
        if feature.FeatureTag == "tnum":
            for index in feature.Feature.LookupListIndex:
                for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
                    table = getattr(table, "ExtSubTable", table)
                    tabular.update(getattr(table, "mapping", {}))
    for table in font["cmap"].tables:
        for code, glyph in list(table.cmap.items()):
            if glyph in tabular:
                table.cmap[code] = tabular[glyph]
    options = Options()
    options.layout_features = []
    options.name_IDs = ["*"]
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for a, b in RANGES for c in range(a, b + 1)])
    subsetter.subset(font)
    # Some weights differ by a unit between figures: all take the widest.
    figures = [font.getBestCmap()[ord(c)] for c in "0123456789"]
    widest = max(font["hmtx"][name][0] for name in figures)
    for name in figures:
        font["hmtx"][name] = (widest, font["hmtx"][name][1])
    for tag in ("GSUB", "GPOS", "GDEF", "kern"):
        if tag in font:
            del font[tag]
    for record in list(font["name"].names):
        if record.nameID in (16, 17, 21, 22, 25):
            font["name"].removeNames(nameID=record.nameID)
    for name_id, text in ((1, "Wattlas Sans"), (2, style), (3, f"Wattlas Sans {style}"), (4, f"Wattlas Sans {style}"),
                          (6, f"WattlasSans-{style.replace(' ', '')}")):
        font["name"].setName(text, name_id, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames[0] = f"WattlasSans-{style.replace(' ', '')}"
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName = "Wattlas Sans", f"Wattlas Sans {style}"
    font["OS/2"].usWeightClass = 400 if style == "Regular" else 700
    font.save(target)


if __name__ == "__main__":
    source, target = sys.argv[1:3]
    make(f"{source}/Inter-Regular.otf", f"{target}/WattlasSans-Regular.otf", "Regular")
    make(f"{source}/Inter-SemiBold.otf", f"{target}/WattlasSans-Bold.otf", "Bold")
