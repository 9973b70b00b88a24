//! Prices in the forms of those who publish them, and in other clothes: each file of `prices/` has what
//! it holds beside it, worked out by another program.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wattlas::io::{self, Loaded, Unwatched};
use wattlas::model::{Hour, Month, Sector, SectorChoice};
use wattlas::scenario::Alone;

fn load(path: &Path) -> Loaded {
    let places = |input: &io::Input| {
        ["countries.csv", "zones.csv"].iter().any(|name| input.path.ends_with(name))
    };
    let mut inputs: Vec<io::Input> = io::builtin::inputs().into_iter().filter(places).collect();
    inputs.push(io::read_file(path).unwrap());
    io::load(&inputs, &Unwatched, &Alone).unwrap()
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "csv" || e == "tsv") {
            out.push(path);
        }
    }
}

/// Whether some zone has a price in its own currency at an hour, or from a month on.
fn holds(loaded: &Loaded, point: &Value) -> bool {
    let wanted = point["value_per_mwh"].as_f64().unwrap();
    let near = |value: f64| (value - wanted).abs() < 0.006 + wanted.abs() * 1e-5;
    let data = &loaded.data;
    let at_hour = |hour: Hour| {
        data.given_hours.zones.iter().any(|zone| {
            let own = zone.local.as_ref().map_or(&zone.prices, |local| &local.prices);
            own.get(hour).is_some_and(near)
        })
    };
    if let Some(hour) = point["utc_hour"].as_str() {
        return at_hour(Hour::parse(hour).unwrap());
    }
    let from = point["from"].as_str().unwrap();
    if from.len() == 10 {
        return at_hour(Hour::parse(&format!("{from}T12:00Z")).unwrap());
    }
    let month = Month::parse(from).unwrap();
    let prices = &data.tables.prices;
    let own = |at: usize| !data.files[usize::from(prices.origin.at(at).file)].built_in;
    (0..prices.len())
        .any(|at| own(at) && prices.from[at] == month && prices.local[at].get().is_some_and(near))
}

#[test]
fn every_published_form_is_read_as_it_is_meant() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field/prices"), &mut all);
    all.sort();
    assert!(all.len() > 90, "{} files", all.len());
    let mut wrong = Vec::new();
    for path in &all {
        let text = fs::read_to_string(path.with_extension("expect.json")).unwrap();
        let expect: Value = serde_json::from_str(&text).unwrap();
        let points = expect["points"].as_array().unwrap();
        assert!(points.len() >= 2, "{}", path.display());
        let loaded = load(path);
        let count = loaded.report.tables.iter().find(|table| table.file == *path).unwrap();
        let lost = points.iter().filter(|point| !holds(&loaded, point)).count();
        if lost > 0 {
            let name = path.file_name().unwrap().to_string_lossy();
            wrong.push(format!("{name}: {lost} of {} ({})", points.len(), count.because));
        }
        // Rows read are kept or told.
        let told = loaded.report.findings().iter().any(|f| f.place.file == *path);
        assert!(count.kept == count.rows || told, "{}", path.display());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn load_text(files: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = io::builtin::inputs();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        inputs.push(io::read_file(&path).unwrap());
    }
    io::load(&inputs, &Unwatched, &Alone).unwrap()
}

/// Hours of a month, a value each, without some of them.
fn hours_of(month: &str, zone: &str, without: u32) -> String {
    let month = Month::parse(month).unwrap();
    let mut text = String::new();
    for hour in without..month.days() as u32 * 24 {
        let (day, of_day) = (hour / 24 + 1, hour % 24);
        text += &format!("{zone},{month}-{day:02}T{of_day:02}:00Z,{}\n", hour % 10);
    }
    text
}

fn wholesale(loaded: &Loaded, zone: &str, month: &str) -> Option<(f64, String)> {
    let data = &loaded.data;
    let zone = data.names.find(zone)?;
    let month = Month::parse(month).unwrap();
    let found = data.price_book().price(zone, Sector::Wholesale, month)?;
    Some((found.usd_per_mwh, data.text(found.series).to_owned()))
}

/// RULES C6.
#[test]
fn the_mean_of_a_month_of_hours_is_its_wholesale_price() {
    let text = |without: u32| {
        let header = "zone,hour,price_usd_per_mwh\n";
        format!("{header}{}", hours_of("2031-04", "US-WY", without))
    };
    // 648 of 720 hours are 90 %.
    let known = load_text(&[("own.csv", &text(72))]);
    let (price, series) = wholesale(&known, "US-WY", "2031-04").unwrap();
    // Hours 72 to 719, of which each last digit stands for its price.
    let mean = (72..720).map(|hour| f64::from(hour % 10)).sum::<f64>() / 648.0;
    assert!((price - mean).abs() < 1e-6, "{price} instead of {mean}");
    assert_eq!(series, "hours");
    let site = known.data.sites.len();
    assert!(site > 0 && SectorChoice::parse("wholesale").is_some());
    // One hour less is too few, and the hours are shown all the same.
    let few = load_text(&[("own.csv", &text(73))]);
    assert_ne!(wholesale(&few, "US-WY", "2031-04").map(|found| found.1), Some("hours".to_owned()));
    assert!(!few.data.given_hours.is_empty());
}

#[test]
fn prices_keep_their_currency_and_become_dollars_by_the_rate_of_their_month() {
    let prices = "Country,ISO3 Code,Date,Price (EUR/MWhe)\nFrance,FRA,2026-10-01,50\n\
                  France,FRA,2026-09-01,40\nFrance,FRA,1998-01-01,20\n";
    let loaded = load_text(&[("ember.csv", prices)]);
    let data = &loaded.data;
    let own = |month: &str| {
        let month = Month::parse(month).unwrap();
        let rows = &data.tables.prices;
        let at = (0..rows.len())
            .find(|at| data.text(rows.series[*at]) == "Ember" && rows.from[*at] == month);
        let at = at.unwrap();
        (rows.local[at].get(), rows.usd_per_mwh[at].get(), data.text(rows.currency[at]).to_owned())
    };
    // European Central Bank: 1.12016 USD per EUR, mean of October 2026.
    assert_eq!(own("2026-10"), (Some(50.0), Some(50.0 * 1.12016), "EUR".to_owned()));
    assert_eq!(own("1998-01"), (Some(20.0), None, "EUR".to_owned()));
    let codes: Vec<&str> = loaded.report.findings().iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&"W241"), "{codes:?}");
    // The built-in prices stay.
    assert!(data.tables.prices.len() > 1000);
    // The user's own rate goes first.
    let rates = "currency,month,usd\nEUR,2026-10,2\n";
    let loaded = load_text(&[("ember.csv", prices), ("rates.csv", rates)]);
    let rows = &loaded.data.tables.prices;
    assert!(rows.usd_per_mwh.iter().any(|price| price.get() == Some(100.0)));
}

#[test]
fn a_clock_that_is_put_back_has_its_hour_twice_and_forward_not_at_all() {
    let header = "Date,Hour Ending,Settlement Point,Settlement Point Price,Repeated Hour Flag\n";
    let rows = "11/02/2025,01:00,HB_NORTH,10,N\n11/02/2025,02:00,HB_NORTH,20,N\n\
                11/02/2025,02:00,HB_NORTH,21,Y\n11/02/2025,03:00,HB_NORTH,30,N\n\
                03/08/2026,02:00,HB_NORTH,5,N\n03/08/2026,03:00,HB_NORTH,6,N\n";
    let loaded = load_text(&[("ercot.csv", &format!("{header}{rows}"))]);
    let zone = &loaded.data.given_hours.zones[0];
    let at = |hour: &str| zone.prices.get(Hour::parse(hour).unwrap());
    assert_eq!(loaded.data.text(zone.zone), "HB_NORTH");
    // Central daylight time is five hours behind, standard time six.
    assert_eq!(at("2025-11-02T05:00Z"), Some(10.0));
    assert_eq!([at("2025-11-02T06:00Z"), at("2025-11-02T07:00Z")], [Some(20.0), Some(21.0)]);
    assert_eq!(at("2025-11-02T08:00Z"), Some(30.0));
    assert_eq!(at("2026-03-08T07:00Z"), Some(5.0));
    let told = loaded.report.findings().iter().find(|f| f.code == "W242").unwrap();
    assert_eq!(told.place.line.map(std::num::NonZero::get), Some(7));
    // The hub lies in the zone of its market.
    let hub = loaded.data.zone(zone.zone).unwrap();
    assert_eq!(loaded.data.text(hub.parent), "US-ERCO-NCEN");
}

#[test]
fn a_second_series_or_currency_of_a_zone_is_not_mixed_with_the_first() {
    let header = "Interval Start,Location,Market,LMP ($/MWh)\n";
    let rows = "2025-07-01 00:00:00-05:00,SPPNORTH_HUB,DAY_AHEAD_HOURLY,10\n\
                2025-07-01 01:00:00-05:00,SPPNORTH_HUB,REAL_TIME_5_MIN,99\n";
    let loaded = load_text(&[("lmp.csv", &format!("{header}{rows}"))]);
    let zone = &loaded.data.given_hours.zones[0];
    assert_eq!(zone.prices.get(Hour::parse("2025-07-01T05:00Z").unwrap()), Some(10.0));
    assert_eq!(zone.prices.get(Hour::parse("2025-07-01T06:00Z").unwrap()), None);
    let table = loaded.report.tables.iter().find(|table| table.file.ends_with("lmp.csv")).unwrap();
    assert_eq!((table.rows, table.kept), (2, 1));
    assert!(loaded.report.findings().iter().any(|finding| finding.code == "W240"));
}

#[test]
fn slips_in_the_year_of_many_zones_do_not_fill_the_memory() {
    let mut text = "zone,hour,price_usd_per_mwh\n".to_owned();
    for zone in 0..2000 {
        text += &format!("Z{zone},1986-01-01T00:00Z,5\nZ{zone},2026-01-01T00:00Z,6\n");
    }
    let loaded = load_text(&[("own.csv", &text)]);
    let table = loaded.report.tables.iter().find(|table| table.file.ends_with("own.csv")).unwrap();
    // The first hour of each zone stays, and what is not is told.
    assert!(table.kept >= 2000 && table.kept < 2100, "{}", table.kept);
    assert!(loaded.report.findings().iter().any(|finding| finding.code == "E116"));
    // Eight million hours at most are kept empty, with what is known of runs of them.
    assert!(loaded.data.given_hours.bytes() < 100 << 20, "{}", loaded.data.given_hours.bytes());
}

#[test]
fn a_mapping_of_prices_is_written_as_they_are_read_and_says_what_titles_do_not() {
    let nyiso = "\"Time Stamp\",\"Name\",\"PTID\",\"LBMP ($/MWHr)\"\n\
                 \"01/01/2025 00:00\",\"CAPITL\",61757,35.2\n\"01/01/2025 01:00\",\"CAPITL\",61757,33.9\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lmp.csv");
    fs::write(&path, nyiso).unwrap();
    let mut report = wattlas::diagnostic::Report::default();
    let input = io::read_file(&path).unwrap();
    let map = io::write_mapping(&input, &mut report).unwrap();
    assert!(map.contains("time_zone = \"America/New_York\"") && map.contains("USD/MWh"), "{map}");
    let hours = |loaded: &Loaded| loaded.data.given_hours.zones.clone();
    let plain = load_text(&[("lmp.csv", nyiso)]);
    let mapped = load_text(&[("lmp.csv", nyiso), ("map.toml", &map)]);
    assert_eq!(hours(&plain).len(), 1);
    assert_eq!(hours(&plain)[0].prices, hours(&mapped)[0].prices);
    assert!(!mapped.report.findings().iter().any(|finding| finding.code == "W237"));
    // Changed by hand: another clock, another unit.
    let changed = map.replace("America/New_York", "UTC").replace("USD/MWh", "EUR/kWh");
    let changed = load_text(&[("lmp.csv", nyiso), ("map.toml", &changed)]);
    let own = hours(&changed)[0].local.clone().unwrap().prices;
    assert_eq!(own.get(Hour::parse("2025-01-01T00:00Z").unwrap()), Some(35_200.0));
    // Of a file that nothing is known of it says all.
    let odd = "when,where,figure\n2025-07-01 00:00,FRA,4\n2025-07-01 01:00,FRA,5\n";
    let map = "table = \"hours\"\ntime_zone = \"Europe/Paris\"\ninterval = \"end\"\n\
               [[column]]\nheader = \"when\"\nrole = \"hour\"\n\
               [[column]]\nheader = \"where\"\nrole = \"zone\"\n\
               [[column]]\nheader = \"figure\"\nrole = \"price_usd_per_mwh\"\nunit = \"ct/kWh\"\n";
    let loaded = load_text(&[("odd.csv", odd), ("map.toml", map)]);
    let zone = &hours(&loaded)[0];
    let own = &zone.local.as_ref().unwrap().prices;
    // The hour that ends at midnight in Paris begins at 21:00 of universal time.
    assert_eq!(own.get(Hour::parse("2025-06-30T21:00Z").unwrap()), Some(40.0));
    let bad = load_text(&[("odd.csv", odd), ("map.toml", &map.replace("Europe/Paris", "Mars"))]);
    assert!(bad.report.findings().iter().any(|finding| finding.code == "E119"));
}

fn own<'r>(loaded: &'r Loaded, name: &str) -> &'r wattlas::diagnostic::TableCount {
    loaded.report.tables.iter().find(|table| table.file.ends_with(name)).unwrap()
}

#[test]
fn a_slip_in_the_year_of_one_zone_does_not_stretch_the_time_of_all() {
    let text = "zone,hour,price_usd_per_mwh\nDEU,2025-10-01T00:00Z,5\nFRA,9999-01-01T00:00Z,6\n";
    let loaded = load_text(&[("own.csv", text)]);
    assert_eq!(own(&loaded, "own.csv").kept, 1);
    assert!(loaded.report.findings().iter().any(|finding| finding.code == "E113"));
    assert_eq!(loaded.data.given_hours.hours().len(), 1);
}

#[test]
fn what_is_no_price_of_electricity_is_none() {
    for text in [
        "country,date,Carbon price (EUR/tCO2)\nDEU,2025-01-01,70\nFRA,2025-02-01,71\n",
        "Date,Country,Henry Hub price ($/MMBtu)\n2025-01-01,USA,3.5\n2025-02-01,USA,3.6\n",
        "Gross product in dollars\nCountry,2020,2021\nGermany,3.9,4.2\nFrance,2.6,2.9\n",
        "{\"rows\": [1, 2, 3]}\n",
    ] {
        let loaded = load_text(&[("own.csv", text)]);
        assert_eq!(own(&loaded, "own.csv").kind, None, "{text}");
    }
}

#[test]
fn files_longer_than_their_beginning_are_read_to_their_end() {
    // A table of several dimensions in its first column, as large ones are.
    let mut text =
        "freq,nrg_cons,unit,tax,currency,geo\\TIME_PERIOD\t2024-S1 \t2024-S2 \n".to_owned();
    for row in 0..3000 {
        text += &format!("S,MWH500-{row},KWH,X_TAX,EUR,DE\t0.1 e\t0.2 \n");
    }
    assert!(text.len() > 100_000);
    let loaded = load_text(&[("own.tsv", &text)]);
    let table = own(&loaded, "own.tsv");
    assert_eq!((table.kind, table.rows, table.kept), (Some("prices"), 3000, 3000));
    // A row of words ends no table of prices.
    let mut text = "zone,hour,price_usd_per_mwh\n".to_owned();
    for hour in 0..24 {
        text += &format!("DEU,2025-10-01T{hour:02}:00Z,{hour}\n");
        if hour == 9 {
            text += "name,country,facility_mw\n";
        }
    }
    let loaded = load_text(&[("own.csv", &text)]);
    let table = own(&loaded, "own.csv");
    assert_eq!((table.kind, table.rows, table.kept), (Some("hours"), 25, 24));
    assert!(loaded.report.findings().iter().any(|finding| finding.code == "E104"));
}
