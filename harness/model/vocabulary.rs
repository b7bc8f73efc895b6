//! The closed vocabularies of a site: what it consists of, what can be wrong with it, what mends it.

use crate::keywords;

keywords! {
    /// The edition of Exchange Server that the connector belongs to.
    pub enum Exchange {
        /// Exchange Server 5.0, the edition of the article.
        V5_0 = "5.0",
        /// Exchange Server 5.5.
        V5_5 = "5.5",
        /// Exchange Server 5.5 with Service Pack 1: only short paths reach the programs (C11).
        V5_5Sp1 = "5.5-sp1",
    }
}

keywords! {
    /// Where the cc:Mail post office lives, and how the Exchange server reaches it.
    pub enum Host {
        /// A share of a Windows NT server.
        WindowsNt = "windows-nt",
        /// A NetWare server behind Gateway Services for NetWare.
        NetwareGateway = "netware-gateway",
        /// A NetWare server that the service account logs on to itself.
        NetwareDirect = "netware-direct",
    }
}

keywords! {
    /// The version of the cc:Mail post office database.
    pub enum Database {
        /// DB6: Import 5.15 and Export 5.14.
        Db6 = "db6",
        /// DB8: Import and Export 6.0 or later, which need the resource file IE.RI.
        Db8 = "db8",
    }
}

keywords! {
    /// Which way a message goes.
    pub enum Direction {
        /// Out of the cc:Mail post office, towards Exchange (inbound for the connector).
        Exchange = "exchange",
        /// Out of Exchange, towards cc:Mail (outbound for the connector).
        CcMail = "cc-mail",
    }
}

keywords! {
    /// What the Lotus programs do in a store whose path has a space (Q164695 names both).
    pub enum PathOutcome {
        /// They stop with result code 3.
        Code3 = "code-3",
        /// They prompt for the path and never finish.
        Hang = "hang",
    }
}

keywords! {
    /// How a damaged post office index shows (Q179072 names both, over time).
    pub enum IndexCode {
        /// Result code 1.
        One = "1",
        /// Result code 4.
        Four = "4",
    }
}

keywords! {
    /// A documented circumstance of a site, in the order in which a run meets them (C1, C2).
    pub enum Condition {
        /// IMPORT.EXE and EXPORT.EXE are not on the system path.
        ProgramsNotOnPath = "programs-not-on-path",
        /// IE.RI, which the DB8 programs need, is missing.
        ResourceFileMissing = "resource-file-missing",
        /// The connector store lies in a path with a space.
        InstallPathSpace = "install-path-space",
        /// The connector store lies in a folder whose name is longer than eight characters.
        InstallPathLong = "install-path-long",
        /// The Postoffice tab has a path that leads to no post office.
        TabPathWrong = "tab-path-wrong",
        /// The service account may not use the share of the post office.
        ShareAccessDenied = "share-access-denied",
        /// Gateway Services for NetWare is not configured.
        GatewayNotConfigured = "gateway-not-configured",
        /// The gateway account is not in the NetWare group NTGATEWAY.
        GatewayAccountNotInNtgateway = "gateway-account-not-in-ntgateway",
        /// The gateway account may open no further connection to the NetWare server.
        GatewayConnectionLimit = "gateway-connection-limit",
        /// No NetWare account has the name and password of the service account.
        NetwareAccountMismatch = "netware-account-mismatch",
        /// The NetWare account of the service is locked out.
        NetwareAccountLocked = "netware-account-locked",
        /// NT 4.0 SP3 with the LSA2 hotfix, under which a service fails to connect to NetWare.
        Lsa2Hotfix = "lsa2-hotfix",
        /// The post office is shut down for maintenance (`CCPODOWN`).
        PostofficeShutDown = "postoffice-shut-down",
        /// Another process holds the post office.
        PostofficeLocked = "postoffice-locked",
        /// The selected Import/Export version does not fit the database.
        DatabaseVersionMismatch = "database-version-mismatch",
        /// The Postoffice tab has a wrong post office name.
        TabNameWrong = "tab-name-wrong",
        /// The Postoffice tab has a wrong post office password.
        TabPasswordWrong = "tab-password-wrong",
        /// The password of the post office was changed, and the Postoffice tab has the one before.
        PostofficePasswordChanged = "postoffice-password-changed",
        /// The service account may read the post office but not write to it.
        ReadOnlyAccess = "read-only-access",
        /// The post office has no entry for the Exchange site.
        SiteEntryMissing = "site-entry-missing",
        /// The entry for the Exchange site was made by hand, and dirsync did not make it.
        EntryMadeByHand = "entry-made-by-hand",
        /// The name of the post office has extended characters.
        PostofficeNameExtended = "postoffice-name-extended",
        /// The index of the post office is damaged beyond the maintenance programs.
        DirectoryIndexDamaged = "directory-index-damaged",
        /// The post office is damaged, by as many CHKSTAT passes as its setting says.
        PostofficeDamaged = "postoffice-damaged",
        /// The post office is fragmented.
        PostofficeFragmented = "postoffice-fragmented",
        /// One message to cc:Mail is rejected by IMPORT and stands before all others.
        OutboundMessageRejected = "outbound-message-rejected",
        /// IMPORT takes the dates of messages to cc:Mail for none that it knows.
        DateFormatUnknown = "date-format-unknown",
        /// One message in the post office never converts.
        MessageCorrupt = "message-corrupt",
        /// Another source writes a record numbered 70 into the same log.
        ForeignEvent70 = "foreign-event-70",
    }
}

keywords! {
    /// The documented ways to clear conditions.
    pub enum Repair {
        /// Enter the right name, password and path on the Postoffice tab.
        CorrectPostofficeTab = "correct-postoffice-tab",
        /// Give the service account full access to the post office.
        GrantAccess = "grant-access",
        /// Configure Gateway Services for NetWare and its account.
        ConfigureGateway = "configure-gateway",
        /// Create a NetWare account with the service account's name and password.
        MatchNetwareAccount = "match-netware-account",
        /// Unlock the NetWare account of the service.
        UnlockNetwareAccount = "unlock-netware-account",
        /// Install Windows NT 4.0 Service Pack 4.
        InstallNtSp4 = "install-nt-sp4",
        /// Run CHKSTAT once over the post office.
        Chkstat = "chkstat",
        /// Run RECLAIM over the post office.
        Reclaim = "reclaim",
        /// Run ANALYZE over the post office.
        Analyze = "analyze",
        /// Restore the post office from a backup.
        RestorePostoffice = "restore-postoffice",
        /// Move the connector store to a short path, or name it by its 8.3 form.
        ShortenStorePath = "shorten-store-path",
        /// Create the entry of the Exchange site in the post office by hand.
        AddSiteEntry = "add-site-entry",
        /// Delete the entry of the Exchange site that was made by hand.
        DeleteSiteEntry = "delete-site-entry",
        /// Bring the post office up again.
        BringPostofficeUp = "bring-postoffice-up",
        /// End the process that holds the post office.
        ReleaseLock = "release-lock",
        /// Select the Import/Export version that fits the database.
        SelectDatabaseVersion = "select-database-version",
        /// Put IE.RI back.
        RestoreResourceFile = "restore-resource-file",
        /// Put IMPORT.EXE and EXPORT.EXE back on the system path.
        RestorePrograms = "restore-programs",
        /// Remove the message that never converts, or that IMPORT rejects.
        RemoveMessage = "remove-message",
        /// Give messages to cc:Mail the format of dates that IMPORT expects.
        CorrectDateFormat = "correct-date-format",
        /// Rename the post office so that its name has no extended characters.
        RenamePostoffice = "rename-postoffice",
    }
}
