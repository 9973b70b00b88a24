//! What an input of a scenario may be: a number, an interval, a distribution, or a multiple of a
//! parameter.

use std::fmt;

/// How an uncertain input is spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Every value between both ends alike.
    Uniform {
        /// Low end.
        low: f64,
        /// High end.
        high: f64,
    },
    /// Rising to the mode, falling from it.
    Triangular {
        /// Low end.
        low: f64,
        /// The likeliest value.
        mode: f64,
        /// High end.
        high: f64,
    },
    /// The bell curve.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// The bell curve of the logarithm.
    LogNormal {
        /// Median.
        median: f64,
        /// Standard deviation of the natural logarithm.
        sigma: f64,
    },
}

/// Share of draws below the low end, and above the high end, of a tornado's bar for distributions
/// without ends.
pub const TAIL: f64 = 0.05;

impl Distribution {
    /// The value that a share `u` of all draws lies below; `u` from 0 to 1.
    pub fn quantile(&self, u: f64) -> f64 {
        match *self {
            Self::Uniform { low, high } => low + u * (high - low),
            Self::Triangular { low, mode, high } => triangular(low, mode, high, u),
            Self::Normal { mean, sd } => mean + sd * standard_normal(u),
            Self::LogNormal { median, sigma } => median * (sigma * standard_normal(u)).exp(),
        }
    }

    /// The value of a run without draws: middle, mode, mean or median.
    pub fn point(&self) -> f64 {
        match *self {
            Self::Uniform { low, high } => f64::midpoint(low, high),
            Self::Triangular { mode, .. } => mode,
            Self::Normal { mean, .. } => mean,
            Self::LogNormal { median, .. } => median,
        }
    }

    /// Low and high end; for curves without ends the 5th and 95th percentile.
    pub fn ends(&self) -> [f64; 2] {
        match *self {
            Self::Uniform { low, high } | Self::Triangular { low, high, .. } => [low, high],
            _ => [self.quantile(TAIL), self.quantile(1.0 - TAIL)],
        }
    }

    /// The same law about another point, as far as all of it stays within a range: its spread stays.
    #[must_use]
    pub fn moved_to(&self, point: f64, range: [f64; 2]) -> Self {
        let [low, high] = self.ends();
        // Where it is wider than the range it stays where it is.
        let (least, most) = ((range[0] - low).min(0.0), (range[1] - high).max(0.0));
        let by = (point - self.point()).clamp(least, most);
        match *self {
            Self::Uniform { low, high } => Self::Uniform { low: low + by, high: high + by },
            Self::Triangular { low, mode, high } => {
                Self::Triangular { low: low + by, mode: mode + by, high: high + by }
            }
            Self::Normal { mean, sd } => Self::Normal { mean: mean + by, sd },
            Self::LogNormal { median, sigma } => {
                let median = if median + by > 0.0 { median + by } else { median };
                Self::LogNormal { median, sigma }
            }
        }
    }

    /// Whether its numbers make sense: finite, in order, spreads not negative.
    pub fn is_valid(&self) -> bool {
        match *self {
            Self::Uniform { low, high } => low.is_finite() && high.is_finite() && low <= high,
            Self::Triangular { low, mode, high } => {
                low.is_finite() && high.is_finite() && low <= mode && mode <= high
            }
            Self::Normal { mean, sd } => mean.is_finite() && sd.is_finite() && sd >= 0.0,
            Self::LogNormal { median, sigma } => {
                median.is_finite() && median > 0.0 && sigma.is_finite() && sigma >= 0.0
            }
        }
    }
}

/// Quantile of the triangular law.
///
/// # Source
/// Section 9 of `assets/data/equations.md`; inverse of its distribution function.
#[inline]
pub fn triangular(low: f64, mode: f64, high: f64, u: f64) -> f64 {
    Triangle::new(low, mode, high).quantile(u)
}

/// The triangular law with what its quantiles share worked out once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Triangle {
    ends: [f64; 2],
    signs: [f64; 2],
    below: f64,
    left: f64,
    right: f64,
}

impl Triangle {
    pub(crate) fn new(low: f64, mode: f64, high: f64) -> Self {
        let span = high - low;
        let below = if span > 0.0 { (mode - low) / span } else { 0.0 };
        Self {
            ends: [high, low],
            signs: [-1.0, 1.0],
            below,
            left: span * (mode - low),
            right: span * (high - mode),
        }
    }

    #[inline]
    pub(crate) fn quantile(&self, u: f64) -> f64 {
        // Chosen by place rather than by branch: chance cannot be guessed ahead.
        let side = usize::from(u < self.below);
        let root = [(1.0 - u) * self.right, u * self.left][side].sqrt();
        self.ends[side] + self.signs[side] * root
    }
}

/// Quantile of the standard normal law; `u` is held within 1e-12 of its ends.
pub fn standard_normal(u: f64) -> f64 {
    let u = u.clamp(1e-12, 1.0 - 1e-12);
    -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * u)
}

/// An input of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A number.
    Number(f64),
    /// Uncertain.
    Spread(Distribution),
    /// `plus + times × parameter`; the parameter is one of the scenario's assumptions, else of the
    /// table of parameters.
    Parameter {
        /// Its key.
        key: String,
        /// Factor.
        times: f64,
        /// Summand.
        plus: f64,
    },
}

impl Input {
    /// The value of a run without draws, with parameters looked up.
    pub fn value(&self, parameter: &impl Fn(&str) -> Option<f64>) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Spread(spread) => Some(spread.point()),
            Self::Parameter { key, times, plus } => parameter(key).map(|p| plus + times * p),
        }
    }

    /// How it is spread, if it is uncertain by itself.
    pub fn spread(&self) -> Option<Distribution> {
        match self {
            Self::Spread(spread) => Some(*spread),
            _ => None,
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value}"),
            Self::Spread(Distribution::Uniform { low, high }) => write!(f, "{low} to {high}"),
            Self::Spread(Distribution::Triangular { low, mode, high }) => {
                write!(f, "{mode} ({low} to {high})")
            }
            Self::Spread(Distribution::Normal { mean, sd }) => write!(f, "{mean} ± {sd}"),
            Self::Spread(Distribution::LogNormal { median, sigma }) => {
                write!(f, "{median} ×÷ {:.2}", sigma.exp())
            }
            Self::Parameter { key, times, plus } => match (*times, *plus) {
                (1.0, 0.0) => write!(f, "{key}"),
                (times, 0.0) => write!(f, "{times} × {key}"),
                (times, plus) => write!(f, "{plus} + {times} × {key}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_laws() {
        let law = Distribution::Triangular { low: 6.0, mode: 12.0, high: 48.0 };
        assert!((law.quantile(0.0) - 6.0).abs() < 1e-12);
        assert!((law.quantile(1.0) - 48.0).abs() < 1e-12);
        assert!((law.quantile(6.0 / 42.0) - 12.0).abs() < 1e-9);
        // Section 9: the mean of Triangular(6, 12, 48) is 22 months.
        let n = 200_000;
        let mean = (0..n).map(|k| law.quantile((f64::from(k) + 0.5) / f64::from(n))).sum::<f64>();
        assert!((mean / f64::from(n) - 22.0).abs() < 1e-6);
        assert!((standard_normal(0.975) - 1.959_963_984_540_054).abs() < 1e-9);
        let law = Distribution::LogNormal { median: 2.0, sigma: 0.5 };
        assert!((law.quantile(0.5) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn ends_without_order_are_not_valid() {
        assert!(!Distribution::Uniform { low: 2.0, high: 1.0 }.is_valid());
        assert!(!Distribution::Triangular { low: 0.0, mode: 9.0, high: 1.0 }.is_valid());
        assert!(Distribution::Normal { mean: 1.0, sd: 0.0 }.is_valid());
    }
}
