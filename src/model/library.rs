//! The models that are part of the binary: every file under models/.

use super::suggest::nearest;

/// A built-in model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Builtin {
    /// Its id, which is the name of its file without the ending.
    pub id: &'static str,
    /// Its file, relative to the folder of models, such as `classic/stag-hunt.toml`.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

static BUILTIN: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/builtin_models.rs"));

/// All built-in models: those at the top of the folder first, then folder by folder, by name.
#[must_use]
pub fn all() -> &'static [Builtin] {
    BUILTIN
}

/// The built-in model of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Builtin> {
    BUILTIN.iter().find(|model| model.id == id)
}

/// The id nearest to a misspelt one, if one is near.
#[must_use]
pub fn suggest(id: &str) -> Option<&'static str> {
    nearest(id, BUILTIN.iter().map(|model| model.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    #[test]
    fn every_built_in_model_is_read_and_has_the_id_of_its_file() {
        for model in all() {
            match Model::read(model.path, model.text) {
                Ok(read) => {
                    assert_eq!(read.meta.id, model.id);
                    assert!(read.warnings.is_empty(), "{}: {:?}", model.path, read.warnings);
                }
                Err(diagnostics) => panic!("{diagnostics}"),
            }
        }
    }

    #[test]
    fn a_misspelt_id_finds_its_model() {
        assert_eq!(suggest("northeast_asia"), Some("northeast-asia"));
        assert!(find("northeast-asia").is_some());
        assert!(find("nothing").is_none());
    }
}
