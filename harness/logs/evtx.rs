//! The log files of Windows Vista and later, read by the crate `evtx`, which gives every record as the XML
//! of the event schema.
//!
//! No program that is kept writes such files outside Windows, so that no record of the connector's source
//! was ever read from one. What was read is the log of another source that comes with `dissect.eventlog`,
//! whose classic events have the form that the connector's would have.

use std::sync::Arc;

use evtx::{EvtxParser, ParserSettings};

use crate::record::{LogFile, LogKind, Place};
use crate::trouble::{Trouble, TroubleKind, Unreadable};
use crate::xml::event_of;

/// Where the first chunk is, and how far apart they are.
const HEADER: u64 = 4096;
const CHUNK: u64 = 65_536;

/// Reads the records of a log file, in the order of their numbers. The place of a record is its chunk.
///
/// # Errors
/// If its header is broken.
pub(crate) fn read(file: &[u8]) -> Result<LogFile, Unreadable> {
    let mut parser = EvtxParser::from_buffer(file.to_vec())
        .map_err(|error| Unreadable::Broken { kind: LogKind::Evtx, why: error.to_string() })?;
    let settings = Arc::new(ParserSettings::new().num_threads(1).indent(false));
    let mut log = LogFile { kind: LogKind::Evtx, records: Vec::new(), troubles: Vec::new() };
    for (chunk, number) in parser.chunks().zip(0..) {
        let place = Place::Offset(HEADER + CHUNK * number);
        let mut trouble = |kind| log.troubles.push(Trouble { place, kind });
        let broken = |error: &dyn std::error::Error| TroubleKind::Broken(error.to_string());
        let mut data = match chunk {
            Ok(data) => data,
            Err(error) => {
                trouble(broken(&error));
                continue;
            }
        };
        let mut chunk = match data.parse(Arc::clone(&settings)) {
            Ok(chunk) => chunk,
            Err(error) => {
                trouble(broken(&error));
                continue;
            }
        };
        for record in chunk.iter() {
            let xml = match record.and_then(|record| record.into_xml()) {
                Ok(record) => record.data,
                Err(error) => {
                    trouble(broken(&error));
                    continue;
                }
            };
            match event_of(&xml, place) {
                Ok((record, parts)) => {
                    log.records.push(record);
                    parts.into_iter().for_each(|part| trouble(TroubleKind::Part(part.to_owned())));
                }
                Err(what) => trouble(TroubleKind::Broken(what)),
            }
        }
    }
    log.records.sort_by_key(|record| record.number);
    Ok(log)
}
