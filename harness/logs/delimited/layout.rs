//! Which column holds what.

use std::borrow::Cow;

/// The columns of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    columns: Vec<Column>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Date,
    Time,
    Source,
    Type,
    Category,
    Event,
    Computer,
    Other,
}

/// The names of columns in headers.
const NAMES: [(&str, Column); 12] = [
    ("Date", Column::Date),
    ("Time", Column::Time),
    ("Date and Time", Column::Date),
    ("Source", Column::Source),
    ("Type", Column::Type),
    ("Level", Column::Type),
    ("Category", Column::Category),
    ("Task Category", Column::Category),
    ("Event", Column::Event),
    ("Event ID", Column::Event),
    ("Computer", Column::Computer),
    ("User", Column::Other),
];

impl Layout {
    /// The columns that Windows NT saves without a header.
    pub(super) fn nt_4() -> Self {
        use Column::{Category, Computer, Date, Event, Other, Source, Time, Type};
        Self { columns: vec![Date, Time, Source, Type, Category, Event, Other, Computer] }
    }

    /// The columns that a row names, if it is a header.
    pub(super) fn of_header(fields: &[Cow<'_, str>]) -> Option<Self> {
        let column = |field: &Cow<'_, str>| {
            let known = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(field.trim()));
            known.map_or(Column::Other, |(_, column)| *column)
        };
        let mut columns: Vec<Column> = fields.iter().map(column).collect();
        if fields.last().is_some_and(|name| name.trim().eq_ignore_ascii_case("Description")) {
            columns.pop();
        }
        let has = |column| columns.contains(&column);
        (has(Column::Source) && has(Column::Event)).then_some(Self { columns })
    }

    /// The field of this column.
    pub(super) fn field<'a>(&self, column: Column, fields: &'a [Cow<'_, str>]) -> Option<&'a str> {
        let place = self.columns.iter().position(|known| *known == column)?;
        Some(fields.get(place)?.trim())
    }

    /// Whether a row has a field for every column.
    pub(super) fn is_filled(&self, fields: &[Cow<'_, str>]) -> bool {
        fields.len() >= self.columns.len()
    }

    /// The fields of the description: one, or several where it has separators and is not in quotes.
    pub(super) fn description<'a, 'b>(&self, fields: &'a [Cow<'b, str>]) -> &'a [Cow<'b, str>] {
        fields.get(self.columns.len()..).unwrap_or_default()
    }
}
