//! Files as the field writes them: each kind comes out as a user would expect, and what is not used
//! is told.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]
#![expect(clippy::float_cmp, reason = "what is read is exact")]

mod cells;
mod containers;
mod headers;
mod mappings;
mod prices;
mod shapes;

use std::path::PathBuf;

use wattlas::diagnostic::{Report, Severity};
use wattlas::io::{self, Input, Loaded};
use wattlas::model::Status::{Cancelled, Construction, Operating, Planned, Unstated};
use wattlas::model::{Dataset, Month, Status};
use wattlas::scenario::{Alone, Scenario, run};

fn load(text: &str) -> Loaded {
    let mut inputs = io::builtin::inputs();
    let bytes = text.as_bytes().to_vec();
    inputs.push(Input { path: PathBuf::from("own.csv"), bytes: bytes.into(), built_in: false });
    let loaded = io::load(&inputs, &io::Unwatched, &Alone).unwrap();
    loaded.run_on(wattlas::model::Day::from_ymd(2026, 11, 24).unwrap())
}

/// MW at the meter in service in a month, and MW of phases without a date.
fn power(data: &Dataset, month: &str) -> (f64, f64) {
    let outcome = run(data, &Scenario::default(), &data.grid());
    let day = Month::parse(month).unwrap().last_day();
    let mw = |phase: usize| {
        outcome.phases.get(wattlas::scenario::Quantity::FacilityMw, phase).unwrap_or(0.0)
    };
    let counts =
        |phase: &usize| outcome.phases.from[*phase] <= day && day < outcome.phases.to[*phase];
    let all = || 0..data.phases.len();
    let undated = all().filter(|phase| outcome.phases.undated(*phase).is_some()).map(mw).sum();
    (all().filter(counts).map(mw).sum(), undated)
}

fn names(data: &Dataset) -> Vec<&str> {
    data.sites.name.iter().map(|name| data.text(*name)).collect()
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings().iter().map(|finding| finding.code).collect()
}

/// The first finding of a code: its severity, line and column.
fn first(report: &Report, code: &str) -> (Severity, u64, String) {
    let found = report.findings().iter().find(|f| f.code == code);
    let found = found.unwrap_or_else(|| panic!("no {code} among {:?}", codes(report)));
    let column = found.place.column.as_deref().unwrap_or("").to_owned();
    (found.severity, found.place.line.unwrap().get(), column)
}

#[test]
fn a_header_that_says_current_dates_what_it_counts() {
    for header in ["Current power (MW)", "operational_capacity_mw", "Existing load [MW]"] {
        let loaded = load(&format!(
            "Site name,Owner,Country,Lat,Lon,{header}\nNorth,A,USA,40,-83,700\nEast,B,Germany,50,8,90\n"
        ));
        assert_eq!(power(&loaded.data, "2026-11"), (790.0, 0.0), "{header}");
        assert_eq!(first(&loaded.report, "N302"), (Severity::Note, 1, header.to_owned()));
    }
    // A state of its own stands, and where no header says so, power is undated.
    let text = "name,lat,lon,current_power_mw,status\nA,1,2,30,planned\nB,1,2,50,\n";
    let loaded = load(text);
    assert_eq!(power(&loaded.data, "2026-11"), (50.0, 30.0));
    // Where the state is the header's, the header is what was written.
    let written = [0, 1].map(|phase| loaded.data.status_of_phase(phase));
    assert_eq!(written, ["planned", "current_power_mw"]);
    let text = "name,lat,lon,current_power_mw\nA,1,2,30\nB,1,2,50\n";
    let loaded = load(text);
    let written = [0, 1].map(|phase| loaded.data.status_of_phase(phase));
    assert_eq!(written, ["current_power_mw"; 2]);
    let text = "name,lat,lon,power_mw\nA,1,2,30\n";
    assert_eq!(power(&load(text).data, "2026-11"), (0.0, 30.0));
}

#[test]
fn what_operates_without_a_date_counts_and_the_rest_is_undated() {
    let text = "name,lat,lon,capacity_mw,status\nA,52,13,120,In operation\nB,48,11,40,proposed\n";
    assert_eq!(power(&load(text).data, "2026-11"), (120.0, 40.0));
}

#[test]
fn a_cell_that_cannot_be_read_never_costs_its_row() {
    let text = "name,lat,lon,power_mw,online\nA,52,13,100,2024\nB,53,14,250,after the permit\n\
                C,south,14,12,2025\nD,52,13,a lot,2025\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["A", "B", "C", "D"]);
    assert_eq!(power(&loaded.data, "2026-11"), (112.0, 250.0));
    assert_eq!(first(&loaded.report, "E113"), (Severity::Error, 3, "online".to_owned()));
    let of_number = |line: u64, column: &str| {
        let here = |f: &&wattlas::diagnostic::Diagnostic| {
            f.place.line.unwrap().get() == line && f.place.column.as_deref() == Some(column)
        };
        loaded.report.findings().iter().find(here).map(|f| (f.code, f.severity))
    };
    assert_eq!(of_number(4, "lat"), Some(("E104", Severity::Error)));
    assert_eq!(of_number(5, "power_mw"), Some(("E104", Severity::Error)));
    let table = loaded.report.tables.iter().find(|t| t.file.ends_with("own.csv")).unwrap();
    assert_eq!((table.rows, table.kept), (4, 4));
}

#[test]
fn words_of_states_are_read_in_all_their_spellings_and_kept() {
    let text = "name,lat,lon,power_mw,online,status\n\
        A,1,2,1,2027,under-construction\nB,1,2,1,2027,IN_DEVELOPMENT\nC,1,2,1,2020,in service\n\
        D,1,2,1,2027,Approved\nE,1,2,1,2027,pre_construction\nF,1,2,1,2001,Retired\n\
        G,1,2,1,2020,withdrawn\nH,1,2,1,2001,Moth-balled?\nI,1,2,1,2020,shelved - inferred 2 y\n";
    let loaded = load(text);
    let states: Vec<Status> = loaded.data.sites.status.iter().copied().collect();
    let wanted = [
        Construction,
        Planned,
        Operating,
        Planned,
        Planned,
        Cancelled,
        Cancelled,
        Unstated,
        Cancelled,
    ];
    assert_eq!(states, wanted);
    assert_eq!(first(&loaded.report, "W204"), (Severity::Warning, 9, "status".to_owned()));
    assert_eq!(loaded.data.status_of_site(0), "under-construction");
    assert_eq!(loaded.data.status_of_site(7), "Moth-balled?");
    assert_eq!(loaded.data.status_of_phase(8), "shelved - inferred 2 y");
    // An end with its day counts until then.
    let text = "name,lat,lon,power_mw,online,status,retired_year\nA,1,2,9,2001,Retired,2015\n";
    let data = load(text).data;
    assert_eq!((power(&data, "2014-12").0, power(&data, "2015-01").0), (9.0, 0.0));
}

#[test]
fn states_and_countries_go_by_name_or_code() {
    let text = "name,country,state,lat,lon,power_mw,online\n\
        A,United States,OH,40,-83,1,2020\nB,usa,ohio,40,-83,1,2020\nC,US,US-OH,40,-83,1,2020\n\
        D,,Ohio,40,-83,1,2020\nE,Canada,Québec,46,-73,1,2020\nF,USA,Nowhere,40,-83,1,2020\n\
        G,Deutschland,Hessen,50,8,1,2020\n";
    let loaded = load(text);
    let data = &loaded.data;
    let place = |site: usize| {
        (data.text(data.sites.country[site]), data.text(data.sites.subdivision[site]))
    };
    for site in 0..4 {
        assert_eq!(place(site), ("USA", "US-OH"), "{site}");
    }
    assert_eq!(place(4), ("CAN", "CA-QC"));
    assert_eq!(place(6), ("DEU", "Hessen"));
    assert_eq!(first(&loaded.report, "W227"), (Severity::Warning, 7, "state".to_owned()));
    assert_eq!(codes(&loaded.report).iter().filter(|code| **code == "W227").count(), 1);
}

#[test]
fn a_site_without_a_name_or_id_goes_by_what_it_has() {
    let text = "id,operator,city,name,lat,lon,power_mw,online\nx1,Acme,Reno,,5,1,10,2024\n\
        x2,,,Unknown,5,1,50,2024\n,,,Gamma,5,1,25,2024\n,,,Gamma,5,1,25,2024\n,,Oslo,n/a,5,1,2,2024\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["Acme, Reno", "x2", "Gamma", "Gamma", "Oslo"]);
    let ids: Vec<&str> = loaded.data.sites.id.iter().map(|id| loaded.data.text(*id)).collect();
    assert_eq!(ids, ["x1", "x2", "gamma", "gamma-5", "oslo"]);
    assert_eq!(power(&loaded.data, "2026-11"), (112.0, 0.0));
    assert_eq!(first(&loaded.report, "W225"), (Severity::Warning, 2, "name".to_owned()));
    assert_eq!(first(&loaded.report, "W226"), (Severity::Warning, 4, "id".to_owned()));
    // A table without names at all goes by its ids.
    let loaded = load("id,lat,lon,power_mw,online\nplot 7,5,1,10,2024\n");
    assert_eq!(names(&loaded.data), ["plot 7"]);
}

#[test]
fn headers_are_known_by_their_words_and_a_headline_is_no_name() {
    let text = "official_name,developer,operator,state,latitude,longitude,title,known_load_mw\n\
        Ash VA1,Ash Data,,VA,38,-77,Ash plans 900 MW,300\n";
    let loaded = load(text);
    let data = &loaded.data;
    assert_eq!(names(data), ["Ash VA1"]);
    assert_eq!(data.text(data.sites.operator[0]), "Ash Data");
    assert_eq!(power(data, "2026-11"), (0.0, 300.0));
    for (header, it) in [
        ("it_load_mw", true),
        ("Critical IT load (MW)", true),
        ("siteLoadMW", false),
        ("Facility demand, MW", false),
    ] {
        let header = format!("\"{header}\"");
        let loaded = load(&format!("name,lat,lon,{header},commissioned_year\nA,13,80,40,2021\n"));
        let phases = &loaded.data.phases;
        let read = if it { phases.it_mw[0] } else { phases.facility_mw[0] };
        assert_eq!(read.get(), Some(40.0), "{header}");
        assert!(phases.online[0].get().is_some_and(|day| day.month().year() == 2021), "{header}");
    }
    // A headline is the name where there is no other.
    assert_eq!(names(&load("title,lat,lon\nAsh plans 9 MW,1,2\n").data), ["Ash plans 9 MW"]);
}

#[test]
fn a_column_of_power_that_is_not_used_is_a_warning() {
    let text = "name,lat,lon,power_mw,online,solar_mw,permit_date,Price ($/MWh),colour\nA,1,2,3,2024,5,2020,9,red\n";
    let loaded = load(text);
    let warned: Vec<(&str, Severity)> = loaded
        .report
        .findings()
        .iter()
        .filter(|f| ["W229", "N301"].contains(&f.code))
        .map(|f| (f.found.as_str(), f.severity))
        .collect();
    let warning = Severity::Warning;
    let wanted = [("solar_mw", warning), ("permit_date", warning), ("Price ($/MWh)", warning)];
    let mut sorted = warned.clone();
    sorted.sort_by_key(|(name, _)| wanted.iter().position(|w| w.0 == *name));
    assert_eq!(sorted, wanted);
}

#[test]
fn what_has_a_name_and_no_place_power_or_date_is_no_table_of_sites() {
    for text in [
        "name,bus,p_nom,carrier\nGen A,N1,100,gas\n",
        "\"Time Stamp\",\"Name\",\"PTID\",\"Load\"\n\"01/01/2025 00:00\",\"WEST\",61752,1200\n",
        "Name,Hour,Forecast,MW\nHUB,2025-01-01T00:00,30,5\n",
        "fruit,colour\napple,red\n",
    ] {
        let loaded = load(text);
        let own = loaded.report.tables.iter().find(|t| t.file.ends_with("own.csv")).unwrap();
        assert_eq!((own.kind, own.kept), (None, 0), "{text}");
        assert!(loaded.report.count(Severity::Error) > 0);
        assert!(loaded.data.sites.len() > 200, "the built-in sites stay");
    }
}

#[test]
fn a_mark_that_puts_a_column_out_of_its_range_is_not_chosen() {
    let text =
        "name;lat;lon;power_mw;online\nA;52,512;13,405;100;2024\nB;-7,125;112,717;300;2024\n";
    let loaded = load(text);
    let at = |site: usize| {
        [loaded.data.sites.lat[site], loaded.data.sites.lon[site]].map(|angle| angle.get().unwrap())
    };
    assert_eq!([at(0), at(1)], [[52.512, 13.405], [-7.125, 112.717]]);
    assert_eq!(codes(&loaded.report), Vec::<&str>::new());
    // The other way round: decimal commas elsewhere do not turn 52.512 into 52,512.
    let text = "name;lat;lon;power_mw;online\nA;52.512;13.405;100,5;2024\n";
    assert_eq!(load(text).data.sites.lat[0].get(), Some(52.512));
}

#[test]
fn a_state_in_a_header_holds_for_its_own_figure_alone() {
    let now = |header: &str, cells: &str| {
        let loaded = load(&format!("name,lat,lon,{header}\nA,52.5,13.4,{cells}\n"));
        (power(&loaded.data, "2026-11"), codes(&loaded.report).contains(&"W229"))
    };
    // What stands beside a figure of today is another figure, and told.
    assert_eq!(now("Operational IT (MW),Construction (MW)", "100,50"), ((120.0, 0.0), true));
    assert_eq!(now("Current IT MW,Capacity MW", "120,500"), ((144.0, 0.0), true));
    assert_eq!(now("Live MW", "50"), ((50.0, 0.0), false));
    // What a header denies, or says of another time, is not in service.
    for header in [
        "Non-operational MW",
        "Previously operating MW",
        "Operational by 2030 (MW)",
        "Expected operational capacity (MW)",
        "Retired capacity (MW)",
        "Full build-out (MW)",
    ] {
        assert_eq!(now(header, "20"), ((0.0, 0.0), true), "{header}");
    }
    // Power that is to come is taken where nothing else is.
    assert_eq!(now("Planned capacity (MW)", "70"), ((0.0, 70.0), false));
    assert_eq!(now("Planned capacity (MW),Power (MW)", "70,30").0, (0.0, 30.0));
}

#[test]
fn loads_and_prices_of_nodes_and_tariffs_are_no_sites() {
    for text in [
        "\"Time Stamp\",\"Time Zone\",\"Name\",\"PTID\",\"Load\"\n\"01/01/2025\",EST,WEST,6,1200\n",
        "Name,State,Average Price (cents/kWh)\nOncor,TX,9\n",
        "Name,Country,Tariff EUR/MWh,Valid from\nStadt,DEU,90,2025\n",
        "node,name,interval start,MW\nN1,Hub,2025-01-01 00:00,5\n",
    ] {
        let loaded = load(text);
        let own = loaded.report.tables.iter().find(|t| t.file.ends_with("own.csv")).unwrap();
        assert_ne!(own.kind, Some("sites"), "{text}");
    }
    // A site may have a price beside its power.
    assert_eq!(names(&load("name,country,mw,price_usd_mwh\nA,USA,5,60\n").data), ["A"]);
}

#[test]
fn an_angle_is_read_by_the_mark_that_is_possible() {
    let text = "name;Latitude;Longitude;Power (MW);Year\nA;52,512;13,405;1;2020\n\
                B;52.512;13.405;1;2020\nC;-33,8;151.2;1;2020\n";
    let loaded = load(text);
    let lat = |site: usize| loaded.data.sites.lat[site].get();
    assert_eq!([lat(0), lat(1), lat(2)], [Some(52.512), Some(52.512), Some(-33.8)]);
}

#[test]
fn ends_places_and_keys_go_by_their_words_too() {
    for header in ["decommission_date", "Decommissioning year", "closure year", "Retirement"] {
        let text = format!("name,lat,lon,mw,online,status,{header}\nA,1,2,9,2001,retired,2027\n");
        let data = load(&text).data;
        assert_eq!((power(&data, "2026-12").0, power(&data, "2027-01").0), (9.0, 0.0), "{header}");
    }
    let text =
        "Project ID,Developer,Country/Region,Province/State,MW,Go-live\n7,Acme,US,Ohio,5,2024\n";
    let data = load(text).data;
    assert_eq!(names(&data), ["Acme"]);
    let place = (data.text(data.sites.country[0]), data.text(data.sites.subdivision[0]));
    assert_eq!((place, power(&data, "2026-11").0), (("USA", "US-OH"), 5.0));
    assert_eq!(names(&load("facility_id,lat,lon,mw\nf9,1,2,3\n").data), ["f9"]);
}
