#include "platform/trace/binary_writer.h"

#include <algorithm>
#include <new>
#include <nlohmann/json.hpp>

namespace hwcvp {

namespace {

constexpr int kCompressionLevel = 3;

}  // namespace

BinaryWriter::BinaryWriter(const TraceHeader& header, OutputFile& file)
    : file_(file), context_(ZSTD_createCCtx()) {
  if (context_ == nullptr) throw std::bad_alloc();
  std::string start(kTraceMagic);
  put_u32(start, kTraceVersion);
  file_.append(start.data(), start.size());
  append_section(SectionKind::header, header_text(header));
}

void BinaryWriter::append_section(SectionKind kind, const std::string& payload) {
  std::string head;
  put_u32(head, static_cast<uint32_t>(kind));
  put_u32(head, static_cast<uint32_t>(payload.size()));
  put_u32(head, section_crc(kind, payload));
  file_.append(head.data(), head.size());
  file_.append(payload.data(), payload.size());
}

void BinaryWriter::begin_layer(const std::string& name) {
  end_block();
  layers_.push_back(name);
}

void BinaryWriter::write(const TraceRecord& record) {
  if (block_.records == 0) block_.first_ps = block_.last_ps = record.start_ps;
  block_.first_ps = std::min(block_.first_ps, record.start_ps);
  block_.last_ps = std::max(block_.last_ps, record.start_ps);
  coder_.encode(record, raw_);
  if (++block_.records == kBlockRecords) end_block();
}

void BinaryWriter::end_block() {
  if (block_.records == 0) return;
  block_.offset = file_.offset();
  block_.layer = static_cast<uint32_t>(layers_.size());
  compressed_.clear();
  put_u32(compressed_, block_.layer);
  put_u32(compressed_, block_.records);
  put_u64(compressed_, block_.first_ps);
  put_u64(compressed_, block_.last_ps);
  const size_t head = compressed_.size();
  compressed_.resize(head + ZSTD_compressBound(raw_.size()));
  const size_t bytes = ZSTD_compressCCtx(context_.get(), compressed_.data() + head, compressed_.size() - head,
                                         raw_.data(), raw_.size(), kCompressionLevel);
  // It fails for want of room or memory only; there is room.
  if (ZSTD_isError(bytes) != 0) throw std::bad_alloc();
  compressed_.resize(head + bytes);
  append_section(SectionKind::block, compressed_);
  records_ += block_.records;
  index_.push_back(block_);
  block_ = {};
  raw_.clear();
  coder_ = {};
  if (index_.size() == kIndexEntries) end_index();
}

void BinaryWriter::end_index() {
  std::string payload;
  put_u64(payload, last_index_);
  put_u32(payload, static_cast<uint32_t>(index_.size()));
  for (const BlockEntry& block : index_) {
    put_u64(payload, block.offset);
    put_u64(payload, block.first_ps);
    put_u64(payload, block.last_ps);
    put_u32(payload, block.records);
    put_u32(payload, block.layer);
  }
  last_index_ = file_.offset();
  append_section(SectionKind::index, payload);
  index_.clear();
}

void BinaryWriter::finish() {
  end_block();
  if (!index_.empty()) end_index();
  const uint64_t footer = file_.offset();
  const nlohmann::ordered_json footer_json = {
      {"layers", layers_}, {"records", records_}, {"index", last_index_}};
  using nlohmann::json;
  append_section(SectionKind::footer, footer_json.dump(-1, ' ', false, json::error_handler_t::replace));
  std::string trailer;
  put_u64(trailer, footer);
  put_u32(trailer, section_crc(SectionKind::footer, trailer));
  trailer += kTraceEndMagic;
  file_.append(trailer.data(), trailer.size());
}

}  // namespace hwcvp
