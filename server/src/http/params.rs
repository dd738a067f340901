//! Query parameters that may come more than once.

use app::error::ApiError;
use url::form_urlencoded;

/// The parameters of a URL, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn of(uri: &axum::http::Uri) -> Self {
        let query = uri.query().unwrap_or_default();
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Every value of a parameter.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let named = self.0.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.clone()).collect()
    }

    /// The value of a parameter that comes once at most.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when it comes more often.
    pub(super) fn one(&self, name: &str) -> Result<Option<String>, ApiError> {
        let mut values = self.all(name);
        match values.len() {
            0 | 1 => Ok(values.pop()),
            _ => Err(ApiError::invalid(
                name,
                format!("Invalid {name}, must be given once"),
            )),
        }
    }

    /// All of them.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when it is none.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let number = self.one(name)?.map(|text| text.parse());
        let none = |_| ApiError::invalid(name, format!("request/query/{name} must be integer"));
        number.transpose().map_err(none)
    }

    /// A whole number, not below `least`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when it is none, or too small.
    pub(super) fn number(&self, name: &str, least: usize) -> Result<Option<usize>, ApiError> {
        let number = self.integer(name)?;
        let number = number.map(|number| usize::try_from(number).ok().filter(|it| *it >= least));
        match number {
            Some(None) => {
                let message = format!("request/query/{name} must be >= {least}");
                Err(ApiError::invalid(name, message))
            }
            number => Ok(number.flatten()),
        }
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for Params {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.uri))
    }
}
