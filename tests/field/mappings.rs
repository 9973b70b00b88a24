//! How a file is read, written down, changed, and taken back.

use wattlas::diagnostic::Report;
use wattlas::io::{self, Input, TomlKind};
use wattlas::scenario::Alone;

use super::{Loaded, codes, power};

const DATA: &str = "Facility,State,Latitude,Longitude,IT capacity,Expected COD\n\
    A,operational,52,13,20 MW,01/02/2021\nB,planned,50,8,~30 MW,03/04/2027\n";

fn input(path: &str, text: &str) -> Input {
    Input { path: path.into(), bytes: text.as_bytes().to_vec().into(), built_in: false }
}

fn load(inputs: Vec<Input>) -> Loaded {
    let all: Vec<Input> = io::builtin::inputs().into_iter().chain(inputs).collect();
    io::load(&all, &io::Unwatched, &Alone).unwrap()
}

fn mapping() -> String {
    io::write_mapping(&input("own.csv", DATA), &mut Report::default()).unwrap()
}

#[test]
fn a_mapping_says_of_each_column_what_it_is_and_why() {
    let text = mapping();
    assert_eq!(TomlKind::of(&text), TomlKind::Mapping);
    for line in [
        "table = \"sites\"",
        "[[column]] # status, by its cells",
        "[[column]] # it_mw in MW, by another spelling",
        "role = \"lat\"",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    for (text, kind) in [
        ("name = \"x\"\n[[adjustment]]\nid = \"a\"\n", TomlKind::Scenario),
        ("[[rule]]\nid = \"r\"\n", TomlKind::Rules),
        ("[project]\nname = \"p\"\n", TomlKind::Project),
        ("[[column]\nbroken", TomlKind::Scenario),
    ] {
        assert_eq!(TomlKind::of(text), kind, "{text}");
    }
}

#[test]
fn a_mapping_as_it_was_written_changes_nothing_and_a_changed_one_holds() {
    let plain = load(vec![input("own.csv", DATA)]);
    let same = load(vec![input("own.csv", DATA), input("own.toml", &mapping())]);
    assert_eq!(power(&plain.data, "2026-11"), power(&same.data, "2026-11"));
    assert_eq!(plain.data.sites.status, same.data.sites.status);
    // Power at the meter after all, dates by month, and the state of no concern.
    let changed = mapping()
        .replace("role = \"it_mw\"", "role = \"facility_mw\"")
        .replace("role = \"online\"", "role = \"online\"\ndates = \"month first\"")
        .replace("role = \"status\"", "role = \"\"");
    let loaded = load(vec![input("own.csv", DATA), input("own.toml", &changed)]);
    let phases = &loaded.data.phases;
    assert_eq!((phases.facility_mw[0].get(), phases.it_mw[0].get()), (Some(20.0), None));
    assert_eq!(phases.online[1].get().unwrap().to_string(), "2027-03-04");
    assert_eq!(loaded.data.sites.extra.titles().collect::<Vec<_>>(), ["State"]);
    assert!(!codes(&loaded.report).contains(&"W206"), "a date that is said is not open");
}

#[test]
fn what_is_wrong_with_a_mapping_is_told() {
    for (from, to, code) in [
        ("role = \"lat\"", "role = \"breadth\"", "E119"),
        ("table = \"sites\"", "table = \"places\"", "E119"),
        ("unit = \"MW\"", "unit = \"horses\"", "E119"),
        ("header = \"Facility\"", "header = \"Other\"", "W237"),
        ("[[column]] # name", "[[column] # name", "E119"),
    ] {
        let text = mapping().replace(from, to);
        assert_ne!(text, mapping(), "{from}");
        let loaded = load(vec![input("own.csv", DATA), input("own.toml", &text)]);
        assert!(codes(&loaded.report).contains(&code), "{to}: {:?}", codes(&loaded.report));
    }
}

#[test]
fn whatever_a_file_is_its_own_mapping_changes_nothing() {
    let long = "Power of the whole campus at the meter as the operator has stated it in its last filing of all (MW)";
    for text in [
        DATA,
        "name,Coordinates,MW,owner\nA,\"52.5, 13.4\",20,\"X,Y\"\nB,\"50.1, 8.7\",30,Z\n",
        "name,lonlat,MW\nA,\"13.4, 52.5\",20\nB,\"8.7, 50.1\",30\n",
        "Site;Land;2023;Jun-24;Q1 2025;H2 2026\nA;Deutschland;100;200;250;300\nB;Frankreich;;50;20;1,5\n",
        "Project,lat,lon,Capacity,Unit\nA,1,2,300,MW\nB,1,3,1.2,GW\nC,1,4,850,kW\n",
        "name,lat,lon,MW,Operating Month,Operating Year\nA,1,2,5,12,2026\nB,1,3,6,3,2027\n",
        "name,lat,lon,year,power_mw\nA,52,13,2023,100\nA,52,13,2024,200\n",
        "Name,State,Phase I MW,Phase I date,Phase II MW,Phase II date\nA,TX,100,2025,200,Q3 2027\nB,OH,60,2026-03,,\n",
        "q_id,q_status,prop_date,on_date,project_name,state,load_mw\nQ1,active,2027-12-31,,L,VA,3\nQ2,operational,2023-05-01,2023-06-15,S,TX,2\n",
        "Project,State,Operational (GW),Under construction (GW),Planned (GW)\nA,TX,0.2,0.3,1.5\nB,VA,0.1,,1\n",
        "Name,Tenant,MW,Year\nA,Meta,50,2023\nA,AWS,100,2023\nB,Google,70,2024\n",
        "Campus,Phase,Cumulative MW,Date\nA,1,100,2024\nA,2,300,2026\n",
        "Name;Land;Leistung (kW)\nA;DE;4.500\nB;DE;12.000\nC;DE;850\n",
        &format!("name,lat,lon,{long},note,note\nA,1,2,30,x,y\nB,1,3,40,z,w\n"),
    ] {
        let own = io::write_mapping(&input("own.csv", text), &mut Report::default()).unwrap();
        let plain = load(vec![input("own.csv", text)]);
        let mapped = load(vec![input("own.csv", text), input("own.toml", &own)]);
        let told: Vec<_> = codes(&mapped.report);
        assert!(!told.contains(&"E119") && !told.contains(&"W237"), "{text}{own}{told:?}");
        let sites = |loaded: &Loaded| loaded.data.sites.clone();
        assert_eq!(sites(&plain).lat, sites(&mapped).lat, "{own}");
        assert_eq!(sites(&plain).lon, sites(&mapped).lon, "{own}");
        let texts = |loaded: &Loaded| -> Vec<String> {
            let table = loaded.data.table(wattlas::model::TableKind::Phases).unwrap();
            let row = |at| table.fields(at).iter().map(|f| loaded.data.field_text(*f)).collect();
            let own = |at| loaded.data.sites.row(at);
            let names = (0..loaded.data.sites.len()).map(|at| {
                format!("{} {}", loaded.data.text(own(at).name), loaded.data.text(own(at).owner))
            });
            names
                .chain((0..table.count()).map(|at| {
                    let row: Vec<String> = row(at);
                    row.join("|")
                }))
                .collect()
        };
        assert_eq!(texts(&plain), texts(&mapped), "{text}{own}");
    }
}
