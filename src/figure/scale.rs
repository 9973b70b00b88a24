//! Scales: values to pixels, and round numbers for their axes.

/// A linear scale from values to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// First and last value.
    pub domain: [f64; 2],
    /// Their pixels.
    pub range: [f32; 2],
}

impl Scale {
    /// The pixel of a value.
    pub fn px(&self, value: f64) -> f32 {
        let [low, high] = self.domain;
        let share = if high > low { (value - low) / (high - low) } else { 0.0 };
        self.range[0] + share as f32 * (self.range[1] - self.range[0])
    }

    /// The value at a pixel.
    pub fn value(&self, px: f32) -> f64 {
        let length = self.range[1] - self.range[0];
        let share = if length == 0.0 { 0.0 } else { (px - self.range[0]) / length };
        self.domain[0] + f64::from(share) * (self.domain[1] - self.domain[0])
    }
}

/// Round numbers from 0 to at least `most`, about `count` of them.
pub fn ticks(most: f64, count: usize) -> Vec<f64> {
    if most <= 0.0 || !most.is_finite() {
        return vec![0.0, 1.0];
    }
    let rough = most / count.max(1) as f64;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let last = (most / step - 1e-9).ceil() as usize;
    (0..=last).map(|at| at as f64 * step).collect()
}

/// Round numbers from at most `low` to at least `high`, about `count` of them.
pub fn ticks_between([low, high]: [f64; 2], count: usize) -> Vec<f64> {
    let span = high - low;
    let steps = ticks(span, count);
    let step = steps.get(1).copied().unwrap_or(1.0);
    let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
    (first as i64..=(last as i64).max(first as i64 + 1)).map(|at| at as f64 * step).collect()
}

/// A large number in a unit that suits a whole axis: factor and name.
pub fn axis_unit(most: f64, unit: &str) -> (f64, String) {
    let named = |factor: f64, name: &str| (factor, name.to_owned());
    match unit {
        "MW" if most >= 2e6 => named(1e6, "TW"),
        "MW" if most >= 2000.0 => named(1e3, "GW"),
        "MWh" if most >= 2e6 => named(1e6, "TWh"),
        "MWh" if most >= 2e3 => named(1e3, "GWh"),
        _ => match most {
            m if m >= 2e9 => named(1e9, &format!("bn {unit}")),
            m if m >= 2e6 => named(1e6, &format!("M {unit}")),
            m if m >= 2e4 => named(1e3, &format!("k {unit}")),
            _ => named(1.0, unit),
        },
    }
}

/// A tick in the fewest digits that tell it from its neighbours.
pub fn tick_text(value: f64, step: f64) -> String {
    let whole = |decimals: i32| {
        let scaled = step * 10.0_f64.powi(decimals);
        (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1e-9)
    };
    let decimals = (0..9).find(|d| whole(*d)).unwrap_or(9);
    crate::units::grouped(value, decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_data() {
        assert_eq!(ticks(86.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(0.0, 5), [0.0, 1.0]);
        for most in [0.003, 1.0, 7.3, 99.9, 12_345.0] {
            assert!(*ticks(most, 5).last().unwrap() >= most);
        }
    }

    #[test]
    fn ticks_go_below_zero_where_the_data_do() {
        assert_eq!(ticks_between([0.0, 86.0], 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks_between([-30.0, 90.0], 4), [-50.0, 0.0, 50.0, 100.0]);
        assert_eq!(ticks_between([-40.0, 0.0], 4), [-40.0, -30.0, -20.0, -10.0, 0.0]);
        assert_eq!(ticks_between([0.0, 0.0], 4), [0.0, 1.0]);
    }

    #[test]
    fn ticks_are_told_apart() {
        assert_eq!(tick_text(0.75, 0.25), "0.75");
        assert_eq!(tick_text(7.5, 2.5), "7.5");
        assert_eq!(tick_text(40.0, 20.0), "40");
        assert_eq!(tick_text(0.003, 0.001), "0.003");
    }

    #[test]
    fn a_pixel_goes_back_to_its_value() {
        let scale = Scale { domain: [0.0, 80.0], range: [300.0, 20.0] };
        assert!((scale.value(scale.px(33.0)) - 33.0).abs() < 1e-3);
    }
}
