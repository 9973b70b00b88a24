//! Sites, phases, zones, prices, chips and countries, as they were loaded.
//!
//! The model knows no file format, no scenario and no screen. It answers what can be answered
//! from the tables alone: which chip a cell means, which countries a code stands for, which
//! price a zone has in a month (RULES C1, C2).

mod codes;
pub mod column;
mod dataset;
mod extra;
pub mod hours;
pub mod names;
mod origins;
pub mod price;
mod resolve;
mod site_index;
pub mod table;
pub mod tables;
pub mod time;
pub mod words;

pub use codes::Codes;
pub use column::{Column, Maybe, Run};
pub use dataset::{
    AddedRows, Dataset, DatasetInfo, LeftOut, MOST_ZONE_LEVELS, PhasesOf, SourceFile,
};
pub use extra::{ExtraColumns, title_key};
pub use hours::{
    Hour, HourRows, HourSeries, HourlyPrices, LaterHours, LocalHours, MOST_HOURS, NotTaken,
    ReadHours, Summary, ZoneHours, spread,
};
pub use names::{Name, NameMap, Names, Renaming};
pub use origins::{Origin, Origins};
pub use price::{PriceAt, PriceBook, SectorChoice};
pub use resolve::{
    AliasKind, ChipRef, Meaning, NONE_NAMED, ORBIT, Resolver, UNRESOLVED, fold, is_written,
    split_list,
};
pub use site_index::SiteIndex;
pub use tables::{
    Alias, Chip, Contract, Country, Event, Limit, Parameter, Phase, Phases, Price, Prices,
    RowTables, Rule, Site, Sites, Source, TableKind, Tenancy, Throughput, Zone,
};
pub use time::{DatePolicy, Day, Grid, MaybeDay, Month, Precision};
pub use words::*;
