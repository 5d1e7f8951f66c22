#include "schedules/traffic.h"

namespace hwcvp {

Traffic& Traffic::operator+=(const Traffic& other) {
  input_read += other.input_read;
  weight_read += other.weight_read;
  output_write += other.output_write;
  psum_read += other.psum_read;
  psum_write += other.psum_write;
  params_read += other.params_read;
  return *this;
}

bool operator==(const Traffic& a, const Traffic& b) {
  return a.input_read == b.input_read && a.weight_read == b.weight_read && a.output_write == b.output_write &&
         a.psum_read == b.psum_read && a.psum_write == b.psum_write && a.params_read == b.params_read;
}

bool operator==(const BufferUse& a, const BufferUse& b) { return a.bytes == b.bytes; }

}  // namespace hwcvp
