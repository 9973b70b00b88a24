//! The tables of a data set, one file each, and the list of them.

mod list;
pub mod shared;

use list::tables;

tables! {
    Dataset dataset, by_hand;
    Sources sources: Vec<Source>;
    Countries countries: Vec<Country>;
    Zones zones: Vec<Zone>;
    Chips chips: Vec<Chip>;
    Aliases aliases: Vec<Alias>;
    Parameters parameters: Vec<Parameter>;
    Rates rates: Vec<Rate>;
    Prices prices: Prices;
    Hours hours, by_hand;
    Sites sites, by_hand;
    Phases phases, by_hand;
    Tenancies tenancies: Vec<Tenancy>;
    Contracts contracts: Vec<Contract>;
    Events events: Vec<Event>;
    Limits limits: Vec<Limit>;
    Rules rules: Vec<Rule>;
    Throughput throughput: Vec<Throughput>;
}

pub use aliases::Alias;
pub use chips::Chip;
pub use contracts::Contract;
pub use countries::Country;
pub use events::Event;
pub use limits::Limit;
pub use parameters::Parameter;
pub use phases::{Phase, Phases};
pub use prices::{Price, Prices};
pub use rates::Rate;
pub use rules::Rule;
pub use sites::{Site, Sites};
pub use sources::Source;
pub use tenancies::Tenancy;
pub use throughput::Throughput;
pub use zones::Zone;
