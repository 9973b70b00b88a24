//! The command line and the tables that say what belongs to what.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

/// Paths from the command line.
pub(crate) struct Options {
    pub(crate) admin1: PathBuf,
    pub(crate) atlas: PathBuf,
    pub(crate) lakes: Option<PathBuf>,
    pub(crate) zones: PathBuf,
    pub(crate) countries: PathBuf,
    pub(crate) crosswalk: PathBuf,
    pub(crate) codes: PathBuf,
    pub(crate) out: PathBuf,
}

impl Options {
    pub(crate) fn from_args() -> Result<Self> {
        let mut given = BTreeMap::new();
        let mut args = std::env::args().skip(1);
        while let Some(name) = args.next() {
            let value = args.next().with_context(|| format!("{name} needs a path"))?;
            given.insert(name, PathBuf::from(value));
        }
        let mut need =
            |name: &str| given.remove(name).with_context(|| format!("{name} PATH is missing"));
        let options = Self {
            admin1: need("--admin1")?,
            atlas: need("--atlas")?,
            zones: need("--zones")?,
            countries: need("--countries")?,
            crosswalk: need("--crosswalk")?,
            codes: need("--codes")?,
            out: need("--out")?,
            lakes: given.remove("--lakes"),
        };
        ensure!(given.is_empty(), "unknown arguments: {:?}", given.keys());
        Ok(options)
    }
}

/// A row of `zones.csv`.
#[derive(Deserialize)]
pub(crate) struct ZoneRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) country: String,
}

/// A row of `countries.csv`.
#[derive(Deserialize)]
pub(crate) struct CountryRow {
    pub(crate) iso3: String,
    pub(crate) iso2: String,
    pub(crate) name: String,
}

/// A row of `crosswalk.csv`: a feature of world-atlas and the country it belongs to.
#[derive(Deserialize)]
pub(crate) struct CrosswalkRow {
    pub(crate) numeric: String,
    pub(crate) alpha3: String,
    pub(crate) source_name: String,
}

/// A row of `admin1_codes.csv`: features whose `field` is `code` belong to `id`.
#[derive(Deserialize)]
pub(crate) struct CodeRow {
    pub(crate) field: String,
    pub(crate) code: String,
    pub(crate) id: String,
}

/// The tables that say which feature belongs to what.
pub(crate) struct Codes {
    pub(crate) zones: Vec<ZoneRow>,
    pub(crate) crosswalk: Vec<CrosswalkRow>,
    /// (field, code) to id.
    pub(crate) exceptions: BTreeMap<(String, String), String>,
    /// Alpha-2 to alpha-3.
    pub(crate) alpha3: BTreeMap<String, String>,
    /// Countries with subdivision rows.
    pub(crate) subdivided: BTreeSet<String>,
    /// Id to name, of zones and countries.
    pub(crate) names: BTreeMap<String, String>,
}

impl Codes {
    pub(crate) fn load(options: &Options) -> Result<Self> {
        let zones: Vec<ZoneRow> = read_csv(&options.zones)?;
        let countries: Vec<CountryRow> = read_csv(&options.countries)?;
        let exceptions: Vec<CodeRow> = read_csv(&options.codes)?;
        let subdivided =
            zones.iter().filter(|z| z.kind == "subdivision").map(|z| z.country.clone()).collect();
        let mut names: BTreeMap<_, _> =
            countries.iter().map(|c| (c.iso3.clone(), c.name.clone())).collect();
        names.extend(zones.iter().map(|z| (z.id.clone(), z.name.clone())));
        Ok(Self {
            crosswalk: read_csv(&options.crosswalk)?,
            exceptions: exceptions.into_iter().map(|r| ((r.field, r.code), r.id)).collect(),
            alpha3: countries.into_iter().map(|c| (c.iso2, c.iso3)).collect(),
            subdivided,
            names,
            zones,
        })
    }

    pub(crate) fn exception(&self, field: &str, code: &str) -> Option<&String> {
        self.exceptions.get(&(field.to_owned(), code.to_owned()))
    }

    /// The id of an admin-1 feature: alpha-3, or ISO 3166-2 where the country has subdivisions.
    pub(crate) fn id_of(&self, properties: &Value) -> Result<String> {
        let text = |field: &str| properties.get(field).and_then(Value::as_str).unwrap_or_default();
        for field in ["iso_3166_2", "gu_a3", "geonunit", "adm0_a3"] {
            if let Some(id) = self.exception(field, text(field)) {
                return Ok(id.clone());
            }
        }
        let country = text("adm0_a3");
        ensure!(
            self.crosswalk.iter().any(|row| row.alpha3 == country),
            "admin-1 country {country} is in neither crosswalk.csv nor admin1_codes.csv"
        );
        let id = if self.subdivided.contains(country) { text("iso_3166_2") } else { country };
        ensure!(!id.is_empty(), "a feature of {country} has no code");
        Ok(id.to_owned())
    }

    /// The country of an id.
    pub(crate) fn country_of(&self, id: &str) -> Result<String> {
        let Some((alpha2, _)) = id.split_once('-') else {
            return Ok(id.to_owned());
        };
        self.alpha3.get(alpha2).cloned().with_context(|| format!("no country for {id}"))
    }
}

pub(crate) fn read_csv<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let rows: Result<Vec<T>, _> = reader.deserialize().collect();
    rows.with_context(|| path.display().to_string())
}

pub(crate) fn read_json(path: &Path) -> Result<Value> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}
