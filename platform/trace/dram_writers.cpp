#include "platform/trace/dram_writers.h"

#include <algorithm>
#include <cstring>

#include "platform/host/text_field.h"

namespace hwcvp {

namespace {

// Blocks that a transaction touches; none for one without bytes or past the end of the address space.
uint64_t blocks(const TraceRecord& record) {
  const uint64_t last = record.address + (record.bytes - 1);
  if (!record.ok || record.bytes == 0 || last < record.address) return 0;
  return last / kDramAccessBytes - record.address / kDramAccessBytes + 1;
}

}  // namespace

void Dramsim3Writer::write(const TraceRecord& record) {
  cycle_ = std::max(cycle_, record.start_ps / cycle_ps_);
  char tail[32];  // the same on all lines of a transaction
  char* tail_end = put_text(tail, record.is_read ? " READ " : " WRITE ");
  tail_end = put_decimal(tail_end, cycle_);
  *tail_end++ = '\n';
  const auto tail_bytes = static_cast<size_t>(tail_end - tail);
  uint64_t address = record.address / kDramAccessBytes * kDramAccessBytes;
  for (uint64_t left = blocks(record); left > 0; --left, address += kDramAccessBytes) {
    char* const out = put_hex(file_.reserve(), address, "0123456789ABCDEF");
    std::memcpy(out, tail, tail_bytes);
    file_.end(out + tail_bytes);
  }
}

void Ramulator2Writer::write(const TraceRecord& record) {
  uint64_t address = record.address / kDramAccessBytes * kDramAccessBytes;
  for (uint64_t left = blocks(record); left > 0; --left, address += kDramAccessBytes) {
    char* out = put_text(file_.reserve(), record.is_read ? "LD " : "ST ");
    out = put_hex(out, address);
    *out++ = '\n';
    file_.end(out);
  }
}

void StlWriter::write(const TraceRecord& record) {
  if (blocks(record) == 0) return;
  cycle_ = std::max(cycle_, record.start_ps / cycle_ps_);
  uint64_t address = record.address;
  uint64_t left = record.bytes;
  while (left > 0) {
    uint64_t piece = kDramAccessBytes;
    while (piece > left) piece >>= 1;
    if (address != 0) piece = std::min(piece, address & (~address + 1));  // the lowest bit set
    char* out = put_decimal(file_.reserve(), cycle_);
    out = put_text(out, ": (");
    out = put_decimal(out, piece);
    out = put_text(out, record.is_read ? ") read " : ") write ");
    out = put_hex(out, address);
    *out++ = '\n';
    file_.end(out);
    address += piece;
    left -= piece;
  }
}

}  // namespace hwcvp
