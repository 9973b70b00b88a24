//! Months and longer, as titles and cells of price files write them.

use crate::io::cell::{CellFormat, DateOrder};
use crate::model::{Month, Precision};

/// The months of `2024-S1`, `1. Halbjahr 2022`, `2024Q3`, `2024M01`, `Jan 2001`, `01/2024`, `2024`; of
/// `FY 2021-22` twelve from the first month of the year of accounts on. None where it is a day.
pub(super) fn period(cell: &str, order: DateOrder, fiscal_from: u32) -> Option<(Month, Month)> {
    let cell = cell.trim().trim_matches('"');
    if cell.len() < 4 || cell.len() > 40 || !cell.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let upper = cell.to_uppercase();
    let parts: Vec<&str> =
        upper.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    let year_of = |text: &str| {
        let year: i32 = (text.len() == 4).then(|| text.parse().ok())??;
        (1900..2200).contains(&year).then_some(year)
    };
    let months = |year: i32, mark: &str| {
        let (kind, number) = mark.split_at_checked(1)?;
        let number: u32 = number.parse().ok()?;
        let (count, length) = match kind {
            "S" | "H" => (2, 6),
            "Q" => (4, 3),
            "M" => (12, 1),
            _ => return None,
        };
        let from = Month::new(year, (number - 1).checked_mul(length)? + 1);
        (1..=count).contains(&number).then(|| (from, from.plus(length as i32 - 1)))
    };
    let marked = match parts.as_slice() {
        [one] if one.len() > 4 && one.is_char_boundary(4) => {
            year_of(&one[..4]).and_then(|year| months(year, &one[4..]))
        }
        [a, b] => {
            let first = year_of(a).and_then(|year| months(year, b));
            first.or_else(|| year_of(b).and_then(|year| months(year, a)))
        }
        _ => None,
    };
    if marked.is_some() {
        return marked;
    }
    // `1. Halbjahr 2022`.
    if let [number, word, year] = parts.as_slice()
        && ["HALBJAHR", "SEMESTER", "SEMESTRE", "HALF", "SEM"].contains(word)
        && let (Some(year), Some(half @ ("1" | "2" | "1ST" | "2ND"))) =
            (year_of(year), Some(*number))
    {
        return months(year, &format!("H{}", &half[..1]));
    }
    // `FY 2021-22`, `2021-22`: a year of accounts.
    let spans = parts.iter().filter(|part| **part != "FY").collect::<Vec<_>>();
    if let [first, second] = spans.as_slice()
        && let Some(year) = year_of(first)
        && (second.len() == 2 || second.len() == 4)
        && second.parse::<i32>().is_ok_and(|next| next % 100 == (year + 1) % 100)
        && (fiscal_from > 1 || upper.contains("FY"))
    {
        let from = Month::new(year, if fiscal_from > 1 { fiscal_from } else { 7 });
        return Some((from, from.plus(11)));
    }
    let format = CellFormat { order, ..CellFormat::default() };
    let (day, precision) = format.date(cell)?;
    let month = day.month();
    match precision {
        Precision::Day => None,
        Precision::Month => Some((month, month)),
        Precision::Quarter => Some((month, month.plus(2))),
        Precision::Half => Some((month, month.plus(5))),
        Precision::Year => {
            let year = month.year();
            (1900..2200).contains(&year).then(|| (Month::new(year, 1), Month::new(year, 12)))
        }
    }
}

/// Whether a cell is a period of months.
pub(in crate::io) fn is_period(cell: &str) -> bool {
    period(cell, DateOrder::DayFirst, 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_of_all_lengths_are_read() {
        for (cell, wanted) in [
            ("2024-S1", "2024-01 2024-06"),
            ("2024S2", "2024-07 2024-12"),
            ("H1-2022", "2022-01 2022-06"),
            ("1. Halbjahr 2022", "2022-01 2022-06"),
            ("2024-Q1", "2024-01 2024-03"),
            ("Q3 2024", "2024-07 2024-09"),
            ("2023 Q4", "2023-10 2023-12"),
            ("2024M01", "2024-01 2024-01"),
            ("2024-01", "2024-01 2024-01"),
            ("Jan 2001", "2001-01 2001-01"),
            ("Jan-24", "2024-01 2024-01"),
            ("09/2025", "2025-09 2025-09"),
            ("12.2024", "2024-12 2024-12"),
            ("202602", "2026-02 2026-02"),
            ("2025/08", "2025-08 2025-08"),
            ("2024", "2024-01 2024-12"),
            ("FY 2021-22", "2021-07 2022-06"),
        ] {
            let found = period(cell, DateOrder::DayFirst, 1).map(|(a, b)| format!("{a} {b}"));
            assert_eq!(found.as_deref(), Some(wanted), "{cell}");
        }
        for none in ["2024-01-05", "24/11/2026", "DE", "2024-S3", "42", "Price 2", "1.5"] {
            assert_eq!(period(none, DateOrder::DayFirst, 1), None, "{none}");
        }
    }
}
