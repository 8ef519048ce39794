//! Class activation maps, drawn over the pictures.

use super::content::{Mapped, Maps};
use super::figures::{COLUMNS, Gallery, Picture};
use super::{format, plot};
use crate::activation_map::ActivationMap;
use crate::record::{Classes, Unit};

/// The maps of a group, or of everyone.
pub struct ShownMaps {
    pub title: String,
    /// Images that are judged rightly, and those judged wrongly.
    pub galleries: Vec<Gallery>,
}

impl ShownMaps {
    /// Everyone's maps first, then those of groups.
    pub fn of(maps: &Maps, classes: &Classes) -> Vec<Self> {
        let example_images = maps.example_images.iter().map(|example_images| {
            let title = match &example_images.group {
                Some((grouping, value)) => format!(
                    "{} ({})",
                    format::group(grouping, value),
                    format::crossed(grouping)
                ),
                None => "Everyone".to_owned(),
            };
            let gallery = |caption, rows: &[usize]| {
                let found = rows.iter().filter_map(|row| maps.images.get(row));
                let pictures = found.map(|mapped| laid_over(mapped, classes));
                Gallery::new(Unit::Image, caption, &COLUMNS, pictures.collect())
            };
            let right = gallery("Predicted as labelled.", &example_images.right);
            let wrong = gallery("Predicted otherwise than labelled.", &example_images.wrong);
            Self {
                title,
                galleries: right.into_iter().chain(wrong).collect(),
            }
        });
        example_images
            .filter(|shown| !shown.galleries.is_empty())
            .collect()
    }
}

fn laid_over(Mapped { face, map }: &Mapped, classes: &Classes) -> Picture {
    let strongest = match map {
        Some(map) => format!("strongest {}", place(map)),
        None => "no part of it speaks for the prediction".to_owned(),
    };
    let overlay = map.as_ref().map(|map| plot::overlay(map, &strongest));
    Picture {
        overlay,
        ..Picture::of_row(face, classes, strongest)
    }
}

/// In which ninth of the image the map has its peak, as the viewer sees it.
fn place(map: &ActivationMap) -> String {
    let (row, column) = map.peak();
    let third = |at: usize| 3 * (2 * at + 1) / (2 * map.cells);
    let (down, across) = (third(row), third(column));
    match (["upper", "", "lower"][down], ["left", "", "right"][across]) {
        ("", "") => "in the middle".to_owned(),
        ("", side) => format!("on the {side}"),
        (height, "") => format!("in the {height} middle"),
        (height, side) => format!("in the {height} {side}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RowImage;
    use crate::audit::ExampleImages;

    #[test]
    fn groups_follow_everyone_and_an_image_without_a_map_says_so() {
        let face = |label: usize, predicted: usize| RowImage {
            name: "faces/1.jpg".to_owned(),
            label,
            predicted,
            groups: "Black".to_owned(),
            image: Some(vec![0xff]),
        };
        let map = ActivationMap {
            cells: 2,
            heat: vec![0.0, 1.0, 0.0, 0.0],
        };
        let example_images =
            |group: Option<(&str, &str)>, right: &[usize], wrong: &[usize]| ExampleImages {
                group: group.map(|(name, value)| (name.to_owned(), value.to_owned())),
                right: right.to_vec(),
                wrong: wrong.to_vec(),
            };
        let (of_right, of_wrong) = (
            Mapped {
                face: face(1, 1),
                map: Some(map),
            },
            Mapped {
                face: face(0, 1),
                map: None,
            },
        );
        let maps = Maps {
            example_images: vec![
                example_images(None, &[4], &[7]),
                example_images(Some(("race*gender", "Black*Female")), &[], &[7]),
                example_images(Some(("glasses", "yes")), &[], &[]),
            ],
            images: [(4, of_right), (7, of_wrong)].into(),
        };
        let classes = Classes::new(vec!["Male".to_owned(), "Female".to_owned()]).unwrap();
        let shown = ShownMaps::of(&maps, &classes);
        let titles: Vec<&str> = shown.iter().map(|shown| shown.title.as_str()).collect();
        assert_eq!(titles, ["Everyone", "Black × Female (race × gender)"]);
        let [right, wrong] = &shown[0].galleries[..] else {
            panic!("a gallery of right images, one of wrong ones");
        };
        assert!(right.pictures[0].overlay.is_some());
        assert_eq!(right.pictures[0].lines[2], "strongest in the upper right");
        assert_eq!(wrong.pictures[0].overlay, None);
        assert_eq!(
            wrong.pictures[0].lines,
            [
                "labelled Male, predicted Female",
                "Black",
                "no part of it speaks for the prediction"
            ]
        );
        assert_eq!(shown[1].galleries.len(), 1);
    }

    #[test]
    fn a_peak_is_told_in_words() {
        let with_peak = |cells: usize, row: usize, column: usize| {
            let mut heat = vec![0.1; cells * cells];
            heat[row * cells + column] = 1.0;
            place(&ActivationMap { cells, heat })
        };
        assert_eq!(with_peak(7, 0, 6), "in the upper right");
        assert_eq!(with_peak(7, 3, 3), "in the middle");
        assert_eq!(with_peak(5, 4, 2), "in the lower middle");
        assert_eq!(with_peak(2, 1, 0), "in the lower left");
        assert_eq!(with_peak(7, 2, 0), "on the left");
    }
}
