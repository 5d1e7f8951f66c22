// The compressed binary trace, .hwctrace. docs/traces.md describes its layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/trace/trace_record.h"

namespace hwcvp {

inline constexpr std::string_view kTraceMagic = "HWCTRACE";
inline constexpr std::string_view kTraceEndMagic = "HWCT_END";
inline constexpr uint32_t kTraceVersion = 1;

// Sections: kind, bytes of what follows the CRC, CRC-32 of the kind, the size and what follows.
enum class SectionKind : uint32_t {
  header = 0x44414548,
  block = 0x4b434c42,
  index = 0x58444e49,
  footer = 0x544f4f46
};
inline constexpr size_t kSectionHeadBytes = 12;
// End of a file: offset of the footer (8 bytes), CRC-32 of that, kTraceEndMagic.
inline constexpr size_t kTrailerBytes = 20;

inline constexpr uint32_t kBlockRecords = 16384;  // at most, in a block
inline constexpr uint32_t kIndexEntries = 1024;   // at most, in an index section
inline constexpr uint32_t kMaxSockets = 16;       // in a file
inline constexpr uint32_t kMaxLayers = 16384;     // in a file
inline constexpr size_t kMaxNameBytes = 4096;     // of a socket or layer
inline constexpr uint64_t kMaxDramBytes = uint64_t{1} << 48;
inline constexpr uint32_t kMaxRecordBytes = 1 + 5 * 10;  // one byte and five numbers

// Where a block lies and what it spans.
struct BlockEntry {
  uint64_t offset = 0;                 // of its section in the file
  uint64_t first_ps = 0, last_ps = 0;  // least and greatest start
  uint32_t records = 0;
  uint32_t layer = 0;  // index into the footer's layers, plus 1; 0: before the first layer
};

// Little-endian numbers at the end of a string.
void put_u32(std::string& out, uint32_t value);
void put_u64(std::string& out, uint64_t value);

// Reads numbers from a span of bytes; what is not there reads as 0 and clears good().
class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : bytes_(bytes) {}

  bool good() const { return good_; }
  bool at_end() const { return bytes_.empty(); }
  std::string_view rest() const { return bytes_; }

  uint8_t u8();
  uint32_t u32() { return static_cast<uint32_t>(fixed(4)); }
  uint64_t u64() { return fixed(8); }
  uint64_t varint();

 private:
  uint64_t fixed(size_t bytes);

  std::string_view bytes_;
  bool good_ = true;
};

uint32_t section_crc(SectionKind kind, std::string_view payload);

// Turns records into bytes and back, each as the difference to those before it. One of these serves one
// block.
class RecordCoder {
 public:
  void encode(const TraceRecord& record, std::string& out);
  // False where the bytes are not a record of a trace with so many sockets.
  bool decode(ByteCursor& in, size_t sockets, TraceRecord& record);

 private:
  // The address behind the last transaction of a socket and tensor: mostly the next one's.
  uint64_t& next_address(const TraceRecord& record) {
    const size_t stream = record.socket * kTrafficClassCount + static_cast<size_t>(record.tensor);
    if (stream >= next_address_.size()) next_address_.resize(stream + 1);
    return next_address_[stream];
  }

  uint64_t start_ps_ = 0;
  std::vector<uint64_t> next_address_;
};

std::string header_text(const TraceHeader& header);
// These throw InputError, beginning with `where`, for numbers and sizes out of range as well.
TraceHeader parse_header(std::string_view text, const std::string& where);

// What a trace's end says of it.
struct TraceFooter {
  std::vector<std::string> layers;
  uint64_t records = 0;
  uint64_t last_index = 0;  // offset of the last index section; 0: none
};
TraceFooter parse_footer(std::string_view text, const std::string& where);

}  // namespace hwcvp
