//! The examples are beside this file. What the README shows is compiled here.
#![doc = include_str!("../README.md")]
