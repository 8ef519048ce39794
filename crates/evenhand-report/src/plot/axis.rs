//! Scales: from values to places.

use std::fmt::Write;

/// A linear scale with round ends and round steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    pub step: f64,
}

impl Axis {
    /// The scale for these shares: three to six steps of 1, 2 or 5 times a power of ten, never
    /// beyond `limits`. Values that are not finite are passed over.
    pub fn covering(values: impl Iterator<Item = f64>, limits: (f64, f64)) -> Self {
        Self::spanning(values, limits, 0.02)
    }

    /// The same for numbers of which at least `least` is shown.
    pub fn spanning(values: impl Iterator<Item = f64>, limits: (f64, f64), least: f64) -> Self {
        let finite = values.filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self {
                low: 0.0,
                high: 1.0,
                step: 0.2,
            };
        }
        let low = low.min(high - least).max(limits.0);
        let span = (high - low).max(least);
        let power = 10_f64.powf((span / 5.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| span / step <= 5.0)
            .unwrap_or(10.0 * power);
        // A hair of tolerance, so that 0.7 / 0.1 counts as 7 steps and not as 6.
        let low = ((low / step + 1e-9).floor() * step).max(limits.0);
        let high = ((high / step - 1e-9).ceil() * step)
            .min(limits.1)
            .max(low + step);
        Self { low, high, step }
    }

    pub fn ticks(&self) -> Vec<f64> {
        let steps = ((self.high - self.low) / self.step + 1e-9).floor() as usize;
        (0..=steps)
            .map(|i| self.low + i as f64 * self.step)
            .collect()
    }

    /// How far along the scale a value is, from 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The width of a step in per cent of the scale.
    pub fn step_percent(&self) -> f64 {
        100.0 * self.step / (self.high - self.low)
    }

    /// The same in per cent, as an attribute takes it.
    pub fn percent(&self, value: f64) -> String {
        format!("{:.2}%", 100.0 * self.share(value))
    }
}

/// `0.85` as `85%`, with a decimal where steps are narrower than a per cent.
pub fn percent_tick(value: f64, step: f64) -> String {
    let decimals = usize::from(step < 0.0099);
    format!("{:.decimals$}%", value * 100.0)
}

/// A number with as many decimals as its steps have, and a true minus sign.
pub fn number_tick(value: f64, step: f64) -> String {
    let decimals = (-step.log10() - 1e-9).ceil().max(0.0) as usize;
    // Adding up steps ends beside 0.
    let value = if value.abs() < step / 2.0 { 0.0 } else { value };
    format!("{value:.decimals$}").replace('-', "−")
}

/// A grid line across a drawing, with its label at the left end.
pub fn grid_line(svg: &mut String, [left, right]: [f64; 2], y: f64, label: &str) {
    let _ = write!(
        svg,
        r#"<line class="grid" x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/><text class="y" x="{:.1}" y="{:.1}">{label}</text>"#,
        left - 6.0,
        y + 3.5
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_ends_and_stay_within_their_limits() {
        let axis = Axis::covering([0.713, 0.94].into_iter(), (0.0, 1.0));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(
            near(axis.low, 0.7) && near(axis.high, 0.95) && near(axis.step, 0.05),
            "{axis:?}"
        );
        assert_eq!(axis.ticks().len(), 6);
        let full = Axis::covering([0.03, 1.0].into_iter(), (0.0, 1.0));
        assert_eq!((full.low, full.high, full.step), (0.0, 1.0, 0.2));
        let one = Axis::covering([1.0].into_iter(), (0.0, 1.0));
        assert!(one.low < one.high && one.ticks().len() > 1);
        assert_eq!(Axis::covering([f64::NAN].into_iter(), (0.0, 1.0)).high, 1.0);
    }
}
