//! Fields as HTML: label, what is asked, the control, what helps and what is wrong.

use crate::scaffolder::form::{
    Choice, ChoiceLook, Control, Field, Item, Lock, Number, Repository, RepositoryPart, Text,
    TextKind,
};
use crate::ui::Icon;
use leptos::either::Either;
use leptos::prelude::*;
use std::fmt::Write;

/// Fields, one below the other.
pub(super) fn asks(fields: Vec<Field>) -> AnyView {
    fields.into_iter().map(ask).collect_view().into_any()
}

/// The id of the control of a field.
pub(super) fn control_id(path: &str) -> String {
    id('f', path)
}

/// An id for a pointer: what may not stand in one is written as its code.
fn id(letter: char, path: &str) -> String {
    let mut id = String::from(letter);
    for sign in path.chars() {
        if sign.is_ascii_alphanumeric() || "/-_".contains(sign) {
            id.push(sign);
        } else {
            let _ = write!(id, ".{:x}", u32::from(sign));
        }
    }
    id
}

/// What a control says of its field.
#[derive(Clone)]
struct Marks {
    id: String,
    name: String,
    required: bool,
    lock: Lock,
    wrong: bool,
    /// The ids of what describes it.
    described: Option<String>,
    focus: bool,
}

fn ask(field: Field) -> AnyView {
    if matches!(field.control, Control::Hidden) {
        return ().into_any();
    }
    let path = field.path.clone();
    let (described, helped, told) = (id('d', &path), id('h', &path), id('e', &path));
    let parts = [
        (!field.description.is_empty()).then_some(&described),
        (!field.help.is_empty() || field.note.is_some()).then_some(&helped),
        (!field.errors.is_empty()).then_some(&told),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let marks = Marks {
        id: control_id(&path),
        name: path.clone(),
        required: field.required,
        lock: field.lock,
        wrong: !field.errors.is_empty(),
        described: (!parts.is_empty()).then(|| parts.join(" ")),
        focus: field.focus,
    };
    let description = (!field.description.is_empty()).then(|| {
        view! { <div class="prose prose-quiet ask-said" id=described inner_html=field.description></div> }
    });
    let note = field
        .note
        .map(|note| view! { <p class="tone-warn">{note}</p> });
    let help = (!field.help.is_empty() || note.is_some()).then(|| {
        view! { <div class="ask-help" id=helped>{note}<div class="prose prose-quiet" inner_html=field.help></div></div> }
    });
    let errors = field.errors.into_iter().map(|error| {
        view! { <p class="ask-wrong">{Icon::CircleAlert.small()} <span>{error}</span></p> }
    });
    let errors =
        view! { <div id=told class="ask-errors" data-wrong="">{errors.collect_view()}</div> };
    let label = field.label;
    let optional = (!field.required && is_optional(&field.control))
        .then(|| view! { <span class="ask-optional">" optional"</span> });
    let is_several = matches!(
        field.control,
        Control::Choices { .. }
            | Control::Group { .. }
            | Control::List { .. }
            | Control::Variants { .. }
            | Control::Repository(_)
            | Control::Choice {
                look: ChoiceLook::Radio,
                ..
            }
    );
    let is_nested = matches!(
        field.control,
        Control::Group { .. } | Control::List { .. } | Control::Variants { .. }
    );
    if let Control::Switch { on } = field.control {
        return view! {
            <div class="ask" data-ask=path>
                <div class="ask-switch">
                    {switch(&marks, on)}
                    <label class="ask-label" for=marks.id.clone()>{label} {optional}</label>
                </div>
                {description} {errors} {help}
            </div>
        }
        .into_any();
    }
    if is_several {
        let class = if is_nested { "ask ask-nested" } else { "ask" };
        let described = marks.described.clone();
        let id = marks.id.clone();
        return view! {
            <fieldset class=class data-ask=path id=id tabindex="-1" aria-describedby=described>
                <legend class="ask-label">{label} {optional}</legend>
                {description}
                {several(&marks, field.control)}
                {errors} {help}
            </fieldset>
        }
        .into_any();
    }
    let is_said = matches!(field.control, Control::Said);
    let label = if is_said {
        Either::Left(view! { <p class="ask-label">{label}</p> })
    } else {
        Either::Right(
            view! { <label class="ask-label" for=marks.id.clone()>{label} {optional}</label> },
        )
    };
    view! {
        <div class="ask" data-ask=path>
            {label} {description} {single(&marks, field.control)} {errors} {help}
        </div>
    }
    .into_any()
}

fn is_optional(control: &Control) -> bool {
    !matches!(
        control,
        Control::Said | Control::Group { .. } | Control::Variants { .. } | Control::Switch { .. }
    )
}

fn single(marks: &Marks, control: Control) -> AnyView {
    match control {
        Control::Text(text) => line(marks, text),
        Control::Number(number) => numeric(marks, number),
        Control::Choice {
            options, chosen, ..
        } => menu(marks, options, chosen),
        Control::Entity { value, label, .. } => combo(marks, &label, &value),
        Control::Entities { values, .. } => chips(marks, values),
        Control::Concealed {
            min,
            max,
            given,
            secret,
        } => {
            let Marks { id, name, .. } = marks.clone();
            let kept = given.then_some("");
            view! {
                <div class="field needs-script"><input type="password" id=id data-concealed=name data-secret=secret data-given=kept autocomplete="new-password"
                    minlength=min maxlength=max aria-required=marks.required.to_string() aria-invalid=marks.wrong.then_some("true")
                    aria-describedby=marks.described.clone() disabled=is_disabled(marks) data-focus=marks.focus.then_some("") /></div>
                <noscript><p class="meta">"Asked for at the end, for without scripts nothing keeps it."</p></noscript>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

fn is_disabled(marks: &Marks) -> bool {
    marks.lock == Lock::Disabled
}

fn is_read_only(marks: &Marks) -> bool {
    marks.lock == Lock::ReadOnly
}

fn line(marks: &Marks, text: Text) -> AnyView {
    let Marks { id, name, .. } = marks.clone();
    let (disabled, read_only) = (is_disabled(marks), is_read_only(marks));
    let wrong = marks.wrong.then_some("true");
    let described = marks.described.clone();
    let focus = marks.focus.then_some("");
    if let TextKind::Paragraph(rows) = text.kind {
        return view! {
            <div class="field field-tall"><textarea id=id name=name rows=rows.to_string() placeholder=text.placeholder required=marks.required
                minlength=text.min maxlength=text.max readonly=read_only disabled=disabled aria-invalid=wrong aria-describedby=described data-focus=focus>{text.value}</textarea></div>
        }
        .into_any();
    }
    let kind = match text.kind {
        TextKind::Email => "email",
        TextKind::Url => "url",
        TextKind::Date => "date",
        TextKind::Time => "time",
        TextKind::Colour => "color",
        TextKind::Line | TextKind::Paragraph(_) => "text",
    };
    view! {
        <div class="field"><input type=kind id=id name=name value=text.value placeholder=text.placeholder autocomplete=text.autocomplete required=marks.required
            minlength=text.min maxlength=text.max readonly=read_only disabled=disabled aria-invalid=wrong aria-describedby=described data-focus=focus /></div>
    }
    .into_any()
}

fn numeric(marks: &Marks, number: Number) -> AnyView {
    let Marks { id, name, .. } = marks.clone();
    view! {
        <div class="field field-short"><input type="number" id=id name=name value=number.value placeholder=number.placeholder step=number.step min=number.min max=number.max
            required=marks.required readonly=is_read_only(marks) disabled=is_disabled(marks) aria-invalid=marks.wrong.then_some("true")
            aria-describedby=marks.described.clone() data-focus=marks.focus.then_some("") /></div>
    }
    .into_any()
}

fn switch(marks: &Marks, on: bool) -> AnyView {
    let Marks { id, name, .. } = marks.clone();
    view! {
        <input type="hidden" name=name.clone() value="false" />
        <input type="checkbox" class="box" id=id name=name value="true" checked=on disabled=is_disabled(marks) aria-invalid=marks.wrong.then_some("true")
            aria-describedby=marks.described.clone() data-focus=marks.focus.then_some("") />
    }
    .into_any()
}

fn menu(marks: &Marks, options: Vec<Choice>, chosen: Option<usize>) -> AnyView {
    let Marks { id, name, .. } = marks.clone();
    let nothing = (!marks.required || chosen.is_none()).then(|| {
        let word = if marks.required { "Choose…" } else { "—" };
        view! { <option value="" selected=chosen.is_none()>{word}</option> }
    });
    let option = |(at, option): (usize, Choice)| {
        view! { <option value=at selected=chosen == Some(at) disabled=option.disabled>{option.label}</option> }
    };
    view! {
        <div class="field field-menu"><select id=id name=name required=marks.required disabled=is_disabled(marks) aria-invalid=marks.wrong.then_some("true")
            aria-describedby=marks.described.clone() data-focus=marks.focus.then_some("")>
            {nothing} {options.into_iter().enumerate().map(option).collect_view()}
        </select> {Icon::ChevronDown.small()}</div>
    }
    .into_any()
}

/// A field that offers what fits as one types; without scripts what is typed is looked up.
fn combo(marks: &Marks, label: &str, value: &str) -> AnyView {
    let Marks { id, name, .. } = marks.clone();
    let list = self::id('l', &marks.name);
    view! {
        <div class="combo">
            <div class="field"><input type="text" id=id name=name.clone() value=label.to_owned() role="combobox" autocomplete="off" spellcheck="false"
                aria-expanded="false" aria-controls=list.clone() aria-autocomplete="list" required=marks.required readonly=is_read_only(marks) disabled=is_disabled(marks)
                aria-invalid=marks.wrong.then_some("true") aria-describedby=marks.described.clone() data-focus=marks.focus.then_some("") />
                {Icon::ChevronDown.small()}</div>
            <input type="hidden" name=format!("{name}#") value=value.to_owned() />
            <div class="menu-list combo-list" id=list role="listbox" aria-label="Choices" hidden></div>
        </div>
    }
    .into_any()
}

fn chips(marks: &Marks, values: Vec<(String, String)>) -> AnyView {
    let name = format!("{}/-", marks.name);
    let path = marks.name.clone();
    let chip = |(at, (value, label)): (usize, (String, String))| {
        let remove = format!("Remove {label}");
        view! {
            <li class="chip">
                {label}
                <input type="hidden" name=name.clone() value=value />
                <button class="chip-button" name="do" value=format!("remove:{path}/{at}") formnovalidate aria-label=remove>{Icon::X.small()}</button>
            </li>
        }
    };
    let has_some = !values.is_empty();
    let chips = values.into_iter().enumerate().map(chip).collect_view();
    let adding = Marks {
        required: false,
        ..marks.clone()
    };
    view! {
        <input type="hidden" name=name.clone() value="" />
        {has_some.then(|| view! { <ul class="chips">{chips}</ul> })}
        <div class="flex gap-2">
            <div class="grow min-w-0">{combo(&adding, "", "")}</div>
            <button class="btn" name="do" value=format!("changed:{}", marks.name) formnovalidate>"Add"</button>
        </div>
    }
    .into_any()
}

fn several(marks: &Marks, control: Control) -> AnyView {
    match control {
        Control::Choice {
            options, chosen, ..
        } => radios(marks, options, chosen),
        Control::Choices { options, chosen } => boxes(marks, options, &chosen),
        Control::Group { fields } => view! { <div class="asks">{asks(fields)}</div> }.into_any(),
        Control::List { items, can_add } => list(marks, items, can_add),
        Control::Variants {
            options,
            chosen,
            fields,
        } => variants(marks, options, chosen, fields),
        Control::Repository(repository) => address(marks, repository),
        _ => ().into_any(),
    }
}

fn radios(marks: &Marks, options: Vec<Choice>, chosen: Option<usize>) -> AnyView {
    let radio = |(at, option): (usize, Choice)| {
        let id = format!("{}.{at}", marks.id);
        view! {
            <div class="ask-switch">
                <input type="radio" class="box box-round" id=id.clone() name=marks.name.clone() value=at checked=chosen == Some(at)
                    required=marks.required disabled=option.disabled || is_disabled(marks) />
                <label for=id>{option.label}</label>
            </div>
        }
    };
    let options = options.into_iter().enumerate().map(radio).collect_view();
    view! { <div class="boxes">{options}</div> }.into_any()
}

fn boxes(marks: &Marks, options: Vec<Choice>, chosen: &[usize]) -> AnyView {
    let name = format!("{}/-", marks.name);
    let tick = |(at, option): (usize, Choice)| {
        let id = format!("{}.{at}", marks.id);
        view! {
            <div class="ask-switch">
                <input type="checkbox" class="box" id=id.clone() name=name.clone() value=at checked=chosen.contains(&at)
                    disabled=option.disabled || is_disabled(marks) />
                <label for=id>{option.label}</label>
            </div>
        }
    };
    let options = options.into_iter().enumerate().map(tick).collect_view();
    view! { <input type="hidden" name=name.clone() value="" /> <div class="boxes">{options}</div> }
        .into_any()
}

fn list(marks: &Marks, items: Vec<Item>, can_add: bool) -> AnyView {
    let item = |item: Item| {
        let button = |word: &str, act: &str, icon: Icon, may: bool| {
            may.then(|| {
                let label = format!("{word}: {}", item.label);
                view! { <button class="btn btn-quiet btn-icon btn-small" name="do" value=format!("{act}:{}", item.path) formnovalidate aria-label=label>{icon.small()}</button> }
            })
        };
        let buttons = view! {
            {button("Move up", "rise", Icon::ArrowUp, item.can_rise)}
            {button("Move down", "sink", Icon::ArrowDown, item.can_sink)}
            {button("Remove", "remove", Icon::X, item.can_remove)}
        };
        let mut field = *item.field;
        field.label.clone_from(&item.label);
        view! {
            <li class="list-item">
                <div class="grow min-w-0">{ask(field)}</div>
                <div class="flex flex-none">{buttons}</div>
            </li>
        }
    };
    let is_empty = items.is_empty();
    let items = items.into_iter().map(item).collect_view();
    let add = can_add.then(|| {
        view! { <button class="btn" name="do" value=format!("add:{}", marks.name) formnovalidate>"Add"</button> }
    });
    view! {
        {(!is_empty).then(|| view! { <ul class="list-items">{items}</ul> })}
        {add}
    }
    .into_any()
}

fn variants(marks: &Marks, names: Vec<String>, chosen: usize, fields: Vec<Field>) -> AnyView {
    let id = format!("{}.v", marks.id);
    let option = |(at, name): (usize, String)| {
        view! { <option value=at selected=at == chosen>{name}</option> }
    };
    let options = names.into_iter().enumerate().map(option).collect_view();
    view! {
        <input type="hidden" name=format!("was:{}", marks.name) value=chosen />
        <div class="field field-menu"><select id=id name=format!("variant:{}", marks.name) aria-label="Which" disabled=is_disabled(marks)>{options}</select> {Icon::ChevronDown.small()}</div>
        <div class="asks">{asks(fields)}</div>
    }
    .into_any()
}

fn address(marks: &Marks, repository: Repository) -> AnyView {
    let part = |it: RepositoryPart, needed: bool| {
        let RepositoryPart {
            key,
            label,
            value,
            options,
            ..
        } = it;
        let part = Marks {
            id: format!("{}.{key}", marks.id),
            name: format!("{}?{key}", marks.name),
            required: needed,
            focus: false,
            ..marks.clone()
        };
        let control = if it.offers {
            combo(&part, &value, &value)
        } else if options.is_empty() {
            let text = Text {
                value,
                autocomplete: "off".to_owned(),
                ..Text::default()
            };
            line(&part, text)
        } else {
            words(&part, options, &value)
        };
        let id = part.id;
        view! { <div class="ask-part"><label class="meta" for=id>{label}</label> {control}</div> }
    };
    let Repository {
        hosts, host, parts, ..
    } = repository;
    let parts = parts.into_iter().map(|it| {
        let needed = marks.required && !it.optional;
        part(it, needed)
    });
    let parts = parts.collect_view();
    let host = RepositoryPart {
        key: "host",
        label: "Host".to_owned(),
        value: host,
        options: hosts,
        ..RepositoryPart::default()
    };
    view! {
        <div class="ask-parts">
            {part(host, false)}
            {parts}
        </div>
    }
    .into_any()
}

/// A menu of words, whose values they are.
fn words(marks: &Marks, options: Vec<String>, chosen: &str) -> AnyView {
    let nothing = (!options.iter().any(|it| it == chosen))
        .then(|| view! { <option value="" selected=true>"Choose…"</option> });
    let option = |word: String| {
        let (selected, value) = (word == chosen, word.clone());
        view! { <option value=value selected=selected>{word}</option> }
    };
    view! {
        <div class="field field-menu"><select id=marks.id.clone() name=marks.name.clone() required=marks.required disabled=is_disabled(marks)
            aria-invalid=marks.wrong.then_some("true")>{nothing} {options.into_iter().map(option).collect_view()}</select> {Icon::ChevronDown.small()}</div>
    }
    .into_any()
}
