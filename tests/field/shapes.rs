//! Shapes of files: what stands above and below the rows, timelines, units, encodings.

use wattlas::io::{self, Input};
use wattlas::model::Day;
use wattlas::scenario::Alone;

use super::{Loaded, codes, load, names, power};

pub(super) fn load_bytes(files: &[(&str, &[u8])]) -> Loaded {
    let mut inputs = io::builtin::inputs();
    for (name, bytes) in files {
        inputs.push(Input { path: (*name).into(), bytes: bytes.to_vec().into(), built_in: false });
    }
    let loaded = io::load(&inputs, &io::Unwatched, &Alone).unwrap();
    loaded.run_on(Day::from_ymd(2026, 11, 24).unwrap())
}

#[test]
fn the_header_is_found_below_what_stands_above_it() {
    for above in [
        "sep=;\n",
        "# exported 2026-11-01\n# licence CC BY 4.0\n",
        "Data centres of the north\n\n",
        "My list of sites;;;;\nAs of November 2026;;;;\n;;;;\n",
        "",
    ] {
        let text = format!(
            "{above}name;lat;lon;power_mw;online\nAlpha;52,5;13,4;100;2024\nBeta;50,1;8,7;20;2025\n"
        );
        let loaded = load(&text);
        assert_eq!(names(&loaded.data), ["Alpha", "Beta"], "{above:?}");
        assert_eq!(loaded.data.sites.lat[0].get(), Some(52.5), "{above:?}");
        assert_eq!(power(&loaded.data, "2026-11").0, 120.0, "{above:?}");
        let line = loaded.data.sites.origin.at(0).line as usize;
        assert_eq!(text.lines().nth(line - 1), Some("Alpha;52,5;13,4;100;2024"));
    }
}

#[test]
fn a_row_of_groups_above_or_of_units_below_the_header_is_no_row() {
    let text = "Site,Location,,Power,\nname,lat,lon,power_mw,online\nAlpha,52,13,100,2024\n";
    assert_eq!(names(&load(text).data), ["Alpha"]);
    let text =
        "Site,Location,,Power,\n,Latitude,Longitude,IT (MW),Total (MW)\nAlpha,52,13,80,100\n";
    let data = load(text).data;
    assert_eq!(data.phases.it_mw[0].get(), Some(80.0));
    assert_eq!(data.phases.facility_mw[0].get(), Some(100.0));
    let text = "name,lat,lon,power,online\n,deg,deg,GW,year\nAlpha,52,13,0.1,2024\n";
    assert_eq!(power(&load(text).data, "2026-11").0, 100.0);
}

#[test]
fn sums_remarks_and_comments_are_left_out_and_short_rows_stay() {
    let text = "name,lat,lon,power_mw,online\nAlpha,52,13,100,2024\n# a remark\nBeta,50,8,40\n\
                Total,,,140,\nSource: own work\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["Alpha", "Beta"]);
    assert_eq!(power(&loaded.data, "2026-11"), (100.0, 40.0));
    for code in ["W231", "W232", "W233"] {
        assert!(codes(&loaded.report).contains(&code), "{code}");
    }
    let own = loaded.report.tables.iter().find(|t| t.file.ends_with("own.csv")).unwrap();
    assert_eq!((own.rows, own.kept), (4, 2));
    // A company of that name is none.
    let text =
        "name,lat,lon,power_mw,online\nTotal,52,13,100,2024\nTotal Energies 1,50,8,40,2024\n";
    assert_eq!(names(&load(text).data).len(), 2);
}

#[test]
fn quotes_behind_blanks_open_cells() {
    let text =
        "name, operator, lat, lon, power_mw, online\nAlpha, \"Foo, Inc.\", 52, 13, 100, 2024\n";
    let data = load(text).data;
    assert_eq!(data.text(data.sites.operator[0]), "Foo, Inc.");
    assert_eq!(power(&data, "2026-11").0, 100.0);
}

#[test]
fn what_stands_by_date_becomes_steps() {
    // One row a year, in any order; a fall is a retirement.
    let text = "name,lat,lon,year,power_mw\nAlpha,52,13,2025,150\nAlpha,52,13,2023,100\nAlpha,52,13,2024,200\n";
    let data = load(text).data;
    assert_eq!(names(&data), ["Alpha"]);
    let at = |month| power(&data, month).0;
    assert_eq!(
        [at("2023-06"), at("2024-06"), at("2025-06"), at("2026-06")],
        [100.0, 200.0, 150.0, 150.0]
    );
    let text = "Data center,Date,Power (MW),H100 equivalents\nA,9/20/2016,0,0\nA,1/28/2018,76,4000\n\
                A,6/19/2020,108,6000\nB,1/1/2024,50,1\nB,6/1/2025,0,0\n";
    let data = load(text).data;
    assert_eq!(names(&data), ["A", "B"]);
    let at = |month| power(&data, month).0;
    assert_eq!(
        [at("2017-01"), at("2019-01"), at("2024-06"), at("2026-06")],
        [0.0, 76.0, 158.0, 108.0]
    );
    // Years as columns.
    let text = "Site;Land;2023;2024;2025\nA;Deutschland;100;200;250\nB;Frankreich;;50;20\n";
    let data = load(text).data;
    let at = |month| power(&data, month).0;
    assert_eq!([at("2023-06"), at("2024-06"), at("2025-06")], [100.0, 250.0, 270.0]);
    let text = "name,lat,lon,MW Jan-24,MW Jun-25\nA,1,2,10,30\n";
    let data = load(text).data;
    assert_eq!([power(&data, "2024-03").0, power(&data, "2026-03").0], [10.0, 30.0]);
}

#[test]
fn several_rows_of_a_site_are_its_units() {
    let text = "Plant name,Unit name,Latitude,Longitude,Capacity (MW),Start year,Status\n\
                Alpha,A1,52,13,100,2022,operating\nAlpha,A2,52,13,50,2024,operating\nBeta,1,50,8,70,2025,operating\n";
    let data = load(text).data;
    assert_eq!(names(&data), ["Alpha", "Beta"]);
    assert_eq!(power(&data, "2026-11").0, 220.0);
    let text = "id,name,lat,lon,power_mw,online\nx1,Alpha,52,13,100,2023\nx1,Alpha,52,13,100,2024\n\
                x1,Alpha,52,13,100,2024\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["Alpha"]);
    assert_eq!(power(&loaded.data, "2026-11").0, 200.0, "the same row twice is one");
    assert!(codes(&loaded.report).contains(&"E111"));
    // Two that only share a name stay two.
    let text = "name,lat,lon,power_mw,online\nAnonymous,52,13,100,2023\nAnonymous,10,13,50,2024\n";
    assert_eq!(names(&load(text).data).len(), 2);
}

#[test]
fn phases_name_their_site_and_sites_without_places_carry_their_units() {
    let sites = b"name,lat,lon\nAlpha Campus,52,13\nBeta,50,8\n";
    let phases =
        b"site,phase,online,facility_mw\nAlpha Campus,1,2024-01-01,100\nbeta,1,2025-01-01,20\n";
    let loaded = load_bytes(&[("s.csv", sites), ("p.csv", phases)]);
    assert_eq!(power(&loaded.data, "2026-11").0, 120.0);
    let loaded = load_bytes(&[(
        "p.csv",
        b"Facility,Building,MW,Online date\nZeta,A,40,2024\nZeta,B,60,2026-03\n",
    )]);
    assert_eq!(names(&loaded.data), ["Zeta"]);
    assert_eq!(power(&loaded.data, "2026-11").0, 100.0);
}

#[test]
fn encodings_of_the_world_are_read() {
    for (coding, name) in [
        (encoding_rs::GBK, "贵安数据中心"),
        (encoding_rs::SHIFT_JIS, "東京データセンター"),
        (encoding_rs::WINDOWS_1251, "Центр обработки данных"),
        (encoding_rs::WINDOWS_1252, "Münchener Rechenzentrum Süd"),
    ] {
        let text = format!("name,lat,lon,power_mw,online\n{name},26.4,106.6,100,2024\n");
        let loaded = load_bytes(&[("own.csv", &coding.encode(&text).0)]);
        assert_eq!(names(&loaded.data), [name]);
        assert!(codes(&loaded.report).contains(&"W201"));
    }
    // Large enough to be read in blocks, with one line late that is of another encoding.
    let mut bytes = b"name,lat,lon,power_mw,online\n".to_vec();
    for at in 0..4000 {
        bytes.extend_from_slice(format!("Gießen {at},52,13,1,2024\n").as_bytes());
    }
    bytes.extend_from_slice(&encoding_rs::WINDOWS_1252.encode("Köln Süd,51,7,1,2024\n").0);
    let loaded = load_bytes(&[("own.csv", &bytes)]);
    assert_eq!(names(&loaded.data).len(), 4001);
    assert_eq!(names(&loaded.data)[0], "Gießen 0");
    assert_eq!(names(&loaded.data)[4000], "Köln Süd");
}

#[test]
fn sums_of_units_and_of_states_are_left_out() {
    let text = "Campus,Building,MW,Online\nA,1,100,2024\nA,2,100,2025\nA,Total,200,\n";
    let data = load(text).data;
    assert_eq!(power(&data, "2026-11").0, 200.0);
    let text = "name,state,lat,lon,mw,online\nA,TX,32,-97,100,2024\nTexas total,,,,100,\nSubtotal,,,,100,\nAverage,,,,100,\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["A"]);
    assert_eq!(loaded.report.findings().iter().filter(|f| f.code == "W233").count(), 3);
}

#[test]
fn units_below_the_header_and_quotes_behind_blanks_in_every_row() {
    let text =
        "Name,Country,Capacity (MW),Start\n,,MW,yyyy\nAlpha,USA,100,2024\nBeta,USA,50,2025\n";
    assert_eq!(power(&load(text).data, "2026-11").0, 150.0);
    let text = "name, country, mw, online\n\"A\", \"USA\", \"300\", \"2024\"\n\"B\", \"USA\", \"20\", \"2025\"\n";
    assert_eq!(power(&load(text).data, "2026-11").0, 320.0);
}

/// MW at the meter by the names of phases, and their states.
fn by_phase(loaded: &Loaded) -> Vec<(String, f64, wattlas::model::Status)> {
    let phases = &loaded.data.phases;
    let of = |row: usize| {
        let name = loaded.data.text(phases.phase[row]).to_owned();
        (name, phases.facility_mw[row].get().unwrap_or(-1.0), phases.status[row])
    };
    (0..phases.len()).map(of).collect()
}

#[test]
fn states_side_by_side_are_shares_of_a_site() {
    use wattlas::model::Status::{Construction, Operating, Planned};
    for header in [
        "Operational MW,Under construction MW,Planned MW",
        "Installed capacity (MW),Capacity under construction (MW),Pipeline capacity (MW)",
        "live_mw,uc_mw,committed_mw",
    ] {
        let text = format!("name,country,{header}\nAlpha,US,100,50,200\nBeta,US,,300,\n");
        let loaded = load(&text);
        let found: Vec<_> = by_phase(&loaded).into_iter().map(|(_, mw, s)| (mw, s)).collect();
        let wanted = [(100.0, Operating), (50.0, Construction), (200.0, Planned)];
        assert_eq!(found[..3], wanted, "{header}");
        assert_eq!(found[3..], [(300.0, Construction)], "{header}");
        assert_eq!(power(&loaded.data, "2026-12"), (100.0, 550.0), "{header}");
    }
    // IT load of the whole is parted as its power is.
    let text = "name,country,it_mw,Existing MW,Additional MW,Total MW\nAlpha,US,80,60,40,100\n";
    let loaded = load(text);
    let it: Vec<_> = loaded.data.phases.it_mw.iter().map(|mw| mw.get()).collect();
    assert_eq!(it, [Some(48.0), Some(32.0)]);
    assert_eq!(power(&loaded.data, "2026-12"), (60.0, 40.0), "the total is not counted again");
    // A whole that is another figure than the sum is used alone.
    let text = "name,country,Operational MW,Under construction MW,Capacity (MW)\nA,US,10,20,500\n";
    let loaded = load(text);
    assert_eq!(by_phase(&loaded).len(), 1);
    assert_eq!(loaded.data.phases.facility_mw[0].get(), Some(500.0));
    assert!(codes(&loaded.report).contains(&"W229"));
}

#[test]
fn numbered_phases_side_by_side_are_phases() {
    for header in
        ["Phase 1 (MW),Phase 2 (MW)", "building_a_mw,building_b_mw", "Hall I MW,Hall II MW"]
    {
        let loaded = load(&format!("name,country,online,{header}\nAlpha,US,2025,100,~50\n"));
        let titles: Vec<&str> = header.split(',').collect();
        let found = by_phase(&loaded);
        let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, titles);
        assert_eq!(power(&loaded.data, "2026-12").0, 150.0, "{header}");
        let high = loaded.data.phases.facility_mw_high[1].get().unwrap();
        assert_eq!(loaded.data.phases.facility_mw_low[1].get(), Some(45.0));
        assert!((high - 55.0).abs() < 1e-9);
    }
    let dates = "name,country,mw,Phase 1,Phase 2\nAlpha,US,100,2025,2026\n";
    assert_eq!(power(&load(dates).data, "2026-12").1, 100.0, "dates of phases are no power");
}

#[test]
fn years_that_add_up_to_a_total_are_added_and_others_stand() {
    let added = "Site,Country,2024,2025,2026,Total\nA,US,100,200,100,400\nB,DE,50,0,50,100\n";
    let stands = "Site,Country,MW 2024A,MW 2025E,MW 2026F\nA,US,100,300,400\nB,DE,50,50,100\n";
    let said =
        "Site,Country,MW added 2024,MW added 2025,MW added 2026\nA,US,100,200,100\nB,DE,50,,50\n";
    for text in [added, stands, said] {
        let data = load(text).data;
        for (month, mw) in [("2024-12", 150.0), ("2025-12", 350.0), ("2026-12", 500.0)] {
            assert_eq!(power(&data, month).0, mw, "{text} in {month}");
        }
    }
    let rows = "site,date,increment_mw,cumulative_mw,country\nA,2024-01,100,100,US\n\
                A,2025-01,50,150,US\nB,2024-06,20,20,US\nB,2025-06,30,50,US\n";
    let data = load(rows).data;
    assert_eq!(names(&data), ["A", "B"]);
    assert_eq!((power(&data, "2024-12").0, power(&data, "2026-01").0), (120.0, 200.0));
}

#[test]
fn merged_cells_go_on_with_the_site_above() {
    let text = "Campus,City,Country,Building,MW,Online\nAlpha,Columbus,US,B1,100,2024\n\
                ,,,B2,50,2025\n,,,B3,25,2026\nBeta,Dallas,US,B1,10,2024\n,,,B2,20,2025\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["Alpha", "Beta"]);
    assert_eq!(loaded.data.phases.len(), 5);
    assert_eq!(power(&loaded.data, "2026-12").0, 205.0);
    assert!(codes(&loaded.report).contains(&"N307"));
    // Without a column of units, too; a row that says where it is stays a site of its own.
    let text = "name,country,mw,online\nAlpha,US,100,2024\n,,50,2025\n,DE,7,2025\n";
    let loaded = load(text);
    assert_eq!(loaded.data.sites.len(), 2);
    assert_eq!(power(&loaded.data, "2026-12").0, 157.0);
}

#[test]
fn headings_of_regions_and_headers_again_are_no_sites() {
    let text = "name,country,city,mw,online\nNorth America,,,,\nAlpha,US,Columbus,100,2024\n\
                Germany,,,,\nBeta,DE,Berlin,20,2024\nname,country,city,mw,online\nGamma,FR,Paris,5,2024\n\
                Delta,,,,\n";
    let loaded = load(text);
    assert_eq!(names(&loaded.data), ["Alpha", "Beta", "Gamma", "Delta"]);
    assert_eq!(codes(&loaded.report).iter().filter(|code| **code == "W232").count(), 2);
    assert!(codes(&loaded.report).contains(&"E120"));
    let own = loaded.report.tables.iter().find(|table| table.file.ends_with("own.csv")).unwrap();
    assert_eq!((own.rows, own.kept), (7, 4));
}

#[test]
fn tables_under_one_another_are_read_each_as_what_it_is() {
    let sites = "name,country,mw,online\nAlpha,US,100,2024\nBeta,DE,20,2024\n";
    let phases = "\nPhases\nsite_id,phase,online,facility_mw\nalpha,P1,2025,70\nbeta,P1,2025,30\n";
    let loaded = load(&format!("{sites}{phases}"));
    assert_eq!(names(&loaded.data), ["Alpha", "Beta"]);
    assert_eq!(loaded.data.phases.len(), 2, "a file of phases goes before power of sites");
    assert_eq!(power(&loaded.data, "2026-12").0, 100.0);
    let line = loaded.data.phases.origin.at(0).line;
    assert_eq!(line, 7, "lines are those of the file");
    assert!(codes(&loaded.report).contains(&"N308"));
    let loaded = load(&format!("{sites}\nzone,month,price_usd_per_mwh\nUS-PJM,2025-01,44\n"));
    assert_eq!(names(&loaded.data), ["Alpha", "Beta"], "a table that is none is no site");
    assert!(codes(&loaded.report).contains(&"E109"));
    let lost: u64 = loaded.report.tables.iter().filter(|t| t.kind.is_none()).map(|t| t.rows).sum();
    assert_eq!(lost, 1);
}

#[test]
fn units_in_a_file_of_their_own_belong_to_the_sites_of_another() {
    // By id, by name, in another language, and a list of other sites, which stays one.
    /// Two files, MW by site, and phases.
    type Case = (&'static str, &'static str, &'static [(&'static str, f64)], usize);
    let cases: [Case; 5] = [
        // More of a site's columns than of a phase's.
        (
            "Project ID,Project Name,Country,Latitude,Longitude\nX1,Alpha,USA,40,-100\nX2,Beta,USA,41,-90\n",
            "Project ID,Country,City,Operator,Owner,Unit,In-service date,Capacity (MW)\n\
             X1,USA,Reno,O,P,1,2024,100\nX1,USA,Reno,O,P,2,2030,50\nX2,USA,Boise,O,P,1,2025,30\n",
            &[("Alpha", 150.0), ("Beta", 30.0)],
            3,
        ),
        (
            "Project ID,Project Name,Country,Latitude,Longitude,Comments\nX1,Alpha,USA,40,-100,ok\nX2,Beta,USA,41,-90,\n",
            "Project ID,Unit,In-service date,Nameplate capacity (MW),Unit status\nX1,1,2024,100,Operating\n\
             X1,2,2030,50,Announced\nX2,1,Q1 2025,~300,in service\n",
            &[("Alpha", 150.0), ("Beta", 300.0)],
            3,
        ),
        (
            "Facility,City,Lat,Lon\nAlpha,Reno,39.5,-119.8\nBeta,Boise,43.6,-116.2\n",
            "Facility,Building,COD,Power (MW)\nAlpha,A,2024,20\nBeta,A,2024,30\nBeta,B,2025,40\n",
            &[("Alpha", 20.0), ("Beta", 70.0)],
            3,
        ),
        (
            "Standort;Land;Breite;Länge\nAlpha;Deutschland;50,1;8,6\nBeta;Deutschland;52,5;13,4\n",
            "Standort;Block;Inbetriebnahme;Leistung (MW)\nAlpha;1;2024;12,5\nBeta;1;2025;20\n",
            &[("Alpha", 12.5), ("Beta", 20.0)],
            2,
        ),
        (
            "Name,Country,Lat,Lon\nAlpha,USA,40,-100\n",
            "Name,Country,MW,COD\nGamma,USA,10,2024\nDelta,USA,20,2024\n",
            &[("Alpha", 0.0), ("Gamma", 10.0), ("Delta", 20.0)],
            2,
        ),
    ];
    for (sites, units, wanted, phases) in cases {
        for both in [[("a.csv", sites), ("b.csv", units)], [("b.csv", units), ("a.csv", sites)]] {
            let loaded = load_bytes(&both.map(|(name, text)| (name, text.as_bytes())));
            let data = &loaded.data;
            assert_eq!(data.phases.len(), phases, "{units}");
            let mut found: Vec<(&str, f64)> = (0..data.sites.len())
                .map(|site| {
                    let mw = |phase: usize| data.phases.facility_mw[phase].get().unwrap_or(0.0);
                    (data.text(data.sites.name[site]), data.phases_of(site).map(mw).sum())
                })
                .collect();
            found.sort_by(|a, b| a.0.cmp(b.0));
            let mut wanted = wanted.to_vec();
            wanted.sort_by(|a, b| a.0.cmp(b.0));
            assert_eq!(found, wanted, "{units}");
        }
    }
}

/// MW at the meter of each phase by its site and phase, as the file has them.
fn phases_of(text: &str) -> Vec<(String, String, String, f64)> {
    let data = load(text).data;
    (0..data.phases.len())
        .map(|phase| {
            let site = data.phases.site[phase] as usize;
            let day = data.phases.online[phase].get().map_or(String::new(), |day| day.to_string());
            let mw = data.phases.facility_mw[phase].get().unwrap_or(-1.0);
            let [site, name] = [data.sites.name[site], data.phases.phase[phase]];
            (data.text(site).to_owned(), data.text(name).to_owned(), day, mw)
        })
        .collect()
}

#[test]
fn a_second_column_of_dates_holds_where_the_first_is_empty() {
    for (text, wanted) in [
        (
            "q_id,q_status,q_date,prop_date,on_date,project_name,state,load_mw\n\
             Q1,active,2023-04-01,2027-12-31,,Lotus,VA,300\nQ2,operational,2020-01-10,2023-05-01,2023-06-15,Star,TX,200\n",
            ["2027-12-31", "2023-06-15"],
        ),
        (
            "Name,Country,MW,Planned COD,Actual COD\nA,USA,1,2027,\nB,USA,2,2023,2024\n",
            ["2027-01-01", "2024-01-01"],
        ),
        (
            "Name,Country,MW,In-service date,Expected in-service date\nA,USA,1,TBD,Q3 2027\nB,USA,2,2024-02-03,\n",
            ["2027-07-01", "2024-02-03"],
        ),
    ] {
        let found: Vec<String> = phases_of(text).into_iter().map(|phase| phase.2).collect();
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn what_stands_and_what_its_parts_are_is_told_apart() {
    let day = |text: &str| text.to_owned();
    let phase = |site: &str, name: &str, on: &str, mw: f64| (day(site), day(name), day(on), mw);
    // Two rows of one site and date are parts of it.
    assert_eq!(
        phases_of("Name,Tenant,MW,Year\nA,Meta,50,2023\nA,AWS,100,2023\nB,Google,70,2024\n"),
        [
            phase("A", "Whole site", "2023-01-01", 50.0),
            phase("A", "Unit 2", "2023-01-01", 100.0),
            phase("B", "Whole site", "2024-01-01", 70.0)
        ]
    );
    // A cumulative column stands, whatever its rows are called.
    let mw = |text: &str| phases_of(text).into_iter().map(|phase| phase.3).collect::<Vec<_>>();
    assert_eq!(
        mw("Campus,Phase,Cumulative MW,Date\nA,1,100,2024\nA,2,300,2026\nA,3,600,2028\n"),
        [100.0, 200.0, 300.0]
    );
    // The power of a phase goes before that of its site, which stands in every row.
    assert_eq!(
        mw(
            "Site ID,Site,Phase,Phase capacity (MW),Total capacity (MW),Commissioned\n1,A,1,50,200,2023\n1,A,2,150,200,2027\n"
        ),
        [50.0, 150.0]
    );
    // The id of a place goes before that of its units.
    let text = "GEM location ID,GEM unit/phase ID,Country/Area,Project Name,Phase Name,Capacity (MW),Start year\n\
        L1,G1,United States,Redwood,1,120,2021\nL1,G2,United States,Redwood,2,180,2027\n";
    assert_eq!(load(text).data.sites.len(), 1);
    // Size beside its unit is power; remarks are no sites, and cells that are missing no header.
    assert_eq!(
        mw("Facility,Size,Unit,Country,Start date\nA,1.2,GW,USA,2026-01\nB,300,MW,USA,2025-05\n"),
        [1200.0, 300.0]
    );
    let noted =
        "Plant Name,Country,MW,Year\nA,USA,5,2024\nNOTES: from the form,,,\nSource: a list,,,\n";
    assert_eq!(names(&load(noted).data), ["A"]);
    assert_eq!(
        mw("Site,Country,MW 2024,MW 2025,MW 2026\nHill,USA,50,100,200\nLake,Canada,-,-,80\n"),
        [50.0, 50.0, 100.0, 80.0]
    );
}

#[test]
fn points_are_read_in_what_databases_write() {
    for cell in [
        "SRID=4326;POINT (8.68 50.11)",
        "POINT Z (8.68 50.11 0)",
        "\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[8.68,50.11]}\"",
        "POINT(8.68 50.11)",
    ] {
        let text = format!("Name|Country|geom|MW\nA|Germany|{cell}|1\nB|Germany|{cell}|2\n");
        let data = load(&text).data;
        let point = [data.sites.lat[1], data.sites.lon[1]].map(|degrees| degrees.get().unwrap());
        assert_eq!(point, [50.11, 8.68], "{cell}");
    }
}

#[test]
fn phases_side_by_side_have_their_own_dates() {
    let found = phases_of(
        "Name,State,Phase I MW,Phase I date,Phase II MW,Phase II date\nA,TX,100,2025,200,Q3 2027\nB,OH,60,2026-03,,\n",
    );
    let found: Vec<(&str, f64)> = found.iter().map(|phase| (phase.2.as_str(), phase.3)).collect();
    assert_eq!(found, [("2025-01-01", 100.0), ("2027-07-01", 200.0), ("2026-03-01", 60.0)]);
    // Thousands of kW, where semicolons part the cells; MW may have three decimals.
    let mw = |text: &str| phases_of(text).into_iter().map(|phase| phase.3).collect::<Vec<_>>();
    assert_eq!(
        mw("Name;Land;Leistung (kW)\nA;DE;4.500\nB;DE;12.000\nC;DE;850\n"),
        [4.5, 12.0, 0.85]
    );
    assert_eq!(mw("Name;Land;Leistung (kW)\nA;DE;417.625 MW\nB;DE;536 MW\n"), [417.625, 536.0]);
    assert_eq!(mw("Name;Land;MW\nA;DE;4.500\nB;DE;157.875\n"), [4.5, 157.875]);
    assert_eq!(mw("Name;Land;MW\nA;DE;664.875\nB;DE;120.125\n"), [664.875, 120.125]);
    assert_eq!(mw("Name;Land;MW\nA;DE;0.125\nB;DE;1.125\n"), [0.125, 1.125]);
}
