use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::model::Data;

/// What the struct promises of its schema and of its other versions: calls in a `const`, each where the promise is
/// written. The first call says how long the message is, the second one writes it.
pub(super) fn assertions(data: &Data) -> TokenStream {
    let own = &data.own;
    let lock = data.options.lock.as_ref().map(|lock| {
        let text = &lock.value;
        // 200 locked fields are more than rustc expects of a constant.
        quote_spanned! {lock.at.resolved_at(Span::call_site())=>
            #[allow(long_running_const_eval)]
            const _: () = __s::assert_lock::<#own, { __s::lock_room::<#own>(#text) }>(#text);
        }
    });
    let cookie = data.options.fits_cookie.as_ref().map(|word| {
        quote_spanned! {word.key.resolved_at(Span::call_site())=>
            const _: () = __s::assert_fits_cookie::<#own, { __s::cookie_room::<#own>() }>();
        }
    });
    let versions = super::evolution::assertions(data);
    quote::quote!(#versions #lock #cookie)
}
