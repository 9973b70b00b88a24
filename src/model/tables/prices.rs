//! Electricity prices by zone, sector and month.

use crate::model::table::{Cells, Doubt, Settle, table};
use crate::model::{Maybe, Month, Name, Sector};

table! {
    /// Electricity prices by zone, sector and month.
    columns prices: Prices of Price unique(from: zone, sector, series, from, to), settled {
        /// Zone of the price.
        zone: Name = Key Text "id of a zone"; "zone zoneid region iso3code country";
        /// Who pays it.
        sector: Sector = Key Text "industrial, commercial, residential or wholesale";
            "sector customer";
        /// Publisher and method; rows of one series are comparable over time.
        series: Name = Extra Text; "series";
        /// First month of the price.
        from: Month = Key Month by_hand; "from month date start";
        /// Last month, included; that of `from` if missing.
        to: Month = Open Month by_hand "a month not before `from`"; "to end";
        /// Nominal price.
        usd_per_mwh as price_usd_per_mwh: Maybe = Key Price;
            "priceusdpermwh price pricemwh lmp usdmwh";
        /// Price per MWh in the currency of the source.
        local as price_local: Maybe = Extra Number "a finite number"; "pricelocal";
        /// That currency.
        currency: Name = Extra Text "ISO 4217"; "currency";
        /// What was averaged, customer size, taxes.
        basis: Name = Extra Text; "basis";
        /// Source.
        source: Name = Extra Text "id of a source"; "source";
    } and {
    } carried {
    }
}

/// A row that covers more months than this is a slip of the keyboard.
const LONGEST_PRICE_MONTHS: i32 = 1200;

impl Settle for Price {
    fn settle(&mut self, cells: &mut impl Cells) {
        if cells.is_empty(AT.to) {
            self.to = self.from;
        }
        if self.to < self.from {
            cells.doubt(AT.to, Doubt::OutOfOrder);
        }
        if self.to.index() - self.from.index() > LONGEST_PRICE_MONTHS {
            cells.doubt(AT.to, Doubt::LongPrice);
        }
    }
}
