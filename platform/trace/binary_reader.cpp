#include "platform/trace/binary_reader.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr uint64_t kStartBytes = kTraceMagic.size() + 4;  // magic and version

const char* name_of(SectionKind kind) {
  switch (kind) {
    case SectionKind::header:
      return "header";
    case SectionKind::block:
      return "block";
    case SectionKind::index:
      return "index";
    default:
      return "footer";
  }
}

}  // namespace

BinaryReader::BinaryReader(const std::string& path) : path_(path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw InputError(path + ": expected a file, found none");
  if (!std::filesystem::is_regular_file(status)) throw InputError(path + ": expected a regular file");
  size_ = std::filesystem::file_size(path, error);
  file_.open(path, std::ios::binary);
  if (error || !file_) {
    throw InputError(fmt::format("{}: expected a readable file: {}", path, std::strerror(errno)));
  }
  const std::string start = read(0, std::min(kStartBytes, size_));
  if (start.substr(0, kTraceMagic.size()) != kTraceMagic) {
    throw InputError(path + ": expected a binary trace (.hwctrace), found no \"HWCTRACE\" at its start");
  }
  if (size_ < kStartBytes + kTrailerBytes) fail(size_, "the file was cut off");
  ByteCursor cursor(std::string_view(start).substr(kTraceMagic.size()));
  if (const uint32_t version = cursor.u32(); version != kTraceVersion) {
    throw InputError(fmt::format("{}: version: expected {}, found {}", path, kTraceVersion, version));
  }
  if (read(size_ - kTraceEndMagic.size(), kTraceEndMagic.size()) != kTraceEndMagic) {
    fail(size_, "expected \"HWCT_END\" at the end: the file was cut off");
  }
  header_ = parse_header(read_section(kStartBytes, SectionKind::header), path);
  read_footer();
}

void BinaryReader::fail(uint64_t offset, const std::string& problem) const {
  throw InputError(fmt::format("{}: at byte {}: {}", path_, offset, problem));
}

std::string BinaryReader::read(uint64_t offset, uint64_t bytes) {
  std::string data(bytes, '\0');
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(data.data(), static_cast<std::streamsize>(bytes));
  if (!file_) fail(offset, "reading failed");
  return data;
}

std::string BinaryReader::read_section(uint64_t offset, SectionKind kind) {
  const std::string expected = fmt::format("expected a {}, found ", name_of(kind));
  const uint64_t end = size_ - kTrailerBytes;
  if (offset > end || end - offset < kSectionHeadBytes) fail(offset, expected + "the end of the file");
  const std::string head = read(offset, kSectionHeadBytes);
  ByteCursor cursor(head);
  const uint32_t found = cursor.u32();
  const uint32_t bytes = cursor.u32();
  const uint32_t crc = cursor.u32();
  if (found != static_cast<uint32_t>(kind)) fail(offset, expected + "something else: the file was damaged");
  if (bytes > end - offset - kSectionHeadBytes) {
    fail(offset, fmt::format("{}: a size of {} bytes: the file was damaged", name_of(kind), bytes));
  }
  std::string payload = read(offset + kSectionHeadBytes, bytes);
  if (section_crc(kind, payload) != crc) {
    fail(offset, fmt::format("{}: wrong CRC: the file was damaged", name_of(kind)));
  }
  return payload;
}

void BinaryReader::read_footer() {
  const uint64_t at = size_ - kTrailerBytes;
  const std::string trailer = read(at, kTrailerBytes);
  ByteCursor cursor(trailer);
  const uint64_t footer = cursor.u64();
  if (section_crc(SectionKind::footer, std::string_view(trailer).substr(0, 8)) != cursor.u32()) {
    fail(at, "wrong CRC: the file was damaged");
  }
  const TraceFooter parsed = parse_footer(read_section(footer, SectionKind::footer), path_);
  layers_ = parsed.layers;
  records_ = parsed.records;
  collect_indices(parsed.last_index);
}

// The sections lie in ascending order, which also ends a chain that runs in circles.
void BinaryReader::collect_indices(uint64_t last) {
  uint64_t bound = size_;
  for (uint64_t offset = last; offset != 0;) {
    if (offset >= bound) fail(offset, "index: out of order");
    const std::string payload = read_section(offset, SectionKind::index);
    ByteCursor cursor(payload);
    indices_.push_back(offset);
    bound = offset;
    offset = cursor.u64();
  }
  std::reverse(indices_.begin(), indices_.end());
}

std::vector<BlockEntry> BinaryReader::read_index(uint64_t offset) {
  const std::string payload = read_section(offset, SectionKind::index);
  ByteCursor cursor(payload);
  cursor.u64();
  const uint32_t count = cursor.u32();
  if (count > kIndexEntries) fail(offset, fmt::format("index: {} entries", count));
  std::vector<BlockEntry> blocks(count);
  for (BlockEntry& block : blocks) {
    block.offset = cursor.u64();
    block.first_ps = cursor.u64();
    block.last_ps = cursor.u64();
    block.records = cursor.u32();
    block.layer = cursor.u32();
  }
  if (!cursor.good() || !cursor.at_end()) fail(offset, "index: a wrong number of entries");
  return blocks;
}

void BinaryReader::visit(const Visitor& visitor, uint64_t from_ps, uint64_t to_ps) {
  uint64_t visited = 0;
  for (const uint64_t index : indices_) {
    for (const BlockEntry& block : read_index(index)) {
      visited += block.records;
      const bool before_end = to_ps == kForever || block.first_ps < to_ps;
      if (block.last_ps >= from_ps && before_end) visit_block(block, visitor, from_ps, to_ps);
    }
  }
  if (visited != records_) {
    fail(size_, fmt::format("expected {} records, found {} in the index", records_, visited));
  }
}

void BinaryReader::visit_block(const BlockEntry& block, const Visitor& visitor, uint64_t from_ps,
                               uint64_t to_ps) {
  const std::string payload = read_section(block.offset, SectionKind::block);
  ++blocks_read_;
  ByteCursor head(payload);
  const uint32_t layer = head.u32();
  const uint32_t records = head.u32();
  const uint64_t first_ps = head.u64();
  const uint64_t last_ps = head.u64();
  if (!head.good() || layer != block.layer || layer > layers_.size() || records != block.records ||
      records > kBlockRecords || first_ps != block.first_ps || last_ps != block.last_ps) {
    fail(block.offset, "block: not as the index says");
  }
  raw_.resize(size_t{records} * kMaxRecordBytes);
  const size_t bytes = ZSTD_decompress(raw_.data(), raw_.size(), head.rest().data(), head.rest().size());
  if (ZSTD_isError(bytes) != 0) fail(block.offset, std::string("block: ") + ZSTD_getErrorName(bytes));

  ByteCursor cursor(std::string_view(raw_).substr(0, bytes));
  RecordCoder coder;
  TraceRecord record;
  for (uint32_t i = 0; i < records; ++i) {
    if (!coder.decode(cursor, header_.sockets.size(), record)) {
      fail(block.offset, fmt::format("block: record {} of {} is none", i + 1, records));
    }
    if (record.start_ps >= from_ps && (to_ps == kForever || record.start_ps < to_ps)) visitor(record, layer);
  }
  if (!cursor.at_end()) fail(block.offset, "block: bytes behind the last record");
}

}  // namespace hwcvp
