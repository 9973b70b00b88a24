//! Columns of a table, and optional numbers in eight bytes.

use std::ops::Index;

use super::names::{Name, Renaming};

/// A number that may be missing. Missing is a state of its own, never zero.
#[derive(Clone, Copy, Default)]
pub struct Maybe(Option64);

/// The stored form: a missing number is a NaN, which no reader lets in as a value.
#[derive(Clone, Copy)]
struct Option64(f64);

impl Default for Option64 {
    fn default() -> Self {
        Self(f64::NAN)
    }
}

impl Maybe {
    /// Not given.
    pub const NONE: Self = Self(Option64(f64::NAN));

    /// A given number. A NaN counts as not given.
    pub fn some(value: f64) -> Self {
        Self(Option64(value))
    }

    /// The number, if there is one.
    #[inline]
    pub fn get(self) -> Option<f64> {
        (!self.0.0.is_nan()).then_some(self.0.0)
    }

    /// Whether there is a number.
    #[inline]
    pub fn is_some(self) -> bool {
        !self.0.0.is_nan()
    }
}

impl From<Option<f64>> for Maybe {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::NONE, Self::some)
    }
}

impl std::fmt::Debug for Maybe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}

impl PartialEq for Maybe {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// The cells of one column.
///
/// While all cells are the same, one stands for all of them: a column that no file gives, or that
/// says the same in every row, takes no memory, however many rows there are.
#[derive(Clone, Debug)]
pub struct Column<T> {
    /// One cell a row; none while all are the same.
    cells: Vec<T>,
    /// What all cells are.
    same: Option<T>,
    rows: usize,
}

/// Cells that follow one another.
#[derive(Clone, Copy, Debug)]
pub enum Run<'a, T> {
    /// All of them are this.
    Same(&'a T),
    /// One a row.
    Each(&'a [T]),
}

impl<'a, T> Run<'a, T> {
    /// The cell of a row, counted from the first of the run.
    ///
    /// # Panics
    /// If there is no such row, and cells differ.
    #[inline]
    pub fn at(&self, row: usize) -> &'a T {
        match self {
            Self::Same(same) => same,
            Self::Each(cells) => &cells[row],
        }
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { cells: Vec::new(), same: None, rows: 0 }
    }
}

impl<T> Column<T> {
    /// Number of rows.
    #[inline]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The cells in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> + DoubleEndedIterator + Clone + '_ {
        (0..self.rows).map(|at| &self[at])
    }

    /// The cells of some rows.
    ///
    /// # Panics
    /// If there are no such rows.
    pub fn run(&self, rows: std::ops::Range<usize>) -> Run<'_, T> {
        assert!(rows.end <= self.rows, "rows {rows:?} of {}", self.rows);
        match &self.same {
            Some(same) if self.cells.is_empty() => Run::Same(same),
            _ => Run::Each(&self.cells[rows]),
        }
    }

    /// Bytes that the cells take in memory.
    pub fn bytes(&self) -> usize {
        std::mem::size_of_val(self.cells.as_slice())
    }

    /// Whether any cell is wanted.
    pub fn any(&self, wanted: impl Fn(&T) -> bool) -> bool {
        match self.only() {
            Some(same) => self.rows > 0 && wanted(same),
            None => self.cells.iter().any(wanted),
        }
    }

    /// The rows whose cell is wanted, in their order.
    pub fn rows_where(&self, wanted: impl Fn(&T) -> bool) -> Vec<usize> {
        match self.only() {
            Some(same) if !wanted(same) => Vec::new(),
            Some(_) => (0..self.rows).collect(),
            None => {
                let cells = self.cells.iter().enumerate();
                cells.filter(|(_, cell)| wanted(cell)).map(|(row, _)| row).collect()
            }
        }
    }

    /// What all cells are, if they are kept as one.
    fn only(&self) -> Option<&T> {
        self.same.as_ref().filter(|_| self.cells.is_empty())
    }

    /// Forgets all cells and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        (self.same, self.rows) = (None, 0);
    }
}

impl<T: Clone + PartialEq> Column<T> {
    /// Adds a cell at the end.
    #[inline]
    pub fn push(&mut self, cell: T) {
        if !self.cells.is_empty() {
            self.cells.push(cell);
        } else if self.same.as_ref().is_some_and(|same| *same != cell) {
            self.part_with(cell);
            return;
        } else if self.same.is_none() {
            self.same = Some(cell);
        }
        self.rows += 1;
    }

    /// Adds a cell that is not what all cells so far are.
    #[cold]
    fn part_with(&mut self, cell: T) {
        self.spread();
        self.cells.push(cell);
        self.rows += 1;
    }

    /// Gives every row a cell of its own.
    fn spread(&mut self) {
        if let Some(same) = self.only().cloned() {
            self.cells.resize(self.rows, same);
        }
    }

    /// Replaces the cell of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub(crate) fn set(&mut self, row: usize, cell: T) {
        if self.only() != Some(&cell) {
            self.spread();
            self.cells[row] = cell;
        }
    }

    /// Changes every cell alike; where cells are the same before they are so after.
    pub(crate) fn change(&mut self, how: impl Fn(&mut T)) {
        match &mut self.same {
            Some(same) if self.cells.is_empty() => how(same),
            _ => self.cells.iter_mut().for_each(how),
        }
    }

    /// Leaves out the rows that are not wanted.
    pub(crate) fn keep(&mut self, wanted: &dyn Fn(usize) -> bool) {
        if self.cells.is_empty() {
            self.rows = (0..self.rows).filter(|&row| wanted(row)).count();
        } else {
            let mut row = 0;
            self.cells.retain(|_| {
                row += 1;
                wanted(row - 1)
            });
            self.rows = self.cells.len();
        }
        if self.rows == 0 {
            self.clear();
        }
    }

    /// Adds so many cells, each as something makes it from its position among them.
    #[inline]
    pub(crate) fn extend_with(&mut self, count: usize, mut cell: impl FnMut(usize) -> T) {
        let mut made = 0;
        while made < count && self.cells.is_empty() {
            self.push(cell(made));
            made += 1;
        }
        self.cells.extend((made..count).map(cell));
        self.rows += count - made;
    }

    /// Leaves out all rows from one on.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.cells.truncate(rows);
        self.rows = self.rows.min(rows);
        if rows == 0 {
            self.clear();
        }
    }

    /// Adds so many cells that are all the same.
    pub(crate) fn push_same(&mut self, cell: T, rows: usize) {
        if self.rows == 0 {
            self.same = Some(cell);
        } else if self.only() != Some(&cell) {
            self.spread();
            self.cells.resize(self.rows + rows, cell);
        }
        self.rows += rows;
    }

    /// Adds cells that may all differ, each as something makes it.
    fn extend(&mut self, cells: &[T], made: impl Fn(&T) -> T) {
        self.spread();
        self.cells.extend(cells.iter().map(made));
        self.rows += cells.len();
        if self.same.is_none() {
            self.same = self.cells.first().cloned();
        }
    }
}

impl<T: Clone> From<Vec<T>> for Column<T> {
    /// Cells that may all differ.
    fn from(cells: Vec<T>) -> Self {
        Self { same: cells.first().cloned(), rows: cells.len(), cells }
    }
}

impl<T> Index<usize> for Column<T> {
    type Output = T;

    /// The cell of a row.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    fn index(&self, row: usize) -> &T {
        match self.cells.get(row) {
            Some(cell) => cell,
            None => self.same.as_ref().filter(|_| row < self.rows).expect("a row of the table"),
        }
    }
}

impl<T: PartialEq> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows && self.iter().eq(other.iter())
    }
}

impl<'a, T> IntoIterator for &'a Column<T> {
    type Item = &'a T;
    type IntoIter = Box<dyn Iterator<Item = &'a T> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

/// What becomes of the cells of a part of a table that is put at the end of the table.
pub(crate) struct Joining<'a> {
    /// From the texts of the part to those of the table.
    pub names: &'a Renaming,
    /// Lines of the file before the part.
    pub lines: u32,
}

/// A table of parallel columns that is read in parts.
pub(crate) trait Table {
    /// Puts the rows of a part at the end; the part is left empty, and keeps its room.
    fn join(&mut self, part: &mut Self, how: &Joining<'_>);

    /// Leaves out the rows that are not wanted.
    fn keep(&mut self, wanted: &dyn Fn(usize) -> bool);

    /// Leaves out all rows from one on.
    fn truncate(&mut self, rows: usize);
}

/// A kind of cell that can be moved from a part of a table to the table.
pub(crate) trait Joins: Clone + PartialEq {
    /// What a cell of the part is in the table.
    fn moved(&self, _: &Joining<'_>) -> Self {
        self.clone()
    }

    /// Puts the cells of a part at the end of a column.
    fn join(to: &mut Column<Self>, part: &Column<Self>, how: &Joining<'_>) {
        match part.only() {
            Some(same) => to.push_same(same.moved(how), part.len()),
            None => to.extend(&part.cells, |cell| cell.moved(how)),
        }
    }
}

impl Joins for Name {
    fn moved(&self, how: &Joining<'_>) -> Self {
        how.names.of(*self)
    }
}

impl Joins for Maybe {}

impl Joins for u32 {}
impl<T: Clone + PartialEq> Joins for Option<T> {}

/// Makes a table of parallel columns with its row type.
///
/// The table derefs to nothing and hides nothing: each column is public, all of one length.
macro_rules! columns {
    (
        $(#[$meta:meta])* $table:ident of $(#[$row_meta:meta])* $row:ident {
            $( $(#[$field_meta:meta])* $field:ident : $ty:ty, )*
        }
    ) => {
        $(#[$row_meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $row {
            $( $(#[$field_meta])* pub $field: $ty, )*
            /// Where the row stands.
            pub origin: crate::model::Origin,
        }

        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $table {
            $( $(#[$field_meta])* pub $field: crate::model::Column<$ty>, )*
            /// Where each row stands.
            pub origin: crate::model::Origins,
            /// Columns that the table does not know, as files write them.
            pub extra: crate::model::ExtraColumns,
        }

        impl $table {
            /// Adds a row at the end.
            pub fn push(&mut self, row: $row) {
                $( self.$field.push(row.$field); )*
                self.origin.push(row.origin);
                self.extra.push();
            }

            /// One row, copied out of the columns.
            ///
            /// # Panics
            /// If there is no such row.
            pub fn row(&self, at: usize) -> $row {
                $row { $( $field: self.$field[at].clone(), )* origin: self.origin.at(at) }
            }

            /// Bytes that the rows take in memory.
            pub fn bytes(&self) -> usize {
                self.origin.bytes() + self.extra.bytes() $( + self.$field.bytes() )*
            }

            /// Number of rows.
            pub fn len(&self) -> usize {
                self.origin.len()
            }

            /// Whether there is no row.
            pub fn is_empty(&self) -> bool {
                self.origin.is_empty()
            }
        }

        impl crate::model::column::Table for $table {
            fn join(&mut self, part: &mut Self, how: &crate::model::column::Joining<'_>) {
                let rows = [self.len(), part.len()];
                self.extra.join(&mut part.extra, rows, how);
                $(
                    crate::model::column::Joins::join(&mut self.$field, &part.$field, how);
                    part.$field.clear();
                )*
                self.origin.join(&mut part.origin, how);
            }

            fn keep(&mut self, wanted: &dyn Fn(usize) -> bool) {
                $( self.$field.keep(wanted); )*
                self.origin.keep(wanted);
                self.extra.keep(wanted);
            }

            fn truncate(&mut self, rows: usize) {
                $( self.$field.truncate(rows); )*
                self.origin.truncate(rows);
                self.extra.truncate(rows);
            }
        }
    };
}

pub(crate) use columns;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_is_neither_zero_nor_equal_to_a_number() {
        assert_eq!(Maybe::default(), Maybe::NONE);
        assert_ne!(Maybe::some(0.0), Maybe::NONE);
        assert_eq!(Maybe::some(f64::NAN).get(), None);
        assert_eq!(std::mem::size_of::<Maybe>(), 8);
    }

    proptest::proptest! {
        /// A column is what a vector of the same cells is, however it came about.
        #[test]
        fn a_column_is_a_vector_of_its_cells(
            steps in proptest::collection::vec((0_u8..5, 0_u32..3, 0_usize..6), 0..40),
        ) {
            let names = Renaming::default();
            let how = Joining { names: &names, lines: 0 };
            let (mut column, mut cells) = (Column::default(), Vec::<u32>::new());
            for (step, cell, count) in steps {
                match step {
                    0 | 1 => (0..count).for_each(|at| {
                        let cell = if step == 0 { cell } else { cell + at as u32 % 2 };
                        column.push(cell);
                        cells.push(cell);
                    }),
                    2 => {
                        let mut part = Column::default();
                        (0..count).for_each(|at| part.push(cell + (at as u32) / 4));
                        cells.extend(part.iter());
                        Joins::join(&mut column, &part, &how);
                    }
                    3 => {
                        let wanted = |row: usize| !(row + count).is_multiple_of(4);
                        column.keep(&wanted);
                        let mut row = 0;
                        cells.retain(|_| { row += 1; wanted(row - 1) });
                    }
                    _ if count < cells.len() => {
                        column.set(count, cell);
                        cells[count] = cell;
                    }
                    _ => {
                        column.change(|c| *c += 1);
                        cells.iter_mut().for_each(|c| *c += 1);
                    }
                }
                proptest::prop_assert_eq!(column.len(), cells.len());
                proptest::prop_assert!(column.iter().eq(&cells));
                for (row, cell) in cells.iter().enumerate() {
                    proptest::prop_assert_eq!(&column[row], cell);
                }
                match column.run(0..cells.len()) {
                    Run::Same(same) => proptest::prop_assert!(cells.iter().all(|c| c == same)),
                    Run::Each(each) => proptest::prop_assert_eq!(each, cells.as_slice()),
                }
            }
        }
    }

    #[test]
    fn rows_that_say_the_same_take_no_memory() {
        let mut column = Column::default();
        (0..1000).for_each(|_| column.push(Maybe::NONE));
        assert_eq!((column.len(), column.bytes()), (1000, 0));
        column.push(Maybe::some(1.0));
        assert_eq!((column.len(), column.bytes()), (1001, 8008));
    }

    #[test]
    #[should_panic(expected = "a row of the table")]
    fn a_row_behind_the_last_is_none() {
        let mut column = Column::default();
        column.push(1);
        let _ = column[1];
    }
}
