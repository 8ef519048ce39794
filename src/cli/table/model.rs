//! Tables of backbones.

use super::format;
use super::grid::Table;
use comfy_table::{ContentArrangement, presets};
use evenhand::ShippedBackbone;
use evenhand::backbone::graph::Stage;
use evenhand::backbone::inspect::{Inspection, Observed, Port};
use evenhand::text::thousands;
use std::io::{self, Write};

/// The backbones that ship.
pub fn shipped_table(shipped: &[ShippedBackbone], out: &mut dyn Write) -> io::Result<()> {
    let mut table = plain(["backbone", "image", "features", "licence"]);
    for ShippedBackbone { spec, features } in shipped {
        let (size, features) = (spec.size.to_string(), thousands(*features as u64));
        table.add_row([&spec.name, &size, &features, &spec.licence]);
    }
    writeln!(out, "{table}")?;
    writeln!(out, "\nAny other network: --backbone FILE.onnx")
}

/// Inputs, outputs, operators, size and taps of a model.
pub fn inspection_table(inspection: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    let Inspection {
        inputs,
        outputs,
        opset,
        operators,
        parameters,
        observed,
        default_tap,
    } = inspection;
    for (what, ports) in [("input", inputs), ("output", outputs)] {
        for Port {
            name,
            element,
            shape,
        } in ports
        {
            writeln!(
                out,
                "{what:<11} {name}  {element} {}",
                sizes(shape.as_deref())
            )?;
        }
    }
    writeln!(out, "opset       {opset}")?;
    let operators: Vec<String> = operators
        .iter()
        .map(|(op, count)| format!("{op} {count}"))
        .collect();
    writeln!(out, "operators   {}", operators.join(", "))?;
    writeln!(out, "parameters  {}", thousands(*parameters))?;
    match observed {
        Observed::Nothing { why } => writeln!(out, "FLOPs       not known: {why}")?,
        Observed::Shapes { size, flops, taps } => {
            writeln!(
                out,
                "FLOPs       {} an image of {size} (convolutions and matrix products; a multiply-add is two)",
                thousands(*flops)
            )?;
            let table = tap_table(taps);
            writeln!(
                out,
                "\n{table}\n(the last columns: number of features with that pooling)"
            )?;
        }
    }
    if let Some(tap) = default_tap {
        writeln!(out, "\nwithout --tap, features are taken from {tap}")?;
    }
    Ok(())
}

/// Numbers of features by tap and pooling.
fn tap_table(taps: &[Stage]) -> Table {
    let mut table = plain(["where a tap could be", "shape", "gap", "grid:2", "grid:4"]);
    for Stage {
        tensor,
        shape: [channels, height, width],
    } in taps
    {
        let grid = |cells: usize| match cells <= *height.min(width) {
            true => thousands((channels * cells * cells) as u64),
            false => "-".to_owned(),
        };
        let shape = format!("{channels}x{height}x{width}");
        table.add_row([tensor.clone(), shape, grid(1), grid(2), grid(4)]);
    }
    table
}

fn plain<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    // Names of tensors stay whole where nobody's screen is too narrow for them.
    if let Some(width) = format::screen() {
        table
            .set_width(width)
            .set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

fn sizes(shape: Option<&[Option<usize>]>) -> String {
    let Some(shape) = shape else {
        return "of any shape".to_owned();
    };
    let size = |size: &Option<usize>| size.map_or("any".to_owned(), |size| size.to_string());
    format!(
        "[{}]",
        shape.iter().map(size).collect::<Vec<_>>().join(", ")
    )
}
