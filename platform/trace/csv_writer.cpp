#include "platform/trace/csv_writer.h"

#include <string_view>

#include "platform/host/text_field.h"

namespace hwcvp {

namespace {

constexpr std::string_view kColumns = "start_ps,end_ps,layer,socket,tensor,command,address,bytes,response\n";

}  // namespace

CsvWriter::CsvWriter(const TraceHeader& header, OutputFile& file) : file_(file) {
  for (const TraceSocket& socket : header.sockets) sockets_.push_back(quoted_field(socket.name));
  file_.append(kColumns.data(), kColumns.size());
}

void CsvWriter::begin_layer(const std::string& name) { layer_ = quoted_field(name); }

void CsvWriter::write(const TraceRecord& record) {
  char* out = file_.reserve();
  out = put_decimal(out, record.start_ps);
  *out++ = ',';
  out = put_decimal(out, record.end_ps);
  *out++ = ',';
  file_.end(out);
  file_.append(layer_.data(), layer_.size());  // of any length
  file_.append(",", 1);
  const std::string& socket = sockets_[record.socket];
  file_.append(socket.data(), socket.size());
  out = file_.reserve();
  *out++ = ',';
  out = put_text(out, to_string(record.tensor));
  out = put_text(out, record.is_read ? ",read," : ",write,");
  out = put_hex(out, record.address);
  *out++ = ',';
  out = put_decimal(out, record.bytes);
  out = put_text(out, record.ok ? ",ok\n" : ",error\n");
  file_.end(out);
}

}  // namespace hwcvp
