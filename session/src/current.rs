//! stub
use crate::SessionData;
#[derive(Clone, Debug)]
pub struct Current<T: SessionData>(std::marker::PhantomData<T>);
