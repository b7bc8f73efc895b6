//! Combinations of conditions, however many: each kind of run ends as the catalogue says.
//!
//! This is what a proof by [`walk`](crate::walk) rests on, which looks at a few conditions at a time.

use enumset::EnumSet;
use event70_engine::{ends_so, tables_differ, wrong_entries};
use event70_model::{
    Condition, Direction, DirectoryExport, DirectoryImport, Entered, Fault, Job, MessageFile, Run,
    RunResult, Scenario, Setup, Step, Tab,
};
use event70_rule::{Documented, Outcome, RuleState, Rules, allows, default_fault, faults_of};

use crate::FiniteSite;

/// Goes through combinations of these conditions that this kind of site can have, and checks that
/// each kind of run ends as the catalogue says. Of the conditions that stop some EXPORT there is
/// every combination in every setting, and every one in default settings beside each condition that
/// stops IMPORT alone; of the latter every combination beside each of the former. Returns how many
/// combinations there are.
///
/// # Errors
/// The first combination, as a timeline of injections, on which site and catalogue differ, and
/// what they say.
pub fn combinations(
    setup: &Setup,
    site: impl FiniteSite,
    rules: &Rules,
    among: EnumSet<Condition>,
) -> Result<u64, (Scenario, Difference)> {
    if let Some(differs) = tables_differ(setup, &site, rules) {
        let scenario = Scenario { setup: *setup, timeline: Vec::new() };
        return Err((scenario, Difference::Tables(differs)));
    }
    // Where no mail waits, none can be undeliverable.
    let mut site = site;
    site.mail(Direction::CcMail, 1);
    let fitting = (among - Condition::ForeignEvent70).iter().filter(|c| allows(setup, *c));
    let (of_export, of_import): (Vec<Condition>, Vec<Condition>) = fitting.partition(stops_export);
    let every = |conditions: &[Condition]| -> Vec<Vec<Fault>> {
        conditions.iter().map(|condition| faults_of(*condition).collect()).collect()
    };
    let defaults = |conditions: &[Condition]| -> Vec<Vec<Fault>> {
        conditions.iter().map(|condition| vec![default_fault(*condition)]).collect()
    };
    let mut search =
        Combinations { choices: every(&of_export), rules, injected: Vec::new(), count: 0 };
    let mut result = search.beside(None, setup, &site);
    search.choices = defaults(&of_export);
    for fault in every(&of_import).into_iter().flatten() {
        result = result.and_then(|()| search.beside(Some(fault), setup, &site));
    }
    search.choices = every(&of_import);
    for fault in every(&of_export).into_iter().flatten() {
        result = result.and_then(|()| search.beside(Some(fault), setup, &site));
    }
    let timeline = search.injected.iter().map(|fault| Step::Inject(*fault)).collect();
    match result {
        Ok(()) => Ok(search.count),
        Err(difference) => Err((Scenario { setup: *setup, timeline }, difference)),
    }
}

/// Whether some EXPORT is stopped by this condition, on some edition and in some setting.
fn stops_export(condition: &Condition) -> bool {
    let rows = condition.entry().rows.iter();
    let mut ends = rows.flat_map(|row| [row.message_export, row.directory_export]);
    ends.any(|ends| ends != Outcome::NotStopped)
}

/// In what rule and mechanism differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// In which conditions can hold on a kind of site.
    #[error("{0}")]
    Tables(String),
    /// In how a run ends.
    #[error("{job}: the site says {ran}, the catalogue {documented}")]
    Run {
        /// What is run.
        job: Job,
        /// How it ends on the mechanism.
        ran: RunResult,
        /// How it ends by the rule.
        documented: Outcome,
    },
}

struct Combinations<'a> {
    /// Of each of these one or none is injected.
    choices: Vec<Vec<Fault>>,
    rules: &'a Rules,
    injected: Vec<Fault>,
    count: u64,
}

impl Combinations<'_> {
    /// Every combination beside this fault.
    fn beside(
        &mut self,
        fault: Option<Fault>,
        setup: &Setup,
        site: &impl FiniteSite,
    ) -> Result<(), Difference> {
        let (mut site, mut rule_state) = (*site, RuleState::first(setup));
        if let Some(fault) = fault {
            site.inject(fault);
            rule_state.next(Step::Inject(fault), self.rules);
            self.injected.push(fault);
        }
        self.from(0, &site, &rule_state)?;
        self.injected.clear();
        Ok(())
    }

    fn from(
        &mut self,
        index: usize,
        site: &impl FiniteSite,
        rule_state: &RuleState,
    ) -> Result<(), Difference> {
        if index == self.choices.len() {
            self.count += 1;
            return every_run_ends_as_documented(site, rule_state, self.rules);
        }
        self.from(index + 1, site, rule_state)?;
        for choice in 0..self.choices[index].len() {
            let fault = self.choices[index][choice];
            let (mut site, mut rule_state) = (*site, *rule_state);
            site.inject(fault);
            rule_state.next(Step::Inject(fault), self.rules);
            self.injected.push(fault);
            self.from(index + 1, &site, &rule_state)?;
            self.injected.pop();
        }
        Ok(())
    }
}

fn every_run_ends_as_documented(
    site: &impl FiniteSite,
    rule_state: &RuleState,
    rules: &Rules,
) -> Result<(), Difference> {
    let jobs = [
        Job::ExportMessages(MessageFile::numbered(1)),
        Job::ExportDirectory(DirectoryExport::Directory),
        Job::ImportMessages,
        Job::ImportDirectory(DirectoryImport::Additions),
    ];
    // A run is given what is in force, which may be any tab whatever stands in the tab now. That is
    // tried wherever no two other conditions hold.
    let now = site.view().tab;
    let right = site.right_tab();
    let others = rule_state.holding().len() - wrong_entries(now, right).len();
    let given = tabs(right).filter(|tab| others <= 1 || *tab == now);
    for (job, tab) in given.flat_map(|tab| jobs.map(|job| (job, tab))) {
        let run = Run::new(job, tab);
        let documented =
            rule_state.run_ends_given(job.into(), wrong_entries(run.tab, right), rules);
        let mut site = *site;
        let ran = site.run(run);
        if !ends_so(ran, documented) {
            return Err(Difference::Run { job, ran, documented });
        }
    }
    Ok(())
}

/// Every tab that may be in force where this would be right, whatever stands in the tab now.
fn tabs(right: Tab) -> impl Iterator<Item = Tab> {
    let entered = |bit: u16| if bit == 0 { Entered::Right } else { Entered::Wrong };
    (0..16).map(move |bits| Tab {
        name: entered(bits & 1),
        password: entered(bits & 2),
        path: entered(bits & 4),
        // The password that was right before the last change, or before the next.
        issue: right.issue ^ (bits >> 3),
    })
}
