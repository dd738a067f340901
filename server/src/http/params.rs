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
            _ => Err(invalid(name, format!("Invalid {name}, must be given once"))),
        }
    }

    /// A whole number, not below `least`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when it is none, or too small.
    pub(super) fn number(&self, name: &str, least: usize) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.one(name)? else {
            return Ok(None);
        };
        let number: i64 = text
            .parse()
            .map_err(|_| invalid(name, format!("request/query/{name} must be integer")))?;
        let bound = if least == 0 {
            "zero or greater"
        } else {
            "greater than zero"
        };
        match usize::try_from(number) {
            Ok(number) if number >= least => Ok(Some(number)),
            _ => Err(invalid(name, format!("Invalid {name}, must be {bound}"))),
        }
    }
}

fn invalid(field: &str, message: String) -> ApiError {
    ApiError::Invalid {
        field: field.to_owned(),
        message,
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
