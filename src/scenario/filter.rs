//! The one filter language of the app (RULES F1).
//!
//! ```text
//! filter  = or                      terms side by side mean "and"; `or` binds weakest
//! term    = [-] ( "(" filter ")" | field:value[,value…] | field:~text | field OP number | text )
//! OP      = > | >= | < | <= | =
//! ```
//!
//! A filter tests phases. Unknown never satisfies a comparison; "not" is the plain complement.
//! A word without a field looks for a part of a site's name, operator, users or city.

use std::fmt;

use super::Outcome;
use super::group::{GroupKey, Grouping};
use super::phase::Quantity;
use super::workers::{Alone, Workers, fill};
use crate::model::{
    AliasKind, Confidence, Dataset, Day, Kind, Maybe, Meaning, Month, NONE_NAMED, ORBIT, Precision,
    Resolver, Scope, SectorChoice, Status, UNRESOLVED, is_written, title_key,
};

/// Where a filter cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FilterError {
    /// The filter as typed.
    pub text: String,
    /// Position of the character at fault, counted in characters from 0.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
    /// Whether it is a field that nobody knows, and which may be a column of the user's.
    pub unknown_field: bool,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the filter cannot be read: {}", self.message)?;
        writeln!(f, "  {}", self.text)?;
        write!(f, "  {}^", " ".repeat(self.at))
    }
}

/// A filter, read and ready to be evaluated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    text: String,
    root: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
enum Expr {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Names {
        field: NameField,
        values: Vec<String>,
        part: bool,
    },
    Compare {
        field: NumberField,
        low: f64,
        high: f64,
    },
    Text(String),
    /// A column of the user's, by its title.
    Own {
        title: String,
        values: Vec<String>,
        part: bool,
    },
}

impl Expr {
    /// The user that a term asks for, where it names one.
    fn one_user(&self) -> Option<&str> {
        match self {
            Self::Names { field: NameField::Group(GroupKey::User), values, part: false } => {
                if let [one] = values.as_slice() {
                    Some(one)
                } else {
                    None
                }
            }
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum NameField {
    Group(GroupKey),
    Zone,
    Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NumberField {
    Mw,
    ItMw,
    H100e,
    Online,
    SiteMw,
    Pue,
    Lat,
    Lon,
    Price,
}

const NUMBER_FIELDS: [(&str, NumberField); 9] = [
    ("mw", NumberField::Mw),
    ("it_mw", NumberField::ItMw),
    ("h100e", NumberField::H100e),
    ("online", NumberField::Online),
    ("site_mw", NumberField::SiteMw),
    ("pue", NumberField::Pue),
    ("lat", NumberField::Lat),
    ("lon", NumberField::Lon),
    ("price", NumberField::Price),
];

fn name_field(word: &str) -> Option<NameField> {
    match word {
        "zone" => Some(NameField::Zone),
        "phase" => Some(NameField::Phase),
        _ => GroupKey::parse(word).map(NameField::Group),
    }
}

/// The words of a field that has no others; empty for fields of names.
fn closed_words(field: &NameField) -> Vec<&'static str> {
    let NameField::Group(key) = field else { return Vec::new() };
    let mut words: Vec<&str> = match key {
        GroupKey::Status => Status::ALL.iter().map(|s| s.word()).chain(["due"]).collect(),
        GroupKey::SiteStatus => Status::ALL.iter().map(|s| s.word()).collect(),
        GroupKey::Confidence => Confidence::ALL.iter().map(|c| c.word()).collect(),
        GroupKey::Kind => Kind::ALL.iter().map(|k| k.word()).collect(),
        GroupKey::Scope => Scope::ALL.iter().map(|s| s.word()).collect(),
        _ => return Vec::new(),
    };
    words.retain(|w| !w.is_empty());
    words.push(NONE_NAMED);
    words
}

fn number_field(word: &str) -> Option<NumberField> {
    NUMBER_FIELDS.iter().find(|(name, _)| *name == word).map(|(_, field)| *field)
}

/// All field names, for help and messages.
pub fn field_names() -> Vec<&'static str> {
    let groups = GroupKey::ALL.iter().map(|(_, word, _)| *word);
    groups.chain(["zone", "phase"]).chain(NUMBER_FIELDS.iter().map(|(name, _)| *name)).collect()
}

struct Reader<'a> {
    text: &'a str,
    chars: Vec<char>,
    at: usize,
    /// Titles of columns of the user's.
    own: Vec<&'a str>,
}

type Read<T> = Result<T, FilterError>;

impl Reader<'_> {
    fn fail<T>(&self, at: usize, message: impl Into<String>) -> Read<T> {
        let (text, message) = (self.text.to_owned(), message.into());
        Err(FilterError { text, at, message, unknown_field: false })
    }

    /// A column of the user's by its title, in which blanks may be written as `_`.
    fn own_title(&self, word: &str) -> Option<String> {
        let wanted = title_key(word);
        let found = self.own.iter().find(|title| title_key(title) == wanted);
        found.map(|title| (*title).to_owned())
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let hit = self.peek() == Some(c);
        self.at += usize::from(hit);
        hit
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Whether the word `or` stands here by itself.
    fn at_or(&self) -> bool {
        let word: String = self.chars[self.at..].iter().take(2).collect();
        let after = self.chars.get(self.at + 2);
        word.eq_ignore_ascii_case("or") && after.is_none_or(|c| c.is_whitespace() || *c == '(')
    }

    fn any(&mut self, depth: usize) -> Read<Expr> {
        let mut branches = vec![self.all(depth)?];
        while self.at_or() {
            self.at += 2;
            branches.push(self.all(depth)?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { Expr::Any(branches) })
    }

    fn all(&mut self, depth: usize) -> Read<Expr> {
        let mut terms = Vec::new();
        loop {
            self.skip_space();
            if self.peek().is_none_or(|c| c == ')') || self.at_or() {
                break;
            }
            terms.push(self.term(depth)?);
        }
        match terms.len() {
            0 => self.fail(self.at, "a term is missing here"),
            1 => Ok(terms.remove(0)),
            _ => Ok(Expr::All(terms)),
        }
    }

    fn term(&mut self, depth: usize) -> Read<Expr> {
        if depth > 64 {
            return self.fail(self.at, "more than 64 levels of parentheses or minus signs");
        }
        if self.eat('-') {
            self.skip_space();
            if self.peek().is_none() {
                return self.fail(self.at, "a term is missing after `-`");
            }
            return Ok(Expr::Not(Box::new(self.term(depth + 1)?)));
        }
        let open = self.at;
        if self.eat('(') {
            let inner = self.any(depth + 1)?;
            self.skip_space();
            return if self.eat(')') {
                Ok(inner)
            } else {
                self.fail(open, "this parenthesis is never closed")
            };
        }
        self.field_term()
    }

    fn field_term(&mut self) -> Read<Expr> {
        let start = self.at;
        if self.peek() == Some('"') {
            let text = self.value()?;
            if self.peek() != Some(':') {
                return Ok(Expr::Text(text));
            }
            self.at += 1;
            return self.after_colon(start, &text);
        }
        let word = self.bare(|c| c.is_whitespace() || ":<>=()\"".contains(c));
        let lower = word.to_lowercase();
        let after = self.at;
        self.skip_space();
        if !self.peek().is_some_and(|c| "<>=".contains(c)) {
            self.at = after;
        }
        match self.peek() {
            Some(':' | '<' | '>' | '=') if word.is_empty() => {
                self.fail(start, "the name of a field is missing here")
            }
            Some(':') => {
                self.at += 1;
                self.after_colon(start, &lower)
            }
            Some('<' | '>' | '=') => self.comparison(start, &lower),
            _ if word.is_empty() => self.fail(start, "a field or a word is expected here"),
            _ if lower == "and" => {
                self.fail(start, "terms side by side mean and: leave the word out")
            }
            _ if lower == "not" => self.fail(start, "write `-` before a term for not"),
            _ => Ok(Expr::Text(word)),
        }
    }

    fn after_colon(&mut self, start: usize, word: &str) -> Read<Expr> {
        if let Some(field) = number_field(word) {
            return self.bounds(field, "=");
        }
        let Some(field) = name_field(word) else {
            let Some(title) = self.own_title(word) else {
                return self.unknown_field(start, word);
            };
            let part = self.eat('~');
            let mut values = vec![self.value()?];
            while self.eat(',') {
                values.push(self.value()?);
            }
            return Ok(Expr::Own { title, values, part });
        };
        let part = self.eat('~');
        let values_at = self.at;
        let mut values = vec![self.value()?];
        while self.eat(',') {
            values.push(self.value()?);
        }
        let closed = closed_words(&field);
        let odd = values
            .iter()
            .find(|v| !part && !closed.is_empty() && !closed.contains(&v.to_lowercase().as_str()));
        if let Some(odd) = odd {
            let message = format!("`{odd}` is no {word}; there are {}", closed.join(", "));
            return self.fail(values_at, message);
        }
        Ok(Expr::Names { field, values, part })
    }

    fn unknown_field<T>(&self, start: usize, word: &str) -> Read<T> {
        let near = field_names()
            .into_iter()
            .find(|name| name.starts_with(word) || (word.len() > 2 && word.starts_with(*name)));
        let hint = near.map_or_else(
            || format!("fields are {}", field_names().join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        let failed: Read<T> = self.fail(start, format!("`{word}` is not a field; {hint}"));
        failed.map_err(|error| FilterError { unknown_field: true, ..error })
    }

    fn comparison(&mut self, start: usize, word: &str) -> Read<Expr> {
        let Some(field) = number_field(word) else {
            return if name_field(word).is_some() {
                self.fail(self.at, format!("`{word}` is a name: write `{word}:value`"))
            } else {
                self.unknown_field(start, word)
            };
        };
        let operator = self.bare(|c| !"<>=".contains(c));
        if !["<", "<=", ">", ">=", "="].contains(&operator.as_str()) {
            return self.fail(start, format!("`{operator}` is not a comparison; use > >= < <= ="));
        }
        self.skip_space();
        self.bounds(field, &operator)
    }

    /// The range that a comparison admits, both ends included.
    fn bounds(&mut self, field: NumberField, operator: &str) -> Read<Expr> {
        let at = self.at;
        let text = self.value()?;
        let Some((first, last)) = number_or_period(field, &text) else {
            let wanted = if field == NumberField::Online {
                "a year, quarter, month or day such as 2027, 2027Q3, 2027-06 or 2027-06-30"
            } else {
                "a number"
            };
            return self.fail(at, format!("`{text}` is not {wanted}"));
        };
        if self.peek() == Some(',') {
            return self.fail(self.at, "a number has no comma; write 1000 or 1e3");
        }
        let (low, high) = match operator {
            "<" => (f64::NEG_INFINITY, first.next_down()),
            "<=" => (f64::NEG_INFINITY, last),
            ">" => (last.next_up(), f64::INFINITY),
            ">=" => (first, f64::INFINITY),
            _ => (first, last),
        };
        Ok(Expr::Compare { field, low, high })
    }

    fn bare(&mut self, ends: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| !ends(c)) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    fn value(&mut self) -> Read<String> {
        let start = self.at;
        if self.eat('"') {
            let text = self.bare(|c| c == '"');
            return if self.eat('"') {
                Ok(text)
            } else {
                self.fail(start, "this quote is never closed")
            };
        }
        let text = self.bare(|c| c.is_whitespace() || ",()".contains(c));
        if text.is_empty() { self.fail(start, "a value is missing here") } else { Ok(text) }
    }
}

fn number_or_period(field: NumberField, text: &str) -> Option<(f64, f64)> {
    if field == NumberField::Online {
        let (first, last) = period(text)?;
        return Some((f64::from(first.0), f64::from(last.0)));
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some((number, number))
}

/// First and last day of a year, quarter, month or day.
pub fn period(text: &str) -> Option<(Day, Day)> {
    if let Some(day) = Day::parse(text) {
        return Some((day, day));
    }
    if let Some(month) = Month::parse(text) {
        return Some((month.first_day(), month.last_day()));
    }
    let upper = text.to_ascii_uppercase().replace('-', "");
    if let Some((year, quarter)) = upper.split_once('Q') {
        let (year, quarter): (i32, u32) = (year.parse().ok()?, quarter.parse().ok()?);
        let day = (1..=4).contains(&quarter).then(|| Day::from_ymd(year, quarter * 3, 1))??;
        return Some(Precision::Quarter.period(day));
    }
    let four = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let year: i32 = four.then(|| text.parse().ok())??;
    Some(Precision::Year.period(Day::from_ymd(year, 1, 1)?))
}

impl Filter {
    /// Reads a filter. An empty text lets everything through.
    ///
    /// # Errors
    /// [`FilterError`] with the character at fault.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Self::read(text, Vec::new())
    }

    /// Reads a filter that may ask for columns of the user's by their titles, as `rack_colour:~blue`.
    ///
    /// # Errors
    /// [`FilterError`] with the character at fault.
    pub fn parse_over(text: &str, data: &Dataset) -> Result<Self, FilterError> {
        let titles = data.sites.extra.titles().chain(data.phases.extra.titles());
        Self::read(text, titles.collect())
    }

    fn read(text: &str, own: Vec<&str>) -> Result<Self, FilterError> {
        let mut reader = Reader { text, chars: text.chars().collect(), at: 0, own };
        reader.skip_space();
        if reader.peek().is_none() {
            return Ok(Self { text: text.to_owned(), root: None });
        }
        let root = reader.any(0)?;
        reader.skip_space();
        if reader.peek().is_some() {
            return reader.fail(reader.at, "this parenthesis closes nothing");
        }
        Ok(Self { text: text.to_owned(), root: Some(root) })
    }

    /// The filter as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The one user that everything that passes must have, if the filter asks for one by name: whose
    /// lens may be meant (RULES F2).
    pub fn one_user(&self) -> Option<&str> {
        match self.root.as_ref()? {
            Expr::All(terms) => {
                let mut users = terms.iter().filter_map(Expr::one_user);
                let user = users.next()?;
                users.next().is_none().then_some(user)
            }
            term => term.one_user(),
        }
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// Which phases pass, in the order of the table; none where everything does.
    pub fn mask(
        &self,
        data: &Dataset,
        outcome: &Outcome,
        sector: SectorChoice,
    ) -> Option<Vec<bool>> {
        self.mask_with(&Alone, data, outcome, sector)
    }

    /// The same, with hands lent.
    pub fn mask_with(
        &self,
        workers: &dyn Workers,
        data: &Dataset,
        outcome: &Outcome,
        sector: SectorChoice,
    ) -> Option<Vec<bool>> {
        let root = self.root.as_ref()?;
        let resolver = Resolver::new(data);
        let evaluation = Evaluation { workers, data, outcome, sector, resolver };
        let test = evaluation.test(root);
        let mut mask = vec![false; data.phases.len()];
        fill(workers, &mut mask, |phase| test.passes(phase));
        Some(mask)
    }
}

/// An expression made ready: what it needs to know of each site or group is worked out.
enum Test<'a> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Leaf(Box<dyn Fn(usize) -> bool + Sync + 'a>),
}

impl Test<'_> {
    fn passes(&self, phase: usize) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.passes(phase)),
            Self::Any(tests) => tests.iter().any(|test| test.passes(phase)),
            Self::Not(test) => !test.passes(phase),
            Self::Leaf(passes) => passes(phase),
        }
    }
}

struct Evaluation<'a> {
    workers: &'a dyn Workers,
    data: &'a Dataset,
    outcome: &'a Outcome,
    sector: SectorChoice,
    resolver: Resolver<'a>,
}

impl<'a> Evaluation<'a> {
    fn test(&self, expr: &'a Expr) -> Test<'a> {
        match expr {
            Expr::All(terms) => Test::All(terms.iter().map(|term| self.test(term)).collect()),
            Expr::Any(terms) => Test::Any(terms.iter().map(|term| self.test(term)).collect()),
            Expr::Not(inner) => Test::Not(Box::new(self.test(inner))),
            Expr::Names { field, values, part } => self.names(field, values, *part),
            Expr::Compare { field, low, high } => {
                let (low, high) = (*low, *high);
                self.number(*field, move |value| value.is_some_and(|v| low <= v && v <= high))
            }
            Expr::Text(text) => self.text(text),
            Expr::Own { title, values, part } => self.own(title, values, *part),
        }
    }

    fn names(&self, field: &NameField, values: &'a [String], part: bool) -> Test<'a> {
        match field {
            NameField::Group(key) => self.groups(key, values, part),
            NameField::Zone => self.per_site(|site| {
                let chain = self.data.price_chain(site);
                chain.iter().any(|&zone| {
                    let name = self.data.zone(zone).map_or("", |z| self.data.text(z.name));
                    matches(values, part, &[self.data.text(zone), name])
                })
            }),
            NameField::Phase => {
                let data = self.data;
                Test::Leaf(Box::new(move |phase| {
                    matches(values, part, &[data.text(data.phases.phase[phase])])
                }))
            }
        }
    }

    fn groups(&self, key: &GroupKey, values: &[String], part: bool) -> Test<'a> {
        let kind = match key {
            GroupKey::Operator | GroupKey::Owner | GroupKey::User => Some(AliasKind::Organisation),
            GroupKey::Chip => Some(AliasKind::Chip),
            GroupKey::ChipVendor => Some(AliasKind::ChipVendor),
            _ => None,
        };
        // What an alias of one means is meant too; one of several names none of them alone.
        let (mut meant, mut several) = (Vec::new(), Vec::new());
        for value in values {
            let meaning = kind.filter(|_| !part).map(|kind| self.resolver.meaning(kind, value));
            match meaning {
                Some(Meaning::Several(_)) => several.push(value.as_str()),
                Some(Meaning::One(name)) => meant.extend([value.clone(), name]),
                Some(Meaning::Itself) | None => meant.push(value.clone()),
            }
        }
        let grouping = Grouping::new(self.data, self.outcome, key.clone());
        let named = |name: &str| {
            !(part && is_by_rule(name)) && matches(&meant, part, &self.spellings(key, name))
        };
        let by_name = self.any_part(key, grouping, named);
        let in_cells = part && kind.is_some() && *key != GroupKey::ChipVendor;
        if !in_cells && several.is_empty() {
            return by_name;
        }
        let written = Grouping::as_written(self.workers, self.data, self.outcome, key.clone());
        let by_cell = self.any_part(key, written, |cell| {
            if part {
                !is_by_rule(cell) && matches(values, true, &[cell])
            } else {
                several.iter().any(|name| is_written(cell, name))
            }
        });
        Test::Any(vec![by_name, by_cell])
    }

    /// Phases of which a part belongs to a group that passes. A user is one only in months in which
    /// the phase counts or is undated.
    fn any_part(
        &self,
        key: &GroupKey,
        grouping: Grouping,
        passes: impl Fn(&str) -> bool,
    ) -> Test<'a> {
        let hit: Vec<bool> = grouping.names.iter().map(|name| passes(name)).collect();
        // Phases that are shared alike pass alike.
        let mut sets: Vec<Vec<[u32; 2]>> = Vec::with_capacity(grouping.sets().len());
        for parts in grouping.sets() {
            let own = parts.iter().filter(|part| hit[part.group as usize]);
            sets.push(own.map(|part| [part.from, part.to]).collect());
        }
        if *key != GroupKey::User {
            return Test::Leaf(Box::new(move |phase| {
                !sets[grouping.set_of()[phase] as usize].is_empty()
            }));
        }
        let phases = &self.outcome.phases;
        Test::Leaf(Box::new(move |phase| {
            let months = &sets[grouping.set_of()[phase] as usize];
            if months.is_empty() {
                return false;
            }
            let within = |[from, to]: [u32; 2]| {
                months.iter().any(|window| window[0].max(from) < window[1].min(to))
            };
            within(phases.span[phase].map(u32::from))
                || phases.undated(phase).is_some_and(|one| within([0, u32::from(one.months)]))
        }))
    }

    /// The ways in which a group may be named.
    fn spellings<'b>(&'b self, key: &GroupKey, name: &'b str) -> Vec<&'b str> {
        let data = self.data;
        let mut out = vec![name];
        let code = data.names.find(name);
        match key {
            GroupKey::Country => {
                if let Some(country) = code.and_then(|c| data.country(c)) {
                    out.extend([data.text(country.iso2), data.text(country.name)]);
                }
            }
            GroupKey::PriceZone => {
                out.extend(code.and_then(|c| data.zone(c)).map(|z| data.text(z.name)));
            }
            GroupKey::Site => {
                let site = data.site_position(name);
                out.extend(site.map(|s| data.text(data.sites.name[s])));
            }
            _ => {}
        }
        out.retain(|s| !s.is_empty());
        out
    }

    /// A column of the user's, of the site or of the phase.
    fn own(&self, title: &str, values: &'a [String], part: bool) -> Test<'a> {
        let data = self.data;
        let (of_site, of_phase) = (data.sites.extra.find(title), data.phases.extra.find(title));
        Test::Leaf(Box::new(move |phase| {
            let site = data.phases.site[phase] as usize;
            let cells = [of_site.map(|column| column[site]), of_phase.map(|column| column[phase])];
            cells.into_iter().flatten().any(|cell| matches(values, part, &[data.text(cell)]))
        }))
    }

    fn text(&self, text: &str) -> Test<'a> {
        let values = [text.to_owned()];
        let sites = &self.data.sites;
        self.per_site(|site| {
            let columns = [&sites.id, &sites.name, &sites.operator, &sites.users, &sites.city];
            matches(&values, true, &columns.map(|column| self.data.text(column[site])))
        })
    }

    /// What holds for a site holds for its phases.
    fn per_site(&self, passes: impl Fn(usize) -> bool + Sync) -> Test<'a> {
        let mut sites = vec![false; self.data.sites.len()];
        fill(self.workers, &mut sites, passes);
        let of = &self.data.phases.site;
        Test::Leaf(Box::new(move |phase| sites[of[phase] as usize]))
    }

    fn number(
        &self,
        field: NumberField,
        passes: impl Fn(Option<f64>) -> bool + Sync + 'a,
    ) -> Test<'a> {
        let sites = &self.data.sites;
        match field {
            NumberField::Mw => self.quantity(Quantity::FacilityMw, passes),
            NumberField::ItMw => self.quantity(Quantity::ItMw, passes),
            NumberField::H100e => self.quantity(Quantity::H100e, passes),
            NumberField::Online => {
                let days = &self.data.phases.online;
                Test::Leaf(Box::new(move |phase| {
                    passes(days[phase].get().map(|day| f64::from(day.0)))
                }))
            }
            NumberField::Pue => self.per_site(|site| passes(sites.pue[site].get())),
            NumberField::Lat => self.per_site(|site| passes(sites.lat[site].get())),
            NumberField::Lon => self.per_site(|site| passes(sites.lon[site].get())),
            NumberField::SiteMw => {
                self.per_site(|site| passes(build_out_of(self.data, self.outcome, site)))
            }
            NumberField::Price => self.per_site(|site| passes(self.price(site))),
        }
    }

    fn quantity(
        &self,
        quantity: Quantity,
        passes: impl Fn(Option<f64>) -> bool + Sync + 'a,
    ) -> Test<'a> {
        let column = &self.outcome.phases.column(quantity).value;
        Test::Leaf(Box::new(move |phase| passes(column[phase].get())))
    }

    fn price(&self, site: usize) -> Option<f64> {
        let month = self.outcome.grid.as_of?.month();
        let chain = self.data.price_chain(site);
        let price = self.data.price_book().along(&chain, self.sector, month)?;
        Some(price.usd_per_mwh)
    }
}

/// Whether a name is one that a rule gives to what has none: `(none named)` and the like.
fn is_by_rule(name: &str) -> bool {
    [NONE_NAMED, ORBIT, UNRESOLVED].contains(&name)
}

fn matches(values: &[String], part: bool, names: &[&str]) -> bool {
    values.iter().any(|value| {
        let value = value.trim().to_lowercase();
        names.iter().any(|name| {
            let name = name.to_lowercase();
            if part { name.contains(&value) } else { name == value }
        })
    })
}

/// Whether a phase stands once all dates are past, or is undated still (RULES F1, T5).
pub fn is_built_out(outcome: &Outcome, phase: usize) -> bool {
    let days = &outcome.phases;
    let stands = days.from[phase] != Day::NEVER && days.to[phase] == Day::NEVER;
    stands || days.undated(phase).is_some_and(|one| !one.inside && one.until == Day::NEVER)
}

/// MW at the meter of one site once all dates are past, with what is undated (RULES F1); none where
/// nothing is known.
pub fn build_out_of(data: &Dataset, outcome: &Outcome, site: usize) -> Option<f64> {
    let days = &outcome.phases;
    let stands = |p: usize| is_built_out(outcome, p);
    let phases = data.phases_of(site).filter(|&p| stands(p));
    let known = phases.filter_map(|p| days.get(Quantity::FacilityMw, p));
    known.fold(None, |sum, mw| Some(sum.unwrap_or(0.0) + mw))
}

/// MW at the meter of each site once all dates are past; none where nothing is known.
pub fn site_build_out(data: &Dataset, outcome: &Outcome) -> Vec<Maybe> {
    (0..data.sites.len()).map(|site| build_out_of(data, outcome, site).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(text: &str) -> (usize, String) {
        let error = Filter::parse(text).unwrap_err();
        (error.at, error.message)
    }

    #[test]
    fn errors_point_at_the_character() {
        assert_eq!(error("operator:Amazon stauts:planned").0, 16);
        assert_eq!(error("mw>abc").0, 3);
        assert_eq!(error("(mw>5").0, 0);
        assert_eq!(error("mw>5)").0, 4);
        assert_eq!(error("operator:\"Ama").0, 9);
        assert_eq!(error("mw>5 or").0, 7);
        assert_eq!(error("operator>5").0, 8);
        assert_eq!(error("opera:x").1, "`opera` is not a field; did you mean `operator`?");
        assert_eq!(error("mw><5").0, 0);
        assert_eq!(error("status:plannd").0, 7);
        assert_eq!(error("mw>1,000").0, 4);
        assert_eq!(error("mw>5 and mw<9").0, 5);
        assert_eq!(error("not mw>5").0, 0);
        assert!(Filter::parse("mw >= 5 status:due").is_ok());
    }

    #[test]
    fn one_user_is_one_that_all_that_passes_has() {
        let user = |text: &str| Filter::parse(text).unwrap().one_user().map(str::to_owned);
        assert_eq!(user("user:xAI").as_deref(), Some("xAI"));
        assert_eq!(user("country:USA user:\"Verity Models\"").as_deref(), Some("Verity Models"));
        for text in ["", "mw>5", "-user:xAI", "user:xAI or mw>5", "user:a,b", "user:~x"] {
            assert_eq!(user(text), None, "{text}");
        }
        assert_eq!(user("user:a user:b"), None);
    }

    #[test]
    fn an_error_shows_where_it_is() {
        let text = Filter::parse("mw>abc").unwrap_err().to_string();
        assert!(text.ends_with("  mw>abc\n     ^"), "{text}");
    }

    #[test]
    fn partial_dates_mean_their_whole_period() {
        let text = |t| period(t).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(text("2027").as_deref(), Some("2027-01-01 2027-12-31"));
        assert_eq!(text("2027Q3").as_deref(), Some("2027-07-01 2027-09-30"));
        assert_eq!(text("2027-Q1").as_deref(), Some("2027-01-01 2027-03-31"));
        assert_eq!(text("2027-02").as_deref(), Some("2027-02-01 2027-02-28"));
        assert_eq!(text("27"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[-a-z:<>=()\"~, or0-9é]{0,40}") {
            if let Err(error) = Filter::parse(&text) {
                prop_assert!(error.at <= text.chars().count());
            }
        }
    }
}
