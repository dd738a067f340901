//! The entities that a field of a form offers.

use super::Model;
use super::facets::facet;
use super::find::find_among;
use super::list::owned;
use super::predicate::Predicate;
use super::summarise::link_of;
use app::catalog::{EntityLink, EntityRef};
use app::viewer::Viewer;
use roaring::RoaringBitmap;

impl Model {
    /// The entities of which `asked` holds and whose name or title fits `text`, the best first, `most`
    /// at most. Without a text it is the first in the order of what readers call them.
    pub fn offered(
        &self,
        asked: Option<&Predicate>,
        of: Option<&Viewer>,
        text: &str,
        most: usize,
    ) -> Vec<EntityLink> {
        let mut ids = asked.map(|asked| asked.select(self));
        if let Some(viewer) = of {
            let owned = owned(self, viewer);
            ids = Some(ids.map_or_else(|| owned.clone(), |ids| ids & &owned));
        }
        if !text.trim().is_empty() {
            return find_among(self, ids.as_ref(), text, most);
        }
        let ids = ids.unwrap_or_else(|| self.everything());
        let sorted = self.sorted(&ids, app::catalog::SortField::Name, false);
        let links = sorted.iter().take(most);
        links
            .map(|&id| link_of(&self.entity(self.entry(id))))
            .collect()
    }

    /// Whether `asked` holds of the entity.
    pub fn is_offered(&self, asked: &Predicate, entity_ref: &EntityRef) -> bool {
        let number = self.number(&entity_ref.to_string());
        number.is_some_and(|number| asked.select(self).contains(number))
    }

    /// What the reader calls the entity of that lower-case reference, if it is there.
    pub fn label_of(&self, key: &str) -> Option<String> {
        let entity = self.entity(self.get_key(key)?);
        Some(link_of(&entity).label().to_owned())
    }

    /// The tags of entities of these kinds, or of all, with how many have each.
    pub fn tags(&self, kinds: &[String]) -> Vec<(String, u64)> {
        let ids: Option<RoaringBitmap> = (!kinds.is_empty())
            .then(|| Predicate::In("kind".to_owned(), kinds.to_vec()).select(self));
        let tags = facet(self, "metadata.tags", ids.as_ref()).into_iter();
        tags.map(|tag| (tag.value, tag.count)).collect()
    }
}
