//! What is said of a file of prices: what each column became, and what the file left open.

use super::form::{PriceForm, Span, ZoneFrom};
use super::merge::Merger;
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::io::open::Opened;

impl PriceForm {
    /// Whether its rows become rows of the table of prices.
    pub(in crate::io) fn span_is_months(&self) -> bool {
        matches!(self.span, Span::Months(_))
    }
}

/// What a column of a file of prices became.
pub(in crate::io) fn use_of(form: &PriceForm, at: usize) -> String {
    let time = &form.time;
    let ends = if form.ends { "end" } else { "begin" };
    if let Some(value) = form.values.iter().find(|value| value.at == at) {
        let unit = value.unit.as_ref().unwrap_or(&form.unit).words();
        let mut out = format!("price in {unit}");
        if let Some(zone) = &value.zone {
            out.push_str(&format!(" of {zone}"));
        }
        if let Some(sector) = value.sector {
            out.push_str(&format!(" of {} customers", sector.word()));
        }
        if let Some((number, _)) = value.hour {
            out.push_str(&format!(" of part {number} of the day"));
        }
        if let Some((from, to)) = value.period {
            out.push_str(&if from == to {
                format!(" of {from}")
            } else {
                format!(" of {from} to {to}")
            });
        }
        return out;
    }
    if form.zone == ZoneFrom::Column(at) && form.sector_at == Some(at) {
        return "zone and sector".to_owned();
    }
    if form.zone == ZoneFrom::Column(at) {
        return "zone".to_owned();
    }
    let is = |column: Option<usize>| column == Some(at);
    match () {
        () if is(time.at) => match form.span {
            Span::Months(_) => "from".to_owned(),
            Span::Days => format!("day, by the clock of {}", form.clock.words()),
            Span::Hours if time.hour.is_some() => {
                format!("day, by the clock of {}", form.clock.words())
            }
            Span::Hours => {
                format!(
                    "{ends} of {} minutes, by the clock of {}",
                    form.minutes,
                    form.clock.words()
                )
            }
        },
        () if is(time.to) => "to".to_owned(),
        () if is(time.month) => "month of the year".to_owned(),
        () if is(time.day_of_month) => "day of the month".to_owned(),
        () if is(time.hour) => format!("part of the day, of {} minutes", form.minutes),
        () if is(time.part) => "quarter of the hour".to_owned(),
        () if is(time.second) => "second hour of a clock that was put back".to_owned(),
        () if is(form.unit_at) => "unit".to_owned(),
        () if is(form.currency_at) => "currency".to_owned(),
        () if is(form.sector_at) => "sector".to_owned(),
        () if is(form.basis_at) => "basis".to_owned(),
        () if is(form.source_at) => "source".to_owned(),
        () => {
            let rows =
                |(column, words): &(usize, Vec<String>)| (*column == at).then(|| words.join(", "));
            if let Some(words) = form.only.iter().find_map(rows) {
                return format!("rows with {words} alone are prices");
            }
            if let Some(words) = form.except.iter().find_map(rows) {
                return format!("rows with {words} are no prices");
            }
            if form.series_at.contains(&at) { "series".to_owned() } else { "not used".to_owned() }
        }
    }
}

/// Says what the file left open, and how it was read.
pub(super) fn tell(file: &Opened<'_>, form: &PriceForm, read: &Merger<'_>, report: &mut Report) {
    let path = &file.input.path;
    let mut say =
        |code: &'static str, what: String, found: &str, expected: &str, help: Option<String>| {
            let severity = if code.starts_with('W') { Severity::Warning } else { Severity::Note };
            report.push(Diagnostic {
                code,
                severity,
                what,
                place: Place::line(path, 1),
                found: excerpt(found),
                expected: expected.to_owned(),
                help,
            });
        };
    let header = file.header.join(",");
    if !form.said.unit && !form.mapped {
        let unit = form.unit.words();
        let what = format!("nothing says the unit of the prices; they are read as {unit}");
        let help = Some("`wattlas map FILE` writes a mapping in which it can be said".to_owned());
        say("W243", what, &header, "a unit such as EUR/MWh in the title", help);
    } else if form.unit.currency.is_none()
        && form.currency_at.is_none()
        && form.values.iter().all(|value| value.unit.as_ref().is_none_or(|u| u.currency.is_none()))
    {
        let what =
            "nothing says the currency of the prices; they are read as US dollars".to_owned();
        let help = Some("write it in the title, as EUR/MWh".to_owned());
        say("W243", what, &header, "a currency", help);
    }
    if !form.said.clock && form.span == Span::Hours && !form.mapped {
        let ahead = file.input.built_in;
        if !ahead && read.prices > 0 && !times_say(file, form) {
            let what = "nothing says by which clock the times are; they are read as UTC".to_owned();
            let help = Some("write `(UTC)` in the title, or an offset in the cells".to_owned());
            say("W239", what, &header, "a zone of time", help);
        }
    }
    if read.other_series.0 > 0 {
        let (count, first) = &read.other_series;
        let what = format!("{count} prices of a second series of their zone are not used");
        let help = Some("the series of a zone's first row is used".to_owned());
        say("W240", what, first, "one series a zone", help);
    }
    if read.other_currency.0 > 0 {
        let (count, first) = &read.other_currency;
        let what = format!("{count} prices in a second currency of their zone are not used");
        say("W240", what, first, "one currency a zone", None);
    }
    tell_money(read, &mut say);
    if form.span == Span::Hours && form.minutes < 60 && read.prices > 0 {
        let what = format!("prices of {} minutes are averaged to hours", form.minutes);
        say("N309", what, &header, "one price an hour", None);
    }
    if form.span == Span::Days && read.prices > 0 {
        let what = "prices of days stand for each of their hours".to_owned();
        say("N309", what, &header, "one price an hour", None);
    }
    if read.counts.others > 0 {
        let count = read.counts.others;
        let what =
            format!("{count} rows are no prices of their own, as parts of a price or sums are");
        say("N310", what, &header, "prices", None);
    }
    if !form.said.sector && form.span_is_months() && form.sector_at.is_none() && !form.mapped {
        let what = format!("nothing says who pays; the prices are read as {}", form.sector.word());
        say("N311", what, &header, "a column `sector`", None);
    }
    tell_zones(read, &mut say);
}

/// Says a code, what it is, what was found, what was expected, and how to mend it.
type Say<'a> = dyn FnMut(&'static str, String, &str, &str, Option<String>) + 'a;

/// Says which prices have no rate of exchange, or one that is held.
fn tell_money(read: &Merger<'_>, say: &mut Say<'_>) {
    let mut money: Vec<(&&str, &u64)> = read.no_rate.iter().collect();
    money.sort();
    for (currency, count) in money {
        let what =
            format!("{count} prices in {currency} have no rate of exchange, and no price in USD");
        let help = Some("give a table of rates: currency, month, usd".to_owned());
        say("W241", what, currency, "a rate of the month or an earlier one", help);
    }
    let mut money: Vec<(&&str, &u64)> = read.held.iter().collect();
    money.sort();
    for (currency, count) in money {
        let what = format!(
            "{count} prices in {currency} lie beyond the last rate of exchange, which is held"
        );
        let help = Some("give a table of rates: currency, month, usd".to_owned());
        say("N313", what, currency, "a rate of the month", help);
    }
}

/// Says which zones are none that is known.
fn tell_zones(read: &Merger<'_>, say: &mut Say<'_>) {
    if !read.new_zones.is_empty() {
        let (lost, within): (Vec<_>, Vec<_>) =
            read.new_zones.iter().partition(|(_, parent)| parent.is_none());
        if !within.is_empty() {
            let names: Vec<String> = within
                .iter()
                .map(|(zone, parent)| format!("{zone} in {}", parent.as_deref().unwrap_or("")))
                .collect();
            let what = format!(
                "{} zones are rows of no table, and take the parent of their market",
                within.len()
            );
            say("N312", what, &names.join(", "), "id of a row of the zones", None);
        }
        if !lost.is_empty() {
            let names: Vec<&str> = lost.iter().map(|(zone, _)| zone.as_str()).collect();
            let what = format!("{} zones are rows of no table, and lie in none", names.len());
            let help = Some("give a table of zones with their parents".to_owned());
            say("W209", what, &names.join(", "), "id of a row of the zones", help);
        }
    }
}

/// Whether the cells of times say their offset themselves.
fn times_say(file: &Opened<'_>, form: &PriceForm) -> bool {
    use super::clock::Stamp;
    let Some(at) = form.time.at else { return false };
    let head = file.beginning();
    let mut records = crate::io::text::Records::new(&head, file.delimiter, 0);
    let mut record = csv::StringRecord::new();
    for _ in 0..=file.records {
        records.next(&mut record);
    }
    let stamp = record.get(at).and_then(|cell| Stamp::parse(cell, form.order));
    stamp.is_some_and(|stamp| stamp.ahead.is_some())
}
