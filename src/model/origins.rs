//! Where rows came from, kept as runs: rows of a file stand on lines that follow one another.

use super::column::Joining;

/// Where a row stands: which file of [`super::Dataset::files`], and its line from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Position in the list of files.
    pub file: u16,
    /// Line of the file, from 1.
    pub line: u32,
}

/// Rows that stand on lines that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// Its first row.
    row: u32,
    /// Where that one stands.
    origin: Origin,
}

impl Run {
    fn at(&self, row: usize) -> Origin {
        let past = (row - self.row as usize) as u32;
        Origin { line: self.origin.line.saturating_add(past), ..self.origin }
    }
}

/// The origins of the rows of a table, some bytes for each run of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    runs: Vec<Run>,
    rows: usize,
}

impl Origins {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Where a row stands.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn at(&self, row: usize) -> Origin {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        let run = self.runs.partition_point(|run| run.row as usize <= row) - 1;
        self.runs[run].at(row)
    }

    /// Adds a row at the end.
    #[inline]
    pub fn push(&mut self, origin: Origin) {
        if self.runs.last().is_none_or(|run| run.at(self.rows) != origin) {
            self.runs.push(Run { row: self.rows as u32, origin });
        }
        self.rows += 1;
    }

    /// Bytes that they take in memory.
    pub fn bytes(&self) -> usize {
        std::mem::size_of_val(self.runs.as_slice())
    }

    /// Leaves out all rows from one on.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.rows = self.rows.min(rows);
        self.runs.truncate(self.runs.partition_point(|run| (run.row as usize) < rows));
    }

    /// Leaves out the rows that are not wanted.
    pub(crate) fn keep(&mut self, wanted: &dyn Fn(usize) -> bool) {
        let before = std::mem::take(self);
        let ends = before.runs.iter().skip(1).map(|run| run.row as usize).chain([before.rows]);
        for (run, end) in before.runs.iter().zip(ends) {
            let rows = run.row as usize..end;
            rows.filter(|&row| wanted(row)).for_each(|row| self.push(run.at(row)));
        }
    }

    /// Puts the rows of a part at the end; the part is left empty.
    pub(crate) fn join(&mut self, part: &mut Self, how: &Joining<'_>) {
        for run in &part.runs {
            let row = self.rows + run.row as usize;
            let line = run.origin.line.saturating_add(how.lines);
            let origin = Origin { line, ..run.origin };
            if self.runs.last().is_none_or(|last| last.at(row) != origin) {
                self.runs.push(Run { row: row as u32, origin });
            }
        }
        self.rows += part.rows;
        part.truncate(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Renaming;

    proptest::proptest! {
        /// Runs say of each row what a list of all origins does, however they came about.
        #[test]
        fn runs_are_a_list_of_origins(
            steps in proptest::collection::vec((0_u8..4, 0_u16..2, 1_u32..5, 0_usize..9), 0..40),
        ) {
            let names = Renaming::default();
            let how = Joining { names: &names, lines: 2 };
            let (mut runs, mut list) = (Origins::default(), Vec::<Origin>::new());
            for (step, file, line, count) in steps {
                let rows = (0..count as u32).map(|at| {
                    // Some lines are blank.
                    Origin { file, line: line + at + at / 3 }
                });
                match step {
                    0 => rows.for_each(|origin| {
                        runs.push(origin);
                        list.push(origin);
                    }),
                    1 => {
                        let mut part = Origins::default();
                        rows.clone().for_each(|origin| part.push(origin));
                        list.extend(rows.map(|o| Origin { line: o.line + 2, ..o }));
                        runs.join(&mut part, &how);
                        proptest::prop_assert!(part.is_empty());
                    }
                    2 => {
                        let wanted = |row: usize| !(row + count).is_multiple_of(3);
                        runs.keep(&wanted);
                        let mut row = 0;
                        list.retain(|_| { row += 1; wanted(row - 1) });
                    }
                    _ => {
                        runs.truncate(list.len().saturating_sub(count));
                        list.truncate(list.len().saturating_sub(count));
                    }
                }
                proptest::prop_assert_eq!(runs.len(), list.len());
                let all: Vec<Origin> = (0..runs.len()).map(|row| runs.at(row)).collect();
                proptest::prop_assert_eq!(&all, &list);
            }
        }
    }

    #[test]
    fn rows_that_follow_one_another_take_the_room_of_one() {
        let mut origins = Origins::default();
        (0..1000).for_each(|at| origins.push(Origin { file: 1, line: at + 2 }));
        assert_eq!((origins.len(), origins.bytes()), (1000, 12));
        assert_eq!(origins.at(999), Origin { file: 1, line: 1001 });
    }
}
