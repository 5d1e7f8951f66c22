// Writes compressed binary traces.
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/trace/binary_format.h"
#include "platform/trace/trace_writer.h"

namespace hwcvp {

// Holds one block and one index section at a time; the sections of the index are chained from the last to
// the first. Only the names of layers are kept until the end.
class BinaryWriter : public TraceWriter {
 public:
  BinaryWriter(const TraceHeader& header, OutputFile& file);

  void begin_layer(const std::string& name) override;
  void write(const TraceRecord& record) override;
  void finish() override;

 private:
  struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  void append_section(SectionKind kind, const std::string& payload);
  void end_block();
  void end_index();

  OutputFile& file_;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  std::vector<std::string> layers_;
  std::string raw_;         // the records of the block under way
  std::string compressed_;  // reused
  RecordCoder coder_;
  BlockEntry block_;               // under way; offset not set
  std::vector<BlockEntry> index_;  // of the index section under way
  uint64_t last_index_ = 0;        // offset of the index section before; 0: none
  uint64_t records_ = 0;
};

}  // namespace hwcvp
