//! The laws of a load, over made-up files in random clothes: no row and no figure is lost unseen.
//!
//! `WATTLAS_LAWS=1000 cargo test --test laws` tries that many files of each shape.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

mod dice;

use dice::Dice;
use wattlas::diagnostic::Report;
use wattlas::io::{self, Input, Loaded};
use wattlas::scenario::Alone;

/// How a file is clothed.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice by itself")]
struct Clothes {
    delimiter: char,
    comma: bool,
    quote: bool,
    crlf: bool,
    above: String,
    name: &'static str,
    lat: &'static str,
    lon: &'static str,
    power: (&'static str, f64),
    unit_in_cell: bool,
    online: &'static str,
    date: usize,
    status: &'static str,
    junk: bool,
    below: bool,
}

const SHAPES: usize = 20;

impl Clothes {
    fn of(shape: usize, dice: &mut Dice) -> Self {
        let comma = shape % 4 == 1;
        let delimiter = if comma { ';' } else { [',', ';', '\t', '|'][(shape / 2) % 4] };
        let above = match shape % 5 {
            1 => "# exported yesterday\n# by hand\n".to_owned(),
            2 => "Data centres of the north\n\n".to_owned(),
            3 if delimiter != '\t' => format!("sep={delimiter}\n"),
            _ => String::new(),
        };
        let power = [
            ("power_mw", 1.0),
            ("Capacity (MW)", 1.0),
            ("Total power [GW]", 1e3),
            ("Leistung (kW)", 1e-3),
            ("IT load (MW)", 1.0),
            ("Puissance", 1.0),
            ("known_load_mw", 1.0),
        ][dice.below(7)];
        Self {
            delimiter,
            comma,
            quote: shape % 3 == 2,
            crlf: shape % 7 == 3,
            above,
            name: dice.of(&["name", "Facility name", "project_name", "Standort", "Nom du site"]),
            lat: dice.of(&["lat", "Latitude", "latitude_deg", "Breitengrad", "geo_lat"]),
            lon: dice.of(&["lon", "Longitude", "longitude_deg", "Längengrad", "geo_lng"]),
            power,
            unit_in_cell: shape % 6 == 4,
            online: dice.of(&["online", "COD", "Operating Year", "In-service date", "year_opened"]),
            date: dice.below(8),
            status: dice.of(&["status", "Project status", "Statut"]),
            junk: dice.below(2) > 0,
            below: shape % 8 == 5,
        }
    }

    /// A number as the file writes it.
    fn number(&self, value: f64) -> String {
        let text = format!("{value}");
        if self.comma { text.replace('.', ",") } else { text }
    }

    fn power(&self, mw: f64) -> String {
        if self.unit_in_cell {
            return format!("{} MW", self.number(mw));
        }
        self.number(mw / self.power.1)
    }

    fn date(&self, year: usize, month: usize) -> String {
        let quarter = (month - 1) / 3 + 1;
        match self.date {
            0 => format!("{year}-{month:02}-15"),
            1 => format!("{year}"),
            2 => format!("Q{quarter} {year}"),
            3 => format!("15.{month:02}.{year}"),
            4 => format!("H{} {year}", month.div_ceil(6)),
            5 => format!("mid-{year}"),
            6 => format!("{year}-{month:02}"),
            _ => format!("early {year}"),
        }
    }

    fn line(&self, cells: &[String]) -> String {
        let quoted = |cell: &String| {
            let needs =
                cell.contains([self.delimiter, '"', '\n']) || self.quote && !cell.is_empty();
            if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        };
        let cells: Vec<String> = cells.iter().map(quoted).collect();
        cells.join(&self.delimiter.to_string()) + if self.crlf { "\r\n" } else { "\n" }
    }
}

/// What a made-up file holds.
struct Made {
    text: String,
    rows: u64,
    sites: usize,
    mw: f64,
    undated: usize,
    left_out: u64,
}

fn make(shape: usize, dice: &mut Dice) -> Made {
    let clothes = Clothes::of(shape, dice);
    let mut order: Vec<usize> = (0..if clothes.junk { 8 } else { 6 }).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, dice.below(at + 1));
    }
    let put = |cells: [String; 8]| -> String {
        clothes.line(&order.iter().map(|&at| cells[at].clone()).collect::<Vec<_>>())
    };
    let title = [
        clothes.name,
        clothes.lat,
        clothes.lon,
        clothes.power.0,
        clothes.online,
        clothes.status,
        "Fence colour",
        "Visitor parking",
    ];
    let mut text = clothes.above.clone() + &put(title.map(str::to_owned));
    let mut made =
        Made { text: String::new(), rows: 0, sites: 0, mw: 0.0, undated: 0, left_out: 0 };
    let count = 3 + dice.below(30);
    for at in 0..count {
        // Eighths are exact, whatever the unit.
        let mw = (8 + dice.below(8000)) as f64 / 8.0;
        let has_power = dice.below(100) < 85;
        let has_date = dice.below(100) < 85;
        let missing = dice.of(&["", "TBD", "n.d.", "N/A", "-"]);
        let power = if has_power { clothes.power(mw) } else { missing.to_owned() };
        let date = clothes.date(2018 + dice.below(14), 1 + dice.below(12));
        let status = dice.of(&["planned", "under_construction", "Announced", "pre-permit"]);
        text += &put([
            format!("Site {at}, of {}", dice.below(9)),
            clothes.number(dice.below(160) as f64 - 80.0 + 0.25),
            clothes.number(dice.below(340) as f64 - 170.0 + 0.25),
            power,
            if has_date { date } else { missing.to_owned() },
            status.to_owned(),
            dice.of(&["red", "blue", ""]).to_owned(),
            dice.below(400).to_string(),
        ]);
        made.rows += 1;
        made.sites += 1;
        made.mw += if has_power { mw } else { 0.0 };
        made.undated += usize::from(!has_date);
    }
    if clothes.below {
        let mut sum = ["Total", "", "", "", "", "", "", ""].map(str::to_owned);
        sum[3] = clothes.power(made.mw);
        text += &put(sum);
        text += "Source: own work\n";
        made.rows += 2;
        made.left_out += 2;
    }
    Made { text, ..made }
}

fn load(bytes: Vec<u8>) -> Loaded {
    let mut inputs = io::builtin::inputs();
    inputs.retain(|input| !input.path.ends_with("hours.csv"));
    inputs.push(Input { path: "own.csv".into(), bytes: bytes.into(), built_in: false });
    io::load(&inputs, &io::Unwatched, &Alone).unwrap()
}

/// Rows that findings say are left out.
fn rows_diagnosed(report: &Report) -> u64 {
    let codes = ["E105", "E106", "E107", "E110", "E111", "E112", "W232", "W233"];
    report.count_of(&codes, |file| file.ends_with("own.csv"))
}

#[test]
fn no_row_and_no_figure_is_lost_unseen() {
    let files: usize =
        std::env::var("WATTLAS_LAWS").ok().and_then(|count| count.parse().ok()).unwrap_or(6);
    for shape in 0..SHAPES {
        for file in 0..files {
            let mut dice = Dice((shape * 1_000_003 + file) as u64);
            let made = make(shape, &mut dice);
            let loaded = load(made.text.clone().into_bytes());
            let told = || {
                format!("shape {shape}, file {file}:\n{}", &made.text[..made.text.len().min(900)])
            };
            let own = loaded.report.tables.iter().find(|t| t.file.ends_with("own.csv")).unwrap();
            // The law of rows.
            assert_eq!(own.rows, made.rows, "{}", told());
            assert_eq!(own.rows, own.kept + rows_diagnosed(&loaded.report), "{}", told());
            assert_eq!(own.rows - own.kept, made.left_out, "{}", told());
            let sites = &loaded.data.sites;
            assert_eq!(sites.len(), made.sites, "{}", told());
            let placed =
                (0..sites.len()).filter(|&s| sites.lat[s].is_some() && sites.lon[s].is_some());
            assert_eq!(placed.count(), made.sites, "{}", told());
            // The law of figures.
            let phases = &loaded.data.phases;
            let stated = |at: usize| phases.facility_mw[at].get().or(phases.it_mw[at].get());
            let mw: f64 = (0..phases.len()).filter_map(stated).sum();
            assert!(
                (mw - made.mw).abs() < 1e-6 * made.mw.max(1.0),
                "{mw} of {}: {}",
                made.mw,
                told()
            );
            let undated = (0..phases.len()).filter(|&at| phases.online[at].get().is_none());
            assert_eq!(undated.count(), made.undated, "{}", told());
            let errors: Vec<_> = loaded
                .report
                .findings()
                .iter()
                .filter(|f| f.place.file.ends_with("own.csv") && f.code.starts_with('E'))
                .collect();
            assert!(errors.is_empty(), "{:?} {}", errors.first(), told());
        }
    }
}
