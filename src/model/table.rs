//! How a table is declared: once, with each column's name, type, need, content and spellings.
//!
//! From the declaration follow the row and its columns, where each stands ([`Slot`]), how a row is
//! read from cells and told again, and `docs/data-format.md`. No column is named by its number.

use super::{Column, Day, Maybe, MaybeDay, Month, Name, Origin, RowTables, TableKind};

/// The place of a column in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u8);

impl Slot {
    pub(crate) const fn new(at: u8) -> Self {
        Self(at)
    }

    /// The first column of any table.
    pub const FIRST: Self = Self(0);

    /// Its number, from 0.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One value a column of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PerColumn<T>(Vec<T>);

impl<T> PerColumn<T> {
    /// Values in the order of the columns.
    pub fn new(values: Vec<T>) -> Self {
        Self(values)
    }

    /// The values, with their columns.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &T)> {
        self.0.iter().enumerate().map(|(at, value)| (Slot(at as u8), value))
    }

    /// The value of a column, if there is one.
    pub fn get(&self, slot: Slot) -> Option<&T> {
        self.0.get(slot.index())
    }

    /// The value of a column, if there is one.
    pub fn get_mut(&mut self, slot: Slot) -> Option<&mut T> {
        self.0.get_mut(slot.index())
    }
}

impl<T> std::ops::Index<Slot> for PerColumn<T> {
    type Output = T;

    #[inline]
    fn index(&self, slot: Slot) -> &T {
        &self.0[slot.index()]
    }
}

impl<T> std::ops::IndexMut<Slot> for PerColumn<T> {
    #[inline]
    fn index_mut(&mut self, slot: Slot) -> &mut T {
        &mut self.0[slot.index()]
    }
}

/// What a column is to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The file must have it, and a row without it is left out.
    Key,
    /// The file must have it; a cell may be empty, one that cannot be read counts as missing, with an
    /// error.
    Header,
    /// It may be missing, which says something of its own, such as "all of it" or "without end"; a
    /// cell that cannot be read costs the row.
    Open,
    /// It may be missing; a cell that cannot be read counts as missing, with an error.
    Measure,
    /// It may be missing; a cell that cannot be read counts as missing, with a warning.
    Extra,
}

impl Need {
    /// The word of `docs/data-format.md`.
    fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Header => "column",
            Self::Open => "open",
            Self::Measure => "measure",
            Self::Extra => "",
        }
    }
}

/// What cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text that is only shown.
    Text,
    /// Names that are compared, grouped and filtered by.
    Named,
    /// A code of a country or zone; `NA` is Namibia.
    Code,
    /// A number of any sign.
    Number,
    /// A number of no sign.
    Amount,
    /// A number of things.
    Count,
    /// Power, in MW unless header or cell say kW or GW.
    Power,
    /// A price, in USD/MWh unless the header says USD/kWh or c/kWh.
    Price,
    /// Power of one chip, in W.
    Watts,
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
    /// An hour.
    Hour,
    /// A year.
    Year,
}

impl Holds {
    /// Whether cells are texts, whose form decides nothing.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Named | Self::Code)
    }

    /// What is expected of a cell where the column says nothing of its own.
    const fn expects(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Named => "a name",
            Self::Code => "a code",
            Self::Number => "a number",
            Self::Amount => "a number ≥ 0",
            Self::Count => "a whole number ≥ 0",
            Self::Power => "a finite number ≥ 0, in MW",
            Self::Price => "a finite number, in USD per MWh",
            Self::Watts => "a number > 0, in W",
            Self::Ratio => "a number from 1 to 5",
            Self::Share => "a number from 0 to 1",
            Self::Latitude => "degrees from -90 to 90",
            Self::Longitude => "degrees from -180 to 180",
            Self::Date => "a date such as 2026-11-24",
            Self::Month => "a month such as 2026-11",
            Self::Hour => {
                "a whole hour such as 2026-11-24T14:00Z, universal time where no offset is given"
            }
            Self::Year => "a year",
        }
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its name in our own tables.
    pub name: &'static str,
    /// What it is to its row.
    pub need: Need,
    /// What its cells hold.
    pub holds: Holds,
    own_expects: &'static str,
    own_aliases: [&'static str; 2],
    own_means: &'static str,
}

impl ColumnSpec {
    #[doc(hidden)]
    pub(crate) const fn new(
        name: &'static str,
        (need, holds): (Need, Holds),
        own_expects: &'static str,
        own_aliases: [&'static str; 2],
        own_means: &'static str,
    ) -> Self {
        Self { name, need, holds, own_expects, own_aliases, own_means }
    }

    /// What is expected of a cell, for messages.
    pub const fn expects(&self) -> &'static str {
        if self.own_expects.is_empty() { self.holds.expects() } else { self.own_expects }
    }

    /// Headers that mean it, without unit, spaces and marks, in small letters; the better ones first.
    pub fn aliases(&self) -> impl Iterator<Item = &'static str> {
        let own = self.own_aliases[0].split_ascii_whitespace();
        let shared = self.own_aliases[1].split_ascii_whitespace();
        own.chain(shared)
    }

    /// What it means.
    pub fn means(&self) -> &'static str {
        self.own_means.trim()
    }
}

/// One table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// Its name: `sites`, `phases` …
    pub name: &'static str,
    own_title: &'static str,
    /// Its columns, in the order of our own tables.
    pub columns: &'static [ColumnSpec],
}

impl TableSpec {
    #[doc(hidden)]
    pub(crate) const fn new(
        name: &'static str,
        own_title: &'static str,
        columns: &'static [ColumnSpec],
    ) -> Self {
        Self { name, own_title, columns }
    }

    /// What a row is, in a sentence.
    pub fn title(&self) -> &'static str {
        self.own_title.trim()
    }

    /// A column.
    #[inline]
    pub fn column(&self, slot: Slot) -> &'static ColumnSpec {
        &self.columns[slot.index()]
    }

    /// Where each column stands.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        (0..self.columns.len()).map(|at| Slot(at as u8))
    }

    /// The place of the column of a name.
    pub fn find(&self, name: &str) -> Option<Slot> {
        self.slots().find(|slot| self.columns[slot.index()].name == name)
    }

    /// The same value for every column.
    pub fn each<T: Clone>(&self, value: T) -> PerColumn<T> {
        PerColumn(vec![value; self.columns.len()])
    }
}

/// The tables as Markdown, for `docs/data-format.md`.
pub fn markdown() -> String {
    let mut out = String::new();
    for table in TableKind::ALL.iter().map(|kind| kind.spec()) {
        out.push_str(&format!("### `{}`\n\n{}\n\n", table.name, table.title()));
        out.push_str("| column | needed | expects | other headers | meaning |\n");
        out.push_str("| --- | --- | --- | --- | --- |\n");
        for column in table.columns {
            let others: Vec<String> = column.aliases().map(|a| format!("`{a}`")).collect();
            out.push_str(&format!(
                "| `{}` | {} | {} | {} | {} |\n",
                column.name,
                column.need.word(),
                column.expects().replace('|', "\\|"),
                others.join(" "),
                column.means()
            ));
        }
        out.push('\n');
    }
    out
}

/// A row of cells in hand, from which a row of the model is made.
pub trait Cells {
    /// A text; that of a key costs the row where it is empty, and so do the others here.
    fn text(&mut self, slot: Slot) -> Name;
    /// A number within what its column holds.
    fn number(&mut self, slot: Slot) -> Maybe;
    /// A date.
    fn day(&mut self, slot: Slot) -> Option<Day>;
    /// A month.
    fn month(&mut self, slot: Slot) -> Option<Month>;
    /// A word of a closed list.
    fn word<T: Word>(&mut self, slot: Slot) -> T;
    /// The position of the site that a cell names.
    fn site(&mut self, slot: Slot) -> u32;
    /// Whether a cell says nothing.
    fn is_empty(&self, slot: Slot) -> bool;
    /// Where the row stands.
    fn origin(&self) -> Origin;
    /// Notes what is wrong with a row as a whole.
    fn doubt(&mut self, slot: Slot, doubt: Doubt);
    /// A text of the row.
    fn read(&self, name: Name) -> &str;
    /// Takes a key once; a second one costs the row.
    fn once(&mut self, slot: Slot, key: [u32; 5]);
    /// Whether a finding has cost the row.
    fn lost(&self) -> bool;
    /// Where rows go.
    fn tables(&mut self) -> &mut RowTables;
}

/// What can be wrong with a row beyond its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// An end before its start.
    OutOfOrder,
    /// A price of more than 100 years.
    LongPrice,
    /// No kind of alias.
    UnknownKindOfAlias,
}

/// A word of a closed list.
pub trait Word: Copy + PartialEq + Default {
    /// Reads a word or a known synonym.
    fn parse(text: &str) -> Option<Self>;

    /// The word of the table; empty where the table gives none.
    fn word(self) -> &'static str;
}

/// A cell of a row told again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field {
    /// Nothing.
    Empty,
    /// A text.
    Text(Name),
    /// A word of a closed list.
    Word(&'static str),
    /// A number, in the unit of its column.
    Number(f64),
    /// A date.
    Day(Day),
    /// A month.
    Month(Month),
    /// The site at a position.
    Site(u32),
}

/// A value that stands in a cell.
pub trait Value: Sized {
    /// Reads it.
    fn read(cells: &mut impl Cells, slot: Slot) -> Self;

    /// Tells it again.
    fn field(&self) -> Field;
}

impl Value for Name {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.text(slot)
    }

    fn field(&self) -> Field {
        if Self::is_empty(*self) { Field::Empty } else { Field::Text(*self) }
    }
}

impl Value for Maybe {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.number(slot)
    }

    fn field(&self) -> Field {
        self.get().map_or(Field::Empty, Field::Number)
    }
}

impl Value for Option<Day> {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.day(slot)
    }

    fn field(&self) -> Field {
        self.map_or(Field::Empty, Field::Day)
    }
}

impl Value for MaybeDay {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.day(slot).into()
    }

    fn field(&self) -> Field {
        self.get().field()
    }
}

/// A day that each row must have; a row without one is lost.
impl Value for Day {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.day(slot).unwrap_or(Self(0))
    }

    fn field(&self) -> Field {
        Field::Day(*self)
    }
}

/// A month that each row must have; a row without one is lost.
impl Value for Month {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.month(slot).unwrap_or(Self::from_index(0))
    }

    fn field(&self) -> Field {
        Field::Month(*self)
    }
}

/// The position of a site.
impl Value for u32 {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.site(slot)
    }

    fn field(&self) -> Field {
        Field::Site(*self)
    }
}

/// A share; the whole where none is given.
impl Value for f64 {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.number(slot).get().unwrap_or(1.0)
    }

    fn field(&self) -> Field {
        Field::Number(*self)
    }
}

impl<T: Word> Value for T {
    fn read(cells: &mut impl Cells, slot: Slot) -> Self {
        cells.word(slot)
    }

    fn field(&self) -> Field {
        match self.word() {
            "" => Field::Empty,
            word => Field::Word(word),
        }
    }
}

/// A part of a key that no two rows may share.
pub trait KeyPart {
    /// Equal where the parts are equal.
    fn part(&self) -> u32;
}

impl KeyPart for Name {
    fn part(&self) -> u32 {
        self.0
    }
}

impl KeyPart for Month {
    fn part(&self) -> u32 {
        self.index().cast_unsigned()
    }
}

impl KeyPart for super::Sector {
    fn part(&self) -> u32 {
        *self as u32
    }
}

/// What is checked of a row as a whole, and mended.
pub trait Settle {
    /// Looks at a row whose cells were read.
    fn settle(&mut self, _: &mut impl Cells) {}
}

/// A row of a table.
pub trait TableRow: Settle + Sized {
    /// Reads a row.
    fn read(cells: &mut impl Cells) -> Self;

    /// The column that tells of a second row of a key, and the key.
    fn key(&self) -> Option<(Slot, [u32; 5])>;

    /// The cells again, in the order of the columns.
    fn fields(&self) -> Vec<Field>;

    /// Where it stands.
    fn origin(&self) -> Origin;
}

/// The rows of a table of any kind.
pub trait AnyRows {
    /// How many there are.
    fn count(&self) -> usize;

    /// The cells of a row, in the order of the columns.
    fn fields(&self, at: usize) -> Vec<Field>;

    /// Where a row stands.
    fn origin(&self, at: usize) -> Origin;
}

/// The rows of a table.
pub trait Rows: AnyRows {
    /// One of them.
    type Row: TableRow;

    /// Adds one at the end.
    fn add(&mut self, row: Self::Row);
}

impl<R: TableRow> AnyRows for Vec<R> {
    fn count(&self) -> usize {
        self.len()
    }

    fn fields(&self, at: usize) -> Vec<Field> {
        self[at].fields()
    }

    fn origin(&self, at: usize) -> Origin {
        self[at].origin()
    }
}

impl<R: TableRow> Rows for Vec<R> {
    type Row = R;

    fn add(&mut self, row: R) {
        self.push(row);
    }
}

/// Reads a row and takes it in; whether it was kept.
pub(super) fn read_into<R: Rows, C: Cells>(
    cells: &mut C,
    rows: impl Fn(&mut RowTables) -> &mut R,
) -> bool {
    let mut row = R::Row::read(cells);
    if !cells.lost() {
        row.settle(cells);
    }
    if let Some((slot, key)) = row.key().filter(|_| !cells.lost()) {
        cells.once(slot, key);
    }
    if !cells.lost() {
        rows(cells.tables()).add(row);
    }
    !cells.lost()
}

/// Reads columns of many rows at once.
pub trait ReadColumns {
    /// Texts, by what their column holds.
    fn texts(&mut self, slot: Slot, to: &mut Column<Name>);
    /// Numbers.
    fn numbers(&mut self, slot: Slot, to: &mut Column<Maybe>);
    /// Dates.
    fn days(&mut self, slot: Slot, to: &mut Column<MaybeDay>);
    /// Words of a closed list.
    fn words<T: Word>(&mut self, slot: Slot, to: &mut Column<T>);
}

/// A table whose rows are read many at once.
pub trait PlainColumns {
    /// Reads the columns that need nothing but their cells.
    fn read_plain(&mut self, from: &mut impl ReadColumns);
}

/// A value that can be read for many rows at once.
pub trait InColumns: Sized {
    /// Reads a column.
    fn read_column(from: &mut impl ReadColumns, slot: Slot, to: &mut Column<Self>);
}

impl InColumns for Name {
    #[inline]
    fn read_column(from: &mut impl ReadColumns, slot: Slot, to: &mut Column<Self>) {
        from.texts(slot, to);
    }
}

impl InColumns for Maybe {
    #[inline]
    fn read_column(from: &mut impl ReadColumns, slot: Slot, to: &mut Column<Self>) {
        from.numbers(slot, to);
    }
}

impl InColumns for MaybeDay {
    #[inline]
    fn read_column(from: &mut impl ReadColumns, slot: Slot, to: &mut Column<Self>) {
        from.days(slot, to);
    }
}

impl<T: Word> InColumns for T {
    #[inline]
    fn read_column(from: &mut impl ReadColumns, slot: Slot, to: &mut Column<Self>) {
        from.words(slot, to);
    }
}

/// Declares a table; see the files of [`super::tables`].
///
/// `rows` are kept one by one, `columns` side by side; of a `schema` alone the rows go elsewhere. A
/// column is `field as name: Type = Need Holds "expects"; "aliases";`, where `as name` stands where the
/// file has another name, `by_hand` behind what it holds means that the reader of the table reads it
/// itself, what is usually expected needs no words, and `and LIST` behind the aliases adds those of
/// [`super::tables::shared`]. What stands under `and` has no column of its
/// own; what is `carried` is read, and belongs to another table.
macro_rules! table {
    (
        $(#[doc = $title:literal])+
        schema $module:ident { $($columns:tt)* }
    ) => {
        $crate::model::table::table! { @schema $module [$($title)+] $($columns)* }
    };
    (
        $(#[doc = $title:literal])+
        rows $module:ident: $row:ident $(unique($at:ident: $($key:ident),+))? $(, $settled:ident)? {
            $(
                $(#[doc = $means:literal])+
                $field:ident $(as $name:ident)?: $ty:ty
                    = $need:ident $holds:ident $($expects:literal)?; $($alias:literal)+ $(and $words:ident)?;
            )*
        }
    ) => {
        $crate::model::table::table! {
            @schema $module [$($title)+]
            $(
                $(#[doc = $means])+
                $field $(as $name)?: $ty = $need $holds $($expects)?; $($alias)+ $(and $words)?;
            )*
        }

        $(#[doc = $title])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $row {
            $( $(#[doc = $means])+ pub $field: $ty, )*
            /// Where the row stands.
            pub origin: $crate::model::Origin,
        }

        $crate::model::table::table! {
            @row $row [$(($at: $($key),+))?] [$($settled)?] [$($field)*] []
        }
    };
    (
        $(#[doc = $title:literal])+
        columns $module:ident: $table:ident of $row:ident
            $(unique($at:ident: $($key:ident),+))? $(, $settled:ident)? {
            $(
                $(#[doc = $means:literal])+
                $field:ident $(as $name:ident)?: $ty:ty
                    = $need:ident $holds:ident $($hand:ident)? $($expects:literal)?;
                    $($alias:literal)+ $(and $words:ident)?;
            )*
        } and {
            $( $(#[doc = $and_means:literal])+ $and:ident: $and_ty:ty, )*
        } carried {
            $($carried:tt)*
        }
    ) => {
        $crate::model::table::table! {
            @schema $module [$($title)+]
            $(
                $(#[doc = $means])+
                $field $(as $name)?: $ty = $need $holds $($expects)?; $($alias)+ $(and $words)?;
            )*
            $($carried)*
        }

        $crate::model::column::columns! {
            $(#[doc = $title])+
            $table of
            /// One of them.
            $row {
                $( $(#[doc = $means])+ $field: $ty, )*
                $( $(#[doc = $and_means])+ $and: $and_ty, )*
            }
        }

        $crate::model::table::table! {
            @row $row [$(($at: $($key),+))?] [$($settled)?] [$($field)*] [$($and)*]
        }

        impl $crate::model::table::PlainColumns for $table {
            fn read_plain(&mut self, from: &mut impl $crate::model::table::ReadColumns) {
                $( $crate::model::table::table! { @plain $($hand)?;
                    $crate::model::table::InColumns::read_column(from, AT.$field, &mut self.$field);
                } )*
            }
        }

        impl $crate::model::table::Rows for $table {
            type Row = $row;

            fn add(&mut self, row: $row) {
                self.push(row);
            }
        }

        impl $crate::model::table::AnyRows for $table {
            fn count(&self) -> usize {
                self.len()
            }

            fn fields(&self, at: usize) -> Vec<$crate::model::table::Field> {
                vec![$( $crate::model::table::Value::field(&self.$field[at]), )*]
            }

            fn origin(&self, at: usize) -> $crate::model::Origin {
                self.origin.at(at)
            }
        }
    };
    (@plain; $($read:tt)*) => { $($read)* };
    (@plain by_hand; $($read:tt)*) => {};
    (@settle $row:ident []) => {
        impl $crate::model::table::Settle for $row {}
    };
    (@settle $row:ident [settled]) => {};
    (@key $row:ident) => { None };
    (@key $row:ident $at:ident: $($key:ident)+) => {{
        let parts = [$( $crate::model::table::KeyPart::part(&$row.$key), )+];
        let mut key = [0; 5];
        key[..parts.len()].copy_from_slice(&parts);
        Some((AT.$at, key))
    }};
    (@words) => { "" };
    (@words $words:ident) => { $crate::model::tables::shared::$words };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:ident) => { stringify!($name) };
    (
        @row $row:ident [$(($at:ident: $($key:ident),+))?] [$($settled:ident)?]
        [$($field:ident)*] [$($and:ident)*]
    ) => {
        $crate::model::table::table! { @settle $row [$($settled)?] }

        impl $crate::model::table::TableRow for $row {
            fn read(cells: &mut impl $crate::model::table::Cells) -> Self {
                Self {
                    $( $field: $crate::model::table::Value::read(cells, AT.$field), )*
                    $( $and: Default::default(), )*
                    origin: cells.origin(),
                }
            }

            fn key(&self) -> Option<($crate::model::table::Slot, [u32; 5])> {
                $crate::model::table::table!(@key self $($at: $($key)+)?)
            }

            fn fields(&self) -> Vec<$crate::model::table::Field> {
                vec![$( $crate::model::table::Value::field(&self.$field), )*]
            }

            fn origin(&self) -> $crate::model::Origin {
                self.origin
            }
        }
    };
    (
        @schema $module:ident [$($title:literal)+]
        $(
            $(#[doc = $means:literal])+
            $field:ident $(as $name:ident)?: $ty:ty
                = $need:ident $holds:ident $($hand:ident)? $($expects:literal)?; $($alias:literal)+ $(and $words:ident)?;
        )*
    ) => {
        /// Where each column stands.
        #[derive(Clone, Copy, Debug)]
        pub struct Columns {
            $( $(#[doc = $means])+ pub $field: $crate::model::table::Slot, )*
        }

        /// Where each column stands.
        pub const AT: Columns = {
            #[expect(non_camel_case_types, reason = "the names are those of the columns")]
            enum At { $($field),* }
            Columns { $( $field: $crate::model::table::Slot::new(At::$field as u8), )* }
        };

        /// The table as data.
        pub const TABLE: $crate::model::table::TableSpec = $crate::model::table::TableSpec::new(
            stringify!($module),
            concat!($($title),+),
            &[$(
                $crate::model::table::ColumnSpec::new(
                    $crate::model::table::table!(@name $field $($name)?),
                    (
                        $crate::model::table::Need::$need,
                        $crate::model::table::Holds::$holds,
                    ),
                    concat!($($expects)?),
                    [
                        concat!($($alias, " "),+),
                        $crate::model::table::table!(@words $($words)?),
                    ],
                    concat!($($means),+),
                ),
            )*],
        );
    };
}

pub(crate) use table;
