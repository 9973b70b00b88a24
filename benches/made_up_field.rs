//! Made-up files as others write them: titles, words, amounts and dates of the field, quoted names
//! with commas, letters beyond ASCII, remarks, phases in random order, and something to say about
//! every second row. The same for the same size.

use std::fmt::Write as _;

use super::made_up::Draws;

/// Countries by a common name, with the corner of a box of land, its width and height in degrees.
const COUNTRIES: [(&str, f64, f64, f64, f64); 8] = [
    ("United States", -120.0, 31.0, 42.0, 14.0),
    ("USA", -120.0, 31.0, 42.0, 14.0),
    ("UK", -4.0, 51.0, 4.0, 5.0),
    ("Germany", 7.0, 48.0, 6.0, 6.0),
    ("Côte d'Ivoire", -7.0, 6.0, 3.0, 3.0),
    ("South Korea", 127.0, 35.5, 1.5, 2.0),
    ("Saudi Arabia", 40.0, 19.0, 12.0, 10.0),
    ("Brasil", -58.0, -25.0, 15.0, 20.0),
];
const PLACES: [&str; 8] =
    ["Springfield", "São Paulo", "Frankfurt am Main", "Zürich", "Łódź", "Abilene", "東京", "Reno"];
const STATES: [&str; 6] = [
    "Operating",
    "In development",
    "Under construction",
    "Announced",
    "in service",
    "Pre-construction",
];
/// Words that nobody knows.
const ODD: [&str; 4] = ["rumoured by locals", "see the note", "to be seen", "(unclear)"];

fn date(draws: &mut Draws) -> String {
    let (year, month, day) = (2022 + draws.below(9), 1 + draws.below(12), 1 + draws.below(28));
    let names =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match draws.below(6) {
        0 => format!("Q{} {year}", 1 + month / 4),
        1 => format!("{year}"),
        2 => format!("mid-{year}"),
        3 => format!("{}-{}", names[month as usize - 1], year - 2000),
        4 => format!("{day} {} {year}", names[month as usize - 1]),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}

fn amount(draws: &mut Draws) -> String {
    let mw = 1 + draws.below(600);
    match draws.below(10) {
        0 => format!("~{mw}"),
        1 => format!("{mw}–{}", mw + 50),
        2 => format!("{mw} MW"),
        3 => format!("\"1,{mw:03}\""),
        4 => "TBD".to_owned(),
        5 => String::new(),
        6 => format!("{mw}.5"),
        _ => format!("{mw}"),
    }
}

/// So many made-up sites, as CSV.
pub(crate) fn sites(count: usize) -> String {
    let mut draws = Draws(11);
    let mut out = String::from(
        "Project ID,Project Name,Owner(s),Country,City,Latitude,Longitude,Status,Source,Comments\n",
    );
    for at in 0..count {
        let (country, west, south, width, height) = *draws.pick(&COUNTRIES);
        let lon = west + width * draws.below(100_000) as f64 / 1e5;
        let lat = south + height * draws.below(100_000) as f64 / 1e5;
        let place = draws.pick(&PLACES);
        let status = if draws.below(2) == 0 { draws.pick(&ODD) } else { draws.pick(&STATES) };
        writeln!(
            out,
            "DC-{at:07},\"{place} Campus {at}, Hall {}\",\"Holding {}, Ltd.\",{country},{place},{lat:.4},{lon:.4},{status},https://example.org/{at},as told on day {}",
            draws.below(9),
            draws.below(300),
            draws.below(3000),
        )
        .unwrap_or_default();
    }
    out
}

/// Five made-up units for each of so many sites, in random order, as CSV.
pub(crate) fn phases(sites: usize) -> String {
    let mut draws = Draws(12);
    let mut out = String::from(
        "Project ID,Unit,In-service date,Nameplate capacity (MW),Unit status,Accelerator,Confidence,Remarks\n",
    );
    for at in 0..5 * sites {
        let unit = at / sites + 1;
        let site = draws.below(sites as u64);
        let (date, amount) = (date(&mut draws), amount(&mut draws));
        let status = if draws.below(2) == 0 { draws.pick(&ODD) } else { draws.pick(&STATES) };
        let chip = draws.pick(&["H100", "NVIDIA GB200", "TPU v5p", "", "n/a"]);
        writeln!(
            out,
            "DC-{site:07},Unit {unit}-{at},{date},{amount},{status},{chip},{},\"filing {}, page {}\"",
            draws.pick(&["high", "medium", "low", "rather sure"]),
            draws.below(100_000),
            draws.below(90),
        )
        .unwrap_or_default();
    }
    out
}
