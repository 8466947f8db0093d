//! certwright under its own name: clap's usual flags.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand};

use super::own::failure::Failure;
use super::{
    Outcome, cfssl, cfssljson, check, completions, diff, export, init, inspect, links, lint, man, oneoff,
    pki, profiles, roles, schema, streams,
};

/// A PKI certificate-generation toolkit: cfssl's files and flags, strict where cfssl is silent.
#[derive(Debug, Parser)]
#[command(name = "certwright", version, arg_required_else_help = true, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run as cfssl: gencert, genkey, gencsr, sign, selfsign, certinfo, info, print-defaults, version
    #[command(disable_help_flag = true)]
    Cfssl {
        /// cfssl's command and its flags
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Run as cfssljson: write the files of a result
    #[command(disable_help_flag = true)]
    Cfssljson {
        /// cfssljson's flags and the base name
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Write a folder to start from: a manifest, the files it names, and what to edit
    Init(init::InitArguments),
    /// Make a folder what a manifest describes: the files of a whole PKI
    #[command(after_help = "Examples:
  certwright apply                         the pki.json of this folder
  certwright apply cluster/ --out /etc/pki
  certwright apply --allow-name-removal    a name went from a request, and nobody uses it
  certwright apply --replace-ca ca         a lost key or a new name of the authority `ca`; all below it is issued again
  certwright apply --rotate-ca ca          a new key in place of a leaked one; all below it is issued again

A second run changes nothing. Certificates are renewed when a third of their life is left (\"renew_before\").
What is replaced stays in the folder `previous`; `certwright rollback NAME` brings it back.")]
    Apply(pki::ApplyArguments),
    /// Say what `apply` would do, and why
    #[command(after_help = "Examples:
  certwright plan
  certwright plan --check || echo 'something to do'     exit status 3 then
  certwright plan --at 2027-06-01T00:00:00Z             what it would say on that day

One line for each entry: + new, ~ to be issued or written again, = unchanged, ! refused.")]
    Plan(pki::PlanArguments),
    /// Bring back the generation of an entry before its last change
    #[command(after_help = "Example:
  certwright rollback server --out /etc/pki

What it replaces becomes the earlier generation: a second rollback takes the first one back.")]
    Rollback(pki::RollbackArguments),
    /// Issue one certificate without a manifest: a root, an intermediate or a leaf
    Issue(Box<oneoff::IssueArguments>),
    /// Renew certificates in place: same key, same names, same extensions, for as long again
    Renew(oneoff::RenewArguments),
    /// Write a certificate, its key and its chain in other formats: PKCS#12, DER, Kubernetes, haproxy and more
    Export(Box<export::ExportArguments>),
    /// Say what a consumer will refuse, and why: files, folders, and servers as HOST:PORT
    Check(Box<check::CheckArguments>),
    /// Say where certificates, requests and revocation lists break RFC 5280 and its relatives
    Lint(lint::LintArguments),
    /// Show certificates, requests, keys and CRLs: what they are, for whom, until when, and who signed whom
    Inspect(Box<inspect::InspectArguments>),
    /// Say what differs between two certificates or requests
    Diff(Box<diff::DiffArguments>),
    /// Make the links `cfssl` and `cfssljson` to this program, so that scripts find it under these names
    Links {
        /// The folder for the links, such as /usr/local/bin; it is made where it is missing
        folder: PathBuf,
    },
    /// Print the JSON Schema of the manifest, for editors and checks
    Schema,
    /// Print what a shell needs to complete commands and flags
    #[command(after_help = completions::EXAMPLES)]
    Completions {
        /// The shell
        shell: completions::Shell,
    },
    /// Print the manual page, or write the pages of all commands into a folder
    #[command(after_help = man::EXAMPLES)]
    Man {
        /// The folder; it is made where it is missing, and older pages are replaced
        folder: Option<PathBuf>,
    },
    /// As `--help`
    #[command(hide = true)]
    Help {
        /// The command
        command: Vec<OsString>,
    },
    /// As `--version`
    #[command(hide = true)]
    Version,
    /// List the roles of certificates, and explain what each needs
    #[command(after_help = roles::EXAMPLES)]
    Roles {
        #[command(subcommand)]
        command: roles::RolesCommand,
    },
    /// List and show the profiles that come with certwright
    Profiles {
        #[command(subcommand)]
        command: ProfilesCommand,
    },
}

#[derive(Debug, Subcommand)]
enum ProfilesCommand {
    /// List the profiles and their files
    List,
    /// Print a file, or all files of a profile: `etcd/ca-config.json`, `etcd`
    Show {
        /// A name that `list` prints
        name: String,
    },
}

/// Runs an argument vector, its program name included.
pub fn run(args: &[OsString]) -> Outcome {
    let command =
        match parse_alone(args).map_or_else(|| Arguments::try_parse_from(args).map(|all| all.command), Ok) {
            Ok(command) => command,
            Err(error) => return refuse(&with_tip_for_dashes(error, args)),
        };
    let done = |result: Result<(), Failure>| result.map(|()| Outcome::Done);
    let result = match command {
        Command::Help { command } => return run_again(args, command, "--help"),
        Command::Version => return run_again(args, Vec::new(), "--version"),
        Command::Cfssl { args } => return cfssl::run(&args),
        Command::Cfssljson { args } => return cfssljson::run("cfssljson".as_ref(), &args),
        Command::Init(arguments) => done(init::run(&arguments)),
        Command::Apply(arguments) => pki::apply(&arguments),
        Command::Plan(arguments) => pki::plan(&arguments),
        Command::Rollback(arguments) => done(pki::rollback(&arguments)),
        Command::Issue(arguments) => oneoff::issue(&arguments),
        Command::Renew(arguments) => oneoff::renew(&arguments),
        Command::Export(arguments) => done(export::run(&arguments)),
        Command::Check(arguments) => check::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Diff(arguments) => Ok(diff::run(&arguments)),
        Command::Links { folder } => done(links::run(&folder).map_err(Failure::new)),
        Command::Schema => done(schema::run()),
        Command::Completions { shell } => done(completions::run(shell, Arguments::command())),
        Command::Man { folder } => done(man::run(folder.as_deref(), Arguments::command())),
        Command::Roles { command } => done(roles::run(&command)),
        Command::Profiles { command: ProfilesCommand::List } => done(profiles::list().map_err(Failure::new)),
        Command::Profiles { command: ProfilesCommand::Show { name } } => {
            done(profiles::show(&name).map_err(Failure::new))
        }
    };
    match result {
        Ok(outcome) => outcome,
        Err(failure) => {
            failure.print();
            Outcome::Failed
        }
    }
}

/// A command whose arguments are as they should be. To describe all commands to clap takes longer than anything else
/// that an `apply` of a small PKI does on its own, so that is done for help and for advice only. The two that are mostly
/// given without arguments need no description at all then.
fn parse_alone(args: &[OsString]) -> Option<Command> {
    let [_, args @ ..] = args else { return None };
    let is_bare = args.len() == 1;
    match args.first()?.to_str()? {
        "apply" if is_bare => Some(Command::Apply(pki::ApplyArguments::default())),
        "plan" if is_bare => Some(Command::Plan(pki::PlanArguments::default())),
        "apply" => alone(args).map(Command::Apply),
        "check" => alone(args).map(Command::Check),
        "diff" => alone(args).map(Command::Diff),
        "export" => alone(args).map(Command::Export),
        "init" => alone(args).map(Command::Init),
        "inspect" => alone(args).map(Command::Inspect),
        "issue" => alone(args).map(Command::Issue),
        "lint" => alone(args).map(Command::Lint),
        "plan" => alone(args).map(Command::Plan),
        "renew" => alone(args).map(Command::Renew),
        "rollback" => alone(args).map(Command::Rollback),
        _ => None,
    }
}

/// The arguments behind a command's name, if there is nothing to say about them.
fn alone<A: Args>(args: &[OsString]) -> Option<A> {
    let described = A::augment_args(clap::Command::new("certwright"));
    A::from_arg_matches(&described.try_get_matches_from(args).ok()?).ok()
}

/// clap's advice for a value that begins with a dash, `-- -x`, would make it something else than the flag's value.
fn with_tip_for_dashes(mut error: clap::Error, args: &[OsString]) -> clap::Error {
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidArg) else { return error };
    let words: Vec<_> = args.iter().filter_map(|word| word.to_str()).collect();
    let is_it = |pair: &&[&str]| takes_value(args, pair[0]) && pair[1].starts_with(found.as_str());
    let Some(&[flag, value]) = words.windows(2).find(is_it) else { return error };
    if error.kind() == ErrorKind::UnknownArgument {
        let tip = format!("to pass '{value}' to '{flag}', use '{flag}={value}'");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Whether a word is a flag of the command that is followed by a value.
fn takes_value(args: &[OsString], word: &str) -> bool {
    let Some(long) = word.strip_prefix("--") else { return false };
    let program = Arguments::command();
    let command = args.get(1).and_then(|name| program.find_subcommand(name));
    command.is_some_and(|command| {
        command.get_arguments().any(|flag| flag.get_long() == Some(long) && flag.get_action().takes_values())
    })
}

/// `help` and `version` do what the flags of these names do, of the program or of a command.
fn run_again(args: &[OsString], command: Vec<OsString>, flag: &str) -> Outcome {
    let program = args.first().cloned().into_iter();
    run(&program.chain(command).chain([flag.into()]).collect::<Vec<_>>())
}

fn refuse(error: &clap::Error) -> Outcome {
    let text = error.render().to_string();
    if error.use_stderr() {
        streams::print_error(&text);
        return Outcome::Misused;
    }
    match streams::print(&text) {
        Ok(()) => Outcome::Done,
        Err(_) => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<A: Args + Default + std::fmt::Debug>(command: &str) {
        let parsed: A = alone(&[command.into()]).unwrap();
        assert_eq!(format!("{parsed:?}"), format!("{:?}", A::default()), "{command}");
    }

    #[test]
    fn what_needs_no_parsing_is_what_parsing_gives() {
        check::<pki::ApplyArguments>("apply");
        check::<pki::PlanArguments>("plan");
    }
}
