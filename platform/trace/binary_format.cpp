#include "platform/trace/binary_format.h"

#include <fmt/format.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr uint64_t kMaxDataLength = 0xffffffff;  // of a TLM payload
// The first byte of a record.
constexpr unsigned kReadBit = 1, kOkBit = 2, kTensorShift = 2;

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// Small numbers of either sign become small numbers.
uint64_t zigzag(uint64_t difference) { return difference << 1 ^ (0 - (difference >> 63)); }
uint64_t unzigzag(uint64_t code) { return code >> 1 ^ (0 - (code & 1)); }

}  // namespace

void put_u32(std::string& out, uint32_t value) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(value >> 8 * i));
}

void put_u64(std::string& out, uint64_t value) {
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(value >> 8 * i));
}

uint64_t ByteCursor::fixed(size_t bytes) {
  if (bytes_.size() < bytes) {
    good_ = false;
    bytes_ = {};
    return 0;
  }
  uint64_t value = 0;
  for (size_t i = bytes; i > 0; --i) value = value << 8 | static_cast<uint8_t>(bytes_[i - 1]);
  bytes_.remove_prefix(bytes);
  return value;
}

uint8_t ByteCursor::u8() { return static_cast<uint8_t>(fixed(1)); }

uint64_t ByteCursor::varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && good_; shift += 7) {
    const uint64_t byte = u8();
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  good_ = false;
  return 0;
}

uint32_t section_crc(SectionKind kind, std::string_view payload) {
  std::string head;
  put_u32(head, static_cast<uint32_t>(kind));
  put_u32(head, static_cast<uint32_t>(payload.size()));
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(head.data()), static_cast<uInt>(head.size()));
  return static_cast<uint32_t>(
      crc32(crc, reinterpret_cast<const Bytef*>(payload.data()), static_cast<uInt>(payload.size())));
}

void RecordCoder::encode(const TraceRecord& record, std::string& out) {
  const unsigned flags = (record.is_read ? kReadBit : 0) | (record.ok ? kOkBit : 0) |
                         static_cast<unsigned>(record.tensor) << kTensorShift;
  out.push_back(static_cast<char>(flags));
  put_varint(out, record.socket);
  put_varint(out, zigzag(record.start_ps - start_ps_));
  put_varint(out, record.end_ps - record.start_ps);
  uint64_t& next = next_address(record);
  put_varint(out, zigzag(record.address - next));
  put_varint(out, record.bytes);
  next = record.address + record.bytes;
  start_ps_ = record.start_ps;
}

bool RecordCoder::decode(ByteCursor& in, size_t sockets, TraceRecord& record) {
  const unsigned flags = in.u8();
  const uint64_t socket = in.varint();
  if (flags >> kTensorShift >= kTrafficClassCount || socket >= sockets) return false;
  record.is_read = (flags & kReadBit) != 0;
  record.ok = (flags & kOkBit) != 0;
  record.tensor = static_cast<TrafficClass>(flags >> kTensorShift);
  record.socket = static_cast<uint32_t>(socket);
  record.start_ps = start_ps_ + unzigzag(in.varint());
  record.end_ps = record.start_ps + in.varint();
  uint64_t& next = next_address(record);
  record.address = next + unzigzag(in.varint());
  record.bytes = in.varint();
  next = record.address + record.bytes;
  start_ps_ = record.start_ps;
  return in.good() && record.bytes <= kMaxDataLength && record.end_ps >= record.start_ps;
}

std::string header_text(const TraceHeader& header) {
  nlohmann::ordered_json sockets = nlohmann::ordered_json::array();
  for (const TraceSocket& socket : header.sockets) {
    sockets.push_back({{"name", socket.name}, {"base", socket.base}});
  }
  const nlohmann::ordered_json json = {{"sockets", sockets},
                                       {"cycle_ps", header.cycle_ps},
                                       {"dram_base", header.dram_base},
                                       {"dram_bytes", header.dram_bytes}};
  return json.dump();
}

TraceHeader parse_header(std::string_view text, const std::string& where) {
  TraceHeader header;
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    for (const nlohmann::json& socket : json.at("sockets")) {
      header.sockets.push_back({socket.at("name"), socket.at("base")});
    }
    header.cycle_ps = json.at("cycle_ps");
    header.dram_base = json.at("dram_base");
    header.dram_bytes = json.at("dram_bytes");
  } catch (const nlohmann::json::exception&) {
    throw InputError(where + ": header: expected sockets, cycle_ps, dram_base and dram_bytes");
  }
  if (header.sockets.empty()) throw InputError(where + ": header: sockets: expected at least one");
  if (header.cycle_ps == 0) throw InputError(where + ": header: cycle_ps: expected at least 1");
  if (header.dram_bytes == 0) throw InputError(where + ": header: dram_bytes: expected at least 1");
  return header;
}

}  // namespace hwcvp
