//! Made-up tables of any size, the same for the same size. Five phases a site.

use std::fmt::Write as _;

/// A small generator (SplitMix64, Steele, Lea and Flood 2014): good enough for made-up rows.
pub(crate) struct Draws(pub u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}

/// Countries with the corner of a box of land, and its width and height in degrees.
pub(crate) const COUNTRIES: [(&str, f64, f64, f64, f64); 12] = [
    ("USA", -120.0, 31.0, 42.0, 14.0),
    ("CAN", -120.0, 50.0, 50.0, 8.0),
    ("BRA", -58.0, -25.0, 15.0, 20.0),
    ("DEU", 7.0, 48.0, 6.0, 6.0),
    ("FRA", 0.0, 44.0, 6.0, 5.0),
    ("GBR", -4.0, 51.0, 4.0, 5.0),
    ("SWE", 13.0, 57.0, 4.0, 8.0),
    ("SAU", 40.0, 19.0, 12.0, 10.0),
    ("IND", 74.0, 14.0, 10.0, 14.0),
    ("CHN", 98.0, 26.0, 20.0, 14.0),
    ("JPN", 133.0, 34.0, 6.0, 3.0),
    ("AUS", 120.0, -34.0, 28.0, 14.0),
];
pub(crate) const STATES: [&str; 8] =
    ["US-TX", "US-VA", "US-OH", "US-AZ", "US-OR", "US-GA", "US-IA", "US-PA"];
const CHIPS: [&str; 6] = ["H100", "GB200", "GB300", "TPUv7", "Trainium2", ""];
const STATUS: [&str; 4] = ["operating", "construction", "planned", "announced"];

/// So many made-up sites, as CSV.
pub(crate) fn sites(count: usize) -> String {
    let mut draws = Draws(1);
    let mut out = String::from(
        "id,name,operator,owner,users,country,subdivision,price_zone,city,lat,lon,coord_precision,kind,status,pue,sources,as_of\n",
    );
    for at in 0..count {
        let (country, west, south, width, height) = *draws.pick(&COUNTRIES);
        let state = if country == "USA" { *draws.pick(&STATES) } else { "" };
        let lon = west + width * draws.below(100_000) as f64 / 1e5;
        let lat = south + height * draws.below(100_000) as f64 / 1e5;
        let operator = draws.below(200);
        let status = draws.pick(&STATUS);
        writeln!(
            out,
            "site-{at},Site {at},Operator {operator},Owner {},User {},{country},{state},,City {},{lat:.4},{lon:.4},city,ground,{status},,https://example.org/{at},2026-06-01",
            draws.below(300),
            draws.below(60),
            draws.below(5000),
        )
        .unwrap_or_default();
    }
    out
}

/// Five made-up phases for each of so many sites, as CSV.
pub(crate) fn phases(sites: usize) -> String {
    let mut draws = Draws(2);
    let mut out = String::from(
        "site_id,phase,online,online_precision,facility_mw,it_mw,mw_basis,mw_scope,chip,chip_count,tenant,status,confidence,source\n",
    );
    for site in 0..sites {
        for phase in 1..=5 {
            let year = 2022 + draws.below(11);
            let (month, day) = (1 + draws.below(12), 1 + draws.below(28));
            let precision = draws.pick(&["day", "month", "quarter", "year"]);
            let mw = (draws.below(4000) as f64) / 100.0;
            let known = draws.below(5);
            let (facility, it) = match known {
                0 => (String::new(), String::new()),
                1 => (String::new(), format!("{mw:.2}")),
                _ => (format!("{mw:.2}"), String::new()),
            };
            let chip = draws.pick(&CHIPS);
            let tenant = draws.below(60);
            let status = draws.pick(&STATUS);
            writeln!(
                out,
                "site-{site},Phase {phase},{year}-{month:02}-{day:02},{precision},{facility},{it},meter,ai,{chip},,User {tenant},{status},medium,https://example.org/{site}",
            )
            .unwrap_or_default();
        }
    }
    out
}
