//! Random numbers by count, not by order: each is a function of seed, purpose, key and number of
//! the draw, so that scenarios share them and threads do not matter (RULES S6).

use super::input::standard_normal;
use super::spec::Scenario;

/// What a number is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Whether a phase is built.
    Completion = 1,
    /// Whether it is late, and by how much.
    Delay = 2,
    /// The day within an imprecise date.
    Day = 3,
    /// Whether it follows the shock of its site, for completion.
    CompletionShock = 4,
    /// The same for delay.
    DelayShock = 5,
    /// A parameter.
    Parameter = 6,
    /// An amount within its bounds.
    Amount = 7,
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
#[inline]
const fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Where FNV-1a begins, 64 bit.
pub const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, 64 bit, of further bytes: the same on every machine and in every version.
pub fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(hash, step)
}

/// A key of a list of texts.
pub fn key_of(parts: &[&str]) -> u64 {
    parts.iter().fold(FNV_START, |hash, part| fnv1a(fnv1a(hash, part.as_bytes()), &[0]))
}

/// The stream of one purpose and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream(u64);

impl Stream {
    /// For a seed, a purpose and a key.
    pub fn new(seed: u64, purpose: Purpose, key: u64) -> Self {
        let seed = mix(seed.wrapping_add(STEP));
        Self(mix(seed ^ mix(key.wrapping_add((purpose as u64).wrapping_mul(STEP)))))
    }

    /// The bits of a draw.
    #[inline]
    pub fn bits(self, draw: u32) -> u64 {
        mix(self.0.wrapping_add((u64::from(draw) + 1).wrapping_mul(STEP)))
    }

    /// A number between 0 and 1, both excluded.
    #[inline]
    pub fn unit(self, draw: u32) -> f64 {
        // 53 bits fit a signed number, whose conversion is one instruction.
        ((self.bits(draw) >> 11).cast_signed() as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64)
    }
}

/// Rank correlations do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the rank correlations of the scenario contradict each other: no such table of correlations exists"
)]
pub struct CorrelationError;

/// Values of the uncertain inputs of a scenario: a Latin hypercube, with the rank correlations that
/// the scenario asks for.
///
/// # Shape
/// `values[input][draw]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// Names of the inputs.
    pub names: Vec<String>,
    /// Their values.
    pub values: Vec<Vec<f64>>,
}

impl Parameters {
    /// Draws so many values of every uncertain input.
    ///
    /// # Errors
    /// [`CorrelationError`] if the rank correlations contradict each other.
    ///
    /// # Source
    /// `McKay`, Beckman and Conover (1979) for the hypercube; Iman and Conover (1982) for the rank
    /// correlations.
    pub fn draw(scenario: &Scenario, seed: u64, draws: u32) -> Result<Self, CorrelationError> {
        let uncertain = scenario.uncertain();
        let names: Vec<String> = uncertain.iter().map(|(name, _)| name.clone()).collect();
        let mut ranks: Vec<Vec<u32>> = names.iter().map(|n| permutation(seed, n, draws)).collect();
        correlate(scenario, &names, &mut ranks)?;
        let column = |((name, law), ranks): (&(String, super::Distribution), &Vec<u32>)| {
            let stream = Stream::new(seed, Purpose::Parameter, key_of(&[name, "within"]));
            let value = |&rank: &u32| {
                law.quantile((f64::from(rank) + stream.unit(rank)) / f64::from(draws))
            };
            ranks.iter().map(value).collect()
        };
        let values = uncertain.iter().zip(&ranks).map(column).collect();
        Ok(Self { names, values })
    }

    /// The values of one draw.
    pub fn of(&self, draw: u32) -> Vec<f64> {
        self.values.iter().map(|column| column[draw as usize]).collect()
    }
}

/// The strata of an input in the order of the draws (Fisher and Yates).
fn permutation(seed: u64, name: &str, draws: u32) -> Vec<u32> {
    let stream = Stream::new(seed, Purpose::Parameter, key_of(&[name, "order"]));
    let mut order: Vec<u32> = (0..draws).collect();
    for at in (1..draws).rev() {
        // 64 bits over at most 10⁶ places: the bias is below 10⁻¹³.
        let other = stream.bits(at) % (u64::from(at) + 1);
        order.swap(at as usize, other as usize);
    }
    order
}

/// Reorders the strata of inputs so that their ranks are correlated as asked.
fn correlate(
    scenario: &Scenario,
    names: &[String],
    ranks: &mut [Vec<u32>],
) -> Result<(), CorrelationError> {
    let pairs = &scenario.uncertainty.correlations;
    let at = |name: &String| names.iter().position(|n| n == name);
    let mut involved: Vec<usize> =
        pairs.iter().flat_map(|pair| pair.between.iter().filter_map(at)).collect();
    involved.sort_unstable();
    involved.dedup();
    let size = involved.len();
    if size < 2 {
        return Ok(());
    }
    let mut wanted = vec![vec![0.0; size]; size];
    for (row, line) in wanted.iter_mut().enumerate() {
        line[row] = 1.0;
    }
    for pair in pairs {
        let place = |name| at(name).and_then(|n| involved.iter().position(|i| *i == n));
        if let (Some(a), Some(b)) = (place(&pair.between[0]), place(&pair.between[1])) {
            // Pearson's coefficient of normal scores that gives Spearman's.
            let pearson = 2.0 * (std::f64::consts::PI * pair.rank / 6.0).sin();
            wanted[a][b] = pearson;
            wanted[b][a] = pearson;
        }
    }
    let target = cholesky(&wanted, true).ok_or(CorrelationError)?;
    let draws = ranks[involved[0]].len();
    let score = |rank: u32| standard_normal((f64::from(rank) + 1.0) / (draws as f64 + 1.0));
    let scores: Vec<Vec<f64>> =
        involved.iter().map(|&i| ranks[i].iter().map(|&r| score(r)).collect()).collect();
    let norm: f64 = scores[0].iter().map(|s| s * s).sum();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / norm;
    let actual: Vec<Vec<f64>> =
        scores.iter().map(|a| scores.iter().map(|b| dot(a, b)).collect()).collect();
    let own = cholesky(&actual, false).ok_or(CorrelationError)?;
    let mut moved = vec![vec![0.0; draws]; size];
    for draw in 0..draws {
        // Freed of the correlation that chance gave, then given the one that is wanted.
        let mut free = vec![0.0; size];
        for row in 0..size {
            let known: f64 = (0..row).map(|c| own[row][c] * free[c]).sum();
            free[row] = (scores[row][draw] - known) / own[row][row];
        }
        for row in 0..size {
            moved[row][draw] = (0..=row).map(|c| target[row][c] * free[c]).sum();
        }
    }
    for (column, &input) in moved.iter().zip(&involved) {
        let mut order: Vec<usize> = (0..draws).collect();
        order.sort_by(|&a, &b| column[a].total_cmp(&column[b]).then(a.cmp(&b)));
        for (rank, draw) in order.into_iter().enumerate() {
            ranks[input][draw] = rank as u32;
        }
    }
    Ok(())
}

/// Lower triangle whose product with its transpose is a matrix; none if it is not positive definite.
///
/// Where `tied`, it may be singular: an input of rank correlation 1 or −1 with another has nothing of
/// its own.
fn cholesky(matrix: &[Vec<f64>], tied: bool) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let mut lower = vec![vec![0.0; size]; size];
    for row in 0..size {
        for column in 0..=row {
            let sum: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = matrix[row][column] - sum;
            if row == column {
                if rest < -1e-12 || (rest <= 1e-12 && !tied) {
                    return None;
                }
                lower[row][row] = if rest <= 1e-12 { 0.0 } else { rest.sqrt() };
            } else if lower[column][column] > 0.0 {
                lower[row][column] = rest / lower[column][column];
            } else if rest.abs() > 1e-9 {
                return None;
            }
        }
    }
    Some(lower)
}

/// Ranks from 0; equal values share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut out = vec![0.0; values.len()];
    let mut at = 0;
    while at < order.len() {
        let same = |n: &&usize| values[**n].to_bits() == values[order[at]].to_bits();
        let run = order[at..].iter().take_while(same).count();
        for &n in &order[at..at + run] {
            out[n] = at as f64 + (run as f64 - 1.0) / 2.0;
        }
        at += run;
    }
    out
}

/// Spearman's rank correlation, −1 to 1; 0 where one of the two does not vary.
pub fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(&b) {
        let (x, y) = (x - mean, y - mean);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    if aa > 0.0 && bb > 0.0 { ab / (aa * bb).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Lever;
    use crate::scenario::spec::{Adjustment, RankCorrelation};
    use crate::scenario::{Distribution, Input};

    fn scenario(names: &[&str]) -> Scenario {
        let mut out = Scenario::default();
        for name in names {
            let mut lever = Adjustment::new(name, Lever::Delay);
            lever.inputs[0] = Some(Input::Spread(Distribution::Uniform { low: 0.0, high: 1.0 }));
            out.adjustments.push(lever);
        }
        out
    }

    #[test]
    fn numbers_are_even_and_independent_of_order() {
        let stream = Stream::new(7, Purpose::Delay, key_of(&["a", "b"]));
        let n = 100_000;
        let mean = (0..n).map(|d| stream.unit(d)).sum::<f64>() / f64::from(n);
        let other = Stream::new(7, Purpose::Delay, key_of(&["ab", ""]));
        let product: f64 =
            (0..n).map(|d| (stream.unit(d) - 0.5) * (other.unit(d) - 0.5)).sum::<f64>();
        // Standard errors: 1 / sqrt(12 n) and 1 / (12 sqrt n); five of them.
        assert!((mean - 0.5).abs() < 5.0 / (12.0 * f64::from(n)).sqrt());
        assert!((product / f64::from(n)).abs() < 5.0 / (12.0 * f64::from(n).sqrt()));
        assert_eq!(stream.bits(3), Stream::new(7, Purpose::Delay, key_of(&["a", "b"])).bits(3));
    }

    #[test]
    fn every_stratum_is_drawn_once() {
        let drawn = Parameters::draw(&scenario(&["a", "b"]), 1, 1000).unwrap();
        for column in &drawn.values {
            let mut strata: Vec<u32> = column.iter().map(|v| (v * 1000.0) as u32).collect();
            strata.sort_unstable();
            assert_eq!(strata, (0..1000).collect::<Vec<u32>>());
        }
        assert!(spearman(&drawn.values[0], &drawn.values[1]).abs() < 0.12);
    }

    #[test]
    fn ranks_are_correlated_as_asked_and_strata_stay() {
        let mut correlated = scenario(&["a", "b", "c"]);
        let pair = |a: &str, b: &str, rank| RankCorrelation {
            between: [format!("{a}.months"), format!("{b}.months")],
            rank,
        };
        correlated.uncertainty.correlations = vec![pair("a", "b", 0.7), pair("b", "c", -0.3)];
        let drawn = Parameters::draw(&correlated, 1, 4000).unwrap();
        assert!((spearman(&drawn.values[0], &drawn.values[1]) - 0.7).abs() < 0.02);
        assert!((spearman(&drawn.values[1], &drawn.values[2]) + 0.3).abs() < 0.02);
        assert!(spearman(&drawn.values[0], &drawn.values[2]).abs() < 0.03);
        let mut strata: Vec<u32> = drawn.values[1].iter().map(|v| (v * 4000.0) as u32).collect();
        strata.sort_unstable();
        assert_eq!(strata, (0..4000).collect::<Vec<u32>>());
        correlated.uncertainty.correlations =
            vec![pair("a", "b", 0.9), pair("b", "c", 0.9), pair("a", "c", -0.9)];
        assert_eq!(Parameters::draw(&correlated, 1, 100), Err(CorrelationError));
    }

    #[test]
    fn inputs_of_rank_one_are_never_mixed() {
        let mut tied = scenario(&["a", "b", "c"]);
        let pair = |a: &str, b: &str, rank| RankCorrelation {
            between: [format!("{a}.months"), format!("{b}.months")],
            rank,
        };
        tied.uncertainty.correlations = vec![pair("a", "b", -1.0), pair("b", "c", 0.5)];
        // Between a and c nothing is asked for: with b wholly against a that is a contradiction.
        assert_eq!(Parameters::draw(&tied, 1, 100), Err(CorrelationError));
        tied.uncertainty.correlations = vec![pair("a", "b", -1.0)];
        let drawn = Parameters::draw(&tied, 1, 500).unwrap();
        for (a, b) in drawn.values[0].iter().zip(&drawn.values[1]) {
            assert_eq!((a * 500.0) as u32 + (b * 500.0) as u32, 499, "{a} {b}");
        }
    }

    #[test]
    fn ties_share_their_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0]), [1.5, 0.0, 1.5]);
        assert!((spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 30.0]) - 1.0).abs() < 1e-12);
        assert!(spearman(&[1.0, 1.0], &[1.0, 2.0]).abs() < f64::MIN_POSITIVE);
    }
}
