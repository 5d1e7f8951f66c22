// The dictionary in the header of a .npy file.
#pragma once

#include <string>
#include <string_view>

#include "platform/tensor/tensor.h"

namespace hwcvp {

struct NpyHeader {
  std::string descr;  // of a plain element type, as written: "<i2"
  bool fortran_order = false;
  Shape shape;
};

// Parses the dictionary, a Python literal padded by white space. Throws InputError, with a line that begins
// with `where`, for anything but the three keys once each with values of their kinds.
NpyHeader parse_npy_header(std::string_view text, const std::string& where);

// The dictionary, with neither padding nor newline.
std::string to_text(const NpyHeader& header);

// "|i1", "|u1", "<i2", "<i4" or "<f4".
const char* npy_descr(DataType type);

// The shape as a Python tuple: "(1, 3, 5, 5)", "(7,)", "()".
std::string npy_tuple(const Shape& shape);

}  // namespace hwcvp
