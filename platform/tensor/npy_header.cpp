#include "platform/tensor/npy_header.h"

#include <fmt/format.h>

#include <cctype>
#include <limits>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

class Parser {
 public:
  Parser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  NpyHeader parse() {
    NpyHeader header;
    bool descr = false, fortran_order = false, shape = false;
    expect('{', "header");
    while (!accept('}')) {
      const std::string key = parse_string("header");
      expect(':', key);
      if (key == "descr" && !descr) {
        header.descr = parse_descr();
        descr = true;
      } else if (key == "fortran_order" && !fortran_order) {
        header.fortran_order = parse_bool(key);
        fortran_order = true;
      } else if (key == "shape" && !shape) {
        header.shape = parse_tuple(key);
        shape = true;
      } else {
        fail("header",
             fmt::format("expected the keys descr, fortran_order and shape once each, found '{}'", key));
      }
      if (!accept(',')) {
        expect('}', "header");
        break;
      }
    }
    if (!at_end())
      fail("header", fmt::format("expected nothing but white space after the dictionary, found {}", found()));
    if (!descr) fail("descr", "expected this key in the header");
    if (!fortran_order) fail("fortran_order", "expected this key in the header");
    if (!shape) fail("shape", "expected this key in the header");
    return header;
  }

 private:
  [[noreturn]] void fail(std::string_view field, const std::string& problem) const {
    throw InputError(fmt::format("{}: {}: {}", where_, field, problem));
  }

  void skip_space() {
    while (position_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
      ++position_;
    }
  }

  bool at_end() {
    skip_space();
    return position_ == text_.size();
  }

  bool accept(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  void expect(char c, std::string_view field) {
    if (!accept(c))
      fail(field, fmt::format("expected '{}' at offset {} of the header, found {}", c, position_, found()));
  }

  // What stands at the position, fit to print.
  std::string found() const {
    if (position_ >= text_.size()) return "its end";
    const auto c = static_cast<unsigned char>(text_[position_]);
    return c >= 0x20 && c < 0x7f ? fmt::format("'{}'", text_[position_]) : fmt::format("byte 0x{:02x}", c);
  }

  // A string of printable ASCII without escapes, in either kind of quotes.
  std::string parse_string(std::string_view field) {
    if (at_end() || (text_[position_] != '\'' && text_[position_] != '"')) {
      fail(field, fmt::format("expected a string at offset {} of the header, found {}", position_, found()));
    }
    const char quote = text_[position_++];
    std::string value;
    while (position_ < text_.size() && text_[position_] != quote) {
      const auto c = static_cast<unsigned char>(text_[position_]);
      if (c < 0x20 || c >= 0x7f || c == '\\') {
        fail(field, fmt::format("expected plain characters in a string, found {}", found()));
      }
      value += text_[position_++];
    }
    if (position_ == text_.size()) fail(field, "expected a closing quote, found the end of the header");
    ++position_;
    return value;
  }

  std::string parse_descr() {
    if (!at_end() && text_[position_] == '[')
      fail("descr", "expected one element type, found a structured type");
    return parse_string("descr");
  }

  bool parse_bool(std::string_view field) {
    skip_space();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(position_, word.size()) == word) {
        position_ += word.size();
        return value;
      }
    }
    fail(field, fmt::format("expected True or False, found {}", found()));
  }

  Shape parse_tuple(std::string_view field) {
    constexpr size_t kMaxDimensions = 32;
    Shape shape;
    expect('(', field);
    while (!accept(')')) {
      if (shape.size() == kMaxDimensions)
        fail(field, fmt::format("expected at most {} dimensions", kMaxDimensions));
      shape.push_back(parse_extent(field));
      if (accept(',')) continue;
      if (shape.size() == 1) fail(field, "expected a tuple, as (7,) for one dimension");
      expect(')', field);
      break;
    }
    return shape;
  }

  int64_t parse_extent(std::string_view field) {
    skip_space();
    const size_t first = position_;
    int64_t value = 0;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') {
      if (__builtin_mul_overflow(value, 10, &value) ||
          __builtin_add_overflow(value, text_[position_] - '0', &value)) {
        fail(field, "expected dimensions below 2^63");
      }
      ++position_;
    }
    if (position_ == first)
      fail(field, fmt::format("expected a dimension, a number from 0, found {}", found()));
    if (position_ < text_.size() && text_[position_] == 'L') ++position_;  // as written under Python 2
    return value;
  }

  std::string_view text_;
  const std::string& where_;
  size_t position_ = 0;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& where) {
  return Parser(text, where).parse();
}

std::string to_text(const NpyHeader& header) {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", header.descr,
                     header.fortran_order ? "True" : "False", npy_tuple(header.shape));
}

const char* npy_descr(DataType type) {
  switch (type) {
    case DataType::int8:
      return "|i1";
    case DataType::int16:
      return "<i2";
    case DataType::int32:
      return "<i4";
    case DataType::uint8:
      return "|u1";
    case DataType::float32:
      break;
  }
  return "<f4";
}

std::string npy_tuple(const Shape& shape) {
  if (shape.size() == 1) return fmt::format("({},)", shape[0]);
  return fmt::format("({})", fmt::join(shape, ", "));
}

}  // namespace hwcvp
