// Binary traces: as they are, and with the CRCs put right, without which next to nothing would get past them.
#include <algorithm>
#include <string>

#include "platform/trace/binary_reader.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

namespace {

constexpr size_t kFirstSection = kTraceMagic.size() + 4;  // behind magic and version

uint32_t u32_at(const std::string& bytes, size_t at) { return ByteCursor({bytes.data() + at, 4}).u32(); }

void replace_u32(std::string& bytes, size_t at, uint32_t value) {
  std::string number;
  put_u32(number, value);
  bytes.replace(at, number.size(), number);
}

// The sections that lie behind one another from the first one on, and the trailer.
std::string with_crcs(std::string bytes) {
  if (bytes.size() < kFirstSection + kTrailerBytes) return bytes;
  const size_t trailer = bytes.size() - kTrailerBytes;
  for (size_t at = kFirstSection; trailer - at >= kSectionHeadBytes;) {
    const uint32_t length = u32_at(bytes, at + 4);
    if (length > trailer - at - kSectionHeadBytes) break;
    const auto kind = static_cast<SectionKind>(u32_at(bytes, at));
    const size_t payload = at + kSectionHeadBytes;
    replace_u32(bytes, at + 8, section_crc(kind, {bytes.data() + payload, length}));
    at = payload + length;
  }
  replace_u32(bytes, trailer + 8, section_crc(SectionKind::footer, {bytes.data() + trailer, 8}));
  return bytes.replace(bytes.size() - kTraceEndMagic.size(), kTraceEndMagic.size(), kTraceEndMagic);
}

void read(const std::string& bytes) {
  const fuzz::InputFile file(bytes);
  fuzz::taken(file.path(), [&] {
    BinaryReader reader(file.path());
    uint64_t records = 0;
    reader.visit([&](const TraceRecord& record, uint32_t layer) {
      ++records;
      fuzz::require(record.socket < reader.header().sockets.size(), "a socket of the header");
      fuzz::require(layer <= reader.layers().size(), "a layer of the footer");
      fuzz::require(record.end_ps >= record.start_ps, "an end behind the start");
      const uint64_t last = record.address + std::max<uint64_t>(record.bytes, 1) - 1;
      fuzz::require(last >= record.address || !record.ok, "addresses below 2^64 of what was answered");
    });
    fuzz::require(records == reader.records(), "the records that the footer counts");
    reader.visit([](const TraceRecord&, uint32_t) {}, 1000, 2000);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(fuzz::text_of(data, size));
  read(bytes);
  const std::string repaired = with_crcs(bytes);
  if (repaired != bytes) read(repaired);
  return 0;
}
