// Reads compressed binary traces.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "platform/trace/binary_format.h"

namespace hwcvp {

// Holds one block at a time. Everything that is read is checked: all functions throw InputError, naming the
// file and the place, for a file that is not a trace, was cut off or was damaged.
class BinaryReader {
 public:
  explicit BinaryReader(const std::string& path);

  const TraceHeader& header() const { return header_; }
  const std::vector<std::string>& layers() const { return layers_; }
  uint64_t records() const { return records_; }

  // Receives the record and the number of its layer: index into layers(), plus 1; 0 before the first layer.
  using Visitor = std::function<void(const TraceRecord& record, uint32_t layer)>;
  static constexpr uint64_t kForever = std::numeric_limits<uint64_t>::max();
  // Visits, in the order of the file, the records that start in [from_ps, to_ps), or at any time. Blocks in
  // which there are none are not read.
  void visit(const Visitor& visitor, uint64_t from_ps = 0, uint64_t to_ps = kForever);

  // Blocks that were decompressed so far.
  uint64_t blocks_read() const { return blocks_read_; }

 private:
  [[noreturn]] void fail(uint64_t offset, const std::string& problem) const;
  std::string read(uint64_t offset, uint64_t bytes);
  std::string read_section(uint64_t offset, SectionKind kind);
  void read_footer();
  void collect_indices(uint64_t last);
  std::vector<BlockEntry> read_index(uint64_t offset);
  void visit_block(const BlockEntry& block, const Visitor& visitor, uint64_t from_ps, uint64_t to_ps);

  const std::string path_;
  std::ifstream file_;
  uint64_t size_ = 0;
  TraceHeader header_;
  std::vector<std::string> layers_;
  std::vector<uint64_t> indices_;  // offsets of the index sections, in ascending order
  uint64_t records_ = 0;
  uint64_t blocks_read_ = 0;
  std::string raw_;  // reused
};

}  // namespace hwcvp
