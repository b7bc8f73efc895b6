//! The message file: the text of every event that the documents give.
//!
//! `%1`, `%2`, `%3` stand for insertion strings. A text is a fact of its article and is kept to
//! the letter. Where the articles name an event without its text, the text here follows the
//! sibling that it has in the same table, and its basis says *inferred*.

use Basis::{Inferred, Stated};
use Category::{DirSynch, General, Outbound};
use EventType::{Error, Information, Warning};
use event70_model::{Category, EventType};

use crate::{Basis, Passage};

/// One event of the connector: how it is filed, and its text.
#[derive(Debug, Clone)]
pub struct EventMessage {
    /// The event's number.
    pub id: u16,
    /// Its type.
    pub event_type: EventType,
    /// Its category.
    pub category: Category,
    /// Its text, with `%1` and so on for the insertion strings.
    pub text: &'static str,
    /// Whether the text is the document's or follows a sibling's.
    pub basis: Basis,
    /// The document.
    pub source: Passage,
}

/// The message of this number, if the documents give one.
#[must_use]
pub fn message(id: u16) -> Option<&'static EventMessage> {
    message_index(id).map(|index| &MESSAGES[index])
}

/// Where in [`MESSAGES`] the message of this number stands. Every record of every scenario asks, so
/// numbers below 100, which are nearly all, take one look into a table.
#[must_use]
#[inline]
pub fn message_index(id: u16) -> Option<usize> {
    match BELOW_100.get(id as usize) {
        Some(&NO_MESSAGE) => None,
        Some(index) => Some(*index as usize),
        None => TABLE.binary_search_by_key(&id, |message| message.id).ok(),
    }
}

/// The events of which nothing is ever judged: for some, no document says enough; others are logged
/// or not as a connector likes.
pub const NEVER_JUDGED: [u16; 11] = [45, 82, 83, 86, 87, 98, 11001, 14005, 14013, 14015, 14018];

/// Whether anything is judged of the connector's events of this number: not of one that no document
/// knows, nor of 11001 and others that are a connector's own affair.
#[must_use]
pub fn is_judged(id: u16) -> bool {
    message_index(id).is_some() && !NEVER_JUDGED.contains(&id)
}

/// Whether a document prints the type of the event of this number, and whether its category. What none
/// prints is filed as its siblings are, and that is judged of nobody.
#[must_use]
pub fn prints(id: u16) -> [bool; 2] {
    match id {
        58 | 61 | 62 | 63 | 67 | 71 | 14001 | 14031 => [false, false],
        59 => [false, true],
        43 | 85 => [true, false],
        _ => [true, true],
    }
}

const NO_MESSAGE: u8 = u8::MAX;
static BELOW_100: [u8; 100] = below_100();

const fn below_100() -> [u8; 100] {
    let mut table = [NO_MESSAGE; 100];
    let mut index = 0;
    while index < TABLE.len() {
        if (TABLE[index].id as usize) < table.len() {
            table[TABLE[index].id as usize] = index as u8;
        }
        index += 1;
    }
    table
}

const fn at(article: &'static str) -> Passage {
    Passage { article, part: "" }
}

const fn says(
    id: u16,
    event_type: EventType,
    category: Category,
    basis: Basis,
    article: &'static str,
    text: &'static str,
) -> EventMessage {
    EventMessage { id, event_type, category, text, basis, source: at(article) }
}

/// Every event of source `MSExchangeCCMC` whose text the documents give or imply, by number.
pub static MESSAGES: [EventMessage; 27] = TABLE;

/// The events that every connector must log in the circumstances of the catalogue. What is [never
/// judged](is_judged) is required of none.
pub const LOGGED: &[u16] = &[43, 54, 58, 59, 61, 62, 65, 67, 68, 70, 71, 85, 14001, 14031];

const TABLE: [EventMessage; 27] = [
    says(
        43,
        Error,
        General,
        Stated,
        "Q294947",
        "The Lotus cc:Mail IMPORT/EXPORT.EXE programs could not be executed. Check to see that they exist on the server and are in the system path. The system error code is %1. %2",
    ),
    says(
        45,
        Warning,
        General,
        Stated,
        "Q167807",
        "Optional configuration value is missing. The index of the value is %1. Default values are assumed.",
    ),
    says(
        54,
        Error,
        General,
        Stated,
        "Q212759",
        "Conversion of message failed and the message was moved to the Bad directory.",
    ),
    says(
        58,
        Information,
        General,
        Stated,
        "Q181186",
        "Lotus cc:Mail IMPORT from file %1 completed successfully.",
    ),
    says(
        59,
        Error,
        General,
        Stated,
        "Q168670",
        "Lotus cc:Mail IMPORT from file %1 returned result code 1. Program did not complete successfully.",
    ),
    says(
        61,
        Error,
        General,
        Inferred,
        "Q195649",
        "Lotus cc:Mail IMPORT from file %1 returned result code 3. The Microsoft Exchange Connector for Lotus cc:Mail has not been configured correctly or the Post Office it is configured to connect to is not accessible at this time.",
    ),
    says(
        62,
        Error,
        General,
        Stated,
        "Q179072",
        "Lotus cc:Mail IMPORT from file %1 returned result code 4. The Lotus cc:Mail post office is locked by another process. %2",
    ),
    says(
        63,
        Error,
        General,
        Stated,
        "Q180641",
        "Lotus cc:Mail IMPORT from file %1 returned result code 5. Undeliverable message or updates.",
    ),
    says(
        65,
        Error,
        General,
        Stated,
        "Q190275",
        "Lotus cc:Mail EXPORT to file %1 failed to run. %2",
    ),
    says(
        67,
        Information,
        General,
        Stated,
        "Q181186",
        "Lotus cc:Mail EXPORT to file %1 completed successfully.",
    ),
    says(
        68,
        Error,
        General,
        Stated,
        "Q168465",
        "Lotus cc:Mail EXPORT to file %1 returned result code 1. Could not access the Lotus cc:Mail Post Office.",
    ),
    says(
        70,
        Error,
        General,
        Stated,
        "Q166045",
        "Lotus cc:Mail EXPORT to file %1 returned result code 3. The Microsoft Exchange Connector for Lotus cc:Mail has not been configured correctly or the Post Office it is configured to connect to is not accessible at this time. %2",
    ),
    says(
        71,
        Error,
        General,
        Stated,
        "Q179072",
        "Lotus cc:Mail EXPORT to file %1 returned result code 4. The Lotus cc:Mail Post Office is locked by another process %2",
    ),
    says(
        82,
        Error,
        General,
        Stated,
        "Q168556",
        "An exception has occurred. The information is as follows: Exception code %1. %2",
    ),
    says(
        83,
        Error,
        General,
        Stated,
        "Q176375",
        "The exception UNKNOWN was caught in function dwCCExport.",
    ),
    says(
        85,
        Error,
        General,
        Stated,
        "Q294947",
        "The maximum number the thread restarts has been reached and the Microsoft Exchange Connector for Lotus cc:Mail will be shutdown. Try restarting the Microsoft Exchange Connector for Lotus cc:Mail service.",
    ),
    says(
        86,
        Information,
        General,
        Stated,
        "Q294947",
        "Microsoft Exchange Connector for Lotus cc:Mail restarted thread after taking exception. The number of threads started so far is %1. The thread function is dwCCExport.",
    ),
    says(
        87,
        Error,
        General,
        Stated,
        "Q168556",
        "Conversion from Lotus cc:Mail message format to Microsoft Exchange format failed due to an exception. Message file name is EXPORT\\%1. If the problem persists, please move the file from EXPORT directory and contact Microsoft Product Support Services.",
    ),
    says(
        95,
        Error,
        General,
        Stated,
        "Exchange 2000 event catalogue",
        "Writing message tracking log entry failed. No more tracking information will be logged until the service is restarted. The last error is %1.",
    ),
    says(98, Error, General, Stated, "Q178758", "Insufficient Disk Space"),
    says(
        11001,
        Information,
        Outbound,
        Stated,
        "Q181186",
        "The following message was sent from Microsoft Exchange to Lotus cc:Mail, From: %1 Date: %3 To: %2",
    ),
    says(
        14001,
        Information,
        DirSynch,
        Stated,
        "Q181186",
        "Microsoft Exchange Connector for Lotus cc:Mail directory synchronization has started. Now exporting Lotus cc:Mail directory entries, mailing lists, and bulletin board titles.",
    ),
    says(
        14005,
        Error,
        DirSynch,
        Inferred,
        "Q233164",
        "Microsoft Exchange Connector for Lotus cc:Mail directory synchronization could not proceed.",
    ),
    says(
        14013,
        Warning,
        DirSynch,
        Stated,
        "Q167830",
        "The Microsoft Exchange directory entry with CCMAIL e-mail address %1 could not be written to Lotus cc:Mail because it conflicts with an existing Lotus cc:Mail entry named %2. Choose a unique name and update the CCMAIL e-mail address for this entry.",
    ),
    says(
        14015,
        Error,
        DirSynch,
        Inferred,
        "Q212773",
        "The directory service returned ds_name_error. The error is %1.",
    ),
    says(
        14018,
        Warning,
        DirSynch,
        Stated,
        "Q167830",
        "The Microsoft Exchange Connector for Lotus cc:Mail failed to add %1 to the Microsoft Exchange directory. This CCMAIL e-mail address already exists: CCMAIL:%2",
    ),
    says(
        14031,
        Information,
        DirSynch,
        Stated,
        "Q181186",
        "Microsoft Exchange Connector for Lotus cc:Mail directory synchronization has finished.",
    ),
];
