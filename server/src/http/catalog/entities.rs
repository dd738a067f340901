//! `/api/catalog/entities`: the plain list.

use super::body;
use crate::http::answer::{Asked, Failure};
use crate::http::conditional::Version;
use crate::http::params::Params;
use crate::http::seen::Seen;
use crate::query::fields::parse_fields;
use crate::query::page::{Order, PageRequest, page};
use crate::query::{Piece, Predicate, selected};
use app::error::ApiError;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use url::form_urlencoded;

/// What a request for a list of entities asks.
struct EntitiesQuery {
    filter: Option<Predicate>,
    fields: Option<Vec<String>>,
    orders: Vec<Order>,
    page: PageRequest,
}

impl EntitiesQuery {
    fn parse(params: &Params) -> Result<Self, ApiError> {
        Ok(Self {
            filter: Predicate::from_filters(&params.all("filter"))?,
            fields: parse_fields(&params.all("fields"))?,
            orders: Order::parse_all(&params.all("order"))?,
            page: PageRequest::checked(
                params.integer("limit")?,
                params.integer("offset")?,
                params.one("after")?,
            )?,
        })
    }
}

/// `GET`: an array of entities; a `link` header names the next page.
pub(super) async fn list_entities(
    Seen(model): Seen,
    asked: Asked,
    uri: Uri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    let answer = || {
        let query = EntitiesQuery::parse(&params)?;
        let ids = selected(&model, query.filter.as_ref());
        let page = page(&model, ids.as_ref(), &query.orders, &query.page)?;
        let version = Version::of_question(&model, uri.query());
        Ok(version.answer(&headers, || {
            let mut pieces = vec![Piece::Ready(Bytes::from_static(b"["))];
            pieces.extend(body::list(&model, &page.ids, query.fields.as_deref()));
            pieces.push(Bytes::from_static(b"]").into());
            let mut response = body::answer(pieces);
            if let Some(next) = page.next.and_then(|after| next_link(&params, &after)) {
                response.headers_mut().insert(header::LINK, next);
            }
            response
        }))
    };
    answer().map_err(|error| asked.failed(error))
}

/// The URL of the next page: the same question, from another place.
fn next_link(params: &Params, after: &str) -> Option<HeaderValue> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kept = params.pairs().iter();
    let kept = kept.filter(|(name, _)| name != "offset" && name != "after");
    query.extend_pairs(kept);
    query.append_pair("after", after);
    HeaderValue::from_str(&format!("</entities?{}>; rel=\"next\"", query.finish())).ok()
}
