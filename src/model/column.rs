//! Columns: parallel vectors of one table, and optional numbers in eight bytes.

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
}

/// A kind of cell that can be moved from a part of a table to the table.
pub(crate) trait Joins: Clone {
    /// Puts cells at the end of a column.
    fn join(to: &mut Vec<Self>, from: &[Self], _: &Joining<'_>) {
        to.extend_from_slice(from);
    }
}

impl Joins for Name {
    fn join(to: &mut Vec<Self>, from: &[Self], how: &Joining<'_>) {
        to.extend(from.iter().map(|&name| how.names.of(name)));
    }
}

impl Joins for Maybe {}
impl Joins for u32 {}
impl<T: Clone> Joins for Option<T> {}

/// Makes a table of parallel columns with its row type.
///
/// The table derefs to nothing and hides nothing: each column is a public `Vec`, all of one length.
macro_rules! columns {
    (
        $(#[$meta:meta])* $table:ident of $(#[$row_meta:meta])* $row:ident {
            $( $(#[$field_meta:meta])* $field:ident : $ty:ty, )*
        }
    ) => {
        $(#[$row_meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $row { $( $(#[$field_meta])* pub $field: $ty, )* }

        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $table { $( $(#[$field_meta])* pub $field: Vec<$ty>, )* }

        impl $table {
            /// Adds a row at the end.
            pub fn push(&mut self, row: $row) {
                $( self.$field.push(row.$field); )*
            }

            /// One row, copied out of the columns.
            ///
            /// # Panics
            /// If there is no such row.
            pub fn row(&self, at: usize) -> $row {
                $row { $( $field: self.$field[at].clone(), )* }
            }

            /// Bytes that the rows take in memory.
            pub fn bytes(&self) -> usize {
                0 $( + std::mem::size_of_val(self.$field.as_slice()) )*
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
                $(
                    crate::model::column::Joins::join(&mut self.$field, &part.$field, how);
                    part.$field.clear();
                )*
            }

            fn keep(&mut self, wanted: &dyn Fn(usize) -> bool) {
                $(
                    let mut at = 0;
                    self.$field.retain(|_| {
                        at += 1;
                        wanted(at - 1)
                    });
                )*
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
}
