//! Pages of a list that clients scroll through with cursors, in both directions.

use super::column::{Column, Mark};
use super::cursor::{Cursor, Direction, FullText, OrderField};
use super::model::Model;
use super::predicate::{Predicate, selected};
use super::uid::Uid;
use app::error::ApiError;
use roaring::RoaringBitmap;
use serde_json::Value;
use std::collections::HashSet;
use std::ops::Range;

/// How many entities a page has when nobody says.
pub const DEFAULT_LIMIT: usize = 200;

/// Fields that one text is looked for in: each costs a column over the whole catalog.
const MAX_TEXT_FIELDS: usize = 16;

/// A question for one page.
#[derive(Debug, Clone)]
pub struct ByQuery {
    /// The question itself, with the place where an earlier page ended, if there was one.
    cursor: Cursor,
    predicate: Option<Predicate>,
    pub limit: usize,
    offset: usize,
}

/// What a client that has no cursor asks.
#[derive(Debug, Clone, Default)]
pub struct FirstPage {
    pub query: Option<Value>,
    pub order_fields: Vec<OrderField>,
    pub full_text_filter: Option<FullText>,
    pub skip_total_items: bool,
    pub offset: usize,
}

/// A page and the ways on from it.
#[derive(Debug, Default)]
pub struct QueryPage {
    pub ids: Vec<u32>,
    pub total_items: u64,
    pub next: Option<Cursor>,
    pub previous: Option<Cursor>,
}

impl ByQuery {
    /// The beginning of a list.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for a query that cannot be understood.
    pub fn first(first: FirstPage) -> Result<Self, ApiError> {
        let mut query = Self::next(Cursor {
            order_fields: first.order_fields,
            order_field_values: Vec::new(),
            is_previous: false,
            query: first.query,
            full_text_filter: first.full_text_filter,
            first_sort_field_values: None,
            total_items: None,
            skip_total_items: first.skip_total_items.then_some(true),
        })?;
        query.offset = first.offset;
        Ok(query)
    }

    /// The page that a cursor leads to.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when the cursor carries a query that nobody can have asked, or looks for a text
    /// in too many fields.
    pub fn next(mut cursor: Cursor) -> Result<Self, ApiError> {
        let text = cursor.full_text_filter.as_mut();
        if let Some(fields) = text.and_then(|text| text.fields.as_mut()) {
            let mut seen = HashSet::new();
            fields.retain(|field| seen.insert(field.to_lowercase()));
            if fields.len() > MAX_TEXT_FIELDS {
                let message = format!(
                    "Invalid fullTextFilter, more than {MAX_TEXT_FIELDS} fields; ask in several requests"
                );
                return Err(ApiError::invalid("fullTextFilter", message));
            }
        }
        Ok(Self {
            predicate: cursor
                .query
                .as_ref()
                .map(Predicate::from_query)
                .transpose()?,
            cursor,
            limit: DEFAULT_LIMIT,
            offset: 0,
        })
    }

    /// The page. Entities without the key that is ordered by are neither
    /// listed nor counted.
    pub fn page(&self, model: &Model) -> QueryPage {
        let order = self.cursor.order_fields.first();
        let column = match order {
            Some(order) => model.order(&order.field),
            None => Some(model.uid_order()),
        };
        let Some(column) = column else {
            return QueryPage::default();
        };
        let list = List {
            model,
            column: &column,
            descending: order.is_some_and(|order| order.order == Direction::Desc),
            keyed: order.is_some(),
        };
        let selected = self.select(model);
        let total_items = match (self.cursor.total_items, self.cursor.skip_total_items) {
            (Some(total), _) => total,
            (None, Some(true)) => 0,
            (None, _) => self.count(model, &column, selected.as_ref()),
        };
        let (mut places, more) = self.places(list, selected.as_ref());
        places.truncate(self.limit);
        self.answer(list, &places, more, total_items)
    }

    fn select(&self, model: &Model) -> Option<RoaringBitmap> {
        let selected = selected(model, self.predicate.as_ref());
        let text = self.cursor.full_text_filter.as_ref();
        let term = text.map(|text| text.term.trim().to_lowercase());
        let Some(term) = term.filter(|term| !term.is_empty()) else {
            return selected;
        };
        let mut found = RoaringBitmap::new();
        if let Some(fields) = text.and_then(|text| text.fields.as_ref()) {
            for field in fields {
                found |= model.index.containing(field, &term);
            }
        } else {
            let order = self.cursor.order_fields.first();
            let field = order.map_or("metadata.uid", |order| order.field.as_str());
            found = model.index.containing(field, &term);
        }
        Some(match selected {
            Some(selected) => selected & found,
            None => found,
        })
    }

    fn count(&self, model: &Model, column: &Column, selected: Option<&RoaringBitmap>) -> u64 {
        let order = self.cursor.order_fields.first();
        // The order is that of the whole, hidden entities included.
        let all_have_it = column.count() == model.whole().entries.len();
        let having = order.filter(|_| !all_have_it);
        match (selected, having) {
            (None, _) => column.count() as u64,
            (Some(selected), Some(having)) => {
                let having = model.index.field(&having.field);
                having.map_or(0, |values| values.count_having(selected))
            }
            (Some(selected), None) => selected.len(),
        }
    }

    /// The places of the page in the order, and whether more follow.
    fn places(&self, list: List<'_>, selected: Option<&RoaringBitmap>) -> (Vec<usize>, bool) {
        if self.limit == 0 {
            return (Vec::new(), false);
        }
        let around = self.mark(list.keyed).map(|mark| list.around(mark));
        if self.cursor.is_previous {
            let before = around.map_or(0, |(before, _)| before);
            let mut places = list.take(0..before, selected, self.limit, true);
            places.reverse();
            let more = !places.is_empty();
            return (places, more);
        }
        let start = around.map_or(0, |(_, upto)| upto);
        let wanted = self.limit.saturating_add(1).saturating_add(self.offset);
        let mut places = list.take(start..list.column.count(), selected, wanted, false);
        places.drain(..self.offset.min(places.len()));
        let more = places.len() > self.limit;
        (places, more)
    }

    /// The place that the cursor names.
    fn mark(&self, keyed: bool) -> Option<Mark<'_>> {
        let (uid, value) = self.cursor.order_field_values.split_last()?;
        let value = value.first().and_then(Option::as_deref).filter(|_| keyed);
        Some(Mark {
            value,
            uid: uid.as_deref()?,
        })
    }

    fn answer(&self, all: List<'_>, places: &[usize], more: bool, total_items: u64) -> QueryPage {
        let first = places.first().map(|&place| all.values(place));
        let last = places.last().map(|&place| all.values(place));
        let beginning = self.cursor.first_sort_field_values.clone();
        let cursor = |values: Option<Vec<Option<String>>>, is_previous: bool| {
            values.map(|order_field_values| Cursor {
                order_field_values,
                is_previous,
                first_sort_field_values: beginning.clone().or_else(|| first.clone()),
                total_items: Some(total_items),
                ..self.cursor.clone()
            })
        };
        let can_go_back = beginning.is_some() && first != beginning;
        QueryPage {
            next: cursor(last.filter(|_| more), false),
            previous: cursor(first.clone().filter(|_| can_go_back), true),
            ids: places.iter().map(|&place| all.id(place)).collect(),
            total_items,
        }
    }
}

/// All entities in the order that is asked for.
#[derive(Clone, Copy)]
struct List<'a> {
    model: &'a Model,
    column: &'a Column,
    descending: bool,
    /// Whether there is a key to order by, or the uid alone.
    keyed: bool,
}

impl List<'_> {
    fn id(self, place: usize) -> u32 {
        self.column.at(place, self.descending)
    }

    fn uid(&self, id: u32) -> &Uid {
        self.model.entries.uid(id)
    }

    fn around(self, mark: Mark<'_>) -> (usize, usize) {
        let Self { model, .. } = self;
        let uid = |id: u32| model.entries.uid(id);
        self.column.around(mark, self.descending, uid)
    }

    /// What a cursor remembers of a place.
    fn values(self, place: usize) -> Vec<Option<String>> {
        let value = self
            .column
            .value_at(place, self.descending)
            .map(str::to_owned);
        let uid = Some(self.uid(self.id(place)).to_string());
        if self.keyed {
            vec![value, uid]
        } else {
            vec![uid]
        }
    }

    /// The first `wanted` selected places within a range, from its end when `backwards`.
    fn take(
        self,
        range: Range<usize>,
        selected: Option<&RoaringBitmap>,
        wanted: usize,
        backwards: bool,
    ) -> Vec<usize> {
        let Some(selected) = selected else {
            return direct(range, backwards).take(wanted).collect();
        };
        if self.are_few(selected, wanted) {
            let places = selected.iter();
            let places = places.filter_map(|id| self.column.place_of(id, self.descending));
            let mut places: Vec<usize> = places.filter(|place| range.contains(place)).collect();
            places.sort_unstable();
            if backwards {
                places.reverse();
            }
            places.truncate(wanted);
            return places;
        }
        let is_selected = |place: &usize| selected.contains(self.id(*place));
        direct(range, backwards)
            .filter(is_selected)
            .take(wanted)
            .collect()
    }

    /// Whether it is less work to sort what is selected than to look for it in the whole order.
    fn are_few(self, selected: &RoaringBitmap, wanted: usize) -> bool {
        let count = selected.len();
        let all = self.column.count() as u64;
        let looked_at = all.saturating_mul(wanted as u64) / count.max(1);
        count.saturating_mul(4) < looked_at.min(all)
    }
}

fn direct(range: Range<usize>, backwards: bool) -> Box<dyn Iterator<Item = usize>> {
    if backwards {
        Box::new(range.rev())
    } else {
        Box::new(range)
    }
}
