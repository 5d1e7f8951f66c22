// Tensors as NumPy .npy files.
//
// Reads versions 1.0, 2.0 and 3.0 with elements of int8, uint8, int16, int32 or float32, little-endian, in C
// or Fortran order. Anything else is refused: nothing is converted or broadcast.
#pragma once

#include <string>

#include "platform/tensor/tensor.h"

namespace hwcvp {

// Reads a file that must hold exactly a tensor of this type and shape. Throws InputError with one line that
// names the file, the field and what was expected. The data is allocated only once the file is known to have
// exactly its size.
HostTensor read_npy(const std::string& path, DataType type, const Shape& shape);

// Writes version 1.0, with the data at a multiple of 64 bytes. Throws as write_file().
void write_npy(const std::string& path, const HostTensor& tensor);

}  // namespace hwcvp
