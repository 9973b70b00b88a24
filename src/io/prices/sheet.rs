//! Where the header of a file of prices is, and of which form its rows are.

use std::borrow::Cow;
use std::path::Path;

use csv::StringRecord;

use super::clock::Stamp;
use super::find::{Sheet, find};
use super::form::PriceForm;
use super::unit::PriceUnit;
use crate::io::cell::{DateOrder, is_missing};
use crate::io::layout::{Layout, delimiters, joined, trimmed};
use crate::io::open::MOST_COLUMNS;
use crate::io::text::{Cut, Records, tidy_quotes};

/// A header is looked for in so many records.
const HEADS: usize = 24;

/// So many rows have their say.
const ROWS: usize = 60;

/// And so many bytes.
const HEAD: usize = 1 << 18;

/// A record near the begin.
struct Head {
    line: u64,
    cells: Vec<String>,
    /// Bytes up to its end.
    end: usize,
}

impl Head {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    /// Whether most of it may be titles: years may be, other numbers are not.
    fn may_be_titles(&self) -> bool {
        let number = |cell: &String| {
            cell.trim_start_matches(['-', '$', '€']).replace(',', ".").parse::<f64>().is_ok()
        };
        let is_number = |cell: &&String| {
            let year = cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit());
            let small = cell.len() <= 2;
            !year && !small && number(cell)
        };
        // Titles have no decimals and no time of day to the second.
        let is_value = |cell: &String| {
            cell.contains(['.', ',']) && number(cell)
                || Stamp::parse(cell, DateOrder::DayFirst)
                    .is_some_and(|stamp| stamp.timed && cell.len() > 10)
        };
        let numbers = self.cells.iter().filter(is_number).count();
        self.filled() > 0 && numbers * 3 <= self.filled() && !self.cells.iter().any(is_value)
    }

    /// Whether its cells are the units of the columns above, or kinds of values.
    fn is_units(&self) -> bool {
        const KINDS: &str = "string,number,date,he,h,text,float,integer,count,%,mwh,megawatthours,\
            thousand dollars,customers,usd,eur";
        let is_kind = |cell: &&String| {
            let lower = cell.to_lowercase();
            PriceUnit::find(cell).is_some() && cell.len() < 16
                || KINDS.split(',').any(|kind| kind == lower)
        };
        let filled = self.cells.iter().filter(|cell| !cell.is_empty());
        let kinds = filled.clone().filter(is_kind).count();
        kinds > 0 && kinds * 10 >= filled.count() * 7
    }
}

/// The first column of a file of several dimensions (`freq,unit,geo\TIME_PERIOD`) as columns of their
/// own.
pub(in crate::io) fn dimensions_apart(text: Cow<'_, str>) -> Cow<'_, str> {
    let first = text.lines().next().unwrap_or("");
    let joined =
        first.split_once('\t').is_some_and(|(cell, _)| cell.contains('\\') && cell.contains(','));
    if !joined {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (cell, rest) = line.split_at(line.find('\t').unwrap_or(line.len()));
        cell.chars().for_each(|c| out.push(if c == ',' { '\t' } else { c }));
        out.push_str(rest);
    }
    Cow::Owned(out)
}

/// Files without a header whose columns are known, with the titles that they would have.
const WITHOUT_HEADER: [(&str, &[&str]); 3] = [
    ("MARGINALPDBC;", &["Year", "Month", "Day", "Period", "Portugal (EUR/MWh)", "Spain (EUR/MWh)"]),
    (
        "MARGINALPDBCPT;",
        &["Year", "Month", "Day", "Period", "Portugal (EUR/MWh)", "Spain (EUR/MWh)"],
    ),
    ("MARGINALPIBC;", &["Year", "Month", "Day", "Period", "Portugal (EUR/MWh)", "Spain (EUR/MWh)"]),
];

fn heads(text: &str, from: usize, delimiter: u8) -> Vec<Head> {
    let all = &text[from..];
    let head = &all[..all.floor_char_boundary(HEAD)];
    let cut = head.len() < all.len();
    let head = tidy_quotes(head, delimiter);
    let mut records = Records::new(&head, delimiter, 0);
    let mut record = StringRecord::new();
    let mut out: Vec<Head> = Vec::new();
    // Of the rest of them some from all over it: of many zones the first rows are all of one time.
    let mut step = 1;
    let mut count = 0;
    while let Some(Cut::Row(line) | Cut::OpenQuote(line)) = records.next(&mut record) {
        let end = records.bytes_done();
        if cut && end >= head.len() && !out.is_empty() {
            break;
        }
        count += 1;
        if out.len() == HEADS + ROWS {
            step = (head.len().saturating_sub(end) / (end / count).max(1) / ROWS).max(1);
        }
        if out.len() >= HEADS + 2 * ROWS {
            break;
        }
        if count % step != 0 {
            continue;
        }
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        out.push(Head { line: line + u64::from(from > 0), cells, end: from + end });
    }
    out
}

/// The layout and form of a text, if it is one of prices. `found` is what else it was recognised as.
pub(in crate::io) fn look(text: &str, path: &Path, found: &Layout) -> Option<(Layout, PriceForm)> {
    let (from, delimiters) = delimiters(text);
    let mut best: Option<(Layout, PriceForm)> = None;
    for delimiter in delimiters {
        let heads = heads(text, from, delimiter);
        let most = heads.iter().map(Head::filled).max().unwrap_or(0);
        let name =
            path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let known = WITHOUT_HEADER.iter().find(|(mark, _)| text.starts_with(mark));
        let mut try_one = |titles: Vec<String>, first: usize, last: usize, from_row: usize| {
            let rows: Vec<Vec<String>> =
                heads[from_row..].iter().map(|head| head.cells.clone()).collect();
            let mut context = String::new();
            for head in &heads[..first] {
                context.push_str(&head.cells.join(","));
                context.push('\n');
            }
            context.push_str(&name);
            for text in constants(&rows) {
                context.push('\n');
                context.push_str(text);
            }
            let sheet = Sheet { titles: &titles, rows: &rows, context: &context, delimiter };
            let Some(form) = find(&sheet) else { return };
            if best.as_ref().is_some_and(|(_, best)| best.score >= form.score) {
                return;
            }
            let layout = Layout {
                delimiter,
                line: heads.get(first).map_or(1, |head| head.line),
                records: from_row + usize::from(from > 0),
                end: heads.get(last).map_or(0, |head| head.end),
                header: titles,
                found: found.found.clone(),
            };
            best = Some((layout, form));
        };
        if let Some((_, titles)) = known {
            try_one(titles.iter().map(|title| (*title).to_owned()).collect(), 0, 0, 1);
            continue;
        }
        for at in 0..heads.len().min(HEADS) {
            let head = &heads[at];
            let width = head.cells.len();
            let fits = (2..=MOST_COLUMNS).contains(&width) && head.filled() * 2 >= most;
            if !fits || !head.may_be_titles() {
                continue;
            }
            let units = heads.get(at + 1).filter(|below| below.is_units() && !head.is_units());
            let last = at + usize::from(units.is_some());
            let titles = match units {
                Some(below) => with_kinds(&head.cells, &below.cells),
                None => trimmed(head.cells.clone()),
            };
            try_one(titles, at, last, last + 1);
            // Titles above stand over several columns, and there may be two rows of them.
            let groups = |above: &Head| {
                above.filled() > 1 && above.filled() < above.cells.len() && above.may_be_titles()
            };
            if let Some(above) =
                at.checked_sub(1).and_then(|at| heads.get(at)).filter(|h| groups(h))
            {
                let two = joined(&above.cells, &head.cells);
                try_one(two, at - 1, at, at + 1);
            }
            if at >= 2 && groups(&heads[at - 2]) && heads[at - 1].filled() > 1 {
                let two = joined(&heads[at - 2].cells, &heads[at - 1].cells);
                let width = two.len().max(head.cells.len());
                let three = (0..width).map(|at| {
                    let above = two.get(at).map_or("", String::as_str);
                    let below = head.cells.get(at).map_or("", String::as_str);
                    if above.is_empty() { below.to_owned() } else { format!("{above} {below}") }
                });
                try_one(three.collect(), at - 2, at, at + 1);
            }
        }
    }
    best
}

/// Titles with the units in the row below; kinds of values are none.
fn with_kinds(titles: &[String], kinds: &[String]) -> Vec<String> {
    let title = |(at, title): (usize, &String)| match kinds.get(at) {
        Some(kind) if PriceUnit::find(kind).is_some() && !is_missing(kind) => {
            format!("{title} ({kind})")
        }
        _ => title.clone(),
    };
    trimmed(titles.iter().enumerate().map(title).collect())
}

/// Texts that all rows have in one column: they speak of the whole table.
fn constants(rows: &[Vec<String>]) -> Vec<&str> {
    let Some(first) = rows.first().filter(|_| rows.len() >= 3) else { return Vec::new() };
    let same = |at: usize, cell: &str| {
        // Short rows are remarks below the table.
        rows.iter().all(|row| {
            row.len() * 2 < first.len() || row.get(at).is_some_and(|other| other == cell)
        })
    };
    let texts = first.iter().enumerate().filter(|(at, cell)| {
        cell.len() > 3 && cell.chars().any(char::is_alphabetic) && same(*at, cell)
    });
    texts.map(|(_, cell)| cell.as_str()).collect()
}

/// Whether a text that all rows share names money for energy.
pub(in crate::io) fn speaks_of_prices(rows: &[Vec<String>]) -> bool {
    constants(rows).into_iter().any(|text| PriceUnit::find(text).is_some())
}
