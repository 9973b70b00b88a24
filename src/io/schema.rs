//! The tables and their columns, as data. Reader, checks and `docs/data-format.md` all use it.

/// What a column is to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The file must have it, and a row without it is left out.
    Key,
    /// It may be missing; a cell that cannot be read costs the row.
    Measure,
    /// It may be missing; a cell that cannot be read counts as missing, with a warning.
    Extra,
}

/// What cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A number with a unit of its own.
    Number,
    /// A number of things.
    Count,
    /// Power, in MW unless the header says kW or GW.
    Power,
    /// A price, in USD/MWh unless the header says USD/kWh or c/kWh.
    Price,
    /// A ratio from 1 to 5.
    Ratio,
    /// A share from 0 to 1.
    Share,
    /// Degrees of latitude.
    Latitude,
    /// Degrees of longitude.
    Longitude,
    /// A date.
    Date,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in our own tables.
    pub name: &'static str,
    /// What it is to its row.
    pub need: Need,
    /// What its cells hold.
    pub holds: Holds,
    /// What is expected of a cell, for messages.
    pub expects: &'static str,
    /// Headers that mean it, without unit, spaces and marks, in small letters.
    pub aliases: &'static str,
    /// What it means.
    pub means: &'static str,
}

/// One table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name: `sites`, `phases` …
    pub kind: &'static str,
    /// What a row is.
    pub title: &'static str,
    /// Its columns, in the order of our own tables.
    pub columns: &'static [Column],
}

const fn column(
    name: &'static str,
    need: Need,
    holds: Holds,
    expects: &'static str,
    aliases: &'static str,
    means: &'static str,
) -> Column {
    Column { name, need, holds, expects, aliases, means }
}

/// The table of a kind.
pub fn table(kind: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.kind == kind)
}

/// All tables, in the order in which they are read: what others refer to comes first.
pub const TABLES: [Table; 13] = [
    Table {
        kind: "dataset",
        title: "Facts on the data set as a whole",
        columns: &[
            column("key", Need::Key, Holds::Text, "title, as_of, licence or another word", "key", "What the row says."),
            column("value", Need::Key, Holds::Text, "text; for `as_of` a date", "value", "What it is."),
        ],
    },
    Table {
        kind: "sources",
        title: "Publishers of the prices",
        columns: &[
            column("id", Need::Key, Holds::Text, "text, no two alike", "id sourceid", "Key."),
            column("publisher", Need::Key, Holds::Text, "text", "publisher", "Who publishes it."),
            column("url", Need::Extra, Holds::Text, "an address", "url link", "Page."),
            column("licence", Need::Key, Holds::Text, "text", "licence license", "Licence, in words."),
            column("notes", Need::Extra, Holds::Text, "text", "notes", "Remarks."),
        ],
    },
    Table {
        kind: "countries",
        title: "Countries, their regions and blocs",
        columns: &[
            column("iso3", Need::Key, Holds::Text, "ISO 3166-1 alpha-3, no two alike", "iso3 alpha3", "Key."),
            column("iso2", Need::Extra, Holds::Text, "ISO 3166-1 alpha-2", "iso2 alpha2", "Short code."),
            column("name", Need::Key, Holds::Text, "text", "name country", "English name."),
            column("continent", Need::Key, Holds::Text, "text", "continent", "Continent."),
            column("un_region", Need::Extra, Holds::Text, "text", "unregion", "Region of the United Nations."),
            column("population", Need::Extra, Holds::Number, "a number ≥ 0", "population", "People."),
            column("population_year", Need::Extra, Holds::Year, "a year", "populationyear", "Year of that number."),
            column("regime", Need::Extra, Holds::Text, "text", "regime", "Political regime (Regimes of the World)."),
            column("regime_year", Need::Extra, Holds::Year, "a year", "regimeyear", "Year of that class."),
            column("data_bloc", Need::Extra, Holds::Text, "text", "databloc bloc", "Data-residency bloc."),
            column("market_notes", Need::Extra, Holds::Text, "text", "marketnotes", "How the power market is split."),
            column("source", Need::Extra, Holds::Text, "text", "source", "Pages."),
        ],
    },
    Table {
        kind: "zones",
        title: "Countries, subdivisions, bidding zones and markets: the tree of prices",
        columns: &[
            column("id", Need::Key, Holds::Text, "text, no two alike", "id zoneid zone code", "ISO 3166-1 alpha-3, ISO 3166-2, or a zone code."),
            column("name", Need::Key, Holds::Text, "text", "name zonename", "As commonly written."),
            column("kind", Need::Key, Holds::Text, "country, subdivision or bidding_zone", "kind type", "What it is."),
            column("country", Need::Extra, Holds::Text, "ISO 3166-1 alpha-3", "country", "Its country."),
            column("parent", Need::Extra, Holds::Text, "id of a zone", "parent", "Enclosing zone."),
            column("annual_demand_twh", Need::Extra, Holds::Number, "a number ≥ 0, in TWh", "annualdemandtwh demand", "Electricity demand a year."),
            column("demand_year", Need::Extra, Holds::Year, "a year", "demandyear", "Year of the demand."),
            column("peak_mw", Need::Extra, Holds::Power, "a finite number ≥ 0, in MW", "peakmw peak", "Peak load."),
            column("households", Need::Extra, Holds::Number, "a number ≥ 0", "households", "Number of households."),
            column("household_kwh_year", Need::Extra, Holds::Number, "a number ≥ 0, in kWh", "householdkwhyear", "kWh that a household uses in a year."),
            column("carbon_g_per_kwh", Need::Extra, Holds::Number, "a number ≥ 0, in g CO2e per kWh", "carbongperkwh carbon carbonintensity", "Carbon intensity, yearly average."),
            column("carbon_year", Need::Extra, Holds::Year, "a year", "carbonyear", "Year of the carbon figure."),
            column("source", Need::Extra, Holds::Text, "text", "source", "Pages or packages."),
            column("notes", Need::Extra, Holds::Text, "text", "notes", "Remarks."),
        ],
    },
    Table {
        kind: "chips",
        title: "Kinds of accelerators",
        columns: &[
            column("chip", Need::Key, Holds::Text, "text, no two alike", "chip chipname name", "Key."),
            column("vendor", Need::Key, Holds::Text, "a name", "vendor manufacturer", "Who designs it."),
            column("released", Need::Extra, Holds::Text, "a month", "released releasedate", "Month of release."),
            column("tdp_w", Need::Extra, Holds::Number, "a number ≥ 0, in W", "tdpw tdp", "Power of the chip."),
            column("server_w_per_chip", Need::Measure, Holds::Number, "a number > 0, in W", "serverwperchip", "All IT power per chip."),
            column("bf16_dense_tflops", Need::Extra, Holds::Number, "a number ≥ 0, in TFLOPS", "bf16densetflops", "Peak dense BF16."),
            column("fp8_dense_tflops", Need::Extra, Holds::Number, "a number ≥ 0, in TFLOPS", "fp8densetflops", "Peak dense FP8."),
            column("memory_gb", Need::Extra, Holds::Number, "a number ≥ 0, in GB", "memorygb", "Memory."),
            column("memory_bw_tb_s", Need::Extra, Holds::Number, "a number ≥ 0, in TB/s", "memorybwtbs", "Memory bandwidth."),
            column("h100e", Need::Measure, Holds::Number, "a number ≥ 0", "h100e h100equivalents", "H100 equivalents of one chip."),
            column("price_usd", Need::Extra, Holds::Number, "a number ≥ 0, in USD", "priceusd", "Price of one chip."),
            column("source", Need::Extra, Holds::Text, "text", "source", "Pages."),
            column("notes", Need::Extra, Holds::Text, "text", "notes", "Remarks."),
        ],
    },
    Table {
        kind: "aliases",
        title: "Other names of chips, chip vendors and organisations",
        columns: &[
            column("kind", Need::Key, Holds::Text, "chip, chip_vendor or organisation", "kind", "What the alias names."),
            column("alias", Need::Key, Holds::Text, "text", "alias", "As it stands in cells."),
            column("id", Need::Key, Holds::Text, "text", "id", "What it means."),
            column("share", Need::Measure, Holds::Share, "a number from 0 to 1", "share", "Share of the alias that is this one; empty for the whole."),
        ],
    },
    Table {
        kind: "parameters",
        title: "Figures of the literature, with their range",
        columns: &[
            column("key", Need::Key, Holds::Text, "text, no two alike", "key parameter", "Key."),
            column("label", Need::Key, Holds::Text, "text", "label", "What it is."),
            column("low", Need::Extra, Holds::Number, "a number", "low", "Low end."),
            column("central", Need::Measure, Holds::Number, "a number", "central value", "Central value."),
            column("high", Need::Extra, Holds::Number, "a number", "high", "High end."),
            column("unit", Need::Extra, Holds::Text, "text", "unit", "Unit of all three."),
            column("source", Need::Extra, Holds::Text, "text", "source", "Page."),
            column("notes", Need::Extra, Holds::Text, "text", "notes", "Remarks."),
        ],
    },
    Table {
        kind: "prices",
        title: "Electricity prices by zone, sector and month",
        columns: &[
            column("zone", Need::Key, Holds::Text, "id of a zone", "zone zoneid region iso3code country", "Zone of the price."),
            column("sector", Need::Key, Holds::Text, "industrial, commercial, residential or wholesale", "sector customer", "Who pays it."),
            column("series", Need::Extra, Holds::Text, "text", "series", "Publisher and method; rows of one series are comparable over time."),
            column("from", Need::Key, Holds::Month, "a month such as 2026-11", "from month date start", "First month of the price."),
            column("to", Need::Extra, Holds::Month, "a month not before `from`", "to end", "Last month, included; that of `from` if missing."),
            column("price_usd_per_mwh", Need::Key, Holds::Price, "a finite number, in USD per MWh", "priceusdpermwh price pricemwh lmp usdmwh", "Nominal price."),
            column("price_local", Need::Extra, Holds::Number, "a finite number", "pricelocal", "Price per MWh in the currency of the source."),
            column("currency", Need::Extra, Holds::Text, "ISO 4217", "currency", "That currency."),
            column("basis", Need::Extra, Holds::Text, "text", "basis", "What was averaged, customer size, taxes."),
            column("source", Need::Extra, Holds::Text, "id of a source", "source", "Source."),
        ],
    },
    Table {
        kind: "sites",
        title: "Campuses, clusters, fleets and orbital programmes",
        columns: &[
            column("id", Need::Extra, Holds::Text, "text, no two alike", "id site_id slug handle", "Key. Made from the name where it is missing."),
            column("name", Need::Key, Holds::Text, "text", "name site sitename title datacenter datacentre campus project plant clustername", "As commonly written."),
            column("operator", Need::Extra, Holds::Text, "names parted by `;`", "operator operatorname provider developer company", "Who runs it."),
            column("owner", Need::Extra, Holds::Text, "names parted by `;`", "owner parent ownername", "Who owns it."),
            column("users", Need::Extra, Holds::Text, "names parted by `;`", "users user tenant customer", "Who uses or is to use the compute."),
            column("country", Need::Extra, Holds::Text, "ISO 3166-1 alpha-3", "country countrycode iso3 iso3code", "Country; for orbital rows that of the operator."),
            column("subdivision", Need::Extra, Holds::Text, "ISO 3166-2", "subdivision state province region iso31662", "State or province."),
            column("price_zone", Need::Extra, Holds::Text, "id of a zone", "pricezone zone biddingzone node", "Bidding zone where the country is split by market."),
            column("city", Need::Extra, Holds::Text, "text", "city town county location", "Nearest town."),
            column("lat", Need::Measure, Holds::Latitude, "degrees from -90 to 90", "lat latitude y", "Latitude, WGS 84."),
            column("lon", Need::Measure, Holds::Longitude, "degrees from -180 to 180", "lon lng long longitude x", "Longitude, WGS 84."),
            column("coord_precision", Need::Extra, Holds::Text, "site, city or region", "coordprecision precision", "How good the coordinates are."),
            column("kind", Need::Extra, Holds::Text, "ground or orbital", "kind", "Ground or orbit."),
            column("status", Need::Extra, Holds::Text, "operating, construction, planned, announced or cancelled", "status constructionstatus", "State of the most advanced phase."),
            column("pue", Need::Extra, Holds::Ratio, "a number from 1 to 5", "pue", "Design or reported PUE."),
            column("cooling", Need::Extra, Holds::Text, "text", "cooling", "Cooling, in words."),
            column("power_source", Need::Extra, Holds::Text, "text", "powersource energysource primaryfuel", "Power source, in words."),
            column("sources", Need::Extra, Holds::Text, "addresses parted by ` | `", "sources source url link", "Pages, best first."),
            column("as_of", Need::Extra, Holds::Date, "a date such as 2026-11-24", "asof updated date", "Day of the newest source."),
            column("notes", Need::Extra, Holds::Text, "text", "notes note remarks comment", "Remarks."),
            column("facility_mw", Need::Measure, Holds::Power, "a finite number ≥ 0, in MW", "facilitymw power powercapacity capacity currentpower totalpower mw facilitypower", "Power at the meter: with it each row is a phase of its own."),
            column("it_mw", Need::Measure, Holds::Power, "a finite number ≥ 0, in MW", "itmw itpower criticalit itcapacity", "IT load, likewise."),
            column("online", Need::Measure, Holds::Date, "a date such as 2026-11-24, 2026-11, 2026Q4 or 2026", "online onlinedate firstoperationaldate operationalsince startdate startyear commissioningyear year", "Day of going online, likewise."),
            column("chip", Need::Extra, Holds::Text, "name of a chip", "chip chiptype chiptypeprimary gpu accelerator", "Chip, likewise."),
            column("chip_count", Need::Measure, Holds::Count, "a whole number ≥ 0", "chipcount chipquantity chipquantityprimary gpucount gpus accelerators totalnumberofaichips", "Number of accelerators, likewise."),
        ],
    },
    Table {
        kind: "phases",
        title: "Increments of capacity: one row a phase that goes live",
        columns: &[
            column("site_id", Need::Key, Holds::Text, "id of a site", "siteid site", "Key of its site."),
            column("phase", Need::Key, Holds::Text, "text, once a site", "phase phasename increment unit unitname building", "Name within the site."),
            column("online", Need::Measure, Holds::Date, "a date such as 2026-11-24, 2026-11, 2026Q4 or 2026", "online onlinedate startdate operationalsince date", "Nominal day of going online."),
            column("online_precision", Need::Extra, Holds::Text, "day, month, quarter or year", "onlineprecision dateprecision precision", "How well that day is known; from the form of the date where it is missing."),
            column("included_in", Need::Extra, Holds::Text, "phase of the same site", "includedin partof within", "Phase whose increment contains this one."),
            column("retired", Need::Measure, Holds::Date, "a date such as 2026-11-24", "retired retireddate enddate retiredyear", "Day on which the increment ends."),
            column("facility_mw", Need::Measure, Holds::Power, "a finite number ≥ 0, in MW", "facilitymw power capacity powercapacity mw facilitypower totalpower", "Power at the meter added by the phase."),
            column("it_mw", Need::Measure, Holds::Power, "a finite number ≥ 0, in MW", "itmw itpower criticalit itcapacity", "IT load added by the phase."),
            column("mw_basis", Need::Extra, Holds::Text, "meter, it, generation or unknown", "mwbasis basis powerbasis", "What a stated `facility_mw` is."),
            column("mw_scope", Need::Extra, Holds::Text, "ai or campus", "mwscope scope", "Whether the load is that of a whole campus."),
            column("chip", Need::Extra, Holds::Text, "name of a chip", "chip chiptype gpu accelerator", "Chip or chips."),
            column("chip_count", Need::Measure, Holds::Count, "a whole number ≥ 0", "chipcount chipquantity gpucount gpus accelerators", "Number of accelerators."),
            column("chip_count_scope", Need::Extra, Holds::Text, "phase or site", "chipcountscope", "Whether that is the number of this phase."),
            column("tenant", Need::Extra, Holds::Text, "names parted by `;`", "tenant user users customer", "Who uses this increment."),
            column("status", Need::Extra, Holds::Text, "operating, construction, planned, announced or cancelled", "status", "State."),
            column("confidence", Need::Extra, Holds::Text, "high, medium or low", "confidence certainty", "How well the row is supported."),
            column("capex_usd_bn", Need::Extra, Holds::Number, "a number ≥ 0, in bn USD", "capexusdbn capex", "Cost of the increment."),
            column("source", Need::Extra, Holds::Text, "an address", "source sources url link", "Page with the main figure."),
            column("as_of", Need::Extra, Holds::Date, "a date such as 2026-11-24", "asof updated", "Its day."),
            column("notes", Need::Extra, Holds::Text, "text", "notes note remarks comment", "What was derived and how."),
        ],
    },
    Table {
        kind: "tenancies",
        title: "Who uses a phase, from when to when",
        columns: &[
            column("site_id", Need::Key, Holds::Text, "id of a site", "siteid site", "Key of the site."),
            column("phase", Need::Extra, Holds::Text, "phase of that site", "phase", "Phase; empty for all of the site."),
            column("tenant", Need::Key, Holds::Text, "a name", "tenant user customer", "Who uses it."),
            column("from", Need::Measure, Holds::Date, "a date such as 2026-11-24", "from start startdate", "First day; open if empty."),
            column("to", Need::Measure, Holds::Date, "a date after `from`", "to end enddate until", "Day after the last; open if empty."),
            column("share", Need::Measure, Holds::Share, "a number from 0 to 1", "share fraction", "Share of the phase; empty for the whole."),
            column("source", Need::Extra, Holds::Text, "an address", "source url link", "Page."),
            column("notes", Need::Extra, Holds::Text, "text", "notes note", "Remarks."),
        ],
    },
    Table {
        kind: "contracts",
        title: "Deals on compute, capacity or energy",
        columns: &[
            column("id", Need::Key, Holds::Text, "text, no two alike", "id contract contractid", "Key."),
            column("buyer", Need::Key, Holds::Text, "a name", "buyer", "Who buys."),
            column("seller", Need::Key, Holds::Text, "a name", "seller", "Who sells."),
            column("announced", Need::Extra, Holds::Date, "a date such as 2026-11-24", "announced", "Day of the announcement."),
            column("start", Need::Extra, Holds::Date, "a date such as 2026-11-24", "start", "First day."),
            column("end", Need::Extra, Holds::Date, "a date such as 2026-11-24", "end", "Last day."),
            column("capacity_mw", Need::Extra, Holds::Power, "a finite number ≥ 0, in MW", "capacitymw capacity", "MW of the deal, compute or generation."),
            column("value_usd_bn", Need::Extra, Holds::Number, "a number ≥ 0, in bn USD", "valueusdbn value", "Value of the deal."),
            column("hardware", Need::Extra, Holds::Text, "text", "hardware chip", "Chips, in words."),
            column("site_ids", Need::Extra, Holds::Text, "ids parted by `;`", "siteids sites", "Sites of the deal."),
            column("within", Need::Extra, Holds::Text, "id of a contract", "within", "Contract that already contains this one."),
            column("geography", Need::Extra, Holds::Text, "text", "geography", "Where, in words."),
            column("status", Need::Extra, Holds::Text, "text", "status", "`active`, `letter of intent` …"),
            column("source", Need::Extra, Holds::Text, "an address", "source url", "Page."),
            column("notes", Need::Extra, Holds::Text, "text", "notes", "Remarks."),
        ],
    },
    Table {
        kind: "events",
        title: "Dated events worth a mark on a timeline",
        columns: &[
            column("date", Need::Key, Holds::Date, "a date such as 2026-11-24", "date day", "Its day."),
            column("kind", Need::Extra, Holds::Text, "limits, deal, policy, power, launch or other", "kind type", "What it is about."),
            column("label", Need::Key, Holds::Text, "text of at most 40 characters", "label title event headline", "Short text."),
            column("detail", Need::Extra, Holds::Text, "text", "detail details description", "Long text."),
            column("source", Need::Extra, Holds::Text, "an address", "source url", "Page."),
        ],
    },
];
