//! Closed vocabularies of the tables, with the words that files use for them.

/// Makes an enum of words: `word()` is the table's own, `parse` takes synonyms too.
macro_rules! words {
    (
        $(#[$meta:meta])* $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal $( | $other:literal )*, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$variant_meta])* $variant, )* }

        impl super::column::Joins for $name {}

        impl $name {
            /// Every value in its order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The word of the table; empty where the table gives none.
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }

            /// Reads a word or a known synonym; case does not matter.
            pub fn parse(text: &str) -> Option<Self> {
                // Most cells are written as the table writes them.
                match text {
                    $( $word => return Some(Self::$variant), )*
                    _ => {}
                }
                $( if [$word $(, $other)*].iter().any(|w| w.eq_ignore_ascii_case(text)) {
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

words! {
    /// State of a site or phase, as the table gives it.
    Status {
        /// In service.
        Operating = "operating" | "operational" | "live" | "active" | "existing" | "online" | "energised" | "energized",
        /// Being built.
        Construction = "construction" | "under construction" | "building",
        /// Decided, not yet being built.
        Planned = "planned" | "permitted" | "pre-permit" | "permitting" | "proposed",
        /// Said, and no more.
        Announced = "announced" | "rumoured" | "disclosed",
        /// Given up: never counts.
        Cancelled = "cancelled" | "canceled" | "shelved",
        /// The table does not say.
        Unstated = "",
    }
}

words! {
    /// How well a row is supported by its sources.
    Confidence {
        /// Stated plainly by the operator or several pages.
        High = "high" | "confident",
        /// One reasonable source.
        Medium = "medium" | "likely",
        /// Derived, split or assumed.
        Low = "low" | "speculative" | "unlikely",
        /// The table does not say.
        Unstated = "",
    }
}

words! {
    /// What a stated `facility_mw` really is (RULES P1).
    Basis {
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
    Scope {
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
    Kind {
        /// On the ground.
        Ground = "ground" | "",
        /// In orbit: no place, no zone, no price.
        Orbital = "orbital" | "orbit" | "space",
    }
}

words! {
    /// How good the coordinates of a site are.
    CoordPrecision {
        /// The campus itself, to a few km.
        Site = "site" | "exact",
        /// A point in the town.
        City = "city",
        /// County or wider.
        Region = "region" | "county" | "state" | "country",
        /// The table does not say.
        Unstated = "",
    }
}

words! {
    /// What a chip count counts (RULES P3).
    CountScope {
        /// The chips that this phase adds.
        Phase = "phase" | "",
        /// Those of the whole site or of several phases: not used as a count of the phase.
        Site = "site",
    }
}

words! {
    /// Who pays a price.
    Sector {
        /// Industry: the default of the app.
        Industrial = "industrial" | "industry" | "ind" | "non-household",
        /// Trade and services.
        Commercial = "commercial" | "com" | "business",
        /// Households.
        Residential = "residential" | "res" | "household" | "households",
        /// Wholesale market.
        Wholesale = "wholesale" | "spot" | "day-ahead" | "market",
    }
}

words! {
    /// What a zone is.
    ZoneKind {
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
        assert_eq!(Basis::parse(""), Some(Basis::Unknown));
        assert_eq!(Sector::list(), "industrial, commercial, residential, wholesale");
    }
}
