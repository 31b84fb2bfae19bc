use axum_core::response::{IntoResponse, Response};

use crate::tower::{AuthenticatedRejection, SessionRejection};

impl IntoResponse for SessionRejection {
    fn into_response(self) -> Response {
        self.answer().into_response()
    }
}

impl IntoResponse for AuthenticatedRejection {
    fn into_response(self) -> Response {
        self.answer().into_response()
    }
}
