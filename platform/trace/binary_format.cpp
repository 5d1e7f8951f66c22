#include "platform/trace/binary_format.h"

#include <fmt/format.h>
#include <zlib.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "schedules/json/parse_json.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

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

// A member of a section's JSON; `where` names the section.
const nlohmann::json& member(const nlohmann::json& object, const std::string& key, const std::string& where) {
  if (!object.is_object() || !object.contains(key)) throw InputError(where + ": expected " + key);
  return object[key];
}

constexpr uint64_t kMostNumber = std::numeric_limits<uint64_t>::max();

uint64_t read_number(const nlohmann::json& object, const std::string& key, const std::string& where,
                     uint64_t least = 0, uint64_t most = kMostNumber) {
  const nlohmann::json& value = member(object, key, where);
  if (!value.is_number_unsigned() || value.get<uint64_t>() < least || value.get<uint64_t>() > most) {
    throw InputError(fmt::format("{}: {}: expected an integer between {} and {}, found {}", where, key, least,
                                 most, shown(value.dump())));
  }
  return value;
}

std::string read_name(const nlohmann::json& value, const std::string& where) {
  if (!value.is_string() || value.get_ref<const std::string&>().size() > kMaxNameBytes) {
    throw InputError(fmt::format("{}: expected a string of at most {} bytes, found {}", where, kMaxNameBytes,
                                 shown(value.dump())));
  }
  return value;
}

const nlohmann::json& read_list(const nlohmann::json& object, const std::string& key, size_t least,
                                size_t most, const std::string& where) {
  const nlohmann::json& list = member(object, key, where);
  if (!list.is_array()) throw InputError(fmt::format("{}: {}: expected a list", where, key));
  if (list.size() < least || list.size() > most) {
    throw InputError(
        fmt::format("{}: {}: expected {} to {}, found {}", where, key, least, most, list.size()));
  }
  return list;
}

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
  // Only what is refused may reach past the end of the address space.
  const uint64_t last = record.address + (record.bytes == 0 ? 0 : record.bytes - 1);
  return in.good() && record.bytes <= kMaxDataLength && record.end_ps >= record.start_ps &&
         (last >= record.address || !record.ok);
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
  const std::string at = where + ": header";
  const nlohmann::json json = parse_json(text, at);
  TraceHeader header;
  for (const nlohmann::json& socket : read_list(json, "sockets", 1, kMaxSockets, at)) {
    const std::string place = fmt::format("{}: sockets[{}]", at, header.sockets.size());
    header.sockets.push_back(
        {read_name(member(socket, "name", place), place + ".name"), read_number(socket, "base", place)});
  }
  header.cycle_ps = read_number(json, "cycle_ps", at, 1);
  header.dram_base = read_number(json, "dram_base", at);
  header.dram_bytes = read_number(json, "dram_bytes", at, 1, kMaxDramBytes);
  if (header.dram_bytes - 1 > kMostNumber - header.dram_base) {
    throw InputError(at + ": dram_bytes: expected the DRAM to end below 2^64");
  }
  return header;
}

TraceFooter parse_footer(std::string_view text, const std::string& where) {
  const std::string at = where + ": footer";
  const nlohmann::json json = parse_json(text, at);
  TraceFooter footer;
  for (const nlohmann::json& name : read_list(json, "layers", 0, kMaxLayers, at)) {
    footer.layers.push_back(read_name(name, fmt::format("{}: layers[{}]", at, footer.layers.size())));
  }
  footer.records = read_number(json, "records", at);
  footer.last_index = read_number(json, "index", at);
  return footer;
}

}  // namespace hwcvp
