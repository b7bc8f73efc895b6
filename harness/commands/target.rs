//! The connector under test together with the sites on which it is tested.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use event70_engine::{TestBed, Trial};
#[cfg(all(unix, feature = "live"))]
use event70_live::{Kit, Live};
use event70_model::{
    Assignment, CommandLine, Connector, Description, Direction, Event, Failure, Fault,
    LoggingChange, Pins, Repair, Run, RunResult, Server, Setup, Site, Stage, Tab, Undocumented,
    View,
};
#[cfg(unix)]
use event70_process::{Helper, Launch, ProgramConnector};
use event70_reference::{Bug, Reference, Seeded, Simulated};

use super::assume::Assumed;
use super::signals::Signals;

/// What is tested, where, and how it is ended.
pub(super) struct Target<'a> {
    /// Who it is, in words.
    pub(super) who: String,
    /// Set this to end the connector instead of waiting for it.
    pub(super) cancelled: Arc<AtomicBool>,
    /// Whether all is to come to its end.
    pub(super) signals: &'a Signals,
    /// Who is tested.
    pub(super) kind: Kind,
    /// What is assumed of it.
    pub(super) assumed: Assumed,
    /// What live sites are made from; none where it is tested on simulated ones.
    #[cfg(all(unix, feature = "live"))]
    pub(super) kit: Option<Arc<Kit>>,
}

/// Who is tested.
pub(super) enum Kind {
    /// The reference.
    Reference,
    /// The reference with this bug in it.
    Seeded(Bug),
    /// A program.
    #[cfg(unix)]
    Program(Arc<Launch>, Arc<Helper>),
}

impl Target<'_> {
    /// What a connector in memory plays where no file says otherwise.
    fn played(&self) -> Assignment {
        self.assumed.of(&Pins::default()).1
    }

    /// What kept a site from going on, if anything did; a result is void then.
    pub(super) fn trouble(&self) -> Option<String> {
        #[cfg(all(unix, feature = "live"))]
        return self.kit.as_ref()?.trouble();
        #[cfg(not(all(unix, feature = "live")))]
        None
    }

    /// Keeps for good what the last site has left behind, if it leaves anything; where it lies.
    pub(super) fn keep(&self) -> Option<PathBuf> {
        #[cfg(all(unix, feature = "live"))]
        return self.kit.as_ref()?.keep();
        #[cfg(not(all(unix, feature = "live")))]
        None
    }
}

impl TestBed for Target<'_> {
    type Connector = AnyConnector;
    type Site = AnySite;

    fn connector(&self) -> AnyConnector {
        match &self.kind {
            Kind::Reference => AnyConnector::Reference(Reference::new().assuming(self.played())),
            Kind::Seeded(bug) => AnyConnector::Seeded(Seeded::with(*bug).assuming(self.played())),
            #[cfg(unix)]
            Kind::Program(launch, helper) => AnyConnector::Program(Box::new(
                ProgramConnector::new(Arc::clone(launch), Some(Arc::clone(helper))),
            )),
        }
    }

    fn site(&self, setup: &Setup) -> AnySite {
        #[cfg(all(unix, feature = "live"))]
        if let Some(kit) = &self.kit {
            return AnySite::Live(Box::new(Live::new(kit, setup)));
        }
        AnySite::Simulated(Simulated::new(setup))
    }

    fn trial(&self) -> Trial {
        Trial::assuming(self.assumed.of(&Pins::default()).0)
    }
}

/// Any connector that this program can test.
pub(super) enum AnyConnector {
    Reference(Reference),
    Seeded(Seeded),
    #[cfg(unix)]
    Program(Box<ProgramConnector>),
}

/// Any site on which this program can test one.
pub(super) enum AnySite {
    Simulated(Simulated),
    #[cfg(all(unix, feature = "live"))]
    Live(Box<Live>),
}

/// Whoever it is, does this.
macro_rules! connector {
    ($self:expr, $it:ident => $does:expr) => {
        match $self {
            AnyConnector::Reference($it) => $does,
            AnyConnector::Seeded($it) => $does,
            #[cfg(unix)]
            AnyConnector::Program($it) => $does,
        }
    };
}

/// Wherever it is, does this.
macro_rules! site {
    ($self:expr, $it:ident => $does:expr) => {
        match $self {
            AnySite::Simulated($it) => $does,
            #[cfg(all(unix, feature = "live"))]
            AnySite::Live($it) => $does,
        }
    };
}

impl Connector for AnyConnector {
    fn reset(&mut self) -> Result<(), Failure> {
        connector!(self, it => it.reset())
    }

    fn assume(&mut self, assignment: Assignment) {
        connector!(self, it => it.assume(assignment));
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        connector!(self, it => it.start(stage))
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        connector!(self, it => it.cycle(stage))
    }

    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        connector!(self, it => it.dirsync(stage))
    }

    fn stop<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        connector!(self, it => it.stop(stage))
    }

    fn kill(&mut self) -> Result<(), Failure> {
        connector!(self, it => it.kill())
    }
}

impl Server for AnySite {
    fn view(&self) -> View {
        site!(self, it => it.view())
    }

    fn run(&mut self, run: Run) -> RunResult {
        site!(self, it => it.run(run))
    }

    fn right_tab(&self) -> Tab {
        site!(self, it => it.right_tab())
    }

    fn description(&self) -> Description {
        site!(self, it => it.description())
    }

    fn execute(&mut self, line: &CommandLine) -> Result<(Run, RunResult), Undocumented> {
        site!(self, it => it.execute(line))
    }

    fn witnessed(&mut self, is_done: bool) -> Option<(CommandLine, RunResult)> {
        site!(self, it => it.witnessed(is_done))
    }

    fn printed(&self) -> &str {
        site!(self, it => it.printed())
    }

    fn logged(&mut self, event: Event, times: u32) {
        site!(self, it => it.logged(event, times));
    }
}

impl Site for AnySite {
    fn inject(&mut self, fault: Fault) {
        site!(self, it => it.inject(fault));
    }

    fn repair(&mut self, repair: Repair) {
        site!(self, it => it.repair(repair));
    }

    fn mail(&mut self, to: Direction, messages: u16) {
        site!(self, it => it.mail(to, messages));
    }

    fn set_logging(&mut self, change: LoggingChange) {
        site!(self, it => it.set_logging(change));
    }

    fn waiting(&self, to: Direction) -> u32 {
        site!(self, it => it.waiting(to))
    }

    fn trouble(&self) -> Option<String> {
        site!(self, it => it.trouble())
    }

    fn can_hold(&self) -> Option<enumset::EnumSet<event70_model::Condition>> {
        site!(self, it => it.can_hold())
    }

    fn maintenance_is_verified(&self) -> bool {
        site!(self, it => it.maintenance_is_verified())
    }
}
