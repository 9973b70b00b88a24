//! Encodings other than UTF-8: which one it is, and lines to text.
//!
//! Files mix encodings where people paste: a line that is UTF-8 stays so, and only the others are
//! read in the encoding that they speak for together.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::blocks::Bytes;

/// So many bytes of lines that are not UTF-8 decide which encoding it is.
const SPEAKING: usize = 1 << 18;

/// The encoding of the lines that are not UTF-8; none where all are.
pub(super) fn detect(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut votes = Votes::new();
    votes.look(bytes);
    votes.guess()
}

/// The same of a whole file, which is read as far as it takes.
///
/// # Errors
/// What the system says.
pub(super) fn detect_in(bytes: &Bytes) -> std::io::Result<Option<&'static Encoding>> {
    use std::io::Read as _;
    let mut stream = bytes.open()?;
    let mut votes = Votes::new();
    let (mut chunk, mut carry) = (vec![0; 1 << 20], Vec::new());
    loop {
        let count = stream.read(&mut chunk)?;
        carry.extend_from_slice(&chunk[..count]);
        let end = memchr::memrchr(b'\n', &carry).map_or(0, |at| at + 1);
        let end = if count == 0 { carry.len() } else { end };
        votes.look(&carry[..end]);
        carry.drain(..end);
        if count == 0 || votes.heard >= SPEAKING {
            return Ok(votes.guess());
        }
    }
}

/// What lines say of their encoding.
struct Votes {
    detector: EncodingDetector,
    heard: usize,
}

impl Votes {
    fn new() -> Self {
        Self { detector: EncodingDetector::new(Iso2022JpDetection::Deny), heard: 0 }
    }

    fn look(&mut self, bytes: &[u8]) {
        if std::str::from_utf8(bytes).is_ok() {
            return;
        }
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.heard < SPEAKING && std::str::from_utf8(line).is_err() {
                self.detector.feed(line, false);
                self.heard += line.len();
            }
        }
    }

    fn guess(mut self) -> Option<&'static Encoding> {
        if self.heard == 0 {
            return None;
        }
        self.detector.feed(b"", true);
        Some(self.detector.guess(None, Utf8Detection::Deny))
    }
}

/// Lines to text: those that are UTF-8 as they are, the others in an encoding.
pub(super) fn to_text(bytes: &[u8], encoding: &'static Encoding) -> String {
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    // Runs of lines of one kind are taken together.
    let mut start = 0;
    let mut at = 0;
    let mut was_utf8 = true;
    let mut put = |run: &[u8], utf8: bool| {
        if run.is_empty() {
            return;
        }
        match std::str::from_utf8(run) {
            Ok(text) if utf8 => out.push_str(text),
            _ => out.push_str(&encoding.decode_without_bom_handling(run).0),
        }
    };
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
        let utf8 = std::str::from_utf8(&bytes[at..end]).is_ok();
        if utf8 != was_utf8 {
            put(&bytes[start..at], was_utf8);
            (start, was_utf8) = (at, utf8);
        }
        at = end;
    }
    put(&bytes[start..], was_utf8);
    out
}

/// What people call an encoding.
pub(super) fn name(encoding: &'static Encoding) -> String {
    let name = encoding.name();
    match name.strip_prefix("windows-") {
        Some(page) => format!("Windows-{page}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_many_encodings_are_told_apart_and_read() {
        let cases: [(&'static Encoding, &str); 7] = [
            (encoding_rs::GBK, "名称,功率\n贵安数据中心,100\n"),
            (encoding_rs::SHIFT_JIS, "名称,容量\n東京データセンター,100\n大阪第二センター,50\n"),
            (encoding_rs::EUC_KR, "이름,용량\n서울 데이터센터,100\n부산 센터,50\n"),
            (encoding_rs::BIG5, "名稱,容量\n臺北資料中心園區,100\n"),
            (encoding_rs::WINDOWS_1252, "name,city\nSão Paulo 1,São Paulo\nMünchen Süd,München\n"),
            (encoding_rs::WINDOWS_1250, "name,city\nŁódź Północ,Łódź\nKraków Zachód,Kraków\n"),
            (encoding_rs::WINDOWS_1251, "название,город\nЦентр Москва,Москва\n"),
        ];
        for (encoding, text) in cases {
            let bytes = encoding.encode(text).0;
            let found = detect(&bytes).unwrap();
            assert_eq!(to_text(&bytes, found), text, "{} as {}", encoding.name(), found.name());
        }
        assert_eq!(detect("plain, München".as_bytes()), None);
    }

    #[test]
    fn lines_of_a_mixed_file_are_read_each_in_its_own() {
        let mut bytes = "name,city\nMünchen,München\n".as_bytes().to_vec();
        bytes.extend_from_slice(&encoding_rs::WINDOWS_1252.encode("Köln Süd,Köln\n").0);
        bytes.extend_from_slice("東京,東京\n".as_bytes());
        let found = detect(&bytes).unwrap();
        assert_eq!(
            to_text(&bytes, found),
            "name,city\nMünchen,München\nKöln Süd,Köln\n東京,東京\n"
        );
    }
}
