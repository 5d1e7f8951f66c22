#include "schedules/traffic/traffic.h"

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

Traffic operator*(int64_t times, const Traffic& traffic) {
  Traffic product;
  product.input_read = times * traffic.input_read;
  product.weight_read = times * traffic.weight_read;
  product.output_write = times * traffic.output_write;
  product.psum_read = times * traffic.psum_read;
  product.psum_write = times * traffic.psum_write;
  product.params_read = times * traffic.params_read;
  return product;
}

bool operator==(const Traffic& a, const Traffic& b) {
  return a.input_read == b.input_read && a.weight_read == b.weight_read && a.output_write == b.output_write &&
         a.psum_read == b.psum_read && a.psum_write == b.psum_write && a.params_read == b.params_read;
}

BusTraffic& BusTraffic::operator+=(const BusTraffic& other) {
  bursts += other.bursts;
  bus_bytes += other.bus_bytes;
  return *this;
}

bool operator==(const BusTraffic& a, const BusTraffic& b) {
  return a.bursts == b.bursts && a.bus_bytes == b.bus_bytes;
}

bool operator==(const BufferUse& a, const BufferUse& b) { return a.bytes == b.bytes; }

}  // namespace hwcvp
