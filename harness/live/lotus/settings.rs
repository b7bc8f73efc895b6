//! The files that say how a site is set up: the registry, the network, the settings of the
//! programs.
//!
//! Their contents are not documented (the dossier found neither `EXPORT.INI` nor the registry in
//! full), so they say only what the documented behaviour depends on, each in the simplest form.

use std::collections::BTreeMap;
use std::path::Path;

use event70_model::{Database, Host};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Error, files};

/// The registry of the Exchange server, as far as the programs depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Registry {
    /// `Connector Store Path` (Q164695).
    pub connector_store_path: String,
    /// The short form of the store's path, where the connector passes that (Q242221, Q294947).
    pub shortened: Option<String>,
    /// The account under which the connector, and so the programs, log on to the network.
    pub service_account: String,
    /// Its password.
    pub password: String,
    /// The format of dates of the locale, by which IMPORT for DB6 goes (Q180641).
    pub dates: DateFormat,
    /// `Maximum number of messages to EXPORT` (Q168211).
    pub export_max: u16,
    /// `Maximum number of messages to IMPORT` (Q168211).
    pub import_max: u16,
}

/// The order of day, month and year in a date (Q180641).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateFormat {
    /// As in the United States, and in the files of the connector: `mm/dd/yy`.
    MonthFirst,
    /// As in Japan: `yy/mm/dd`.
    YearFirst,
}

impl DateFormat {
    /// Whether a date with or without a time is one in this format.
    #[must_use]
    pub fn knows(self, date: &str) -> bool {
        let day = date.split(' ').next().unwrap_or_default();
        let numbers: Vec<u8> = day.split('/').map_while(|part| part.parse().ok()).collect();
        let [first, second, third] = numbers[..] else { return false };
        let (month, day) = match self {
            Self::MonthFirst => (first, second),
            Self::YearFirst => (second, third),
        };
        (1..=12).contains(&month) && (1..=31).contains(&day)
    }
}

/// How the Exchange server reaches the post office. This file stands in for the redirectors of
/// Windows NT, which are not here: of the network only the folder's own permissions are real.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Redirector {
    /// The kind of network.
    pub route: Host,
    /// The service pack of Windows NT 4.0.
    pub service_pack: u8,
    /// The hotfixes beyond it; `LSA2` is the one that matters (Q195649).
    pub hotfixes: Vec<String>,
    /// Gateway Services for NetWare, if they are configured (Q164707).
    pub gateway: Option<Gateway>,
    /// The accounts of the NetWare server with their passwords (Q164707).
    pub netware_accounts: BTreeMap<String, String>,
    /// The members of its group NTGATEWAY (Q118469).
    pub ntgateway: Vec<String>,
    /// The accounts that have as many connections as they may have at a time (Q118973).
    pub connections_used_up: Vec<String>,
    /// The accounts that the NetWare server has locked out (Q135917).
    pub locked_out: Vec<String>,
}

/// Gateway Services for NetWare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// The account under which they log on to the NetWare server.
    pub account: String,
}

/// The hotfix that keeps services from logging on to NetWare (Q195649).
pub const LSA2_HOTFIX: &str = "LSA2";
/// The service pack under which they log on again in spite of it (Q195649).
pub const LSA2_CURED: u8 = 4;

/// The settings of EXPORT or IMPORT, in `EXPORT.INI` and `IMPORT.INI`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ini {
    /// The post office of the Postoffice tab.
    pub post_office: String,
    /// The selected database version, 6 or 8 (Q255627).
    pub version: u8,
}

/// Why a text is not valid settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// It is not JSON, or not the expected JSON.
    #[error("{0}")]
    Json(String),
    /// A line is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A line has no number where it should.
    #[error("{0} is no number")]
    NoNumber(&'static str),
}

impl Registry {
    /// Reads it from text.
    ///
    /// # Errors
    /// If the text holds something else.
    pub fn from_text(text: &str) -> Result<Self, SettingsError> {
        from_json(text)
    }

    /// Reads it from its file.
    ///
    /// # Errors
    /// If the file cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::from_text(&text_of(path)?).map_err(Error::content(path))
    }

    /// Writes it to its file, in one step.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        write_json(self, path)
    }
}

impl Redirector {
    /// Reads it from text.
    ///
    /// # Errors
    /// If the text holds something else.
    pub fn from_text(text: &str) -> Result<Self, SettingsError> {
        from_json(text)
    }

    /// Reads it from its file.
    ///
    /// # Errors
    /// If the file cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::from_text(&text_of(path)?).map_err(Error::content(path))
    }

    /// Writes it to its file, in one step.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        write_json(self, path)
    }
}

impl Ini {
    /// The settings for this post office, with the version that fits the database.
    #[must_use]
    pub fn of(post_office: &str, database: Database) -> Self {
        Self { post_office: post_office.to_owned(), version: version_of(database) }
    }

    /// Reads them from text: lines `PostOffice=HQ` and `Version=6`, in any order, and others that
    /// do not matter.
    ///
    /// # Errors
    /// If the text holds something else.
    pub fn from_text(text: &str) -> Result<Self, SettingsError> {
        let value = |key: &'static str| {
            let mut values = text.lines().filter_map(|line| line.split_once('='));
            let found = values.find(|(name, _)| name.trim() == key);
            found.map(|(_, value)| value.trim().to_owned()).ok_or(SettingsError::Missing(key))
        };
        let version = value("Version")?.parse().map_err(|_| SettingsError::NoNumber("Version"))?;
        Ok(Self { post_office: value("PostOffice")?, version })
    }

    /// Reads them from their file.
    ///
    /// # Errors
    /// If the file cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::from_text(&text_of(path)?).map_err(Error::content(path))
    }

    /// Writes them to their file, in one step.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = format!("PostOffice={}\r\nVersion={}\r\n", self.post_office, self.version);
        files::replace(path, text.as_bytes()).map_err(Error::file(path))
    }
}

/// The number by which a database says which version it is.
pub(super) fn version_of(database: Database) -> u8 {
    match database {
        Database::Db6 => 6,
        Database::Db8 => 8,
    }
}

fn text_of(path: &Path) -> Result<String, Error> {
    files::read_text(path).map_err(Error::file(path))
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, SettingsError> {
    serde_json::from_str(text).map_err(|error| SettingsError::Json(error.to_string()))
}

fn write_json<T: Serialize>(value: &T, path: &Path) -> Result<(), Error> {
    let text = serde_json::to_string(value).map_err(Error::content(path))?;
    files::replace(path, text.as_bytes()).map_err(Error::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_say_what_is_missing() {
        let ini = Ini::of("HQ", Database::Db8);
        assert_eq!(ini, Ini { post_office: "HQ".to_owned(), version: 8 });
        let text = "; of the connector\r\n Version = 8\r\nPostOffice=HQ\r\n";
        assert_eq!(Ini::from_text(text), Ok(ini));
        assert_eq!(Ini::from_text("Version=6").unwrap_err().to_string(), "PostOffice is missing");
        assert_eq!(Ini::from_text("Version=x").unwrap_err().to_string(), "Version is no number");
    }

    #[test]
    fn the_network_reads_as_the_plan_writes_it() {
        let text = r#"{"route":"netware-gateway","service-pack":3,"hotfixes":[],
            "gateway":{"account":"GATEWAY"},"netware-accounts":{"EXCHSVC":"x"},"ntgateway":["GATEWAY"],
            "connections-used-up":[],"locked-out":[]}"#;
        let network = Redirector::from_text(text).unwrap();
        assert_eq!(network.route, Host::NetwareGateway);
        assert_eq!(network.gateway.unwrap().account, "GATEWAY");
        assert!(Redirector::from_text("{}").is_err());
    }
}
