//! A template with a form of ten pages and a hundred fields, and what its reader asks.

use std::fmt::Write as _;

const PAGES: usize = 10;
const FIELDS: usize = 10;

/// The file of the template.
pub(super) fn document() -> String {
    let mut text = String::from(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: bench-form\n  annotations:\n    example.com/bench: form\nspec:\n  type: service\n  owner: team-00000\n  steps:\n    - action: debug:log\n  parameters:\n",
    );
    for page in 0..PAGES {
        let _ = write!(
            text,
            "    - title: Page {page}\n      required: [f{page}_0]\n      properties:\n"
        );
        for field in 0..FIELDS {
            let name = format!("f{page}_{field}");
            let asked = match field % 5 {
                0 => {
                    "type: string, pattern: '^[a-z-]+$', maxLength: 40, ui:help: Lower case letters and *dashes*"
                }
                1 => "type: integer, minimum: 1, maximum: 65535, default: 8080",
                2 => "type: string, enum: [small, middle, large], default: small",
                3 => "type: string, ui:field: OwnerPicker",
                _ => "type: boolean",
            };
            let _ = writeln!(text, "        {name}: {{title: Field {name}, {asked}}}");
        }
        let _ = write!(
            text,
            "      dependencies:\n        f{page}_2:\n          oneOf:\n            - properties: {{f{page}_2: {{enum: [small, middle]}}}}\n            - properties: {{f{page}_2: {{enum: [large]}}, why{page}: {{title: Why, type: string, minLength: 3}}}}\n              required: [why{page}]\n",
        );
    }
    text
}

/// A reader has filled in everything, and leaves a field of a page: once for each page.
pub(super) fn paths() -> Vec<String> {
    let mut values = String::from("{");
    for page in 0..PAGES {
        let comma = if page > 0 { "," } else { "" };
        let _ = write!(
            values,
            "{comma}\"f{page}_0\":\"some-name\",\"f{page}_1\":443,\"f{page}_2\":\"large\",\"why{page}\":\"it is\""
        );
    }
    values.push('}');
    let values: String = values
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let path = |page: usize| {
        format!(
            "/create/templates/default/bench-form?values={values}&page={page}&%2Ff{page}_0=other-name&do=changed:%2Ff{page}_0"
        )
    };
    (0..PAGES).map(path).collect()
}
