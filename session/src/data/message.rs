/// Text that is put together by the compiler, for the messages of assertions.
#[derive(Debug)]
pub(crate) struct Message {
    bytes: [u8; 1024],
    length: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 1024], length: 0 }
    }

    /// Appends `text`. What has no room is left out: names of types are shorter.
    pub(crate) const fn push(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if self.length + bytes.len() > self.bytes.len() {
            return;
        }
        let mut index = 0;
        while index < bytes.len() {
            self.bytes[self.length] = bytes[index];
            self.length += 1;
            index += 1;
        }
    }

    pub(crate) const fn push_number(&mut self, number: u32) {
        const DIGITS: &str = "0123456789";
        if number >= 10 {
            self.push_number(number / 10);
        }
        let digit = (number % 10) as usize;
        let (_, from) = DIGITS.split_at(digit);
        let (digit, _) = from.split_at(1);
        self.push(digit);
    }

    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_text_follow_one_another() {
        let mut message = Message::new();
        message.push("é ");
        message.push_number(0);
        message.push(", ");
        message.push_number(u32::MAX);
        assert_eq!(message.as_str(), "é 0, 4294967295");
    }
}
