use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{Expr, Ident, LitInt, LitStr, Path, Token};

use super::evolution::{self, Retired, Was};
use super::suggest;
use crate::symbol::{OnFailure, Policy, Word};

/// The options of one place, as written. What a place does not allow is never set.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) version: Option<Given<u32>>,
    pub(crate) previous: Option<Given<Path>>,
    pub(crate) on_failed_upgrade: Option<Given<OnFailure>>,
    pub(crate) min_reader: Option<Given<u32>>,
    pub(crate) write_as: Option<Given<u32>>,
    pub(crate) retired: Vec<Given<Retired>>,
    pub(crate) lock: Option<Given<LitStr>>,
    pub(crate) fits_cookie: Option<Given<()>>,
    pub(crate) runtime: Option<Given<Path>>,
    pub(crate) packed: Option<Given<()>>,
    pub(crate) identity: Option<Given<()>>,
    pub(crate) index: Option<Given<()>>,
    pub(crate) privilege: Option<Given<()>>,
    pub(crate) keep: Option<Given<()>>,
    pub(crate) merge: Option<Given<Merge>>,
    pub(crate) flash: Option<Given<()>>,
    pub(crate) secret: Option<Given<()>>,
    pub(crate) pii: Option<Given<()>>,
    /// Without an expression for a bare `default`.
    pub(crate) default: Option<Given<Option<Expr>>>,
    pub(crate) rename: Option<Given<LitStr>>,
    /// The former names, as they stand there.
    pub(crate) alias: Vec<Given<LitStr>>,
    /// The former types, each with the functions named after it.
    pub(crate) was: Vec<Given<Was>>,
    pub(crate) skip: Option<Given<()>>,
    pub(crate) accessor: Option<Given<Ident>>,
    pub(crate) copy: Option<Given<()>>,
    pub(crate) max_len: Option<Given<Expr>>,
    pub(crate) recursive: Option<Given<()>>,
    pub(crate) other: Option<Given<()>>,
}

/// What `merge` is given.
pub(crate) enum Merge {
    Policy(Policy),
    /// A function of the app. Of two parts at least: a single word is a policy, now or in a later version.
    Function(Path),
}

/// An option's value, and where both stand.
pub(crate) struct Given<V> {
    pub(crate) key: Span,
    pub(crate) at: Span,
    pub(crate) value: V,
}

impl Options {
    /// Where `word` is given.
    pub(crate) fn given(&self, word: Word) -> Option<Span> {
        fn key<V>(given: Option<&Given<V>>) -> Option<Span> {
            given.map(|given| given.key)
        }
        match word {
            Word::Version => key(self.version.as_ref()),
            Word::Previous => key(self.previous.as_ref()),
            Word::OnFailedUpgrade => key(self.on_failed_upgrade.as_ref()),
            Word::MinReader => key(self.min_reader.as_ref()),
            Word::WriteAs => key(self.write_as.as_ref()),
            Word::Retired => key(self.retired.first()),
            Word::Lock => key(self.lock.as_ref()),
            Word::FitsCookie => key(self.fits_cookie.as_ref()),
            Word::Crate => key(self.runtime.as_ref()),
            Word::Packed => key(self.packed.as_ref()),
            Word::Identity => key(self.identity.as_ref()),
            Word::Index => key(self.index.as_ref()),
            Word::Privilege => key(self.privilege.as_ref()),
            Word::Keep => key(self.keep.as_ref()),
            Word::Merge => key(self.merge.as_ref()),
            Word::Flash => key(self.flash.as_ref()),
            Word::Secret => key(self.secret.as_ref()),
            Word::Pii => key(self.pii.as_ref()),
            Word::Default => key(self.default.as_ref()),
            Word::Rename => key(self.rename.as_ref()),
            Word::Alias => key(self.alias.first()),
            Word::Was => key(self.was.first()),
            Word::With => self.was.iter().find_map(|was| key(was.value.with.as_ref())),
            Word::Back => self.was.iter().find_map(|was| key(was.value.back.as_ref())),
            Word::Skip => key(self.skip.as_ref()),
            Word::Accessor => key(self.accessor.as_ref()),
            Word::Copy => key(self.copy.as_ref()),
            Word::MaxLen => key(self.max_len.as_ref()),
            Word::Recursive => key(self.recursive.as_ref()),
            Word::Other => key(self.other.as_ref()),
        }
    }

    /// Reads what follows the key `word`.
    pub(super) fn read(&mut self, word: Word, key: Span, input: ParseStream<'_>) -> syn::Result<()> {
        match word {
            Word::Version => set(&mut self.version, word, key, valued(word, key, input, version)?),
            Word::Previous => {
                set(&mut self.previous, word, key, valued(word, key, input, evolution::previous)?)
            }
            Word::OnFailedUpgrade => {
                set(&mut self.on_failed_upgrade, word, key, valued(word, key, input, evolution::on_failure)?)
            }
            Word::MinReader => set(&mut self.min_reader, word, key, valued(word, key, input, version)?),
            Word::WriteAs => set(&mut self.write_as, word, key, valued(word, key, input, version)?),
            Word::Retired => {
                for (at, value) in evolution::retired(key, input)? {
                    self.retired.push(Given { key, at, value });
                }
                Ok(())
            }
            Word::Lock => set(&mut self.lock, word, key, valued(word, key, input, lock)?),
            Word::FitsCookie => set(&mut self.fits_cookie, word, key, flag(word, key, input)?),
            Word::Crate => set(&mut self.runtime, word, key, valued(word, key, input, runtime)?),
            Word::Packed => set(&mut self.packed, word, key, flag(word, key, input)?),
            Word::Identity => set(&mut self.identity, word, key, flag(word, key, input)?),
            Word::Index => set(&mut self.index, word, key, flag(word, key, input)?),
            Word::Privilege => set(&mut self.privilege, word, key, flag(word, key, input)?),
            Word::Keep => set(&mut self.keep, word, key, flag(word, key, input)?),
            Word::Merge => set(&mut self.merge, word, key, valued(word, key, input, merge)?),
            Word::Flash => set(&mut self.flash, word, key, flag(word, key, input)?),
            Word::Secret => set(&mut self.secret, word, key, flag(word, key, input)?),
            Word::Pii => set(&mut self.pii, word, key, flag(word, key, input)?),
            Word::Default if input.is_empty() || input.peek(Token![,]) => {
                set(&mut self.default, word, key, (key, None))
            }
            Word::Default => {
                let (at, expr) = valued(word, key, input, default)?;
                set(&mut self.default, word, key, (at, Some(expr)))
            }
            Word::Rename => set(&mut self.rename, word, key, valued(word, key, input, rename)?),
            Word::Alias => {
                let (at, value) = valued(word, key, input, evolution::alias)?;
                self.alias.push(Given { key, at, value });
                Ok(())
            }
            Word::Was => {
                let (at, value) = valued(word, key, input, evolution::was)?;
                self.was.push(Given { key, at, value });
                Ok(())
            }
            Word::With | Word::Back => {
                let found = valued(word, key, input, evolution::function)?;
                let Some(was) = self.was.last_mut().map(|was| &mut was.value) else {
                    return Err(syn::Error::new(
                        key,
                        format_args!(
                            "`{word}` stands after the `was` that it converts: `was = OldType, {}`",
                            word.example()
                        ),
                    ));
                };
                set(if word == Word::With { &mut was.with } else { &mut was.back }, word, key, found)
            }
            Word::Skip => set(&mut self.skip, word, key, flag(word, key, input)?),
            Word::Accessor => set(&mut self.accessor, word, key, valued(word, key, input, accessor)?),
            Word::Copy => set(&mut self.copy, word, key, flag(word, key, input)?),
            Word::MaxLen => set(&mut self.max_len, word, key, valued(word, key, input, max_len)?),
            Word::Recursive => set(&mut self.recursive, word, key, flag(word, key, input)?),
            Word::Other => set(&mut self.other, word, key, flag(word, key, input)?),
        }
    }
}

fn set<V>(slot: &mut Option<Given<V>>, word: Word, key: Span, (at, value): (Span, V)) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(key, format_args!("`{word}` is given twice; remove one of the two")));
    }
    *slot = Some(Given { key, at, value });
    Ok(())
}

/// An option that stands alone.
fn flag(word: Word, key: Span, input: ParseStream<'_>) -> syn::Result<(Span, ())> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok((key, ()));
    }
    if input.peek(Token![=]) || input.peek(Paren) {
        return Err(input.error(format_args!("`{word}` takes no value; write `{word}` alone")));
    }
    Err(input.error(format_args!("expected `,` after `{word}`; options are separated by commas")))
}

/// An option with `= value`.
fn valued<V>(
    word: Word,
    key: Span,
    input: ParseStream<'_>,
    read: fn(ParseStream<'_>) -> syn::Result<(Span, V)>,
) -> syn::Result<(Span, V)> {
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return Err(syn::Error::new(key, format_args!("`{word}` needs a value: `{}`", word.example())));
    }
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(
            key,
            format_args!("the value of `{word}` is missing: `{}`", word.example()),
        ));
    }
    read(input)
}

/// Parses a `V`, or says `message` where something else begins.
pub(super) fn parse<V: Parse + Spanned>(input: ParseStream<'_>, message: &str) -> syn::Result<(Span, V)> {
    let fork = input.fork();
    match fork.parse::<V>() {
        Ok(value) => {
            input.advance_to(&fork);
            Ok((value.span(), value))
        }
        Err(_) => Err(input.error(message)),
    }
}

fn version(input: ParseStream<'_>) -> syn::Result<(Span, u32)> {
    const MESSAGE: &str = "a version is a whole number from 1 on, such as `2`";
    let (at, literal) = parse::<LitInt>(input, MESSAGE)?;
    match literal.base10_parse::<u32>() {
        Ok(version) if version > 0 && literal.suffix().is_empty() => Ok((at, version)),
        _ => Err(syn::Error::new(at, MESSAGE)),
    }
}

fn runtime(input: ParseStream<'_>) -> syn::Result<(Span, Path)> {
    const MESSAGE: &str = "`crate` is a path, without quotes: `crate = path::to::session`";
    let fork = input.fork();
    let path = fork.call(Path::parse_mod_style).map_err(|_| input.error(MESSAGE))?;
    input.advance_to(&fork);
    Ok((path.span(), path))
}

fn merge(input: ParseStream<'_>) -> syn::Result<(Span, Merge)> {
    const MESSAGE: &str = "a merge policy is a word, such as `add`, or the path of a function, such as `self::newest`; \
                           both stand without quotes: `merge = add`";
    if input.peek(Token![|]) {
        // Read to its end, past the commas in it.
        let closure = input.parse::<Expr>()?;
        return Err(syn::Error::new_spanned(
            closure,
            "a closure cannot stand here; give a function by its path: `merge = self::newest`",
        ));
    }
    let fork = input.fork();
    let path = fork.call(Path::parse_mod_style).map_err(|_| input.error(MESSAGE))?;
    input.advance_to(&fork);
    let Some(word) = path.get_ident() else { return Ok((path.span(), Merge::Function(path))) };
    let name = word.to_string();
    match Policy::ALL.into_iter().find(|policy| policy.name() == name) {
        Some(policy) => Ok((word.span(), Merge::Policy(policy))),
        None => Err(syn::Error::new(word.span(), suggest::unknown_policy(&name))),
    }
}

fn default(input: ParseStream<'_>) -> syn::Result<(Span, Expr)> {
    parse(input, "the value of `default` is an expression: `default = 10`")
}

fn rename(input: ParseStream<'_>) -> syn::Result<(Span, LitStr)> {
    let (at, name) = parse::<LitStr>(input, "the stored name stands in quotes: `rename = \"name\"`")?;
    if name.value().is_empty() {
        return Err(syn::Error::new(at, "the stored name is empty; write a name, or remove `rename`"));
    }
    storable(at, &name)?;
    Ok((at, name))
}

/// What would end an entry of a lock, or the lock itself, stands in no name.
pub(super) fn storable(at: Span, name: &LitStr) -> syn::Result<()> {
    let breaks = |c: char| c.is_whitespace() || matches!(c, ':' | '"' | '\\');
    match name.value().contains(breaks) {
        true => Err(syn::Error::new(at, "a stored name has no spaces, quotes, colons or backslashes in it")),
        false => Ok(()),
    }
}

fn lock(input: ParseStream<'_>) -> syn::Result<(Span, LitStr)> {
    parse(input, "a lock stands in quotes; begin with `lock = \"\"` and paste what the compiler prints")
}

fn max_len(input: ParseStream<'_>) -> syn::Result<(Span, Expr)> {
    const MESSAGE: &str = "how long a value may be is a number, of bytes for text and of elements for a collection: `max_len = 64`";
    let (at, limit) = parse::<Expr>(input, MESSAGE)?;
    match &limit {
        Expr::Lit(literal) if !matches!(literal.lit, syn::Lit::Int(_)) => Err(syn::Error::new(at, MESSAGE)),
        _ => Ok((at, limit)),
    }
}

fn accessor(input: ParseStream<'_>) -> syn::Result<(Span, Ident)> {
    const MESSAGE: &str =
        "the name of an accessor stands in quotes and is an identifier: `accessor = \"name\"`";
    let (at, name) = parse::<LitStr>(input, MESSAGE)?;
    let parsed = name.parse::<Ident>().or_else(|_| {
        // A keyword: `accessor = "type"` means `r#type`.
        let word = name.parse_with(Ident::parse_any)?.unraw().to_string();
        match word.as_str() {
            "self" | "Self" | "super" | "crate" | "_" => Err(syn::Error::new(at, MESSAGE)),
            word => Ok(Ident::new_raw(word, at)),
        }
    });
    match parsed {
        Ok(ident) => Ok((at, ident)),
        Err(_) => Err(syn::Error::new(at, MESSAGE)),
    }
}
