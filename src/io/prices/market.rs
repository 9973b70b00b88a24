//! Publishers of prices whose files are known: their clock, their money, and which of their rows are
//! prices.

use crate::model::Sector;

/// A publisher.
#[derive(Debug, PartialEq)]
pub(in crate::io) struct Market {
    /// As people call it.
    pub name: &'static str,
    /// Folded titles of its files; each entry is a set of which all must be there, parted by blanks. A
    /// word with `*` at its end begins a title.
    titles: &'static [&'static str],
    /// Words above the table or in the file's name, likewise.
    words: &'static [&'static str],
    /// Its clock, where cells and titles do not say it.
    pub clock: &'static str,
    /// Whether its times are those at which an interval ends.
    pub ends: Ends,
    /// Its money, where it is not said.
    pub currency: &'static str,
    /// The zone in which its nodes lie.
    pub zone: &'static str,
    /// Country of its states.
    pub country: &'static str,
    /// Whether its zones are states of that country.
    pub by_states: bool,
    /// Rows that are prices: a folded title, and the words that it then holds.
    pub only: &'static [(&'static str, &'static str)],
    /// Rows that are none, likewise.
    pub except: &'static [(&'static str, &'static str)],
    /// Titles of the price where they do not say it.
    pub price: &'static str,
    /// First month of its year of accounts.
    pub fiscal_from: u32,
    /// Whether it has one price for all of its zone.
    pub single: bool,
    /// What a number is per MWh, where no unit is said.
    pub per_mwh: f64,
    /// Minutes of a numbered part of a day, where it has its own.
    pub minutes: i64,
    /// Whether such numbers go on over a clock that is put forward or back.
    pub counts_on: bool,
    /// Who pays its prices, where nothing says it.
    pub sector: Sector,
}

/// Whether times are those at which an interval ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::io) enum Ends {
    /// They are those at which it begins, where titles do not say otherwise.
    No,
    /// They are.
    Yes,
    /// They are where it is shorter than an hour.
    Short,
}

impl Market {
    const fn of(name: &'static str, clock: &'static str, currency: &'static str) -> Self {
        Self {
            name,
            titles: &[],
            words: &[],
            clock,
            ends: Ends::No,
            currency,
            zone: "",
            country: "",
            by_states: false,
            only: &[],
            except: &[],
            price: "",
            fiscal_from: 1,
            single: false,
            per_mwh: 1.0,
            minutes: 0,
            counts_on: false,
            sector: Sector::Wholesale,
        }
    }

    /// The one of a name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        MARKETS.iter().find(|market| market.name == name)
    }

    /// The one whose file this is by its folded titles and by what stands above them.
    pub(super) fn of_titles(titles: &[String], context: &str) -> Option<&'static Self> {
        let has = |word: &str| match word.strip_suffix('*') {
            Some(begin) => titles.iter().any(|title| title.starts_with(begin)),
            None => titles.iter().any(|title| title == word),
        };
        let all = |set: &str| set.split(' ').all(has);
        let context = context.to_lowercase();
        let said = |set: &str| set.split(' ').all(|word| context.contains(word));
        let by_titles = MARKETS.iter().find(|market| market.titles.iter().any(|set| all(set)));
        by_titles.or_else(|| MARKETS.iter().find(|market| market.words.iter().any(|set| said(set))))
    }
}

/// Those that are known.
static MARKETS: [Market; 32] = [
    Market {
        titles: &["mtu*"],
        words: &["entso-e", "entsoe"],
        except: &[("sequence", "Sequence 2|Sequence 3|2|3")],
        ..Market::of("ENTSO-E", "Europe/Brussels", "EUR")
    },
    Market {
        titles: &["resolutioncode mapcode", "resolutioncode areacode"],
        except: &[("areatypecode", "CTA|CTY"), ("contracttype", "Intraday"), ("sequence", "2|3")],
        ..Market::of("ENTSO-E", "UTC", "EUR")
    },
    Market {
        titles: &["intervalstarttimegmt lmptype", "oprdt oprhr node*", "intervalstartgmt lmptype"],
        words: &["caiso"],
        only: &[("lmptype", "LMP")],
        price: "mw value prc",
        zone: "US-CAISO",
        counts_on: true,
        ..Market::of("CAISO", "America/Los_Angeles", "USD")
    },
    Market {
        titles: &["settlementpoint", "settlementpointname", "settlementpoint*"],
        words: &["ercot"],
        except: &[("settlementpointtype", "LZEW")],
        zone: "US-ERCOT",
        ..Market::of("ERCOT", "America/Chicago", "USD")
    },
    Market {
        titles: &[
            "datetimebeginningutc pnodename",
            "datetimebeginningept pnodename",
            "pnodename total*",
        ],
        words: &["pjm"],
        except: &[("rowiscurrent", "FALSE")],
        zone: "US-PJM",
        ..Market::of("PJM", "America/New_York", "USD")
    },
    Market {
        titles: &["node type value he1", "node type value he*", "marketday node value"],
        words: &["miso", "expost lmps"],
        only: &[("value", "LMP")],
        zone: "US-MISO",
        ..Market::of("MISO", "UTC-05:00", "USD")
    },
    Market {
        titles: &["timestamp name ptid"],
        words: &["nyiso"],
        ends: Ends::Short,
        zone: "US-NYISO",
        ..Market::of("NYISO", "America/New_York", "USD")
    },
    Market {
        titles: &["locationid locationname locationtype locationalmarginalprice"],
        words: &[
            "iso-ne",
            "isone",
            "iso new england",
            "_dalmp_iso_",
            "_rtlmp_iso_",
            ".h.internal_hub",
        ],
        zone: "US-ISONE",
        ..Market::of("ISO-NE", "America/New_York", "USD")
    },
    Market {
        titles: &[
            "gmtintervalend settlementlocation",
            "interval settlementlocation",
            "settlementlocation*",
        ],
        words: &["spp_"],
        ends: Ends::Yes,
        zone: "US-SPP",
        ..Market::of("SPP", "America/Chicago", "USD")
    },
    Market {
        titles: &[
            "settlementdate rrp",
            "region settlementdate",
            "settlementdate regionid",
            "region rrp",
        ],
        words: &["aemo"],
        ends: Ends::Yes,
        country: "AUS",
        fiscal_from: 7,
        ..Market::of("AEMO", "UTC+10:00", "AUD")
    },
    Market {
        titles: &["settlementdate settlementperiod", "settlementdate startingperiod*"],
        words: &["elexon"],
        except: &[("dataprovider", "N2EXMIDP|N2EX")],
        zone: "GBR",
        single: true,
        minutes: 30,
        counts_on: true,
        ..Market::of("Elexon", "Europe/London", "GBP")
    },
    Market {
        words: &["smard"],
        titles: &["datumvon datumbis"],
        ..Market::of("SMARD", "Europe/Berlin", "EUR")
    },
    Market {
        titles: &["sys se1", "sys no1", "sys oslo"],
        words: &["nord pool", "nordpool", "elspot"],
        ..Market::of("Nord Pool", "Europe/Brussels", "EUR")
    },
    Market {
        words: &["marginalpdbc"],
        counts_on: true,
        ..Market::of("OMIE", "Europe/Madrid", "EUR")
    },
    Market {
        titles: &["時刻コード", "受渡日 時刻コード", "年月日 時刻コード"],
        words: &["jepx"],
        per_mwh: 1e3,
        minutes: 30,
        ..Market::of("JEPX", "Asia/Tokyo", "JPY")
    },
    Market {
        titles: &["mcp timeblock", "timeblock mcp*", "timeblock*"],
        words: &["iex india", "indian energy exchange", "iex_"],
        zone: "IND",
        single: true,
        fiscal_from: 4,
        ..Market::of("IEX", "Asia/Kolkata", "INR")
    },
    Market {
        titles: &["submercado pldhora", "submercado pld*", "submercado*"],
        words: &["ccee"],
        zone: "BRA",
        ..Market::of("CCEE", "UTC-03:00", "BRL")
    },
    Market {
        titles: &["smp*"],
        words: &["kepco", "한국전력"],
        zone: "KOR",
        single: true,
        per_mwh: 1e3,
        sector: Sector::Industrial,
        ..Market::of("KEPCO", "Asia/Seoul", "KRW")
    },
    Market {
        titles: &["datehe price*"],
        words: &["aeso"],
        zone: "CA-AB",
        single: true,
        ..Market::of("AESO", "America/Edmonton", "CAD")
    },
    Market {
        titles: &["hoep"],
        words: &["ieso", "yearly hourly hoep"],
        zone: "CA-ON",
        single: true,
        ..Market::of("IESO", "UTC-05:00", "CAD")
    },
    Market {
        titles: &["tarih saat", "ptf*"],
        words: &["epias", "epiaş"],
        zone: "TUR",
        single: true,
        ..Market::of("EPIAS", "UTC+03:00", "TRY")
    },
    Market {
        titles: &["usep*"],
        words: &["usep"],
        zone: "SGP",
        single: true,
        minutes: 30,
        counts_on: true,
        ..Market::of("EMC", "Asia/Singapore", "SGD")
    },
    Market {
        titles: &["tradingdate tradingperiod"],
        zone: "NZL",
        minutes: 30,
        counts_on: true,
        ..Market::of("NZ", "Pacific/Auckland", "NZD")
    },
    Market {
        titles: &["pun"],
        words: &["prezzimgp"],
        counts_on: true,
        ..Market::of("GME", "Europe/Rome", "EUR")
    },
    Market {
        titles: &["ajatempelutc"],
        words: &["elering"],
        ..Market::of("Elering", "Europe/Tallinn", "EUR")
    },
    Market {
        titles: &[
            "nrgcons",
            "consom",
            "geotimeperiod*",
            "geotime",
            "geo obsvalue",
            "geo timeperiod",
        ],
        words: &["nrg_pc_20", "estat"],
        only: &[("siec", "E7000|Electricity"), ("product", "6000|Electricity")],
        sector: Sector::Industrial,
        ..Market::of("Eurostat", "UTC", "EUR")
    },
    Market {
        titles: &[
            "stateid sectorid",
            "statedescription sector*",
            "description units sourcekey",
            "state sector*",
            "state datastatus",
            "censusdivisionandstate*",
        ],
        words: &["eia.gov", "energy information administration", "eia-861", "eia 861", "eia_"],
        country: "USA",
        by_states: true,
        sector: Sector::Industrial,
        ..Market::of("EIA", "UTC", "USD")
    },
    Market {
        titles: &["country iso3code", "iso3code datetimeutc*", "iso3code date"],
        words: &["ember"],
        ..Market::of("Ember", "UTC", "EUR")
    },
    Market {
        titles: &["intervalstart location lmp", "intervalstartutc location*"],
        words: &["gridstatus"],
        ..Market::of("gridstatus", "UTC", "USD")
    },
    Market { words: &["energy-charts"], ..Market::of("Energy-Charts", "Europe/Berlin", "EUR") },
    Market { words: &["omie"], ..Market::of("OMIE files", "Europe/Madrid", "EUR") },
    Market { words: &["epex"], ..Market::of("EPEX SPOT", "Europe/Paris", "EUR") },
];
