//! `evenhand backbone`: what ships, and what is in a model.

use super::failure::Failure;
use super::quantize;
use crate::cli::args::{BackboneArgs, BackboneCommand};
use crate::cli::printer::Printer;
use comfy_table::{Table, presets};
use evenhand::backbone::graph::Stage;
use evenhand::backbone::inspect::{Inspection, Observed, Port, inspect};
use evenhand::backbone::prepare::{PrepareError, prepare};
use evenhand::backbone::source::{self, Source, SourceError};
use evenhand::backbone::spec::{Size, Spec};
use evenhand::hint::{Hint, Message};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Debug, Clone, PartialEq)]
pub enum Config {
    /// The backbones inside the binary.
    List { json: bool },
    /// What is in a model: a shipped one by name, or a file.
    Inspect {
        backbone: String,
        size: Option<Size>,
        json: bool,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum BackboneCommandError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

impl Hint for BackboneCommandError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Source(error) => error.hint(),
            Self::Prepare(error) => error.hint(),
            Self::Write(_) => None,
        }
    }
}

/// The command as it was typed.
pub fn command(args: BackboneArgs, printer: &mut Printer) -> Result<(), Failure> {
    let config = match args.command {
        BackboneCommand::List { json } => Config::List { json },
        BackboneCommand::Inspect {
            backbone,
            size,
            json,
        } => {
            let size = size
                .map(|size| size.parse().map_err(Failure::usage))
                .transpose()?;
            Config::Inspect {
                backbone,
                size,
                json,
            }
        }
        BackboneCommand::Quantize(args) => return quantize::command(*args, printer),
    };
    Ok(run(&config, printer.out())?)
}

/// Runs the command.
///
/// # Errors
/// [`BackboneCommandError`], for a model that cannot be read and for failures to write.
pub fn run(config: &Config, out: &mut dyn Write) -> Result<(), BackboneCommandError> {
    match config {
        Config::List { json } => list(*json, out),
        Config::Inspect {
            backbone,
            size,
            json,
        } => {
            let inspection = inspect(&source::model(backbone)?, *size);
            if *json {
                return Ok(write_json(&inspection, out)?);
            }
            Ok(show(&inspection, out)?)
        }
    }
}

#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    spec: Spec,
    features: usize,
}

fn list(json: bool, out: &mut dyn Write) -> Result<(), BackboneCommandError> {
    let mut listed = Vec::new();
    for spec in source::shipped() {
        let named = Source {
            backbone: Some(spec.name),
            ..Default::default()
        };
        let backbone = source::open(&named)?;
        let features = prepare(&backbone.model, &backbone.spec)?.dim();
        listed.push(Listed {
            spec: backbone.spec,
            features,
        });
    }
    if json {
        return Ok(write_json(&listed, out)?);
    }
    let mut table = plain(["backbone", "image", "features", "licence"]);
    for Listed { spec, features } in &listed {
        let (size, features) = (spec.size.to_string(), thousands(*features as u64));
        table.add_row([&spec.name, &size, &features, &spec.licence]);
    }
    writeln!(out, "{table}")?;
    writeln!(out, "\nAny other network: --backbone FILE.onnx")?;
    Ok(())
}

fn show(inspection: &Inspection, out: &mut dyn Write) -> io::Result<()> {
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

fn plain<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    table
}

fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
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

/// 1234567 as `1,234,567`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let cases = [
            (7, "7"),
            (999, "999"),
            (1000, "1,000"),
            (4_652_008, "4,652,008"),
        ];
        for (number, want) in cases {
            assert_eq!(thousands(number), want);
        }
    }
}
