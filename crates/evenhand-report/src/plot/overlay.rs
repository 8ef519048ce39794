//! A class activation map, to be laid over its picture.

use super::escape;
use crate::activation_map::ActivationMap;
use std::fmt::Write;

/// Steps of the colour; cells of one step are one path, which keeps the page small.
const STEPS: usize = 8;

/// As wide and high as what it is laid over, whatever shape that has; clear where the map is 0.
/// `label` is what a screen reader says in its place.
pub fn overlay(map: &ActivationMap, label: &str) -> String {
    let cells = map.cells;
    let mut paths = vec![String::new(); STEPS + 1];
    for (at, heat) in map.heat.iter().enumerate() {
        let step = (heat * STEPS as f32).round() as usize;
        let (x, y) = (at % cells, at / cells);
        let _ = write!(paths[step.min(STEPS)], "M{x} {y}h1v1h-1z");
    }
    let mut svg = format!(
        r#"<svg class="overlay" viewBox="0 0 {cells} {cells}" preserveAspectRatio="none" shape-rendering="crispEdges" role="img" aria-label="{}">"#,
        escape(label)
    );
    for (step, path) in paths.iter().enumerate().skip(1) {
        if !path.is_empty() {
            let opacity = step as f64 / STEPS as f64;
            let _ = write!(svg, r#"<path opacity="{opacity}" d="{path}"/>"#);
        }
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_where_they_are_in_the_image_and_empty_ones_are_not_drawn() {
        let map = ActivationMap {
            cells: 2,
            heat: vec![0.5, 0.0, 0.02, 1.0],
        };
        let svg = overlay(&map, "strongest \"there\"");
        assert_eq!(
            svg[svg.find("<path").unwrap()..],
            r#"<path opacity="0.5" d="M0 0h1v1h-1z"/><path opacity="1" d="M1 1h1v1h-1z"/></svg>"#[..]
        );
        assert!(
            svg.contains("aria-label=\"strongest &#34;there&#34;\""),
            "{svg}"
        );
    }
}
