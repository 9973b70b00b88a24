//! Closed vocabularies of the tables, with the words that files use for them.

/// Makes an enum of words: `word()` is the table's own, `parse` takes synonyms too. The one behind
/// `or` stands where none is said.
macro_rules! words {
    (
        $(#[$meta:meta])* $name:ident or $otherwise:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal $( | $other:literal )*, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$variant_meta])* $variant, )* }

        impl super::column::Joins for $name {}

        impl Default for $name {
            fn default() -> Self {
                Self::$otherwise
            }
        }

        impl super::table::Word for $name {
            fn parse(text: &str) -> Option<Self> {
                Self::parse(text)
            }

            fn word(self) -> &'static str {
                self.word()
            }
        }

        impl $name {
            /// Every value in its order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The word of the table; empty where the table gives none.
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }

            /// Reads a word or a known synonym; case does not matter, and `_`, `-` and blanks
            /// are the same.
            pub fn parse(text: &str) -> Option<Self> {
                // Most cells are written as the table writes them.
                match text {
                    $( $word => return Some(Self::$variant), )*
                    _ => {}
                }
                let spaced = spaced(text);
                $( if [$word $(, $other)*].contains(&spaced.as_str()) {
                    return Some(Self::$variant);
                } )*
                None
            }

            /// The words of the table, for messages: `a, b, c`.
            pub fn list() -> String {
                let words: Vec<_> =
                    Self::ALL.iter().map(|v| v.word()).filter(|w| !w.is_empty()).collect();
                words.join(", ")
            }
        }
    };
}

/// A word in small letters, with one blank for each run of `_`, `-`, dashes, slashes and blanks.
fn spaced(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '–' | '—' | '/'));
    let parts: Vec<String> = parts.filter(|p| !p.is_empty()).map(str::to_lowercase).collect();
    parts.join(" ")
}

words! {
    /// State of a site or phase, as the table gives it.
    Status or Unstated {
        /// In service.
        Operating = "operating" | "已投产" | "en servicio" | "en operacion" | "em operacao" | "operativa" | "operational" | "运行" | "运营" | "运营中" | "在运" | "已投运" | "投产" | "已建成" | "稼働中" | "稼働" | "운영 중" | "운영" | "действует" | "in esercizio" | "operativo" | "operacional" | "opérationnel" | "en fonctionnement" | "w eksploatacji" | "i drift" | "standby" | "out of service" | "construction complete, but not yet in commercial operation" | "operating pre retirement" | "live" | "active" | "existing" | "online" | "energised" | "energized" | "in operation" | "in service" | "in use" | "running" | "commissioned" | "completed" | "complete" | "built" | "opened" | "open" | "fully operational" | "in betrieb" | "en service" | "en operación" | "em operação" | "en exploitation" | "exploitation" | "in gebruik" | "fertiggestellt" | "fertig" | "partially operational" | "partially operating" | "partly operational" | "en funcionamiento" | "en funcionamento" | "in funzione" | "attivo" | "activo" | "ativo" | "aktiv" | "actif" | "运用中" | "運用中" | "運転中" | "가동중" | "가동 중" | "운영중" | "käytössä" | "w użyciu" | "działa" | "operationeel" | "mise en service" | "terminé" | "terminado" | "concluído" | "concluido" | "完成" | "竣工" | "已运营" | "in produktion" | "operating (partial)",
        /// Being built.
        Construction = "construction" | "u c" | "uc" | "under constr." | "under constr" | "in bau" | "en chantier" | "en obras" | "在建" | "建设中" | "施工中" | "建設中" | "건설 중" | "строится" | "in costruzione" | "in aanbouw" | "w budowie" | "under construction, more than 50 percent complete" | "under construction, less than or equal to 50 percent complete" | "site preparation" | "land clearing" | "groundbreaking" | "broke ground" | "started construction" | "under construction" | "active construction" | "in construction" | "building" | "being built" | "im bau" | "en construction" | "en construcción" | "em construção" | "under development and construction" | "em construcao" | "w trakcie budowy" | "under opførelse" | "under bygging" | "rakenteilla" | "under byggnation" | "공사중" | "공사 중" | "着工" | "工事中" | "en ejecución" | "expansion under construction" | "travaux en cours" | "in ausführung" | "bouw" | "baubeginn erfolgt",
        /// Decided, not yet being built.
        Planned = "planned" | "projected" | "pipeline" | "under study" | "en projet" | "not operational" | "not yet operational" | "non operational" | "construction not started" | "not started" | "expected operational" | "to be built" | "prospective" | "en planificación" | "em planejamento" | "en cours d'instruction" | "规划" | "规划中" | "拟建" | "计划" | "計画" | "計画中" | "계획" | "план" | "pianificato" | "gepland" | "planowany" | "zoning" | "zoning application" | "rezoning" | "land acquired" | "conditional use permit" | "local approval" | "application" | "application filed" | "entitled" | "regulatory approvals received. not under construction" | "regulatory approvals pending. not under construction" | "planned for installation, but regulatory approvals not initiated" | "queued" | "in queue" | "ia executed" | "feasibility study" | "facility study" | "system impact study" | "site selected" | "land purchased" | "future" | "permitted" | "pre permit" | "permitting" | "proposed" | "approved" | "pre construction" | "preconstruction" | "in development" | "under development" | "development" | "advanced development" | "early development" | "in planning" | "planning" | "pending" | "filed" | "under review" | "in review" | "geplant" | "planifié" | "planificado" | "planejado" | "granted" | "permission granted" | "planning granted" | "consented" | "appealed" | "appeal" | "not yet operating" | "in planung" | "projet" | "previsto" | "prevista" | "in progettazione" | "in sviluppo" | "en développement" | "en desarrollo" | "em desenvolvimento" | "in ontwikkeling" | "vergund" | "genehmigt" | "genehmigung beantragt" | "beantragt" | "autorisé" | "autorizado" | "autorizada" | "aprobado" | "aprovado" | "approvato" | "申请中" | "审批中" | "已批准" | "批准" | "前期" | "计划中" | "待建" | "planeret" | "planlagt" | "planerad" | "suunnitteilla" | "w planach" | "未着工",
        /// Said, and no more.
        Announced = "announced" | "已宣布" | "发表" | "発表" | "annunciato" | "aangekondigd" | "speculative" | "proposed concept" | "letter of intent" | "under discussion" | "exploring" | "rumoured" | "rumored" | "disclosed" | "under consideration" | "concept" | "angekündigt" | "annoncé" | "anunciado" | "angekuendigt" | "anunciada" | "annunciata" | "annoncée" | "公表" | "发布" | "宣布" | "발표",
        /// Given up or ended: never counts, unless it ended on a day that the table gives.
        Cancelled = "cancelled" | "停运" | "取消" | "已取消" | "中止" | "废弃" | "annullato" | "geannuleerd" | "anulowany" | "inactive" | "dormant" | "killed" | "dead" | "canceled" | "shelved" | "withdrawn" | "denied" | "rejected" | "suspended" | "paused" | "on hold" | "stalled" | "abandoned" | "terminated" | "scrapped" | "blocked" | "defeated" | "retired" | "decommissioned" | "mothballed" | "closed" | "dismantled" | "shut down" | "shutdown" | "demolished" | "stillgelegt" | "storniert" | "annulé" | "refused" | "abandonné" | "abandonnée" | "annulée" | "rejeté" | "refusé" | "suspendu" | "fermé" | "fermée" | "verworfen" | "eingestellt" | "abgelehnt" | "zurückgezogen" | "gestoppt" | "außer betrieb" | "aufgegeben" | "cancelado" | "cancelada" | "suspendido" | "rechazado" | "cerrado" | "desistido" | "encerrado" | "suspenso" | "sospeso" | "respinto" | "chiuso" | "afgewezen" | "gestopt" | "gesloten" | "never built" | "not built" | "终止" | "暂停" | "关闭" | "已关闭" | "撤回" | "廃止" | "休止" | "凍結" | "취소" | "중단" | "zamknięty" | "wycofany",
        /// The table does not say.
        Unstated = "",
    }
}

impl Status {
    /// Codes of states of generators, as the EIA's forms 860 and 860M have them.
    const OF_EIA: [(&str, Self); 13] = [
        ("OP", Self::Operating),
        ("SB", Self::Operating),
        ("OA", Self::Operating),
        ("TS", Self::Construction),
        ("V", Self::Construction),
        ("U", Self::Construction),
        ("T", Self::Planned),
        ("L", Self::Planned),
        ("P", Self::Planned),
        ("OS", Self::Cancelled),
        ("RE", Self::Cancelled),
        ("CN", Self::Cancelled),
        ("IP", Self::Cancelled),
    ];

    /// The state of a cell that says more than the word, such as `cancelled - inferred 4 y` or
    /// `operating (phase 1)`. What ended or was given up is so wherever a cell says it; a word that
    /// others follow without a mark between says too little.
    pub fn parse_loosely(text: &str) -> Option<Self> {
        if let Some(status) = Self::parse(text) {
            return Some(status);
        }
        // `(OP) Operating`: a code of the publisher goes before.
        if let Some((code, rest)) = text.strip_prefix('(').and_then(|text| text.split_once(')'))
            && code.len() <= 3
        {
            return Self::parse_loosely(rest.trim());
        }
        if let Some((_, status)) = Self::OF_EIA.iter().find(|(code, _)| *code == text) {
            return Some(*status);
        }
        let spaced = spaced(text);
        let words: Vec<&str> =
            spaced.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let says = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
        let over = says(&["longer"]) && says(&["no"]);
        if over || says(&["formerly", "former", "previously", "ceased", "inactive", "offline"]) {
            return Some(Self::Cancelled);
        }
        if says(&["never"]) {
            return Some(Self::Cancelled);
        }
        if says(&["not", "non", "no", "until", "pre"]) && !says(&["pre"]) {
            return None;
        }
        let given_up = [
            "cancelled",
            "canceled",
            "withdrawn",
            "denied",
            "rejected",
            "suspended",
            "shelved",
            "abandoned",
            "terminated",
            "scrapped",
            "retired",
            "decommissioned",
            "decomissioned",
            "mothballed",
            "closed",
            "dismantled",
            "demolished",
            "halted",
            "paused",
            "stalled",
            "hold",
            "revoked",
            "expired",
            "blocked",
            "defeated",
            "refused",
            "killed",
            "dropped",
            "lapsed",
        ];
        if says(&given_up) {
            return Some(Self::Cancelled);
        }
        // What stands before a mark.
        let marks = ['(', '[', ',', ';', ':'];
        let mark = text.find(marks).or_else(|| text.find(" - ")).or_else(|| text.find(" – "))?;
        let head = Self::parse(text[..mark].trim()).filter(|s| *s != Self::Unstated)?;
        let rest = text[mark..].trim_matches(|c: char| !c.is_alphanumeric());
        // Another state behind the mark leaves open which of them holds.
        let other = rest.split(marks).filter_map(|part| Self::parse(part.trim()));
        let contradicted = other.clone().any(|s| s != head && s != Self::Unstated);
        (!contradicted).then_some(head)
    }

    /// Whether a cell says that the thing was in service and is no more.
    pub fn has_ended(text: &str) -> bool {
        let words =
            ["retired", "decommissioned", "decomissioned", "mothballed", "closed", "shut down"];
        let text = spaced(text);
        words
            .iter()
            .chain(&[
                "shutdown",
                "dismantled",
                "demolished",
                "stillgelegt",
                "außer betrieb",
                "fermé",
                "cerrado",
            ])
            .any(|w| text.starts_with(w))
    }
}

words! {
    /// How well a row is supported by its sources.
    Confidence or Unstated {
        /// Stated plainly by the operator or several pages.
        High = "high" | "confident" | "confirmed" | "verified" | "certain" | "very likely" | "sure",
        /// One reasonable source.
        Medium = "medium" | "moderate" | "likely" | "probable" | "med",
        /// Derived, split or assumed.
        Low = "low" | "speculative" | "unlikely" | "uncertain" | "possible" | "unverified" | "rumoured" | "rumored" | "unconfirmed",
        /// The table does not say.
        Unstated = "",
    }
}

words! {
    /// What a stated `facility_mw` really is (RULES P1).
    Basis or Unknown {
        /// Power at the meter.
        Meter = "meter" | "facility",
        /// IT power: the value moves to `it_mw`.
        It = "it",
        /// The size of an own plant: counts as meter, marked.
        Generation = "generation",
        /// Mean load over a year or a quarter, from metered energy: the value moves to the average.
        Average = "average" | "mean" | "average load" | "metered",
        /// Not said: counts as meter, marked.
        Unknown = "unknown" | "",
    }
}

words! {
    /// What a phase's load covers (RULES P6).
    Scope or Unstated {
        /// AI load.
        Ai = "ai",
        /// The load of a whole campus, AI share not published.
        Campus = "campus",
        /// The table does not say.
        Unstated = "",
    }
}

words! {
    /// Where a site stands.
    Kind or Ground {
        /// On the ground.
        Ground = "ground" | "",
        /// In orbit: no place, no zone, no price.
        Orbital = "orbital" | "orbit" | "space",
    }
}

words! {
    /// How good the coordinates of a site are.
    CoordPrecision or Unstated {
        /// The campus itself, to a few km.
        Site = "site" | "exact" | "exact (parcel)" | "precise" | "rooftop" | "address",
        /// A point in the town.
        City = "city" | "approximate" | "town" | "locality" | "zip" | "postcode",
        /// County or wider.
        Region = "region" | "county" | "state" | "country",
        /// The table does not say.
        Unstated = "",
    }
}

words! {
    /// What a chip count counts (RULES P3).
    CountScope or Phase {
        /// The chips that this phase adds.
        Phase = "phase" | "",
        /// Those of the whole site or of several phases: not used as a count of the phase.
        Site = "site",
    }
}

words! {
    /// Who pays a price.
    Sector or Industrial {
        /// Industry: the default of the app.
        Industrial = "industrial" | "industry" | "ind" | "non household",
        /// Trade and services.
        Commercial = "commercial" | "com" | "business",
        /// Households.
        Residential = "residential" | "res" | "household" | "households",
        /// Wholesale market.
        Wholesale = "wholesale" | "spot" | "day ahead" | "market",
    }
}

words! {
    /// What a zone is.
    ZoneKind or BiddingZone {
        /// A country, by ISO 3166-1 alpha-3.
        Country = "country",
        /// A state or province, by ISO 3166-2.
        Subdivision = "subdivision" | "state" | "province",
        /// A bidding zone, market, load zone or balancing area.
        BiddingZone = "bidding_zone" | "bidding zone" | "market" | "zone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_written_and_synonyms_fold() {
        for &status in Status::ALL {
            assert_eq!(Status::parse(status.word()), Some(status));
        }
        assert_eq!(Status::parse("Under Construction"), Some(Status::Construction));
        assert_eq!(Status::parse("nonsense"), None);
        assert_eq!(Sector::parse("Day-Ahead"), Some(Sector::Wholesale));
        for (cell, status) in [
            ("under_construction", Status::Construction),
            ("In  operation", Status::Operating),
            ("pre-construction", Status::Planned),
            ("in_development", Status::Planned),
            ("cancelled - inferred 4 y", Status::Cancelled),
            ("operating, pre-retirement", Status::Operating),
            ("Construction halted", Status::Cancelled),
            ("proposed/cancelled", Status::Cancelled),
            ("Planned - on hold", Status::Cancelled),
            ("no longer operating", Status::Cancelled),
            ("Operating license denied", Status::Cancelled),
            ("Operating (phase 1)", Status::Operating),
            ("Mothballed", Status::Cancelled),
        ] {
            assert_eq!(Status::parse_loosely(cell), Some(status), "{cell}");
        }
        for cell in [
            "not operating",
            "Active development",
            "Open for permits",
            "Live 2027",
            "Operating until 2024",
            "Existing site / proposed expansion",
            "operating; planned",
        ] {
            assert_eq!(Status::parse_loosely(cell), None, "{cell}");
        }
        assert!(Status::has_ended("Shut_down") && !Status::has_ended("shelved"));
        assert_eq!(Basis::parse(""), Some(Basis::Unknown));
        assert_eq!(Sector::list(), "industrial, commercial, residential, wholesale");
    }
}
