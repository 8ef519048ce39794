use super::*;
use evenhand::audit::{Params, toy::audited};

fn shown_audit(counts: &[(&str, [usize; 4])]) -> String {
    let audit = audited("skin_tone", counts, Params::default());
    let mut text = Vec::new();
    write_audit(&audit, Format::Terminal { width: 100 }, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn the_worst_group_comes_first_and_is_named() {
    let text = shown_audit(&[
        ("1-3", [95, 4, 5, 96]),
        ("4-7", [93, 6, 7, 94]),
        ("8-10", [58, 17, 22, 63]),
        ("(missing)", [0, 0, 0, 3]),
    ]);
    insta::assert_snapshot!(text, @"
    Overall, 563 rows:
      accuracy                    89.2 % (86.3-91.5)
      true positive rate          87.9 % (83.5-91.2)
      false positive rate          9.5 % (6.6-13.5)
      predicted minus true share  -1.2 % (-4.0 to 1.5)
    Always answering “no” would be right for 50.3%. The classifier is right more often, by 38.9 points
    (34.0–43.5).

     label \\ predicted   no    yes
    ───────────────────────────────
     no                  256   27
     yes                 34    246

     skin_tone         n   accuracy               true positive rate     false positive rate
    ──────────────────────────────────────────────────────────────────────────────────────────
     8-10            160   ▼ 75.6 % (68.4-81.6)   ▼ 72.5 % (61.9-81.1)   ▲ 21.2 % (13.7-31.4)
     4-7             200     93.5 % (89.2-96.2)     93.0 % (86.3-96.6)      6.0 % (2.8-12.5)
     1-3             200   ▲ 95.5 % (91.7-97.6)     95.0 % (88.8-97.8)      4.0 % (1.6-9.8)
     (missing)   †     3        - 3 rows               - no positives         - 3 negatives

    Accuracy below the rest: 8-10 by 18.9 points (10.6–28.7).
    Accuracy above the rest: 1-3 by 9.8 points (3.1–15.7).
    True positive rate below the rest: 8-10 by 21.5 points (7.0–39.2).
    False positive rate above the rest: 8-10 by 16.3 points (3.5–33.5).
    Accuracy is lowest for 8-10, 75.6% (68.4–81.6) of 160, and highest for 1-3, 95.5% (91.7–97.6) of
    200: 19.9 points apart (11.0–28.5). Permutation tests that all groups have the same accuracy: p <
    0.001 (the group furthest from the rest), p < 0.001 (all groups, chi-squared).

    In brackets: intervals at 95 % confidence.
    12 comparisons of a group with the rest were made, by accuracy, true positive rate, false positive
    rate and predicted minus true share. A group stands apart if its difference is significant after
    correction for all of them, and the intervals of differences hold together: if no group differed, at
    most 5.0% of such audits would name one.
    ▼ ▲  stands apart from the rest, below or above it
    †  fewer than 10 rows: too few to estimate anything from
    ");
}

#[test]
fn a_gap_that_may_be_chance_says_so() {
    let text = shown_audit(&[("dark", [18, 3, 2, 17]), ("light", [19, 2, 1, 18])]);
    assert!(
        text.contains("No group stands apart from the rest by accuracy"),
        "{text}"
    );
    assert!(!text.contains('▼'), "{text}");
}

#[test]
fn long_names_fit_the_width() {
    let name = "a very long value that somebody wrote into a cell of a table ".repeat(3);
    let text = shown_audit(&[(&name, [95, 4, 5, 96]), ("4-7", [93, 6, 7, 94])]);
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}
