//! Any text as a number, an amount, a date, an angle.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wattlas::io::amount::{Amount, Units};
use wattlas::io::cell::{CellFormat, Decimal, degrees};
use wattlas::io::dates::{number_date, word_date};

fuzz_target!(|cell: &str| {
    for decimal in [Decimal::Point, Decimal::Comma] {
        let format = CellFormat { decimal, ..CellFormat::default() };
        assert!(format.number(cell).is_none_or(f64::is_finite));
        format.date(cell);
        format.month(cell);
        for units in [Units::Power, Units::Things] {
            if let Some(amount) = Amount::read(cell, units, &format) {
                assert!(amount.value.is_finite());
                assert!(amount.low.is_none_or(|low| low <= amount.value));
                assert!(amount.high.is_none_or(|high| amount.value <= high));
            }
        }
    }
    assert!(degrees(cell).is_none_or(f64::is_finite));
    word_date(cell);
    number_date(cell);
});
