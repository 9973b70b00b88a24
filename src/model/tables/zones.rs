//! Countries, subdivisions, bidding zones and markets: the tree of prices.

use crate::model::table::table;
use crate::model::{Maybe, Name, ZoneKind};

table! {
    /// Countries, subdivisions, bidding zones and markets: the tree of prices.
    rows zones: Zone unique(id: id) {
        /// ISO 3166-1 alpha-3, ISO 3166-2, or a zone code.
        id: Name = Key Text "text, no two alike"; "id zoneid zone code";
        /// As commonly written.
        name: Name = Key Text; "name zonename";
        /// What it is.
        kind: ZoneKind = Header Text "country, subdivision or bidding_zone"; "kind type";
        /// Its country.
        country: Name = Extra Code "ISO 3166-1 alpha-3"; "country";
        /// Enclosing zone.
        parent: Name = Extra Code "id of a zone"; "parent";
        /// Electricity demand a year.
        annual_demand_twh: Maybe = Extra Amount "a number ≥ 0, in TWh"; "annualdemandtwh demand";
        /// Year of the demand.
        demand_year: Maybe = Extra Year; "demandyear";
        /// Peak load.
        peak_mw: Maybe = Extra Power; "peakmw peak";
        /// Number of households.
        households: Maybe = Extra Amount; "households";
        /// kWh that a household uses in a year.
        household_kwh_year: Maybe = Extra Amount "a number ≥ 0, in kWh"; "householdkwhyear";
        /// Carbon intensity, yearly average.
        carbon_g_per_kwh: Maybe = Extra Amount "a number ≥ 0, in g CO2e per kWh";
            "carbongperkwh carbon carbonintensity";
        /// Year of the carbon figure.
        carbon_year: Maybe = Extra Year; "carbonyear";
        /// Pages or packages.
        source: Name = Extra Text; "source";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}
