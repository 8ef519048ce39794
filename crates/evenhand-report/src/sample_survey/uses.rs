//! How the made-up classifier uses its columns.

use crate::uses::{Contribution, Contributions, Dependence, DependencePoint, PointValue, Uses};

fn groups() -> Vec<String> {
    ["region=urban", "region=rural"].map(str::to_owned).to_vec()
}

/// A point where scores of the country move half as far.
fn point(at: PointValue, share: Option<f64>, mean: f64) -> DependencePoint {
    DependencePoint {
        at,
        share,
        mean,
        low: (mean - 0.12).max(0.0),
        high: mean + 0.15,
        by_group: vec![mean + 0.02, 0.3 + (mean - 0.3) / 2.0],
    }
}

fn age() -> Dependence {
    let ages = (0..20).map(|at| {
        let age = 18.0 + 3.5 * f64::from(at);
        let mean = 0.15 + 0.35 / (1.0 + (-(age - 45.0) / 8.0).exp());
        point(PointValue::Number(age), None, mean)
    });
    let code = point(PointValue::Level("refused".to_owned()), Some(0.031), 0.22);
    Dependence {
        column: "age".to_owned(),
        points: ages.chain([code]).collect(),
        bins: (0..20).map(|at| 0.08 - 0.003 * f64::from(at)).collect(),
        groups: groups(),
    }
}

fn occupation() -> Dependence {
    let levels = [
        ("cleaning", 0.31, 0.48),
        ("office", 0.5, 0.27),
        ("farm", 0.14, 0.19),
    ];
    let levels = levels
        .map(|(level, share, mean)| point(PointValue::Level(level.to_owned()), Some(share), mean));
    Dependence {
        column: "occupation".to_owned(),
        points: levels.to_vec(),
        bins: Vec::new(),
        groups: groups(),
    }
}

pub fn uses() -> Uses {
    let column = |name: &str, mean: f64, by_group: [f64; 2]| Contribution {
        column: name.to_owned(),
        mean,
        by_group: by_group.to_vec(),
    };
    Uses {
        class: "yes".to_owned(),
        dependence: vec![age(), occupation()],
        held_out: 900,
        rows: 900,
        contributions: Some(Contributions {
            is_log_odds: true,
            rows: 500,
            groups: groups(),
            columns: vec![
                column("occupation", 0.31, [0.33, 0.28]),
                column("age", 0.52, [0.61, 0.17]),
                column("question_01", 0.004, [0.004, f64::NAN]),
            ],
            largest_error: 3.2e-7,
        }),
    }
}
