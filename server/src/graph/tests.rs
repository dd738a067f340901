//! What holds of every drawing.

use super::layers::{Input, Output, layers};
use super::place::{Item, Line, Side, place};
use super::text;
use app::graph::port::Rect;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn input(sizes: Vec<(f64, f64)>, edges: Vec<(usize, usize)>) -> Input {
    Input {
        sizes,
        edges,
        gaps: (80.0, 10.0),
        ..Input::default()
    }
}

fn rect(input: &Input, output: &Output, at: usize) -> Rect {
    let ((x, y), (width, height)) = (output.boxes[at], input.sizes[at]);
    Rect {
        x,
        y,
        width,
        height,
    }
}

fn overlap(one: Rect, other: Rect) -> bool {
    let near = 0.01;
    one.x + near < other.right()
        && other.x + near < one.right()
        && one.y + near < other.bottom()
        && other.y + near < one.bottom()
}

fn graphs() -> impl Strategy<Value = Input> {
    (1..40_usize).prop_flat_map(|count| {
        let sizes = prop::collection::vec((40.0..200.0, 20.0..80.0), count);
        let edges = prop::collection::vec((0..count, 0..count), 0..80);
        let side = || prop::collection::vec(0..count, 0..4);
        (sizes, edges, side(), side()).prop_map(|(sizes, edges, first, last)| Input {
            first,
            last,
            ..input(sizes, edges)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_box_stands_on_another_and_no_line_goes_through_one(input in graphs()) {
        let output = layers(&input);
        prop_assert_eq!(&output, &layers(&input), "the same input gives the same drawing");
        let count = input.sizes.len();
        for one in 0..count {
            for other in 0..one {
                let (a, b) = (rect(&input, &output, one), rect(&input, &output, other));
                prop_assert!(!overlap(a, b), "{one} {a:?} {other} {b:?}");
            }
        }
        for (&(from, to), line) in input.edges.iter().zip(&output.lines) {
            let pinned = |at: &usize| input.first.contains(at) || input.last.contains(at);
            if output.ranks[from] == output.ranks[to] {
                prop_assert!(from == to || pinned(&from) && pinned(&to), "{from} {to}");
                prop_assert!(line.is_empty());
                continue;
            }
            for pair in line.windows(2) {
                // Where a line passes the column of a box it is level.
                let (left, right) = if pair[0].0 < pair[1].0 { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
                for at in (0..count).filter(|at| *at != from && *at != to) {
                    let it = rect(&input, &output, at);
                    let beside = right.0 <= it.x + 0.01 || left.0 >= it.right() - 0.01;
                    let level = (left.1 - right.1).abs() < 0.01
                        && (left.1 <= it.y + 0.01 || left.1 >= it.bottom() - 0.01);
                    prop_assert!(beside || level, "{from} to {to} through {at}: {line:?} {it:?}");
                }
            }
            let (start, end) = (line[0], line[line.len() - 1]);
            let (a, b) = (rect(&input, &output, from), rect(&input, &output, to));
            prop_assert!((start.1 - a.middle()).abs() < 0.01 && (end.1 - b.middle()).abs() < 0.01);
        }
    }
}

#[test]
fn what_leads_to_something_stands_before_it() {
    let edges = vec![(0, 1), (1, 2), (0, 2), (3, 2)];
    let output = layers(&input(vec![(50.0, 20.0); 4], edges));
    assert_eq!(output.ranks, [0, 1, 2, 1]);
    // A circle is drawn all the same: one of its lines leads back.
    let edges = vec![(0, 1), (1, 2), (2, 0)];
    let output = layers(&input(vec![(50.0, 20.0); 3], edges));
    assert_eq!(output.ranks, [0, 1, 2]);
    let back = &output.lines[2];
    assert!(back[0].0 > back[back.len() - 1].0, "{back:?}");
}

#[test]
fn lines_that_need_not_cross_do_not() {
    // Two chains, entered the wrong way round.
    let edges = vec![(0, 3), (1, 2), (3, 5), (2, 4)];
    let output = layers(&input(vec![(50.0, 20.0); 6], edges));
    let y = |at: usize| output.boxes[at].1;
    assert_eq!(y(0) < y(1), y(3) < y(2));
    assert_eq!(y(3) < y(2), y(5) < y(4));
}

#[test]
fn three_hundred_boxes_are_quick() {
    let edges = (0..1200)
        .map(|at: usize| (at * 7919 % 300, at * 104_729 % 300))
        .collect();
    let input = input(vec![(160.0, 44.0); 300], edges);
    let start = Instant::now();
    let output = layers(&input);
    assert_eq!(output.boxes.len(), 300);
    // A tenth of it in a release build.
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

fn item(label: &str) -> Item {
    Item {
        label: label.to_owned(),
        note: "Component".to_owned(),
        kind: "Components".to_owned(),
        is_root: false,
        outside: None,
    }
}

fn line(from: usize, to: usize) -> Line {
    Line {
        from,
        to,
        words: "owns".to_owned(),
    }
}

#[test]
fn what_would_be_a_long_column_is_a_bundle_with_one_line() {
    let items: Vec<Item> = (0..40).map(|at| item(&format!("part-{at}"))).collect();
    let lines: Vec<Line> = (1..40).map(|to| line(0, to)).collect();
    let placed = place(&items, &lines, None);
    assert_eq!(placed.frames.len(), 1);
    assert_eq!(placed.frames[0].title, "Components · 39");
    assert!(placed.lines.iter().all(Vec::is_empty));
    assert!(placed.height < 900.0, "{}", placed.height);
    for place in &placed.boxes[1..] {
        assert!(
            placed.frames[0].place.around(*place) == placed.frames[0].place,
            "{place:?}"
        );
    }
}

#[test]
fn a_frame_holds_what_belongs_to_it_and_nothing_else() {
    let mut items: Vec<Item> = ["shop", "orders", "seats", "payments", "alone"]
        .map(item)
        .to_vec();
    items[0].outside = Some(Side::Left);
    items[3].outside = Some(Side::Right);
    let lines = [line(0, 1), line(1, 2), line(1, 3), line(0, 2)];
    let placed = place(&items, &lines, Some("Ticketing"));
    let frame = placed.frames[0].place;
    for (item, place) in items.iter().zip(&placed.boxes) {
        assert_eq!(
            overlap(frame, *place),
            item.outside.is_none(),
            "{}",
            item.label
        );
    }
    assert!(placed.boxes[0].right() < frame.x && placed.boxes[3].x > frame.right());
    let all = Rect {
        x: 0.0,
        y: 0.0,
        width: placed.width,
        height: placed.height,
    };
    assert!(
        placed
            .boxes
            .iter()
            .chain([&frame])
            .all(|it| all.around(*it) == all)
    );
}

#[test]
fn nothing_at_all_has_no_size() {
    let placed = place(&[], &[], Some("Empty"));
    assert!(placed.boxes.is_empty() && placed.frames.is_empty() && placed.width == 0.0);
}

#[test]
fn a_text_that_is_too_long_ends_in_an_ellipsis() {
    assert_eq!(text::cut("orders", 13.0, 100.0), "orders");
    let cut = text::cut("a-very-long-name-of-a-component", 13.0, 100.0);
    assert!(
        cut.ends_with('…') && text::width(&cut, 13.0) <= 110.0,
        "{cut}"
    );
}
