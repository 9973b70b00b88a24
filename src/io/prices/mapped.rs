//! What a mapping says of a file of prices, and a mapping of one.

use super::clock::Clock;
use super::form::{PriceForm, Span, Value, ZoneFrom};
use super::unit::PriceUnit;
use crate::io::mapping::{MappedColumn, Mapping, Role};
use crate::model::TableKind;
use crate::model::table::Slot;
use crate::model::tables::{hours, prices};

/// The columns of our tables that say zone, time and price.
fn slots(table: TableKind) -> [Slot; 3] {
    match table {
        TableKind::Prices => [prices::AT.zone, prices::AT.from, prices::AT.usd_per_mwh],
        _ => [hours::AT.zone, hours::AT.hour, hours::AT.price_usd_per_mwh],
    }
}

/// Whether a text names a clock.
pub(in crate::io) fn is_clock(text: &str) -> bool {
    Clock::parse(text).is_some()
}

/// Whether a text is a unit of prices.
pub(in crate::io) fn is_unit(text: &str) -> bool {
    PriceUnit::find(text).is_some()
}

impl PriceForm {
    /// The same with what a mapping says: which column is the zone, the time and the price, in which
    /// unit, by which clock.
    pub(in crate::io) fn mapped(mut self, map: &Mapping, header: &[String]) -> Self {
        let [zone, time, price] = slots(map.table);
        let mut at = 0;
        for column in &map.columns {
            // Columns stand in the order of the file.
            let found = header[at..].iter().position(|title| *title == column.header);
            let Some(place) = found.map(|found| found + at) else { continue };
            at = place + 1;
            let Role::Columns(slots) = &column.role else { continue };
            match slots.first() {
                Some(slot) if *slot == zone => self.zone = ZoneFrom::Column(place),
                Some(slot) if *slot == time => self.time.at = Some(place),
                Some(slot) if *slot == price => self.price_at(place, column),
                _ => {}
            }
        }
        if map.table == TableKind::Hours && self.span_is_months() {
            self.span = Span::Hours;
        }
        if let Some(clock) = map.time_zone.as_deref().and_then(Clock::parse) {
            (self.clock, self.said.clock) = (clock, true);
        }
        self.ends = map.ends.unwrap_or(self.ends);
        self.mapped = true;
        self
    }

    /// Takes a column for prices; of several each has its place in the form already.
    fn price_at(&mut self, at: usize, column: &MappedColumn) {
        let unit = PriceUnit::find(&column.unit);
        self.decimal = column.decimal.unwrap_or(self.decimal);
        if let Some(own) = self.values.iter_mut().find(|value| value.at == at) {
            own.unit = unit.or_else(|| own.unit.take());
        } else {
            self.values = vec![Value { at, unit, ..Value::default() }];
        }
    }

    /// The role and unit of a column in a mapping; none of one that a mapping does not change.
    pub(in crate::io) fn role_of(&self, at: usize) -> Option<(&'static str, Option<String>)> {
        let months = self.span_is_months();
        if self.zone == ZoneFrom::Column(at) {
            return Some(("zone", None));
        }
        if self.time.at == Some(at) {
            return Some((if months { "from" } else { "hour" }, None));
        }
        let value = self.values.iter().find(|value| value.at == at)?;
        let unit = value.unit.as_ref().unwrap_or(&self.unit).words();
        Some(("price_usd_per_mwh", Some(unit)))
    }

    /// Its clock and whether its times are those of ends, for a mapping.
    pub(in crate::io) fn times_of(&self) -> (String, &'static str) {
        (self.clock.words(), if self.ends { "end" } else { "begin" })
    }
}
