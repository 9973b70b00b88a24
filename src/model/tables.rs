//! The tables of a data set. Big ones are columns; small ones are rows.
//!
//! Columns and units are those of `docs/data-format.md`. Every row knows where it came from.

use super::column::{Joins, Maybe, columns};
use super::names::Name;
use super::origins::Origin;
use super::time::{Day, MaybeDay, Month, Precision};
use super::words::{
    Basis, Confidence, CoordPrecision, CountScope, Kind, Scope, Sector, Status, ZoneKind,
};

impl Joins for MaybeDay {}
impl Joins for Month {}
impl Joins for Precision {}

columns! {
    /// Campuses, clusters, fleets and orbital programmes.
    Sites of
    /// One site.
    Site {
        /// Key.
        id: Name,
        /// As commonly written.
        name: Name,
        /// Who runs it; several with `; `.
        operator: Name,
        /// Who owns it.
        owner: Name,
        /// Who uses its compute.
        users: Name,
        /// ISO 3166-1 alpha-3; for orbital rows that of the operator.
        country: Name,
        /// ISO 3166-2.
        subdivision: Name,
        /// Bidding zone, where the country is split by market.
        price_zone: Name,
        /// Nearest town.
        city: Name,
        /// Latitude in degrees, WGS 84.
        lat: Maybe,
        /// Longitude in degrees, WGS 84.
        lon: Maybe,
        /// How good the coordinates are.
        coord_precision: CoordPrecision,
        /// Ground or orbit.
        kind: Kind,
        /// State of the most advanced phase.
        status: Status,
        /// That state as it is written, where it is not the table's own word.
        status_said: Name,
        /// Design or reported PUE.
        pue: Maybe,
        /// Cooling, in words.
        cooling: Name,
        /// Power source, in words.
        power_source: Name,
        /// Pages, best first, parted by ` | `.
        sources: Name,
        /// Day of the newest source.
        as_of: MaybeDay,
        /// Remarks.
        notes: Name,
    }
}

columns! {
    /// Increments of capacity.
    Phases of
    /// One increment.
    Phase {
        /// Position of its site in [`Sites`].
        site: u32,
        /// Name within the site.
        phase: Name,
        /// Nominal day of going online; none if the table does not say.
        online: MaybeDay,
        /// How well that day is known.
        precision: Precision,
        /// Phase of the same site whose increment contains this one.
        included_in: Name,
        /// Day on which the increment ends.
        retired: MaybeDay,
        /// MW added, as stated under `facility_mw`.
        facility_mw: Maybe,
        /// MW of IT load added.
        it_mw: Maybe,
        /// What a stated `facility_mw` is.
        basis: Basis,
        /// AI or whole campus.
        scope: Scope,
        /// Chip cell as written.
        chip: Name,
        /// Number of accelerators.
        chip_count: Maybe,
        /// Whether that is the number of this phase.
        chip_count_scope: CountScope,
        /// Who uses this increment; several with `; `.
        tenant: Name,
        /// As the table gives it.
        status: Status,
        /// The same as it is written, where it is not the table's own word.
        status_said: Name,
        /// How well it is supported.
        confidence: Confidence,
        /// Cost in bn USD.
        capex_usd_bn: Maybe,
        /// Page with the main figure.
        source: Name,
        /// Its day.
        as_of: MaybeDay,
        /// Remarks.
        notes: Name,
    }
}

columns! {
    /// Electricity prices.
    Prices of
    /// One price over some months.
    Price {
        /// Zone code.
        zone: Name,
        /// Who pays it.
        sector: Sector,
        /// Publisher and method.
        series: Name,
        /// First month.
        from: Month,
        /// Last month, included.
        to: Month,
        /// Nominal USD per MWh.
        usd_per_mwh: Maybe,
        /// Price per MWh in the currency of the source.
        local: Maybe,
        /// That currency.
        currency: Name,
        /// What was averaged.
        basis: Name,
        /// Id in the table of sources.
        source: Name,
    }
}

/// Who uses a phase, from when to when.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenancy {
    /// Position of the site.
    pub site: u32,
    /// Phase of the site; empty for all.
    pub phase: Name,
    /// Who uses it.
    pub tenant: Name,
    /// First day.
    pub from: Option<Day>,
    /// Day after the last; open if none.
    pub to: Option<Day>,
    /// Share of the phase, 0 to 1.
    pub share: f64,
    /// Page.
    pub source: Name,
    /// Remarks.
    pub notes: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// A deal on compute, capacity or energy.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Key.
    pub id: Name,
    /// Who buys.
    pub buyer: Name,
    /// Who sells.
    pub seller: Name,
    /// Day of the announcement.
    pub announced: Option<Day>,
    /// First day.
    pub start: Option<Day>,
    /// Last day.
    pub end: Option<Day>,
    /// MW of the deal.
    pub capacity_mw: Maybe,
    /// What those are.
    pub mw_basis: Basis,
    /// Value in bn USD.
    pub value_usd_bn: Maybe,
    /// Chips, in words.
    pub hardware: Name,
    /// Sites, parted by `;`.
    pub site_ids: Name,
    /// Contract that contains this one.
    pub within: Name,
    /// Where, in words.
    pub geography: Name,
    /// `compute`, `energy` …
    pub kind: Name,
    /// `active`, `letter of intent` …
    pub status: Name,
    /// Page.
    pub source: Name,
    /// Remarks.
    pub notes: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// A dated event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its day.
    pub date: Day,
    /// `limits`, `deal`, `policy`, `power`, `launch`, `other`.
    pub kind: Name,
    /// Short text.
    pub label: Name,
    /// Long text.
    pub detail: Name,
    /// Page.
    pub source: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// A zone of the tree site → bidding zone or state → country.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// Key.
    pub id: Name,
    /// As commonly written.
    pub name: Name,
    /// What it is.
    pub kind: ZoneKind,
    /// Alpha-3 of its country.
    pub country: Name,
    /// Enclosing zone.
    pub parent: Name,
    /// `TWh` a year.
    pub annual_demand_twh: Maybe,
    /// Year of the demand.
    pub demand_year: Maybe,
    /// Peak load, MW.
    pub peak_mw: Maybe,
    /// Number of households.
    pub households: Maybe,
    /// kWh a household uses in a year.
    pub household_kwh_year: Maybe,
    /// g CO2e per kWh, yearly average.
    pub carbon_g_per_kwh: Maybe,
    /// Year of the carbon figure.
    pub carbon_year: Maybe,
    /// Pages or packages.
    pub source: Name,
    /// Remarks.
    pub notes: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// A source that prices name by id.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Key.
    pub id: Name,
    /// Who publishes it.
    pub publisher: Name,
    /// Page.
    pub url: Name,
    /// Licence in words.
    pub licence: Name,
    /// Remarks.
    pub notes: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// A kind of accelerator.
#[derive(Clone, Debug, PartialEq)]
pub struct Chip {
    /// Key.
    pub chip: Name,
    /// Who designs it.
    pub vendor: Name,
    /// Month of release, as written.
    pub released: Name,
    /// Power of the chip, W.
    pub tdp_w: Maybe,
    /// All IT power per chip, W.
    pub server_w_per_chip: Maybe,
    /// H100 equivalents of one chip.
    pub h100e: Maybe,
    /// Price, USD.
    pub price_usd: Maybe,
    /// Pages.
    pub source: Name,
    /// Remarks.
    pub notes: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// A country.
#[derive(Clone, Debug, PartialEq)]
pub struct Country {
    /// Alpha-3: the key.
    pub iso3: Name,
    /// Alpha-2.
    pub iso2: Name,
    /// English name.
    pub name: Name,
    /// Continent.
    pub continent: Name,
    /// Region of the United Nations.
    pub un_region: Name,
    /// People.
    pub population: Maybe,
    /// Political regime.
    pub regime: Name,
    /// Data-residency bloc.
    pub data_bloc: Name,
    /// Remarks on its power market.
    pub market_notes: Name,
    /// Pages.
    pub source: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// A figure of the literature, with its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Key.
    pub key: Name,
    /// What it is.
    pub label: Name,
    /// Low end.
    pub low: Maybe,
    /// Central value.
    pub central: Maybe,
    /// High end.
    pub high: Maybe,
    /// Unit of all three.
    pub unit: Name,
    /// Page.
    pub source: Name,
    /// Remarks.
    pub notes: Name,
    /// Where the row stands.
    pub origin: Origin,
}

/// Another name for a chip, a chip vendor or an organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// `chip`, `chip_vendor` or `organisation`.
    pub kind: Name,
    /// As it stands in cells.
    pub alias: Name,
    /// What it means.
    pub id: Name,
    /// Share of the alias that is this one; empty for the whole.
    pub share: Maybe,
    /// Where the row stands.
    pub origin: Origin,
}
