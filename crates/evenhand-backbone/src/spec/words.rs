//! The words of a spec, as they are written in TOML and on the command line.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Sides of images that make sense.
pub const SIDES: std::ops::RangeInclusive<usize> = 1..=8192;

/// The size of the image that a backbone takes: `224`, or `[height, width]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SizeForm", into = "SizeForm")]
pub struct Size {
    pub height: usize,
    pub width: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SizeForm {
    Square(usize),
    Sides([usize; 2]),
}

impl From<SizeForm> for Size {
    fn from(form: SizeForm) -> Self {
        match form {
            SizeForm::Square(side) => Self {
                height: side,
                width: side,
            },
            SizeForm::Sides([height, width]) => Self { height, width },
        }
    }
}

impl From<Size> for SizeForm {
    fn from(Size { height, width }: Size) -> Self {
        if height == width {
            Self::Square(height)
        } else {
            Self::Sides([height, width])
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}x{}", self.height, self.width)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let side = |text: &str| text.parse().ok().filter(|&side| SIDES.contains(&side));
        let (height, width) = text.split_once('x').unwrap_or((text, text));
        let size = side(height)
            .zip(side(width))
            .map(|(height, width)| Self { height, width });
        size.ok_or_else(|| format!("`{text}` is no size; write 224, or 192x256 for height x width"))
    }
}

/// The order of the channels that a backbone was trained with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    #[default]
    Rgb,
    Bgr,
}

impl fmt::Display for Channels {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Rgb => "rgb",
            Self::Bgr => "bgr",
        })
    }
}

impl FromStr for Channels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "rgb" => Ok(Self::Rgb),
            "bgr" => Ok(Self::Bgr),
            _ => Err(format!("`{text}` is no channel order; write rgb or bgr")),
        }
    }
}

/// A named tensor of the backbone whose pooled activations become features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tap {
    pub tensor: String,
    /// For tensors with a height and width; others are taken as they are.
    #[serde(default)]
    pub pool: Pool,
}

/// As `--tap` takes it.
impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}={}", self.tensor, self.pool)
    }
}

/// How the activations of a channel become features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Pool {
    /// Their average.
    #[default]
    Gap,
    /// Their maximum.
    Max,
    /// Both.
    AvgMax,
    /// The averages in this many rows and columns of cells: keeps where things are.
    Grid(usize),
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Gap => f.write_str("gap"),
            Self::Max => f.write_str("max"),
            Self::AvgMax => f.write_str("avgmax"),
            Self::Grid(cells) => write!(f, "grid:{cells}"),
        }
    }
}

impl FromStr for Pool {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let cells = |text: &str| text.parse().ok().filter(|&cells| cells > 0);
        match text {
            "gap" => Some(Self::Gap),
            "max" => Some(Self::Max),
            "avgmax" => Some(Self::AvgMax),
            _ => text.strip_prefix("grid:").and_then(cells).map(Self::Grid),
        }
        .ok_or_else(|| format!("`{text}` is no pooling; write gap, max, avgmax or grid:4"))
    }
}

impl TryFrom<String> for Pool {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Pool> for String {
    fn from(pool: Pool) -> Self {
        pool.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_height_by_width() {
        assert_eq!(
            "224".parse(),
            Ok(Size {
                height: 224,
                width: 224
            })
        );
        assert_eq!(
            "192x256".parse(),
            Ok(Size {
                height: 192,
                width: 256
            })
        );
        assert!("0".parse::<Size>().is_err() && "224x".parse::<Size>().is_err());
    }
}
