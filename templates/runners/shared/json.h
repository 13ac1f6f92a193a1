// Text as a JSON string. Names come from people and files, so any bytes may come.
#pragma once

#include <string>
#include <string_view>

namespace sideload {

inline size_t utf8_length_by(unsigned first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

// How many bytes the UTF-8 character that starts at `text[at]` has; 0 where none does.
inline size_t utf8_length(std::string_view text, size_t at) {
  const auto byte = [&](size_t index) {
    return index < text.size() ? static_cast<unsigned char>(text[index]) : 0;
  };
  const unsigned first = byte(at);
  const size_t length = utf8_length_by(first);
  for (size_t index = 1; index < length; index++) {
    if ((byte(at + index) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = byte(at + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool impossible = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || impossible ? 0 : length;
}

inline void append_character(std::string& out, std::string_view character) {
  static const char* const hex = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character[0]);
  if (code < 0x20 || code == 0x7F) {
    out += "\\u00";
    out += hex[code >> 4];
    out += hex[code & 15];
  } else {
    if (code == '"' || code == '\\') out += '\\';
    out += character;
  }
}

// `text` in quotes; bytes that are no UTF-8 become U+FFFD.
inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text, at);
    if (length == 0) {
      out += "\\ufffd";
    } else {
      append_character(out, text.substr(at, length));
    }
    at += length == 0 ? 1 : length;
  }
  return out + '"';
}

}  // namespace sideload
