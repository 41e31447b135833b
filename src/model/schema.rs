//! The JSON Schema of model files, made from the list of keys that the reader checks against.

use serde_json::{Map, Value, json};

use super::keys::{FILE, IN_PLACE_OF_PLAYERS, OPERATORS, REPLACED, Section, Shape};

/// The JSON Schema (draft 2020-12) of model files, for editors that check TOML.
///
/// Made from the same list of keys as the reader, so that the two cannot differ. What formulas and
/// names mean is beyond a schema: only reading a file checks it.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = section(&FILE);
    if let Some(object) = schema.as_object_mut() {
        let mut whole = Map::new();
        whole.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        whole.insert("title".into(), json!("detente model file"));
        whole.append(object);
        // What a file needs depends on whether it has players or a game of another form.
        if let Some(required) = whole.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|key| REPLACED.iter().all(|replaced| key != replaced));
        }
        let players = json!({ "required": REPLACED });
        let choice = IN_PLACE_OF_PLAYERS.iter().rev().fold(players, |otherwise, (key, needed)| {
            json!({
                "if": { "required": [key] },
                "then": { "required": needed },
                "else": otherwise,
            })
        });
        if let Value::Object(mut choice) = choice {
            whole.append(&mut choice);
        }
        return Value::Object(whole);
    }
    schema
}

fn section(section: &Section) -> Value {
    let properties: Map<String, Value> = section
        .keys
        .iter()
        .map(|key| (key.name.to_owned(), described(shape(key.shape), key.about)))
        .collect();
    let required: Vec<&str> =
        section.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let rest = match section.rest {
        Some((what, inner)) => described(shape(inner), &format!("a further {what}")),
        None => Value::Bool(false),
    };
    let mut object = Map::new();
    object.insert("description".into(), json!(section.about));
    object.insert("type".into(), json!("object"));
    object.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        object.insert("required".into(), json!(required));
    }
    object.insert("additionalProperties".into(), rest);
    Value::Object(object)
}

fn described(mut schema: Value, about: &str) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".into(), json!(about));
    }
    schema
}

fn shape(wanted: Shape) -> Value {
    match wanted {
        Shape::Text => json!({ "type": "string" }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Count(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Number => number(),
        Shape::Formula => json!({ "type": ["number", "string"] }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Range => {
            json!({ "type": "array", "items": number(), "minItems": 2, "maxItems": 2 })
        }
        Shape::Table(inner) => section(inner),
        Shape::Map(inner, _) => {
            json!({ "type": "object", "additionalProperties": shape(*inner) })
        }
        Shape::List(inner) => json!({ "type": "array", "items": shape(*inner) }),
        Shape::Nested => {
            json!({ "type": "array", "items": { "type": ["array", "number", "string"] } })
        }
        Shape::Either(shapes) => {
            json!({ "anyOf": shapes.iter().map(|&inner| shape(inner)).collect::<Vec<_>>() })
        }
        Shape::Operator => {
            let operators: Vec<Value> = OPERATORS
                .iter()
                .map(|(word, keys)| {
                    let mut schema = section(keys);
                    schema["properties"]["op"] = json!({ "const": word });
                    schema
                })
                .collect();
            json!({ "oneOf": operators })
        }
    }
}

/// A number, or a number as text.
fn number() -> Value {
    json!({
        "anyOf": [
            { "type": "number" },
            {
                "type": "string",
                "pattern": "^\\s*[+-]?[0-9._]+([eE][+-]?[0-9]+)?\\s*(/\\s*[+-]?[0-9._]+([eE][+-]?[0-9]+)?\\s*)?$"
            }
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::library;

    /// Whether a TOML value fits a schema of the kinds that are made above; an independent reading
    /// of the schema, for the test alone.
    fn fits(value: &toml::Value, schema: &Value) -> Result<(), String> {
        if let Some(options) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
            let tried: Vec<_> =
                options.as_array().unwrap().iter().map(|option| fits(value, option)).collect();
            return if tried.iter().any(Result::is_ok) {
                Ok(())
            } else {
                Err(format!("{value}: {tried:?}"))
            };
        }
        if let Some(words) = schema.get("enum").and_then(Value::as_array) {
            let text = value.as_str().unwrap_or_default();
            return words
                .iter()
                .any(|word| word == text)
                .then_some(())
                .ok_or_else(|| format!("{text} is none of {words:?}"));
        }
        if let Some(word) = schema.get("const") {
            return (value.as_str() == word.as_str()).then_some(()).ok_or(format!("not {word}"));
        }
        let kind = match value {
            toml::Value::String(_) => "string",
            toml::Value::Integer(_) | toml::Value::Float(_) => "number",
            toml::Value::Boolean(_) => "boolean",
            toml::Value::Array(_) => "array",
            toml::Value::Table(_) => "object",
            toml::Value::Datetime(_) => "date",
        };
        let wanted = &schema["type"];
        let right = wanted == kind
            || wanted == "integer" && value.is_integer()
            || wanted.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind));
        if !right {
            return Err(format!("{value} is not {wanted}"));
        }
        if let (Some(list), Some(items)) = (value.as_array(), schema.get("items")) {
            list.iter().try_for_each(|entry| fits(entry, items))?;
        }
        if let Some(table) = value.as_table() {
            let none = Map::new();
            let known = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
            for (key, entry) in table {
                match known.get(key).unwrap_or(&schema["additionalProperties"]) {
                    Value::Bool(false) => return Err(format!("unknown key {key}")),
                    inner => fits(entry, inner).map_err(|error| format!("{key}: {error}"))?,
                }
            }
            for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                let key = key.as_str().unwrap();
                if !table.contains_key(key) {
                    return Err(format!("{key} is missing"));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn every_built_in_model_fits_the_schema() {
        let schema = json_schema();
        for model in library::all() {
            let value: toml::Value = toml::from_str(model.text).unwrap();
            if let Err(error) = fits(&value, &schema) {
                panic!("{}: {error}", model.path);
            }
        }
    }

    #[test]
    fn the_schema_refuses_what_the_reader_refuses() {
        let schema = json_schema();
        let wrong = "[model]\nid = \"x\"\ntitle = \"x\"\ncolour = 1\n";
        assert!(fits(&toml::from_str(wrong).unwrap(), &schema).is_err());
    }
}
