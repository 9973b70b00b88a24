//! Columns: parallel vectors of one table, and optional numbers in eight bytes.

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

            /// Number of rows.
            pub fn len(&self) -> usize {
                self.origin.len()
            }

            /// Whether there is no row.
            pub fn is_empty(&self) -> bool {
                self.origin.is_empty()
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
