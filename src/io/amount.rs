//! Amounts as people write them: `1.2 GW`, `~300`, `300–500 MW`, `up to 600`, `100k`, `100,000+`.

use super::cell::{CellFormat, Decimal};

/// An amount: a value, and between which it lies where the cell says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// The value; of a range its middle.
    pub value: f64,
    /// The least that it may be.
    pub low: Option<f64>,
    /// The most that it may be.
    pub high: Option<f64>,
    /// Whether it is said to be IT load: `60 MW IT`.
    pub is_it: bool,
}

/// What an "about" leaves open, as a share of the value to both sides.
pub const ABOUT: f64 = 0.1;

/// What may be written behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Watts and their multiples; the cell's own unit counts, not the header's.
    Power,
    /// Numbers of things.
    Things,
}

/// How a number is bounded.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    Exact,
    About,
    AtLeast,
    AtMost,
}

const ABOUT_WORDS: [&str; 16] = [
    "~",
    "≈",
    "∼",
    "≃",
    "about",
    "around",
    "approximately",
    "approx.",
    "approx",
    "roughly",
    "circa",
    "ca.",
    "ca",
    "c.",
    "est.",
    "estimated",
];
const AT_LEAST_WORDS: [&str; 13] = [
    ">=",
    "≥",
    ">",
    "more than",
    "at least",
    "over",
    "above",
    "minimum",
    "min.",
    "min",
    "exceeding",
    "mindestens",
    "plus de",
];
const AT_MOST_WORDS: [&str; 17] = [
    "<=",
    "≤",
    "<",
    "up to",
    "less than",
    "fewer than",
    "nearly",
    "almost",
    "at most",
    "under",
    "below",
    "maximum",
    "max.",
    "max",
    "bis zu",
    "jusqu'à",
    "hasta",
];
/// Words that add nothing to a number.
const FILLERS: [&str; 8] =
    ["total", "nameplate", "planned", "initial", "initially", "est", "of", ":"];

impl Amount {
    /// Reads an amount. `format` has the factor of the header's unit, and the decimal mark.
    ///
    /// # Units
    /// Those of the column: power in MW.
    pub fn read(cell: &str, units: Units, format: &CellFormat) -> Option<Self> {
        let is_it = units == Units::Power && says_it(cell);
        let mut rest = without_remark(cell.trim());
        let mut bound = Bound::Exact;
        // Most begin with their number.
        while !rest.starts_with(|c: char| c.is_ascii_digit()) {
            let before = rest;
            for (words, kind) in [
                (&ABOUT_WORDS[..], Bound::About),
                (&AT_LEAST_WORDS[..], Bound::AtLeast),
                (&AT_MOST_WORDS[..], Bound::AtMost),
            ] {
                if let Some(after) = strip_word(rest, words) {
                    (rest, bound) = (after, if bound == Bound::Exact { kind } else { bound });
                }
            }
            rest = strip_word(rest, &FILLERS).unwrap_or(rest);
            if rest == before {
                break;
            }
        }
        let between = strip_word(rest, &["between", "from", "zwischen", "entre"]);
        let rest = between.unwrap_or(rest);
        let (first, after) = Number::take(rest, units, format)?;
        let after = after.trim_start();
        if after.is_empty() {
            let all = first.bounded(bound, units, format)?;
            return Some(Self { is_it, ..all });
        }
        // `3 x 50 MW`
        if let Some(after) = strip_word(after, &["x", "×", "*"])
            && first.unit.is_none()
            && first.times <= 1.0
            && first.digits.fract() == 0.0
            && (1.0..1000.0).contains(&first.digits)
        {
            let (each, after) = Number::take(after, units, format)?;
            let each = Number { digits: each.digits * first.digits, ..each };
            let all = each.bounded(bound, units, format).filter(|_| after.trim().is_empty())?;
            return Some(Self { is_it, ..all });
        }
        // `50 MW x 3`
        if let Some(times) = strip_word(after, &["x", "×", "*"]) {
            let times: f64 = times.trim().parse().ok().filter(|n| (1.0..1000.0).contains(n))?;
            let all = Number { digits: first.digits * times, ..first };
            return Some(Self { is_it, ..all.bounded(bound, units, format)? });
        }
        if let Some(plus) = strip_word(after, &["+", "plus", "or more", "and more"]) {
            return plus.is_empty().then(|| first.bounded(Bound::AtLeast, units, format))?;
        }
        let joined =
            ["-", "–", "—", "‒", "−", "~", "…", "...", "..", "to", "bis", "à", "and", "und", "a"];
        let after = strip_word(after, &joined)?;
        let (second, after) = Number::take(after, units, format)?;
        if !matches!(after.trim(), "" | "+") {
            return None;
        }
        Self::between(first, second, units, format).map(|all| Self { is_it, ..all })
    }

    fn between(first: Number, second: Number, units: Units, format: &CellFormat) -> Option<Self> {
        // `300–500 MW`: the unit behind the second holds for both, and so does `1–2k`.
        let unit = first.unit.or(second.unit);
        let times =
            if first.times <= 1.0 && first.unit.is_none() && first.digits < second.digits * 1e3 {
                second.times
            } else {
                first.times
            };
        // `500 - 1 GW` begins with MW.
        let unit = match (first.unit, unit) {
            (None, Some(shared)) if first.digits > second.digits => Some(shared / 1e3),
            (_, unit) => unit,
        };
        let low = Number { times, unit, ..first }.value(units, format)?;
        let high = second.value(units, format)?;
        (low <= high).then(|| Self {
            value: low + (high - low) / 2.0,
            low: (low < high).then_some(low),
            high: (low < high).then_some(high),
            is_it: false,
        })
    }
}

/// Whether a power is said to be that of the IT: `60 MW IT`, `300 MW (critical IT load)`.
fn says_it(cell: &str) -> bool {
    let mut words = cell.split(|c: char| !c.is_alphanumeric()).skip_while(|word| word.is_empty());
    words.any(|word| {
        matches!(word, "IT" | "critical" | "Critical") || word.eq_ignore_ascii_case("mwit")
    })
}

/// A number with what stands behind it.
#[derive(Clone, Copy)]
struct Number {
    digits: f64,
    /// Thousands, millions.
    times: f64,
    /// Its unit in MW, if it has one.
    unit: Option<f64>,
}

impl Number {
    /// Takes a number and its unit from the begin of a text; gives the rest.
    fn take<'t>(text: &'t str, units: Units, format: &CellFormat) -> Option<(Self, &'t str)> {
        let text = text.trim_start();
        let inside = |c: char| {
            c.is_ascii_digit()
                || matches!(c, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}')
        };
        let mut end = text.find(|c| !inside(c)).unwrap_or(text.len());
        // Blanks part thousands where three digits follow.
        while let Some(more) = text[end..].strip_prefix(' ') {
            let group = more.find(|c: char| !c.is_ascii_digit()).unwrap_or(more.len());
            if end == 0 || group != 3 {
                break;
            }
            end += 1 + group;
        }
        let number = text[..end].trim_end_matches(['.', ',', '\'', '’']);
        let rest = &text[number.len()..];
        if !number.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        let plain = CellFormat { factor: 1.0, ..*format };
        let other = match format.decimal {
            Decimal::Point => Decimal::Comma,
            Decimal::Comma => Decimal::Point,
        };
        // `1,2 GW` is no number with decimal points, and one with decimal commas.
        let digits = plain
            .number(number)
            .or_else(|| CellFormat { decimal: other, ..plain }.number(number))?;
        let (times, rest) = magnitude(rest, units);
        let (unit, rest) = match units {
            // `300-MW` is 300 MW.
            Units::Power => match power_unit(rest.strip_prefix('-').unwrap_or(rest)) {
                (None, _) => (None, rest),
                found => found,
            },
            Units::Things => (None, thing(rest)),
        };
        // A million of what, of power, its unit says.
        if units == Units::Power && times > 1.0 && unit.is_none() {
            return None;
        }
        Some((Self { digits, times, unit }, rest))
    }

    fn value(self, units: Units, format: &CellFormat) -> Option<f64> {
        let factor = match (units, self.unit) {
            (Units::Power, Some(unit)) => unit,
            _ => format.factor,
        };
        let value = self.digits * self.times * factor;
        value.is_finite().then_some(value)
    }

    fn bounded(self, bound: Bound, units: Units, format: &CellFormat) -> Option<Amount> {
        let value = self.value(units, format)?;
        let (low, high) = match bound {
            Bound::Exact => (None, None),
            Bound::About => (Some(value * (1.0 - ABOUT)), Some(value * (1.0 + ABOUT))),
            Bound::AtLeast => (Some(value), None),
            Bound::AtMost => (None, Some(value)),
        };
        Some(Amount { value, low, high, is_it: false })
    }
}

/// A cell without the tags, footnotes and brackets behind its value.
fn without_remark(cell: &str) -> &str {
    let end = cell.find(['#', '(', '[', ';', '*', '†']).filter(|at| *at > 0);
    cell[..end.unwrap_or(cell.len())].trim_end()
}

/// What follows one of some words at the begin of a text, whatever their case.
fn strip_word<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    let text = text.trim_start();
    let first = text.bytes().next()?.to_ascii_lowercase();
    words.iter().find_map(|word| {
        // Letters of ASCII differ in their first byte; others in small and large may too.
        if first.is_ascii() && word.bytes().next() != Some(first) {
            return None;
        }
        let head = text.get(..word.len())?;
        let rest = &text[word.len()..];
        let same =
            head.eq_ignore_ascii_case(word) || !head.is_ascii() && head.to_lowercase() == *word;
        let letters = || word.ends_with(char::is_alphabetic);
        let goes_on = || letters() && rest.starts_with(char::is_alphabetic);
        (same && !goes_on()).then(|| rest.trim_start())
    })
}

/// A magnitude behind a number: `k`, `thousand`, `million` …
fn magnitude(rest: &str, units: Units) -> (f64, &str) {
    let long: [(&str, f64); 12] = [
        ("thousand", 1e3),
        ("million", 1e6),
        ("millions", 1e6),
        ("billion", 1e9),
        ("mio.", 1e6),
        ("mio", 1e6),
        ("mn", 1e6),
        ("bn", 1e9),
        ("tsd.", 1e3),
        ("tsd", 1e3),
        ("mille", 1e3),
        ("mil", 1e3),
    ];
    for (word, times) in long {
        if let Some(rest) = strip_word(rest, &[word]) {
            return (times, rest);
        }
    }
    for (word, times) in [("万", 1e4), ("萬", 1e4), ("億", 1e8), ("亿", 1e8)] {
        if let Some(rest) = rest.trim_start().strip_prefix(word) {
            return (times, rest);
        }
    }
    if units == Units::Things {
        for (word, times) in [("k", 1e3), ("m", 1e6), ("b", 1e9)] {
            if let Some(rest) = strip_word(rest, &[word]) {
                return (times, rest);
            }
        }
    }
    (1.0, rest)
}

/// A unit of power behind a number, in MW.
fn power_unit(rest: &str) -> (Option<f64>, &str) {
    let text = rest.trim_start();
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let Some(unit) = unit_of_power(&text[..end]) else { return (None, rest) };
    let mut rest = text[end..].trim_start();
    // What kind of MW they are said to be.
    for word in
        ["it load", "it capacity", "it", "critical", "ac", "dc", "capacity", "load", "power"]
    {
        rest = strip_word(rest, &[word]).unwrap_or(rest);
    }
    (Some(unit), rest)
}

/// A unit of power, in MW; none if it is no such unit.
pub fn unit_of_power(unit: &str) -> Option<f64> {
    match unit.to_lowercase().as_str() {
        "w" | "watt" | "watts" => Some(1e-6),
        "kw" | "kwe" | "kilowatt" | "kilowatts" | "квт" | "千瓦" | "キロワット" => {
            Some(1e-3)
        }
        "mw" | "mwe" | "mwac" | "mwdc" | "mwit" | "mws" | "megawatt" | "megawatts"
        | "megawatios" | "мвт" | "兆瓦" | "メガワット" => Some(1.0),
        "gw" | "gwe" | "gws" | "gigawatt" | "gigawatts" | "gigavatios" | "гвт" | "吉瓦" => {
            Some(1e3)
        }
        "万千瓦" | "万kw" | "萬瓩" => Some(10.0),
        "亿千瓦" => Some(1e5),
        "tw" | "terawatt" | "terawatts" => Some(1e6),
        _ => None,
    }
}

/// What things are called that are counted: chips and their kinds.
fn thing(rest: &str) -> &str {
    let things = [
        "gpus",
        "gpu",
        "chips",
        "chip",
        "tpus",
        "tpu",
        "accelerators",
        "accelerator",
        "units",
        "pcs",
        "xpus",
        "cards",
    ];
    let rest = strip_word(rest, &things).unwrap_or(rest);
    // `64,000 GB200`: the name of the chip.
    let word = rest.trim();
    let times =
        word.strip_prefix(['x', 'X']).is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    let named = !times
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|b| b.is_ascii_alphanumeric())
        && word.bytes().any(|b| b.is_ascii_digit());
    if named { "" } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, units: Units) -> Option<(f64, Option<f64>, Option<f64>)> {
        let amount = Amount::read(cell, units, &CellFormat::default())?;
        let near = |value: f64| (value * 1e6).round() / 1e6;
        Some((near(amount.value), amount.low.map(near), amount.high.map(near)))
    }

    #[test]
    fn power_is_read_with_its_unit_and_its_bounds() {
        let power = |cell| read(cell, Units::Power);
        for (cell, value) in [
            ("100 MW", 100.0),
            ("1.2 GW", 1200.0),
            ("800 kW", 0.8),
            ("1,2 GW", 1200.0),
            ("300MW", 300.0),
            ("1,200 MW", 1200.0),
            ("1 200 MW", 1200.0),
            ("2.5 gigawatts", 2500.0),
            ("40 MWe", 40.0),
            ("60 MW IT", 60.0),
            ("250 MW (phase 1)", 250.0),
            ("250 #confident", 250.0),
            ("18 MW*", 18.0),
            ("1'200", 1200.0),
            ("3 x 50 MW", 150.0),
            ("2×1.2 GW", 2400.0),
            ("兆瓦", f64::NAN),
        ] {
            let wanted = (!value.is_nan()).then_some((value, None, None));
            assert_eq!(power(cell), wanted, "{cell}");
        }
        for (cell, wanted) in [
            ("~300", (300.0, Some(270.0), Some(330.0))),
            ("approx. 1 GW", (1000.0, Some(900.0), Some(1100.0))),
            ("300–500 MW", (400.0, Some(300.0), Some(500.0))),
            ("300 to 500 MW", (400.0, Some(300.0), Some(500.0))),
            ("300 MW - 1 GW", (650.0, Some(300.0), Some(1000.0))),
            ("between 1.5 and 2 GW", (1750.0, Some(1500.0), Some(2000.0))),
            (">1 GW", (1000.0, Some(1000.0), None)),
            ("1 GW+", (1000.0, Some(1000.0), None)),
            ("over 500 MW", (500.0, Some(500.0), None)),
            ("up to 600", (600.0, None, Some(600.0))),
        ] {
            assert_eq!(power(cell), Some(wanted), "{cell}");
        }
        for bad in [
            "12oo",
            "MW",
            "500-300",
            "100 MWh",
            "12 racks",
            "1 2 3",
            "ten MW",
            "3 x 50 x 2 MW",
            "1.5 x 50 MW",
            "",
        ] {
            assert_eq!(power(bad), None, "{bad}");
        }
    }

    #[test]
    fn counts_are_read_with_their_magnitude() {
        let count = |cell| read(cell, Units::Things);
        for (cell, wanted) in [
            ("100k", (100_000.0, None, None)),
            ("1.5M", (1_500_000.0, None, None)),
            ("2 million GPUs", (2_000_000.0, None, None)),
            ("~20000", (20_000.0, Some(18_000.0), Some(22_000.0))),
            ("100,000+", (100_000.0, Some(100_000.0), None)),
            ("50-100k", (75_000.0, Some(50_000.0), Some(100_000.0))),
            ("10万", (100_000.0, None, None)),
        ] {
            assert_eq!(count(cell), Some(wanted), "{cell}");
        }
        assert_eq!(count("many"), None);
    }
}
