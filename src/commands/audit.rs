//! `evenhand audit`: by-group metrics of anybody's predictions, ours or not.

mod answers;
mod doubts;
mod error;
mod sheet;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use error::AuditCommandError;

use super::failure::Failure;
use crate::atomic_file::AtomicFile;
use crate::audit::groups::{self, Group};
use crate::audit::{Audit, COLUMNS, IntervalKind, Params, Row, Table, audit};
use crate::cli::args::AuditArgs;
use crate::cli::printer::Printer;
use crate::cli::table::audit_table;
use answers::Answers;
use sheet::Sheet;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// A CSV file with a header.
    pub predictions: PathBuf,
    /// A column and the value that a row must have there to be audited.
    pub only: Option<(String, String)>,
    /// The column that holds the truth.
    pub label: String,
    pub answer: Answer,
    /// The positive one of two classes; by default the last in sorted order, but a score needs it.
    pub positive: Option<String>,
    pub groups: Vec<Group>,
    pub params: Params,
    /// Where the audit goes as CSV.
    pub csv: Option<PathBuf>,
    /// Where the audit goes as JSON; `-` is the output, which then gets nothing else.
    pub json: Option<PathBuf>,
}

/// The column that holds the classifier's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The name of a class.
    Predicted { column: String },
    /// The probability of the positive class, which is predicted from the threshold on.
    Score { column: String, threshold: f64 },
}

impl Default for Answer {
    /// The column of our own predictions.
    fn default() -> Self {
        Self::Predicted {
            column: "predicted".to_owned(),
        }
    }
}

/// The command as it was typed.
pub fn command(args: AuditArgs, printer: &mut Printer) -> Result<(), Failure> {
    let AuditArgs {
        predictions,
        only,
        label,
        score,
        predicted,
        positive,
        threshold,
        groups,
        cross,
        min_n,
        level,
        interval,
        replicates,
        seed,
        csv,
        json,
    } = args;
    let interval: IntervalKind = interval.parse().map_err(|allowed| {
        Failure::usage(format!("`{interval}` is no interval of a share")).with_hint(allowed)
    })?;
    let answer = match (score, predicted) {
        (Some(column), _) => Answer::Score { column, threshold },
        (None, Some(column)) => Answer::Predicted { column },
        (None, None) => Answer::default(),
    };
    let config = Config {
        predictions,
        only,
        label,
        answer,
        positive,
        groups: groups::cross(groups::parse(&groups.join(","))?, cross)?,
        params: Params {
            level,
            min_n,
            interval,
            replicates,
            seed,
        },
        csv,
        json,
    };
    let mut notes = Vec::new();
    run(&config, printer.out(), &mut notes)?;
    String::from_utf8_lossy(&notes)
        .lines()
        .for_each(|note| printer.note(note));
    Ok(())
}

/// Audits a file of predictions. Tables go to `out`, and so does the account of what was read,
/// unless `out` gets JSON: then the account goes to `notes`.
///
/// # Errors
///
/// Whatever is wrong with the file or what is asked of it, and failures to write.
pub fn run(
    config: &Config,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), AuditCommandError> {
    let Config {
        predictions: path,
        groups,
        params,
        csv,
        json,
        ..
    } = config;
    let params = params.check()?;
    let sheet = Sheet::read(path)?;
    let answers = Answers::find(&sheet, config)?;
    let rows = answers.rows.iter().map(|found| Row {
        label: found.label,
        predicted: found.predicted,
        score: found.score,
        attributes: found.record.iter().collect(),
    });
    let table =
        Table::new(answers.classes.len(), &sheet.columns, groups, rows).map_err(|reason| {
            AuditCommandError::Groups {
                path: path.clone(),
                reason,
            }
        })?;
    let audit = audit(&table, &params);
    if let Some(csv) = csv {
        let written = as_csv(&audit).and_then(|bytes| write_whole(csv, &bytes));
        written.map_err(|reason| AuditCommandError::Write {
            path: csv.clone(),
            reason,
        })?;
    }
    let mut account = answers.account(path);
    for doubt in doubts::doubts(&sheet, &answers, config) {
        account += &format!("Warning: {doubt}\n");
    }
    let as_json = || format!("{:#}\n", audit.to_json());

    if json.as_deref() == Some(Path::new("-")) {
        write!(notes, "{account}")?;
        out.write_all(as_json().as_bytes())?;
        return Ok(());
    }
    writeln!(out, "{account}")?;
    audit_table(&audit, out)?;
    if let Some(json) = json {
        write_whole(json, as_json().as_bytes()).map_err(|reason| AuditCommandError::Write {
            path: json.clone(),
            reason,
        })?;
    }
    Ok(())
}

fn as_csv(audit: &Audit) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in audit.tidy() {
        writer.write_record(row.fields())?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Leaves the old file or the new one, never half of one.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() && !path.is_file() {
        // A pipe or a device cannot be replaced.
        return fs::write(path, bytes);
    }
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path, csv: &str) -> Config {
        let predictions = folder.join("faces.csv");
        fs::write(&predictions, csv).unwrap();
        Config {
            predictions,
            only: None,
            label: "label".to_owned(),
            answer: Answer::default(),
            positive: None,
            groups: Vec::new(),
            params: Params {
                min_n: 1,
                ..Params::default()
            },
            csv: None,
            json: None,
        }
    }

    /// What goes to the output and to the notes; the folder's name is taken out of messages.
    fn run_on(csv: &str, change: impl FnOnce(&mut Config)) -> Result<(String, String), String> {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path(), csv);
        change(&mut config);
        let (mut out, mut notes) = (Vec::new(), Vec::new());
        let clean = |text: String| text.replace(&format!("{}/", folder.path().display()), "");
        run(&config, &mut out, &mut notes)
            .map_err(|error| clean(format!("{error}; {}", error.hint().unwrap_or_default())))?;
        let text = |bytes| clean(String::from_utf8(bytes).unwrap());
        Ok((text(out), text(notes)))
    }

    fn json_of(csv: &str, change: impl FnOnce(&mut Config)) -> serde_json::Value {
        let (out, _) = run_on(csv, |config| {
            config.json = Some("-".into());
            change(config);
        })
        .unwrap();
        serde_json::from_str(&out).unwrap()
    }

    const OURS: &str = "\
path,sha,status,error,label,fold,predicted,probability_M,probability_F,race
1.jpg,aa,ok,,F,0,F,0.1,0.9,x
2.jpg,bb,ok,,M,0,F,0.4,0.6,x
3.jpg,cc,ok,,M,0,M,0.6,0.4,
4.jpg,,unreadable,no such marker,M,0,,,,x
5.jpg,dd,ok,,,0,M,0.9,0.1,x
";

    #[test]
    fn our_predictions_are_audited_without_bad_or_unlabelled_rows() {
        let (out, notes) = run_on(OURS, |config| {
            config.groups = groups::parse("race*label").unwrap()
        })
        .unwrap();
        assert!(
            out.starts_with(
                "faces.csv: 3 of 5 rows audited; left out: 1 unreadable, 1 without a label.\n\
                 Classes: F, M. Positive: M, the last in sorted order.\n"
            ),
            "{out}"
        );
        assert!(out.contains("(missing)*M"), "{out}");
        assert_eq!(notes, "");
    }

    #[test]
    fn a_score_is_positive_from_the_threshold_on() {
        let scored = |threshold| {
            json_of(OURS, |config| {
                let column = "probability_F".to_owned();
                config.answer = Answer::Score { column, threshold };
                config.positive = Some("F".to_owned());
                config.groups = groups::parse("race").unwrap();
            })
        };
        let json = scored(0.6);
        assert_eq!(
            (&json["overall"]["tpr"], &json["overall"]["fpr"]),
            (&1.0.into(), &0.5.into())
        );
        assert_eq!(json["groups"]["race"]["(missing)"]["n"], 1);
        assert_eq!(scored(0.61)["overall"]["fpr"], 0.0);
    }

    #[test]
    fn json_goes_to_a_whole_file_or_alone_to_the_output() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.json");
        run_on(OURS, |config| config.json = Some(file.clone())).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(json, json_of(OURS, |_| ()));
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no temporary file is left"
        );

        let (_, notes) = run_on(OURS, |config| config.json = Some("-".into())).unwrap();
        assert!(
            notes.starts_with("faces.csv: 3 of 5 rows audited"),
            "{notes}"
        );
    }

    #[test]
    fn test_rows_can_be_audited_apart_from_out_of_fold_ones() {
        let both = "path,sha,status,error,fold,label,predicted\n\
                    1,x,ok,,0,a,a\n2,x,ok,,1,b,a\n3,x,ok,,test,a,a\n4,x,ok,,test,b,b\n";
        let (together, _) = run_on(both, |_| ()).unwrap();
        let expected = "faces.csv: all 4 rows audited.\n\
                        Out-of-fold and test predictions together; --only fold=test audits the \
                        test rows.\n";
        assert!(together.starts_with(expected), "{together}");
        let only_test =
            |config: &mut Config| config.only = Some(("fold".to_owned(), "test".to_owned()));
        let (apart, _) = run_on(both, only_test).unwrap();
        let expected = "faces.csv: 2 of 4 rows audited; left out: 2 with another `fold`.\nClasses";
        assert!(apart.starts_with(expected), "{apart}");
        assert_eq!(json_of(both, only_test)["overall"]["accuracy"], 1.0);
    }

    #[test]
    fn what_looks_wrong_is_said_and_audited_as_it_stands() {
        let rows: String = (0..30)
            .map(|at| format!("{},{},{at},Black\n", at / 2, ["Female", "Male"][at % 2]))
            .collect();
        let csv = format!("path,label,name,race\n{rows}15,female,30,black \n")
            .replace(",label,", ",label,predicted,")
            .replace(",Female,", ",Female,Female,")
            .replace(",Male,", ",Male,Male,")
            .replace(",female,", ",female,female,");
        let (out, _) = run_on(&csv, |config| {
            config.groups = groups::parse("name,race").unwrap();
        })
        .unwrap();
        for doubt in [
            "Warning: class: `Female` and `female` are taken as different; are they spellings of one?",
            "Warning: `name` is different in every row: it makes groups of one.",
            "Warning: race: `Black` and `black` are taken as different; are they spellings of one?",
            "Warning: 15 rows have the same `path` as another row; each of them counts.",
        ] {
            assert!(out.contains(doubt), "{doubt}\n{out}");
        }
    }

    #[test]
    fn errors_say_where_what_and_what_is_allowed() {
        let score = |positive: Option<&str>| {
            let positive = positive.map(str::to_owned);
            move |config: &mut Config| {
                config.answer = Answer::Score {
                    column: "p".to_owned(),
                    threshold: 0.5,
                };
                config.positive = positive;
            }
        };
        let check = |csv: &str, change: &dyn Fn(&mut Config), expected: &str| {
            assert_eq!(run_on(csv, change).unwrap_err(), expected);
        };
        let plain = |_: &mut Config| ();
        check(
            "lable,predicted\na,a\n",
            &plain,
            "faces.csv: no column `label`; the columns are: lable, predicted; did you mean `lable`?",
        );
        check(
            "label,predicted\na,a\na,b\n",
            &plain,
            "faces.csv: every `label` is `a`, and one class leaves nothing to tell apart; \
             choose another column with --label",
        );
        check(
            "label,predicted,label\na,a,a\n",
            &plain,
            "faces.csv: two columns are named `label`; rename one of them",
        );
        check(
            "label,predicted,fold\na,a,0\nb,b,1\na,b,1\n",
            &|config| config.only = Some(("fold".to_owned(), "test".to_owned())),
            "faces.csv: no row has `test` as its `fold`; \
             the values there are: 0, 1",
        );
        check(
            "label,predicted\n",
            &plain,
            "faces.csv: no row to audit; rows need a prediction and a label to be audited",
        );
        check(
            "label,predicted\n,a\n",
            &plain,
            "faces.csv: no row to audit; left out: 1 without a label; \
             rows need a prediction and a label to be audited",
        );
        check(
            "label,predicted\na,b,c\n",
            &plain,
            "faces.csv:2: 3 fields where the header has 2; \
             a value that has a comma in it must stand in double quotes",
        );
        check(
            "label,predicted\n0,F\n1,M\n",
            &plain,
            "faces.csv: `predicted` (F, M) and `label` (0, 1) have no value in common; \
             give both columns the same names for the classes",
        );
        check(
            "label,p\na,0.5\nb,1.5\na,x\nb,\n",
            &|config| score(Some("a"))(config),
            "faces.csv:3: `p` is `1.5`, not a number from 0 to 1, and so are lines 4, 5; \
             correct the rows or leave them out of the file",
        );
        check(
            "label,p\na,0.5\nb,0.5\n",
            &|config| score(None)(config),
            "a score needs to know which of `a`, `b` is the positive class; \
             name it with --positive",
        );
        check(
            "label,p\na,0.5\nb,0.5\nc,0.5\n",
            &|config| score(Some("a"))(config),
            "a score or a positive class needs two classes, but there are 3: a, b, c; \
             name a column of predicted classes with --predicted instead",
        );
        check(
            "label,predicted\na,a\nb,b\n",
            &|config| config.positive = Some("c".to_owned()),
            "positive class `c` is not one of `a`, `b`; ",
        );
    }
}
