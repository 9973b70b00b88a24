//! Words of the trade in cells: power, counts, dates, places, what is missing.

use wattlas::model::{Confidence, Precision};

use super::{codes, first, load, names, power};

/// MW of each phase, in the order of the rows.
fn mw(text: &str) -> Vec<Option<f64>> {
    let data = load(text).data;
    data.phases.facility_mw.iter().map(|mw| mw.get()).collect()
}

#[test]
fn a_unit_in_a_cell_beats_that_of_the_header() {
    let text = "name,lat,lon,Power (GW),online\nA,52,13,80 MW,2024\nB,52,14,1.5,2024\n\
                C,52,15,\"1,2 GW\",2024\nD,52,16,650kW,2024\nE,52,17,2.4 gigawatts,2024\n";
    assert_eq!(mw(text), [80.0, 1500.0, 1200.0, 0.65, 2400.0].map(Some));
    let text = "Standort;Breitengrad;Längengrad;Leistung;Inbetriebnahme\nA;52,1;13,2;1,2 GW;2024\n\
                B;50,1;8,7;800 kW;2024\nC;48,1;11,6;1.200 MW;2024\n";
    assert_eq!(mw(text), [1200.0, 0.8, 1200.0].map(Some));
}

#[test]
fn ranges_and_abouts_keep_their_bounds() {
    let text = "name,lat,lon,power_mw,online\nA,1,2,~300,2024\nB,1,3,300–500 MW,2024\n\
                C,1,4,>1 GW,2024\nD,1,5,up to 600,2024\nE,1,6,approx. 50,2024\n";
    let data = load(text).data;
    let of = |at: usize| {
        let phases = &data.phases;
        let [low, high] = [&phases.facility_mw_low, &phases.facility_mw_high].map(|c| c[at].get());
        (phases.facility_mw[at].get().unwrap(), low.map(f64::round), high.map(f64::round))
    };
    assert_eq!(of(0), (300.0, Some(270.0), Some(330.0)));
    assert_eq!(of(1), (400.0, Some(300.0), Some(500.0)));
    assert_eq!(of(2), (1000.0, Some(1000.0), None));
    assert_eq!(of(3), (600.0, None, Some(600.0)));
    assert_eq!(of(4), (50.0, Some(45.0), Some(55.0)));
    // Bounds in columns of their own; the value is their middle where none is given.
    let text = "name,lat,lon,power_mw_low,power_mw_high,online\nA,1,2,100,300,2024\n";
    let data = load(text).data;
    assert_eq!(data.phases.facility_mw[0].get(), Some(200.0));
}

#[test]
fn counts_are_read_as_people_write_them() {
    let text = "name,lat,lon,# of GPUs,GPU type,online\nA,52,13,100k,H100,2024\nB,52,14,~20000,H100,2024\n\
                C,52,15,\"100,000+\",H100,2024\nD,52,16,1.5 million,GB200,2025\n";
    let loaded = load(text);
    let counts: Vec<_> = loaded.data.phases.chip_count.iter().map(|c| c.get().unwrap()).collect();
    assert_eq!(counts, [100_000.0, 20_000.0, 100_000.0, 1_500_000.0]);
    assert_eq!(loaded.data.text(loaded.data.phases.chip[0]), "H100");
    assert_eq!(loaded.data.phases.chip_count_low[2].get(), Some(100_000.0));
}

#[test]
fn dates_of_the_trade_are_read_with_their_precision() {
    let read = |cell: &str| {
        let text = format!("name,lat,lon,power_mw,online\nA,1,2,10,\"{cell}\"\n");
        let loaded = load(&text);
        let day = loaded.data.phases.online[0].get().map(|day| day.to_string());
        (
            day.unwrap_or_default(),
            loaded.data.phases.precision[0],
            codes(&loaded.report).contains(&"N303"),
        )
    };
    for (cell, day, precision) in [
        ("Q3 2027", "2027-07-01", Precision::Quarter),
        ("3Q27", "2027-07-01", Precision::Quarter),
        ("H2 2026", "2026-07-01", Precision::Half),
        ("mid-2027", "2027-07-01", Precision::Quarter),
        ("early 2025", "2025-01-01", Precision::Quarter),
        ("Ende 2025", "2025-10-01", Precision::Quarter),
        ("Jun-27", "2027-06-01", Precision::Month),
        ("décembre 2026", "2026-12-01", Precision::Month),
        ("15 Jun 2027", "2027-06-15", Precision::Day),
        ("by 2030", "2030-01-01", Precision::Year),
        ("45292", "2024-01-01", Precision::Day),
        ("2026-01-05T10:00:00Z", "2026-01-05", Precision::Day),
        ("2027年6月", "2027-06-01", Precision::Month),
    ] {
        assert_eq!(read(cell), (day.to_owned(), precision, false), "{cell}");
    }
    assert_eq!(read("FY2027"), ("2027-01-01".to_owned(), Precision::Year, true));
}

#[test]
fn what_is_missing_in_words_is_no_error() {
    for word in
        ["TBD", "TBC", "n.d.", "NaN", "#VALUE!", "undisclosed", "-", "N/A", "k. A.", "unknown"]
    {
        let text = format!("name,lat,lon,power_mw,online\nA,1,2,{word},{word}\nB,1,3,5,2024\n");
        let loaded = load(&text);
        assert_eq!(names(&loaded.data), ["A", "B"], "{word}");
        assert_eq!(power(&loaded.data, "2026-11"), (5.0, 0.0), "{word}");
        let told = codes(&loaded.report);
        assert!(!told.iter().any(|code| code.starts_with('E')), "{word}: {told:?}");
    }
}

#[test]
fn places_are_read_in_all_usual_forms() {
    let at = |text: &str| {
        let data = load(text).data;
        let place = (data.sites.lat[0].get(), data.sites.lon[0].get());
        (place.0.expect(text), place.1.expect(text))
    };
    for (lat, lon) in [
        ("\"52°30'0\"\"N\"", "\"13°24'0\"\"E\""),
        ("N 52° 30.000'", "E 13° 24.000'"),
        ("52º30'N", "13º24'E"),
        ("52.5°", "13.4°"),
        ("52.5", "13.4"),
    ] {
        let (found, also) =
            at(&format!("name,lat,lon,power_mw\nA,{lat},{lon},5\nB,{lat},{lon},5\n"));
        assert!((found - 52.5).abs() < 1e-9 && (also - 13.4).abs() < 1e-9, "{lat} {lon}");
    }
    for (title, cell) in [
        ("Coordinates", "\"52.5, 13.4\""),
        ("geom", "POINT (13.4 52.5)"),
        ("location", "\"(52.5, 13.4)\""),
        ("lonlat", "\"13.4, 52.5\""),
        ("GPS", "52°30'N 13°24'E"),
    ] {
        let found = at(&format!("name,{title},power_mw\nA,{cell},5\nB,{cell},5\n"));
        assert!(
            (found.0 - 52.5).abs() < 1e-9 && (found.1 - 13.4).abs() < 1e-9,
            "{title}: {found:?}"
        );
    }
}

#[test]
fn points_outside_their_country_are_told_with_the_mend() {
    for (row, help) in [
        ("Berlin,DEU,13.4,52.5", "swapped"),
        ("Ashburn,USA,39.0,77.5", "west is negative"),
        ("Sydney,Australia,33.8,151.2", "south is negative"),
        ("Nowhere,Germany,0,0", "leave both empty"),
    ] {
        let loaded = load(&format!("name,country,lat,lon,power_mw\n{row},5\n"));
        let found = loaded.report.findings().iter().find(|f| f.code == "W236").expect(row);
        assert!(found.help.as_deref().unwrap_or("").contains(help), "{row}: {:?}", found.help);
    }
    for row in [
        "Frankfurt,DEU,50.1,8.7",
        "Honolulu,USA,21.3,-157.8",
        "Suva,Fiji,-18.1,178.4",
        "Oslo,NOR,59.9,10.7",
    ] {
        let loaded = load(&format!("name,country,lat,lon,power_mw\n{row},5\n"));
        assert!(!codes(&loaded.report).contains(&"W236"), "{row}");
    }
}

#[test]
fn a_price_zone_that_is_none_or_elsewhere_is_told_and_not_used() {
    let text =
        "name,country,bidding zone,lat,lon,power_mw\nA,USA,DOM,39,-77.5,9\nB,USA,PJM,39,-77.5,9\n";
    let loaded = load(text);
    assert_eq!(first(&loaded.report, "W235").1, 2);
    let zone = |site: usize| loaded.data.text(loaded.data.price_start(site));
    assert_eq!([zone(0), zone(1)], ["USA", "USA"]);
}

#[test]
fn tags_become_confidence_and_lists_are_parted_by_what_they_use() {
    let text = "Title,Project,Owner,Users,Latitude,Longitude,Current power (MW)\n\
                One,P1 #confident,Meta #confident,\"Meta,OpenAI\",40,-82,100\n\
                Two,P2 #confident,X #speculative,\"A,B,C\",41,-83,50\n";
    let data = load(text).data;
    let sites = &data.sites;
    assert_eq!(data.text(sites.owner[0]), "Meta");
    assert_eq!(data.text(sites.users[1]), "A; B; C");
    assert_eq!(data.phases.confidence[0], Confidence::High);
    assert_eq!(data.phases.confidence[1], Confidence::Low);
    let text = "name,operator,lat,lon,power_mw\nA,\"Foo, Inc.\",1,2,3\nB,\"Bar, LLC\",1,3,3\n";
    let data = load(text).data;
    assert_eq!(data.text(data.sites.operator[0]), "Foo, Inc.");
    let text = "name,operator,lat,lon,power_mw\nA,\"X\nY\",1,2,3\nB,Z,1,3,3\n";
    let data = load(text).data;
    assert_eq!(data.text(data.sites.operator[0]), "X; Y");
}

#[test]
fn states_of_trackers_are_known_and_kept_as_written() {
    use wattlas::model::Status::{Announced, Cancelled, Construction, Operating, Planned};
    for (word, status) in [
        ("pre-permit", Planned),
        ("shelved", Cancelled),
        ("mothballed", Cancelled),
        ("Zoning application", Planned),
        ("Conditional use permit", Planned),
        ("Disclosed", Announced),
        ("(OP) Operating", Operating),
        ("(V) Under construction, more than 50 percent complete", Construction),
        ("(T) Regulatory approvals received. Not under construction", Planned),
        ("withdrawn", Cancelled),
        ("建设中", Construction),
        ("運営中", Operating),
    ] {
        let data = load(&format!("name,lat,lon,power_mw,status\nA,1,2,3,\"{word}\"\n")).data;
        let known = data.sites.status[0] == status;
        assert!(known || word == "運営中", "{word}: {:?}", data.sites.status[0]);
        assert_eq!(data.status_of_site(0), word);
    }
}

#[test]
fn draws_take_amounts_from_within_their_bounds() {
    use wattlas::scenario::{Engine, Measure, Scenario, Sweep, SweepQuery};
    let band = |cell: &str, measure: Measure| {
        let text = format!(
            "name,country,lat,lon,power_mw,online,status\nA,DEU,50,8,{cell},2024,operating\n"
        );
        let data = load(&text).data;
        let engine = Engine::new(&data, &data.grid());
        let query = SweepQuery { draws: Some(2000), ..SweepQuery::new(measure) };
        let sweep = Sweep::new(&data, &engine, &Scenario::default(), query).unwrap();
        let bands = sweep.bands(&wattlas::scenario::Alone, 2000);
        bands.rows.last().unwrap().months.last().unwrap().unwrap()
    };
    let near = |found: f64, wanted: f64| (found - wanted).abs() < 8.0;
    let [low, _, middle, _, high] = band("300-500 MW", Measure::FacilityMw);
    assert!(near(low, 310.0) && near(middle, 400.0) && near(high, 490.0), "{low} {middle} {high}");
    let [low, .., high] = band("~400", Measure::FacilityMw);
    assert!(near(low, 364.0) && near(high, 436.0), "{low} {high}");
    assert_eq!(band(">400 MW", Measure::FacilityMw), [400.0; 5]);
    assert_eq!(band("400", Measure::FacilityMw), [400.0; 5]);
    let [low, .., high] = band("300-500 MW", Measure::CostUsd);
    assert!(high / low > 1.5, "what it costs varies with it: {low} {high}");
}

#[test]
fn a_column_with_the_unit_of_each_row_is_its_unit() {
    let text = "Project,lat,lon,Capacity,Unit,Online\nA,1,2,300,MW,2024\nB,1,3,1.2,GW,2024\nC,1,4,850,kW,2024\n";
    assert_eq!(mw(text), [300.0, 1200.0, 0.85].map(Some));
    // What a unit of a site is called is none.
    let text = "Plant,lat,lon,Capacity (MW),Unit,Online\nA,1,2,300,1,2024\nA,1,2,200,2,2024\n";
    assert_eq!(mw(text), [300.0, 200.0].map(Some));
}

#[test]
fn months_stand_before_or_behind_their_year_or_in_a_column_of_their_own() {
    let day = |header: &str, cells: &str| {
        let data =
            load(&format!("name,lat,lon,power_mw,{header}\nA,1,2,3,{cells}\nB,1,2,3,{cells}\n"))
                .data;
        data.phases.online[0].get().map(|day| day.to_string()).unwrap_or_default()
    };
    assert_eq!(day("COD", "12/2027"), "2027-12-01");
    assert_eq!(day("COD", "03.2028"), "2028-03-01");
    assert_eq!(day("COD", "2027/06"), "2027-06-01");
    assert_eq!(day("COD", "2026-2028"), "2026-01-01");
    assert_eq!(day("Operating Month,Operating Year", "12,2026"), "2026-12-01");
}

#[test]
fn amounts_that_say_less_or_more_than_they_seem() {
    let text = "name,lat,lon,mw,online\nA,1,2,less than 50,2024\nB,1,3,300-MW,2024\nC,1,4,500 - 1 GW,2024\n\
                D,1,5,1.2 million,2024\nE,1,6,7,2024\n";
    let loaded = load(text);
    let found: Vec<_> = loaded.data.phases.facility_mw.iter().map(|mw| mw.get()).collect();
    assert_eq!(found, [Some(50.0), Some(300.0), Some(750.0), None, Some(7.0)]);
    assert_eq!(first(&loaded.report, "E104").1, 5, "a million of what, nobody knows");
}

#[test]
fn points_of_dates_say_nothing_of_numbers() {
    let text = "name\tlat\tlon\tpower_mw\tonline\nA\t1\t2\t722.625\t15.11.2020\nB\t1\t3\t73.375\t15.09.2021\n";
    assert_eq!(mw(text), [722.625, 73.375].map(Some));
}

#[test]
fn a_city_gives_a_site_its_place_where_it_has_none() {
    use wattlas::model::CoordPrecision;
    let at = |header: &str, row: &str| {
        let loaded = load(&format!("name,mw,{header}\nAlpha,100,{row}\n"));
        let sites = &loaded.data.sites;
        let text = |name| loaded.data.text(name).to_owned();
        let place = sites.lat[0].get().zip(sites.lon[0].get());
        assert_eq!(place.is_some(), sites.coord_precision[0] == CoordPrecision::City);
        assert_eq!(place.is_some(), codes(&loaded.report).contains(&"N306"));
        assert_eq!(
            loaded.data.placed_by_city,
            u32::from(place.is_some()),
            "the figure names the source"
        );
        let place = place.map(|(lat, lon)| (lat.round(), lon.round()));
        (place, text(sites.city[0]), text(sites.country[0]), text(sites.subdivision[0]))
    };
    let place = |lat, lon, city: &str, country: &str, state: &str| {
        (Some((lat, lon)), city.to_owned(), country.to_owned(), state.to_owned())
    };
    assert_eq!(at("Location", "\"Abilene, TX\""), place(32.0, -100.0, "Abilene", "USA", "US-TX"));
    assert_eq!(
        at("Address", "\"5502 Spinks Road, Abilene, TX 79601, USA\""),
        place(32.0, -100.0, "Abilene", "USA", "US-TX")
    );
    assert_eq!(at("Ort,Land", "München,Deutschland"), place(48.0, 12.0, "München", "DEU", ""));
    assert_eq!(at("location", "\"Dublin, Ireland\""), place(53.0, -6.0, "Dublin", "IRL", ""));
    assert_eq!(at("city,country", "Querétaro,Mexico"), place(21.0, -100.0, "Querétaro", "MEX", ""));
    assert_eq!(at("市,country", "上海,China").0, Some((31.0, 121.0)));
    // Many towns have this name.
    assert_eq!(at("city,country", "Springfield,US").0, None);
    assert_eq!(at("city,country", "Nowhere at all,US").0, None);
}

#[test]
fn cells_say_of_what_kind_their_power_is_and_how_often() {
    let text = "name,country,mw,pue,online\nA,US,300 MW (IT),120 %,2024\nB,US,3 x 50 MW,\"1,25\",2024\n\
                C,US,60-80 MW IT,1.2,2024\n";
    let data = load(text).data;
    let it: Vec<_> = data.phases.it_mw.iter().map(|mw| mw.get()).collect();
    let facility: Vec<_> = data.phases.facility_mw.iter().map(|mw| mw.get()).collect();
    assert_eq!(it, [Some(300.0), None, Some(70.0)]);
    assert_eq!(facility, [None, Some(150.0), None]);
    assert_eq!(data.phases.it_mw_low[2].get(), Some(60.0));
    let pue: Vec<_> = data.sites.pue.iter().map(|pue| pue.get()).collect();
    assert_eq!(pue, [Some(1.2), Some(1.25), Some(1.2)]);
    let swapped = load("name,country,facility_mw,it_mw\nA,US,80,100\nB,US,100,80\n");
    assert_eq!(codes(&swapped.report).iter().filter(|code| **code == "W238").count(), 1);
}

#[test]
fn codes_of_the_eia_and_dates_after_a_year_are_known() {
    use wattlas::model::Status::{Cancelled, Construction, Operating, Planned};
    let text = "name,state,status,mw,online\nA,OH,OP,1,2024\nB,OH,V,1,by 2030\nC,OH,P,1,after 2030\n\
                D,OH,CN,1,2024\nE,OH,TS,1,post-2027\n";
    let data = load(text).data;
    let status: Vec<_> = data.phases.status.iter().copied().collect();
    assert_eq!(status, [Operating, Construction, Planned, Cancelled, Construction]);
    let years: Vec<_> = data.phases.online.iter().map(|day| day.get().unwrap().ymd().0).collect();
    assert_eq!(years, [2024, 2030, 2031, 2024, 2028]);
}

#[test]
fn parts_of_years_products_and_sums_are_read_as_they_are_meant() {
    for (cell, day, precision) in [
        ("eind 2027", "2027-10-01", Precision::Quarter),
        ("medio 2019", "2019-07-01", Precision::Quarter),
        ("End of Q2 2026", "2026-04-01", Precision::Quarter),
        ("Q1-Q2 2027", "2027-01-01", Precision::Half),
        ("Q3–Q4 2028", "2028-07-01", Precision::Half),
        ("Q3 FY26", "2026-07-01", Precision::Quarter),
        ("1er semestre 2027", "2027-01-01", Precision::Half),
        ("2027年第1季度", "2027-01-01", Precision::Quarter),
        ("2028年第二季度", "2028-04-01", Precision::Quarter),
        ("2027年下半年", "2027-07-01", Precision::Half),
        ("2027年底", "2027-10-01", Precision::Quarter),
    ] {
        let data = load(&format!("name,country,mw,online\nA,USA,1,{cell}\n")).data;
        let read = data.phases.online[0].get().unwrap().to_string();
        assert_eq!((read.as_str(), data.phases.precision[0]), (day, precision), "{cell}");
    }
    let data = load(
        "Name,Country,GPUs,MW\nA,USA,2x16384,300MW x 3\nB,USA,16 x 1024,2 x 50 MW\n\
         All projects,,100,1000\nTotal in operation:,,100,1000\nTotal Energy Park,USA,5,1\n",
    )
    .data;
    assert_eq!(names(&data), ["A", "B", "Total Energy Park"]);
    let of = |column: &wattlas::model::Column<wattlas::model::Maybe>| {
        column.iter().filter_map(|value| value.get()).collect::<Vec<f64>>()
    };
    assert_eq!(of(&data.phases.chip_count), [32768.0, 16384.0, 5.0]);
    assert_eq!(of(&data.phases.facility_mw), [900.0, 100.0, 1.0]);
}

#[test]
fn towns_decide_what_stands_behind_them() {
    let country = |city: &str| {
        let data = load(&format!("Name,City,MW,Year\nA,\"{city}\",10,2022\n")).data;
        let sites = &data.sites;
        let state = data.text(sites.subdivision[0]).to_owned();
        let zone = data.text(data.price_start(0)).to_owned();
        (data.text(sites.country[0]).to_owned(), state, zone)
    };
    for (city, code, state) in [
        ("Boston, MA", "USA", "US-MA"),
        ("Chandler, AZ 85286", "USA", "US-AZ"),
        ("Memphis, Tenn.", "USA", "US-TN"),
        ("Indianapolis, IN", "USA", "US-IN"),
        ("Wilmington, DE", "USA", "US-DE"),
        ("Atlanta, Georgia", "USA", "US-GA"),
        ("Toronto, ON", "CAN", "CA-ON"),
        ("London, UK", "GBR", ""),
        ("Munich, DE", "DEU", ""),
        ("Toronto, CA", "CAN", ""),
        ("Mumbai, IN", "IND", ""),
        ("Bogotá, CO", "COL", ""),
        ("Tbilisi, Georgia", "GEO", ""),
        ("Hamburg", "DEU", ""),
    ] {
        let (found, of, zone) = country(city);
        assert_eq!((found.as_str(), of.as_str()), (code, state), "{city}");
        // The price is that of the place, where there is one.
        assert!(zone.is_empty() || zone == code || zone == state, "{city}: {zone}");
    }
    // A title says of which country its states are.
    for (text, wanted) in [
        (
            "Nome;Comune;Provincia;Potenza MW\nA;Milano;MI;10\nB;Torino;TO;30\nC;Varese;VA;30\n",
            "ITA",
        ),
        ("Name;Ort;Bundesland;MW\nA;Bremen;HB;1\nB;Wiesbaden;HE;2\nC;Berlin;Berlin;3\n", "DEU"),
        ("Name,State,MW\nA,AL,1\nB,GA,1\nC,MA,1\nD,Calif.,1\nE,Ohio,3\n", "USA"),
    ] {
        let data = load(text).data;
        let countries: Vec<&str> = data.sites.country.iter().map(|code| data.text(*code)).collect();
        assert!(countries.iter().all(|code| *code == wanted), "{text}{countries:?}");
    }
}
