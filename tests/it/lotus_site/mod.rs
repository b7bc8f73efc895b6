//! A site in a temporary folder, for tests of the Lotus programs: real files, and the programs as
//! links to `event70`, run under an account that permissions hold for.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod cases;
pub(crate) mod traffic;

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use event70::live::lotus::ccm::Reader;
use event70::live::lotus::fixture::Office;
use event70::live::lotus::place::Place;
use event70::live::lotus::record::RecordLine;
use event70::live::lotus::settings::{DateFormat, Gateway, Ini, Redirector, Registry};
use event70::live::lotus::{fixture, record};
use event70::model::{CommandLine, Database, Host, Job, Tab, Tabbed};
use tempfile::TempDir;

/// The name under which the post office knows the Exchange site.
pub(crate) const ENTRY: &str = "EXCHANGE";
/// Nobody in particular: what the programs run as where the tests run as root, for whom
/// permissions are no obstacle.
const ACCOUNT: u32 = 65534;

/// A site, and what is entered on its Postoffice tab.
pub(crate) struct LotusFixture {
    /// Everything lies in here; the site is a folder in it.
    pub(crate) outer: TempDir,
    pub(crate) place: Place,
    pub(crate) tab: Tabbed,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct ProgramEnd {
    /// `None`: by a signal.
    pub(crate) code: Option<u8>,
    pub(crate) printed: String,
}

impl LotusFixture {
    /// A healthy site.
    pub(crate) fn new() -> Self {
        Self::with(Database::Db6)
    }

    /// A healthy site with a post office of this version.
    pub(crate) fn with(database: Database) -> Self {
        let outer = tempfile::tempdir().unwrap();
        let place = Place::new(outer.path().canonicalize().unwrap().join("site"));
        let tab = Tabbed::of(Tab::CORRECT);
        let sandbox = Self { outer, place, tab };
        sandbox.build(database);
        sandbox
    }

    fn build(&self, database: Database) {
        let (place, store) = (&self.place, self.place.store());
        fixture::create_store(&store).unwrap();
        for folder in [place.system(), place.arrived(), place.exchange().join("PATH")] {
            fs::create_dir_all(folder).unwrap();
        }
        let names = ["ANALYZE", "CHKSTAT", "RECLAIM", "ADMIN"];
        fs::create_dir_all(place.tool("ADMIN").parent().unwrap()).unwrap();
        names.iter().for_each(|name| install(&place.tool(name)));
        for name in ["EXPORT", "IMPORT"] {
            install(&place.program(name));
            install(&place.launcher(name));
        }
        let build = if database == Database::Db6 { "5.14" } else { "6.0" };
        fs::write(place.build(), build).unwrap();
        fs::write(place.resource_file(), "").unwrap();
        fs::write(place.console(), "").unwrap();
        fs::write(place.runs(), "").unwrap();
        registry().write(&place.registry()).unwrap();
        network().write(&place.redirector()).unwrap();
        for ini in [store.export_ini(), store.import_ini()] {
            Ini::of("HQ", database).write(&ini).unwrap();
        }
        let office = Office { name: "HQ", password: "SECRET", entry: ENTRY, database };
        fixture::create(&place.post_office(), &office).unwrap();
        if is_root() {
            give_away(self.outer.path());
        }
    }

    pub(crate) fn post_office(&self) -> PathBuf {
        self.place.post_office()
    }

    /// The command line of a job with what the tab says.
    pub(crate) fn line(&self, job: Job) -> CommandLine {
        CommandLine::of(job, ENTRY, &self.tab)
    }

    /// A command that runs a program of the site under the service account.
    pub(crate) fn command(&self, program: &Path, arguments: &[String]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir("/").stdin(Stdio::null());
        if is_root() {
            command.uid(ACCOUNT).gid(ACCOUNT);
        }
        command
    }

    /// The command of a job.
    pub(crate) fn job(&self, job: Job) -> Command {
        let line = self.line(job);
        self.command(&self.place.program(&line.program), &line.arguments)
    }

    /// Runs a job to its end.
    pub(crate) fn run(&self, job: Job) -> ProgramEnd {
        ProgramEnd::of(&self.job(job).output().unwrap())
    }

    pub(crate) fn export(&self, number: u16) -> ProgramEnd {
        self.run(Job::ExportMessages(number.into()))
    }

    pub(crate) fn import(&self) -> ProgramEnd {
        self.run(Job::ImportMessages)
    }

    /// The command of a program of the administrator.
    pub(crate) fn tool_command(&self, name: &str) -> Command {
        let arguments = [r"/D\\CCSRV\CCDATA", "/NHQ", "/PSECRET"].map(str::to_owned);
        self.command(&self.place.tool(name), &arguments)
    }

    /// Runs a program of the administrator and gives its exit code.
    pub(crate) fn tool(&self, name: &str) -> u8 {
        ProgramEnd::of(&self.tool_command(name).output().unwrap()).code.unwrap()
    }

    /// ADMIN, with the post office open.
    pub(crate) fn admin(&self) -> Child {
        let mut command = self.tool_command("ADMIN");
        let mut admin = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(admin.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "Post office opened.\n");
        admin
    }

    /// The subjects of all messages in finished files of EXPORT, and how many corrupt ones there
    /// are.
    pub(crate) fn exported(&self) -> (Vec<String>, usize) {
        let (mut subjects, mut corrupt) = (Vec::new(), 0);
        for entry in fs::read_dir(self.place.store().export()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "ccm") {
                let bytes = fs::read(path).unwrap();
                for message in Reader::new(&bytes) {
                    match message {
                        Ok(message) => subjects.push(message.subject.to_owned()),
                        Err(_) => corrupt += 1,
                    }
                }
            }
        }
        subjects.sort_unstable();
        (subjects, corrupt)
    }

    /// The subjects of all messages that have come into the post office by IMPORT.
    pub(crate) fn imported(&self) -> Vec<String> {
        let path = self.post_office().join("MLANDATA");
        let messages = rusqlite::Connection::open(path).unwrap();
        let mut texts = messages.prepare("SELECT text FROM messages WHERE mailbox = 2").unwrap();
        let texts = texts.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let subject = |text: Vec<u8>| {
            let text = String::from_utf8(text).unwrap();
            let line = text.lines().find_map(|line| line.strip_prefix("Subject: "));
            line.unwrap().to_owned()
        };
        let mut subjects: Vec<String> = texts.map(|text| subject(text.unwrap())).collect();
        subjects.sort_unstable();
        subjects
    }

    /// What the site has recorded of runs.
    pub(crate) fn record(&self) -> Vec<RecordLine> {
        record::read_new(&self.place.runs(), &mut 0).unwrap()
    }

    /// Messages and corrupt messages of the last run that ended, by the record.
    pub(crate) fn last(&self) -> (u16, u16) {
        match self.record().pop() {
            Some(RecordLine::Ended { moved, .. }) => (moved.messages, moved.corrupt),
            other => panic!("{other:?}"),
        }
    }

    /// Changes the network.
    pub(crate) fn on_the_network(&self, change: impl FnOnce(&mut Redirector)) {
        let mut network = network();
        change(&mut network);
        network.write(&self.place.redirector()).unwrap();
    }

    /// Moves the connector store, and says so in the registry.
    pub(crate) fn move_store(&self, to: &str) {
        let folder = self.place.host_path(to).unwrap();
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        fs::rename(self.place.store().folder, folder).unwrap();
        let registry = Registry { connector_store_path: to.to_owned(), ..registry() };
        registry.write(&self.place.registry()).unwrap();
    }

    /// Nobody is at the console, but somebody might be.
    pub(crate) fn open_console(&self) {
        fs::remove_file(self.place.console()).unwrap();
        let made = Command::new("mkfifo").arg(self.place.console()).status().unwrap();
        assert!(made.success());
        fs::set_permissions(self.place.console(), Permissions::from_mode(0o666)).unwrap();
    }
}

impl ProgramEnd {
    pub(crate) fn of(output: &Output) -> Self {
        let code = output.status.code().map(|code| u8::try_from(code).unwrap());
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { code, printed }
    }
}

/// Permissions of a file or folder.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn registry() -> Registry {
    Registry {
        connector_store_path: r"C:\EXCHSRVR\CCMCDATA".to_owned(),
        shortened: None,
        service_account: "EXCHSVC".to_owned(),
        password: "x".to_owned(),
        dates: DateFormat::MonthFirst,
        export_max: 16,
        import_max: 5,
    }
}

pub(crate) fn network() -> Redirector {
    Redirector {
        route: Host::WindowsNt,
        service_pack: 3,
        hotfixes: Vec::new(),
        gateway: Some(Gateway { account: "GATEWAY".to_owned() }),
        netware_accounts: BTreeMap::from([("EXCHSVC".to_owned(), "x".to_owned())]),
        ntgateway: vec!["GATEWAY".to_owned()],
        connections_used_up: Vec::new(),
        locked_out: Vec::new(),
    }
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn install(path: &Path) {
    let program = Path::new(env!("CARGO_BIN_EXE_event70"));
    if fs::hard_link(program, path).is_err() {
        fs::copy(program, path).unwrap();
    }
}

/// Everything below a folder belongs to the service account. The programs are links to a file of
/// others, which keeps its owner.
fn give_away(path: &Path) {
    let is_program = path.parent().is_some_and(|folder| folder.ends_with("PATH"))
        || path.extension().is_some_and(|extension| extension == "EXE");
    if !is_program {
        std::os::unix::fs::lchown(path, Some(ACCOUNT), Some(ACCOUNT)).unwrap();
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

/// Numbers that look random, the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}
