//! Commands: what they are called, and the keys that give them. Buttons' tips, the list of keys and
//! the keyboard all read this one table.

use eframe::egui::{self, Key, KeyboardShortcut, Modifiers, Ui};

/// Something that a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// The clock a month on.
    MonthLater,
    /// The clock a month back.
    MonthEarlier,
    /// The clock a year on.
    YearLater,
    /// The clock a year back.
    YearEarlier,
    /// The first month.
    FirstMonth,
    /// The last month.
    LastMonth,
    /// Starts or stops the clock.
    Play,
    /// Zooms in at the middle of the map.
    ZoomIn,
    /// Zooms out.
    ZoomOut,
    /// The whole world.
    World,
    /// Looks further west.
    PanWest,
    /// Looks further east.
    PanEast,
    /// Looks further north.
    PanNorth,
    /// Looks further south.
    PanSouth,
    /// Selects the site before in the table.
    SiteBefore,
    /// Selects the site after in the table.
    SiteAfter,
    /// Types in the filter.
    FocusFilter,
    /// Clears the selection.
    ClearSelection,
    /// Shows or hides the field for a path.
    Open,
    /// Shows or hides the list of problems.
    Problems,
    /// Shows or hides the list of keys.
    Keys,
}

/// A row of the table: command, title, keys.
type Entry = (Command, &'static str, &'static [(Modifiers, Key)]);

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;

impl Command {
    /// All commands in the order of the list of keys. Those with `Shift` stand before those
    /// without, since a plain shortcut would also take them.
    pub const ALL: &'static [Entry] = &[
        (Self::YearLater, "A year later", &[(SHIFT, Key::ArrowRight)]),
        (Self::YearEarlier, "A year earlier", &[(SHIFT, Key::ArrowLeft)]),
        (Self::MonthLater, "A month later", &[(NONE, Key::ArrowRight)]),
        (Self::MonthEarlier, "A month earlier", &[(NONE, Key::ArrowLeft)]),
        (Self::FirstMonth, "The first month", &[(NONE, Key::Home)]),
        (Self::LastMonth, "The last month", &[(NONE, Key::End)]),
        (Self::Play, "Let the clock run, or stop it", &[(NONE, Key::Space)]),
        (
            Self::ZoomIn,
            "Zoom in",
            &[(NONE, Key::Plus), (SHIFT, Key::Plus), (NONE, Key::Equals), (NONE, Key::PageUp)],
        ),
        (Self::ZoomOut, "Zoom out", &[(NONE, Key::Minus), (NONE, Key::PageDown)]),
        (Self::World, "The whole world", &[(NONE, Key::Num0)]),
        (Self::PanWest, "Look further west", &[(NONE, Key::A)]),
        (Self::PanEast, "Look further east", &[(NONE, Key::D)]),
        (Self::PanNorth, "Look further north", &[(NONE, Key::W)]),
        (Self::PanSouth, "Look further south", &[(NONE, Key::S)]),
        (Self::SiteBefore, "The site above, in the table", &[(NONE, Key::ArrowUp)]),
        (Self::SiteAfter, "The site below, in the table", &[(NONE, Key::ArrowDown)]),
        (Self::FocusFilter, "Type in the filter", &[(NONE, Key::Slash)]),
        (Self::ClearSelection, "Clear the selection", &[(NONE, Key::Escape)]),
        (Self::Open, "Open files", &[(Modifiers::COMMAND, Key::O)]),
        (Self::Problems, "Show the problems in the data", &[(NONE, Key::P)]),
        (Self::Keys, "Show this list", &[(NONE, Key::Questionmark), (SHIFT, Key::Questionmark)]),
    ];

    fn entry(self) -> Option<&'static Entry> {
        Self::ALL.iter().find(|(command, ..)| *command == self)
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        self.entry().map_or("", |(_, title, _)| title)
    }

    /// Its keys, for people.
    pub fn keys(self, ui: &Ui) -> String {
        let keys = self.entry().map_or(&[][..], |(.., keys)| keys);
        let texts =
            keys.iter().filter(|(m, k)| !(m.shift && matches!(k, Key::Plus | Key::Questionmark)));
        let texts = texts.map(|(m, k)| ui.format_shortcut(&KeyboardShortcut::new(*m, *k)));
        texts.collect::<Vec<_>>().join("  ")
    }

    /// Title and keys, for the tip of a button.
    pub fn tip(self, ui: &Ui) -> String {
        format!("{} ({})", self.title(), self.keys(ui))
    }
}

/// The commands whose keys were pressed in this frame, unless a text is being typed.
pub fn pressed(ui: &Ui) -> Vec<Command> {
    // What is being typed, and a list that is open, have their keys to themselves.
    if ui.text_edit_focused() || egui::Popup::is_any_open(ui) {
        return Vec::new();
    }
    let hit = |keys: &[(Modifiers, Key)]| {
        keys.iter().any(|(modifiers, key)| ui.input_mut(|i| i.consume_key(*modifiers, *key)))
    };
    Command::ALL.iter().filter(|(.., keys)| hit(keys)).map(|(command, ..)| *command).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_key() {
        let mut seen = Vec::new();
        for (command, title, keys) in Command::ALL {
            assert!(!title.is_empty() && !keys.is_empty());
            for key in *keys {
                assert!(!seen.contains(key), "{command:?} takes {key:?} a second time");
                seen.push(*key);
            }
        }
    }

    #[test]
    fn keys_with_shift_are_tried_before_those_without() {
        for (at, (.., keys)) in Command::ALL.iter().enumerate() {
            for (modifiers, key) in keys.iter().filter(|(m, _)| m.shift) {
                let plain = Command::ALL.iter().position(|(.., k)| k.contains(&(NONE, *key)));
                assert!(plain.is_none_or(|p| p >= at), "{modifiers:?} {key:?}");
            }
        }
    }
}
