//! From the list of tables: their kinds, where their rows are kept, and how one is read.

/// Makes [`TableKind`](super::TableKind), [`RowTables`](super::RowTables) and what dispatches over
/// them. What others refer to comes first, since tables are read in the order of the list. A table
/// `by_hand` has a reader of its own.
macro_rules! tables {
    ( $( $kind:ident $module:ident $(: $rows:ty)? $(, $hand:ident)?; )* ) => {
        $( pub mod $module; )*

        /// Which table it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TableKind {
            $( #[doc = concat!("`", stringify!($module), "`")] $kind, )*
        }

        /// Tables whose rows are read and kept in a way of their own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ByHand {
            $( $( #[doc = concat!("`", stringify!($module), "`, ", stringify!($hand))] $kind, )? )*
        }

        /// The tables whose rows are kept one by one.
        #[derive(Clone, Debug, Default)]
        pub struct RowTables {
            $( $( #[doc = concat!("Rows of `", stringify!($module), "`.")] pub $module: $rows, )? )*
        }

        impl TableKind {
            /// Every table, in the order in which they are read.
            pub const ALL: &'static [Self] = &[ $( Self::$kind, )* ];

            /// The table as data.
            #[inline]
            pub const fn spec(self) -> &'static crate::model::table::TableSpec {
                match self { $( Self::$kind => &$module::TABLE, )* }
            }

            /// Its name: `sites`, `phases` …
            pub const fn name(self) -> &'static str {
                self.spec().name
            }

            /// Reads a row and takes it in; whether it was kept.
            ///
            /// # Errors
            /// [`ByHand`] where the table has a reader of its own.
            pub(crate) fn read_row(
                self,
                cells: &mut impl crate::model::table::Cells,
            ) -> Result<bool, ByHand> {
                match self {
                    $( Self::$kind => {
                        $( Ok(crate::model::table::read_into::<$rows, _>(
                            cells,
                            |tables| &mut tables.$module,
                        )) )?
                        $( list::by_hand!(Err(ByHand::$kind), $hand) )?
                    } )*
                }
            }
        }

        impl RowTables {
            /// The rows of a table, if they are kept one by one.
            pub fn rows(&self, kind: TableKind) -> Option<&dyn crate::model::table::AnyRows> {
                match kind {
                    $( TableKind::$kind => {
                        $( let rows: &$rows = &self.$module; Some(rows) )?
                        $( list::by_hand!(None, $hand) )?
                    } )*
                }
            }
        }
    };
}

macro_rules! by_hand {
    ($value:expr, by_hand) => {
        $value
    };
}

pub(super) use {by_hand, tables};
