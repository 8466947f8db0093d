//! How far the work is, for people who wait: a bar on standard error.

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Whoever waits less needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// The progress of one piece of work, advanced by any thread. Nothing is shown unless standard error is a terminal
/// and the work takes longer than half a second; what was shown is gone when this is dropped.
#[derive(Debug)]
pub(in crate::cli) struct Progress {
    label: &'static str,
    total: u64,
    done: AtomicU64,
    is_coloured: bool,
    /// When the bar may appear; `None` where nobody watches.
    appears: Option<Instant>,
    /// Where it appears, until it does.
    target: Mutex<Option<ProgressDrawTarget>>,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// Starts; `label` is what is done, such as `issuing`, and `total` how often.
    pub(in crate::cli) fn start(label: &'static str, total: usize) -> Self {
        let target = io::stderr().is_terminal().then(ProgressDrawTarget::stderr);
        let is_coloured = is_coloured(std::env::var_os("NO_COLOR").as_deref());
        let mut progress = Self::on(target, PATIENCE, label, total);
        progress.is_coloured = is_coloured;
        progress
    }

    fn on(target: Option<ProgressDrawTarget>, patience: Duration, label: &'static str, total: usize) -> Self {
        let appears = target.as_ref().and_then(|_| Instant::now().checked_add(patience));
        Self {
            label,
            total: u64::try_from(total).unwrap_or(u64::MAX),
            done: AtomicU64::new(0),
            is_coloured: false,
            appears,
            target: Mutex::new(target),
            bar: OnceLock::new(),
        }
    }

    /// So many more are done.
    pub(in crate::cli) fn advance(&self, by: usize) {
        let Some(appears) = self.appears else { return };
        self.done.fetch_add(u64::try_from(by).unwrap_or(u64::MAX), Ordering::Relaxed);
        if self.bar.get().is_some() || Instant::now() >= appears {
            let bar = self.bar.get_or_init(|| self.make_bar());
            bar.set_position(self.done.load(Ordering::Relaxed));
        }
    }

    fn make_bar(&self) -> ProgressBar {
        let target = self.target.lock().ok().and_then(|mut target| target.take());
        let target = target.unwrap_or_else(ProgressDrawTarget::hidden);
        ProgressBar::with_draw_target(Some(self.total), target)
            .with_style(style(self.is_coloured))
            .with_message(self.label)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// <https://no-color.org>: set, and not empty.
fn is_coloured(no_color: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty)
}

const COLOURED: &str = "{msg} [{bar:30.green}] {pos}/{len}, {eta} left";
const PLAIN: &str = "{msg} [{bar:30}] {pos}/{len}, {eta} left";

fn style(is_coloured: bool) -> ProgressStyle {
    ProgressStyle::with_template(if is_coloured { COLOURED } else { PLAIN })
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::TermLike;
    use std::sync::Arc;

    /// What a terminal was told.
    #[derive(Clone, Debug, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl Screen {
        fn text(&self) -> String {
            self.0.lock().unwrap().clone()
        }

        fn target(&self) -> Option<ProgressDrawTarget> {
            Some(ProgressDrawTarget::term_like(Box::new(self.clone())))
        }
    }

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            self.write_str("<clear>")
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_bar_appears_when_the_work_takes_long_and_goes_with_it() {
        let screen = Screen::default();
        let progress = Progress::on(screen.target(), Duration::ZERO, "issuing", 10);
        assert_eq!(screen.text(), "", "nothing before the first step");
        std::thread::scope(|scope| {
            (0..3).for_each(|_| drop(scope.spawn(|| progress.advance(1))));
        });
        assert_eq!(progress.bar.get().unwrap().position(), 3);
        let shown = screen.text();
        assert!(shown.contains("issuing [") && shown.contains("/10, "), "{shown}");
        assert!(!shown.ends_with("<clear>"), "{shown}");
        drop(progress);
        assert!(screen.text().ends_with("<clear>"), "{}", screen.text());
    }

    #[test]
    fn short_work_and_pipes_see_nothing() {
        let screen = Screen::default();
        let progress = Progress::on(screen.target(), PATIENCE, "issuing", 10);
        progress.advance(10);
        drop(progress);
        assert_eq!(screen.text(), "");
        let unwatched = Progress::on(None, Duration::ZERO, "issuing", 10);
        unwatched.advance(1);
        assert!(unwatched.bar.get().is_none());
    }

    #[test]
    fn colour_is_left_out_where_it_is_not_wanted() {
        for (value, expected) in [(None, true), (Some(""), true), (Some("1"), false), (Some("0"), false)] {
            assert_eq!(is_coloured(value.map(OsStr::new)), expected, "{value:?}");
        }
        [COLOURED, PLAIN].iter().for_each(|text| drop(ProgressStyle::with_template(text).unwrap()));
        assert!(!PLAIN.contains("green"));
    }
}
