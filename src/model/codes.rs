//! Small numbers, one a row.

/// A number for each of many rows. As long as all are below 256 each takes a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes(Width);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Width {
    Bytes(Vec<u8>),
    Words(Vec<u32>),
}

impl From<Vec<u8>> for Codes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Width::Bytes(bytes))
    }
}

impl From<Vec<u32>> for Codes {
    fn from(words: Vec<u32>) -> Self {
        Self(Width::Words(words))
    }
}

impl Default for Codes {
    fn default() -> Self {
        Self(Width::Bytes(Vec::new()))
    }
}

impl Codes {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Width::Bytes(bytes) => bytes.len(),
            Width::Words(words) => words.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a row.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn at(&self, row: usize) -> u32 {
        match &self.0 {
            Width::Bytes(bytes) => u32::from(bytes[row]),
            Width::Words(words) => words[row],
        }
    }

    /// Sets the number of a row; all are kept wider where it needs that.
    ///
    /// # Panics
    /// If there is no such row.
    pub(crate) fn set(&mut self, row: usize, code: u32) {
        match (&mut self.0, u8::try_from(code)) {
            (Width::Bytes(bytes), Ok(byte)) => bytes[row] = byte,
            (Width::Words(words), _) => words[row] = code,
            (Width::Bytes(bytes), Err(_)) => {
                let mut words: Vec<u32> = bytes.iter().map(|&byte| u32::from(byte)).collect();
                words[row] = code;
                self.0 = Width::Words(words);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_when_one_needs_more_room() {
        for mut codes in [Codes::from(vec![0_u8; 4]), Codes::from(vec![0_u32; 4])] {
            for (row, code) in [(0, 255), (1, 7), (2, 256), (3, 70_000)] {
                codes.set(row, code);
                assert_eq!(codes.at(row), code);
            }
            assert_eq!([0, 1, 2, 3].map(|row| codes.at(row)), [255, 7, 256, 70_000]);
            assert_eq!((codes.len(), codes.is_empty()), (4, false));
        }
    }
}
