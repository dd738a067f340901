//! The catalog's server functions: ask the port, hand over.

use super::{EntityListQuery, EntityRef, Found, ListView};
use crate::error::ApiError;
use crate::pages::Params;
use crate::routes::ListPlace;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use {
    super::SortField,
    super::port::{Catalog, Registry, Users},
    super::{Column, Draft, InboxQuery, Proposal, Proposed, card, remembered},
    crate::account::port::Accounts,
    crate::layout::viewer_menu,
    crate::pages::{
        entity_view, home_view, inbox_view, kept_out_view, param, register_view, remove_view, rows,
        settings_view, templates_view,
    },
    crate::permission::{check, is_viewed_as},
    crate::routes::{Permission, use_links},
    crate::scaffolder::port::Forms,
    crate::viewer::Viewer,
    std::sync::Arc,
};

/// One page of the entities that `query` leaves.
#[server(prefix = "/_fn", endpoint = "list_entities", input = Json)]
pub async fn list_entities(
    query: EntityListQuery,
    #[server(default)] place: ListPlace,
) -> Result<ListView, ApiError> {
    if place == ListPlace::Templates {
        return Ok(templates(query));
    }
    let kept = remembered::columns(query.kind.as_deref());
    let catalog = expect_context::<Arc<dyn Catalog>>();
    let list = catalog.list_entities(&expect_context::<Viewer>(), &query);
    Ok(rows::view(&use_links(), &query, list, kept))
}

/// Templates as cards, by type.
#[cfg(feature = "ssr")]
fn templates(query: EntityListQuery) -> ListView {
    let catalog = expect_context::<Arc<dyn Catalog>>();
    let by_type = EntityListQuery {
        sort: SortField::Type,
        ..query.clone()
    };
    let list = catalog.list_entities(&expect_context::<Viewer>(), &by_type);
    let names: Vec<EntityRef> = list.rows.iter().map(|row| row.entity_ref.clone()).collect();
    let makes = expect_context::<Arc<dyn Forms>>().makes(&expect_context::<Viewer>(), &names);
    templates_view::view(&use_links(), &query, list, makes)
}

/// Keeps the columns of a kind's lists, or with none forgets them; a form posts to it and comes
/// back.
#[server(prefix = "/_fn", endpoint = "keep_columns")]
pub async fn keep_columns(kind: Option<String>, columns: Option<String>) -> Result<(), ApiError> {
    let kind = kind.filter(|kind| !kind.is_empty());
    let columns = columns.filter(|columns| !columns.is_empty());
    let columns = columns.map(|columns| Column::parse_all(&columns));
    remembered::keep(kind.as_deref(), columns.as_deref());
    Ok(())
}

/// What a reader who stops at a link sees of what it leads to, as HTML.
#[server(prefix = "/_fn", endpoint = "get_card", input = Json)]
pub async fn get_card(entity_ref: EntityRef) -> Result<String, ApiError> {
    let catalog = expect_context::<Arc<dyn Catalog>>();
    let card = catalog.get_card(&expect_context::<Viewer>(), &entity_ref)?;
    Ok(card::html(card))
}

/// The page of one entity as HTML, or not found. Whoever opens it has visited it.
#[server(prefix = "/_fn", endpoint = "get_entity", input = Json)]
pub async fn get_entity(params: Params) -> Result<Fragment, ApiError> {
    let entity_ref = entity_of(&params)?;
    let viewer = expect_context::<Viewer>();
    let details = expect_context::<Arc<dyn Catalog>>().get_entity(&viewer, &entity_ref)?;
    if !is_in_advance() && !is_viewed_as(&viewer) {
        expect_context::<Arc<dyn Users>>().visit(&viewer, &entity_ref);
    }
    Ok(entity_view::html(details, params).await)
}

/// The entity that the path of a page names.
#[cfg(feature = "ssr")]
fn entity_of(params: &Params) -> Result<EntityRef, ApiError> {
    let text = param(params, "entity_ref");
    text.parse().map_err(|_| {
        ApiError::invalid(
            "entity_ref",
            format!("'{text}' is no reference to an entity"),
        )
    })
}

/// Whether a browser loads the page before anyone has asked for it.
#[cfg(feature = "ssr")]
fn is_in_advance() -> bool {
    let parts = use_context::<http::request::Parts>();
    parts.is_some_and(|parts| parts.headers.contains_key("sec-purpose"))
}

/// The viewer's corner of the catalog, as HTML.
#[server(prefix = "/_fn", endpoint = "get_home", input = Json)]
pub async fn get_home(params: Params) -> Result<Fragment, ApiError> {
    let _ = params;
    let home = expect_context::<Arc<dyn Catalog>>().home(&expect_context::<Viewer>());
    Ok(home_view::html(home))
}

/// What `text` may mean; what the viewer keeps and has lately looked at when it is empty.
#[server(prefix = "/_fn", endpoint = "find_entities", input = Json)]
pub async fn find_entities(text: String) -> Result<Found, ApiError> {
    Ok(expect_context::<Arc<dyn Catalog>>().find_entities(&expect_context::<Viewer>(), &text))
}

/// What is wrong in the catalog, as HTML.
#[server(prefix = "/_fn", endpoint = "list_problems", input = Json)]
pub async fn list_problems(params: Params) -> Result<Fragment, ApiError> {
    let pairs = params.iter().map(|(name, value)| (&**name, &**value));
    let query = InboxQuery::from_params(pairs);
    let catalog = expect_context::<Arc<dyn Catalog>>();
    let inbox = catalog.list_problems(&expect_context::<Viewer>(), &query);
    Ok(inbox_view::html(query, inbox))
}

/// Who the viewer is, how pages look to them, and what counts as theirs, as HTML.
#[server(prefix = "/_fn", endpoint = "get_settings", input = Json)]
pub async fn get_settings(params: Params) -> Result<Fragment, ApiError> {
    let _ = params;
    let catalog = expect_context::<Arc<dyn Catalog>>();
    let settings = catalog.settings(&expect_context::<Viewer>());
    let account = expect_context::<Arc<dyn Accounts>>().account().await?;
    Ok(settings_view::html(settings, account))
}

/// Stars or unstars an entity for the viewer; a form posts to it before scripts have run.
#[server(prefix = "/_fn", endpoint = "set_starred")]
pub async fn set_starred(entity_ref: EntityRef, starred: bool) -> Result<(), ApiError> {
    let users = expect_context::<Arc<dyn Users>>();
    users
        .set_starred(&expect_context::<Viewer>(), &entity_ref, starred)
        .await
}

/// Who is looking and where that leads them, as HTML.
#[server(prefix = "/_fn", endpoint = "get_viewer", input = Json)]
pub async fn get_viewer() -> Result<Fragment, ApiError> {
    Ok(viewer_menu::html(expect_context::<Viewer>()))
}

/// What removing an entity would take along, as HTML.
#[server(prefix = "/_fn", endpoint = "get_removal", input = Json)]
pub async fn get_removal(params: Params) -> Result<Fragment, ApiError> {
    let registry = expect_context::<Arc<dyn Registry>>();
    let viewer = expect_context::<Viewer>();
    let removal = registry.removal(&viewer, &entity_of(&params)?).await?;
    Ok(remove_view::html(removal))
}

/// Has an entity read again soon, and leads back to its page.
#[server(prefix = "/_fn", endpoint = "refresh_entity")]
pub async fn refresh_entity(entity_ref: EntityRef) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Registry>>()
        .refresh(&expect_context::<Viewer>(), &entity_ref)
        .await?;
    let page = use_links().entity(&entity_ref);
    leptos_axum::redirect(&format!("{page}?refresh=asked"));
    Ok(())
}

/// Forgets a registered location, and leads to what is left.
#[server(prefix = "/_fn", endpoint = "unregister_location")]
pub async fn unregister_location(id: String) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Registry>>()
        .unregister(&id)
        .await?;
    leptos_axum::redirect(&use_links().path("/catalog"));
    Ok(())
}

/// Deletes an entity, and leads to what is left or to what is kept out.
#[server(prefix = "/_fn", endpoint = "delete_entity")]
pub async fn delete_entity(entity_ref: EntityRef, keep_out: bool) -> Result<(), ApiError> {
    let registry = expect_context::<Arc<dyn Registry>>();
    let viewer = expect_context::<Viewer>();
    registry.delete(&viewer, &entity_ref, keep_out).await?;
    let links = use_links();
    leptos_axum::redirect(&if keep_out {
        links.kept_out()
    } else {
        links.path("/catalog")
    });
    Ok(())
}

/// What is kept out of the catalog, as HTML.
#[server(prefix = "/_fn", endpoint = "list_kept_out", input = Json)]
pub async fn list_kept_out(params: Params) -> Result<Fragment, ApiError> {
    let _ = params;
    let names = expect_context::<Arc<dyn Registry>>()
        .list_kept_out(&expect_context::<Viewer>())
        .await?;
    Ok(kept_out_view::html(names))
}

/// Lets a name in again, and leads back to the list.
#[server(prefix = "/_fn", endpoint = "let_in")]
pub async fn let_in(entity_ref: EntityRef) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Registry>>()
        .let_in(&expect_context::<Viewer>(), &entity_ref)
        .await?;
    leptos_axum::redirect(&use_links().kept_out());
    Ok(())
}

/// What registering the URL of the parameters would bring, as HTML: the form for a catalog file
/// where there is none. Nothing where no URL is given.
#[server(prefix = "/_fn", endpoint = "look_at_location", input = Json)]
pub async fn look_at_location(params: Params) -> Result<Fragment, ApiError> {
    let url = param(&params, "url");
    if url.is_empty() {
        return Ok(Fragment::default());
    }
    check(Permission::CatalogLocationAnalyze)?;
    let branch = Some(param(&params, "branch")).filter(|branch| !branch.is_empty());
    let pairs = || params.iter().map(|(key, value)| (&**key, &**value));
    let draft = Draft::from_params(pairs());
    let asked = (
        Proposal::from_params(pairs()),
        Proposed::from_params(pairs()),
    );
    let registry = expect_context::<Arc<dyn Registry>>();
    let viewer = expect_context::<Viewer>();
    let look = registry.look(&viewer, url, branch, draft).await?;
    Ok(register_view::html(url, look, asked))
}

/// Offers the file of a draft as a pull request, and leads back to the draft, which says what came of
/// it.
#[server(prefix = "/_fn", endpoint = "propose_file")]
pub async fn propose_file(
    url: String,
    branch: Option<String>,
    draft: BTreeMap<String, String>,
    title: String,
    text: String,
    head: String,
) -> Result<(), ApiError> {
    let draft = Draft::from_params(draft.iter().map(|(key, value)| (&**key, &**value)));
    let draft = draft.unwrap_or_default();
    let branch = branch.filter(|branch| !branch.is_empty());
    let proposal = Proposal {
        title,
        text,
        branch: head,
    };
    let registry = expect_context::<Arc<dyn Registry>>();
    let viewer = expect_context::<Viewer>();
    let asked = registry.propose(&viewer, &url, branch.as_deref(), &draft, &proposal);
    let proposed = asked.await?;
    let again = matches!(proposed, Proposed::Refused(_)).then_some(&proposal);
    let page = use_links().draft(&url, branch.as_deref(), &draft, again, proposed);
    leptos_axum::redirect(&page);
    Ok(())
}

/// Registers a URL, and leads to the entity that stands for it. A file that is awaited need not be there
/// yet.
#[server(prefix = "/_fn", endpoint = "register_location")]
pub async fn register_location(
    url: String,
    #[server(default)] awaited: bool,
) -> Result<(), ApiError> {
    let registry = expect_context::<Arc<dyn Registry>>();
    let location = registry.register(&url, awaited).await?;
    leptos_axum::redirect(&use_links().entity(&location));
    Ok(())
}
