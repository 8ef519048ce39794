use super::*;
use evenhand::hint::Message;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn told(verbosity: Verbosity) -> String {
    let err = Shared::default();
    let mut printer = Printer {
        verbosity,
        out: Box::new(io::sink()),
        data: Box::new(io::sink()),
        err: Box::new(err.clone()),
        err_is_terminal: false,
        bars: HashMap::new(),
    };
    let on: &mut dyn Events = &mut printer;
    on.detail("store: 3 images known");
    on.info("drawing faces");
    on.info(Message::plain("`A\r\nerror: fake`"));
    on.progress(Stage::Embedding, 1, Some(2));
    on.warn(Message::new("{} are bad, see {max_bad}", &[&3]));
    on.finished(Stage::Embedding);
    on.hint("try {engine} burn");
    String::from_utf8(err.bytes()).unwrap()
}

#[test]
fn only_lines_and_tabs_reach_those_who_look() {
    let shown = |is_on: bool| {
        let out = Shared::default();
        let mut visible = Visible {
            out: out.clone(),
            is_on,
        };
        visible.write_all("a\t\u{1b}[2Jé\n".as_bytes()).unwrap();
        visible.write_all(&[0xff, 7]).unwrap();
        out.bytes()
    };
    assert_eq!(
        shown(true),
        [&b"a\t\\u{1b}[2J\xc3\xa9\n\xff"[..], b"\\u{7}"].concat()
    );
    assert_eq!(
        shown(false),
        [&b"a\t\x1b[2J\xc3\xa9\n\xff"[..], b"\x07"].concat()
    );
}

#[test]
fn notes_of_a_job_go_to_standard_error_as_loud_as_was_asked_for() {
    assert_eq!(told(Verbosity::Quiet), "");
    let normal = "drawing faces\n`A\\r\\nerror: fake`\nwarning: 3 are bad, see --max-bad\nhint: try --engine burn\n";
    assert_eq!(told(Verbosity::Normal), normal);
    let verbose = told(Verbosity::Verbose);
    assert_eq!(verbose, format!("store: 3 images known\n{normal}"));
}
