//! From rows to segments.

use super::account::{Component, Segments, Supplementary};
use super::assign::Assignments;
use super::components;
use super::model::Segmentation;
use super::options::{Options, SegmentCount};
use crate::choose::{Choice, ChooseParams, choose};
use crate::error::SegmentError;
use crate::names::{Axes, Order, order_of_names, suggested};
use crate::pca::{Pca, correlations, varimax};
use crate::profile::profiles;
use crate::rows::Rows;
use crate::scale::Scale;
use evenhand_stats::stats::kmeans::{KMeans, Params, Points};

/// Makes segments of rows: scales columns, projects them on principal components, divides rows by k-means, and describes what
/// came of it. `other` are columns that take no part and are only described, a row for each of `rows`. The same seed gives
/// the same result on any number of threads.
///
/// # Errors
/// When rows and options do not fit: [`SegmentError`].
///
/// # Panics
/// When `other` has another number of rows.
pub fn segment(
    rows: &Rows,
    other: Option<&Rows>,
    options: &Options,
) -> Result<Segments, SegmentError> {
    assert!(
        other.is_none_or(|other| other.len() == rows.len()),
        "the same rows"
    );
    check_counts(rows, options)?;
    let scale = Scale::fit(rows, options.scaling)?;
    let scaled = scale.apply(rows.values());
    let points = Points::new(&scaled, rows.columns().len()).weighted(rows.weights());
    let (pca, parallel) = components::fit(points, options)?;
    let scores = pca.scores(&scaled);
    drop(scaled);
    let points = Points::new(&scores, pca.components()).weighted(rows.weights());
    let choice = match options.range(rows.len()) {
        Some(range) => Some(choose(points, &ChooseParams::new(range, options.seed))?),
        None => None,
    };
    let found = clusters(points, options, choice.as_ref())?;
    let scree = pca.explained().collect();
    let model = model(rows, scale, pca, &found, options)?;
    let assignments = Assignments::new(&model, rows, scores);
    Ok(Segments {
        components: described(&model),
        supplementary: supplementary(other, rows, &assignments, model.components()),
        scree,
        parallel,
        inertia: found.inertia,
        restarts: found.restarts,
        choice,
        order: order(&model, options),
        profiles: profiles(rows, other, &assignments.nearest, model.segments()),
        assignments,
        model,
    })
}

fn check_counts(rows: &Rows, options: &Options) -> Result<(), SegmentError> {
    let (least, most) = match &options.segments {
        SegmentCount::Number(number) => (*number, *number),
        SegmentCount::Choose(range) => (*range.start(), *range.end()),
    };
    if least < 2 {
        return Err(SegmentError::TooFewSegments(least));
    }
    match rows.len() < most {
        true => Err(SegmentError::TooFewRows {
            rows: rows.len(),
            segments: most,
        }),
        false => Ok(()),
    }
}

fn clusters(
    points: Points,
    options: &Options,
    choice: Option<&Choice>,
) -> Result<KMeans, SegmentError> {
    let recommended = choice.map(|choice| choice.recommended);
    let segments = match (&options.segments, recommended) {
        (SegmentCount::Number(number), _) => *number,
        (SegmentCount::Choose(range), recommended) => recommended.unwrap_or(*range.start()),
    };
    let params = Params::for_rows(points.len(), segments, options.seed);
    KMeans::fit(points, &params).map_err(|_| SegmentError::TooFewRows {
        rows: points.len(),
        segments,
    })
}

fn model(
    rows: &Rows,
    scale: Scale,
    pca: Pca,
    found: &KMeans,
    options: &Options,
) -> Result<Segmentation, SegmentError> {
    let mut model = Segmentation {
        columns: rows.columns().to_vec(),
        scale,
        rotation: options.is_rotated.then(|| varimax(&pca)),
        pca,
        names: Vec::new(),
        centroids: found.centres.clone(),
        sizes: found.counts.clone(),
        seed: options.seed,
    };
    for (component, name) in &options.names {
        model.name(*component, name.clone())?;
    }
    Ok(model)
}

fn described(model: &Segmentation) -> Vec<Component> {
    let loadings = model.loadings();
    let axes = Axes::new(&model.columns, &loadings);
    let variance = |component: usize| match &model.rotation {
        Some(rotation) => rotation.variances[component],
        None => model.pca.variances[component],
    };
    let component = |component: usize| Component {
        name: model.component_name(component),
        suggested: suggested(&axes, component),
        explained: variance(component) / model.pca.total_variance,
        loadings: axes.loadings(component).to_vec(),
    };
    (0..model.components()).map(component).collect()
}

/// Correlations of columns that took no part with the components as they are described.
fn supplementary(
    other: Option<&Rows>,
    rows: &Rows,
    assignments: &Assignments,
    components: usize,
) -> Vec<Supplementary> {
    let Some(other) = other else {
        return Vec::new();
    };
    let scores = Points::new(&assignments.scores, components).weighted(rows.weights());
    let columns = other.columns().iter().enumerate();
    let beside = columns.map(|(at, column)| Supplementary {
        column: column.clone(),
        correlations: correlations(&other.column(at).collect::<Vec<_>>(), scores),
    });
    beside.collect()
}

/// Only names of the first components without a gap are in an order.
fn order(model: &Segmentation, options: &Options) -> Order {
    let mut numbers = model.names.iter().map(|name| name.component).enumerate();
    let in_order = numbers.all(|(at, component)| component == at);
    if options.names.is_empty() || !in_order {
        return Order::Unknown;
    }
    let names = model.names.iter().map(|name| name.name.clone());
    let names: Vec<String> = names.collect();
    let loadings = model.loadings();
    order_of_names(&names, &Axes::new(&model.columns, &loadings))
}
