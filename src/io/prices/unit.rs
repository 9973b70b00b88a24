//! Units of prices: which money for how much energy, as titles, cells and lines above a table say it.

/// Money for energy.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::io) struct PriceUnit {
    /// ISO 4217; none where it is not said, as in `cents per kilowatthour`.
    pub currency: Option<&'static str>,
    /// What a number of it is in that currency per MWh.
    pub per_mwh: f64,
}

/// Words of energy, with how many of them are a MWh; longer words first.
const ENERGY: [(&str, f64); 18] = [
    ("megawatt-hour", 1.0),
    ("megawatthour", 1.0),
    ("megawatt hour", 1.0),
    ("megawattstunde", 1.0),
    ("kilowatt-hour", 1e3),
    ("kilowatthour", 1e3),
    ("kilowatt hour", 1e3),
    ("kilowattstunde", 1e3),
    ("兆瓦时", 1.0),
    ("千瓦时", 1e3),
    ("кв", 1e3),
    ("мвт", 1.0),
    ("mw.h", 1.0),
    ("kw.h", 1e3),
    ("mwh", 1.0),
    ("kwh", 1e3),
    ("mw h", 1.0),
    ("kw h", 1e3),
];

/// Words of money: the currency, where they say one, and how much of it one is. Signs stand before
/// words, and of each the longer ones before those that they hold.
const MONEY: [(&str, Option<&str>, f64); 71] = [
    ("us cents", Some("USD"), 0.01),
    ("us cent", Some("USD"), 0.01),
    ("usct", Some("USD"), 0.01),
    ("usc", Some("USD"), 0.01),
    ("us¢", Some("USD"), 0.01),
    ("us$", Some("USD"), 1.0),
    ("au$", Some("AUD"), 1.0),
    ("ca$", Some("CAD"), 1.0),
    ("nz$", Some("NZD"), 1.0),
    ("hk$", Some("HKD"), 1.0),
    ("nt$", Some("TWD"), 1.0),
    ("s$", Some("SGD"), 1.0),
    ("a$", Some("AUD"), 1.0),
    ("c$", Some("CAD"), 1.0),
    ("r$", Some("BRL"), 1.0),
    ("eurocent", Some("EUR"), 0.01),
    ("euro cents", Some("EUR"), 0.01),
    ("euro cent", Some("EUR"), 0.01),
    ("eur cents", Some("EUR"), 0.01),
    ("eurct", Some("EUR"), 0.01),
    ("€ct", Some("EUR"), 0.01),
    ("€-cent", Some("EUR"), 0.01),
    ("euros", Some("EUR"), 1.0),
    ("euro", Some("EUR"), 1.0),
    ("eur", Some("EUR"), 1.0),
    ("€", Some("EUR"), 1.0),
    ("usd", Some("USD"), 1.0),
    ("dollars", None, 1.0),
    ("dollar", None, 1.0),
    ("mills", Some("USD"), 0.001),
    ("gbp", Some("GBP"), 1.0),
    ("£", Some("GBP"), 1.0),
    ("pence", Some("GBP"), 0.01),
    ("jpy", Some("JPY"), 1.0),
    ("yen", Some("JPY"), 1.0),
    ("円", Some("JPY"), 1.0),
    ("cny", Some("CNY"), 1.0),
    ("rmb", Some("CNY"), 1.0),
    ("yuan", Some("CNY"), 1.0),
    ("元", Some("CNY"), 1.0),
    ("krw", Some("KRW"), 1.0),
    ("won", Some("KRW"), 1.0),
    ("원", Some("KRW"), 1.0),
    ("inr", Some("INR"), 1.0),
    ("rupees", Some("INR"), 1.0),
    ("₹", Some("INR"), 1.0),
    ("rs", Some("INR"), 1.0),
    ("aud", Some("AUD"), 1.0),
    ("cad", Some("CAD"), 1.0),
    ("chf", Some("CHF"), 1.0),
    ("sek", Some("SEK"), 1.0),
    ("öre", Some("SEK"), 0.01),
    ("øre", Some("NOK"), 0.01),
    ("nok", Some("NOK"), 1.0),
    ("dkk", Some("DKK"), 1.0),
    ("pln", Some("PLN"), 1.0),
    ("zł", Some("PLN"), 1.0),
    ("czk", Some("CZK"), 1.0),
    ("huf", Some("HUF"), 1.0),
    ("ron", Some("RON"), 1.0),
    ("bgn", Some("BGN"), 1.0),
    ("try", Some("TRY"), 1.0),
    ("tl", Some("TRY"), 1.0),
    ("brl", Some("BRL"), 1.0),
    ("cents", None, 0.01),
    ("cent", None, 0.01),
    ("ct", Some("EUR"), 0.01),
    ("¢", None, 0.01),
    ("$", None, 1.0),
    ("c", None, 0.01),
    ("p", Some("GBP"), 0.01),
];

/// Currencies that only a code says, beside those above.
const CODES: &str = "MXN NZD SGD HKD TWD PHP THB MYR IDR ISK ILS ZAR CLP COP ARS PEN RUB UAH RSD MKD \
    BAM GEL AMD AZN KZT SAR AED QAR KWD OMR EGP MAD NGN KES VND PKR BDT LKR HRK LTL LVL EEK";

/// The currency that a code or sign names: `EUR`, `€`, `US$`, `Euro`.
pub(super) fn currency(text: &str) -> Option<&'static str> {
    let own = text.trim();
    let text = own.trim_end_matches("/MWh").to_lowercase();
    let by_word = MONEY.iter().find(|(word, code, part)| {
        #[expect(clippy::float_cmp, reason = "a constant of the table above")]
        let whole = *part == 1.0;
        whole && *word == text && code.is_some()
    });
    by_word
        .and_then(|(_, code, _)| *code)
        .or_else(|| CODES.split_whitespace().find(|code| *code == own))
}

/// Whether a word stands in a text by itself: letters beside it are another word's.
fn word_at(text: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find(word).map(|at| at + from) {
        let end = at + word.len();
        let letters = |c: Option<char>, own: Option<char>| {
            c.is_some_and(|c| c.is_alphabetic() && c.is_ascii())
                && own.is_some_and(|own| own.is_alphabetic() && own.is_ascii())
        };
        let before = letters(text[..at].chars().next_back(), word.chars().next());
        let after = letters(text[end..].chars().next(), word.chars().next_back());
        if !before && !after {
            return Some(at);
        }
        from = at + word.chars().next().map_or(1, char::len_utf8);
    }
    None
}

impl PriceUnit {
    /// The unit that a text names, as `Price (EUR/MWh)`, `price_usd_per_mwh`, `cents per kilowatthour`
    /// and `円/kWh` do; none where there is no money or no energy in it.
    pub(super) fn find(text: &str) -> Option<Self> {
        let mut spaced = String::with_capacity(text.len() + 8);
        let mut small = false;
        for c in text.chars() {
            if small && c.is_ascii_uppercase() {
                spaced.push(' ');
            }
            small = c.is_ascii_lowercase();
            spaced.push(c);
        }
        // `MWh` and `kWh` are words.
        let text = spaced.replace("M Wh", "MWh").replace("k Wh", "kWh").replace("K Wh", "kWh");
        let text = text.to_lowercase().replace('_', " ").replace('·', ".");
        let (at, energy) =
            ENERGY.iter().find_map(|(word, count)| Some((text.find(word)?, *count)))?;
        // The money stands before the energy, or in a bracket of its own.
        let money =
            |part: &str| MONEY.iter().find(|(word, ..)| word_at(part, word).is_some()).copied();
        let code = |part: &str| {
            let own = |code: &&str| word_at(part, &code.to_lowercase()).is_some();
            CODES.split_whitespace().find(own)
        };
        if let Some((_, currency, part)) = money(&text[..at]) {
            return Some(Self { currency, per_mwh: part * energy });
        }
        if let Some(code) = code(&text[..at]) {
            return Some(Self { currency: Some(code), per_mwh: energy });
        }
        // The currency is in a column of its own.
        if word_at(&text[..at], "currency").is_some() || word_at(&text[..at], "price").is_some() {
            return Some(Self { currency: None, per_mwh: energy });
        }
        None
    }

    /// The energy alone, where a text names one: `KWH`.
    pub(super) fn energy(text: &str) -> Option<f64> {
        let text = text.trim().to_lowercase();
        ENERGY.iter().find(|(word, _)| *word == text).map(|(_, count)| *count)
    }

    /// The same for people: `EUR/MWh`, `0.01 EUR/kWh`.
    pub(super) fn words(&self) -> String {
        let currency = self.currency.unwrap_or("money");
        let near = |value: f64| (self.per_mwh / value - 1.0).abs() < 1e-9;
        if near(1.0) {
            format!("{currency}/MWh")
        } else if near(1e3) {
            format!("{currency}/kWh")
        } else if near(10.0) {
            format!("{currency} cents/kWh")
        } else {
            format!("{} {currency}/MWh", self.per_mwh)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_prices_are_read_in_all_their_forms() {
        for (text, currency, per_mwh) in [
            ("Day-ahead Price (EUR/MWh)", Some("EUR"), 1.0),
            ("Day-ahead Price [EUR/MWh]", Some("EUR"), 1.0),
            ("Price (EUR/MWhe)", Some("EUR"), 1.0),
            ("LBMP ($/MWHr)", None, 1.0),
            ("Deutschland/Luxemburg [€/MWh] Originalauflösungen", Some("EUR"), 1.0),
            ("cents per kilowatthour", None, 10.0),
            ("c/kWh", None, 10.0),
            ("ct/kWh", Some("EUR"), 10.0),
            ("システムプライス(円/kWh)", Some("JPY"), 1e3),
            ("MCP (Rs/MWh) *", Some("INR"), 1.0),
            ("R$/MWh", Some("BRL"), 1.0),
            ("price_usd_per_mwh", Some("USD"), 1.0),
            ("price_eur_kwh", Some("EUR"), 1e3),
            ("Price[Currency/MWh]", None, 1.0),
            ("US cents/kWh", Some("USD"), 10.0),
            ("öre/kWh", Some("SEK"), 10.0),
            ("PLN/MWh", Some("PLN"), 1.0),
            ("p/kWh", Some("GBP"), 10.0),
            ("MXN/MWh", Some("MXN"), 1.0),
        ] {
            let unit = PriceUnit::find(text);
            assert_eq!(unit.as_ref().map(|unit| unit.currency), Some(currency), "{text}");
            assert!(
                unit.is_some_and(|unit| (unit.per_mwh / per_mwh - 1.0).abs() < 1e-12),
                "{text}"
            );
        }
        for none in ["Power (MW)", "Demand (MWh)", "Energy MWh", "power", "EUR", "Country"] {
            assert_eq!(PriceUnit::find(none), None, "{none}");
        }
        assert_eq!(currency("€"), Some("EUR"));
        assert_eq!(currency("GBP"), Some("GBP"));
        assert_eq!(currency("MXN"), Some("MXN"));
        assert_eq!(currency("cents"), None);
    }
}
