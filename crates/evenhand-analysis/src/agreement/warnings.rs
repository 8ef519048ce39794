//! Warnings about codes: what limits the conclusions from them.

use crate::codes::CodeTable;
use crate::warnings::misspelt;
use crate::words::counted;
use evenhand_stats::coders::{Agreed, Codes, DawidSkene, Study};
use evenhand_stats::hint::Message;
use evenhand_table::schema::INCLUSION;
use evenhand_table::spellings;

/// Warnings of an agreement study.
pub(super) fn of_study(table: &CodeTable, study: &Study) -> Vec<Message> {
    let mut found = of_codes(&table.codes);
    match &study.dawid_skene {
        Ok(fit) if !fit.converged => {
            let DawidSkene { iterations, .. } = fit;
            found.push(Message::plain(format!(
                "Dawid and Skene's estimate had not come to rest after {iterations} rounds"
            )));
        }
        Ok(_) => {}
        Err(reason) => found.push(Message::plain(format!(
            "no estimate by Dawid and Skene: {reason}"
        ))),
    }
    found
}

/// Warnings about codes, whatever is done with them.
pub(crate) fn of_codes(codes: &Codes) -> Vec<Message> {
    let labels = codes.items.iter().flat_map(|item| &item.codes);
    let labels = labels.map(|code| codes.labels[code.label].as_str());
    let of_labels = spellings("label", None, labels);
    let coders = misspelt("coder", codes.coders.iter().map(String::as_str));
    let mut found: Vec<String> = coders.collect();
    let workload = codes.workload();
    for (coder, _) in codes.coders.iter().zip(&workload).filter(|(_, n)| **n == 0) {
        found.push(format!("`{coder}` coded nothing and takes no part"));
    }
    if let [label] = codes.used_labels()[..] {
        let label = &codes.labels[label];
        found.push(format!(
            "every code is `{label}`: agreement beyond chance cannot be estimated"
        ));
    }
    let levels = codes.items.iter().map(|item| codes.majority(item).agreed());
    let count = |level: Agreed| levels.clone().filter(|found| *found == level).count();
    let active = codes.active().len();
    let (single, uncoded) = (count(Agreed::Single), count(Agreed::Uncoded));
    if single > 0 && active > 1 {
        let items = counted(single, "item");
        found.push(format!(
            "{items} coded once, which says nothing of agreement"
        ));
    }
    if uncoded > 0 {
        found.push(format!("{} coded by nobody", counted(uncoded, "item")));
    }
    if drawn_unequally(codes) {
        found.push(format!(
            "items were drawn with unequal probabilities (`{INCLUSION}`), and nothing here is weighted by \
             them: shares are of the coded items"
        ));
    }
    let found = found.into_iter().map(Message::plain);
    of_labels.into_iter().chain(found).collect()
}

fn drawn_unequally(codes: &Codes) -> bool {
    let Some(at) = codes.columns.iter().position(|name| name == INCLUSION) else {
        return false;
    };
    let mut values = codes.items.iter().map(|item| &item.attributes[at]);
    let first = values.next();
    values.any(|value| Some(value) != first)
}
