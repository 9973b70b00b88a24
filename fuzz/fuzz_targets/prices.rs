//! Any rows under the titles of a publisher of prices: whatever they are, the load ends with data or
//! findings, and no row is lost unseen.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wattlas::io::{self, Input};
use wattlas::scenario::Alone;

const TITLES: [&str; 12] = [
    "MTU (CET/CEST),Area,Sequence,Day-ahead Price (EUR/MWh)",
    "Delivery Date,Hour Ending,Repeated Hour Flag,Settlement Point,Settlement Point Price",
    "INTERVALSTARTTIME_GMT,NODE,LMP_TYPE,MW",
    "REGION,SETTLEMENTDATE,TOTALDEMAND,RRP,PERIODTYPE",
    "Node,Type,Value,HE 1,HE 2,HE 3",
    "freq,nrg_cons,unit,tax,currency,geo\\TIME_PERIOD\t2024-S1 \t2024-S2",
    "description,units,source key,Jan 2024,Feb 2024,Mar 2024",
    "Date;Hours;SE1;SE2;Oslo",
    "Settlement Date,Settlement Period,Price GBP/MWh",
    "zone,hour,price_usd_per_mwh",
    "Country,ISO3 Code,Date,Price (EUR/MWhe)",
    "Year,Month,State,Sector,Price (Cents/kWh)",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rows)) = bytes.split_first() else { return };
    let titles = TITLES[usize::from(*first) % TITLES.len()];
    let text = [titles.as_bytes(), b"\n", rows].concat();
    let input = Input { path: "prices.csv".into(), bytes: text.into(), built_in: false };
    let loaded = io::load(&[input], &io::Unwatched, &Alone).expect("nobody stops it");
    for table in &loaded.report.tables {
        assert!(table.kept <= table.rows);
    }
});
