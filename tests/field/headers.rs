//! Headers as the field writes them, in its languages, held against the cells.

use wattlas::model::table::Slot;
use wattlas::model::tables::sites;

use wattlas::model::Status::{self, Cancelled, Operating, Planned, Unstated};

use super::{codes, first, load, names, power};

/// What the columns of a file became.
fn roles(text: &str) -> Vec<String> {
    let loaded = load(text);
    let own = loaded.report.tables.iter().find(|t| t.file.ends_with("own.csv")).unwrap();
    own.columns.iter().map(|(_, role)| role.split(',').next().unwrap().to_owned()).collect()
}

#[test]
fn near_names_of_all_roles_are_known() {
    for (title, role, cell) in [
        ("it_load_mw", "it_mw in MW", "40"),
        ("known_load_mw", "facility_mw in MW", "40"),
        ("Nameplate capacity (MW)", "facility_mw in MW", "40"),
        ("Total Power [GW]", "facility_mw in GW", "0.04"),
        ("puissance (MW)", "facility_mw in MW", "40"),
        ("Potencia instalada (MW)", "facility_mw in MW", "40"),
        ("装机容量(MW)", "facility_mw in MW", "40"),
        ("COD", "online", "2024"),
        ("Operating Year", "online", "2024"),
        ("year_opened", "online", "2024"),
        ("In-service date", "online", "2024"),
        ("Commercial operation date", "online", "2024"),
        ("Inbetriebnahme", "online", "2024"),
        ("fecha de puesta en servicio", "online", "2024"),
        ("Retirement year", "retired", "2040"),
        ("GPU type", "chip", "H100"),
        ("Number of GPUs", "chip_count", "1000"),
        ("Betreiber", "operator", "X AG"),
        ("propriétaire", "owner", "X SA"),
        ("Bundesland", "subdivision", "Hessen"),
    ] {
        let found = roles(&format!("name,lat,lon,{title},zz\nA,1,2,{cell},\nB,1,3,{cell},\n"));
        assert_eq!(found[3], role, "{title}");
    }
    for (lat, lon) in [
        ("latitude_deg", "longitude_deg"),
        ("lat_dd", "lon_dd"),
        ("geo_lat", "geo_lng"),
        ("site_latitude", "site_longitude"),
        ("point_y", "point_x"),
        ("decimalLatitude", "decimalLongitude"),
        ("Breitengrad", "Längengrad"),
        ("latitud", "longitud"),
        ("纬度", "经度"),
    ] {
        let found = roles(&format!("name,{lat},{lon},power_mw\nA,1,2,3\nB,1,3,3\n"));
        assert_eq!(found[1..3], ["lat", "lon"], "{lat}");
    }
    for title in
        ["Facility name", "project_name", "Nom du site", "Standort", "数据中心名称", "nombre"]
    {
        let found = roles(&format!("{title},lat,lon,power_mw\nA,1,2,3\n"));
        assert_eq!(found[0], "name", "{title}");
    }
}

#[test]
fn a_headline_is_no_name_and_a_state_of_building_no_state() {
    let text = "title,canonical_name,state,stage,latitude,longitude,known_load_mw\n\
        Oakhill breaks ground on a 900 MW campus near the river in Virginia,Oakhill VA1,VA,Operational,38,-77,300\n\
        Second builder files plans for four more buildings in the county,Second VA2,VA,Planned,38.5,-77,90\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["Oakhill VA1", "Second VA2"]);
    // Where `State` holds states of building, it is the status.
    let text = "Facility,State,lat,lon,MW\nA,operational,52,13,20\nB,under construction,50,8,30\n";
    let loaded = load(text);
    assert_eq!(power(&loaded.data, "2026-11").0, 20.0);
    assert!(!codes(&loaded.report).contains(&"W227"));
}

#[test]
fn a_column_that_nobody_knows_is_kept_as_text() {
    let text = "name,lat,lon,power_mw,Rack colour,Fence\nA,1,2,3,blue,yes\nB,1,3,4,red,\n";
    let data = load(text).data;
    let titles: Vec<&str> = data.sites.extra.titles().collect();
    assert_eq!(titles, ["Rack colour", "Fence"]);
    let colours = data.sites.extra.find("rack colour").unwrap();
    assert_eq!([data.text(colours[0]), data.text(colours[1])], ["blue", "red"]);
}

#[test]
fn a_column_of_a_foreign_unit_costs_only_itself() {
    let text = "name,lat,lon,Capacity (racks),IT load (MW)\nA,1,2,400,20\nB,1,3,100,5\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["A", "B"]);
    assert_eq!(loaded.data.phases.it_mw[0].get(), Some(20.0));
    assert_eq!(loaded.data.phases.facility_mw[0].get(), None);
}

/// A value of its own through each column of sites, from the file to the data.
#[test]
fn every_column_of_sites_is_read_into_its_own_place() {
    use wattlas::model::TableKind;
    let spec = TableKind::Sites.spec();
    let cell = |slot: Slot| -> String {
        match spec.column(slot).name {
            "country" => "DEU".to_owned(),
            "subdivision" => "DE-BE".to_owned(),
            "lat" => "52.25".to_owned(),
            "lon" => "13.75".to_owned(),
            "coord_precision" => "city".to_owned(),
            "kind" => "orbital".to_owned(),
            "status" => "construction".to_owned(),
            "pue" => "1.35".to_owned(),
            "as_of" => "2026-03-04".to_owned(),
            "online" => "2027-02-03".to_owned(),
            "retired" => "2044-05-06".to_owned(),
            "confidence" => "low".to_owned(),
            name if name.contains("mw") || name.contains("count") => {
                format!("{}", 1000 + slot.index())
            }
            name => format!("own {name}"),
        }
    };
    let header: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    let row: Vec<String> = spec.slots().map(cell).collect();
    let data = load(&format!("{}\n{}\n", header.join(","), row.join(","))).data;
    let table = data.table(TableKind::Sites).unwrap();
    let fields = table.fields(0);
    for (slot, field) in spec.slots().zip(&fields) {
        let name = spec.column(slot).name;
        assert_eq!(data.field_text(*field), cell(slot), "{name}");
    }
    let phases = data.table(TableKind::Phases).unwrap().fields(0);
    let of = |name: &str| {
        let slot = TableKind::Phases.spec().find(name).unwrap();
        data.field_text(phases[slot.index()])
    };
    for name in [
        "facility_mw",
        "it_mw",
        "online",
        "chip",
        "chip_count",
        "retired",
        "facility_mw_low",
        "facility_mw_high",
        "it_mw_low",
        "it_mw_high",
        "chip_count_low",
        "chip_count_high",
        "confidence",
    ] {
        let slot = spec.find(name).unwrap();
        assert_eq!(of(name), cell(slot), "{name}");
    }
    assert_eq!(of("phase"), cell(sites::AT.phase));
}

#[test]
fn own_columns_group_and_colour() {
    use wattlas::scenario::{GroupKey, Grouping, Measure, Query, Scenario, run, stack};
    // Of a phase its own cell counts, and that of its site where it has none.
    let sites =
        "site,lat,lon,Cooling type,Grid region\na,1,2,air,north\nb,1,3,liquid,\nc,2,2,,south\n";
    let phases = "site,phase,facility_mw,online,Cooling type\na,1,10,2024,\na,2,20,2024,liquid\n\
        b,1,5,2024,\nc,1,7,2024,\n";
    let data = super::shapes::load_bytes(&[
        ("sites.csv", sites.as_bytes()),
        ("phases.csv", phases.as_bytes()),
    ])
    .data;
    let outcome = run(&data, &Scenario::default(), &data.grid());
    let totals = |word: &str| {
        let key = GroupKey::parse_or_own(word);
        key.check(&data).unwrap();
        let grouping = Grouping::new(&data, &outcome, key);
        let stack = stack(&data, &outcome, &Query::new(Measure::FacilityMw, &grouping));
        let end = outcome.grid.len - 1;
        let of = |at: usize| (grouping.names[at].clone(), stack.groups[at].series.value[end]);
        (0..grouping.names.len()).map(of).collect::<Vec<_>>()
    };
    let wanted = |rows: &[(&str, f64)]| {
        rows.iter().map(|(name, mw)| ((*name).to_owned(), *mw)).collect::<Vec<_>>()
    };
    let cooling = wanted(&[("(none named)", 7.0), ("air", 10.0), ("liquid", 25.0)]);
    for word in ["Cooling type", "cooling_type", "COOLING TYPE"] {
        assert_eq!(totals(word), cooling, "{word}");
    }
    let region = wanted(&[("(none named)", 5.0), ("north", 30.0), ("south", 7.0)]);
    assert_eq!(totals("grid_region"), region);
    let own: Vec<GroupKey> = GroupKey::own_of(&data);
    assert_eq!(
        own.iter().map(GroupKey::title).collect::<Vec<_>>(),
        ["Cooling type", "Grid region"]
    );
    let error = GroupKey::parse_or_own("Coling").check(&data).unwrap_err().to_string();
    assert!(error.contains("`Coling`") && error.contains("Grid region"), "{error}");
}

#[test]
fn own_columns_are_filtered_by_and_exported() {
    use wattlas::export::tables;
    use wattlas::model::SectorChoice;
    use wattlas::scenario::{Filter, Scenario, run};
    let text = "name,lat,lon,power_mw,online,Rack colour,name \nA,1,2,3,2024,dark blue,x\nB,1,3,4,2024,red,\n";
    let data = load(text).data;
    let outcome = run(&data, &Scenario::default(), &data.grid());
    let mask = |filter: &str| {
        let filter = Filter::parse_over(filter, &data).unwrap();
        filter.mask(&data, &outcome, SectorChoice::default()).unwrap()
    };
    for filter in [
        "rack_colour:~blue",
        "\"Rack colour\":~BLUE",
        "-rack_colour:red",
        "rack_colour:\"dark blue\"",
    ] {
        assert_eq!(mask(filter), [true, false], "{filter}");
    }
    let error = Filter::parse_over("rack_color:red", &data).unwrap_err();
    assert!(error.unknown_field && Filter::parse("rack_colour:red").is_err());
    let table = wattlas::export::Table::of(|to| {
        let month = data.grid().last();
        tables::write_sites(&data, &outcome, (None, None), month, SectorChoice::default(), to)
    });
    let csv = table.write(wattlas::export::Format::Csv);
    assert!(csv.lines().next().unwrap().ends_with(",Rack colour"), "{csv}");
    assert!(csv.contains(",dark blue\n"));
}

#[test]
fn files_of_the_known_trackers_keep_all_their_megawatts() {
    let gem = "Tracker ID,Project Name,Unit / Phase,Country/Area,Subnational unit (state/province),Latitude,Longitude,Capacity (MW),Status,Start year\n\
        G1,Alpha,Phase I,Germany,Hessen,50.1,8.7,120,operating,2022\nG1,Alpha,Phase II,Germany,Hessen,50.1,8.7,80,operating,2025\n";
    let loaded = load(gem);
    assert_eq!(power(&loaded.data, "2026-11").0, 200.0);
    assert_eq!(names(&loaded.data), ["Alpha"]);
    let queue = "q_id,q_status,on_date,state,project_name,mw1\nQ1,active,2025-06-01,VA,North,300\n\
        Q2,withdrawn,2022-06-01,VA,South,200\nQ3,operational,2023-05-01,VA,East,100\n";
    let data = load(queue).data;
    let waits = data.phases.status[0];
    assert_eq!(waits, wattlas::model::Status::Planned, "active in a queue is waiting");
    let planner = "Data Centre,City,Country,IT Capacity (MW),Phase,Expected Completion\n\
        A,Frankfurt,Germany,~40,Permitting,H1 2028\nB,London,Royaume-Uni,20-30,Operational,2021\n";
    let loaded = load(planner);
    assert_eq!(loaded.data.phases.it_mw[1].get(), Some(25.0));
    assert!(!codes(&loaded.report).contains(&"W221"));
    // Neither is in service, whatever its date.
    for word in ["Not operational", "Construction not started", "Expected operational", "projected"]
    {
        let data = load(&format!("name,lat,lon,mw,status,online\nA,1,2,100,{word},2025\n")).data;
        assert_eq!(data.phases.status[0], wattlas::model::Status::Planned, "{word}");
    }
}

#[test]
fn units_of_the_titles_of_shares_count() {
    for (text, online, all) in [
        (
            "Project,Country,Operational (GW),Under construction (GW),Planned (GW)\nA,USA,0.2,0.3,1.5\n",
            200.0,
            2000.0,
        ),
        (
            "Name,Country,Live kW,Under construction kW,Planned kW\nA,Spain,4000,500,1000\n",
            4.0,
            5.5,
        ),
        ("Name,Country,Phase 1 (GW),Phase 2 (GW)\nA,USA,0.1,0.4\n", 0.0, 500.0),
        ("Name,Country,2024 (GW),2030 (GW)\nA,USA,0.1,0.4\n", 100.0, 400.0),
        (
            "Campus,Country,Live (MW),Under Construction (MW),Committed (MW),Early Stage (MW)\n\
             F,Germany,45,20,30,100\n",
            45.0,
            195.0,
        ),
    ] {
        let data = load(text).data;
        assert_eq!(power(&data, "2026-11").0, online, "{text}");
        let sum: f64 = data.phases.facility_mw.iter().filter_map(|mw| mw.get()).sum();
        assert!((sum - all).abs() < 1e-9, "{text}: {sum}");
    }
}

#[test]
fn a_title_that_is_known_holds_for_the_cells_that_can_be_read() {
    // Cells that cannot be read are told, and those that can count.
    let data = load(
        "Name,Country,MW,Year,Status\nA,Ireland,n/a,2022,Granted\nB,Ireland,80,2021,Operational\n\
         C,Ireland,lots,2023,Refused by all\nD,Ireland,many,2024,Unheard of\n",
    );
    assert_eq!(power(&data.data, "2026-11").0, 80.0);
    let states: Vec<Status> = data.data.phases.status.iter().copied().collect();
    assert_eq!(states, [Planned, Operating, Cancelled, Unstated]);
    assert_eq!(first(&data.report, "E104").1, 4);
    assert_eq!(first(&data.report, "W204").1, 5);
    // Where another column has all that is missing, that one is read.
    let other =
        load("Name,Country,Power,Capacity (MW)\nA,USA,grid,10\nB,USA,grid,20\nC,USA,5,30\n");
    assert_eq!(power(&other.data, "2026-11").1, 60.0);
}

#[test]
fn titles_however_sure_in_many_languages_and_forms_are_known() {
    for title in [
        "Est. completion",
        "Projected online year",
        "First operational",
        "Planned start",
        "Geplante Inbetriebnahme",
        "Jahr der Inbetriebnahme",
        "Année d'ouverture",
        "Año de apertura",
        "Data di avvio",
        "建成时间",
        "運用開始",
        "Driftstart",
    ] {
        let data = load(&format!("Name,Country,MW,{title}\nA,USA,1,2024\nB,USA,2,2030\n")).data;
        assert_eq!(power(&data, "2026-11"), (1.0, 0.0), "{title}");
    }
    for (title, mw) in [
        ("Power (MW)*", 5.0),
        ("Leistung in kW", 0.005),
        ("Capacity (in gigawatts)", 5000.0),
        ("容量（ＭＷ）", 5.0),
        ("功率（万千瓦）", 50.0),
        ("Gesamtleistung [kW]", 0.005),
        ("Puissance électrique (MW)", 5.0),
    ] {
        let data = load(&format!("Name,Country,{title},COD\nA,USA,5,2024\nB,USA,,2030\n")).data;
        assert!((power(&data, "2026-11").0 - mw).abs() < 1e-9, "{title}");
    }
}
