//! What titles, cells and lines of price files say: kinds of prices, of customers, of times, names of
//! zones, money.

use super::market::{Ends, Market};
use super::unit::{PriceUnit, currency};
use super::zones::titled;
use crate::io::cell::{CellFormat, DateOrder, Decimal};
use crate::io::places::folded;
use crate::io::titles::{has, word};
use crate::model::{Day, Sector};

/// Words of a price.
pub(super) const PRICE: &str = "price prices lmp lbmp rrp spp pld mcp preis preise prix precio precios preco preço \
    prezzo prezzi prijs cena hinta pris tariff tariffs tarif obs 価格 电价 价格 단가 smp spot eprice hoep usep ptf clearing auktion";

/// Words of parts of a price, and of what stands beside prices.
pub(super) const NO_PRICE: &str =
    "congestion loss losses mcc mlc mec mce mcl mgcc component demand load volume \
    quantity sales revenue customers customer count ptid version peak offpeak intraday bid mcv \
    predispatch 
    share percent pct change temperature co2 carbon index flag status relative mwh_total energy \
    consumption generation block 量 blocks imbalance anrainer neighbours";

pub(super) fn tokens(title: &str) -> Vec<String> {
    word(title).tokens
}

/// The sector that a text speaks of.
pub(super) fn sector_of(text: &str) -> Option<Sector> {
    let lower = text.to_lowercase();
    let said = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let short = lower.trim();
    if said(&["non-household", "nonhousehold", "non household", "nicht-haushalt", "pc_205"]) {
        return Some(Sector::Industrial);
    }
    if short == "ind"
        || said(&["industr", "산업", "工業", "工业", "mwh2000", "mwh500", "mwh20-", "mwh150000"])
        || said(&["mwh_lt", "mwh_ge", "mwh70000", "mwh20000"])
    {
        return Some(Sector::Industrial);
    }
    if short == "res"
        || said(&[
            "pc_204",
            "residen",
            "household",
            "haushalt",
            "ménage",
            "menage",
            "hogar",
            "주택",
            "domestic",
            "家庭",
        ])
    {
        return Some(Sector::Residential);
    }
    if short == "com" || said(&["commerc", "gewerb", "business", "일반", "商业", "tertiary"]) {
        return Some(Sector::Commercial);
    }
    let traded = [
        "wholesale",
        "day-ahead",
        "day ahead",
        "dayahead",
        "spot",
        "lmp",
        "lbmp",
        "market",
        "großhandel",
        "grosshandel",
        "handelspreise",
        "clearing",
        "pool",
        "rrp",
        "auction",
        "smp",
        "pld",
        "entso",
    ];
    said(&traded).then_some(Sector::Wholesale)
}

/// Whether a cell of a column of sectors names one that is none of ours: all of them, transport.
pub(super) fn is_other_sector(cell: &str) -> bool {
    let lower = cell.trim().to_lowercase();
    let words = ["all", "total", "transport", "tra", "other", "oth", "agricult", "합계", "street"];
    words.iter().any(|word| lower.starts_with(word))
}

/// A number as price files write it: with signs of money, and flags behind.
pub(super) fn number(cell: &str, format: &CellFormat) -> Option<f64> {
    if let Some(value) = format.number(cell) {
        return Some(value);
    }
    let cell = cell.trim().trim_start_matches(['$', '€', '£', '¥', '₹', '₩']).trim();
    let cell = cell.strip_prefix("R$").unwrap_or(cell).trim();
    // `0.1876 e`, `0.2054 du`, `12.3*`: flags of publishers.
    let end = cell.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '*').trim_end();
    let flagged = cell.len() - end.len() <= 4 && end.ends_with(|c: char| c.is_ascii_digit());
    let negative = cell.strip_prefix("-$").or_else(|| cell.strip_prefix("-€"));
    if let Some(rest) = negative {
        return format.number(rest).map(|value| -value);
    }
    // `(12.34)` is less than nothing.
    if let Some(inner) = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return format.number(inner).map(|value| -value);
    }
    flagged.then(|| format.number(end))?
}

pub(super) fn is_number(cell: &str) -> bool {
    let comma = CellFormat { decimal: Decimal::Comma, ..CellFormat::default() };
    number(cell, &CellFormat::default()).is_some() || number(cell, &comma).is_some()
}

/// How well a title says that a column holds times; 0 if it does not.
pub(super) fn time_rank(title: &str, market: Option<&Market>) -> u32 {
    let all = tokens(title);
    let plain = folded(title);
    if all.is_empty() {
        return 1;
    }
    if has(&all, "update updated created extracted generated published issued load") {
        return 0;
    }
    if has(&all, "hour hours stunde hora heure he") && !has(&all, "utc gmt date time datetime") {
        return 1;
    }
    let universal = all.iter().any(|word| word.contains("utc") || word.contains("gmt"));
    let known = "tarih ajatempel time timestamp stamp datetime date day mtu interval start beginning begin begins from \
        datum fecha data period year month monat mois mes anfang hour 年月日 受渡日 日期 時刻 기간 년월 \
        settlementdate deliverydate timeperiod quarter halbjahr semester jahr monthyear halfyear half \
        yearmonth refdate referencia starttime oprdt dt von dia mes tradingdate marketday startdate \
        enddate ending end bis ept delivery settlement local";
    let inside = |word: &String| {
        ["time", "date", "interval", "datum", "hour", "gmt", "utc"]
            .iter()
            .any(|part| word.contains(part))
    };
    let wide = ["年月日", "受渡日", "기간", "년월", "연월", "oprdt"];
    if !has(&all, known) && !all.iter().any(inside) && !wide.contains(&plain.as_str()) {
        return 0;
    }
    if is_end(&all) {
        return if universal && market.is_some_and(|m| m.ends == Ends::Yes) { 6 } else { 2 };
    }
    match () {
        () if universal => 6,
        () if has(&all, "local") => 3,
        () if has(&all, "start beginning begin interval timestamp mtu von from datetime") => 5,
        () => 4,
    }
}

pub(super) fn is_end(tokens: &[String]) -> bool {
    has(tokens, "he end ending bis ende until endtime enddate intervalend gmtintervalend to")
        || tokens.iter().any(|token| token.ends_with("intervalend"))
}

/// The unit of a title: `EUR/MWh`, or of the price of a market its currency alone, as in `SpotPriceDKK`.
pub(super) fn value_unit(title: &str) -> Option<PriceUnit> {
    PriceUnit::find(title).or_else(|| {
        let all = tokens(title);
        let code = all.iter().find_map(|word| (word.len() == 3).then(|| currency(word))?)?;
        has(&all, PRICE).then_some(PriceUnit { currency: Some(code), per_mwh: 1.0 })
    })
}

/// What of a title may be a zone: what is left of it without words of prices, and what stands in
/// brackets.
pub(super) fn parts_of_title(title: &str) -> Vec<String> {
    let mut out = vec![left_of_title(title)];
    for inner in title.split(['(', '[']).skip(1) {
        let inner = inner.split([')', ']']).next().unwrap_or("");
        if PriceUnit::find(inner).is_none() && !inner.is_empty() {
            out.push(inner.to_owned());
        }
    }
    out
}

/// The title of a price without the words that say that it is one: what is left may be a zone.
pub(super) fn left_of_title(title: &str) -> String {
    let end = title.find(['(', '[']).filter(|at| *at > 0).unwrap_or(title.len());
    let unit = title[..end].find("€/").or_else(|| title[..end].find("EUR/")).unwrap_or(end);
    let mut rest = title[..unit.min(end)].trim().to_owned();
    for gone in [
        "AVERAGE RRP",
        "Average RRP",
        "average rrp",
        "RRP",
        "Day-ahead Price",
        "Day-ahead price",
        "LMP",
        "エリアプライス",
        "システムプライス",
        "プライス",
        "price",
        "Price",
        "PRICE",
        "SPP",
        "spot",
        "Spot",
    ] {
        if rest == "システムプライス" {
            return "システム".to_owned();
        }
        let left = rest.replace(gone, "");
        left.trim_matches([' ', '_', '-', ',', ':']).clone_into(&mut rest);
    }
    // `SMP 육지` says nothing of a zone that is known.
    rest
}

/// `1`, `01`, `Jan`, `November`: the number of a month.
pub(super) fn month_number(cell: &str) -> Option<u32> {
    if let Ok(number) = cell.parse() {
        return (1..=12).contains(&number).then_some(number);
    }
    let format = CellFormat::default();
    let (day, _) = format.date(&format!("1 {cell} 2000"))?;
    Some(day.ymd().1)
}

/// A word of a currency in some lines: `Currency,Euro`, `in SEK/MWh`.
pub(super) fn currency_in(context: &str) -> Option<&'static str> {
    context.split([',', ';', '\n', '\t', ' ', ':', '_', '.', '(', ')', '"']).find_map(|word| {
        let code = word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()) && word != "ALL";
        (code || word.len() > 3 || word == "€").then(|| currency(word))?
    })
}

/// A day that stands in some lines by itself, or in a file's name.
pub(super) fn day_in(context: &str) -> Option<Day> {
    let words = context.split(['\n', ',', ';', ' ', '_', '"', '.']);
    let american = |word: &str| {
        let format = CellFormat { order: DateOrder::MonthFirst, ..CellFormat::default() };
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        (digits == 8).then(|| format.date(word.trim()))?
    };
    let european = |word: &str| {
        let format = CellFormat { order: DateOrder::DayFirst, ..CellFormat::default() };
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        (digits == 8).then(|| format.date(word.trim()))?
    };
    let is_american = context.to_lowercase().contains("market expost") || context.contains("EST");
    let mut all =
        words.filter_map(|word| if is_american { american(word) } else { european(word) });
    all.next().map(|(day, _)| day)
}

/// A zone that some lines name: behind `Zone:`, or as a word of a line or of a file's name.
pub(super) fn zone_in(context: &str, market: Option<&'static Market>) -> Option<String> {
    let said = context.lines().find_map(|line| {
        let (word, zone) = line.split_once([':', ',', ';', '='])?;
        let all = tokens(word);
        let zone = zone.trim().trim_matches([',', ';', '"']).trim();
        (has(&all, "zone area region country node hub land") && !has(&all, "time")).then_some(zone)
    });
    if let Some(zone) = said.filter(|zone| !zone.is_empty()) {
        return Some(zone.to_owned());
    }
    // A name of two letters is a country only where it stands in capitals.
    let fits = |word: &str| {
        let capitals = word.chars().all(|c| c.is_uppercase() || !c.is_alphabetic());
        let no_word = ["EUR", "USD", "DAM", "LMP", "RTM", "MWH", "THE", "CSV", "KWH"];
        !no_word.contains(&word) && word.len() >= 2 && (word.len() > 4 || capitals)
    };
    let known =
        |word: &str| (fits(word) && titled(word, market).is_some()).then(|| word.to_owned());
    // A file's name ends or begins with its country: `prices_fr.csv`.
    let at_the_end = |line: &str| {
        let stem = line.strip_suffix(".csv").or_else(|| line.strip_suffix(".tsv"))?;
        let parts: Vec<&str> = stem.split(['_', '-', ' ']).collect();
        let ends = [*parts.last()?, *parts.first()?];
        let word = ends.into_iter().find(|word| word.len() == 2 && parts.len() > 1)?;
        titled(&word.to_uppercase(), market).map(|_| word.to_uppercase())
    };
    for line in context.lines() {
        let words: Vec<&str> =
            line.split([' ', '_', ',', ';', '.', '(', ')', '"', '[', ']']).collect();
        let one = words.iter().find_map(|word| known(word));
        let two = words.windows(2).find_map(|pair| known(&pair.join(" ")));
        if let Some(zone) = two.or(one).or_else(|| at_the_end(line)) {
            return Some(zone);
        }
    }
    None
}

/// Whether the unit of a title says that it is a price, whatever its other words: `Energy price`.
pub(super) fn unit_in_front(title: &str) -> bool {
    let all = tokens(title);
    PriceUnit::find(title).is_some()
        && !has(&all, "congestion loss losses mcc mlc mec component intraday imbalance peak")
        && has(&all, PRICE)
}

/// Whether a title has a unit in brackets that is none of electricity: `Carbon price (EUR/t)`.
pub(super) fn is_of_another_thing(title: &str) -> bool {
    let inner = title.split(['(', '[']).nth(1).unwrap_or("");
    inner.contains('/') && PriceUnit::find(title).is_none()
}
