//! Countries, their regions and blocs.

use crate::model::table::table;
use crate::model::{Maybe, Name};

table! {
    /// Countries, their regions and blocs.
    rows countries: Country unique(iso3: iso3) {
        /// Key.
        iso3: Name = Key Text "ISO 3166-1 alpha-3, no two alike"; "iso3 alpha3";
        /// Short code.
        iso2: Name = Extra Code "ISO 3166-1 alpha-2"; "iso2 alpha2";
        /// English name.
        name: Name = Key Text; "name country";
        /// Continent.
        continent: Name = Key Text; "continent";
        /// Region of the United Nations.
        un_region: Name = Extra Text; "unregion";
        /// People.
        population: Maybe = Extra Amount; "population";
        /// Year of that number.
        population_year: Maybe = Extra Year; "populationyear";
        /// Political regime (Regimes of the World).
        regime: Name = Extra Text; "regime";
        /// Year of that class.
        regime_year: Maybe = Extra Year; "regimeyear";
        /// Data-residency bloc.
        data_bloc: Name = Extra Text; "databloc bloc";
        /// How the power market is split.
        market_notes: Name = Extra Text; "marketnotes";
        /// Pages.
        source: Name = Extra Text; "source";
    }
}
