#!/usr/bin/python3
"""Makes src/view/font_metrics_data.c from the fonts themselves. Run it when a face changes:

    assets/fonts/metrics.py > src/view/font_metrics_data.c

Needs python3-fonttools, fonts-inter and fonts-jetbrains-mono. The program does not: what it prints is kept
in the repository, so that a picture is laid out alike on machines with other versions of the fonts, or none.

Advances and kerning are in 1/1000 em. Kerning is kept for pairs of printable ASCII and a few quotation marks; rows and
columns of the table of pairs that are equal are kept once.
"""
import sys

from fontTools.ttLib import TTFont

SANS = "/usr/share/fonts/opentype/inter/Inter-%s.otf"
MONO = "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-%s.ttf"
WEIGHTS = ("Regular", "SemiBold", "Bold")

# Latin and what mail and its lessons use beside it. Where the face lacks a code point, the general rule holds.
RANGES = (
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x018F, 0x0192), (0x01CD, 0x01DC), (0x0218, 0x021B), (0x02C6, 0x02DD),
    (0x0386, 0x03CE), (0x0400, 0x045F), (0x1E80, 0x1E85), (0x1EA0, 0x1EF9), (0x2010, 0x2027), (0x2030, 0x203A),
    (0x2044, 0x2044), (0x2070, 0x2089), (0x20A0, 0x20BF), (0x2113, 0x2122), (0x2190, 0x21B6), (0x2202, 0x2265),
    (0x2318, 0x2326), (0x25A0, 0x25E6), (0x2605, 0x2606), (0x2713, 0x2717), (0xFFFD, 0xFFFD),
)
KERNED = list(range(0x20, 0x7F)) + [0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026]


def scaled(font, value):
    em = font["head"].unitsPerEm
    return (value * 2000 + em) // (2 * em)


def kern_subtables(font):
    gpos = font["GPOS"].table
    indices = sorted({i for f in gpos.FeatureList.FeatureRecord if f.FeatureTag == "kern"
                      for i in f.Feature.LookupListIndex})
    for i in indices:
        subtables = []
        for sub in gpos.LookupList.Lookup[i].SubTable:
            sub = sub.ExtSubTable if sub.LookupType == 9 else sub
            if sub.LookupType == 2:
                coverage = set(sub.Coverage.glyphs)
                pairs = None
                if sub.Format == 1:
                    pairs = {first: {r.SecondGlyph: r for r in s.PairValueRecord}
                             for first, s in zip(sub.Coverage.glyphs, sub.PairSet)}
                subtables.append((sub, coverage, pairs))
        yield subtables


def kern(lookups, first, second):
    """The sum over the lookups; in each the first subtable that knows the pair counts."""
    total = 0
    for subtables in lookups:
        for sub, coverage, pairs in subtables:
            if first not in coverage:
                continue
            if sub.Format == 1:
                if second not in pairs[first]:
                    continue
                value = pairs[first][second].Value1
            else:
                class1 = sub.ClassDef1.classDefs.get(first, 0)
                class2 = sub.ClassDef2.classDefs.get(second, 0)
                value = sub.Class1Record[class1].Class2Record[class2].Value1
            total += (value.XAdvance or 0) if value and hasattr(value, "XAdvance") else 0
            break
    return total


def classes(rows):
    """Equal rows share a number; 0 is for the row of zeros."""
    unique, index = [tuple([0] * len(rows[0]))], []
    for row in map(tuple, rows):
        if row not in unique:
            unique.append(row)
        index.append(unique.index(row))
    return index, unique


def array(out, declaration, values):
    out.append(declaration + " = {")
    line = "   "
    for v in values:
        if len(line) + len(str(v)) + 2 > 110:
            out.append(line)
            line = "   "
        line += " %d," % v
    out.append(line)
    out.append("};")


def metrics_line(face, font):
    os2, hhea = font["OS/2"], font["hhea"]
    return "    [%s] = {%d, %d, %d, %d}," % (face, scaled(font, hhea.ascent), scaled(font, -hhea.descent),
                                            scaled(font, os2.sCapHeight), scaled(font, os2.sxHeight))


def main():
    sans = [TTFont(SANS % w) for w in WEIGHTS]
    mono = [TTFont(MONO % w) for w in WEIGHTS]
    cmap = sans[0].getBestCmap()
    for font in mono:
        widths = {font["hmtx"][g][0] for c, g in font.getBestCmap().items() if 0x20 <= c < 0x250}
        assert {scaled(font, w) for w in widths} == {600}, widths
    out = ["/* Made by assets/fonts/metrics.py. Not to be edited. Long because: it is a table. */", "/* clang-format off */",
           '#include "view/font_metrics.h"', "", "const struct font_heights font_heights[FACE_COUNT] = {",
           metrics_line("FACE_SANS", sans[0]), metrics_line("FACE_MONO", mono[0]), "};", ""]

    runs, points = [], []
    for first, last in RANGES:
        for c in range(first, last + 1):
            if c not in cmap:
                continue
            if runs and runs[-1][0] + runs[-1][1] == c:
                runs[-1][1] += 1
            else:
                runs.append([c, 1, len(points)])
            points.append(c)
    out.append("const struct font_run font_runs[] = {")
    out += ["    {%d, %d, %d}," % tuple(r) for r in runs]
    out += ["};", "const size_t font_run_count = sizeof font_runs / sizeof *font_runs;", ""]
    for font, weight in zip(sans, WEIGHTS):
        hmtx, names = font["hmtx"], font.getBestCmap()
        array(out, "static const uint16_t advances_%s[]" % weight.lower(),
              [scaled(font, hmtx[names[c]][0]) for c in points])
    out += ["const uint16_t *const font_advances[WEIGHT_COUNT] = {"]
    out += ["    advances_%s," % w.lower() for w in WEIGHTS] + ["};", ""]

    array(out, "const uint16_t font_kerned[FONT_KERNED_COUNT]", KERNED)
    assert len(KERNED) == 102
    for font, weight in zip(sans, WEIGHTS):
        names, lookups = font.getBestCmap(), list(kern_subtables(font))
        matrix = [[scaled(font, kern(lookups, names[a], names[b])) for b in KERNED] for a in KERNED]
        row_of, rows = classes(matrix)
        column_of, columns = classes(list(zip(*rows)))
        print("%s: %d kerned pairs, %d by %d" % (weight, sum(1 for r in matrix for v in r if v), len(rows),
                                                 len(columns)), file=sys.stderr)
        w = weight.lower()
        array(out, "static const uint8_t kern_first_%s[FONT_KERNED_COUNT]" % w, row_of)
        array(out, "static const uint8_t kern_second_%s[FONT_KERNED_COUNT]" % w, column_of)
        array(out, "static const int16_t kern_values_%s[]" % w, [v for r in zip(*columns) for v in r])
        out.append("")
        setattr(main, w, len(columns))
    out.append("const struct font_kerning font_kerning[WEIGHT_COUNT] = {")
    for weight in WEIGHTS:
        w = weight.lower()
        out.append("    {kern_first_%s, kern_second_%s, kern_values_%s, %d}," % (w, w, w, getattr(main, w)))
    out.append("};")
    print("\n".join(out))


main()
