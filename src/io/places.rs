//! What a cell says of a country or of a state or province: codes by the names that files use.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{Dataset, Name, Zone, ZoneKind};

/// Codes of countries, states and provinces, by their codes and names.
pub(super) struct PlaceCodes {
    /// Alpha-3, alpha-2 and name of each country.
    countries: Vec<[String; 3]>,
    /// Their alpha-3 codes.
    codes: FxHashSet<String>,
    /// Id, country, and of states the name, of every zone.
    zones: Vec<[String; 3]>,
    /// The country of every zone, by its id.
    zone: FxHashMap<String, String>,
    /// What other cells mean; made when one is met.
    named: OnceLock<Named>,
}

/// Places by other texts than their codes, folded.
#[derive(Default)]
struct Named {
    /// Alpha-3 of countries.
    country: FxHashMap<String, String>,
    /// Zones of states and provinces, with their country.
    state: FxHashMap<(String, String), String>,
    /// The same where the country is not said; none where two countries have one of that name.
    only_state: FxHashMap<String, Option<String>>,
    /// Countries of which states or provinces are known.
    with_states: FxHashSet<String>,
}

/// Common names of countries beside those of the table, folded.
const OTHER_NAMES: &str = "\
    ARE=uae,emirates,unitedarabemirates ARG=republicargentina AUT=osterreich BEL=belgique,belgie \
    BIH=bosnia BOL=bolivia BRA=brasil BRN=brunei CHE=schweiz,suisse,svizzera CHN=prchina,prc,\
    peoplesrepublicofchina,mainlandchina CIV=ivorycoast COD=drc,drcongo COG=congobrazzaville \
    CPV=capeverde CZE=czechrepublic,cesko DEU=deutschland,brd,allemagne,alemania DNK=danmark \
    DOM=dominicanrep ESP=espana EST=eesti FIN=suomi FRA=republiquefrancaise \
    GBR=uk,greatbritain,britain,england,scotland,wales,northernireland,unitedkingdomofgreatbritain\
    andnorthernireland GRC=hellas HKG=hongkong,hongkongsar HRV=hrvatska HUN=magyarorszag IRL=eire,\
    republicofireland IRN=islamicrepublicofiran ITA=italia JPN=nippon KOR=korea,republicofkorea,\
    koreasouth,rok,korearep LAO=laos LVA=latvija MAC=macao,macau MDA=moldova MEX=mexico \
    MKD=macedonia MMR=burma NLD=holland,thenetherlands,nederland NOR=norge NZL=aotearoa POL=polska \
    PRK=dprk,koreanorth PRT=republicaportuguesa PSE=palestine ROU=rumania RUS=russia SAU=ksa,\
    kingdomofsaudiarabia SRB=srbija SVK=slovakrepublic,slovensko SVN=slovenija SWE=sverige \
    SWZ=swaziland SYR=syria TUR=turkey,turkiye,turkei TWN=taiwan,taiwanchina,chinesetaipei,roc \
    TZA=tanzania USA=us,usa,america,unitedstatesofamerica,estadosunidos,etatsunis,vereinigtestaaten \
    VEN=venezuela VNM=vietnam ZAF=rsa \
    CHN=中国,chine,cina JPN=日本,japon,giappone,japao \
    USA=美国,米国,アメリカ,estadosunidosdeamerica,statiuniti GBR=royaumeuni,vereinigteskonigreich,reinounido,regnounito,英国,イギリス,grossbritannien \
    DEU=德国,ドイツ,alemanha,germania FRA=frankreich,francia,法国,フランス \
    ESP=spanien,espagne,spagna,espanha,西班牙 ITA=italien,italie,意大利 \
    NLD=niederlande,paysbas,paisesbajos,荷兰 SWE=schweden,suede,suecia,瑞典 \
    NOR=norwegen,norvege,noruega,挪威 FIN=finnland,finlande,finlandia,芬兰 \
    DNK=danemark,dinamarca IRL=irland,irlande,irlanda,爱尔兰 \
    POL=polen,pologne,polonia CHE=suiza \
    AUT=autriche BEL=belgien,belgica \
    CAN=kanada,加拿大,カナダ AUS=australien,australie,澳大利亚,オーストラリア \
    BRA=brasilien,bresil,巴西 MEX=mexiko,mexique,墨西哥 \
    IND=indien,inde,印度,インド SGP=singapur,singapour,新加坡,シンガポール \
    MYS=malaisie,马来西亚,マレーシア KOR=韩国,韓国,sudkorea,coreedusud,coreadelsur \
    SAU=saudiarabien,arabiesaoudite,沙特阿拉伯 ARE=vae,emiratsarabesunis,阿联酋 \
    ZAF=sudafrika,afriquedusud,南非 RUS=russland,russie,rusia,俄罗斯,россия \
    TUR=turquie,turquia PRT=portogallo \
    CZE=tschechien GRC=griechenland,grece,grecia \
    HUN=ungarn,hongrie ROU=rumanien,roumanie";

/// States of the USA as newspapers shorten them.
const SHORT_STATES: &str = "AL=Ala. AZ=Ariz. AR=Ark. CA=Calif. CO=Colo. CT=Conn. DE=Del. FL=Fla. IL=Ill. \
    IN=Ind. KS=Kan. KS=Kans. MD=Md. MA=Mass. MI=Mich. MN=Minn. MS=Miss. MT=Mont. NE=Neb. NE=Nebr. NV=Nev. \
    OK=Okla. OR=Ore. OR=Oreg. PA=Penn. TN=Tenn. TX=Tex. WA=Wash. WV=W.Va. WI=Wis. WI=Wisc. WY=Wyo.";

/// Countries whose states a title speaks of.
const TITLED: &str = "bundesland=DEU,AUT,CHE provincia=ITA,ESP,ARG prefecture=JPN 都道府県=JPN 省份=CHN \
    省=CHN 省市=CHN departement=FRA departamento=COL,PER voivodeship=POL wojewodztwo=POL lan=SWE fylke=NOR \
    kanton=CHE canton=CHE comunidadautonoma=ESP regione=ITA estado=BRA,MEX state=USA,IND,BRA,AUS,MEX,DEU \
    usstate=USA province=CAN,CHN,ITA,ESP,NLD,ZAF,ARG stateprovince=USA,CAN,CHN provincestate=USA,CAN \
    stateorprovince=USA,CAN countystate=USA";

/// Which countries the title of a column of states speaks of: `Bundesland` of Germany, Austria and
/// Switzerland alone, `State` of the USA before others.
pub(super) struct StateTitle {
    /// Alpha-3 codes parted by commas, the likeliest first.
    countries: &'static str,
    /// Whether states of any other may be meant.
    any: bool,
}

impl StateTitle {
    pub(super) fn of(title: &str) -> Self {
        let title = folded(title);
        let mut titled = TITLED.split_whitespace().filter_map(|e| e.split_once('='));
        let countries = titled.find(|(word, _)| *word == title).map_or("", |(_, of)| of);
        let any =
            countries.is_empty() || OF_ANY_COUNTRY.split_whitespace().any(|word| word == title);
        Self { countries, any }
    }
}

/// Titles of no one country's states, beside which any country's are known.
const OF_ANY_COUNTRY: &str = "state province stateprovince provincestate stateorprovince estado";

/// Whether a cell names a part of the world that is larger than a country.
pub(super) fn is_part_of_the_world(cell: &str) -> bool {
    let parts = "europe|asia|africa|north america|south america|latin america|central america|oceania|\
        americas|the americas|emea|apac|asia pacific|asia-pacific|middle east|middle east and africa|\
        middle east & africa|nordics|rest of world|row|europa|nordamerika|amerique du nord|eu|\
        northern europe|western europe|southern europe|eastern europe|southeast asia|east asia|global|world";
    let cell = cell.to_lowercase();
    parts.split('|').any(|part| part == cell)
}

/// A name as it is compared: small letters and digits, accents aside.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' | 'ạ' => out.push('a'),
            'æ' => out.push_str("ae"),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ď' | 'đ' | 'ð' => out.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ğ' | 'ģ' => out.push('g'),
            'ḩ' | 'ḥ' => out.push('h'),
            'ì'..='ï' | 'ī' | 'ı' => out.push('i'),
            'ł' | 'ļ' => out.push('l'),
            'ñ' | 'ń' | 'ň' | 'ņ' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
            'ß' => out.push_str("ss"),
            'ţ' | 'ť' | 'ț' => out.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' | 'z' => out.push('z'),
            // A mark of its own, as small dotted letters leave behind.
            '\u{300}'..='\u{36f}' => {}
            c => out.push(c),
        }
    }
    out
}

/// What a cell with a place says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parted<'t> {
    pub city: &'t str,
    /// Id of its zone; empty where none is named.
    pub state: &'t str,
    /// Alpha-3.
    pub country: &'t str,
}

impl Named {
    fn new(countries: &[[String; 3]], zones: &[[String; 3]]) -> Self {
        let mut out = Self::default();
        for row in countries {
            for name in row {
                out.country.entry(folded(name)).or_insert_with(|| row[0].clone());
            }
        }
        let known: FxHashSet<&str> = countries.iter().map(|row| row[0].as_str()).collect();
        for (code, names) in OTHER_NAMES.split_whitespace().filter_map(|e| e.split_once('=')) {
            for name in names.split(',').filter(|_| known.contains(code)) {
                out.country.entry(name.to_owned()).or_insert_with(|| code.to_owned());
            }
        }
        for (code, names) in SHORT_STATES.split_whitespace().filter_map(|e| e.split_once('=')) {
            let id = format!("US-{code}");
            if zones.iter().any(|zone| zone[0] == id) {
                let name = folded(names);
                out.state.entry(("USA".to_owned(), name.clone())).or_insert_with(|| id.clone());
                out.only_state.entry(name).or_insert(Some(id));
            }
        }
        for [id, country, name] in zones.iter().filter(|zone| !zone[2].is_empty()) {
            let short = id.split_once('-').map_or("", |(_, short)| short);
            for name in [folded(id), folded(short), folded(name)] {
                if !name.is_empty() {
                    out.state.entry((country.clone(), name.clone())).or_insert(id.clone());
                    let only = out.only_state.entry(name).or_insert_with(|| Some(id.clone()));
                    *only = only.take().filter(|other| other == id);
                }
            }
            out.with_states.insert(country.clone());
        }
        out
    }
}

impl PlaceCodes {
    /// Those of the tables of countries and zones.
    pub(super) fn new(data: &Dataset) -> Self {
        let text = |name: Name| data.text(name).to_owned();
        let zone = |zone: &Zone| {
            let state = zone.kind == ZoneKind::Subdivision;
            let name = if state { text(zone.name) } else { String::new() };
            [text(zone.id), text(zone.country), name]
        };
        Self {
            countries: data
                .tables
                .countries
                .iter()
                .map(|c| [c.iso3, c.iso2, c.name].map(text))
                .collect(),
            codes: data.tables.countries.iter().map(|country| text(country.iso3)).collect(),
            zones: data.tables.zones.iter().map(zone).collect(),
            zone: data.tables.zones.iter().map(|z| (text(z.id), text(z.country))).collect(),
            named: OnceLock::new(),
        }
    }

    fn named(&self) -> &Named {
        self.named.get_or_init(|| Named::new(&self.countries, &self.zones))
    }

    /// A country cell: the code, or the code of a name or alpha-2 that is known.
    pub(super) fn country<'t>(&'t self, cell: &'t str) -> &'t str {
        if cell.is_empty() || self.codes.contains(cell) {
            return cell;
        }
        if let Some(code) = self.named().country.get(&folded(cell)) {
            return code;
        }
        let longer = |name: &str| {
            let rest = cell.strip_prefix(name);
            rest.is_some_and(|r| r.starts_with(" of ") || r.starts_with(", "))
        };
        self.countries.iter().find(|row| longer(&row[2])).map_or(cell, |row| &row[0])
    }

    /// Whether a cell names a country, state or province.
    pub(super) fn is_place(&self, cell: &str) -> bool {
        self.codes.contains(self.country(cell)) || self.state("", cell).is_some()
    }

    /// Whether a cell is the id of a zone.
    pub(super) fn is_zone(&self, cell: &str) -> bool {
        self.zone.contains_key(cell)
    }

    /// The country of a zone.
    pub(super) fn country_of_zone(&self, id: &str) -> Option<&str> {
        self.zone.get(id).map(String::as_str)
    }

    /// The zone of a state or province in a country, or in any where that is not said, with its country.
    pub(super) fn state(&self, country: &str, cell: &str) -> Option<(&str, &str)> {
        let id = if let Some((id, _)) = self.zone.get_key_value(cell) {
            id
        } else {
            let name = folded(cell);
            if country.is_empty() {
                self.named().only_state.get(&name)?.as_ref()?
            } else {
                self.named().state.get(&(country.to_owned(), name))?
            }
        };
        Some((id, self.zone.get(id)?))
    }

    /// The same of a column whose title speaks of some countries.
    pub(super) fn state_titled(
        &self,
        title: &StateTitle,
        country: &str,
        cell: &str,
    ) -> Option<(&str, &str)> {
        if !country.is_empty() || self.zone.contains_key(cell) {
            return self.state(country, cell);
        }
        let found = title.countries.split(',').find_map(|country| self.state(country, cell));
        found.or_else(|| if title.any { self.state("", cell) } else { None })
    }

    /// The country that a state of the USA is called like: `DE` is Delaware and Germany, and
    /// `Georgia` is both.
    pub(super) fn country_called_like(&self, state: &str) -> Option<&str> {
        let short = state.strip_prefix("US-")?;
        let called = |country: &&[String; 3]| country[1] == short;
        let name = self.zones.iter().find(|zone| zone[0] == state).map(|zone| &zone[2]);
        let namesake = self.countries.iter().find(|country| Some(&country[2]) == name);
        let found = namesake.or_else(|| self.countries.iter().find(called));
        found.map(|country| country[0].as_str())
    }

    /// The state that stands last in a cell. Two letters are a state of the USA before that of any other
    /// country, and none where they are the code of a country.
    fn last_state(&self, country: &str, last: &str) -> Option<(&str, &str)> {
        if country.is_empty() && last.len() == 2 {
            if let Some((id, of)) = self.zone.get_key_value(format!("US-{last}").as_str()) {
                return Some((id, of));
            }
            if self.codes.contains(self.country(last)) {
                return None;
            }
        }
        let usa = || self.state("USA", last);
        let named = if country.is_empty() { usa() } else { None };
        named.or_else(|| self.state(country, last))
    }

    /// Parts a cell such as `Abilene, TX`, `Dublin, Ireland` or `1 Main St, Reno, NV 89501, USA` into a
    /// city, and the state and country that are named behind it; none where neither is. Of two letters
    /// that are a state of the USA and a country, the state is taken; its towns tell later
    /// ([`Self::country_called_like`]).
    pub(super) fn parted<'t>(&'t self, cell: &'t str) -> Option<Parted<'t>> {
        let mut parts: Vec<&str> = cell.split([',', ';', '\n']).map(str::trim).collect();
        parts.retain(|part| !part.is_empty());
        // `TX 79601`: the letters before the number of the post.
        let plain = |part: &'t str| {
            let digit = part.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 0);
            part[..digit.unwrap_or(part.len())].trim_end_matches([' ', '-'])
        };
        let (mut country, mut state) = ("", "");
        for _ in 0..2 {
            let Some(last) = parts.last().map(|part| plain(part)).filter(|_| parts.len() > 1)
            else {
                break;
            };
            if let Some((id, of)) = self
                .last_state(country, last)
                .filter(|(id, _)| state.is_empty() && id.contains('-'))
            {
                (state, country) = (id, of);
                parts.pop();
                continue;
            }
            let code = self.country(last);
            if !country.is_empty() || !self.codes.contains(code) {
                break;
            }
            country = code;
            parts.pop();
        }
        // A street goes before its city.
        let street = |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit());
        let city = match parts.as_slice() {
            [first, .., last] if street(first) => plain(last),
            [first, ..] => first,
            [] => "",
        };
        (!country.is_empty()).then_some(Parted { city, state, country })
    }

    /// Whether a state that is not known is worth a word: it is no code, and others of its country
    /// are known, or the country is not said either.
    pub(super) fn should_know(&self, country: &str, cell: &str) -> bool {
        let code = cell.split_once('-').is_some_and(|(country, state)| {
            let letters =
                |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            country.len() == 2
                && (1..=3).contains(&state.len())
                && letters(country)
                && letters(state)
        });
        !code && (country.is_empty() || self.named().with_states.contains(country))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_states_go_by_many_names() {
        let inputs: Vec<_> = crate::io::builtin::inputs();
        let data =
            crate::io::load(&inputs, &crate::io::Unwatched, &crate::scenario::Alone).unwrap().data;
        let places = PlaceCodes::new(&data);
        let country = |cell: &str| places.country(cell).to_owned();
        for (cell, code) in [
            ("USA", "USA"),
            ("us", "USA"),
            ("U.S.A.", "USA"),
            ("UK", "GBR"),
            ("Türkiye", "TUR"),
            ("Czech Republic", "CZE"),
            ("UAE", "ARE"),
            ("Korea", "KOR"),
            ("Deutschland", "DEU"),
            ("Atlantis", "Atlantis"),
        ] {
            assert_eq!(country(cell), code, "{cell}");
        }
        let state = |country: &str, cell: &str| places.state(country, cell).map(|s| s.0.to_owned());
        for (country, cell, code) in [
            ("USA", "TX", "US-TX"),
            ("USA", "texas", "US-TX"),
            ("USA", "US-TX", "US-TX"),
            ("", "Virginia", "US-VA"),
            ("CAN", "Québec", "CA-QC"),
            ("CAN", "quebec", "CA-QC"),
            ("BRA", "Sao Paulo", "BR-SP"),
            ("AUS", "WA", "AU-WA"),
            ("USA", "WA", "US-WA"),
        ] {
            assert_eq!(state(country, cell).as_deref(), Some(code), "{country} {cell}");
        }
        assert_eq!(state("", "WA"), None, "there are two of that code");
        assert_eq!(state("USA", "Tejas"), None);
        assert!(places.should_know("USA", "Tejas") && !places.should_know("USA", "US-ZZ"));
        assert!(!places.should_know("DEU", "Bayern"));
        // Every other name is of a country of the table, and folded.
        for entry in OTHER_NAMES.split_whitespace() {
            let (code, names) = entry.split_once('=').unwrap();
            for name in names.split(',') {
                assert_eq!((folded(name).as_str(), country(name).as_str()), (name, code));
            }
        }
    }
}
