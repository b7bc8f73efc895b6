//! Records of which texts are told: times in some order, descriptions instead of strings.

use crate::local::Order;
use crate::message::described;
use crate::record::{LogFile, LogKind, LogRecord};
use crate::trouble::{Trouble, TroubleKind};

/// A record whose time and strings are still texts: the order of dates shows in the whole file.
pub(crate) struct Draft {
    pub(crate) record: LogRecord,
    pub(crate) time: String,
    pub(crate) description: String,
}

/// The log of these records.
pub(crate) fn finished(kind: LogKind, drafts: Vec<Draft>, mut troubles: Vec<Trouble>) -> LogFile {
    let order = Order::of(drafts.iter().map(|draft| draft.time.as_str()));
    let mut records = Vec::with_capacity(drafts.len());
    for Draft { mut record, time, description } in drafts {
        record.time = order.seconds(&time);
        if record.time.is_none() && !time.trim().is_empty() {
            let kind = TroubleKind::Part("its time is none".to_owned());
            troubles.push(Trouble { place: record.place, kind });
        }
        (record.strings, record.text) = described(&record.source, record.id, &description);
        records.push(record);
    }
    troubles.sort_by_key(|trouble| trouble.place);
    LogFile { kind, records, troubles }
}
