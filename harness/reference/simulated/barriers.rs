//! The way of a run: it walks past the barriers in their order (C1) and stops at the first that holds
//! it.

use event70_model::{
    Database, DirectoryImport, Entered, Exchange, Host, IndexCode, IndexCodes, Job, PathOutcome,
    Run, RunResult, Server, Tab,
};

use super::{Simulated, SiteEntry};

impl Simulated {
    /// The barriers that IMPORT and EXPORT meet alike before they log on, in their order.
    fn outer_barriers(&self, run: &Run) -> Result<(), RunResult> {
        self.launch(run.job)?;
        self.settings_file()?;
        self.reach(run.tab)?;
        if !self.postoffice.is_open() {
            return Err(RunResult::exited(4));
        }
        if !self.programs.fit_the_database {
            return Err(RunResult::exited(1));
        }
        Ok(())
    }

    fn launch(&self, job: Job) -> Result<(), RunResult> {
        if !self.programs.on_path {
            return Err(RunResult::NotFound);
        }
        // Only the programs of a db8 post office read IE.RI, and EXPORT only those of 5.0 (C19).
        if self.programs.resource_file || self.database == Database::Db6 {
            return Ok(());
        }
        match (job.is_export(), self.exchange) {
            (true, Exchange::V5_0) => Err(RunResult::Failed),
            (true, Exchange::V5_5 | Exchange::V5_5Sp1) => Ok(()),
            (false, _) => Err(RunResult::exited(1)),
        }
    }

    /// A store in a long path keeps the programs from their settings, unless the connector passes
    /// the short form, as it does from 5.5 SP1 on (C11).
    fn settings_file(&self) -> Result<(), RunResult> {
        if self.exchange == Exchange::V5_5Sp1 {
            return Ok(());
        }
        match (self.store.space, self.store.long) {
            (Some(PathOutcome::Code3), _) => Err(RunResult::exited(3)),
            (Some(PathOutcome::Hang), _) | (None, true) => Err(RunResult::Unfinished),
            (None, false) => Ok(()),
        }
    }

    fn reach(&self, tab: Tab) -> Result<(), RunResult> {
        let network = &self.network;
        let admitted = match self.host {
            Host::WindowsNt => network.share_admits,
            Host::NetwareGateway => {
                network.gateway_configured
                    && network.account_in_ntgateway
                    && network.gateway_has_connections
                    && !network.lsa2_hotfix
            }
            Host::NetwareDirect => {
                network.accounts_match && !network.account_locked && !network.lsa2_hotfix
            }
        };
        if tab.path == Entered::Right && admitted { Ok(()) } else { Err(RunResult::exited(3)) }
    }

    /// The whole way of an EXPORT; its end is `Err` where something stops it.
    pub(super) fn export(&mut self, run: &Run) -> Result<RunResult, RunResult> {
        self.outer_barriers(run)?;
        self.credentials(run.tab)?;
        let messages = matches!(run.job, Job::ExportMessages(_));
        if messages && self.tab.name == Entered::Wrong {
            return Err(RunResult::exited(3));
        }
        if messages && self.postoffice.site_entry == SiteEntry::Missing {
            return Err(RunResult::exited(3));
        }
        self.index(run.job)?;
        if self.postoffice.damage_passes > 0 || self.postoffice.fragmented {
            return Err(RunResult::exited(3));
        }
        Ok(if messages { self.take_messages() } else { RunResult::exited(0) })
    }

    /// The whole way of an IMPORT; its end is `Err` where something stops it.
    pub(super) fn import(&mut self, run: &Run) -> Result<RunResult, RunResult> {
        self.outer_barriers(run)?;
        self.credentials(run.tab)?;
        if !self.network.share_writable {
            return Err(RunResult::exited(1));
        }
        if matches!(run.job, Job::ImportDirectory(_)) {
            self.updates_go_in()?;
        }
        self.index(run.job)?;
        if self.postoffice.damage_passes > 0 || self.postoffice.fragmented {
            return Err(RunResult::exited(1));
        }
        if run.job == Job::ImportDirectory(DirectoryImport::Additions) {
            self.postoffice.site_entry = SiteEntry::ByDirsync;
        }
        match run.job {
            Job::ImportMessages => self.give_messages(),
            _ => Ok(RunResult::exited(0)),
        }
    }

    /// Dirsync overwrites no entry that somebody else made (Q156063 2.6.4), and cannot handle every
    /// name of a post office (Q197258).
    fn updates_go_in(&self) -> Result<(), RunResult> {
        let postoffice = &self.postoffice;
        let strange = postoffice.name_has_extended_characters;
        if strange || postoffice.site_entry == SiteEntry::ByHand {
            return Err(RunResult::exited(1));
        }
        Ok(())
    }

    fn credentials(&self, tab: Tab) -> Result<(), RunResult> {
        let right = tab.name == Entered::Right && tab.has_password_of(self.right_tab());
        if right { Ok(()) } else { Err(RunResult::exited(3)) }
    }

    fn index(&self, job: Job) -> Result<(), RunResult> {
        let shows = |codes: IndexCodes| if job.is_export() { codes.export } else { codes.import };
        match self.postoffice.index_damage.map(shows) {
            None => Ok(()),
            Some(IndexCode::One) => Err(RunResult::exited(1)),
            Some(IndexCode::Four) => Err(RunResult::exited(4)),
        }
    }

    fn take_messages(&mut self) -> RunResult {
        // It stands first, and EXPORT comes to no other (Q202240).
        if self.postoffice.corrupt_message {
            return RunResult::Exited { code: 0, messages: 0, corrupt: 1, returned: 0 };
        }
        let messages = batch(self.to_exchange, self.limits.export_max);
        self.to_exchange -= u32::from(messages);
        RunResult::moved(messages)
    }

    fn give_messages(&mut self) -> Result<RunResult, RunResult> {
        // It stands first, and IMPORT comes to no other (Q223772).
        if self.rejected_message {
            return Err(RunResult::exited(1));
        }
        let messages = batch(self.to_cc_mail, self.limits.import_max);
        self.to_cc_mail -= u32::from(messages);
        if messages > 0 && !self.programs.know_the_dates {
            return Err(RunResult::Exited { code: 5, messages: 0, corrupt: 0, returned: messages });
        }
        Ok(RunResult::moved(messages))
    }
}

/// What one run takes of a queue.
fn batch(waiting: u32, max: u16) -> u16 {
    u16::try_from(waiting).map_or(max, |waiting| waiting.min(max))
}
