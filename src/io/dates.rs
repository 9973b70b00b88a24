//! Dates as people write them: `Q3 2027`, `H2 2026`, `mid-2027`, `Jun-27`, `15 Jun 2027`, `FY2027`.

use std::sync::LazyLock;

use arrayvec::ArrayVec;
use rustc_hash::FxHashMap;

use crate::model::{Day, Month, Precision};

/// A date in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordDate {
    /// First day of its period.
    pub day: Day,
    /// How long that is.
    pub precision: Precision,
    /// Whether it is a year of a company's books.
    pub fiscal: bool,
}

/// A piece of a date.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Word(Meaning),
    /// A number, and how many digits it has.
    Number(u32, usize),
}

/// Words that add nothing to a date.
const FILLERS: [&str; 73] = [
    "by",
    "in",
    "on",
    "expected",
    "exp",
    "est",
    "estimated",
    "approx",
    "approximately",
    "around",
    "about",
    "circa",
    "ca",
    "c",
    "of",
    "the",
    "target",
    "targeted",
    "targeting",
    "planned",
    "before",
    "until",
    "from",
    "since",
    "online",
    "operational",
    "likely",
    "possibly",
    "th",
    "st",
    "nd",
    "rd",
    "de",
    "del",
    "du",
    "le",
    "im",
    "der",
    "vor",
    "bis",
    "ab",
    "anticipated",
    "after",
    "post",
    "beyond",
    "later",
    "than",
    "due",
    "e",
    "cy",
    "not",
    "delayed",
    "to",
    "voraussichtlich",
    "prévu",
    "previsto",
    "prevista",
    "geplant",
    "earliest",
    "operation",
    "completion",
    "start",
    "er",
    "ère",
    "ème",
    "ter",
    "年第",
    "第",
    "予定",
    "年度予定",
    "verwacht",
    "gepland",
    "tegen",
];

const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "january", "januar", "jänner", "janvier", "enero", "ene", "janeiro", "gennaio",
        "janv",
    ],
    &["feb", "february", "februar", "février", "febrero", "fevereiro", "febbraio", "févr", "fev"],
    &["mar", "march", "märz", "mrz", "mars", "marzo", "março", "maerz"],
    &["apr", "april", "avril", "abril", "aprile", "abr", "avr"],
    &["may", "mai", "mayo", "maio", "maggio"],
    &["jun", "june", "juni", "juin", "junio", "junho", "giugno"],
    &["jul", "july", "juli", "juillet", "julio", "julho", "luglio", "juil"],
    &["aug", "august", "août", "agosto", "ago", "aout"],
    &["sep", "sept", "set", "september", "septembre", "septiembre", "setembro", "settembre"],
    &["oct", "october", "okt", "oktober", "octobre", "octubre", "outubro", "ottobre"],
    &["nov", "november", "novembre", "noviembre", "novembro"],
    &["dec", "december", "dez", "dezember", "décembre", "diciembre", "dezembro", "dicembre", "dic"],
];

const QUARTERS: [&str; 9] =
    ["q", "quarter", "qtr", "quartal", "trimestre", "trim", "t", "季度", "kvartal"];
const HALVES: [&str; 8] = ["h", "half", "hy", "semestre", "halbjahr", "hj", "s", "半年"];
const ORDINALS: [&[&str]; 4] = [
    &["first", "1st", "i", "erstes", "premier", "primer"],
    &["second", "2nd", "ii", "zweites", "deuxième", "segundo"],
    &["third", "3rd", "iii", "drittes", "troisième", "tercer"],
    &["fourth", "4th", "iv", "viertes", "quatrième", "cuarto"],
];
/// Parts of a year that begin with a quarter: which, and their words.
const PARTS: [(u32, &[&str]); 4] = [
    (
        1,
        &[
            "early",
            "beginning",
            "start",
            "anfang",
            "début",
            "debut",
            "principios",
            "inicio",
            "winter",
            "初",
            "begin",
            "začátek",
            "początek",
        ],
    ),
    (2, &["spring", "frühjahr", "printemps", "primavera"]),
    (
        3,
        &[
            "mid", "middle", "mitte", "mi", "mediados", "meados", "summer", "sommer", "été",
            "verano", "medio", "midden", "połowa",
        ],
    ),
    (
        4,
        &[
            "late", "end", "ende", "fin", "finales", "final", "autumn", "fall", "herbst",
            "automne", "otoño", "eind", "einde", "koniec", "slutet", "底", "末",
        ],
    ),
];
const FISCAL: [&str; 3] = ["fy", "fiscal", "gj"];

/// What a word means in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Filler,
    /// From 1.
    Month(u32),
    Quarter,
    Half,
    /// A half of a year, from 1, in one word.
    HalfOf(u32),
    /// A quarter, from 1, in one word.
    QuarterOf(u32),
    /// From 1.
    Ordinal(u32),
    /// The quarter with which a part of the year begins.
    Part(u32),
    Fiscal,
    Year,
    /// `年`, `月` and `日`, and their like.
    Mark(Wide),
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wide {
    Year,
    Month,
    Day,
}

/// All words of dates with what they mean; where a word has two meanings the first holds.
static MEANINGS: LazyLock<FxHashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let mut all: FxHashMap<&'static str, Meaning> = FxHashMap::default();
    let mut put = |words: &[&'static str], meaning: Meaning| {
        for word in words {
            all.entry(word).or_insert(meaning);
        }
    };
    put(&FILLERS, Meaning::Filler);
    for (month, words) in (1..).zip(MONTHS) {
        put(words, Meaning::Month(month));
    }
    put(&QUARTERS, Meaning::Quarter);
    put(&HALVES, Meaning::Half);
    for (which, words) in (1..).zip(ORDINALS) {
        put(words, Meaning::Ordinal(which));
    }
    for (quarter, words) in PARTS {
        put(words, Meaning::Part(quarter));
    }
    put(&["年初", "初头", "初め"], Meaning::Part(1));
    put(&["年中", "半ば", "年半ば"], Meaning::Part(3));
    put(&["年底", "年末", "年末まで"], Meaning::Part(4));
    put(&["年上半年", "上半年", "年上期", "上期", "年前半", "前半"], Meaning::HalfOf(1));
    put(&["年下半年", "下半年", "年下期", "下期", "年後半", "後半"], Meaning::HalfOf(2));
    let quarters = [
        ["一季度", "年一季度", "第一季度", "年第一季度"],
        ["二季度", "年二季度", "第二季度", "年第二季度"],
        ["三季度", "年三季度", "第三季度", "年第三季度"],
        ["四季度", "年四季度", "第四季度", "年第四季度"],
    ];
    for (which, words) in (1..).zip(quarters) {
        put(&words, Meaning::QuarterOf(which));
    }
    put(&FISCAL, Meaning::Fiscal);
    put(&["year", "ye", "jahr"], Meaning::Year);
    put(&["年", "년"], Meaning::Mark(Wide::Year));
    put(&["月", "월"], Meaning::Mark(Wide::Month));
    put(&["日", "일"], Meaning::Mark(Wide::Day));
    all
});

/// So many pieces a date has at most.
const MOST_PIECES: usize = 16;

/// The pieces of a cell in small letters, without words that add nothing; none where there are more
/// than a date has.
fn pieces(lower: &str) -> Option<ArrayVec<Piece, MOST_PIECES>> {
    let mut out = ArrayVec::new();
    let mut rest = lower;
    while let Some(c) = rest.chars().next() {
        let run = |is: &dyn Fn(char) -> bool| rest.find(|l| !is(l)).unwrap_or(rest.len());
        let end = if c.is_ascii_digit() {
            let end = run(&|l| l.is_ascii_digit());
            let number = rest[..end].parse().unwrap_or(u32::MAX);
            out.try_push(Piece::Number(number, end)).ok()?;
            end
        } else if c.is_alphabetic() {
            let wide = c >= '\u{3000}';
            let end = run(&|l| l.is_alphabetic() && (l >= '\u{3000}') == wide);
            let meaning = MEANINGS.get(&rest[..end]).copied().unwrap_or(Meaning::Unknown);
            if meaning != Meaning::Filler {
                out.try_push(Piece::Word(meaning)).ok()?;
            }
            end
        } else {
            c.len_utf8()
        };
        rest = &rest[end..];
    }
    Some(out)
}

fn year_of(value: u32, digits: usize) -> Option<i32> {
    match digits {
        4 => Some(value as i32),
        2 => Some(2000 + value as i32),
        _ => None,
    }
}

/// Reads a date in words; none if there is no year in it, or a word that no date has.
pub fn word_date(cell: &str) -> Option<WordDate> {
    // Tags and remarks behind the date.
    let end = cell.find(['#', '(', '[', ';', '*']).filter(|at| *at > 0).unwrap_or(cell.len());
    let cell = cell[..end].trim();
    if cell.len() > 48 || !cell.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let lower = cell.to_lowercase();
    let pieces = pieces(&lower)?;
    let first = |wanted: &dyn Fn(Meaning) -> Option<u32>| {
        pieces.iter().find_map(|p| if let Piece::Word(word) = p { wanted(*word) } else { None })
    };
    let place = |wanted: Meaning| pieces.iter().position(|piece| *piece == Piece::Word(wanted));
    let number = |p: &Piece| if let Piece::Number(n, d) = p { Some((*n, *d)) } else { None };
    let numbers: ArrayVec<(u32, usize), MOST_PIECES> = pieces.iter().filter_map(number).collect();
    let words = pieces.len() - numbers.len();
    let first_of = |year: i32, month: u32, precision| {
        let day = Day::from_ymd(year, month, 1)?;
        Some(WordDate { day, precision, fiscal: false })
    };
    if let Some(date) = in_wide_letters(&pieces) {
        return Some(date);
    }
    let month = first(&|word| if let Meaning::Month(month) = word { Some(month) } else { None });
    let part = first(&|word| if let Meaning::Part(part) = word { Some(part) } else { None });
    if let Some(month) = month {
        let known = 1 + usize::from(part.is_some());
        return match numbers.as_slice() {
            _ if words != known => None,
            [(n, d)] => first_of(year_of(*n, *d)?, month, Precision::Month),
            &[(a, x), (b, y)] => {
                // The year has four digits, or is the last.
                let (day, year) = if x == 4 { (b, year_of(a, x)?) } else { (a, year_of(b, y)?) };
                let day = Day::from_ymd(year, month, day)?;
                Some(WordDate { day, precision: Precision::Day, fiscal: false })
            }
            _ => None,
        };
    }
    let fiscal = place(Meaning::Fiscal).is_some();
    let spare = usize::from(fiscal) + usize::from(place(Meaning::Year).is_some());
    // In one word with the year before it: `2027年上半年`, `2027年第二季度`.
    let in_one = first(&|word| match word {
        Meaning::HalfOf(half) => Some(half * 6 - 5),
        Meaning::QuarterOf(quarter) => Some(quarter * 3 - 2),
        _ => None,
    });
    if let (Some(month), &[(n, d)], 1) = (in_one, numbers.as_slice(), words) {
        let is_half = [1, 2].iter().any(|half| place(Meaning::HalfOf(*half)).is_some());
        let precision = if is_half { Precision::Half } else { Precision::Quarter };
        return first_of(year_of(n, d)?, month, precision);
    }
    // `End of Q2 2026` and `Q3 FY26` are those quarters.
    let own = words - spare - usize::from(part.is_some());
    for (marks, count, precision) in
        [(Meaning::Quarter, 4, Precision::Quarter), (Meaning::Half, 2, Precision::Half)]
    {
        let Some(at) = place(marks) else { continue };
        let ordinal = first(&|word| if let Meaning::Ordinal(at) = word { Some(at) } else { None });
        let (which, year) = match (ordinal, numbers.as_slice()) {
            (Some(which), &[(n, d)]) if own == 2 => (which, year_of(n, d)?),
            // `Q1–Q2 2027` lies within that half, or begins with its first quarter.
            (None, &[(a, 1), (b, 1), (n, d)]) if own == 2 && a + 1 == b && count == 4 => {
                let month = (a.checked_sub(1)? * 3 + 1).min(10);
                return first_of(year_of(n, d)?, month, Precision::Half);
            }
            (None, &[(a, x), (b, y)]) if own == 1 => {
                // The number of the quarter has one digit, and the year more.
                let (which, year) = if x == 1 && at <= 1 {
                    (a, (b, y))
                } else if y == 1 {
                    (b, (a, x))
                } else {
                    return None;
                };
                (which, year_of(year.0, year.1)?)
            }
            _ => return None,
        };
        if !(1..=count).contains(&which) {
            return None;
        }
        let date = first_of(year, (which - 1) * (12 / count) + 1, precision)?;
        return Some(WordDate { fiscal, ..date });
    }
    match (part, numbers.as_slice()) {
        (Some(quarter), &[(n, d)]) if words == 1 + spare => {
            first_of(year_of(n, d)?, (quarter - 1) * 3 + 1, Precision::Quarter)
        }
        (None, &[(n, d)])
            if words == spare
                && (d == 4 || d == 2 && (fiscal || cell.starts_with(['\'', '’']))) =>
        {
            // After 2030 is not before 2031.
            let after = ["after ", "post ", "post-", "beyond ", "nach ", "après ", "later than "];
            let later = i32::from(after.iter().any(|word| lower.starts_with(word)));
            Some(WordDate { fiscal, ..first_of(year_of(n, d)? + later, 1, Precision::Year)? })
        }
        // `2026-2027` and `2026/27` begin with their first year.
        (None, &[(a, 4), (b, d)]) if words == spare => {
            let follows = (1..=10).contains(&(year_of(b, d)? - a as i32));
            follows
                .then(|| first_of(a as i32, 1, Precision::Year))?
                .map(|date| WordDate { fiscal, ..date })
        }
        _ => None,
    }
}

/// `2027年6月15日` and parts of it.
fn in_wide_letters(pieces: &[Piece]) -> Option<WordDate> {
    let marked = |mark: Wide| {
        pieces.windows(2).find_map(|pair| match pair {
            [Piece::Number(n, _), Piece::Word(Meaning::Mark(word))] if *word == mark => Some(*n),
            _ => None,
        })
    };
    let (year, month, day) = (marked(Wide::Year)?, marked(Wide::Month), marked(Wide::Day));
    let precision = match (month, day) {
        (Some(_), Some(_)) => Precision::Day,
        (Some(_), None) => Precision::Month,
        _ => Precision::Year,
    };
    let day = Day::from_ymd(year as i32, month.unwrap_or(1), day.unwrap_or(1))?;
    Some(WordDate { day, precision, fiscal: false })
}

/// Dates that are a number: `20270615`, days of a spreadsheet, seconds or milliseconds from 1970.
pub fn number_date(cell: &str) -> Option<(Day, Precision)> {
    let whole = cell.split_once('.').map_or(cell, |(whole, _)| whole);
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    match whole.len() {
        8 => {
            let (year, rest) = ((value / 10_000) as i32, value % 10_000);
            let day = Day::from_ymd(year, (rest / 100) as u32, (rest % 100) as u32)?;
            Some((day, Precision::Day))
        }
        6 if (190_001..=219_912).contains(&value) => {
            let month = (value % 100) as u32;
            (1..=12)
                .contains(&month)
                .then(|| (Month::new((value / 100) as i32, month).first_day(), Precision::Month))
        }
        // Day 1 is 1 January 1900, and spreadsheets have a 29 February in that year.
        5 if (20_000..=80_000).contains(&value) => {
            Some((Day(value as i32 - 25_569), Precision::Day))
        }
        10 => Some((Day((value / 86_400) as i32), Precision::Day)),
        13 => Some((Day((value / 86_400_000) as i32), Precision::Day)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_words_have_the_precision_of_their_words() {
        let read = |text: &str| {
            word_date(text).map(|date| format!("{} {}", date.day, date.precision.word()))
        };
        for (cell, wanted) in [
            ("Q3 2027", "2027-07-01 quarter"),
            ("3Q27", "2027-07-01 quarter"),
            ("2027-Q3", "2027-07-01 quarter"),
            ("Q4'26", "2026-10-01 quarter"),
            ("third quarter of 2027", "2027-07-01 quarter"),
            ("H2 2026", "2026-07-01 half"),
            ("1H26", "2026-01-01 half"),
            ("second half of 2026", "2026-07-01 half"),
            ("mid-2027", "2027-07-01 quarter"),
            ("early 2025", "2025-01-01 quarter"),
            ("late 2025", "2025-10-01 quarter"),
            ("Ende 2028", "2028-10-01 quarter"),
            ("Jun-27", "2027-06-01 month"),
            ("June 2027", "2027-06-01 month"),
            ("15 Jun 2027", "2027-06-15 day"),
            ("Jun 15, 2027", "2027-06-15 day"),
            ("15. Juni 2027", "2027-06-15 day"),
            ("early June 2027", "2027-06-01 month"),
            ("FY2027", "2027-01-01 year"),
            ("by 2030", "2030-01-01 year"),
            ("2026 (expected)", "2026-01-01 year"),
            ("2026/27", "2026-01-01 year"),
            ("2027年6月", "2027-06-01 month"),
            ("2027年", "2027-01-01 year"),
            ("Summer 2026", "2026-07-01 quarter"),
            ("2027 #likely", "2027-01-01 year"),
        ] {
            assert_eq!(read(cell).as_deref(), Some(wanted), "{cell}");
        }
        assert!(word_date("FY27").is_some_and(|date| date.fiscal));
        for bad in
            ["when the grid allows", "Q5 2027", "soon", "27", "Building 2", "100 MW", "H3 2027"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_as_numbers_are_read() {
        let read = |text| number_date(text).map(|(day, _)| day.to_string());
        assert_eq!(read("45292").as_deref(), Some("2024-01-01"));
        assert_eq!(read("20270615").as_deref(), Some("2027-06-15"));
        assert_eq!(read("1767225600").as_deref(), Some("2026-01-01"));
        assert_eq!(read("2027"), None);
    }
}
