//! What stands around every page for those who see to the installation, made on the server alone.

use super::told;
use crate::admin::AdminTab;
use crate::routes::use_links;
use crate::ui::{Fragment, Tab, Tabs};
use leptos::prelude::*;

/// A tab as the page takes it.
pub(crate) fn html(tab: AdminTab, inside: &Fragment) -> Fragment {
    let head = told::html(|| view! { <Head current=tab /> }.into_any());
    Fragment {
        title: tab.title().to_owned(),
        html: head.html + &inside.html,
    }
}

#[component]
fn Head(current: AdminTab) -> impl IntoView {
    let links = use_links();
    let tabs = AdminTab::ALL.into_iter().map(|tab| Tab {
        label: tab.word().to_owned(),
        count: None,
        href: links.admin_tab(tab),
        current: tab == current,
    });
    view! {
        <Tabs label="Administration" tabs=tabs.collect() />
        <h1 class="page-title mt-4">{current.title()}</h1>
    }
    .into_any()
}
