//! Columns that each hold a share of the power of a site: by date, by state, or by phase.

use super::amount::unit_of_power;
use super::dates::word_date;
use super::titles::{IN_SERVICE, Word, has};
use crate::model::{Day, Month, Precision, Status};

/// A column that holds a share of the power of each site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Position in the file.
    pub at: usize,
    /// What share it is.
    pub of: ShareOf,
    /// The unit that its title names, in MW.
    pub unit: Option<f64>,
    /// Position of the column with its date.
    pub date_at: Option<usize>,
}

/// What a share of the power of a site is, by its title.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShareOf {
    /// What stands on a day, given with how long its period is.
    StandsOn(Day, Precision),
    /// What is added on a day.
    AddedOn(Day, Precision),
    /// What is in a state.
    InState(Status),
    /// What one phase or building has, which its title names.
    Phase,
}

impl ShareOf {
    /// Whether it says what stands rather than what is added.
    pub(super) fn stands(self) -> bool {
        matches!(self, Self::StandsOn(..))
    }
}

/// Words of titles that stand beside a date or a state.
const AROUND: &str = "mw mwe gw gwe kw kwe megawatts gigawatts power capacity it facility total installed cumulative end of by in \
    forecast projected expected actual online operational load year planned at the demand";

/// Words of what is added rather than of what stands.
pub(super) const ADDED: &str = "added additions addition new increment increments incremental adds";

/// Words of parts of a site that bear a number.
const PARTS: &str = "phase building hall block tranche bldg stage datahall";

/// Words of the date of a phase.
const OF_DATES: &str = "date year cod online completion operational start opening commissioning in \
    service ready of expected planned target live delivery energization rfs month";

/// Words of power that is being built.
const IN_BUILDING: &str = "construction uc building build";

/// Words of power that is to come, and is none of that in service.
const PLANNED: &str =
    "planned committed permitted permitting pipeline planning approved consented development";

/// Words of power that comes on top of what stands.
const ON_TOP: &str = "additional expansion future further";

/// Words of power that is only talked of.
const ANNOUNCED: &str = "announced proposed early prospective";

/// The shares of power that the titles of a header name.
pub(super) fn shares(header: &[&str], words: &[Word]) -> Vec<Share> {
    let dated = by_date(header, words);
    let mut found = if dated.len() > 1 { dated } else { by_state(words) };
    if found.len() < 2 {
        found = by_phase(words);
    }
    for share in &mut found {
        let unit = |token: &String| unit_of_power(token);
        share.unit = words[share.at].tokens.iter().find_map(unit);
    }
    found
}

/// Whether a word is among some.
fn is(word: &str, words: &str) -> bool {
    words.split_whitespace().any(|other| other == word)
}

/// Whether a title speaks of power, by a unit or by a word.
fn of_power(tokens: &[String]) -> bool {
    has(tokens, "mw mwe gw gwe kw kwe megawatts gigawatts power capacity load")
}

/// Columns whose title is a date.
fn by_date(header: &[&str], words: &[Word]) -> Vec<Share> {
    let of = |at: usize| {
        let tokens = &words[at].tokens;
        // `2026E` is a year that is expected.
        let year =
            |token: &str| token.len() == 4 && token.bytes().all(|byte| byte.is_ascii_digit());
        let mark = |at: usize| {
            at > 0
                && year(&tokens[at - 1])
                && ["e", "f", "a", "p", "b"].contains(&tokens[at].as_str())
        };
        let rest = (0..tokens.len()).filter(|at| !mark(*at)).map(|at| tokens[at].as_str());
        let rest = rest.map(|token| {
            let end = token.trim_end_matches(['e', 'f', 'a', 'p', 'b']);
            if year(end) { end } else { token }
        });
        let rest = rest.filter(|token| !is(token, AROUND) && !is(token, ADDED));
        let text = rest.collect::<Vec<_>>().join(" ");
        let (day, precision) = if let Some(month) = Month::parse(header[at].trim()) {
            (month.first_day(), Precision::Month)
        } else {
            let date = word_date(&text)?;
            (date.day, date.precision)
        };
        let years = Day::from_ymd(1950, 1, 1)?..Day::from_ymd(2101, 1, 1)?;
        let added = has(tokens, ADDED);
        let of = if added { ShareOf::AddedOn } else { ShareOf::StandsOn };
        years.contains(&day).then_some(Share {
            at,
            of: of(day, precision),
            unit: None,
            date_at: None,
        })
    };
    (0..words.len()).filter_map(of).collect()
}

/// Columns whose title is a state of power. What is planned beside what is in service may be all that
/// there will be; it is a share of its own where what is being built is one, or where it is on top.
fn by_state(words: &[Word]) -> Vec<Share> {
    let state = |tokens: &[String]| {
        let known = |token: &String| {
            [
                AROUND,
                IN_SERVICE,
                IN_BUILDING,
                PLANNED,
                ON_TOP,
                ANNOUNCED,
                "under service live not yet stage",
            ]
            .iter()
            .any(|words| is(token, words))
        };
        if has(tokens, "it critical total") || !of_power(tokens) || !tokens.iter().all(known) {
            return None;
        }
        let in_service = has(tokens, IN_SERVICE) || has(tokens, "service");
        if has(tokens, IN_BUILDING) {
            Some(Status::Construction)
        } else if has(tokens, PLANNED) || has(tokens, ON_TOP) {
            Some(Status::Planned)
        } else if has(tokens, ANNOUNCED) {
            Some(Status::Announced)
        } else {
            in_service.then_some(Status::Operating)
        }
    };
    let found: Vec<Share> = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| {
            Some(Share {
                at,
                of: ShareOf::InState(state(&word.tokens)?),
                unit: None,
                date_at: None,
            })
        })
        .collect();
    let any = |status: Status| found.iter().any(|share| share.of == ShareOf::InState(status));
    let on_top = found.iter().any(|share| has(&words[share.at].tokens, ON_TOP));
    let apart = any(Status::Construction) || on_top;
    let states = [Status::Operating, Status::Construction, Status::Planned, Status::Announced];
    let kinds = states.into_iter().filter(|status| any(*status)).count();
    if apart && kinds > 1 { found } else { Vec::new() }
}

/// Columns whose titles number the phases or buildings of a site.
fn by_phase(words: &[Word]) -> Vec<Share> {
    let number = |token: &str| {
        token.len() < 3 && token.bytes().all(|byte| byte.is_ascii_digit())
            || ["a", "b", "c", "d", "e", "f", "i", "ii", "iii", "iv", "v", "vi"].contains(&token)
    };
    // `Phase 1 (MW)` is two words beside its unit; `phase1_mw` is one.
    let part_of = |tokens: &[String], around: &str| -> Option<String> {
        let rest: Vec<&str> =
            tokens.iter().map(String::as_str).filter(|token| !is(token, around)).collect();
        match rest.as_slice() {
            [part, which] if is(part, PARTS) && number(which) => Some(format!("{part}{which}")),
            [one] => {
                let stem = one.trim_end_matches(|c: char| c.is_ascii_digit());
                (stem.len() < one.len() && is(stem, PARTS)).then(|| (*one).to_owned())
            }
            _ => None,
        }
    };
    let dates: Vec<Option<String>> = words
        .iter()
        .map(|word| {
            let dated = has(&word.tokens, OF_DATES) && !of_power(&word.tokens);
            part_of(&word.tokens, OF_DATES).filter(|_| dated)
        })
        .collect();
    let found: Vec<Share> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| of_power(&word.tokens))
        .filter_map(|(at, word)| {
            let part = part_of(&word.tokens, AROUND)?;
            let date_at = dates.iter().position(|date| date.as_ref() == Some(&part));
            Some(Share { at, of: ShareOf::Phase, unit: None, date_at })
        })
        .collect();
    if found.len() > 1 { found } else { Vec::new() }
}
