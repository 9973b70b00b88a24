//! Columns of a user's that no table knows: kept as text, beside the rows.

use super::column::{Column, Joining, Joins};
use super::names::Name;

/// A title as it is compared: case does not matter, and `_` stands for a blank.
pub fn title_key(title: &str) -> String {
    title.trim().to_lowercase().replace('_', " ")
}

/// Columns by the title that their file gives them, each as long as the table. Rows of files without
/// such a column have no text in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExtraColumns {
    titles: Vec<String>,
    columns: Vec<Column<Name>>,
}

impl ExtraColumns {
    /// None so far, of a file with such columns.
    pub fn of(titles: Vec<String>) -> Self {
        let columns = titles.iter().map(|_| Column::default()).collect();
        Self { titles, columns }
    }

    /// The titles, in the order in which files gave them.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.titles.iter().map(String::as_str)
    }

    /// The column of a title; case does not matter, and `_` stands for a blank.
    pub fn find(&self, title: &str) -> Option<&Column<Name>> {
        let wanted = title_key(title);
        let at = self.titles.iter().position(|own| title_key(own) == wanted)?;
        self.columns.get(at)
    }

    /// The columns with their titles.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Column<Name>)> {
        self.titles().zip(&self.columns)
    }

    /// The columns, to be filled, in the order of the titles.
    pub fn columns_mut(&mut self) -> &mut [Column<Name>] {
        &mut self.columns
    }

    /// Bytes that they take in memory.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(Column::bytes).sum()
    }

    /// A row without any text.
    pub(super) fn push(&mut self) {
        self.columns.iter_mut().for_each(|column| column.push(Name::EMPTY));
    }

    /// Adds the rows of a part, of which there are so many, behind so many of the table.
    pub(super) fn join(&mut self, part: &mut Self, rows: [usize; 2], how: &Joining<'_>) {
        let [before, more] = rows;
        for (title, column) in part.titles.iter().zip(&mut part.columns) {
            if !self.titles.contains(title) {
                let mut empty = Column::default();
                empty.push_same(Name::EMPTY, before);
                self.titles.push(title.clone());
                self.columns.push(empty);
            }
            let at = self.titles.iter().position(|t| t == title);
            if let Some(own) = at.and_then(|at| self.columns.get_mut(at)) {
                Joins::join(own, column, how);
            }
            column.clear();
        }
        for column in &mut self.columns {
            column.push_same(Name::EMPTY, before + more - column.len());
        }
    }

    /// Keeps the rows that are wanted.
    pub(super) fn keep(&mut self, wanted: &dyn Fn(usize) -> bool) {
        self.columns.iter_mut().for_each(|column| column.keep(wanted));
    }

    /// Keeps the first rows.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| column.truncate(rows));
    }
}
