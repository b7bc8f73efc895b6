//! The closed vocabularies in JSON.

use std::any::type_name;
use std::borrow::Cow;

use event70_model::Keyword;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A word of a closed vocabulary; the schema lists all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<K>(pub K);

impl<K: Keyword> Serialize for Word<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.keyword())
    }
}

impl<K: Keyword> JsonSchema for Word<K> {
    fn schema_name() -> Cow<'static, str> {
        type_name::<K>().rsplit("::").next().unwrap_or_default().into()
    }

    fn schema_id() -> Cow<'static, str> {
        type_name::<K>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": K::all_keywords() })
    }
}
