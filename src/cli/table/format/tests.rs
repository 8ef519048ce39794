use super::*;

fn table(format: Format) -> Table {
    let mut table = format.table();
    table.set_header(["group", "", "n", "accuracy", "false positive rate"]);
    table.add_row([
        "8-10",
        "▼",
        "160",
        "75.6 % (68.4-81.6)",
        " 21.2 % (13.7-31.4)",
    ]);
    table.add_row(["1-3", "", "3", "- 3 rows", ""]);
    table
}

fn shown(width: u16) -> String {
    let format = Format::Terminal { width };
    format.laid_out(&table(format))
}

#[test]
fn a_table_fits_every_screen() {
    for width in [20, 30, 40, 50, 60, 80, 100, 120] {
        let text = shown(width);
        let widest = text.lines().map(display_width).max();
        assert!(widest <= Some(usize::from(width)), "{width}:\n{text}");
        assert!(text.contains("(68.4-81.6)"), "{width}:\n{text}");
    }
    assert_eq!(shown(120), shown(100));
}

#[test]
fn on_a_narrow_screen_each_row_is_a_list() {
    insta::assert_snapshot!(shown(40), @r"
    group:
    8-10 ▼
      n                   160
      accuracy            75.6 % (68.4-81.6)
      false positive rate 21.2 % (13.7-31.4)
    1-3
      n                   3
      accuracy            - 3 rows
    ");
}

#[test]
fn a_line_of_a_list_is_broken_where_it_must() {
    let format = Format::Terminal { width: 50 };
    assert_eq!(format.named("n", 4, "160"), "  n    160");
    let text = "0.81 (0.74-0.87); 60 of 60 items, coded by two or more";
    let lines = format.named("Krippendorff's alpha, nominal", 36, text);
    assert_eq!(
        lines,
        "  Krippendorff's alpha, nominal 0.81 (0.74-0.87);\n      60 of 60 items, coded by two or more"
    );
}
