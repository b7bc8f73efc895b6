//! `event70 init`: writes a project to start from, for somebody's own connector.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use event70_format::template;
use event70_model::{pasted_path, shown_path};

use super::save::{cannot_write, write_new};
use super::{Output, Status};

/// Write a project that tests a connector of your own.
///
/// An adapter, which is a whole connector that agrees, to replace part by part; the page of the
/// protocol; a scenario; and a workflow for CI.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 init --language python my-connector")]
pub(super) struct Args {
    /// The folder of the project; it is made if it is not there. No file is overwritten.
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The language of the adapter.
    #[arg(long, value_enum, default_value_t = Language::Python)]
    language: Language,
}

/// A language of which there is an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Python 3.8, standard library.
    Python,
    /// Node 18, no packages.
    Node,
    /// POSIX shell.
    Shell,
    /// C99, no libraries.
    C,
    /// Rust, with `serde_json`.
    Rust,
}

/// An adapter: where it lies in a project, how it is built, and how it is started.
struct Adapter {
    file: &'static str,
    text: &'static str,
    build: Option<&'static str>,
    command: &'static str,
}

impl Language {
    fn adapter(self) -> Adapter {
        match self {
            Self::Python => Adapter {
                file: "connector.py",
                text: include_str!("../examples/connector.py"),
                build: None,
                command: "python3 connector.py",
            },
            Self::Node => Adapter {
                file: "connector.mjs",
                text: include_str!("../examples/connector.mjs"),
                build: None,
                command: "node connector.mjs",
            },
            Self::Shell => Adapter {
                file: "connector.sh",
                text: include_str!("../examples/connector.sh"),
                build: None,
                command: "sh connector.sh",
            },
            Self::C => Adapter {
                file: "connector.c",
                text: include_str!("../examples/connector.c"),
                build: Some("cc -O2 -o connector connector.c"),
                command: "./connector",
            },
            Self::Rust => Adapter {
                file: "src/main.rs",
                text: include_str!("../examples/connector.rs"),
                build: Some("cargo build --release"),
                command: "target/release/connector",
            },
        }
    }

    /// What else a project in this language has.
    fn further(self) -> Option<(&'static str, &'static str)> {
        (self == Self::Rust).then_some(("Cargo.toml", MANIFEST))
    }
}

const MANIFEST: &str = "[package]
name = \"connector\"
version = \"0.1.0\"
edition = \"2024\"

[dependencies]
serde_json = \"1\"
";
const PAGE: (&str, &str) = ("PROTOCOL.md", include_str!("../examples/PROTOCOL.md"));
const SCENARIO: &str = "scenarios/first.toml";
const WORKFLOW: &str = ".github/workflows/event70.yml";

/// The workflow, with what builds and starts this adapter.
fn workflow(Adapter { build, command, .. }: &Adapter) -> String {
    let text = include_str!("../examples/event70.yml").replace("COMMAND", command);
    let step = "      - run: BUILD\n";
    let built = build.map(|build| step.replace("BUILD", build));
    text.replace(step, &built.unwrap_or_default())
}

pub(super) fn init(args: &Args, output: &mut Output) -> io::Result<Status> {
    let adapter = args.language.adapter();
    let mut files = vec![
        (adapter.file, adapter.text.to_owned()),
        (PAGE.0, PAGE.1.to_owned()),
        (SCENARIO, template("A wrong password, and its repair")),
        (WORKFLOW, workflow(&adapter)),
    ];
    files.extend(args.language.further().map(|(file, text)| (file, text.to_owned())));
    let dir = args.dir.strip_prefix(".").unwrap_or(&args.dir);
    let there = files.iter().map(|(file, _)| dir.join(file));
    let there: Vec<String> = there
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| shown_path(&path))
        .collect();
    if !there.is_empty() {
        output.complain(format!(
            "error: already there, so nothing was written: {}\n  \
             help: name another folder: event70 init DIR",
            there.join(", ")
        ))?;
        return Ok(Status::Usage);
    }
    for (file, text) in &files {
        let path = dir.join(file);
        if let Err(error) = write_new(&path, text) {
            return cannot_write(&path, &error, output);
        }
        output.line(format!("wrote {}", pasted_path(&path)))?;
    }
    output.line(next_steps(dir, &adapter))?;
    Ok(Status::Agree)
}

/// What to do with the project, as lines for a shell.
fn next_steps(dir: &Path, adapter: &Adapter) -> String {
    let enter = (dir != Path::new("")).then(|| format!("cd {}", pasted_path(dir)));
    let Adapter { file, command, build, .. } = adapter;
    let steps = [
        enter,
        build.map(str::to_owned),
        Some(format!("event70 run scenarios/first.toml --connector \"{command}\"")),
        Some(format!("event70 run --standard --connector \"{command}\"")),
        Some(format!("# put your connector into {file}: its head says where")),
        Some(format!("event70 certify --connector \"{command}\"")),
    ];
    steps.into_iter().flatten().fold("\nnext:".to_owned(), |told, step| told + "\n  " + &step)
}
