//! The live site as connectors and timelines meet it.

use event70_model::{
    CommandLine, Condition, Description, Direction, Entered, Fault, LoggingChange, Repair, Run,
    RunResult, SITE_ENTRY, Server, Site, Tab, Tabbed, Undocumented, View,
};

use super::Live;

impl Server for Live {
    fn view(&self) -> View {
        let Some(parts) = &self.parts else {
            // A site that could not be made: its trouble says so, and nobody acts on this.
            return View { logging: self.logging, ..View::default() };
        };
        View {
            tab: parts.exchange.tab.held_against(&Tabbed::of(self.right_tab())),
            logging: self.logging,
            outbound: self.waiting(Direction::CcMail),
            exchange: parts.exchange.edition(),
            store: parts.exchange.store_path(),
            limits: parts.exchange.limits,
        }
    }

    fn right_tab(&self) -> Tab {
        self.parts.as_ref().map_or(Tab::CORRECT, |parts| parts.cc_mail.right_tab())
    }

    fn description(&self) -> Description {
        match &self.parts {
            Some(parts) => parts.description(self.logging),
            None => Description::of(&self.view(), self.right_tab()),
        }
    }

    fn run(&mut self, run: Run) -> RunResult {
        // A connector in memory names the site entry rightly or not; which wrong name does not
        // matter, if only it is no entry.
        let passed = Tabbed::of(run.tab);
        let entry = match run.tab.name {
            Entered::Right => SITE_ENTRY,
            Entered::Wrong => &passed.name,
        };
        let line = CommandLine::of(run.job, entry, &passed);
        self.with(|parts| parts.run(&line, run.job)).unwrap_or(RunResult::Unfinished)
    }

    fn execute(&mut self, line: &CommandLine) -> Result<(Run, RunResult), Undocumented> {
        let run = line.read(&self.description())?;
        let ran = self.with(|parts| parts.run(line, run.job)).unwrap_or(RunResult::Unfinished);
        Ok((run, ran))
    }

    fn witnessed(&mut self, is_done: bool) -> Option<(CommandLine, RunResult)> {
        self.with(|parts| {
            let Some((line, ended)) = parts.runs.next(is_done)? else { return Ok(None) };
            let ran = match line.parse().map(|asked| asked.job) {
                Ok(job) => parts.ran(job, ended)?,
                Err(_) => super::told_of(ended.end),
            };
            Ok(Some((line, ran)))
        })?
    }

    fn printed(&self) -> &str {
        self.parts.as_ref().map_or("", |parts| &parts.printed)
    }
}

impl Site for Live {
    fn inject(&mut self, fault: Fault) {
        self.with(|parts| parts.inject(fault));
        let damages = [
            Condition::DirectoryIndexDamaged,
            Condition::PostofficeDamaged,
            Condition::PostofficeFragmented,
        ];
        self.verified &= !damages.contains(&fault.condition);
    }

    fn repair(&mut self, repair: Repair) {
        let tool = match repair {
            Repair::Analyze => "ANALYZE",
            Repair::Chkstat => "CHKSTAT",
            Repair::Reclaim => "RECLAIM",
            _ => {
                self.with(|parts| parts.repair(repair));
                self.verified &= repair != Repair::RestorePostoffice;
                return;
            }
        };
        let succeeded = self.with(|parts| parts.cc_mail.maintain(tool));
        self.verified = repair == Repair::Analyze && succeeded == Some(true);
    }

    fn mail(&mut self, to: Direction, messages: u16) {
        self.with(|parts| parts.mail(to, messages));
    }

    fn set_logging(&mut self, change: LoggingChange) {
        self.logging = change.applied_to(self.logging);
    }

    fn waiting(&self, to: Direction) -> u32 {
        self.see(|parts| parts.waiting(to)).unwrap_or_default()
    }

    fn trouble(&self) -> Option<String> {
        self.trouble.get().cloned()
    }

    fn maintenance_is_verified(&self) -> bool {
        self.verified
    }
}
