//! An entity as one line of a short list.

use super::entity_link::QuietLink;
use super::kind_tile::KindTile;
use super::lifecycle::Lifecycle;
use crate::catalog::{EntityLink, EntitySummary, RelatedEntity};
use leptos::prelude::*;

/// What one line shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub link: EntityLink,
    pub note: Option<String>,
    pub spec_type: Option<String>,
    pub lifecycle: Option<String>,
}

impl From<RelatedEntity> for Line {
    fn from(related: RelatedEntity) -> Self {
        Self {
            link: related.link,
            note: related.description,
            spec_type: related.spec_type,
            lifecycle: related.lifecycle,
        }
    }
}

impl From<EntitySummary> for Line {
    fn from(summary: EntitySummary) -> Self {
        Self {
            link: EntityLink {
                entity_ref: summary.entity_ref,
                title: summary.title,
                known: true,
            },
            note: summary.description,
            spec_type: summary.spec_type,
            lifecycle: summary.lifecycle,
        }
    }
}

/// Tile, title, what it is for, and at the end type and lifecycle.
#[component]
pub(crate) fn EntityLine(line: Line) -> impl IntoView {
    let kind = line.link.entity_ref.kind.clone();
    view! {
        <li class="line">
            <KindTile kind=&kind />
            <span class="line-name"><QuietLink link=line.link /></span>
            <span class="clip grow text-muted">{line.note}</span>
            <span class="line-end">
                {line.spec_type.map(|word| view! { <span class="chip">{word}</span> })}
                <span class="meta line-life">{line.lifecycle.map(|word| view! { <Lifecycle word /> })}</span>
            </span>
        </li>
    }
    .into_any()
}
